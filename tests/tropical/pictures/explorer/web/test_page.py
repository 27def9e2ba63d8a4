"""The page that stands alone, opened from disk: what it shows is what the library says, and it asks nobody."""

from __future__ import annotations

import json
import math
import random
import re
from fractions import Fraction
from pathlib import Path
from xml.etree import ElementTree

import pytest

from polytopes.arithmetic.rationals import dehomogeneous
from polytopes.polyhedra.polyhedron import Polyhedron
from tests.tropical.pictures.explorer.web.opening import await_state, missing, opened, scene_of, small_regions, until
from tropical.algebra.decision_boundary import DecisionBoundary
from tropical.algebra.polynomial import TropicalPolynomial
from tropical.networks.network import Network
from tropical.pictures.explorer.notebook import Explorer
from tropical.pictures.explorer.page import module
from tropical.pictures.explorer.region_scene import RegionsRequest, regions_scene
from tropical.pooling.layer import MaxPooling

PATIENCE = 120_000
"""Milliseconds: on a busy machine compiled code may have to be made first."""
SVG = "{http://www.w3.org/2000/svg}"
SQUARE = [[0, 0], [1, 0], [0, 1], [1, 1]]
SQUARE_WITH_CENTRE = [[0, 0], [2, 0], [0, 2], [2, 2], [1, 1]]
XOR = [1, -1, -1, 1]


def settled(tab, selector):
    """Return where an element is once it stays there."""
    box = None
    while box != (box := tab.locator(selector).bounding_box()):
        tab.wait_for_timeout(200)
    return box


def choose_level(tab, index):
    tab.locator(".tx-slider").fill(str(index))


def test_a_missing_browser_is_a_failure_only_where_it_should_be_there(monkeypatch):
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="CI=true"):
        missing("Chromium")
    monkeypatch.delenv("CI")
    with pytest.raises(pytest.skip.Exception):
        missing("Chromium")


def test_it_asks_for_nothing_but_itself(tab, tmp_path):
    path = opened(tab, tmp_path, scene_of(SQUARE, XOR, (2, 1)))
    assert "75 activation cones, 18 classification chambers, 16 dichotomies" in tab.inner_text(".tx-counts")
    others = [url for url in tab.asked if not url.startswith("data:")]
    assert others == [path.as_uri()]


def test_no_request_can_leave_it(tab, tmp_path):
    opened(tab, tmp_path, scene_of([[0], [1]], [1, -1], (1, 1)))
    assert tab.evaluate("fetch('http://127.0.0.1:9/').then(() => 'sent', () => 'refused')") == "refused"
    tab.evaluate("document.body.append(Object.assign(new Image(), {src: 'http://127.0.0.1:9/x.png'}))")
    tab.wait_for_timeout(100)
    refused = "Content Security Policy"
    assert tab.problems and all(refused in problem for problem in tab.problems)
    tab.problems.clear()


@pytest.mark.parametrize(
    ("points", "labels", "terms"),
    [
        pytest.param([[0], [1], [2]], [1, -1, 1], (2, 1), marks=pytest.mark.slow),
        (SQUARE, XOR, (1, 1)),
        pytest.param(SQUARE_WITH_CENTRE, [1, 1, 1, 1, -1], (2, 1), marks=pytest.mark.slow),
        ([[0], [1], [1], [2]], [1, 1, -1, 1], (2, 1)),
    ],
)
def test_components_of_sublevel_sets(tab, tmp_path, points, labels, terms):
    """The page joins cones through walls by itself; the library sweeps orbits with a union-find."""
    scene = scene_of(points, labels, terms)
    opened(tab, tmp_path, scene)
    total = 0
    for index, level in enumerate(scene["levels"]):
        choose_level(tab, index)
        total += level["cones"]
        count = level["components"]
        assert tab.inner_text(".tx-readout") == f"{level['loss']}: {total} cones, {count} component{'s' * (count > 1)}"
        tab.get_by_label("modulo symmetry").check()
        count = level["components_modulo_symmetry"]
        assert f"{count} component{'s' * (count > 1)} modulo" in tab.inner_text(".tx-readout")
        tab.get_by_label("modulo symmetry").uncheck()


