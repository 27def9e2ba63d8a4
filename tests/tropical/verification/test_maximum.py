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
from tropical.networks.layers import Affine, ReLU
from tropical.regions.activation_regions import activation_regions
from tropical.regions.surveys.extrema import extrema
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
    late = maximum(small(7), prop, timeout=0)
    assert late.value is not None and late.upper is not None
    assert late.value <= whole.value <= late.upper  # type: ignore[operator]


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


@pytest.mark.parametrize("fixed", ["0", "0.1"])
def test_pairs_of_units_with_fixed_inputs_double_no_tree(fixed: str) -> None:
    """The sum of |x_i| over 30 inputs, of which two are free: written in pairs, the pairs are one unit each."""
    rows = [[sign * int(i == j) for j in range(30)] for i in range(30) for sign in (1, -1)]
    network = Network.from_weights([(rows, [0] * 60), ([[1] * 60], [0])])
    sides = [("-1", "1"), *[(fixed, fixed)] * 14, ("-1", "1"), *[(fixed, fixed)] * 14]
    greatest = 2 + 28 * Fraction(fixed)
    source = text(box(*sides) + f"(assert (>= (* 10 Y_0) {float(10 * greatest)}00000000000000000001))", 30)
    found = verify(network, parse_property(source))
    most = maximum(network, parse_property(source))
    assert (found.verdict, found.margin, most.value) == ("unsat", Fraction(1, 10**21), Fraction(-1, 10**21))
    assert found.n_nodes < 10 and most.n_nodes < 10


def halved(sizes: list[int], sign: int) -> list[Affine | ReLU]:
    """Layers that replace groups of so many numbers by maxima of pairs (sign 1) or minima (sign -1)."""
    first: list[list[int]] = []
    last: list[list[int]] = []
    start = 0
    for size in sizes:
        for i in range(start, start + size, 2):
            one = [int(j == i) for j in range(sum(sizes))]
            first += [one, [-entry for entry in one]]
            last.append([0] * (len(first) - 2) + [1, -1])
            if i + 1 < start + size:
                first.append([sign * (int(j == i + 1) - entry) for j, entry in enumerate(one)])
                last[-1].append(sign)
        start += size
    widened = [row + [0] * (len(first) - len(row)) for row in last]
    return [Affine(first, [0] * len(first)), ReLU(), Affine(widened, [0] * len(widened))]


def lattice(minima: list[list[int]], n: int) -> list[Affine | ReLU]:
    """Layers for the maximum of some minima of n numbers, as two-level lattice networks are written."""
    layers: list[Affine | ReLU] = [Affine([[int(j == i) for j in range(n)] for own in minima for i in own], [0] * 18)]
    for sizes, sign in (([3] * 6, -1), ([2] * 6, -1), ([6], 1), ([3], 1), ([2], 1)):
        layers += halved(sizes, sign)
    return layers


def test_affine_pieces_that_come_again_are_split_once() -> None:
    """A maximum of minima of five affine forms, as a network of units for the differences of two."""
    forms = [[3, -2, "1/2"], [-1, 4, 0], [2, 2, -1], ["-5/2", 1, 1], [0, -3, "3/4"]]
    minima = [[0, 1, 2], [1, 2, 3], [0, 2, 4], [0, 1, 4], [1, 3, 4], [0, 1, 2]]
    network = Network.chain(2, [Affine([form[:2] for form in forms], [form[2] for form in forms]), *lattice(minima, 5)])
    values = [a + 2 * b + c for a, b, c in (map(Fraction, form) for form in forms)]
    prop = output_property(network, Case(LOW, HIGH, (), ()), [[(0, 1)]])
    found = maximum(network, prop)
    assert network([Fraction(1), Fraction(2)]) == (max(min(values[i] for i in own) for own in minima),)
    assert found.value == extrema(network, Polyhedron.box(LOW, HIGH)).maxima[0].value
    assert found.n_nodes < 100
