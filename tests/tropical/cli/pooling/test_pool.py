"""The command ``tropical pool``: documents, tables, files of windows, and bad input of every kind."""

import json
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import sympy

from polytopes.minkowski_sums.frontier import count_vertices
from tests.tropical.cli import helpers
from tropical.cli.pooling.pool import MOVED
from tropical.cli.pooling.progress import frontier_progress
from tropical.cli.running import TimeUp
from tropical.pooling.layer import MaxPooling
from tropical.pooling.verify import Way


def pool(*arguments: object) -> helpers.Result:
    return helpers.tropical("pool", *arguments)


def document(*arguments: object, code: int = 0) -> dict[str, Any]:
    """The one JSON document on standard output."""
    return helpers.document("pool", *arguments, code=code)


def refused(*arguments: object) -> str:
    """The one line of an error; nothing may be on standard output."""
    return helpers.refused("pool", *arguments)


def test_all_numbers_of_a_small_layer_are_given_unasked() -> None:
    found = document("--input", 10, "--window", 3, "--stride", 1)
    assert (found["vertices"], found["facets"], found["dimension"], found["windows"]) == ("919", 24, 9, 8)
    assert found["mean_neighbors"] == "8894/919"
    assert found["f_vector"] == [919, 4447, 9414, 11368, 8567, 4143, 1273, 237, 24, 1]
    series = found["generating_function"]
    x = sympy.Symbol(series["variable"])
    quotient = sympy.sympify(series["numerator"]) / sympy.sympify(series["denominator"])
    known = [1, 3, 7, 16, 36, 81, 182, 409, 919]
    assert sympy.series(quotient, x, 0, 9).removeO() == sum(a * x ** (n + series["start"]) for n, a in enumerate(known))
    assert series["terms"][:9] == list(map(str, known))
    rate = found["growth_rate"]
    assert sympy.expand(sympy.sympify(rate["minimal_polynomial"]) - (x**3 - 2 * x**2 - x + 1)) == 0
    assert abs(rate["value"] - 2.24697960371) < 1e-9


def test_a_layer_with_very_many_regions() -> None:
    found = document("--input", "14x16", "--window", "4x4", "--stride", "2x2")
    assert found["vertices"] == "4937449397167822063617615629561804881920"
    assert found["windows"] == 42
    assert all("--" in reason for reason in found.get("left_out", {}).values())


def test_what_a_person_sees() -> None:
    shown = pool("--input", 10, "--window", 3, "--stride", 1).stdout
    for text in ("8 windows", "919", "4,447", "(1 + x) / (1 - 2x - x^2 + x^3)", "2.2469796", "x^3 - 2x^2 - x + 1"):
        assert text in shown


def test_strides_default_to_the_window_as_in_torch() -> None:
    assert document("--input", 9, "--window", 3)["vertices"] == "27"


ACROSS = ("--input", 6, "--window", 2, "--stride", 3, "--padding", 1, "--dilation", 2)
"""The last window reaches over the padding without a position in it."""


@pytest.mark.parametrize(
    ("options", "vertices"),
    [
        (("--input", 8, "--window", 3, "--stride", 1, "--activation", "relu"), "312"),
        (("--input", 6, "--window", 2, "--stride", 1, "--activation", "leaky"), "272"),
        (("--input", 4, "--window", 3, "--stride", 1, "--padding", 1), "11"),
        (("--input", 4, "--window", 3, "--stride", 1, "--padding", 1, "--padding-value", "0"), "26"),
        (("--input", 9, "--window", 3, "--stride", 1, "--dilation", 2), "112"),
        (("--input", 5, "--window", 2, "--stride", 2, "--ceil-mode"), "4"),
        (("--input", 3, "--window", 2, "--stride", 2, "--ceil-mode", "--padding-value", "0"), "2"),
        ((*ACROSS, "--ceil-mode", "--padding-value", "0"), "4"),
        (("--input", "3x3", "--window", 2, "--stride", 1, "--channels", 2), "22500"),
        (("--input", "4x3x2", "--window", 2, "--stride", 1), "54032"),
    ],
)
def test_options_of_layers(options: tuple[object, ...], vertices: str) -> None:
    assert document(*options)["vertices"] == vertices


