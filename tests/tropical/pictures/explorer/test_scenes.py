"""Scenes against known answers, and what they refuse."""

from __future__ import annotations

import json
import math
import re
from itertools import pairwise

import numpy as np
import pytest

from polytopes.arithmetic.rationals import as_fraction
from polytopes.errors import DomainError, InputError, LimitReached, ShapeError
from polytopes.minkowski_sums.simplex_sum import SimplexSum
from tests.paths import DATA, ROOT
from tropical.fans.data_set import DataSet
from tropical.networks.network import Network
from tropical.pictures.explorer.fan_scene import FanRequest, fan_scene
from tropical.pictures.explorer.network_requests import touchable_scene
from tropical.pictures.explorer.page import embedded, module, page
from tropical.pictures.explorer.polytope_scene import PoolingRequest, polytope_scene
from tropical.pictures.explorer.region_scene import RegionsRequest, regions_scene
from tropical.pictures.plane import Plane
from tropical.pooling.layer import MaxPooling
from tropical.regions.activation_regions import activation_regions
from tropical.regions.linear_regions import linear_regions

KNOWN = json.loads((DATA / "activation_fans.json").read_text(encoding="utf-8"))


def scene_of(points, labels, terms, **options):
    return fan_scene(FanRequest(DataSet.of(points, labels), tuple(terms), **options))


@pytest.mark.parametrize("known", KNOWN["classification"], ids=lambda known: f"{known['data']}-{known['terms']}")
def test_counts(known):
    counts = scene_of(KNOWN["data"][known["data"]], None, known["terms"])["counts"]
    expected = {"dichotomies": known["dichotomies"]}
    if "cones" in known:
        expected |= {"maximal_cones": known["cones"], "chambers": known["chambers"]}
    assert expected.items() <= counts.items()


@pytest.mark.parametrize("known", KNOWN["loss"], ids=lambda known: f"{known['data']}-{known['terms']}")
def test_levels(known):
    scene = scene_of(KNOWN["data"][known["data"]], known["labels"], known["terms"])
    found = {str(level["loss"]): (level["cones"], level["components"]) for level in scene["levels"]}
    assert found == {loss: (level["cones"], level["components"]) for loss, level in known["levels"].items()}
    assert sum(level["cones"] for level in scene["levels"]) == len(scene["cones"])


def test_parameters_have_their_colors():
    """The definition: the colour of a point is the form that is largest there."""
    scene = scene_of([[0, 0], ["1/2", 1], ["-7/3", 2], [5, 5]], [1, -1, 1, -1], (2, 2))
    points = [[as_fraction(entry) for entry in point] for point in scene["data"]["points"]]
    for cone in scene["cones"]:
        for point, color in zip(points, cone["colors"], strict=True):
            values = [sum(int(a) * x for a, x in zip(row, (1, *point), strict=True)) for row in cone["parameter"]]
            assert values.count(max(values)) == 1 and values.index(max(values)) == color


def test_walls_change_one_point():
    scene = scene_of([[0], [1], [1], [3]], [1, -1, 1, -1], (2, 1))
    for i, j, loss, *points in scene["walls"]:
        here, there = (scene["cones"][k]["colors"] for k in (i, j))
        assert points == [p for p in range(4) if here[p] != there[p]]
        assert loss >= max(scene["cones"][k]["loss"] for k in (i, j))


@pytest.mark.parametrize("points", [[[5]], [[1, 2]], [[0, 0], [0, 0]], [[0, 0, 0], [1, 1, 1], [2, 2, 2]]])
def test_degenerate_data(points):
    scene = scene_of(points, None, (1, 1))
    assert scene["counts"]["maximal_cones"] == len(scene["layout"]["polytope"]) == len(scene["layout"]["folded"])


def test_vertices_of_symmetric_data_have_different_places():
    scene = scene_of([[0, 0], [1, 0], [0, 1], [1, 1]], None, (2, 2))
    assert len(set(map(tuple, scene["layout"]["polytope"]))) == len(scene["cones"]) == 244


def test_a_scene_is_json_with_exact_texts():
    scene = scene_of([["1/3"], ["0.1"]], [1, -1], (1, 1))
    assert json.loads(json.dumps(scene, allow_nan=False)) == scene
    assert scene["data"]["points"] == [["1/3"], ["1/10"]]


def test_refusals():
    with pytest.raises(InputError):
        scene_of([[0]], None, (0, 1))
    with pytest.raises(InputError):
        fan_scene(FanRequest(DataSet.of([], dim=2), (1, 1)))
    with pytest.raises(InputError):
        fan_scene(FanRequest(DataSet.of([[], []]), (1, 1)))
    for large in ("1e400", "-1e300"):
        with pytest.raises(DomainError):
            scene_of([[0], [large]], None, (1, 1))


def test_a_part_of_a_fan():
    """Beyond the limit the cones near one are shown; what is known of the others is their number."""
    whole = scene_of([[x] for x in range(6)], None, (2, 2))
    part = scene_of([[x] for x in range(6)], None, (2, 2), limit=20)
    assert part["counts"]["maximal_cones"] == whole["counts"]["maximal_cones"] > 20
    cones = {tuple(cone["colors"]): cone["loss"] for cone in whole["cones"]}
    place = {colors: i for i, colors in enumerate(cones)}
    names = [place[tuple(cone["colors"])] for cone in part["cones"]]
    assert len(names) == part["counts"]["shown"] >= 20 and part["sphere"] is None
    shown = [[*sorted((names[i], names[j])), *rest] for i, j, *rest in part["walls"]]
    assert sorted(shown) == [wall for wall in whole["walls"] if set(wall[:2]) <= set(names)]
    closed = {i for k, i in enumerate(names) if k not in part["part"]["open"]}
    assert all(set(wall[:2]) <= set(names) for wall in whole["walls"] if set(wall[:2]) & closed)
    around = part["cones"][-1]["colors"]
    moved = scene_of([[x] for x in range(6)], None, (2, 2), limit=20, around=tuple(around))
    assert moved["cones"][0]["colors"] == around


