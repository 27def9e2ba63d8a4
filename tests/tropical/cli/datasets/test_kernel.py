"""``tropical kernel``: known answers, what is said of bends, scales and limits, pictures, and refusals."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.paths import DATA
from tests.tropical.cli.helpers import document, refused, tropical
from tropical import Network, save
from tropical.networks.layers.activation import LeakyReLU

KNOWN = [e for e in json.loads((DATA / "kernels_and_margins.json").read_text())["entries"] if e["kind"] == "ntk"]


def files(folder: Path, case: dict[str, list[list[str]]]) -> tuple[Path, Path]:
    network = Network.from_weights([(case["W"], [0] * len(case["W"])), ([case["v"]], [0])])
    save(network, folder / "net.json")
    (folder / "x.csv").write_text("".join(",".join(row) + "\n" for row in case["X"]))
    return folder / "net.json", folder / "x.csv"


@pytest.mark.parametrize("entry", KNOWN, ids=lambda entry: entry["id"])
def test_known_answers(entry: dict[str, dict], tmp_path: Path) -> None:
    answer = entry["answer"]
    asked = ("kernel", *files(tmp_path, entry["input"]), "--no-biases", "--scale", "width", "--limit-kernel")
    found = document(*asked, "--digits", 18)
    assert found["kernel"] == answer["K"] and found["rank"] == answer["rank_K"] and found["det"] == answer["det_K"]
    assert found["rank_of_layers"] == [answer["rank_K1"], answer["rank_K2"]]
    polynomial = [int(c) for c in found["lambda_min"]["minimal_polynomial"]]
    assert polynomial == answer["lambda_min_polynomial_constant_first"]
    assert found["lambda_min"]["value"] == answer["lambda_min"]
    assert found["separation"]["delta_squared"] == answer["delta_squared"]
    assert found["pair_bound"]["value"] == answer["pair_upper_bound"]
    assert found["limit_kernel"]["lambda_min"]["value"][:18] == answer["limit"]["lambda_min_K"][:18]
    assert float(found["scale"]["value"]) == pytest.approx(answer["scale_lambda"])
    shown = tropical(*asked, "--plot", tmp_path / "k.png")
    assert shown.exit_code == 0 and "scale, no bound" in shown.stdout and (tmp_path / "k.png").stat().st_size > 10_000


def test_bends_are_said(tmp_path: Path) -> None:
    net, data = files(tmp_path, {"W": [["1", "-1"]], "v": ["2"], "X": [["1", "1"], ["2", "1"]]})
    found, shown = document("kernel", net, data), tropical("kernel", net, data)
    assert (found["at_zero"], found["points_on_bends"], found["biases"]) == ("0", [0], True)
    assert found["scale"] is None and "at least 3 dimensions" in found["scale_reason"]
    assert "units bend at 1 of 2 points; their derivative there is taken to be 0" in shown.stderr
    assert document("kernel", net, data, "--at-zero", "1/2")["kernel"][0][0] == "4"
    save(Network.from_weights([([[1, -1]], [0]), ([[2]], [0])], activation=LeakyReLU("1/2")), net)
    assert "--at-zero" in refused("kernel", net, data)


def test_degenerate_data(tmp_path: Path) -> None:
    net, data = files(
        tmp_path, {"W": [["1", "0"], ["0", "1"]], "v": ["1", "1"], "X": [["1", "2"], ["1", "2"], ["0", "0"]]}
    )
    found = document("kernel", net, data, "--no-biases", "--limit-kernel")
    assert (found["rank"], found["det"], found["lambda_min"]["exact"], found["lambda_min"]["multiplicity"]) == (
        1,
        "0",
        "0",
        2,
    )
    assert found["limit_kernel"]["singular"] and found["limit_kernel"]["lambda_min"]["exact"] == "0"
    assert tropical("kernel", net, data, "--plot", tmp_path / "k.pdf").exit_code == 0
    data.write_text("x,y,label\n3,4,1\n")
    found = document("kernel", net, data, "--no-biases")
    assert (found["lambda_min"]["exact"], found["pair_bound"], found["separation"]) == ("75", None, None)


def test_limits_and_refusals(tmp_path: Path) -> None:
    net, data = files(tmp_path, KNOWN[0]["input"])
    found = document("kernel", net, data, "--limit", 3, code=3)
    assert (found["rank"], found["det"], found["lambda_min"], found["stopped_by"]) == (5, None, None, "limit")
    assert "the scale 'depth'" in refused("kernel", net, data, "--scale", "depth")
    assert "above 0" in refused("kernel", net, data, "--scale", "-1")
    assert "is not a rational number" in refused("kernel", net, data, "--at-zero", "x")
    assert "a picture is" in refused("kernel", net, data, "--plot", tmp_path / "k.txt")
    data.write_text("1,2\n")
    assert "3 inputs" in refused("kernel", net, data)
    data.write_text("x,y,z\n")
    assert tropical("kernel", net, data).exit_code == 2