def test_walls_lead_to_neighbors(tab, tmp_path):
    scene = scene_of(SQUARE, XOR, (2, 1))
    opened(tab, tmp_path, scene)
    tab.locator(".tx-node[data-cone='10']").click(force=True)
    assert tab.inner_text(".tx-summary").startswith("Cone 11 of 75")
    expected = {j if i == 10 else i for i, j, *_ in scene["walls"] if 10 in (i, j)}
    walls = tab.locator(".tx-walls button")
    assert {int(walls.nth(k).get_attribute("data-cone")) for k in range(walls.count())} == expected
    goal = int(walls.first.get_attribute("data-cone"))
    walls.first.click()
    assert tab.inner_text(".tx-summary").startswith(f"Cone {goal + 1} of 75, 0/1 loss {scene['cones'][goal]['loss']}")


def test_the_shortest_path_is_walked(tab, tmp_path):
    scene = scene_of(SQUARE_WITH_CENTRE, [1, 1, 1, 1, -1], (2, 1))
    worst = max(range(len(scene["cones"])), key=lambda i: scene["cones"][i]["loss"])
    colors = ".".join(map(str, scene["cones"][worst]["colors"]))
    opened(tab, tmp_path, scene, f"#cone={colors}")
    assert "0/1 loss 4" in tab.inner_text(".tx-summary")
    tab.get_by_text("Walk to the nearest cone of loss 0").click()
    assert re.match(r"\d+ walls; losses 4,.*, 0\.", tab.inner_text(".tx-paths .tx-note"))
    tab.locator(".tx-summary", has_text="loss 0").wait_for(timeout=PATIENCE)


def test_the_decision_boundary_is_that_of_the_library(tab, tmp_path):
    """The page clips polygons in integers; the library makes a complex and cuts it with a box."""
    scene = scene_of(SQUARE_WITH_CENTRE, [1, 1, 1, 1, -1], (2, 2))
    opened(tab, tmp_path, scene)
    window = Polyhedron.box([Fraction(-1, 2)] * 2, [Fraction(5, 2)] * 2)
    for i in range(0, len(scene["cones"]), 101):
        tab.evaluate("i => { document.querySelector('#explorer').explorer.select(i); }", i)
        theta = [[Fraction(entry) for entry in row] for row in scene["cones"][i]["parameter"]]
        boundary = DecisionBoundary(
            (TropicalPolynomial.from_forms(theta[:2]), TropicalPolynomial.from_forms(theta[2:]))
        )
        inside = boundary.complex.restriction(window)
        expected = {frozenset(cell.vertices) for cell in inside.maximal_cells if cell.dim == 1}
        texts = tab.eval_on_selector_all(".tx-boundary", "marks => marks.map(mark => mark.dataset.exact)")
        found = [[dehomogeneous(tuple(map(int, p.split(":")))) for p in text.split()] for text in texts]
        assert {frozenset(points) for points in found} == expected
        counts = re.match(
            r"In the whole plane (\d+) regions? where g > h, (\d+)", tab.inner_text(".tx-part:nth-of-type(4) .tx-note")
        )
        assert tuple(map(int, counts.groups())) == (boundary.n_positive_regions, boundary.n_negative_regions)


def test_the_state_is_in_the_address(tab, tmp_path):
    scene = scene_of(SQUARE, XOR, (2, 1))
    path = opened(tab, tmp_path, scene)
    tab.locator(".tx-node[data-cone='5']").click(force=True)
    tab.get_by_label("layout").select_option("landscape")
    choose_level(tab, 1)
    await_state(tab, "cone=", "view=landscape", "loss=1")
    fragment = tab.evaluate("location.hash")
    tab.goto("about:blank")
    tab.goto(path.as_uri() + fragment)
    assert tab.inner_text(".tx-summary").startswith("Cone 6 of 75")
    assert tab.input_value("[aria-label=layout]") == "landscape"
    assert tab.inner_text(".tx-readout").startswith("1: 22 cones")
    colors = ".".join(map(str, scene["cones"][7]["colors"]))
    tab.evaluate("text => { location.hash = text; }", f"cone={colors}&loss=2&view=polytope&folded=1")  # pasted
    tab.locator(".tx-summary", has_text="Cone 8 of 75").wait_for()
    assert tab.input_value("[aria-label=layout]") == "polytope" and tab.get_by_label("modulo symmetry").is_checked()
    assert tab.inner_text(".tx-readout").startswith("2: ")


