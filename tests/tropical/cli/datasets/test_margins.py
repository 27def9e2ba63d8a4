"""``tropical margins``: known answers, limits, networks and signals, pictures, and refusals."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.paths import DATA
from tests.tropical.cli.helpers import SQUARE, document, refused, tropical
from tropical import save
from tropical.parameter_space.margins import LeakyUnits

KNOWN = [e for e in json.loads((DATA / "kernels_and_margins.json").read_text())["entries"] if e["kind"] == "leaky_gd"]


def table(folder: Path, points: Any, labels: Any) -> Path:
    path = folder / "data.csv"
    rows = [[*map(str, x), str(y)] for x, y in zip(points, labels, strict=True)]
    path.write_text("".join(",".join(row) + "\n" for row in rows))
    return path


@pytest.mark.parametrize("entry", KNOWN, ids=lambda entry: entry["id"])
def test_known_answers(entry: dict[str, Any], tmp_path: Path) -> None:
    given, answer = entry["input"], entry["answer"]
    data = table(tmp_path, given["X"], given["y"])
    leaky = ("--alpha", given["alpha"], "--descend", "--units", given["m"], "--best-network", "--limit", 100)
    if not answer["linearly_separable"]:
        found = document("margins", data, "--labels", -1)
        assert found["separable"] is False and found["w"] is None and any(m != "0" for m in found["farkas"])
        assert "none" in tropical("margins", data, "--labels", -1, *leaky).stdout
        return
    found = document("margins", data, "--labels", -1, *leaky)
    assert (found["w"], found["norm_squared"]) == (answer["w_star"], answer["w_star_norm_squared"])
    descent, best = found["descent"], found["best_network"]
    assert (descent["T"], descent["U"], descent["W"]) == (answer["T"], answer["sum_of_active"], answer["W"])
    assert descent["bounds"]["updates"] == answer["bound_U_zero_start"]
    assert {key: best[key] for key in ("norm_squared", "w_plus", "w_minus")} == answer["max_margin_network"]


def test_networks_signals_and_pictures(tmp_path: Path) -> None:
    data = table(tmp_path, [(1, "1/2"), (1, -1), (-1, "1/2")], "++-")
    save(LeakyUnits.of([["-3/4", "5/24"], ["3/4", "-1/8"]], "1/2").network, tmp_path / "net.json")
    asked = ("margins", data, "--labels", -1, "--alpha", "1/2", "--descend", "--best-network", "--gamma", "1/2")
    asked += ("--network", tmp_path / "net.json")
    found = document(*asked, "--signal", "3/5,4/5")
    assert found["network_margins"]["outputs"] == found["descent"]["outputs"] == ["97/96", "65/48", "-121/96"]
    assert (found["network_margins"]["smallest_margin"], found["network_margins"]["errors"]) == ("97/96", 0)
    assert found["signal"]["network"] == found["signal"]["descent"]
    assert found["signal"]["linear"]["squared_argument"] == "9/8"
    assert document(*asked, "--signal", "1,0")["signal"]["descent"]["ratio_squared"] == "729/34"
    shown = tropical(*asked, "--signal", "0,-1", "--plot", tmp_path / "m.svg")
    assert shown.exit_code == 0 and "w: error" in shown.stdout and (tmp_path / "m.svg").stat().st_size > 10_000


def test_limits_keep_what_is_known(tmp_path: Path) -> None:
    data = table(tmp_path, [(1, "1/2"), (1, -1), (-1, "1/2")], "++-")
    found = document(
        "margins", data, "--labels", 2, "--alpha", "1/2", "--descend", "--best-network", "--limit", 1, code=3
    )
    assert found["w"] == ["1", "0"] and found["stopped_by"] == "limit"
    assert (found["descent"]["T"], found["descent"]["converged"]) == (1, False)
    assert found["best_network"]["lower_bound"] != found["best_network"]["norm_squared"] == "8/9"
    shown = tropical("margins", data, "--labels", 2, "--alpha", "1/2", "--descend", "--best-network", "--limit", 1)
    assert "no network has less than" in shown.stdout
    assert "stopped at the limit; this is what was known by then" in shown.stderr
    assert found["data"]["rank"] == 2, "there is no constant, so not the 3 of [1 | X]"


def test_degenerate_data(tmp_path: Path) -> None:
    found = document("margins", table(tmp_path, [(0, 0), (1, 1)], "++"), "--labels", 2, "--alpha", 1, "--descend")
    assert found["separable"] is False and "point 0 is 0" in found["descent_reason"] and found["descent"] is None
    found = document("margins", table(tmp_path, [(1, 1), (1, 1)], "++"), "--labels", 2)
    assert found["separable"] and found["tight"] == [0, 1] and found["norm_squared"] == "1/2"
    weighted = tmp_path / "w.csv"
    weighted.write_text("x,label,weight\n1,+,3\n")
    found = document("margins", weighted, "--alpha", "1/2", "--descend")
    assert (found["descent"]["eta"], found["descent"]["U"]) == ("1/3", 3)


def test_labels_other_than_signs_are_said_aloud(tmp_path: Path) -> None:
    shown = tropical("margins", table(tmp_path, [(1, 2), (2, 1)], ("0", "5")), "--labels", 2)
    assert "of the labels 5 is 1, 0 is -1" in shown.stderr
    assert "of the labels" not in tropical("margins", table(tmp_path, [(1, 2), (2, 1)], "+-"), "--labels", 2).stderr
    texts = table(tmp_path, [(1, 2), (2, 1)], ("no", "yes"))
    for asked in (("margins",), ("classify", "--terms", "1,1"), ("types",)):
        assert "of the labels yes is 1, no is -1" in tropical(asked[0], texts, *asked[1:], "--labels", 2).stderr


def test_refusals(tmp_path: Path) -> None:
    data = tmp_path / "data.csv"
    data.write_text(SQUARE)
    asked = ("margins", data, "--labels", "kind")
    plain = tmp_path / "plain.csv"
    plain.write_text("1,2\n3,4\n")
    assert "no column named label" in refused("margins", plain)
    for options, message in (
        (("--alpha", "1/2"), "--alpha is of leaky ReLU units"),
        (("--descend",), "no --alpha"),
        (("--descend", "--alpha", 2), "0 < alpha <= 1"),
        (("--descend", "--alpha", "x"), "not a rational number"),
        (("--best-network", "--alpha", "1/2", "--eta", 1), "--eta is of a descent"),
        (("--gamma", "1/2"), "--gamma is about a signal"),
        (("--signal", "1,1"), "squared length 2"),
        (("--signal", "1"), "1 entries in dimension 2"),
        (("--limit", 3), "--limit is of a descent"),
        (("--logits",), "--logits is about a network"),
        (("--plot", tmp_path / "m.txt"), "a picture is"),
    ):
        assert message in refused(*asked, *options)
    line = table(tmp_path, [(1, 0), (2, 1)], "+-")
    assert "eta = 0" in refused("margins", line, "--labels", 2, "--descend", "--alpha", "1/2", "--eta", 0)
    assert "above 0 and below 1" in refused("margins", line, "--labels", 2, "--signal", "1,0", "--gamma", 1)
    assert "3 different labels" in refused("margins", table(tmp_path, [(1,), (2,), (3,)], "abc"), "--labels", 1)
