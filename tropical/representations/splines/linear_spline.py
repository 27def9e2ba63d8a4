"""Piecewise linear functions of one variable, their norms, and their networks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from attrs import field, frozen
from flint import fmpq

from polytopes.arithmetic.rationals import RationalLike, as_fraction, exact_text
from polytopes.errors import InputError, VerificationFailed
from tropical.representations.splines.flint_rationals import as_flint, as_python

if TYPE_CHECKING:
    from tropical.networks.network import Network


@frozen
class Knot:
    """A point where the slope jumps."""

    at: Fraction
    jump: Fraction

    def as_dict(self) -> dict[str, str]:
        """Return the knot as it is written in documents."""
        return {"at": exact_text(self.at), "jump": exact_text(self.jump)}


@frozen
class LinearSpline:
    """The function ``y0 + left_slope (x - x0) + sum of jump max(x - at, 0)``, with no knot before x0.

    >>> f = LinearSpline(Fraction(0), (Fraction(0), Fraction(1)), (Knot(Fraction(1), Fraction(2)),))
    >>> f(3), f.total_variation, f.right_slope, f.norm
    (Fraction(5, 1), Fraction(2, 1), Fraction(2, 1), Fraction(2, 1))
    """

    left_slope: Fraction
    anchor: tuple[Fraction, Fraction]
    knots: tuple[Knot, ...] = field()

    @knots.validator
    def _in_order(self, _: object, knots: tuple[Knot, ...]) -> None:
        places = [knot.at for knot in knots]
        if not all(knot.jump for knot in knots) or any(a >= b for a, b in pairwise(places)):
            raise InputError("the knots must increase, each with a jump that is not 0")
        if places and places[0] < self.anchor[0]:
            raise InputError("a knot lies before the anchor")

    def __call__(self, x: RationalLike) -> Fraction:
        """Return the value at a point."""
        return next(iter(self.values([as_fraction(x)])))

    def values(self, points: Sequence[Fraction]) -> list[Fraction]:
        """Return the values at points in increasing order, in one sweep."""
        return list(map(as_python, self._sweep(list(map(as_flint, points)))))

    def _sweep(self, points: Sequence[fmpq]) -> list[fmpq]:
        found, slope = [], as_flint(self.left_slope)
        at, value = map(as_flint, self.anchor)
        knots = [(as_flint(knot.at), as_flint(knot.jump)) for knot in self.knots]
        k = 0
        for x in points:
            while k < len(knots) and knots[k][0] <= x:
                place, jump = knots[k]
                at, value = place, value + slope * (place - at)
                slope += jump
                k += 1
            found.append(value + slope * (x - at))
        return found

    def passes_through(self, x: Sequence[Fraction], y: Sequence[Fraction]) -> bool:
        """Whether these are the values at points in increasing order."""
        return self._sweep(list(map(as_flint, x))) == list(map(as_flint, y))

    @cached_property
    def total_variation(self) -> Fraction:
        """The total variation of the slope, ``sum |jump|``."""
        return as_python(sum((abs(as_flint(knot.jump)) for knot in self.knots), fmpq(0)))

    @cached_property
    def right_slope(self) -> Fraction:
        """The slope at plus infinity."""
        return sum((knot.jump for knot in self.knots), self.left_slope)

    @property
    def norm(self) -> Fraction:
        """The least ``sum |a| |w|`` of networks ``c + sum a max(w x - b, 0)`` for the function.

        It is the greater of the total variation and of ``|f'(-inf) + f'(+inf)|`` (Savarese, Evron, Soudry, Srebro,
        COLT 2019).
        """
        return max(self.total_variation, abs(self.left_slope + self.right_slope))

    def network(self) -> Network:
        """Return a network of one hidden layer without a linear term and with ``sum |a| |w|`` equal to :attr:`norm`.

        Algorithm:
            A knot is ``jump (x - at)_+ = alpha (x - at)_+ + (jump - alpha) (at - x)_+`` and a linear term. The sum of
            the alpha has to be the right slope. With all of them between 0 and the jump, the norm is the total
            variation; what is then still missing, s, is ``s (x - x0) = s (x - x0)_+ - s (x0 - x)_+``, and costs
            ``2 |s|``.

        Raises:
            VerificationFailed: if the network is another function or has another norm, by an error of this program.
        """
        from tropical.networks.network import Network

        units = self._units()
        x0, y0 = self.anchor
        constant = y0 - sum((a * max(w * (x0 - at), Fraction(0)) for w, at, a in units), Fraction(0))
        shown = units or [(1, x0, Fraction(0))]
        network = Network.from_weights(
            [
                ([[w] for w, _, _ in shown], [-w * at for w, at, _ in shown]),
                ([[a for _, _, a in shown]], [constant]),
            ]
        )
        self._check(network, sum((abs(a) for _, _, a in units), Fraction(0)))
        return network

    def _units(self) -> list[tuple[int, Fraction, Fraction]]:
        """Return the units ``a max(w (x - at), 0)`` as triples (w, at, a)."""
        missing = self.right_slope - sum((min(knot.jump, Fraction(0)) for knot in self.knots), Fraction(0))
        units = []
        for knot in self.knots:
            # Knots that bend down begin at alpha = jump, the others at 0; all are raised until none is missing.
            share = max(Fraction(0), min(missing, abs(knot.jump)))
            missing -= share
            alpha = share + min(knot.jump, Fraction(0))
            units += [(1, knot.at, alpha), (-1, knot.at, knot.jump - alpha)]
        units += [(1, self.anchor[0], missing), (-1, self.anchor[0], -missing)]
        return [unit for unit in units if unit[2]]

    def _check(self, network: Network, norm: Fraction) -> None:
        places = [self.anchor[0], *(knot.at for knot in self.knots)]
        points = sorted({places[0] - 2, places[0] - 1, *places, places[-1] + 1, places[-1] + 2})
        if norm != self.norm or [network([x])[0] for x in points] != self.values(points):
            raise VerificationFailed("the network is not the spline that was found")

    def as_dict(self) -> dict[str, Any]:
        """Return the function as it is written in documents."""
        return {
            "left_slope": exact_text(self.left_slope),
            "anchor": [exact_text(entry) for entry in self.anchor],
            "knots": [knot.as_dict() for knot in self.knots],
        }


def polygon(x: Sequence[Fraction], y: Sequence[Fraction]) -> LinearSpline:
    """Return the polygon through points in increasing order, linear outside; constant if there is one point."""
    slopes = chord_slopes(x, y)
    first = slopes[0] if slopes else Fraction(0)
    jumps = [b - a for a, b in pairwise(slopes)]
    return LinearSpline(first, (x[0], y[0]), knots_of(zip(x[1:], jumps, strict=False)))


def chord_slopes(x: Sequence[Fraction], y: Sequence[Fraction]) -> list[Fraction]:
    """Return the slopes between points in increasing order."""
    own, values = list(map(as_flint, x)), list(map(as_flint, y))
    return [as_python((b - a) / (t - s)) for (s, t), (a, b) in zip(pairwise(own), pairwise(values), strict=True)]


def knots_of(pairs: Iterable[tuple[Fraction, Fraction]]) -> tuple[Knot, ...]:
    """Return the knots of pairs of a place and a jump, those without a jump left out."""
    return tuple(Knot(at, jump) for at, jump in pairs if jump)