def test_turning_and_switches_are_in_the_address(tab, tmp_path):
    path = opened(tab, tmp_path, scene_of([[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]], XOR, (2, 1)))
    tab.get_by_label("vertical axis").select_option("2")
    tab.get_by_label("zoom in").click()
    tab.locator(".tx-stage").press("PageUp")
    tab.get_by_label("chambers").check()
    tab.get_by_label("modulo adding one form to all").check()
    tab.get_by_text("Mark this cone").click()
    state = """() => { const { fanView, coneView } = document.querySelector('#explorer').explorer;
        return [fanView.turn.map(v => v.toFixed(3)), fanView.zoom, fanView.by, coneView.marked]; }"""
    before = tab.evaluate(state)
    await_state(tab, "turn=", "zoom=", "axes=", "marked=", "reduced=1")
    fragment = tab.evaluate("location.hash")
    tab.goto("about:blank")
    tab.goto(path.as_uri() + fragment)
    assert tab.evaluate(state) == before and before[2] == "chambers"
    assert tab.input_value("[aria-label='vertical axis']") == "2"
    assert tab.get_by_label("modulo adding one form to all").is_checked()


def test_the_states_of_other_pages(tab, tmp_path):
    path = opened(tab, tmp_path, small_regions())
    tab.get_by_label("layer 1").uncheck()
    tab.get_by_label("zoom in").click()
    tab.locator("[data-region='3']").dispatch_event("click")
    await_state(tab, "region=3", "hidden=0", "view=")
    box = tab.locator("svg.tx-regions").get_attribute("viewBox")
    fragment = tab.evaluate("location.hash")
    tab.goto("about:blank")
    tab.goto(path.as_uri() + fragment)
    assert tab.inner_text(".tx-summary").startswith("Region 4 of 7") and tab.locator(".tx-side").count() == 0
    assert tab.locator("svg.tx-regions").get_attribute("viewBox") == box
    tab.goto("about:blank")
    opened(tab, tmp_path, Explorer.of_pooling(MaxPooling(4, 3, stride=1)).scene, "#region=5&zoom=2&turn=1,0.2")
    assert tab.inner_text(".tx-summary") == "Region 6 of 7."
    assert tab.evaluate("document.querySelector('#explorer').explorer.view.turn") == [1, 0.2]


@pytest.mark.slow
def test_a_walk_is_animated(browser, tmp_path):
    scene = scene_of([[0], [1], [2]], [1, -1, 1], (2, 1))
    worst = max(range(len(scene["cones"])), key=lambda i: scene["cones"][i]["loss"])
    tab = browser.new_page()
    opened(tab, tmp_path, scene, "#cone=" + ".".join(map(str, scene["cones"][worst]["colors"])))
    tab.get_by_text("Walk to the nearest cone of loss 0").click()
    tab.locator(".tx-summary", has_text="loss 1").wait_for(timeout=PATIENCE)
    tab.locator(".tx-summary", has_text="loss 0").wait_for(timeout=PATIENCE)
    assert tab.locator(".tx-trail").count() == 1
    tab.close()


def test_keys_walk_through_walls(tab, tmp_path):
    scene = scene_of(SQUARE, XOR, (2, 1))
    opened(tab, tmp_path, scene)
    before = int(re.search(r"Cone (\d+)", tab.inner_text(".tx-summary"))[1]) - 1
    tab.locator(".tx-stage").focus()
    for key in ("ArrowRight", "ArrowLeft", "ArrowUp", "ArrowDown"):
        tab.keyboard.press(key)
        after = int(re.search(r"Cone (\d+)", tab.inner_text(".tx-summary"))[1]) - 1
        assert before == after or any({before, after} == set(wall[:2]) for wall in scene["walls"])
        before = after
    assert tab.inner_text(".tx-live").startswith("cone ")


