"""Explicit bounds of gradient flows of linear programs over probability vectors, as certified balls.

Let mu* be the only optimum, m its least positive entry, KL0 = D(mu*, mu_0) and t0 = KL0/(Delta m). Then

* ``gap(t) <= KL0/t`` for t > 0 (Mueller, Cayci, Montufar, Corollary 2.3; any optimum may stand for mu*);
* ``D(mu*, mu_t) <= KL0 (t/t0)^(KL0/m) exp(-Delta (t - t0))`` for t >= t0;
* ``gap(t) <= Delta D(mu*, mu_(t - 1/Delta))`` for t > 1/Delta.

The second and the third bound are proved in the documentation. The published bound has the same form.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from attrs import field, frozen
from flint import arb, ctx, fmpq

from polytopes.arithmetic.enclosures import MOST_BITS, Enclosure, bits_for, enclosed
from polytopes.arithmetic.rationals import RationalLike, Vector, VectorLike, as_fraction, as_vector, exact_text
from polytopes.errors import InputError

LEAST_LOGARITHM = -20_000
"""A bound falls in t; where its factor is less than exp(LEAST_LOGARITHM), it is given with this factor."""


@frozen
class FlowBounds:
    """Bounds of the flow from a start; what needs one optimum only is None where there are several, or no rate.

    ``divergence`` is KL0, for several optima that from the nearest vertex of the optimal face.
    """

    optimum: Vector
    start: Vector
    rate: Fraction | None
    is_unique: bool
    digits: int = field(default=15, kw_only=True)

    @property
    def least_entry(self) -> Fraction:
        """m, the least positive entry of the optimum."""
        return min(entry for entry in self.optimum if entry)

    @property
    def divergence(self) -> Enclosure:
        """KL0."""
        return self._enclosed(self._divergence)

    @property
    def begin(self) -> Enclosure | None:
        """t0, from which on the exponential bound holds."""
        if not self._is_exponential:
            return None
        return self._enclosed(self._begin)

    @property
    def exponent(self) -> Enclosure | None:
        """KL0/m, the power of t in the exponential bound."""
        if not self._is_exponential:
            return None
        return self._enclosed(lambda: self._divergence() / _ball(self.least_entry))

    def divergence_at(self, time: RationalLike) -> Enclosure | None:
        """Return the exponential bound of D(mu*, mu_t); None for t < t0 and where there is none."""
        t = _time(time)
        if not self._is_exponential or not self._certainly(lambda: _ball(t) - self._begin()):
            return None
        return self._enclosed(lambda: self._exponential(_ball(t)))

    def gap_at(self, time: RationalLike) -> Enclosure:
        """Return the least of the bounds of the gap that hold at a time t > 0."""
        t = _time(time)
        if not t:
            raise InputError("bounds of the gap hold for times t > 0")
        bounds = [self._enclosed(lambda: self._divergence() / _ball(t))]
        if self._is_exponential and self.rate is not None and t > 1 / self.rate:
            earlier, rate = self.divergence_at(t - 1 / self.rate), self.rate
            if earlier is not None:
                bounds.append(Enclosure(earlier.lower * rate, earlier.upper * rate, digits=self.digits))
        return min(bounds, key=lambda bound: bound.upper)

    def as_dict(self, times: tuple[Fraction, ...] = ()) -> dict[str, object]:
        """Return the constants and the bounds at some times as they are written in documents."""
        at = []
        for t in times:
            found = self.divergence_at(t)
            at.append(
                {
                    "t": exact_text(t),
                    "gap": None if not t else self.gap_at(t).as_dict(),
                    "D": None if found is None else found.as_dict(),
                }
            )
        return {
            "KL0": self.divergence.as_dict(),
            "t0": None if self.begin is None else self.begin.as_dict(),
            "exponent": None if self.exponent is None else self.exponent.as_dict(),
            "bounds": at,
        }

    @property
    def _is_exponential(self) -> bool:
        return self.is_unique and self.rate is not None and self.optimum != self.start

    def _divergence(self) -> arb:
        return divergence(self.optimum, self.start)

    def _begin(self) -> arb:
        assert self.rate is not None
        return self._divergence() / _ball(self.rate * self.least_entry)

    def _exponential(self, t: arb) -> arb:
        assert self.rate is not None
        first, begin = self._divergence(), self._begin()
        logarithm = first / _ball(self.least_entry) * (t / begin).log() - _ball(self.rate) * (t - begin)
        return first * logarithm.max(arb(LEAST_LOGARITHM)).exp()

    def _enclosed(self, number: Callable[[], arb]) -> Enclosure:
        if self.optimum == self.start:
            return Enclosure.of(0, self.digits)
        return enclosed(number, self.digits)

    def _certainly(self, difference: Callable[[], arb]) -> bool:
        """Whether a number is shown to be positive; t0 is not rational, so it is no rational time."""
        bits = bits_for(self.digits)
        while bits <= MOST_BITS:
            with ctx.workprec(bits):
                found = difference()
                if found > 0 or found < 0:
                    return bool(found > 0)
            bits *= 2
        return False


def flow_bounds(
    optima: list[Vector] | tuple[Vector, ...], rate: Fraction | None, start: VectorLike, digits: int = 15
) -> FlowBounds:
    """Return the bounds of a flow over probability vectors.

    Args:
        optima: the vertices of the optimal face.
        rate: Delta.
        start: mu_0, a probability vector without zeros.
        digits: digits of the balls.

    Raises:
        InputError: if the start or an optimum is no probability vector, or the start has a zero.

    >>> found = flow_bounds([(Fraction(1), Fraction(0))], Fraction(2), ["1/10", "9/10"])
    >>> found.divergence.value, found.gap_at(1).value
    ('2.30258509299405', '2.30258509299405')
    """
    first = as_vector(start)
    for point in (first, *optima):
        if len(point) != len(first) or min(point) < 0 or sum(point) != 1:
            raise InputError("flows are those of probability vectors: entries >= 0 with the sum 1")
    if not all(first):
        raise InputError("the start has an entry 0; give one with positive entries")
    with ctx.workprec(bits_for(digits)):
        nearest = min(optima, key=lambda point: float(divergence(point, first)))
    return FlowBounds(nearest, first, rate, len(optima) == 1, digits=digits)


def simplex_flow(objective: VectorLike, start: VectorLike, time: RationalLike, digits: int = 15) -> list[Enclosure]:
    """Return the flow on the simplex at a time: mu_t is proportional to mu_0 exp(t c).

    Raises:
        InputError: if the start is no probability vector, or the time is negative.

    >>> [entry.value for entry in simplex_flow([2, 0], ["1/10", "9/10"], 1)]
    ['0.450853060379284', '0.549146939620716']
    """
    costs, first = as_vector(objective), as_vector(start)
    t = _time(time)
    if len(costs) != len(first) or min(first, default=-1) < 0 or sum(first) != 1:
        raise InputError(f"the start must be a probability vector of length {len(costs)}")
    top = max(costs)

    def entry(i: int) -> arb:
        weights = [_ball(mass) * _ball(t * (cost - top)).exp() for mass, cost in zip(first, costs, strict=True)]
        return weights[i] / sum(weights, arb(0))

    return [enclosed(lambda i=i: entry(i), digits) if mass else Enclosure.of(0, digits) for i, mass in enumerate(first)]  # type: ignore[misc]


def divergence(left: Vector, right: Vector) -> arb:
    """Return D(left, right), the sum of left log(left/right), as a ball at the precision that is set in flint."""
    terms = (_ball(p) * _ball(p / q).log() for p, q in zip(left, right, strict=True) if p)
    return sum(terms, arb(0))


def _ball(number: Fraction) -> arb:
    return arb(fmpq(number.numerator, number.denominator))


def _time(time: RationalLike) -> Fraction:
    t = as_fraction(time)
    if t < 0:
        raise InputError(f"the time {t} is negative; give one >= 0")
    return t
