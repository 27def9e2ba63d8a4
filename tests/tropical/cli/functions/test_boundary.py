"""The commands boundary and subdivision: documents, tables, files, bad input."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from polytopes.errors import UnsupportedError
from polytopes.formats import load_complex
from tests.tropical.cli.helpers import document, refused, tropical
from tropical import save
from tropical.algebra.expressions import parse
from tropical.algebra.files import save_function
from tropical.algebra.hypersurface import TropicalHypersurface
from tropical.algebra.rational_function import TropicalMap
from tropical.networks.network import Network

SIGNED = "max(2x + 1, 2y + 1, 2) - max(x + y + 2, x + 2, y + 2)\n"
IRIS = Path("examples/networks/iris.json")
QUADRIC = "max(2x + 1, 2y + 1, 2, x + y + 2, x + 2, y + 2)\n"


@pytest.fixture
def signed(tmp_path: Path) -> Path:
    path = tmp_path / "signed.txt"
    path.write_text(SIGNED)
    return path


@pytest.fixture
def network(tmp_path: Path) -> Path:
    """relu(x) + relu(y) - 1."""
    path = tmp_path / "net.json"
    save(Network.from_weights([([[1, 0], [0, 1]], [0, 0]), ([[1, 1]], [-1])]), path)
    return path


def test_boundary_of_a_function(signed: Path, tmp_path: Path) -> None:
    out, exported = tmp_path / "out.json", tmp_path / "complex.sage"
    found = document("boundary", signed, "-o", out, "--export", exported)
    assert json.loads(out.read_text()) == found
    assert (found["kind"], found["f_vector"], found["components"], found["regions"]) == ("function", [3, 6], 3, [3, 1])
    assert found["subdivision"]["f_vector"] == [6, 8, 3] and found["subdivision"]["labels"] == [0, 0, 0, 1, 1, 1]
    assert found["subdivision"]["signed_f_vectors"] == [
        {"classes": [0], "f_vector": [3, 0, 0]},
        {"classes": [1], "f_vector": [3, 2, 0]},
        {"classes": [0, 1], "f_vector": [0, 6, 3]},
    ]
    assert not found["bounded"] and found["bounded_regions"] == [0, 0] and found["terms"] == [3, 3]
    assert found["ties"] == [[0, 1]] * 6 and found["complete"] and found["domain"] == {"kind": "space", "dim": 2}
    complex_ = load_complex(exported)
    assert complex_.f_vector() == (3, 6)
    assert [cell["dim"] for cell in found["complex"]["maximal_cells"]] == [1] * 6
    assert len(found["complex"]["vertices"]) == 3


def test_boundary_in_a_box(signed: Path) -> None:
    found = document("boundary", signed, "--box=-1,2")
    assert found["kind"] == "function" and found["regions"] == [3, 1] and found["components"] == 3
    assert found["f_vector"] == [9, 6] and found["domain"]["kind"] == "box"
    assert all(not cell["rays"] for cell in found["complex"]["maximal_cells"])


def test_boundary_of_a_network(network: Path) -> None:
    found = document("boundary", network)
    assert (found["kind"], found["f_vector"], found["regions"], found["classes"]) == ("network", [2, 3], [1, 1], 2)
    assert found["activation_regions"] == 7 and found["ties"] == [[0, 1]] * 3
    for method in ("vertices", "witness"):
        again = document("boundary", network, "--method", method)
        assert sorted(again["complex"]["vertices"]) == [["0", "1"], ["1", "0"]]


def test_several_classes(tmp_path: Path) -> None:
    path = tmp_path / "map.json"
    save_function(TropicalMap.of([parse("x", ambient_dim=2), parse("y"), parse("0", ambient_dim=2)]), path)
    found = document("boundary", path)
    assert found["classes"] == 3 and found["regions"] == [1, 1, 1] and found["f_vector"] == [1, 3]
    table = tropical("boundary", path).stdout
    assert "boundary of 3 classes" in table and "regions, class 2" in table
    assert document("boundary", path, "--box=-1,1")["regions"] == [1, 1, 1]


def test_type_of_a_network(network: Path) -> None:
    """The cells of the boundary of relu(x) + relu(y) - 1 are dual to the mixed cells of 4 + 1 terms."""
    found = document("boundary", network)
    mixed = {"classes": [0, 1], "f_vector": [0, 3, 2]}
    assert found["terms"] == [4, 1] and found["subdivision"]["signed_f_vectors"][-1] == mixed
    assert not found["bounded"] and found["bounded_regions"] == [0, 0]
    assert document("boundary", network, "--box=-1,3", "--type")["subdivision"] == found["subdivision"]
    skipped = document("boundary", network, "--no-type")
    assert skipped["subdivision"] is None and skipped["f_vector"] == found["f_vector"]
    assert "signed subdivision: not found" in tropical("boundary", network, "--no-type").stdout


def test_type_of_a_network_without_tropical_form(network: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The boundary is reported all the same, and why there is no type."""

    def refused(*arguments: object, **options: object) -> None:
        raise UnsupportedError("a gate without a tropical form")

    monkeypatch.setattr("tropical.representations.conversion.convex_units", refused)
    found = document("boundary", network, "--type")
    assert found["f_vector"] == [2, 3] and found["complete"] and found["stopped_by"] is None
    assert found["subdivision"] is None and found["subdivision_missing"] == "a gate without a tropical form"


