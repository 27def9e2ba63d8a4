"""The page with its server: points are moved with the mouse and the keys, and the counts are those of the library."""

from __future__ import annotations

import re
import subprocess
import sys
import time

import pytest

from tropical.fans.data_set import DataSet
from tropical.pictures.explorer.fan_scene import FanRequest, fan_scene

PATIENCE = 120_000
"""Milliseconds: on a busy machine compiled code may have to be made first."""
TABLE = "x,y,label\n0,0,+\n2,0,-\n0,2,-\n2,2,+\n1,3,-\n"


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    pytest.importorskip("uvicorn", reason="needs the extra 'explore'")
    pytest.importorskip("starlette", reason="needs the extra 'explore'")
    path = tmp_path_factory.mktemp("data") / "points <b>.csv"
    path.write_text(TABLE, encoding="utf-8")
    command = [sys.executable, "-m", "tropical", "explore", str(path), "--terms", "2,1", "--no-browser"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        yield process.stdout.readline().strip()
        process.terminate()


@pytest.fixture
def served(tab, address):
    tab.goto("about:blank")
    tab.goto(address)
    closer = tab.locator(".tx-tour").get_by_text("Close")
    if closer.is_visible():
        closer.click()
    return tab


def counts_of(points, labels, terms=(2, 1)):
    counts = fan_scene(FanRequest(DataSet.of(points, labels), terms))["counts"]
    return counts["maximal_cones"], counts["chambers"], counts["dichotomies"]


def shows(tab, expected):
    cones, chambers, dichotomies = expected
    text = f"{cones} activation cones, {chambers} classification chambers, {dichotomies} dichotomies"
    tab.locator(".tx-counts", has_text=text).wait_for(timeout=PATIENCE)
    assert tab.inner_text(".tx-counts").startswith(text)


LABELS = [1, -1, -1, 1, -1]
GENERIC = [[0, 0], [2, 0], [0, 2], [2, 2], [1, 3]]


def settled(tab, selector):
    """Return where an element is once it stays there: on a busy machine a page takes time to find its shape."""
    box = None
    while box != (box := tab.locator(selector).bounding_box()):
        tab.wait_for_timeout(100)
    return box


def drag(tab, point, place, drops=True):
    """Drag a point of the picture to a place in the coordinates of the data."""
    view = settled(tab, ".tx-plane")
    share = """place => place.map((value, k) =>
        document.querySelector('#explorer').explorer.dataView.frameOf.share(k, BigInt(value), 1n))"""
    u, v = tab.evaluate(share, place)
    mark = tab.locator(f"[data-point='{point}'] > :is(circle, rect):not(.tx-halo, .tx-touch)").bounding_box()
    tab.mouse.move(mark["x"] + mark["width"] / 2, mark["y"] + mark["height"] / 2)
    tab.mouse.down()
    tab.mouse.move(view["x"] + view["width"] * u, view["y"] + view["height"] * (1 - v), steps=5)
    if drops:
        tab.mouse.up()


def test_dragging_into_collinearity_changes_the_count(served):
    shows(served, counts_of(GENERIC, LABELS))
    drag(served, 4, (1, 1))
    moved = [*GENERIC[:4], [1, 1]]
    assert counts_of(moved, LABELS) != counts_of(GENERIC, LABELS)
    shows(served, counts_of(moved, LABELS))
    served.get_by_text("Undo").click()
    shows(served, counts_of(GENERIC, LABELS))


@pytest.mark.slow
def test_the_address_brings_back_what_was_computed(served):
    drag(served, 4, (1, 1))
    moved = counts_of([*GENERIC[:4], [1, 1]], LABELS)
    shows(served, moved)
    served.locator(".tx-node[data-cone='7']").click(force=True)
    served.wait_for_timeout(300)
    served.reload()
    shows(served, moved)
    served.locator(".tx-summary", has_text="Cone 8 of").wait_for(timeout=PATIENCE)


def test_the_page_stays_where_it_is_while_it_computes(served):
    """A message that pushed the picture down would move the point under the pointer."""
    before = settled(served, ".tx-plane")
    served.evaluate("""() => { const { explorer } = document.querySelector('#explorer');
        explorer.computing.show('computing', new AbortController());
        explorer.fail('a message '.repeat(30)); }""")
    served.get_by_text("Cancel").wait_for()
    assert served.locator(".tx-plane").bounding_box() == before
    served.get_by_label("close this message").click()
    served.locator(".tx-alert").wait_for(state="hidden")


def test_the_count_follows_a_drag_through_large_fans(served):
    """Where whole scenes take long, each step asks for the number of cones, and the rest follows after the drag."""
    served.evaluate("document.querySelector('#explorer').explorer.computing.isSlow = true")
    drag(served, 4, (1, 1), drops=False)
    cones = counts_of([*GENERIC[:4], [1, 1]], LABELS)[0]
    served.locator(".tx-counts", has_text=f"{cones} activation cones; the fan follows").wait_for(timeout=PATIENCE)
    assert served.locator("#explorer.tx-aged").count() == 1
    served.mouse.up()
    shows(served, counts_of([*GENERIC[:4], [1, 1]], LABELS))
    assert served.locator("#explorer.tx-aged").count() == 0


@pytest.mark.slow
def test_a_computation_that_nobody_waits_for_is_ended(served):
    """The whole fan of 6,976 cones takes seconds; a newer wish does not wait for it."""
    many = "#points=0,0;7,1;3,9;12,5;5,14;11,13;2,5&labels=%2B-%2B-%2B-%2B&terms=2,2"
    served.goto("about:blank")
    served.goto(served.asked[0] + many)
    served.get_by_text("Cancel").wait_for(timeout=PATIENCE)
    served.evaluate("""() => { const { explorer } = document.querySelector('#explorer');
        const load = explorer.load.bind(explorer);
        window.loaded = [];
        explorer.load = (scene, ...rest) => {
            window.loaded.push(scene.counts.maximal_cones);
            load(scene, ...rest);
        }; }""")
    served.get_by_label("number of terms of g").fill("1")
    served.get_by_label("number of terms of g").blur()
    points = [[0, 0], [7, 1], [3, 9], [12, 5], [5, 14], [11, 13], [2, 5]]
    expected = counts_of(points, [1, -1, 1, -1, 1, -1, 1], (1, 2))
    shows(served, expected)
    assert served.evaluate("window.loaded") == [expected[0]] and not served.locator(".tx-alert").is_visible()


def test_keys_move_relabel_and_delete(served):
    served.get_by_label("grid of the points").select_option("1")
    served.locator("[data-point='4']").focus()
    served.keyboard.press("ArrowDown")
    shows(served, counts_of([*GENERIC[:4], [1, 2]], LABELS))
    served.keyboard.press(" ")
    served.locator("[data-point='4'][aria-label*='label +']").wait_for()
    served.keyboard.press("Delete")
    shows(served, counts_of(GENERIC[:4], LABELS[:4]))


def test_exact_coordinates_are_typed(served):
    served.get_by_text("Exact coordinates").click()
    field = served.get_by_label("x1 of point 1")
    field.fill("1/3")
    field.press("Enter")
    field.blur()
    shows(served, counts_of([["1/3", 0], *GENERIC[1:]], LABELS))
    served.get_by_label("x2 of point 1").fill("-.5")
    served.get_by_label("x2 of point 1").press("Enter")
    shows(served, counts_of([["1/3", "-1/2"], *GENERIC[1:]], LABELS))
    assert "point 1 at (1/3, -1/2)" in served.locator("[data-point='0']").get_attribute("aria-label")


def test_what_is_refused_is_taken_back(served):
    before = counts_of(GENERIC, LABELS)
    shows(served, before)
    field = served.get_by_label("number of terms of g")
    for text in ("-1", "1.5", "9", "6"):
        field.fill(text)
        field.blur()
        served.locator(".tx-alert", has_text="at most 6 together").wait_for()
        assert field.input_value() == "2"
        served.get_by_label("close this message").click()
    served.get_by_text("Exact coordinates").click()
    for text in ("9" * 41, "1e300", "1/0", "."):
        served.get_by_label("x1 of point 1").fill(text)
        served.get_by_label("x1 of point 1").press("Enter")
    assert "point 1 at (0, 0)" in served.locator("[data-point='0']").get_attribute("aria-label")
    # more digits than the server takes, if it were asked
    served.evaluate("text => document.querySelector('#explorer').explorer.dataView.put(0, [text, '0'])", "9" * 41)
    served.locator(".tx-alert", has_text="digits").wait_for(timeout=PATIENCE)
    assert "point 1 at (0, 0)" in served.locator("[data-point='0']").get_attribute("aria-label")
    assert served.get_by_text("Undo").is_disabled()
    shows(served, before)


def test_an_address_that_is_pasted_is_followed(served):
    served.evaluate("location.hash = 'cone=0.0.0&points=0,0;1,0;0,1&labels=%2B-%2B&terms=1,1&loss=1'")
    moved = counts_of([[0, 0], [1, 0], [0, 1]], [1, -1, 1], (1, 1))
    shows(served, moved)
    assert served.inner_text(".tx-readout").startswith("1: ")
    served.get_by_text("Undo").click()
    shows(served, counts_of(GENERIC, LABELS))


@pytest.mark.slow
def test_points_are_added_and_terms_changed(served):
    served.get_by_text("Add point").click()
    served.locator("[data-point='5']").wait_for()
    served.get_by_label("number of terms of g").fill("1")
    served.get_by_label("number of terms of g").blur()
    text = served.locator("[data-point='5']").get_attribute("aria-label")
    added = re.search(r"\((.*)\)", text)[1].split(", ")
    shows(served, counts_of([*GENERIC, added], [*LABELS, 1], (1, 1)))


@pytest.mark.slow
def test_long_work_shows_progress_and_is_cancelled(served):
    """Seven points and four terms make 6,976 cones, some seconds of work: it is shown, and let go when asked."""
    many = "#points=0,0;7,1;3,9;12,5;5,14;11,13;2,5&labels=%2B-%2B-%2B-%2B&terms=2,2"
    served.goto("about:blank")
    served.goto(served.asked[0] + many)
    served.get_by_text("Cancel").click(timeout=PATIENCE)
    served.locator(".tx-alert", has_text="Cancelled").wait_for()
    assert served.inner_text(".tx-counts").startswith("183 activation cones") or "cones" in served.inner_text(
        ".tx-counts"
    )


@pytest.mark.slow
def test_a_walk_out_of_a_part_of_a_fan(served):
    """Fourteen points and six terms have millions of cones: those around one are shown, and others on the way."""
    many = "#points=" + ";".join(f"{x},{x * x}" for x in range(14)) + "&labels=" + "%2B-" * 7 + "&terms=3,3"
    served.goto("about:blank")
    served.goto(served.asked[0] + many)
    served.locator(".tx-counts", has_text="Part of the fan").wait_for(timeout=PATIENCE)
    state = """() => { const { fan, selected } = document.querySelector('#explorer').explorer;
        const i = fan.neighbors.findIndex((walls, i) => fan.open.has(i));
        return [fan.open.has(selected), i, fan.cones[i].colors.join()]; }"""
    is_open, rim, colors = served.evaluate(state)
    assert not is_open and "in this part" in served.inner_text(".tx-readout")
    served.evaluate("i => document.querySelector('#explorer').explorer.select(i)", rim)
    served.get_by_text("Load the cones around this one").click()
    served.locator(".tx-summary", has_text="Cone 1 of").wait_for(timeout=PATIENCE)
    center = "document.querySelector('#explorer').explorer.fan.cones[0].colors.join()"
    assert served.evaluate(center) == colors
    for _ in range(6):  # through walls until one leads to a cone that was at the rim, and is loaded
        served.locator(".tx-walls button").last.click()
    deadline = time.monotonic() + PATIENCE / 1000
    while served.evaluate(center) == colors:
        assert time.monotonic() < deadline
        served.wait_for_timeout(100)
    assert not served.evaluate(state)[0]


def test_without_the_token_there_is_no_page(tab, address):
    """The same browser, with all that it knows, but without the token in the address."""
    tab.goto(address)
    answer = tab.context.request.get(address.partition("?")[0])
    assert answer.status == 403 and "take the whole address" in answer.json()["error"]


def test_only_this_server_is_asked(served, address):
    drag(served, 0, (0, 1))
    shows(served, counts_of([[0, 1], *GENERIC[1:]], LABELS))
    assert all(url.startswith((address.partition("?")[0], "data:")) for url in served.asked)
    assert all(url.split("#")[0].endswith(address.partition("?")[2]) for url in served.asked if "data:" not in url)
    assert served.inner_text("h1") == "points <b>.csv"