def test_hostile_texts_are_text(tab, tmp_path):
    hostile = "</script><img src=x onerror=alert(1)>\"'&<b>"
    scene = scene_of(SQUARE, XOR, (1, 1), title=hostile, names={1: hostile, -1: "</title>"})
    opened(tab, tmp_path, scene)
    assert tab.inner_text("h1") == hostile and tab.title() == hostile
    assert f"+ is “{hostile}”, − is “</title>”." in tab.inner_text(".tx-data > .tx-note")
    assert tab.locator("img").count() == 0


def test_exports(tab, tmp_path):
    scene = scene_of(SQUARE, XOR, (2, 1))
    opened(tab, tmp_path, scene)
    with tab.expect_download() as caught:
        tab.get_by_label("export the data as JSON").click()
    document = json.loads(Path(caught.value.path()).read_text(encoding="utf-8"))
    assert document["cones"] == scene["cones"] and document["selected"]["loss"] == 0
    found = []
    tab.on("download", lambda item: found.append(item))
    tab.get_by_label("export the pictures as SVG").click()
    for _ in range(50):
        if len(found) == 2:
            break
        tab.wait_for_timeout(50)
    names = {item.suggested_filename: Path(item.path()).read_text(encoding="utf-8") for item in found}
    assert set(names) == {"data.svg", "fan.svg"} and names["fan.svg"].count("<circle") == 75
    assert 'fill="rgb' in names["fan.svg"]


def test_a_picture_has_what_is_seen(tab, tmp_path):
    """Of the sphere only what is in front, on the ground of the theme, with the halos of numbers behind them."""
    opened(tab, tmp_path, scene_of(SQUARE, XOR, (1, 1)))
    tab.emulate_media(color_scheme="dark")
    tab.locator("#explorer[data-theme=dark]").wait_for()
    found = []
    tab.on("download", lambda item: found.append(item))
    tab.get_by_label("export the pictures as SVG").click()
    while len(found) < 2:
        tab.wait_for_timeout(50)
    files = {item.suggested_filename: ElementTree.parse(item.path()).getroot() for item in found}
    circles = [mark for mark in files["fan.svg"].iter(f"{SVG}circle") if "tx-node" in mark.get("class", "")]
    assert len(circles) == tab.locator(".tx-node:visible").count() - tab.locator(".tx-legend .tx-node").count() < 14
    assert files["fan.svg"][0].get("fill") == "#16171a" and files["fan.svg"].get("width") == "552"
    numbers = [mark for mark in files["data.svg"].iter(f"{SVG}text") if mark.get("class") == "tx-number"]
    assert len(numbers) == 4 and all("stroke" in mark.get("paint-order") for mark in numbers)


def test_the_pattern_of_many_points_is_in_words(tab, tmp_path):
    scene = scene_of([[x] for x in range(30)], [1, -1] * 15, (1, 1))
    opened(tab, tmp_path, scene)
    cone = scene["cones"][5]["colors"]
    tab.evaluate("document.querySelector('#explorer').explorer.select(5)")
    members = [", ".join(str(p + 1) for p, c in enumerate(cone) if c == i) or "no point" for i in (0, 1)]
    assert tab.locator(".tx-classes li").all_inner_texts() == [f" g1: {members[0]}", f" h1: {members[1]}"]


