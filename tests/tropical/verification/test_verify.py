"""Verdicts: known ones, and random ones against all activation regions, exact searches and scaled rows."""

from __future__ import annotations

import sys
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polytopes import Polyhedron, maximize
from polytopes.errors import InputError, ShapeError
from tropical import Network, save
from tropical.property_checker import check_file
from tropical.regions.activation_regions import activation_regions
from tropical.verification import Property, hunting, parse_property, verify
from tropical.verification.evaluation import satisfied_clause
from tropical.verification.kernels.arrays import EMPTY, SPLIT
from tropical.verification.property_search import Search
from tropical.verification.search import FloatSearch, case_search

from .networks import ABSOLUTE, KNOWN, OPPOSITE, THIRD, box, small, text


@pytest.mark.parametrize("exact", [False, True], ids=["floats", "exact"])
@pytest.mark.parametrize(("network", "assertions", "verdict", "point"), KNOWN)
def test_known_verdicts(network: Network, assertions: str, verdict: str, point: str | None, exact: bool) -> None:
    found = verify(network, parse_property(text(assertions)), exact=exact)
    assert found.verdict == verdict
    assert found.complete
    if point is not None:
        assert found.point == (Fraction(point),)
    if verdict == "unsat":
        assert found.margin is None if found.is_empty else found.margin > 0


def test_rows_are_refuted_together() -> None:
    """Each can hold, their sum 0 >= 2e-30 cannot."""
    assertions = box(("-1", "1")) + "(assert (>= Y_0 1e-30))(assert (>= Y_1 1e-30))"
    found = verify(OPPOSITE, parse_property(text(assertions, outputs=2)))
    assert (found.verdict, found.margin) == ("unsat", Fraction(1, 10**30))


def test_the_margin_of_a_node_counts_what_was_refuted_before_a_unit_was_seen_to_vanish() -> None:
    """Y_1 = x misses 9/10 by 1/10; Y_0 = x - K max(0, z) is known to be x, at least 1, only when z = 0 is exact."""
    hidden = [([[1], [3], [1]], ["-1/3", -1, 0]), ([[3, -1, 0], [0, 0, 1]], [0, 0])]
    network = Network.from_weights([*hidden, ([[-(10**20), 1], [0, 1]], [0, 0])])
    source = text(box(("1", "2")) + "(assert (or (<= Y_1 0.9) (<= Y_0 0)))", outputs=2)
    found = verify(network, parse_property(source))
    assert found.verdict == "unsat"
    assert found.margin is not None
    assert found.margin <= Fraction(1, 10)


@pytest.mark.parametrize(
    ("bounds", "condition", "verdict"),
    [
        (("1e39", "1e40"), "(>= Y_0 1e39)", "sat"),
        (("-1e400", "1e400"), "(>= Y_0 1e390)", "sat"),
        (("-1.5e308", "1.5e308"), "(>= Y_0 1e308)", "sat"),
        (("-1", "1"), "(>= Y_0 1e400)", "unsat"),
        (("-1e400", "1"), "(>= Y_0 1e401)", "unsat"),
    ],
)
def test_numbers_beyond_floats(bounds: tuple[str, str], condition: str, verdict: str) -> None:
    found = verify(ABSOLUTE, parse_property(text(box(bounds) + f"(assert {condition})")))
    assert found.verdict == verdict
    assert (found.float32 is None) == (verdict == "unsat")


def test_without_conditions_on_outputs_a_point_of_the_box() -> None:
    found = verify(ABSOLUTE, parse_property(text("(assert (>= X_0 3)) (assert (<= (+ X_0 X_0) 7))")))
    assert found.point is not None
    assert 3 <= found.point[0] <= Fraction(7, 2)


LINEAR = Network.from_weights([([[1, 2], [3, -1]], [0, 1])])
SAME = Network.from_weights([([[1, 0], [-1, 0]], [0, 0]), ([[1, 1], [1, 1]], [0, 0])])
"""Twice |x_0|; the other input is not used."""


