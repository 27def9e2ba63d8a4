"""Where networks lie among the classifiers of a data set; bad input of the commands on data sets."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tropical.cli.helpers import POINTS, XOR, document, tropical
from tests.tropical.parameter_space.test_attained_dichotomies import random_network
from tropical import save
from tropical.fans.classification.fan import ClassificationFan
from tropical.fans.data_set import DataSet
from tropical.networks.network import Network


def test_where_a_network_lies(square: Path, xor: Path) -> None:
    asked = ("classify", square, "--labels", "kind", "--network", xor)
    found = document(*asked, "--dimension")
    assert found["signs"] == [1, -1, -1, 1] == [1 if XOR(p)[0] > 0 else -1 for p in POINTS] and found["loss"] == 0
    fan = ClassificationFan.of(POINTS, tuple(found["terms"]), labels=[1, -1, -1, 1])
    assert found["terms"] == [1, 2] and fan.signs(found["parameter"]) == (1, -1, -1, 1)
    assert fan.activation.pattern(found["parameter"]).sets == tuple(map(tuple, found["pattern"]))
    assert found["colors"] == [0, 1, 2, 0] and found["cone_dimension"] == 9
    assert (found["parameters"], found["image_dimension"]) == (9, None) and found["functional_dimension"] <= 7
    more = document(*asked, "--terms", "3,2")
    assert more["terms"] == [3, 2] and more["signs"] == found["signs"] and more["pattern"] != found["pattern"]
    table = tropical(*asked, "--dimension").stdout
    for text in ("xor.json", "1 terms less 2", "+--+", "interior of a maximal cone", "functional dimension"):
        assert text in table


def test_a_network_on_a_wall(square: Path, tmp_path: Path) -> None:
    path = tmp_path / "wall.json"
    save(Network.from_weights([([[1, -1], [-1, 1]], [0, 0]), ([[-1, -1]], [1])]), path)
    found = document("classify", square, "--labels", "kind", "--network", path)
    assert found["signs"] == [1, 0, 0, 1] and found["loss"] == 2
    assert found["colors"] is None and found["pattern"] == [[0], [0, 1], [0, 2], [0]] and found["cone_dimension"] == 7
    assert "+00+" in tropical("classify", square, "--labels", "kind", "--network", path).stdout


def test_a_network_that_bends_everywhere_has_no_dimension(square: Path, tmp_path: Path) -> None:
    path = tmp_path / "dead.json"
    save(Network.from_weights([([[1, 1], [0, 0]], [-1, 0]), ([[1, 1]], ["-1/2"])]), path)
    asked = ("classify", square, "--labels", "kind", "--network", path, "--dimension")
    found = document(*asked)
    assert found["functional_dimension"] is None and found["parameters"] == 9 and found["complete"]
    assert "bends at the point" in tropical(*asked).stderr


def test_a_network_of_too_many_terms_has_signs(square: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tropical.cli.datasets.position.MOST_TERMS", 3)
    path = tmp_path / "large.json"
    network = random_network((2, 6, 6, 1), 5)
    save(network, path)
    found = document("classify", square, "--labels", "kind", "--network", path, code=3)
    assert found["terms"] is None and found["stopped_by"] == "limit"
    assert found["signs"] == [1 if network(p)[0] > 0 else -1 for p in POINTS]
    assert found["loss"] == sum(a != b for a, b in zip(found["signs"], [1, -1, -1, 1], strict=True))


def test_other_bad_input_is_one_line(square: Path, xor: Path, tmp_path: Path) -> None:
    points, function = tmp_path / "points.csv", tmp_path / "function.txt"
    points.write_text("0,0\n1,0\n")
    function.write_text("max(x, y)\n")
    three = tmp_path / "three.csv"
    three.write_text("0,0,1\n")
    for arguments, message in [
        (("dichotomies", square, "--labels", "kind", "--architecture", "0"), "widths of the hidden layers"),
        (("dichotomies", square, "--labels", "kind", "--architecture", "2", "--terms", "1,1"), "one of them"),
        (("dichotomies", square, "--labels", "kind", "--architecture", "2", "--growth"), "--growth"),
        (("dichotomies", square, "--labels", "kind", "--terms", "1,1", "--dimension"), "--architecture"),
        (("classify", points, "--terms", "1,1", "--path", "++", "--", "--lowest"), "no labels"),
        (("classify", three, "--network", xor), "2 inputs"),
        (("classify", square, "--labels", "kind", "--network", xor, "--terms", "1,1"), "at least as many"),
        (("classify", square, "--labels", "kind", "--network", xor, "--landscape"), "--landscape"),
        (("classify", points, "--network", xor, "-o", xor), "would be overwritten"),
        (("dichotomies", square, "--labels", "kind", "--terms", "1,1", "--tries", 3), "--tries is about"),
        (("dichotomies", square, "--labels", "kind", "--terms", "1,1", "--seed", 0), "--seed is about"),
        (("classify", square, "--labels", "kind", "--network", xor, "--limit", 3), "--limit does not go with"),
        (("classify", square, "--labels", "kind", "--network", xor, "--ties", "errors"), "--ties does not go with"),
        (("classify", square, "--labels", "kind", "--terms", "1,1", "--input-shape", "2"), "--input-shape is about"),
        (("types", function, "--labels", "sign"), "--labels names a column"),
        (("types", points), "no signs of the terms"),
        (("types", function), "a difference of two maxima"),
        (("types", three, "--labels", "2"), "1 exponents of g and 0 of h"),
    ]:
        result = tropical(*arguments)
        assert result.exit_code == 2 and result.stdout == "", arguments
        [line] = result.stderr.splitlines()
        assert line.startswith("error: ") and message in line


def test_positions_have_room_for_more_terms() -> None:
    from tropical.parameter_space.position import position_of_network

    data = DataSet.of(POINTS, labels=[1, -1, -1, 1])
    found = position_of_network(XOR, data)
    for terms in ((1, 2), (2, 2), (4, 3)):
        wider = found.with_terms(terms)
        assert wider.fan.terms == terms and wider.fan.signs(wider.parameter) == found.signs == wider.signs
        assert len({i for own in wider.pattern.sets for i in own}) == 3
