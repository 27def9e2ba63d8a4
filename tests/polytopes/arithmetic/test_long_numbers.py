"""Texts of numbers of any length, against Python's own conversions below its bound and arithmetic above it."""

from __future__ import annotations

import sys
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polytopes.arithmetic import long_numbers
from polytopes.arithmetic.long_numbers import fraction_of, integer_of, text_of
from polytopes.arithmetic.rationals import as_fraction, exact_text
from polytopes.errors import NumberError

NUMBERS = ["3/2", "-0.25", "+.5", "5.", "1e-3", "2.5E+2", "1_000/3", "-1_0.2_5", "0", "007", "-7/1"]
WRONG = ["", "/2", "1/", "1/-2", "1.5/2", "e5", "1e", "1__0", "_1", "0x1", "1 2", "--1", "1e5.0", ".", "½", "nan"]


@pytest.mark.parametrize("text", NUMBERS)
def test_the_long_way_reads_what_python_reads(text, monkeypatch):
    monkeypatch.setattr(long_numbers, "SHORT", 0)
    assert fraction_of(text) == Fraction(text)


@pytest.mark.parametrize("text", WRONG)
def test_the_long_way_refuses_what_python_refuses(text, monkeypatch):
    with pytest.raises(ValueError):
        Fraction(text)
    monkeypatch.setattr(long_numbers, "SHORT", 0)
    with pytest.raises(ValueError):
        fraction_of(text)


@given(st.integers(-(10**1500), 10**1500), st.integers(1, 10**1500))
def test_long_numbers_below_the_bound_of_python(above, below):
    assert text_of(above) == str(above) and integer_of(str(above)) == above
    value = Fraction(above, below)
    assert exact_text(value) == str(value) and as_fraction(str(value)) == value


def test_beyond_the_bound_of_python():
    """10^n + 7, put together by hand."""
    n = 3 * sys.get_int_max_str_digits()
    text, value = "1" + "0" * (n - 1) + "7", 10**n + 7
    assert text_of(value) == text and text_of(-value) == "-" + text
    assert as_fraction(text) == value and as_fraction(f" -{text}/3 ") == Fraction(-value, 3)
    assert as_fraction("0." + "0" * n + "7") == Fraction(7, 10 ** (n + 1))
    assert as_fraction(text + "e-2") == Fraction(value, 100)
    assert as_fraction("7e" + "0" * n + "2") == 700
    assert exact_text(Fraction(value, 10**n)) == f"{text}/1" + "0" * n


@pytest.mark.parametrize("text", ["1" * 5000 + "x", "1" * 5000 + "/0", "1e" + "9" * 5000, "1/" * 3000])
def test_long_texts_that_are_no_numbers(text):
    with pytest.raises(NumberError):
        as_fraction(text)
