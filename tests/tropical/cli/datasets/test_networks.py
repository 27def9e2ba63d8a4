"""Networks, paths and types of boundaries on the command line: documents, tables, bad input."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from tests.tropical.cli.datasets.test_classify import POINTS
from tests.tropical.cli.helpers import document, tropical
from tests.tropical.parameter_space.test_attained_dichotomies import random_network
from tropical import save
from tropical.algebra.signed_secondary_fan import SignedSecondaryFan
from tropical.fans.classification.fan import ClassificationFan
from tropical.fans.classification.paths import barrier
from tropical.fans.data_set import DataSet
from tropical.networks.network import Network

XOR = Network.from_weights([([[1, -1], [-1, 1]], [0, 0]), ([[-1, -1]], ["1/2"])])
LABELLED = ClassificationFan.of(POINTS, (2, 1), labels=[1, -1, -1, 1])
LINE = "x,label\n0,-\n1,-\n2,+\n3,-\n4,+\n"


@pytest.fixture
def xor(tmp_path: Path) -> Path:
    path = tmp_path / "xor.json"
    save(XOR, path)
    return path


def test_a_path_between_dichotomies(square: Path) -> None:
    asked = ("classify", square, "--terms", "2,1", "--labels", "kind", "--path", "+--+", "-++-")
    found = document(*asked)
    path = found["path"]
    assert "minimal_loss" not in found and path["walls"] == len(path["cones"]) - 1 > 0
    assert path["cones"][0]["signs"] == [1, -1, -1, 1] and path["cones"][-1]["signs"] == [-1, 1, 1, -1]
    assert path["losses"][0] == 0 and path["losses"][-1] == path["highest_loss"] == 4
    for cone, loss in zip(path["cones"], path["losses"][::2], strict=True):
        assert list(LABELLED.signs(cone["parameter"])) == cone["signs"] and LABELLED.loss(cone["parameter"]) == loss
    for before, after in zip(path["cones"], path["cones"][1:], strict=False):
        assert sum(a != b for a, b in zip(before["colours"], after["colours"], strict=True)) == 1
    both = document(*asked, "--landscape")
    assert both["path"] == path and both["minimal_loss"] == 0 and both["levels"]
    for text in (" walls", "highest loss", "points that change", "+--+", "-++-"):
        assert text in tropical(*asked).stdout


def test_a_path_that_is_low(tmp_path: Path) -> None:
    path = tmp_path / "line.csv"
    path.write_text(LINE)
    asked = ("classify", path, "--terms", "2,1", "--path", "+++-+", "----+")
    fan = ClassificationFan.of([[p] for p in range(5)], (2, 1), labels=[-1, -1, 1, -1, 1])
    height, way = barrier(fan, (1, 1, 1, -1, 1), (-1, -1, -1, -1, 1))
    lowest = document(*asked, "--lowest")["path"]
    assert (lowest["highest_loss"], lowest["walls"]) == (height, way.n_walls)
    assert document(*asked, "--max-loss", height)["path"]["walls"] == way.n_walls
    none = document(*asked, "--max-loss", height - 1)
    assert none["path"] == {
        "max_loss": height - 1, "lowest": False, "walls": None, "cones": [], "losses": None, "highest_loss": None,
    } and none["complete"]  # fmt: skip
    assert f"none with a loss of at most {height - 1}" in tropical(*asked, "--max-loss", height - 1).stdout


def test_ends_of_paths_may_be_parameters_files_and_networks(square: Path, xor: Path, tmp_path: Path) -> None:
    best = tmp_path / "best.json"
    assert document("classify", square, "--terms", "2,2", "--labels", "kind", "-o", best)["minimal_loss"] == 0
    inline = "0,1,0;0,0,1;1/2,1,1;-9,0,0"
    asked = ("classify", square, "--terms", "2,2", "--labels", "kind", "--path")
    found = document(*asked, best, inline)["path"]
    assert found["cones"][0]["signs"] == [1, -1, -1, 1] and found["losses"][0] == 0
    fan = ClassificationFan.of(POINTS, (2, 2))
    assert found["cones"][-1]["signs"] == list(fan.signs([row.split(",") for row in inline.split(";")]))
    found = document(*asked, xor, "-++-")["path"]
    assert found["cones"][0]["signs"] == [1, -1, -1, 1]
    unlabelled = tmp_path / "points.csv"
    unlabelled.write_text("0,0\n1,0\n0,1\n1,1\n")
    found = document("classify", unlabelled, "--terms", "1,1", "--path", "++--", "--++")
    assert found["path"]["losses"] is None and found["path"]["walls"] > 0
    assert document("classify", unlabelled, "--terms", "1,1", "--path", "++++", "++++")["path"]["walls"] == 0


def test_where_a_network_lies(square: Path, xor: Path) -> None:
    asked = ("classify", square, "--labels", "kind", "--network", xor)
    found = document(*asked, "--dimension")
    assert found["signs"] == [1, -1, -1, 1] == [1 if XOR(p)[0] > 0 else -1 for p in POINTS] and found["loss"] == 0
    fan = ClassificationFan.of(POINTS, tuple(found["terms"]), labels=[1, -1, -1, 1])
    assert found["terms"] == [1, 2] and fan.signs(found["parameter"]) == (1, -1, -1, 1)
    assert fan.activation.pattern(found["parameter"]).sets == tuple(map(tuple, found["pattern"]))
    assert found["colours"] == [0, 1, 2, 0] and found["cone_dimension"] == 9
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
    assert found["colours"] is None and found["pattern"] == [[0], [0, 1], [0, 2], [0]] and found["cone_dimension"] == 7
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


def test_a_path_counts_ties_as_errors(square: Path) -> None:
    asked = ("classify", square, "--terms", "2,1", "--labels", "kind", "--path", "+--+", "-++-")
    result = tropical(*asked, "--ties", "correct")
    assert result.exit_code == 2 and "leave --ties out" in result.stderr


def test_the_dichotomies_of_an_architecture(square: Path) -> None:
    asked = ("dichotomies", square, "--labels", "kind", "--architecture")
    one = document(*asked, 1)
    assert one["exact"] is True and document(*asked, "2,2", "--tries", 0)["exact"] is False
    assert (one["dichotomies"], one["at_most"], one["shattered"]) == (14, 14, False) and one["architecture"] == [1]
    two = document(*asked, 2, "--list", "--dimension")
    assert (two["dichotomies"], two["at_most"], two["shattered"]) == (16, 16, True)
    assert two["image_dimension_at_least"] == two["image_dimension_at_most"] == 4
    for entry in two["all_dichotomies"]:
        network = Network.from_weights([(layer["weights"], layer["biases"]) for layer in entry["network"]])
        assert "".join("+" if network(p)[0] > 0 else "-" for p in POINTS) == entry["signs"]
    assert "16 of 16, all there are" in tropical(*asked, 2, "--list", "--dimension").stdout
    stopped = document(*asked, 2, "--limit", 5, code=3)
    assert stopped["stopped_by"] == "limit" and 0 < stopped["dichotomies"] <= stopped["at_most"]


def test_the_dimension_of_the_image_of_an_architecture(tmp_path: Path) -> None:
    path = tmp_path / "nine.csv"
    path.write_text("2,0\n5,0\n7,3\n5,6\n2,6\n0,3\n3,3\n4,1\n1,1\n")
    found = document("dichotomies", path, "--architecture", "1,2", "--dimension")
    assert (found["image_dimension_at_least"], found["image_dimension_at_most"]) == (7, 7)  # 10 parameters, 3 units
    assert found["dichotomies"] == found["at_most"] == 314 and not found["shattered"]


def test_types_of_boundaries(tmp_path: Path) -> None:
    table, text = tmp_path / "exponents.csv", tmp_path / "function.txt"
    table.write_text("x,y,sign\n0,0,+\n1,1,+\n1,0,-\n0,1,-\n")
    text.write_text("max(0, x + y + 1) - max(x, y)\n")
    known = SignedSecondaryFan.of([(0, 0), (1, 1)], [(1, 0), (0, 1)])
    of_table = document("types", table, "--labels", "sign", "--up-to-isomorphism")
    assert of_table["triangulations"] == len(known.cones) == 2 and of_table["types_up_to_isomorphism"] == 2
    assert [one["mixed"] for one in of_table["types"]] == [
        [list(cell) for cell in one.mixed] for one in known.boundary_types
    ]
    of_text = document("types", text)
    assert len(of_text["types"]) == 2 and of_text["positive"] == [["1", "1"], ["0", "0"]]
    own = of_text["types"][of_text["type_of_function"]["index"]]
    assert own["mixed"] == of_text["type_of_function"]["mixed"]
    fan = SignedSecondaryFan.of(of_text["positive"], of_text["negative"])
    assert [list(cell) for cell in fan.type_of([Fraction(c) for c in own["coefficients"]])] == own["mixed"]
    text.write_text("max(0, x + y) - max(x, y)\n")
    assert document("types", text)["type_of_function"]["index"] is None
    for words in (("triangulations", "boundary types"), ("not generic", "coefficients")):
        assert all(word in tropical("types", text).stdout for word in words)
    stopped = document("types", table, "--labels", "sign", "--limit", 1, code=3)
    assert stopped["types"] is None and stopped["triangulations"] == 1
    assert "1 regular triangulation found" in tropical("types", table, "--labels", "sign", "--limit", 1).stdout


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--terms", "2,1", "--path", "+-+", "-++-"), "3 signs for 4 points"),
        (("--terms", "1,1", "--path", "+--+", "-++-"), "no parameter has these signs"),
        (("--terms", "2,1", "--path", "1,2,3", "-++-"), "1 rows for 2 + 1 terms"),
        (("--terms", "1,1", "--path", "1,2,x;0,0,0", "-++-"), "'x' is not a rational number"),
        (("--terms", "1,1", "--path", "0,0,0;0,0,0", "++++"), "on a wall"),
        (("--terms", "1,1", "--path", "missing.json", "++++"), "missing.json"),
        (("--terms", "1,1", "--path", "++++"), "requires 2 arguments"),
        (("--terms", "1,1", "--path", "++++", "++++", "--max-loss", 1, "--lowest"), "one of them"),
        (("--terms", "1,1", "--lowest"), "--path"),
        (("--terms", "1,1", "--dimension"), "--network"),
        (("--path", "++++", "++++"), "no --terms"),
        (("--network", "missing.json"), "missing.json"),
    ],
)
def test_bad_options_of_classify_are_one_line(square: Path, options: tuple[object, ...], message: str) -> None:
    result = tropical("classify", square, "--labels", "kind", *options)
    assert result.exit_code == 2 and result.stdout == ""
    [line] = result.stderr.splitlines()
    assert line.startswith("error: ") and message in line


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
