"""The commands init and length, and regions --by-layer: documents, pictures, exit codes, bad input."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from tests.paths import DATA, NETS
from tests.tropical.cli.helpers import document, refused, tropical
from tropical import Network, save
from tropical.initialization import random_maxout
from tropical.networks.layers import Affine, Maxout

PUBLISHED = DATA / "maxout_seed_123.json"
NUMBER = {"value", "lower", "upper", "exact"}
BOX = "--box=-3,3"


def test_moments() -> None:
    found = document("init", "--rank", 5, "--digits", 12)
    assert found["rank"] == 5 and all(set(found[name]) == NUMBER for name in ("M", "L", "S", "gain", "breakpoints"))
    values = [found[name]["value"] for name in ("M", "L", "S", "gain", "breakpoints")]
    assert values == ["1.80002043597", "2.77374906709", "0.0830773128971", "0.555549248229", "2.06130085977"]
    assert found["complete"] and "widths" not in found
    assert "0.555549248228821" in tropical("init", "--rank", 5).stdout


def test_architecture() -> None:
    found = document("init", "--rank", 3, "--widths", "3,5,4,2", "--c", "1/2", "--digits", 12)
    values = [found["gradient"][name]["value"] for name in ("lower", "along_data", "upper")]
    assert values == ["0.00619520857947", "0.271219963859", "0.736861630899"]
    assert (found["widths"], found["c"]["exact"]) == ([3, 5, 4, 2], "1/2")
    own = document("init", "--rank", 3, "--widths", "3,5,4,2", "--gain")
    assert own["gradient"]["along_data"]["exact"] == "2/3" and own["c"] == own["gain"]
    assert own == {**document("init", "--rank", 3, "--widths", "3,5,4,2"), "seconds": own["seconds"]}
    regions = document("init", "--rank", 2, "--widths", "2,20,2", "--constants", "1,1", BOX)["regions"]
    assert regions["growth"]["regions"] == "800" and regions["first_layer_maximum"] == 211
    assert (regions["expected_bound"], regions["expected_boundary_bound"]) == ("29491200", "737280")
    assert document("init", "--rank", 4, "--widths", "7,2").get("regions") is None


def test_table(tmp_path: Path) -> None:
    found = document("init", "--table", 5, "--plot", tmp_path / "moments.svg")
    assert [row["rank"] for row in found["table"]] == [1, 2, 3, 4, 5] and (tmp_path / "moments.svg").exists()
    assert found["table"][4]["M"]["value"] == "1.80002043597063"
    assert "1.80002043597063" in tropical("init", "--table", 5).stdout


def test_network(tmp_path: Path) -> None:
    """The least, largest and mean squared norms of the Jacobians, beside the bounds of the architecture."""
    path = tmp_path / "net.json"
    save(Network.chain(1, [Affine([[1], [-1]]), Maxout(2), Affine([[2], [1]])]), path)
    found = document("init", "--network", path, "--box=-1,3")
    assert (found["rank"], found["widths"]) == (2, [1, 1, 2])
    own = found["square_jacobian"]
    assert [own[name]["exact"] for name in ("min", "max", "mean")] == ["5", "5", "5"]
    assert own["activation_regions"] == 2
    published = document("init", "--network", PUBLISHED, BOX)
    low, mean, high = (Fraction(published["square_jacobian"][name]["value"]) for name in ("min", "mean", "max"))
    assert low < mean < high and published["square_jacobian"]["activation_regions"] == 216
    assert "square_jacobian" not in document("init", "--network", PUBLISHED)
    stopped = document("init", "--network", PUBLISHED, BOX, "--limit", 3, code=3)
    assert stopped["stopped_by"] == "limit" and stopped["square_jacobian"]["mean"] is None
    relu = tropical("init", "--network", NETS / "int_2x8x8x1_s0.npz", "--box=-1,1")
    assert relu.exit_code == 0 and "only the Jacobians" in relu.stderr


def test_picture_of_gradients(tmp_path: Path) -> None:
    assert tropical("init", "--rank", 5, "--widths", "4,6,6,1", "--plot", tmp_path / "g.png").exit_code == 0
    assert (tmp_path / "g.png").stat().st_size > 10_000


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "no rank; give --rank K"),
        (("--rank", 0), "maxout of rank 0"),
        (("--rank", -2), "maxout of rank -2"),
        (("--rank", 10**9 + 1), "maxout of rank 1000000001"),
        (("--rank", 2, "--widths", "3"), "at least two"),
        (("--rank", 2, "--widths", "3,0,1"), "positive integers"),
        (("--rank", 2, "--widths", "3,x"), "integers separated by commas"),
        (("--rank", 2, "--widths", "3,1", "--c", 0), "positive number, or 1/M"),
        (("--rank", 2, "--widths", "3,1", "--c", "q"), "not a rational number"),
        (("--rank", 2, "--widths", "3,1", "--c", 1, "--gain"), "both given"),
        (("--rank", 2, "--c", 1), "--c is for an architecture"),
        (("--rank", 2, "--table", 3), "--rank does nothing"),
        (("--rank", 2, "--plot", "x.png"), "give --table, --widths or --network"),
        (("--rank", 2, BOX), "a domain is for the Jacobians"),
        (("--rank", 2, "--limit", 3), "--limit is for a walk"),
        (("--rank", 2, "--logits"), "--logits is for reading a network"),
        (("--network", PUBLISHED, "--rank", 2), "--rank is read from the network"),
        (("--network", PUBLISHED, "--box=0,1;0,0"), "full-dimensional"),
        (("--rank", 2, "--widths", "2,5,1", "--constants", "1"), "two numbers"),
        (("--rank", 2, "--widths", "2,5,1", "--constants", "1,-1"), "positive number"),
        (("--table", 3, "--plot", "x.gif"), "a picture is a"),
    ],
)
def test_refused(arguments: tuple[object, ...], message: str) -> None:
    assert message in refused("init", *arguments)


def test_networks_that_are_not_of_maxout_units(tmp_path: Path) -> None:
    assert "the theory is for maxout networks" in refused("init", "--network", NETS / "int_2x8x8x1_s0.npz", code=4)
    two = [Affine([[1], [2], [3]]), Maxout(3), Affine([[1], [2]]), Maxout(2), Affine([[1]])]
    for name, layers, message in (("two", two, "ranks 2, 3"), ("open", two[:2], "does not end with an affine layer")):
        path = tmp_path / f"{name}.json"
        save(Network.chain(1, layers), path)
        assert message in refused("init", "--network", path, code=4)


def polyline(folder: Path, text: str) -> Path:
    path = folder / "line.csv"
    path.write_text(text)
    return path


def test_length(tmp_path: Path) -> None:
    net = tmp_path / "net.json"
    save(Network.from_weights([([[1, 0], [0, 1]], [0, 0]), ([[1, 1]], [0])], "abs"), net)
    found = document("length", net, polyline(tmp_path, "x,y\n-1,-1\n1,1\n1,1\n1,3\n"))
    assert (found["length"]["exact"], found["input_length"]["exact"]) == ("6", "2 + 2 sqrt(2)")
    assert found["end_distance"]["exact"] == "2" and (found["segments"], found["pieces"]) == (3, 3)
    assert found["breakpoints"] == [{"segment": 0, "share": "1/2", "point": ["0", "0"], "image": ["0"]}]
    assert found["complete"] and "distortion" in tropical("length", net, tmp_path / "line.csv").stdout
    assert "is on Q^2" in refused("length", net, polyline(tmp_path, "1,2,3\n"))
    assert "line.csv" in refused("length", net, polyline(tmp_path, "1,cat\n"))
    assert "none.csv" in refused("length", net, tmp_path / "none.csv")


def test_by_layer(tmp_path: Path) -> None:
    found = document("regions", PUBLISHED, BOX, "--by-layer", "--linear")
    assert (found["by_layer"], found["linear_regions"]) == ([24, 114, 216], 216)
    assert "after maxout1" in tropical("regions", PUBLISHED, BOX, "--by-layer").stdout
    assert document("regions", PUBLISHED, "--by-layer")["by_layer"][-1] == 234
    stopped = document("regions", PUBLISHED, BOX, "--by-layer", "--limit", 100, code=3)
    assert stopped["by_layer"] == [24, None, None] and stopped["activation_regions"] <= 100
    linear = tmp_path / "linear.json"
    save(random_maxout([2, 3, 1], 1), linear)
    assert document("regions", linear, "--by-layer")["by_layer"] == []