def test_leaky_relu_has_no_polytope() -> None:
    found = document("--input", 8, "--window", 3, "--stride", 1, "--activation", "leaky")
    assert found["vertices"] == "1408"
    assert not {"facets", "f_vector", "dimension"} & set(found)


def test_regions_are_listed(tmp_path: Path) -> None:
    options = ("list", "--input", 5, "--window", 3, "--stride", 1)
    assert len(document(*options)["list"]) == 16 == int(document(*options[1:])["vertices"])
    assert document(*options)["list"][0] == {"winners": [0, 1, 2], "vertex": [1, 1, 1, 0, 0]}
    first = document(*options, "--limit", 4, code=3)
    assert (len(first["list"]), first["stopped_by"], first["complete"]) == (4, "limit", False)
    shown = pool(*options).stdout
    assert shown.count("  |  ") == 16 and "0 1 2  |  1 1 1 0 0" in shown
    path = tmp_path / "list.json"
    assert pool(*options, "-o", path).stdout == shown and len(json.loads(path.read_text())["list"]) == 16


@pytest.mark.parametrize(
    "content",
    [
        "0 1\n1, 2  # the second window\n\n0 2\n",
        "[[0, 1], [1, 2], [2, 0]]",
        '{"windows": [[0,1],[1,2],[0,2]], "size": 3}',
    ],
)
def test_windows_from_a_file(tmp_path: Path, content: str) -> None:
    path = tmp_path / "windows"
    path.write_text(content)
    found = document("--windows", path)
    assert (found["vertices"], found["facets"], found["f_vector"], found["dimension"]) == ("6", 6, [6, 6, 1], 2)
    assert "left_out" in found and "file" in found["left_out"]["generating_function"]


@pytest.mark.parametrize(
    "content",
    [
        "0 a\n",
        "[[0], []]",
        "[[-1]]",
        "[1, 2]",
        '{"sets": []}',
        "[[0, 5]",
        "[[0.5]]",
        "99999999",
        '{"windows": [[0]], "size": "1"}',
        '{"windows": [[0]], "size": -1}',
        '{"windows": "01"}',
        "{}",
    ],
)
def test_files_that_are_no_windows(tmp_path: Path, content: str) -> None:
    path = tmp_path / "windows"
    path.write_text(content)
    assert str(path) in refused("--windows", path)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ((), "--input is missing"),
        (("--input", 5), "--window is missing"),
        (("--input", 5, "--window", 7), "does not fit"),
        (("--input", 5, "--window", 3, "--stride", 0), "positive"),
        (("--input", 5, "--window", 0), "positive"),
        (("--input", 0, "--window", 1), "positive"),
        (("--input", 5, "--window", 3, "--padding", 2), "at most half"),
        (("--input", 5, "--window", 3, "--dilation", 0), "positive"),
        (("--input", "5x", "--window", 3), "N, NxM"),
        (("--input", "five", "--window", 3), "N, NxM"),
        (("--input", "-5", "--window", 3), "N, NxM"),
        (("--input", 10**9, "--window", 3), "'1000000000' is too large; lengths are below 10^9"),
        (("--input", 9, "--window", f"2x{10**40}"), "too large"),
        (("--input", 10**9 - 1, "--window", 2), "more than 100000000 positions"),
        (
            ("--input", "4x4", "--window", "2x2x2"),
            "--window '2x2x2' has 3 numbers; give one, or one for each of 2 axes",
        ),
        (
            ("--input", 4, "--window", 2, "--stride", "1x1"),
            "--stride '1x1' has 2 numbers; give one, as the input has one axis",
        ),
        (("verify", "--input", 4, "--window", 2, "-o", "out.json"), "No such option: -o"),
        (("--input", 5, "--window", 3, "--activation", "gelu"), "relu or leaky"),
        (("--input", 5, "--window", 3, "--channels", 0), "at least 1"),
        (("--input", 5, "--window", 3, "--padding-value", "1"), "-inf or 0"),
        (("list", "--input", 5, "--window", 2, "--activation", "leaky"), "only count"),
        (("rank", "0,x,1", "--input", 9, "--window", 3), "winners '0,x,1'"),
        (("rank", "0,3", "--input", 9, "--window", 3), "2 elements"),
        (("rank", "0,0,0", "--input", 9, "--window", 3), "no vertex"),
        (("unrank", "--input", 9, "--window", 3, "--", "-1"), "not the number of a region"),
        (("unrank", "27", "--input", 9, "--window", 3), "27 vertices"),
        (("selections", "--input", 9, "--window", 3, "--activation", "relu"), "leave out activation"),
        (("cost", "--input", 9, "--window", 3, "--activation", "leaky"), "only count"),
        (("--input", 9, "--window", 3, "rank", "0,3,6"), "options of 'tropical pool rank' come after its name"),
        (("--then", "2", "neighbors"), "options of 'tropical pool neighbors' come after its name"),
        (("regions",), "No such command 'regions'"),
        (("--input", 9, "--window", 3, "--then", "2/1/0/0"), "--then"),
        (("--input", 9, "--window", 3, "--then", "5"), "does not fit"),
        (("--input", 9, "--window", 3, "--then", ""), "--then"),
        (("--windows", "missing", "--then", "2"), "--then"),
        (("--input", 9, "--window", 3, "--channels", 10**21), "at most 100000"),
        (("--windows", "missing"), "cannot be read"),
        (("--windows", "missing", "--input", 5), "--input and --windows are both given"),
        (("--windows", "missing", "--ceil-mode"), "both given"),
        (("--windows", "missing", "--padding-value", "0"), "both given"),
    ],
)
def test_bad_input(options: tuple[object, ...], message: str) -> None:
    assert message in refused(*options)