@pytest.mark.parametrize(
    ("network", "assertions", "verdict", "point"),
    [
        (SAME, "(assert (>= Y_0 5))", "sat", ("5", "0")),
        (SAME, "(assert (>= Y_0 5)) (assert (<= X_0 0)) (assert (<= X_1 -3))", "sat", ("-5", "-3")),
        (SAME, "", "sat", ("0", "0")),
        (SAME, box(("-1", "1"), ("0", "1")) + "(assert (>= Y_1 Y_0))", "sat", None),
        (SAME, box(("-1", "1"), ("0", "1")) + "(assert (>= Y_1 (+ Y_0 1e-30)))", "unsat", None),
        (SAME, box(("0.3", "0.3"), ("2", "2")) + "(assert (>= Y_0 0.3))", "sat", ("3/10", "2")),
        (SAME, box(("0.3", "0.3"), ("2", "2")) + "(assert (>= Y_0 0.30000000000000000001))", "unsat", None),
        (LINEAR, box(("-1", "1"), ("0", "1")) + "(assert (or (>= Y_0 3) (>= Y_1 5)))", "sat", ("1", "1")),
        (LINEAR, box(("-1", "1"), ("0", "1")) + "(assert (or (>= Y_0 3.0001) (>= Y_1 5)))", "unsat", None),
        (LINEAR, "(assert (= Y_0 7)) (assert (= Y_1 (/ 1 3)))", "sat", ("17/21", "65/21")),
        (LINEAR, "(assert (<= X_0 0)) (assert (<= X_1 0)) (assert (>= Y_0 1e-30))", "unsat", None),
        (LINEAR, "(assert (or))", "unsat", None),
        (LINEAR, "(assert (or (and (<= 1 0) (<= Y_0 0)) (<= 2 1)))", "unsat", None),
    ],
)
def test_unusual_questions(network: Network, assertions: str, verdict: str, point: tuple[str, ...] | None) -> None:
    """Inputs that are not used, without bounds, or fixed; equal outputs; no units; no clause."""
    for exact in (False, True):
        found = verify(network, parse_property(text(assertions, 2, 2)), exact=exact)
        assert found.verdict == verdict
        assert point is None or found.point == tuple(map(Fraction, point))


def test_an_empty_input_set_is_said_to_be_empty() -> None:
    network = Network.from_weights([([[1, 1]], [0])])
    found = verify(network, parse_property(text(box(("0", "1"), ("0", "1")) + "(assert (>= (+ X_0 X_1) 3))", 2)))
    assert (found.verdict, found.is_empty, found.n_nodes) == ("unsat", True, 0)


def test_a_property_of_another_network_is_refused() -> None:
    with pytest.raises(ShapeError, match="the property has 2 inputs, the network 1"):
        verify(ABSOLUTE, parse_property(text("", 2)))


def test_stops_at_a_limit_with_what_is_proven() -> None:
    found = verify(
        small(1), parse_property(text(box(("-5", "5"), ("-5", "5")) + "(assert (>= Y_0 1000))", 2, 2)), limit=1
    )
    assert found.verdict in ("unsat", "unknown")
    assert (found.verdict == "unknown") == (found.stopped_by == "limit")


def attained(network: Network, prop: Property) -> bool:
    """Whether a point satisfies the property, by a linear program for each activation region."""
    for case in prop.cases:
        low, high = ([bound for bound in side if bound is not None] for side in (case.lower, case.upper))
        if len(low) < 2 or any(a >= b for a, b in zip(low, high, strict=True)):
            raise AssertionError("the box is full-dimensional")
        for region in activation_regions(network, Polyhedron.box(low, high)):
            forms = region.cell.forms
            for rows in case.outputs:
                conditions = []
                for row in rows:
                    total = [Fraction(entry) for entry in row[:3]]
                    for weight, form in zip(row[3:], forms, strict=True):
                        total = [a + weight * b for a, b in zip(total, form, strict=True)]
                    conditions.append(total)
                answer = maximize([0, 0], [*region.polyhedron.inequalities, *conditions], ambient_dim=2)
                if hasattr(answer, "point"):
                    return True
    return False


@settings(max_examples=12)
@given(st.integers(0, 10**6), st.integers(-12, 12), st.integers(-12, 12))
def test_verdicts_agree_with_all_regions(seed: int, a: int, b: int) -> None:
    network = small(seed)
    conditions = f"(assert (or (and (>= Y_0 {a}) (<= Y_1 (* 2 X_0))) (<= (- Y_0 Y_1) {b - 20})))"
    prop = parse_property(text(box(("-2", "1.5"), ("-1", "2")) + conditions, 2, 2))
    found, alone = verify(network, prop), verify(network, prop, exact=True)
    assert found.verdict == alone.verdict == ("sat" if attained(network, prop) else "unsat")
    if found.point is not None:
        assert satisfied_clause(prop, found.point, network(found.point)) == found.clause


