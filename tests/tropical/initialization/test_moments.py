"""Moments of maxout units against closed forms, published constants, and identities of order statistics."""

from fractions import Fraction
from math import comb

import pytest
from flint import acb, arb, ctx

from polytopes.arithmetic.enclosures import Enclosure
from polytopes.errors import InputError
from tropical.initialization import expected_breakpoints, maxout_gain, maxout_moments, moments

KNOWN = {
    2: ("1", "1.63661977236758", "0.363380227632419", "1"),
    3: ("1.2756644477109", "2.10265779084358", "0.19279847374084", "0.783905204691124"),
    4: ("1.55132889542179", "2.47021038779145", "0.120702141377403", "0.644608633895206"),
    5: ("1.80002043597063", "2.77374906709428", "0.0830773128970845", "0.555549248228821"),
    10: ("2.71210378991339", "3.79962085567299", "0.0247037115376471", "0.368717452377416"),
    50: ("5.27404460038035", "6.48092861393622", "0.00118723076149668", "0.189607801179361"),
}


@pytest.mark.parametrize("rank", KNOWN)
def test_known_digits(rank: int) -> None:
    found = maxout_moments(rank)
    assert tuple(map(str, (found.m, found.l, found.s, found.gain))) == KNOWN[rank]


def closed_forms() -> dict[str, arb]:
    root, third, pi = arb(3).sqrt(), (arb(1) / 3).asin(), arb.pi()
    return {
        "M3": 1 + root / (2 * pi),
        "M4": 1 + root / pi,
        "M5": 1 + 5 * root / pi * (arb(1) / 4 + (arb(1) / 4).asin() / (2 * pi)),
        "L2": 1 + 2 / pi,
        "S2": 1 - 2 / pi,
        "B4": 6 * (arb(1) / 4 + third / (2 * pi)),
        "B5": 10 * (arb(1) / 8 + 3 * third / (4 * pi)),
    }


@pytest.mark.parametrize("digits", [1, 15, 50])
def test_closed_forms(digits: int) -> None:
    with ctx.workprec(300):
        exact = {name: Enclosure.around(ball) for name, ball in closed_forms().items()}
    for name, own in exact.items():
        moments = maxout_moments(int(name[1]), digits)
        found = {"M": moments.m, "L": moments.l, "S": moments.s, "B": moments.breakpoints}[name[0]]
        assert found.lower <= own.lower and own.upper <= found.upper, name
        assert found.is_precise


def test_exact_where_rational() -> None:
    first, second = maxout_moments(1), maxout_moments(2)
    assert all(number.lower == number.upper == 1 for number in (first.m, first.l, first.s, first.gain))
    assert (first.breakpoints.lower, second.m.lower, second.gain.upper, second.breakpoints.upper) == (0, 1, 1, 1)
    assert expected_breakpoints(3).lower == Fraction(3, 2)


def test_order_and_inclusion_and_exclusion() -> None:
    """S <= 1 <= M <= L, M and L increase, and the maximum of squares is an alternating sum of minima of subsets."""
    found = {k: maxout_moments(k, 30) for k in range(1, 9)}
    for k, own in found.items():
        assert own.s.lower <= 1 <= own.m.upper and own.m.lower <= own.l.upper
        if k > 1:
            assert found[k - 1].l.upper < own.l.lower and found[k - 1].m.lower <= own.m.upper
        terms = [(-1) ** (j + 1) * comb(k, j) for j in range(1, k + 1)]
        ends = [(found[j].s.lower, found[j].s.upper)[:: 1 if terms[j - 1] > 0 else -1] for j in range(1, k + 1)]
        low, high = (sum(c * pair[i] for c, pair in zip(terms, ends, strict=True)) for i in (0, 1))
        assert low <= own.l.upper and own.l.lower <= high


@pytest.mark.parametrize("rank", [10**6, 10**9])
def test_large_ranks(rank: int) -> None:
    """The least square is about pi / K^2, and all digits are certain."""
    found = maxout_moments(rank)
    assert all(own.is_precise for own in (found.m, found.l, found.s, found.gain, found.breakpoints))
    assert abs(float(found.s) * rank**2 / 3.141592653589793 - 1) < 1e-5
    assert found.breakpoints.upper < 11


@pytest.mark.parametrize("rank", [0, -1, 10**9 + 1, True, 2.5, "3"])
def test_ranks_that_are_none(rank: object) -> None:
    with pytest.raises(InputError, match="give an integer from 1"):
        maxout_gain(rank)  # type: ignore[arg-type]


@pytest.mark.parametrize("digits", [0, 51, True])
def test_digits_that_are_none(digits: int) -> None:
    with pytest.raises(InputError, match="from 1 to 50"):
        maxout_moments(3, digits)


def test_ctrl_c_within_an_integral_is_no_other_error() -> None:
    values: list[acb] = []

    def interrupted(x: acb) -> acb:
        values.append(x)
        if len(values) == 3:
            raise KeyboardInterrupt
        return x * x

    with pytest.raises(KeyboardInterrupt):
        moments._integral(interrupted, 0, 1, arb(0))