def test_too_large_a_layer_is_bounded() -> None:
    found = document("--input", "12x12", "--window", 3, "--stride", 1, code=3)
    low, high = found["bounds"]["log2"]
    assert 0 < low < high < 100 * 3.17
    assert int(found["bounds"]["lower"]) < int(found["bounds"]["upper"])
    assert "vertices" not in found


@pytest.mark.slow
def test_bounds_come_within_the_time_that_is_given() -> None:
    """At the end of the time the alarm would have left them out."""
    found = document("--input", "112x112", "--window", 3, "--stride", 2, "--padding", 1, "--timeout", 8, code=3)
    low, high = found["bounds"]["log2"]
    assert 6000 < low < high < 10500
    assert "vertices" not in found


def test_what_is_asked_for_is_tried_without_the_vertices() -> None:
    found = document("--input", "40x40", "--window", 3, "--stride", 1, "--facets", "--timeout", 2, code=3)
    assert "vertices" not in found and found["dimension"] == 1599
    assert found["stopped_by"] in ("timeout", "limit")
    drawn = document("sample", 2, "--input", "40x40", "--window", 3, "--stride", 1, "--timeout", 2, code=3)
    assert "sample" not in drawn and not drawn["complete"]


def test_frontiers_that_are_too_wide_are_no_reason_to_give_up(tmp_path: Path) -> None:
    path = tmp_path / "windows.json"
    rng = random.Random(1)
    path.write_text(json.dumps([rng.sample(range(300), 10) for _ in range(60)]))
    found = document("--windows", path, "--facets", "--timeout", 10, code=3)
    assert "62" in found["left_out"]["facets"] and found["bounds"]["log2"][0] > 60


def test_a_list_stops_in_time() -> None:
    result = pool("list", "--input", "6x6", "--window", 2, "--stride", 1, "--timeout", 1)
    assert result.exit_code == 3 and "stopped by the clock" in result.stderr
    assert result.stdout.count("  |  ") > 10


@pytest.mark.slow
def test_ctrl_c_leaves_what_was_found() -> None:
    """The dimension is there at once; the number of regions would take minutes."""
    command = [sys.executable, "-m", "tropical", "pool", "--input", "11x11", "--window", "2", "--stride", "1", "--json"]
    running = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        time.sleep(6)
        running.send_signal(signal.SIGINT)
        out, err = running.communicate(timeout=30)
    finally:
        running.kill()
    found = json.loads(out)
    assert (running.returncode, found["stopped_by"]) == (130, "interrupt")
    assert err.startswith("interrupted") and "vertices" not in found