@pytest.mark.parametrize("seed", range(8))
def test_every_bound_holds_in_exact_arithmetic(seed: int) -> None:
    """At every node, the bounds of units and refutations against the vertices of all activation regions of the cell."""
    network = small(5 * seed) if seed % 5 != 4 else small(seed)
    conditions = "(assert (>= Y_0 3)) (assert (<= Y_1 -1))"
    prop = parse_property(text(box(("-2", "1.5"), ("-1", "2")) + conditions, 2, 2))
    search = Search.of(network, prop)
    levels, [document] = search.levels, search.documents
    units = levels.n_units
    vertices = {
        vertex
        for region in activation_regions(network, Polyhedron.box([-2, -1], [Fraction(3, 2), 2]))
        for vertex in region.vertices
    }
    values = {vertex: unit_values(levels, vertex) for vertex in vertices}
    case = case_search(levels, document, lambda point: False)
    assert isinstance(case, FloatSearch)
    stack = [(case.net.root, ())]
    while stack:
        state, path = stack.pop()
        status = case.net.visit(state, is_root=not path)
        node = case.net.node
        inside = [z for z in values.values() if all(z[unit] >= 0 if side else z[unit] <= 0 for unit, side in path)]
        if status == EMPTY:
            assert not inside
            continue
        for z in inside:
            for unit in range(units):
                assert Fraction(float(node.lower[unit])) <= z[unit] <= Fraction(float(node.upper[unit]))
        unit = int(node.state[SPLIT])
        if unit >= 0:
            state = case.net.found(state)
            stack += [(case.net.child(state, unit, side), (*path, (unit, side))) for side in (0, 1)]


def unit_values(levels: object, point: tuple[Fraction, ...]) -> list[Fraction]:
    """The exact values of z of all units at a point."""
    variables = [Fraction(1), *point]
    found = []
    for form in levels.forms:  # type: ignore[attr-defined]
        found.append(sum((a * variables[v] for v, a in form.items()), Fraction(0)))
        variables.append(max(Fraction(0), found[-1]))
    return found


def test_scaling_and_splitting_change_no_verdict() -> None:
    network = small(3)
    for a in range(-6, 7, 3):
        whole = text(box(("-2", "2"), ("-2", "2")) + f"(assert (>= Y_0 {a}))(assert (<= Y_1 0))", 2, 2)
        scaled = text(
            box(("-2", "2"), ("-2", "2")) + f"(assert (>= (* 7 Y_0) {7 * a}))(assert (<= (* 0.3 Y_1) 0))", 2, 2
        )
        halves = text(
            "(assert (or (and (>= X_0 -2) (<= X_0 0.1)) (and (>= X_0 0.1) (<= X_0 2))))"
            f"(assert (>= X_1 -2)) (assert (<= X_1 2)) (assert (>= Y_0 {a}))(assert (<= Y_1 0))",
            2,
            2,
        )
        assert len({verify(network, parse_property(t)).verdict for t in (whole, scaled, halves)}) == 1


def test_the_margin_is_that_of_the_rows_as_they_are_written() -> None:
    one = verify(ABSOLUTE, parse_property(text(box(("-1", "1")) + "(assert (>= Y_0 1.5))")), exact=True)
    ten = verify(ABSOLUTE, parse_property(text(box(("-1", "1")) + "(assert (>= (* 10 Y_0) 15))")), exact=True)
    assert (one.margin, ten.margin) == (Fraction(1, 2), 5)


def test_many_equal_units_are_closed_by_exact_programs() -> None:
    """Forty copies of one unit, and a bound that is attained on its wall: no copy is split."""
    weights = [([[1, 1]] * 40 + [[1, 0], [-1, 0]], [0] * 42), ([[1] * 40 + [1, 1]], [0])]
    network = Network.from_weights(weights)
    found = verify(network, parse_property(text(box(("-1", "1"), ("-1", "1")) + "(assert (<= Y_0 -1e-20))", 2)))
    assert found.verdict == "unsat"
    assert found.n_nodes < 20
    assert found.margin is not None
    assert 0 < found.margin <= Fraction(1, 10**20)


