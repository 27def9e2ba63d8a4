"""Piecewise affine functions of one variable that may jump, against their values at points."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polytopes.errors import UnsupportedError
from tropical.networks.readers.symbolic.pieces import Pieces

numbers = st.fractions(-3, 3, max_denominator=4)


@st.composite
def functions(draw):
    breaks = tuple(sorted(draw(st.sets(numbers, max_size=3))))
    return Pieces(breaks, tuple(draw(st.tuples(numbers, numbers)) for _ in range(len(breaks) + 1)))


def value(function, x):
    slope, number = function.parts[sum(b < x for b in function.breaks)]
    return slope * x + number


def sign(number):
    return (number > 0) - (number < 0)


@given(functions(), functions(), functions(), numbers)
def test_operations_are_those_of_values(f, g, h, near):
    x = near + Fraction(1, 10**9)  # no break
    a, b = value(f, x), value(g, x)
    assert value(f.plus(g), x) == a + b
    assert value(f.scaled(near).shifted(near), x) == near * a + near
    assert value(f.absolute(), x) == abs(a)
    assert value(f.sign(), x) == sign(a)
    assert value(f.sign().times(g), x) == sign(a) * b
    if all(part != (0, 0) for part in h.parts):
        assert value(f.chosen_where(h, g), x) == (a if value(h, x) > 0 else b)


@given(functions())
def test_continuity(f):
    eps = Fraction(1, 10**12)
    jumps = [abs(value(f, x + eps) - value(f, x - eps)) for x in f.breaks]
    assert f.is_continuous == all(jump <= 6 * eps for jump in jumps)
    assert f.absolute().plus(f.absolute().scaled(Fraction(-1))) == Pieces.constant(0)


def test_what_has_no_pieces_is_refused():
    x = Pieces.identity()
    with pytest.raises(UnsupportedError, match="product"):
        x.times(x)
    with pytest.raises(UnsupportedError, match="equal"):
        x.chosen_where(x.plus(x.scaled(Fraction(-1))), x)