def test_progress_is_shown_on_a_terminal(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setattr("tropical.cli.pooling.progress.PATIENCE", -1.0)
    monkeypatch.setattr("tropical.cli.pooling.progress.REFRESH", -1.0)
    with frontier_progress():
        assert count_vertices(MaxPooling((3, 4), 2, 1).hypergraph) == 1536
        time.sleep(0.3)
    assert "states" in capsys.readouterr().err


def test_facets_are_read_from_the_f_vector() -> None:
    found = document("--input", "3x4", "--window", 2, "--stride", 1, "--f-vector")
    assert found["facets"] == found["f_vector"][-2] == 40


def test_series_of_a_padded_layer() -> None:
    found = document("--input", "3x6", "--window", 2, "--stride", 1, "--padding", "0x1", "--generating-function")
    terms = found["generating_function"]["terms"]
    assert found["vertices"] == terms[7] and "cut by 1" in found["generating_function"]["counts"]
    assert "generating_function" not in found.get("left_out", {})


def test_regions_are_drawn() -> None:
    options = ("sample", 3, "--input", "4x4", "--window", 2, "--stride", 1)
    drawn = document(*options)["sample"]
    assert [len(winners) for winners in drawn] == [9, 9, 9]
    assert document(*options)["sample"] == drawn != document(*options, "--seed", 1)["sample"]
    assert pool(*options).stdout.count("winners") == 3
    relu = document("sample", 20, "--input", 6, "--window", 2, "--stride", 1, "--activation", "relu")["sample"]
    assert any(None in winners for winners in relu)


def test_regions_have_numbers() -> None:
    layer = ("--input", "3x4", "--window", 2, "--stride", 1)
    for number in (0, 777, 1535):
        region = document("unrank", number, *layer)["region"]
        assert document("rank", ",".join(map(str, region["winners"])), *layer)["region"] == region
    relu = (*layer, "--activation", "relu")
    assert document("rank", "*,*,*,*,*,*", *relu)["region"]["winners"] == [None] * 6
    assert "region 6: winners 2 2" in pool("unrank", 6, "--input", 4, "--window", 3, "--stride", 1).stdout


def test_how_many_inputs_win_and_how_many_neighbors_there_are() -> None:
    layer = ("--input", 7, "--window", 3, "--stride", 1)
    found = document("selections", *layer)
    assert found["selections"] == ["0", "0", "4", "34", "32", "11"]
    assert Fraction(found["mean_selected"]) == Fraction(2 * 4 + 3 * 34 + 4 * 32 + 5 * 11, 81)
    grid = ("--input", "4x4", "--window", 2, "--stride", 1)
    counted = document(*grid)
    assert sum(map(int, document("selections", *grid)["selections"])) == int(counted["vertices"])
    mean = Fraction(2 * counted["f_vector"][1], counted["f_vector"][0])
    assert Fraction(document("neighbors", *grid)["mean_neighbors"]) == mean == Fraction(counted["mean_neighbors"])
    assert "different winners" in pool("selections", "--input", 7, "--window", 3).stdout


def test_pools_after_a_pool() -> None:
    found = document("--input", 9, "--window", 3, "--stride", 2, "--then", "2/1")
    assert (found["vertices"], found["patterns"], found["windows"]) == ("69", "233", 3)
    assert found["then"] == [{"window": [2], "stride": [1], "padding": [0], "output": [3]}]
    both = document("--input", "8x8", "--window", 2, "--then", 2, "--then", "2x1", "--channels", 2)
    assert [after["output"] for after in both["then"]] == [[2, 2], [1, 2]]
    assert both["vertices"] == str(32**4)


def test_series_of_facets() -> None:
    found = document("--input", "3x9", "--window", 2, "--stride", 1, "--facets", "--generating-function")
    terms = list(map(int, found["facets_generating_function"]["terms"]))
    assert terms[2:] == [4 * n * n - 9 * n + 12 for n in range(3, len(terms) + 1)]
    assert int(found["generating_function"]["terms"][2]) == 150


def test_costs_are_told_before_the_count() -> None:
    layer = ("--input", "6x6", "--window", 2, "--stride", 1)
    cost = document("cost", *layer, "--f-vector")["cost"]
    assert cost["vertices"]["exact"] and cost["vertices"]["states"] < cost["f_vector"]["states"]
    large = document("cost", "--input", "11x11", "--window", 2, "--stride", 1)
    assert not large["cost"]["vertices"]["exact"] and large["cost"]["vertices"]["seconds"] > 60
    assert "vertices" not in large and "states at a time" in pool("cost", *layer).stdout
    assert "closed form" in pool("cost", "--input", 6, "--window", 2).stdout


def test_long_files_of_windows(tmp_path: Path) -> None:
    path = tmp_path / "windows.txt"
    path.write_text("\n".join(f"{4 * i} {4 * i + 1} {4 * i + 2}" for i in range(2000)))
    found = document("--windows", path)
    assert (found["facets"], found["dimension"]) == (6000, 4000)
    assert "--f-vector" in found["left_out"]["f_vector"]


def test_output_is_written(tmp_path: Path) -> None:
    path = tmp_path / "out.json"
    assert pool("--input", 6, "--window", 2, "-o", path).exit_code == 0
    assert json.loads(path.read_text())["vertices"] == "8"


def test_verify_one_layer() -> None:
    found = document("verify", "--input", "3x3", "--window", 2, "--stride", 1)
    assert found["agree"] and len(found["ways"]) >= 5
    assert {way["vertices"] for way in found["ways"]} == {"150", None}
    assert "all ways agree" in pool("verify", "--input", 4, "--window", 2).stderr


def test_the_clock_stops_a_comparison(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What was compared before the clock rang is kept; a contradiction counts, whatever would have come."""
    one, other = Way("one", 8, 3, None, 0.1), Way("other", 9, 3, None, 0.1)

    def stopped(found: list[Way]) -> Callable[[object], Iterator[Way]]:
        def ways(graph: object) -> Iterator[Way]:
            yield from found
            raise TimeUp

        return ways

    layer = ("verify", "--input", 6, "--window", 2)
    for found, agree, code in (([one], None, 3), ([one, other], False, 1)):
        monkeypatch.setattr("tropical.pooling.verify.every_way", stopped(found))
        answer = document(*layer, code=code)
        assert (answer["agree"], answer["complete"], answer["stopped_by"]) == (agree, False, "timeout")
        assert [way["way"] for way in answer["ways"]] == [way.name for way in found]
        assert "stopped by the clock; what was compared" in pool(*layer).stderr
    for command in (("verify",), ("tables", tmp_path / "tables")):
        assert document(*command, "--timeout", 0.001, code=3)["stopped_by"] == "timeout"


@pytest.mark.slow
def test_verify_the_published_formulas() -> None:
    found = document("verify")
    assert found["agree"] and len(found["checks"]) > 100
    assert any(check["statement"] is None for check in found["checks"])


@pytest.mark.slow
def test_tables_are_written(tmp_path: Path) -> None:
    folder = tmp_path / "tables"
    written = document("tables", folder)["files"]
    assert len(written) == 8
    ours = (folder / "grids_vertices.csv").read_text().splitlines()
    assert ours[0] == "H,W,kh,kw,s,vertices,facets"
    assert "3,3,2,2,1,150,21" in ours


@pytest.mark.parametrize(("option", "instead"), MOVED.items())
def test_what_was_an_option_is_a_command(option: str, instead: str) -> None:
    line = refused("--input", 6, "--window", 3, option, 5)
    assert f"no option {option}; give 'tropical pool {instead}' and the layer" in line


def test_the_series_of_several_channels_is_that_of_one() -> None:
    found = pool("--input", 6, "--window", 3, "--stride", 1, "--channels", 2).stdout
    assert "one channel of them" in " ".join(found.split())
