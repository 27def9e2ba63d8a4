"""Exact maxima by branch and bound, against the vertices of all activation regions."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polytopes import Polyhedron, maximize
from polytopes.errors import DomainError, InputError, ShapeError
from tests.tropical.cli.helpers import document, refused
from tropical import Network, save
from tropical.regions.activation_regions import activation_regions
from tropical.verification import Case, maximum, parse_property, verify
from tropical.verification.output_questions import output_property

from .networks import ABSOLUTE, box, small, text

LOW, HIGH = (Fraction(-2), Fraction(-1)), (Fraction(3, 2), Fraction(2))


@settings(max_examples=8)
@given(st.integers(0, 10**6), st.integers(-20, 20))
def test_is_the_greatest_over_all_regions(seed: int, shift: int) -> None:
    """The least of two conditions is concave on a region: a linear program on each."""
    network = small(seed)
    prop = parse_property(
        text(box(("-2", "1.5"), ("-1", "2")) + f"(assert (>= Y_0 {shift})) (assert (<= Y_1 X_0))", 2, 2)
    )
    found = maximum(network, prop)
    best = None
    for region in activation_regions(network, Polyhedron.box(LOW, HIGH)):
        one, two = region.cell.forms
        rows = [(*row, 0) for row in region.polyhedron.inequalities]
        rows += [(one[0] - shift, *one[1:], -1), (-two[0], 1 - two[1], -two[2], -1)]
        value = maximize([0, 0, 1], rows, ambient_dim=3).value  # type: ignore[union-attr]
        best = value if best is None else max(best, value)
    assert found.complete
    assert found.value == found.upper == best
    assert verify(network, prop).verdict == ("sat" if best is not None and best >= 0 else "unsat")


def test_several_clauses_share_one_search() -> None:
    either = box(("-1", "1")) + "(assert (or (>= Y_0 3) (and (<= Y_0 -2) (>= X_0 -5))))"
    found = maximum(ABSOLUTE, parse_property(text(either)))
    assert (found.value, found.clause and found.clause.conjunction) == (-2, 0)


def test_on_an_empty_input_set_there_is_none() -> None:
    found = maximum(ABSOLUTE, parse_property(text(box(("1", "0")) + "(assert (>= Y_0 3))")))
    assert (found.value, found.point, found.complete) == (None, None, True)


def test_rows_on_a_domain() -> None:
    """The least of |x| and 5/2 - 2 |x|, at |x| = 5/6; and the larger one of two multiples of |x|."""
    found = maximum(ABSOLUTE, [(0, 1), ("5/2", -2)], (-2, 1))
    assert (found.value, found.point and abs(found.point[0])) == (Fraction(5, 6), Fraction(5, 6))
    clauses = output_property(ABSOLUTE, Case((Fraction(-2),), (Fraction(1),), (), ()), [[("1/2", -1)], [(0, "1/3")]])
    larger = maximum(ABSOLUTE, clauses)
    assert (larger.value, larger.clause and larger.clause.conjunction) == (Fraction(2, 3), 1)
    with pytest.raises(DomainError, match="bounded domain"):
        maximum(ABSOLUTE, [(0, 1)])
    with pytest.raises(ShapeError):
        maximum(ABSOLUTE, [(0, 1, 1)], (-2, 1))
    assert maximum(ABSOLUTE, [(0, 1)], ("-1e400", 1)).value == 10**400
    with pytest.raises(InputError, match="leave it out"):
        maximum(ABSOLUTE, clauses, (-2, 1))


def test_needs_bounds_and_conditions() -> None:
    with pytest.raises(DomainError, match="no bound"):
        maximum(ABSOLUTE, parse_property(text("(assert (>= Y_0 3))")))
    with pytest.raises(DomainError, match="no condition"):
        maximum(ABSOLUTE, parse_property(text(box(("0", "1")))))


def test_stopped_it_gives_an_interval() -> None:
    prop = output_property(small(7), Case(LOW, HIGH, (), ()), [[(0, 0, 1)]])
    whole, part = maximum(small(7), prop), maximum(small(7), prop, limit=1)
    assert part.stopped_by == "limit"
    assert part.value is not None
    assert part.upper is not None
    assert part.value <= whole.value <= part.upper  # type: ignore[operator]


def test_on_the_command_line(tmp_path: object) -> None:
    net = f"{tmp_path}/net.json"
    save(Network.from_weights([([[1, 1], [1, -1]], [0, 0]), ([[1, 1], [-1, 2]], [0, 0])]), net)
    both = document("extrema", net, "--box=-1,2")
    for k in (0, 1):
        found = document("extrema", net, "--box=-1,2", "--maximize", k)
        assert found["maximum"] == both["outputs"][k]["maximum"]["value"]
        assert found["complete"] is True
    functional = document("extrema", net, "--box=-1,2", "--functional=-1,1", "--maximize", 0)
    assert (
        functional["maximum"]
        == document("extrema", net, "--box=-1,2", "--functional=-1,1")["outputs"][0]["maximum"]["value"]
    )
    both = ("extrema", net, "--box=-1,2", "--functional=-1,1", "--functional=1,1")
    each = [document(*both, "--maximize", k)["maximum"] for k in (0, 1)]
    largest = document(*both, "--maximize", "max")
    assert largest["maximum"] == each[largest["taken_by"]] == max(each, key=Fraction)
    assert [found["maximum"]["value"] for found in document(*both)["outputs"]] == each
    assert "and max is" in refused("extrema", net, "--box=-1,2", "--maximize", "-1")
    assert "bounded domain" in refused("extrema", net, "--maximize", 0)
    assert "outputs are 0 to 1" in refused("extrema", net, "--box=-1,2", "--maximize", 2)
    prop = f"{tmp_path}/p.vnnlib"
    with open(prop, "w", encoding="utf-8") as stream:
        stream.write(text(box(("-1", "2"), ("-1", "2")) + "(assert (>= Y_0 100))", 2, 2))
    assert document("verify", net, prop, "--margin")["margin"]["exact"] == "96"
