"""The command types."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

from tests.tropical.cli.helpers import document, tropical
from tropical.algebra.signed_secondary_fan import SignedSecondaryFan


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