def test_region_counts_of_degenerate_parameters(tab, tmp_path):
    """Against the library: terms that touch or are equal in g and h."""
    rng = random.Random(5)
    opened(tab, tmp_path, scene_of([[0], [1]], [1, -1], (1, 1)))
    (tmp_path / "module.mjs").write_text(module(), encoding="utf-8")
    tab.route("http://module.test/*", lambda route: route.fulfill(path=tmp_path / route.request.url.rsplit("/", 1)[1]))
    (tmp_path / "empty.html").write_text("<!doctype html>", encoding="utf-8")
    tab.goto("http://module.test/empty.html")
    cases = [[[-1, 2], [1, -1], [2, -1], [0, 1]], [[0, 0], [-2, -2], [0, 0], [1, 2]]]
    sizes = [3, 1]
    for dim in (1, 2):
        for _ in range(25):
            n = rng.choice([1, 2, 3])
            cases.append([[rng.randrange(-2, 3) for _ in range(dim + 1)] for _ in range(n + 2)])
            sizes.append(n)
    found = tab.evaluate(
        """async ([cases, sizes]) => {
        const { regionCounts } = await import("http://module.test/module.mjs");
        return cases.map((theta, k) => regionCounts(theta.map((row) => row.map(BigInt)), sizes[k]));
    }""",
        [cases, sizes],
    )
    for theta, n, counts in zip(cases, sizes, found, strict=True):
        boundary = DecisionBoundary(
            (TropicalPolynomial.from_forms(theta[:n]), TropicalPolynomial.from_forms(theta[n:]))
        )
        assert counts == [boundary.n_positive_regions, boundary.n_negative_regions], (theta, n)


@pytest.mark.slow
def test_five_thousand_cones_stay_quick(tab, tmp_path):
    """A frame of a turning picture of more than 5,000 cones takes few strokes: 4,000 edges, and one mark for a cone."""
    points = [[0, 0], [7, 1], [3, 9], [12, 5], [5, 14], [11, 13], [2, 5]]
    scene = scene_of(points, [1, -1, 1, -1, 1, -1, 1], (2, 2))
    assert len(scene["cones"]) > 5000
    opened(tab, tmp_path, scene)
    assert tab.locator("canvas").count() == 1
    strokes = tab.evaluate("""async () => {
        const counts = {};
        const counted = (kind, name) => {
            const own = kind[name];
            kind[name] = function (...given) {
                counts[name] = (counts[name] ?? 0) + 1;
                return own.apply(this, given);
            };
        };
        counted(Path2D.prototype, 'lineTo');
        for (const name of ['fill', 'fillRect', 'stroke', 'arc']) counted(CanvasRenderingContext2D.prototype, name);
        const { fanView } = document.querySelector('#explorer').explorer;
        fanView.isTurning = true;
        fanView.turn = [0.1, 0.3];
        fanView.paint();
        await new Promise(requestAnimationFrame);
        return counts;
    }""")
    assert 0 < strokes.pop("lineTo", 0) <= 4000
    assert len(scene["cones"]) <= sum(strokes.values()) <= len(scene["cones"]) + 50


def test_the_dots_of_chambers(tab, tmp_path):
    """One for each chamber, and an edge where a point changes its sign."""
    scene = scene_of(SQUARE_WITH_CENTRE, [1, 1, 1, 1, -1], (2, 1))
    opened(tab, tmp_path, scene)
    tab.get_by_label("chambers").check()
    assert tab.locator(".tx-stage .tx-node").count() == scene["counts"]["chambers"]
    assert f"{len(scene['cones'])} cones in {scene['counts']['chambers']} chambers" in tab.inner_text(".tx-readout")
    tab.get_by_label("modulo symmetry").check()
    assert not tab.get_by_label("chambers").is_checked()


def test_a_sphere_of_many_cells(tab, tmp_path):
    """More than some hundred cells are painted, and the one that is clicked is found."""
    scene = scene_of([[x, x * x] for x in range(22)], [1, -1] * 11, (1, 1))
    opened(tab, tmp_path, scene)
    assert len(scene["cones"]) > 450 and tab.locator("canvas").count() == 1
    seen = """() => { const { fanView } = document.querySelector('#explorer').explorer;
        return fanView.cellPaths ? [...fanView.cellPaths.keys()].map(i => [i, fanView.at[i]]) : null; }"""
    until(tab, f"() => ({seen})() !== null")
    box = tab.locator(".tx-stage").bounding_box()
    i, (x, y, _) = max(tab.evaluate(seen), key=lambda cell: cell[1][2])
    tab.mouse.click(box["x"] + x / 520 * box["width"], box["y"] + y / 520 * box["height"])
    tab.locator(".tx-summary", has_text=f"Cone {i + 1} of").wait_for()