@pytest.mark.parametrize(("network", "assertions", "verdict", "point"), KNOWN)
def test_points_at_random_change_no_verdict(
    network: Network, assertions: str, verdict: str, point: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the first node on, and without the guesses at the beginning."""
    monkeypatch.setattr(sys.modules[Search.__module__], "HUNT_AFTER", 0)
    monkeypatch.setattr(FloatSearch, "guesses", lambda self: iter(()))
    monkeypatch.setattr(hunting, "MOST_POINTS", 1000)
    found = verify(network, parse_property(text(assertions, outputs=network.output_dim)))
    assert found.verdict == verdict


def test_rare_solutions_are_found_by_wandering() -> None:
    """A roof that is higher than 7/8 on a part 2^-13 of the square, and 0 on most of it."""
    rows = [[1, 0], [1, 0], [1, 0], [0, 1], [0, 1], [0, 1]]
    bends = ["-5/16", "-3/8", "-7/16"] * 2
    ridge = Network.from_weights([(rows, bends), ([[16, -32, 16] * 2], [0]), ([[1]], ["-1"]), ([[1]], [0])])
    prop = parse_property(text(box(("0", "1"), ("0", "1")) + "(assert (>= Y_0 0.875))", 2))
    case = Search.of(ridge, prop)
    case.begin(guess=False)
    case.hunt()
    assert case.point is not None
    assert ridge(case.point)[0] >= Fraction(7, 8)


def test_cases_share_what_a_hunt_may_take(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else many cases, each decided at once, would wait for hunts in all of them."""
    parts = "".join(f"(and (>= X_0 {k}) (<= X_0 {k}.5) (>= Y_0 {k + 1}))" for k in range(5))
    search = Search.of(ABSOLUTE, parse_property(text(f"(assert (or {parts}))")))
    search.begin(guess=False)
    taken: list[int] = []
    monkeypatch.setattr(FloatSearch, "hunt", lambda self, products, number: iter(taken.append(products) or ()))
    search.hunt()
    module = sys.modules[Search.__module__]
    assert len(taken) == 5
    assert sum(taken) <= module.PRODUCTS * module.HUNT_AFTER


def test_points_at_random_in_a_box_wider_than_all_floats(
    recwarn: pytest.WarningsRecorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second input has a bound that is no float."""
    wide = Network.from_weights([([[1, 0], [0, 1]], [0, 0]), ([[1, 1]], [0])])
    ends = ("-1.7e308", "1.7e308"), ("-1e400", "1.6e308")
    case = Search.of(wide, parse_property(text(box(*ends) + "(assert (>= Y_0 1.5e308))", 2)))
    monkeypatch.setattr(hunting, "MOST_POINTS", 1000)
    case.begin(guess=False)
    case.hunt()
    assert case.point is None or wide(case.point)[0] >= Fraction("1.5e308")
    narrow = np.array([-3.25, 0.1]), np.array([7.5, 0.7]), np.array([[0.3, 0.7], [0.9, 0.1]])
    assert np.array_equal(hunting.at_shares(*narrow), narrow[0] + narrow[2] * (narrow[1] - narrow[0]))
    assert not recwarn.list


def test_files_are_read_shared_and_certified(tmp_path: Path) -> None:
    save(small(1), tmp_path / "net.json")
    source = text(box(("-2", "1.5"), ("-1", "2")) + "(assert (>= Y_0 34)) (assert (<= Y_1 -1))", 2, 2)
    (tmp_path / "p.vnnlib").write_text("\ufeff" + source, encoding="utf-8")
    found = verify(tmp_path / "net.json", tmp_path / "p.vnnlib", certificate=tmp_path / "c")
    header = check_file(tmp_path / "c")
    assert (found.verdict, header["margin"] is None, header["leaves"]) == ("unsat", False, found.n_leaves)
    with pytest.raises(InputError, match="text"):
        verify(small(1), Property(2, 2, ()), certificate=tmp_path / "d")


def test_a_point_comes_with_what_it_is_worth_in_floats() -> None:
    third = verify(THIRD, parse_property(text(box(("0", "1")) + "(assert (<= Y_0 0))")))
    assert third.float32 is not None
    assert (third.point, third.float32.slack.miss, third.float32.runtime_outputs) == ((Fraction(1, 3),), 2**-25, None)
    assert verify(ABSOLUTE, parse_property(text(box(("0", "1")) + "(assert (>= Y_0 2))"))).float32 is None
