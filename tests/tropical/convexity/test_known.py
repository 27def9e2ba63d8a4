"""Tropical convexity: known answers of decompositions, points, half-spaces, polytropes, systems and arrangements."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

import pytest

from polytopes.errors import DomainError
from tests.paths import DATA
from tropical.convexity import (
    HyperplaneArrangement,
    Outside,
    Polytrope,
    TropicalPolytope,
    patterns_with_slopes,
    solve,
    solve_two_sided,
)
from tropical.convexity.entries import entry_text

KNOWN = json.loads((DATA / "tropical_convexity.json").read_text(encoding="utf-8"))


def known(kind: str) -> Any:
    return pytest.mark.parametrize("entry", [e for e in KNOWN if e["kind"] == kind], ids=lambda e: e["id"])


def normalized(point: Any) -> list[str]:
    return [str(Fraction(entry) - Fraction(point[0])) for entry in point]


@known("decomposition")
def test_decompositions(entry: dict[str, Any]) -> None:
    answer, polytope = entry["answer"], TropicalPolytope.of(entry["input"]["V"])
    assert list(polytope.torus_f_vector) == answer["torus_f"]
    assert list(polytope.f_vector) == answer["bounded_f"][: len(polytope.f_vector)]
    assert not any(answer["bounded_f"][len(polytope.f_vector) :])
    assert (polytope.is_generic, polytope.tropical_rank) == (answer["generic"], answer["tropical_rank"])
    assert list(polytope.extreme_points) == answer["extreme"]
    assert len(polytope.pseudovertices) == answer["pseudovertices"]
    dual = polytope.dual()
    assert list(dual.torus_f_vector) == answer["torus_f_of_columns"]
    assert dual.f_vector == polytope.f_vector
    if "pseudovertex_list" in answer:
        listed = [{"x": list(map(str, x)), "covector": list(map(list, graph))} for x, graph in polytope.pseudovertices]
        assert sorted(map(str, listed)) == sorted(map(str, answer["pseudovertex_list"]))


@known("decomposition_minus_infinity")
def test_minus_infinity(entry: dict[str, Any]) -> None:
    answer, polytope = entry["answer"], TropicalPolytope.of(entry["input"]["V"])
    assert list(polytope.torus_f_vector) == answer["torus_f"]
    assert list(polytope.f_vector) == answer["inside_f"]
    assert list(polytope.bounded_f_vector) == [number for number in answer["bounded_f"] if number]
    assert sorted(list(map(str, x)) for x, _ in polytope.pseudovertices) == sorted(answer["pseudovertex_list"])


@known("duality")
def test_duality(entry: dict[str, Any]) -> None:
    answer, polytope = entry["answer"], TropicalPolytope.of(entry["input"]["V"])
    dual = polytope.dual()
    assert list(polytope.f_vector) == list(dual.f_vector) == answer["bounded_f"]
    assert list(polytope.torus_f_vector) == answer["torus_f_rows"]
    assert list(dual.torus_f_vector) == answer["torus_f_columns"]
    places = [x for x, _ in polytope.pseudovertices]
    images = {}
    for x in places:
        heights = [max(v - y for v, y in zip(row, x, strict=True)) for row in polytope.points]
        images[tuple(map(str, x))] = normalized(heights)
    assert sorted(map(list, images.items())) == sorted([tuple(x), y] for x, y in answer["pseudovertex_pairs"])
    assert sorted(images.values()) == sorted(list(map(str, y)) for y, _ in dual.pseudovertices)


@known("mixed_subdivision")
def test_mixed_subdivisions(entry: dict[str, Any]) -> None:
    answer, cells = entry["answer"], TropicalPolytope.of(entry["input"]["V"]).mixed_cells()
    found = sorted(([list(part) for part in cell.covector], cell.volume) for cell in cells)
    assert found == sorted(zip(answer["cells"], answer["normalised_areas"], strict=True))
    assert sum(cell.volume for cell in cells) == answer["total"]


@known("points")
def test_points(entry: dict[str, Any]) -> None:
    polytope = TropicalPolytope.of(entry["input"]["V"])
    for own in entry["answer"]:
        found = polytope.contains(own["x"])
        assert bool(found) == own["inside"]
        assert list(map(list, polytope.covector(own["x"]))) == own["covector"]
        assert str(polytope.distance(own["x"])) == own["distance"]
        assert normalized(polytope.nearest_point(own["x"])) == normalized(own["projection"])
        if isinstance(found, Outside):
            outside = set(range(polytope.n_columns)) - set(found.halfspace.sectors)
            assert sorted(outside) == own["separating_sector"]


@known("tropical_rank")
def test_ranks(entry: dict[str, Any]) -> None:
    assert TropicalPolytope.of(entry["input"]["M"]).tropical_rank == entry["answer"]["tropical_rank"]


@known("extreme_points")
def test_extreme_points(entry: dict[str, Any]) -> None:
    assert list(TropicalPolytope.of(entry["input"]["V"]).extreme_points) == entry["answer"]["extreme"]


@known("halfspaces")
def test_halfspaces(entry: dict[str, Any]) -> None:
    found = [half.as_dict() for half in TropicalPolytope.of(entry["input"]["V"]).halfspaces()]
    assert len(found) == entry["answer"]["n"]
    assert sorted(map(str, found)) == sorted(map(str, entry["answer"].get("halfspaces", found)))


@known("is_polytrope")
def test_polytropes_among_hulls(entry: dict[str, Any]) -> None:
    assert TropicalPolytope.of(entry["input"]["V"]).is_polytrope() == entry["answer"]["is_polytrope"]


@known("polytrope")
def test_polytropes(entry: dict[str, Any]) -> None:
    bounds, answer = entry["input"]["bounds_x_j_minus_x_k"], entry["answer"]
    if answer["empty"]:
        with pytest.raises(DomainError, match="cycle"):
            Polytrope.of(bounds)
        return
    found = Polytrope.of(bounds)
    assert [list(map(str, row)) for row in found.bounds] == answer["closure"]
    assert (found.dim, found.polyhedron.n_vertices) == (answer["dim"], answer["ordinary_vertices"])
    hull = found.tropical_polytope
    assert hull.is_polytrope()
    assert len(hull.extreme_points) == answer["tropical_vertices"]
    assert len(hull.pseudovertices) == answer["pseudovertices_of_hull"]


@known("one_sided_system")
def test_one_sided_systems(entry: dict[str, Any]) -> None:
    answer, found = entry["answer"], solve(entry["input"]["A"], entry["input"]["b"])
    assert list(map(entry_text, found.principal)) == answer["principal"]
    assert found.solvable == answer["solvable"]
    if found.solvable:
        assert sorted(map(list, found.covers)) == sorted(answer["minimal_covers"])
    if "chebyshev_error" in answer:
        assert found.error is not None
        assert found.fit is not None
        assert (str(found.error), list(map(entry_text, found.fit))) == (
            answer["chebyshev_error"],
            answer["chebyshev_x"],
        )


@known("two_sided_same")
def test_two_sided_systems(entry: dict[str, Any]) -> None:
    given = entry["input"]
    relation = "<=" if "<=" in given["relation"] else "="
    found = solve_two_sided(given["A"], given["B"], relation)
    assert sorted(list(map(entry_text, ray)) for ray in found) == sorted(entry["answer"]["generators_max_0"])


@known("two_sided")
def test_systems_in_two_unknowns(entry: dict[str, Any]) -> None:
    found = solve_two_sided(entry["input"]["A"], entry["input"]["B"], "=", separate=True)
    assert sorted(list(map(entry_text, ray)) for ray in found) == sorted(entry["answer"]["generators_x_then_y_max_0"])


@known("bridge")
def test_patterns_with_slopes(entry: dict[str, Any]) -> None:
    given, answer = entry["input"], entry["answer"]
    found = patterns_with_slopes(given["X"], given["slopes"])
    assert [list(map(str, row)) for row in found.values] == answer["V"]
    assert list(found.f_vector) == answer["cells_by_dimension"]
    signs = [[1 if sign == "+" else -1 for sign in given["signs"]]] * len(given["X"])
    vectors = found.sign_vectors(signs)
    full = {"".join("-+"[sign > 0] for sign in vector) for vector in vectors if all(vector)}
    assert full == set(answer["full_sign_vectors"])
    if "n_sign_vectors" in answer:
        assert len(vectors) == answer["n_sign_vectors"]
    for own in answer.get("at", []):
        assert list(map(list, found.pattern(own["a"]))) == own["pattern"]
        used = {k for part in own["pattern"] for k in part}
        assert found.uses_all_terms(own["a"]) == (len(used) == len(given["slopes"]))
    if "best_fit_error" in answer:
        assert str(found.fit(given["y"]).error) == answer["best_fit_error"]


def test_arrangements_are_negative_polytopes() -> None:
    lines = HyperplaneArrangement.of([[0, 0, 0], [0, -1, -3], [0, -4, -2]])
    assert lines.f_vector == TropicalPolytope.of([[0, 0, 0], [0, 1, 3], [0, 4, 2]]).torus_f_vector