def test_type_of_a_deep_network(tmp_path: Path) -> None:
    """A network that needs more terms than the limit says so; if the type was asked for it counts as stopped."""
    found = document("boundary", IRIS)
    assert found["terms"] == [129, 151, 150] and found["subdivision"]["f_vector"] == [150, 283, 134]
    parts = {tuple(part["classes"]): part["f_vector"] for part in found["subdivision"]["signed_f_vectors"]}
    duals = [sum(counts[2 - k] for classes, counts in parts.items() if len(classes) > 1) for k in range(2)]
    assert found["f_vector"] == duals
    few = document("boundary", IRIS, "--box=4,5", "--limit", 100)
    assert few["complete"] and few["subdivision"] is None and "more than 100 terms" in few["subdivision_missing"]
    asked = document("boundary", IRIS, "--box=4,5", "--limit", 100, "--type", code=3)
    assert asked["complete"] and asked["stopped_by"] == "limit" and asked["f_vector"] == few["f_vector"]
    path = tmp_path / "signed.txt"
    path.write_text(SIGNED)
    bounded = document("boundary", path, "--box=-1,2", "--limit", 20)
    assert bounded["subdivision"]["f_vector"] == [6, 8, 3] and bounded["bounded"]
    assert bounded["bounded_regions"] == bounded["regions"] == [3, 1]


def test_type_of_a_function_is_found_if_it_may_be(signed: Path) -> None:
    found, skipped = document("boundary", signed), document("boundary", signed, "--no-type")
    assert skipped["subdivision"] is None and skipped["subdivision_missing"] == "--no-type is given"
    same = found.keys() - {"seconds", "terms", "subdivision"}
    assert {key: found[key] for key in same} == {key: skipped[key] for key in same}


def test_boxes_of_many_inputs(tmp_path: Path) -> None:
    """Maximal cells by points in place of the complex; what needs vertices is refused at once."""
    path = tmp_path / "wide.json"
    save(Network.from_weights([([[1, -1, *[0] * 18]], [0]), ([[1]], [-1])]), path)
    found = document("boundary", path, "--box=-1,1")
    [piece] = found["pieces"]
    assert (piece["dim"], piece["classes"], piece["patterns"]) == (19, [0, 1], [[1, 0], [1, 1]])
    assert found["regions"] == found["bounded_regions"] == [1, 1] and found["tied_regions"] == 0 and found["bounded"]
    assert found["f_vector"] is found["complex"] is found["components"] is found["subdivision"] is None
    assert "maximal cells of dimension 19" in tropical("boundary", path, "--box=-1,1").stdout
    error = refused("boundary", path, "--box=-1,1", "--export", tmp_path / "a.mrdi")
    assert "too many vertices to list (the box has 2^20); leave --plot and --export out" in error
    stopped = document("boundary", path, "--box=-1,1", "--limit", 1, code=3)
    assert not stopped["complete"] and stopped["activation_regions"] == 1