def test_regions_against_the_library():
    net = Network.from_weights([([[1, 0], [0, 1], [1, 1], [2, -1]], [0, 0, -1, 0]), ([[1, 1, 1, 0]], [-1])])
    scene = regions_scene(RegionsRequest(net))
    counts = scene["counts"]
    assert counts["activation_regions"] == len(scene["regions"]) == len(list(activation_regions(net)))
    assert counts["linear_regions"] == len(linear_regions(net)) < counts["activation_regions"]
    for side in scene["sides"]:
        i, j = side["regions"]
        one, other = (scene["regions"][k]["pattern"] for k in (i, j))
        changed = [(n, g) for n, layer in enumerate(one) for g in range(len(layer)) if layer[g] != other[n][g]]
        assert (side["layer"], side["gate"]) == changed[0]


def test_three_inputs_are_in_space_or_in_a_plane():
    net = Network.from_weights([([[1, 0, 1], [0, 1, 1]], [0, 0]), ([[1, 1]], [-1])])
    assert touchable_scene(RegionsRequest(net))["kind"] == "space"
    with pytest.raises(ShapeError):
        regions_scene(RegionsRequest(net))
    scene = regions_scene(RegionsRequest(net, plane=Plane.along_axes(0, 2, [0, 1, 0])))
    assert scene["axes"] == ["x1", "x3"] and scene["counts"]["activation_regions"] == 2 + 1 + 1


def test_the_page_has_one_module_and_no_address():
    text = page({"title": "</title><script>"})
    assert text.count("<script") == 2
    assert "</title><script>" not in text and "&lt;/title&gt;" in text
    addresses = {line for line in text.splitlines() if "http:" in line or "https:" in line}
    assert all("www.w3.org/2000/svg" in line or "`http" in line for line in addresses)
    assert embedded({"a": "<!--"}) == '{"a":"\\u003c!--"}'


def test_the_module_holds_each_file_after_those_that_it_imports():
    """Imports are read here in any form, so that one in a form that the page does not know is found."""
    texts = {path.stem: path.read_text() for path in (ROOT / "tropical/pictures/explorer/web").glob("*.js")}
    bodies = {name: re.sub(r"^import [^;]*;\n", "", text, flags=re.MULTILINE) for name, text in texts.items()}
    places = {name: module().index(body) for name, body in bodies.items()}
    assert len(module()) == sum(map(len, bodies.values()))
    for name, text in texts.items():
        imported = re.findall(r"^import [^;]*?[\"']\./(\w+)\.js[\"'];", text, re.MULTILINE)
        assert len(imported) == len(re.findall(r"\bimport\b", text))
        assert all(places[other] < places[name] for other in imported)


def test_cells_tile_the_sphere():
    """The solid angles of the cells add up to the whole sphere, and the centre of a cell has its colours."""
    points = [[0, 0], [4, 1], [1, 5], [6, 6], [2, 3]]
    scene = scene_of(points, None, (1, 1))
    total = sum(_solid_angle(cell) for cell in scene["sphere"]["cells"])
    assert len(scene["sphere"]["cells"]) == scene["counts"]["maximal_cones"] == 22
    assert abs(total - 4 * math.pi) < 1e-3


def _solid_angle(cell):
    """Sum over the triangles at the first corner (Van Oosterom and Strackee)."""
    corners = [np.array(point) for point in cell]
    total = 0.0
    for b, c in pairwise(corners[1:]):
        a = corners[0]
        total += 2 * math.atan2(a @ np.cross(b, c), 1 + a @ b + b @ c + c @ a)
    return abs(total)


def test_no_sphere_in_other_dimensions():
    assert scene_of([[0], [1]], None, (1, 1))["sphere"] is None
    assert len(scene_of([[3]], None, (2, 2))["sphere"]["cells"]) == 4


@pytest.mark.parametrize(("size", "window"), [(3, 2), (4, 3), (5, 3), (6, 2), (7, 3)])
def test_pooling_polytopes(size, window):
    """Against the hull of the sum, and Euler's formula where facets are drawn."""
    layer = MaxPooling(size, window, stride=1)
    scene = polytope_scene(PoolingRequest(layer.hypergraph))
    f_vector = SimplexSum.of(layer.hypergraph.windows, size).from_vertices().f_vector()
    counts = scene["counts"]
    assert (counts["linear_regions"], counts["edges"], counts["facets"]) == (f_vector[0], f_vector[1], f_vector[-1])
    if counts["dimension"] == 3:
        assert len(scene["facets"]) == f_vector[2]
        assert sum(map(len, scene["facets"])) == 2 * counts["edges"]
        edges = set(map(tuple, scene["edges"]))
        assert all(tuple(sorted(pair)) in edges for cycle in scene["facets"] for pair in pairwise([*cycle, cycle[0]]))


def test_a_large_polytope_is_refused():
    with pytest.raises(LimitReached):
        polytope_scene(PoolingRequest(MaxPooling(12, 3, stride=1).hypergraph, limit=100))
