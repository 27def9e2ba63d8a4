"""The dichotomies of architectures."""

from __future__ import annotations

from pathlib import Path

from tests.tropical.cli.helpers import POINTS, document, tropical
from tropical.networks.network import Network


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
