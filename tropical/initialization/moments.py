"""Means over K independent standard normal variables, as certified enclosures.

They say how a maxout unit of rank K changes squared lengths: M(K) = E (max Z_i)^2, L(K) = E max Z_i^2 and
S(K) = E min Z_i^2. B(K) is the expected number of breakpoints of such a unit on a line.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import ceil, log, log2, sqrt
from typing import Any

from attrs import frozen
from flint import acb, arb, ctx

from polytopes.arithmetic.enclosures import Enclosure
from polytopes.errors import InputError, VerificationFailed

MOST_DIGITS = 50
LARGEST_RANK = 10**9
GUARD = 24
"""Bits by which balls are at first more precise than what is asked for."""
CHECKED_BITS = 40
"""Precision of the second way in which moments are computed, above the bits that large ranks lose."""
EXACT = {1: (1, 1, 1), 2: (1, None, None)}
"""Moments M, L, S that are rational."""


@frozen
class MaxoutMoments:
    """The constants of a maxout unit of some rank; the gain is 1 / M.

    >>> print(maxout_moments(5).m)
    1.80002043597063
    """

    rank: int
    m: Enclosure
    l: Enclosure
    s: Enclosure
    gain: Enclosure
    breakpoints: Enclosure

    def as_dict(self) -> dict[str, Any]:
        """Return the constants as they are written in documents."""
        named = {"M": self.m, "L": self.l, "S": self.s, "gain": self.gain, "breakpoints": self.breakpoints}
        return {"rank": self.rank, **{name: own.as_dict() for name, own in named.items()}}


def checked_rank(rank: int) -> int:
    """Return a rank of maxout units.

    Raises:
        InputError: if it is not an integer from 1 to LARGEST_RANK.
    """
    if isinstance(rank, bool) or not isinstance(rank, int) or not 1 <= rank <= LARGEST_RANK:
        raise InputError(f"maxout of rank {rank}; give an integer from 1 to {LARGEST_RANK:,}")
    return rank


def maxout_moments(rank: int, digits: int = 15) -> MaxoutMoments:
    """Return M, L, S, the gain 1 / M and the expected breakpoints B for a rank.

    Args:
        rank: the number K of forms of a unit, at most 10^9.
        digits: certified digits of each number, at most 50.

    Raises:
        InputError: for another rank or number of digits.
        VerificationFailed: if two ways to compute a number contradict each other.

    Algorithm:
        Integrals in ball arithmetic over an interval [-T, T], with a ball for the tails. All three moments are
        integrated a second time by other formulas: ``M(K) = 1 + K (K-1) (K-2) / (4 pi sqrt(3)) E Phi(Z/sqrt(3))^(K-3)``
        and, by parts, ``L = int 2x (1 - erf(x/sqrt(2))^K)``, ``S = int 2x erfc(x/sqrt(2))^K`` over x > 0.

    >>> found = maxout_moments(2)
    >>> str(found.m), str(found.l), str(found.s)
    ('1', '1.63661977236758', '0.363380227632419')

    Sources: Tseran, Montúfar, Expected gradients of maxout networks and consequences to parameter initialization,
    ICML 2023, arXiv 2301.06956.
    """
    checked_rank(rank)
    _check_digits(digits)
    exact = EXACT.get(rank, (None, None, None))
    m, l, s = (
        _precise(moment, rank, digits) if known is None else Enclosure.of(known, digits)
        for moment, known in zip((_m, _l, _s), exact, strict=True)
    )
    for own, second in ((m, _second_m), (l, _second_l), (s, _second_s)):
        _check(own, second, rank)
    if not (s.lower <= 1 <= m.upper and m.lower <= l.upper):
        raise VerificationFailed(f"the moments of rank {rank} are not in their order")
    return MaxoutMoments(rank, m, l, s, _inverse(m), expected_breakpoints(rank, digits))


def maxout_gain(rank: int, digits: int = 15) -> Enclosure:
    """Return 1 / M: with weights of variance gain / fan-in a maxout layer keeps the mean square along the data.

    Raises:
        InputError: as for :func:`maxout_moments`.

    >>> print(maxout_gain(5))
    0.555549248228821
    """
    return maxout_moments(rank, digits).gain


def expected_breakpoints(rank: int, digits: int = 15) -> Enclosure:
    """Return the expected number B of breakpoints of ``max_k (a_k t + b_k)`` on the line, all numbers normal.

    One layer of n such units on a line has 1 + n B expected regions. B does not depend on the deviations of the a_k
    and of the b_k.

    Raises:
        InputError, VerificationFailed: as for :func:`maxout_moments`.

    Algorithm:
        The pieces are the upper hull of K Gaussian points (a_k, b_k). The line through two of them has a signed
        distance T of variance 1/2 from the origin, and all other points lie below it with probability Phi(T)^(K-2).
        By parts this is ``B = sqrt(pi) E max Z_i``, which is integrated too.

    >>> print(expected_breakpoints(3), expected_breakpoints(4))
    1.5 1.82452034390818
    """
    checked_rank(rank)
    _check_digits(digits)
    exact = {1: Fraction(0), 2: Fraction(1), 3: Fraction(3, 2)}.get(rank)
    found = _precise(_b, rank, digits) if exact is None else Enclosure.of(exact, digits)
    _check(found, _second_b, rank)
    return found


def _check_digits(digits: int) -> None:
    if isinstance(digits, bool) or not isinstance(digits, int) or not 1 <= digits <= MOST_DIGITS:
        raise InputError(f"{digits} digits; give an integer from 1 to {MOST_DIGITS}")


def _precise(number: Callable[[int], arb], rank: int, digits: int) -> Enclosure:
    """Return a positive number of a rank, in balls of growing precision until all digits are certain."""
    bits = ceil(digits * log2(10)) + 3 * ceil(log2(rank + 1)) + GUARD
    while True:
        with ctx.workprec(bits):
            found = Enclosure.around(number(rank), digits)
        if found.lower > 0 and found.is_precise:
            return found
        bits *= 2


def _inverse(number: Enclosure) -> Enclosure:
    if number.exact is not None and number.exact.rational is not None:
        return Enclosure.of(1 / number.exact.rational, number.digits)
    return Enclosure(1 / number.upper, 1 / number.lower, None, number.digits)


def _check(own: Enclosure, second_way: Callable[[int], arb], rank: int) -> None:
    """Compare a number of a rank with what another formula gives, with fewer digits."""
    with ctx.workprec(CHECKED_BITS + 3 * ceil(log2(rank + 1))):
        second = Enclosure.around(second_way(rank))
    if own.upper < second.lower or second.upper < own.lower:
        raise VerificationFailed(f"two ways to compute a number of rank {rank} contradict each other")


def _end(rank: int) -> int:
    """Return T >= 1 with tails beyond it that are below the precision: K exp(-T^2 / 2) <= 2^-bits."""
    return ceil(sqrt(2 * (ctx.prec * log(2) + log(rank)))) + 1


def _integral(f: Callable[[acb], acb], low: int, high: int, tail: arb) -> arb:
    """Return a ball around the integral of an entire function, with a bound on what is left out."""
    try:
        found: arb = acb.integral(lambda x, _: f(x), low, high).real
    except SystemError as error:  # flint goes on after an exception in f, such as that of Ctrl-C, and ends in another
        raise _first(error) from None
    return found + tail * arb(0, 1)


def _tail(rank: int, end: int) -> arb:
    """Return a bound of ``2 K int x^2 phi`` over x > T, from ``int_T x^2 phi = T phi(T) + Q(T)`` and Q <= phi."""
    return 2 * rank * (end + 1) * (-(arb(end) ** 2) / 2).exp()


def _first(error: BaseException) -> BaseException:
    """Return the exception that the others came from."""
    while error.__cause__ is not None:
        error = error.__cause__
    return error


def _phi(x: acb) -> acb:
    return (-x * x / 2).exp() / (2 * acb.pi()).sqrt()


def _cdf(x: acb) -> acb:
    return (-x / acb(2).sqrt()).erfc() / 2


def _m(rank: int) -> arb:
    end = _end(rank)
    return _integral(lambda x: rank * x * x * _phi(x) * _cdf(x) ** (rank - 1), -end, end, _tail(rank, end))


def _l(rank: int) -> arb:
    end, root = _end(rank), acb(2).sqrt()
    return _integral(lambda x: 2 * rank * x * x * _phi(x) * (x / root).erf() ** (rank - 1), 0, end, _tail(rank, end))


def _s(rank: int) -> arb:
    end, root = _end(rank), acb(2).sqrt()
    return _integral(lambda x: 2 * rank * x * x * _phi(x) * (x / root).erfc() ** (rank - 1), 0, end, _tail(rank, end))


def _b(rank: int) -> arb:
    """Return ``C(K, 2) E Phi(T)^(K-2)`` for K >= 2; the density of T is exp(-t^2) / sqrt(pi)."""
    end, root = _end(rank), acb.pi().sqrt()
    found = _integral(lambda t: (-t * t).exp() / root * _cdf(t) ** (rank - 2), -end, end, (-(arb(end) ** 2)).exp())
    return found * (rank * (rank - 1) // 2)


def _second_m(rank: int) -> arb:
    if rank < 3:
        return arb(1)
    end, root = _end(rank), acb(3).sqrt()
    mean = _integral(lambda x: _phi(x) * _cdf(x / root) ** (rank - 3), -end, end, (-(arb(end) ** 2) / 2).exp())
    return 1 + mean * (rank * (rank - 1) * (rank - 2)) / (4 * arb.pi() * arb(3).sqrt())


def _second_l(rank: int) -> arb:
    """The tail: ``1 - erf^K <= K erfc``, and ``erfc(x / sqrt(2)) <= exp(-x^2 / 2)``."""
    end, root = _end(rank), acb(2).sqrt()
    tail = 2 * rank * (-(arb(end) ** 2) / 2).exp()
    return _integral(lambda x: 2 * x * (1 - (x / root).erf() ** rank), 0, end, tail)


def _second_s(rank: int) -> arb:
    end, root = _end(rank), acb(2).sqrt()
    return _integral(lambda x: 2 * x * (x / root).erfc() ** rank, 0, end, 2 * (-(arb(end) ** 2) / 2).exp())


def _second_b(rank: int) -> arb:
    """By parts of the integral of :func:`_b`, with the density ``phi(x)^2 = exp(-x^2) / (2 pi)``."""
    end = _end(rank)
    tail = 2 * rank * (-(arb(end) ** 2) / 2).exp()
    found = _integral(lambda x: rank * x * _phi(x) * _cdf(x) ** (rank - 1), -end, end, tail)
    return found * arb.pi().sqrt()
