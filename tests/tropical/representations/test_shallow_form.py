"""Which functions are networks with one hidden layer, and their seminorm."""

from fractions import Fraction

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from polytopes.arithmetic.rationals import dot
from tests.tropical.strategies import functions, networks, points, small
from tropical.algebra.expressions import parse
from tropical.networks.network import Network
from tropical.representations.conversion import tropical_map
from tropical.representations.shallow_form import ShallowForm, Witness, is_shallow, shallow_form


@pytest.mark.parametrize(
    "text, neurons, seminorm",
    [
        ("abs(x) + abs(y)", 2, "4"),
        ("relu(x + y - 1) - 2 * relu(x - 2y) + relu(y)", 3, "1 + sqrt(2) + 2 sqrt(5)"),
        ("3x - y + 1", 0, "0"),
        ("relu(2x + 4y) - relu(-x - 2y)", 1, "sqrt(5)"),
        ("max(x, y) + max(x, y + 1)", 2, "2 sqrt(2)"),
        ("max(x, 0) - max(x, 0)", 0, "0"),
        ("max(abs(x), abs(y))", 2, "2 sqrt(2)"),
        ("relu(x) - relu(x - 1/2) + relu(x - 3)", 3, "3"),
    ],
)
def test_shallow_functions(text, neurons, seminorm):
    function = parse(text)
    form = shallow_form(function)
    assert isinstance(form, ShallowForm) and form.n_neurons == neurons and str(form.seminorm) == seminorm
    network = form.network()
    assert network.n_gates == neurons and tropical_map(network).components[0].same_function(function)


@pytest.mark.parametrize("text", ["max(x, y, 0)", "abs(abs(x) - 1) + max(x, y, 0)", "max(abs(x), abs(y), 1)"])
def test_functions_that_are_not_shallow(text):
    function = parse(text)
    witness = shallow_form(function)
    assert isinstance(witness, Witness) and not is_shallow(function)
    verify(witness, function)


def test_the_witness_with_the_largest_jump():
    witness = shallow_form(parse("max(x, y, 0)"))
    assert witness.row == (0, 1, -1) and witness.jumps == ((1,), (0,))


def verify(witness, function):
    """At both points the function leaves the line through them along the normal by its own jump."""
    for jump, point in zip(witness.jumps, witness.points, strict=True):
        assert not dot(witness.row, (1, *point))
        normal = witness.row[1:]
        step = Fraction(1, 10**9)
        values = []
        for k in (-1, 0, 1):
            moved = [x + k * step * n for x, n in zip(point, normal, strict=True)]
            value = function(moved)
            values.append(value if isinstance(value, tuple) else (value,))
        below, here, above = values
        length = step * sum(n * n for n in normal)
        assert all(a - 2 * b + c == j * length for a, b, c, j in zip(below, here, above, jump, strict=True))
    assert witness.jumps[0] != witness.jumps[1]


@settings(max_examples=25)
@given(functions)
def test_quotients(f):
    """Either answer proves itself: the network is the function, or the witness shows two jumps."""
    found = shallow_form(f)
    if isinstance(found, Witness):
        verify(found, f)
    else:
        assert tropical_map(found.network()).components[0].same_function(f)


@settings(max_examples=25)
@given(networks(dims=(1, 2)))
def test_deep_networks(network):
    found = shallow_form(network)
    if isinstance(found, Witness):
        verify(found, network)
        assert network.input_dim > 1
    else:
        assert tropical_map(found.network()).same_function(tropical_map(network))


rows = st.lists(st.tuples(small, small, small), min_size=1, max_size=5)


@settings(max_examples=25)
@given(rows, st.lists(small, min_size=5, max_size=5), points)
def test_shallow_networks(rows, factors, x):
    """Every sum of ReLU units is shallow; units on one hyperplane are one neuron, and may cancel up to a linear map."""
    network = Network.from_weights([([r[1:] for r in rows], [r[0] for r in rows]), ([factors[: len(rows)]], [0])])
    form = shallow_form(network)
    assert isinstance(form, ShallowForm) and form.network()(x) == network(x)
    bends = {}
    for (c, a, b), factor in zip(rows, factors, strict=False):
        if a or b:
            unit = sympy.gcd(sympy.gcd(a, b), c)
            sign = 1 if (a or b) > 0 else -1
            row = (sign * c / unit, sign * a / unit, sign * b / unit)
            bends[row] = bends.get(row, 0) + factor * int(unit)
    assert {bend.row: bend.jump[0] for bend in form.bends} == {row: c for row, c in bends.items() if c}
    lengths = (abs(c) * sympy.sqrt(row[1] ** 2 + row[2] ** 2) for row, c in bends.items())
    assert sympy.expand(form.seminorm.as_sympy() - sum(lengths)) == 0


def test_several_outputs():
    """The neuron of two outputs jumps by a vector."""
    network = Network.from_weights([([[1, 1]], [0]), ([[3], [4]], [0, 1])])
    form = shallow_form(network)
    assert form.bends[0].jump == (3, 4) and str(form.seminorm) == "5 sqrt(2)" and form.network()([1, 1]) == (6, 9)