def test_regions_are_zoomed_and_moved(tab, tmp_path):
    opened(tab, tmp_path, small_regions())
    size = """document.querySelector('svg.tx-regions').viewBox.baseVal.width"""
    tab.get_by_label("zoom in").click()
    tab.locator(".tx-chart").press("+")
    assert abs(tab.evaluate(size) - 640 / 1.5**2) < 1e-3
    box = tab.locator(".tx-chart").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    before = tab.locator("svg.tx-regions").get_attribute("viewBox")
    chosen = tab.inner_text(".tx-summary")
    tab.mouse.move(x, y)
    tab.mouse.down()
    tab.mouse.move(x + 60, y + 30, steps=3)
    tab.mouse.up()
    assert tab.locator("svg.tx-regions").get_attribute("viewBox") != before
    assert tab.inner_text(".tx-summary") == chosen  # a move is no click
    tab.get_by_label("reset the view").click()
    assert tab.evaluate(size) == 640


@pytest.mark.slow
def test_many_regions_are_painted(tab, tmp_path):
    """Forty lines in general position have 821 regions: a canvas, on which a click finds the region or the side."""
    rng = random.Random(3)
    rows = [[rng.randrange(-99, 100), rng.randrange(-99, 100)] for _ in range(40)]
    net = Network.from_weights([(rows, [rng.randrange(-60, 61) for _ in rows]), ([[1] * 40], [0])])
    scene = regions_scene(RegionsRequest(net))
    assert len(scene["regions"]) > 700
    opened(tab, tmp_path, scene)
    assert tab.locator(".tx-chart canvas").count() == 1
    i = tab.evaluate("document.querySelector('#explorer').explorer.view.largest()")
    j = next(j for side in scene["sides"] if i in side["regions"] for j in side["regions"] if j != i)
    middle = """i => { const { chart } = document.querySelector('#explorer').explorer.view;
        chart.restore([0, 0, 1]);
        const points = chart.polygons[i];
        return [0, 1].map(k => points.reduce((sum, p) => sum + p[k], 0) / points.length / 640); }"""
    box = settled(tab, ".tx-chart")
    u, v = tab.evaluate(middle, i)
    tab.evaluate("j => document.querySelector('#explorer').explorer.view.select(j)", j)
    tab.mouse.click(box["x"] + u * box["width"], box["y"] + v * box["height"])
    assert tab.inner_text(".tx-summary").startswith(f"Region {i + 1} of")
    with tab.expect_download() as caught:
        tab.get_by_label("export the pictures as SVG").click()
    picture = ElementTree.parse(caught.value.path()).getroot()
    regions = [mark for mark in picture.iter(f"{SVG}polygon") if "tx-region" in mark.get("class", "")]
    assert len(regions) == len(scene["regions"]) and tab.locator(".tx-chart canvas").count() == 1


def test_regions_of_a_network(tab, tmp_path):
    opened(tab, tmp_path, small_regions())
    assert tab.inner_text(".tx-counts").startswith("7 activation regions, 7 linear regions, 7 affine maps")
    assert tab.locator(".tx-region").count() == 7 and tab.locator(".tx-side").count() == 3  # a line for each gate
    assert tab.locator(".tx-handle").count() == 9
    tab.get_by_label("layer 1").uncheck()
    assert tab.locator(".tx-side").count() == 0
    tab.locator(".tx-walls button").first.click()
    assert tab.locator(".tx-boundary").count() == 3


def test_a_side_is_crossed_by_a_click(tab, tmp_path):
    scene = small_regions()
    opened(tab, tmp_path, scene)
    tab.evaluate("document.querySelector('#explorer').explorer.view.select(0)")
    i = next(i for i, side in enumerate(scene["sides"]) if 0 in side["regions"])
    tab.locator(f"[data-side='{i}']").dispatch_event("click")
    [other] = set(scene["sides"][i]["regions"]) - {0}
    assert tab.inner_text(".tx-summary").startswith(f"Region {other + 1} of 7")


def test_a_pooling_polytope(tab, tmp_path):
    scene = Explorer.of_pooling(MaxPooling(4, 3, stride=1)).scene
    opened(tab, tmp_path, scene)
    assert tab.locator(".tx-vertex").count() == 7 and tab.locator(".tx-face").count() == 6
    wall = tab.locator(".tx-walls button").first
    goal = int(wall.get_attribute("data-vertex"))
    wall.click()
    assert tab.inner_text(".tx-summary") == f"Region {goal + 1} of 7."
    assert [0, goal] in scene["edges"]