def test_limits(network: Path) -> None:
    found = document("boundary", network, "--limit", 2, code=3)
    assert found["stopped_by"] == "limit" and not found["complete"] and found["activation_regions"] == 2


def test_tables(signed: Path, tmp_path: Path) -> None:
    result = tropical("boundary", signed)
    assert result.exit_code == 0 and "connected components   3" in result.stdout
    assert "(positive 3, negative 3)" in result.stdout and "boundary is bounded" in result.stdout
    path = tmp_path / "tie.txt"
    path.write_text("max(x, 0) - max(x, y)")
    assert "full-dimensional ties" in tropical("boundary", path).stdout


def test_subdivision(tmp_path: Path, signed: Path) -> None:
    path, exported = tmp_path / "quadric.txt", tmp_path / "curve.json"
    path.write_text(QUADRIC)
    found = document("subdivision", path, "--export", exported)
    assert found["f_vector"] == [6, 8, 3] and not found["is_triangulation"] and found["unused_points"] == 0
    surface = found["hypersurface"]
    assert surface["f_vector"] == [3, 8] and surface["regions"] == 6 and surface["multiplicities"] == ["1"] * 8
    assert load_complex(exported) == TropicalHypersurface(parse(QUADRIC).as_polynomial()).complex
    assert "regular subdivision of 6 points in dimension 2" in tropical("subdivision", path).stdout
    with_signs = document("subdivision", signed)
    assert with_signs["f_vector"] == [6, 8, 3] and with_signs["labels"] == [0, 0, 0, 1, 1, 1]


def test_pictures(signed: Path, network: Path, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    for command, source in (("subdivision", signed), ("boundary", signed), ("boundary", network)):
        picture = tmp_path / f"{command}{source.stem}.svg"
        assert tropical(command, source, "--plot", picture).exit_code == 0
        assert picture.read_text().startswith("<?xml")


@pytest.mark.parametrize(
    "arguments, message",
    [
        (("boundary", "none.txt"), "cannot be read"),
        (("boundary", "{signed}", "--export", "a.csv"), ".json (polymake), .mrdi (OSCAR), .sage"),
        (("boundary", "{signed}", "--plot", "a.gif"), "a picture is a"),
        (("boundary", "{signed}", "--box=1,0"), "lower bound 1 exceeds"),
        (("boundary", "{constant}", "--box=0,1"), "without variables"),
        (("boundary", "{signed}", "-o", "{signed}"), "is an input"),
        (("boundary", "{signed}", "--limit", "5"), "--limit is about activation regions"),
        (("boundary", "{signed}", "--method", "witness"), "--method is about activation regions"),
        (("boundary", "{signed}", "--input-shape", "2"), "--input-shape is about networks"),
        (("subdivision", "{network}"), '"format": "tropical-function"'),
        (("boundary", "{json}"), "neither a function nor a network"),
        (("boundary", "{mixed}"), "x and x1 are mixed; name variables x, y, z or x1, x2, ..."),
        (("boundary", "{unnamed}"), "'x' is not a variable; none is listed"),
        (("subdivision", "none.txt"), "cannot be read"),
        (("subdivision", "{bad}"), "position 2"),
    ],
)
def test_one_line_for_bad_input(
    arguments: tuple[str, ...], message: str, signed: Path, network: Path, tmp_path: Path
) -> None:
    bad, constant = tmp_path / "bad.txt", tmp_path / "constant.txt"
    bad.write_text("x^2")
    constant.write_text("5")
    files = {"signed": signed, "network": network, "bad": bad, "constant": constant}
    contents = {"json": '{"a": 1}', "mixed": "x1 + x", "unnamed": "# variables:\nx + y"}
    for name, content in contents.items():
        files[name] = tmp_path / f"{name}.{'json' if name == 'json' else 'txt'}"
        files[name].write_text(content)
    result = tropical(*(part.format(**files) for part in arguments))
    assert result.exit_code == 2 and message in result.stderr
    assert len(result.stderr.splitlines()) == 1 and "Traceback" not in result.output