def test_the_sphere_shows_the_cells_in_front(tab, tmp_path):
    scene = scene_of(SQUARE, XOR, (1, 1))
    opened(tab, tmp_path, scene)
    assert tab.input_value("[aria-label=layout]") == "sphere"
    cells = tab.locator(".tx-cell")
    assert 7 <= cells.count() < 14
    center = tab.locator(".tx-node:not(.tx-behind)").first
    cell = int(center.get_attribute("data-cone"))
    center.click(force=True)
    assert tab.inner_text(".tx-summary").startswith(f"Cone {cell + 1} of 14")


def test_data_in_space_is_projected(tab, tmp_path):
    opened(tab, tmp_path, scene_of([[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]], XOR, (1, 1)))
    assert "Projection of 3-dimensional data" in tab.inner_text(".tx-data > .tx-note")
    assert tab.locator(".tx-region").count() == 0 and "null" not in tab.inner_text(".tx-cone")
    before = tab.locator("[data-point='3']").get_attribute("transform")
    tab.get_by_label("vertical axis").select_option("2")
    assert tab.locator("[data-point='3']").get_attribute("transform") != before


@pytest.mark.parametrize("terms", [pytest.param((2, 1), marks=pytest.mark.slow), (1, 1)])
def test_the_picture_of_far_large_and_small_data(tab, tmp_path, terms):
    """The picture is that of the same data near 0 and of size 1: the same fan, places and boundary."""
    near = [[1, 0], [2, 1], [3, 0]]
    data = [(0, 1), (10**20, 1), (0, Fraction(1, 10**12)), (0, 10**299), (0, Fraction(1, 10**320))]
    places = """() => [[...document.querySelectorAll('.tx-point')].map(mark => mark.getAttribute('transform')),
        document.querySelectorAll('.tx-region').length, document.querySelectorAll('.tx-boundary').length]"""
    first = None
    for far, size in data:
        scene = scene_of([[far + x * size, y * size] for x, y in near], [1, -1, 1], terms)
        opened(tab, tmp_path, scene)
        marks, n_regions, n_boundaries = tab.evaluate(places)
        assert "NaN" not in tab.inner_html(".tx-panes") and tab.locator(".tx-point").count() == 3
        assert n_regions >= 2 and n_boundaries >= 1
        n_spots = len(set(map(tuple, scene["layout"]["polytope"])))
        assert n_spots == len(scene["cones"])
        centers = set(map(tuple, scene["sphere"]["centres"])) if terms == (1, 1) else set()
        first = first or (marks, n_spots, centers)
        assert (marks, n_spots) == first[:2]
        assert not centers or len(centers) == 8
        assert far or all(min(math.dist(a, b) for b in centers) < 1e-3 for a in first[2])


def test_equal_points_are_seen_side_by_side(tab, tmp_path):
    opened(tab, tmp_path, scene_of([[0, 0], [0, 0], [1, 1], [1, 1]], [1, -1, 1, -1], (2, 1)))
    places = tab.eval_on_selector_all(".tx-point", "marks => marks.map(mark => mark.getAttribute('transform'))")
    assert len(set(places)) == 4
    assert "Equal points are drawn side by side" in tab.inner_text(".tx-data > .tx-note")


def test_a_part_of_a_fan_is_called_one(tab, tmp_path):
    scene = scene_of([[x, x * x] for x in range(7)], [1, -1] * 3 + [1], (2, 1), limit=100)
    opened(tab, tmp_path, scene)
    counts = scene["counts"]
    assert f"{counts['shown']} of {counts['maximal_cones']} activation cones" in tab.inner_text(".tx-counts")
    rim = scene["part"]["open"][0]
    tab.evaluate("i => document.querySelector('#explorer').explorer.select(i)", rim)
    assert "Other walls may lead out of this part" in tab.inner_text(".tx-cone")
    assert "in this part" in tab.inner_text(".tx-readout") and tab.get_by_label("modulo symmetry").count() == 0


def test_the_parameter_modulo_lineality(tab, tmp_path):
    scene = scene_of(SQUARE, XOR, (2, 1))
    opened(tab, tmp_path, scene)
    tab.get_by_label("modulo adding one form to all").check()
    assert tab.locator(".tx-parameter li").last.inner_text() == "h1 = 0"


@pytest.mark.parametrize(("width", "theme"), [(390, "light"), (1440, "dark")])
def test_nothing_is_cut_off(tab, tmp_path, width, theme):
    tab.set_viewport_size({"width": width, "height": 800})
    tab.emulate_media(color_scheme=theme)
    opened(tab, tmp_path, scene_of(SQUARE_WITH_CENTRE, [1, 1, 1, 1, -1], (2, 1)))
    assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
    paper = tab.evaluate("getComputedStyle(document.querySelector('#explorer')).backgroundColor")
    assert (paper == "rgb(255, 255, 255)") == (theme == "light")


def test_a_frame_of_a_notebook(tab, tmp_path):
    path = tmp_path / "notebook.html"
    path.write_text(f"<!doctype html><body>{Explorer.of(SQUARE, (2, 1), XOR)._repr_html_()}", encoding="utf-8")
    tab.goto(path.as_uri())
    frame = tab.frame_locator("iframe")
    frame.locator(".tx-node[data-cone='5']").click(force=True)
    assert frame.locator(".tx-summary").inner_text().startswith("Cone 6 of 75")


def test_the_module_of_the_widget(tab, tmp_path):
    """A model as anywidget makes them: the request goes out, the answer comes back, the selection is told."""
    first, second = scene_of(SQUARE, XOR, (2, 1)), scene_of([*SQUARE[:3], [2, 2]], XOR, (2, 1))
    (tmp_path / "widget.mjs").write_text(module(), encoding="utf-8")
    (tmp_path / "page.html").write_text("<!doctype html><body></body>", encoding="utf-8")
    tab.route("http://widget.test/*", lambda route: route.fulfill(path=tmp_path / route.request.url.rsplit("/", 1)[1]))
    tab.goto("http://widget.test/page.html")
    found = tab.evaluate(
        """async ([scene, other]) => {
        const values = { scene, can_compute: true };
        const listeners = new Set();
        const model = { get: (name) => values[name], set: (name, value) => (values[name] = value),
          on: (name, action) => listeners.add(action), off: (name, action) => listeners.delete(action),
          save_changes: () => {
            if (!values.request || values.answer) return;
            values.answer = { number: values.request.number, scene: other };
            listeners.forEach((action) => action());
          } };
        const widget = await import("http://widget.test/widget.mjs");
        const leave = widget.default.render({ model, el: document.body });
        const explorer = document.querySelector(".tropical-explore").explorer;
        explorer.select(3);
        const selected = values.selection.colors;
        explorer.dataView.put(3, ["2", "2"]);
        while (explorer.scene === scene) await new Promise((done) => setTimeout(done, 20));
        const found = [selected, values.request.points[3], explorer.scene.counts.maximal_cones];
        values.answer = { number: 0 };
        explorer.dataView.put(3, ["3", "2"]); // nobody answers
        const asked = [listeners.size, values.request.points[3][0]];
        leave();
        return [...found, asked, [listeners.size, values.request.stop]];
    }""",
        [first, second],
    )
    assert found == [first["cones"][3]["colors"], ["2", "2"], second["counts"]["maximal_cones"], [1, "3"], [0, True]]


def test_the_theme_is_changed_by_the_button_and_the_system(tab, tmp_path):
    opened(tab, tmp_path, scene_of(SQUARE, XOR, (2, 1)))
    fill = tab.locator("[data-cone='5']").get_attribute("fill")
    tab.emulate_media(color_scheme="dark")
    tab.locator("#explorer[data-theme=dark]").wait_for()
    assert tab.locator("[data-cone='5']").get_attribute("fill") != fill
    tab.get_by_text("Theme").click()
    tab.locator("#explorer[data-theme=light]").wait_for()
    assert tab.locator("[data-cone='5']").get_attribute("fill") == fill
