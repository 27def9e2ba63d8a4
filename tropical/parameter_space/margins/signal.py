"""Signal and noise: parts of weights along a direction and orthogonal to it, and errors of linear classifiers."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from attrs import field, frozen
from flint import arb, ctx, fmpq

from polytopes.arithmetic.enclosures import Enclosure, bits_for
from polytopes.arithmetic.rationals import (
    Matrix,
    MatrixLike,
    RationalLike,
    Vector,
    VectorLike,
    as_fraction,
    as_vector,
    dot,
    exact_text,
)
from polytopes.errors import InputError, NoAnswerError, ShapeError, VerificationFailed
from polytopes.messages import exact_repr
from tropical.parameter_space.margins.leaky_units import LeakyUnits

FAR, TINY = 10_000, Fraction(1, 10**2000)
"""From q = FAR on, ``exp(-q / 2)`` is below TINY, and numbers that small are only bounded: by 0 and TINY."""


@frozen
class SignalNoise:
    """Weights ``w_j = signal[j] v + noise[j]`` with noise orthogonal to v, and the values f(v) and -f(-v)."""

    signal: Vector = field(repr=exact_repr)
    noise: Matrix = field(repr=exact_repr)
    a_plus: Fraction
    a_minus: Fraction

    @property
    def noise_norm_squared(self) -> Fraction:
        """The sum of the squares of all entries of the noise."""
        return sum((Fraction(dot(row, row)) for row in self.noise), Fraction(0))

    @property
    def a_min(self) -> Fraction:
        """The lesser of f(v) and -f(-v)."""
        return min(self.a_plus, self.a_minus)

    @property
    def ratio_squared(self) -> Fraction | None:
        """The square of ``a_min`` divided by the norm of the noise; None if there is no noise."""
        return self.a_min**2 / self.noise_norm_squared if self.noise_norm_squared else None

    def as_dict(self) -> dict[str, Any]:
        """Return the parts with numbers as exact texts."""
        ratio = self.ratio_squared
        return {
            "a": list(map(exact_text, self.signal)),
            "z_norm_squared": exact_text(self.noise_norm_squared),
            "a_plus": exact_text(self.a_plus),
            "a_minus": exact_text(self.a_minus),
            "a_min": exact_text(self.a_min),
            "ratio_squared": None if ratio is None else exact_text(ratio),
        }


def unit_vector(direction: VectorLike, length: int) -> Vector:
    """Return a direction of the right dimension and of length 1.

    Raises:
        ShapeError: if it has another dimension.
        InputError: if its length is not 1.
    """
    v = as_vector(direction)
    if len(v) != length:
        raise ShapeError(f"a signal with {len(v)} entries in dimension {length}")
    if dot(v, v) != 1:
        squared = exact_text(Fraction(dot(v, v)))
        raise InputError(f"the signal has squared length {squared}; give a vector of length 1, such as 3/5,4/5")
    return v


def signal_noise(
    weights: MatrixLike, direction: VectorLike, alpha: RationalLike, signs: Iterable[int] | None = None
) -> SignalNoise:
    """Return the parts of the weights of leaky ReLU units along a unit vector v and orthogonal to it.

    Args:
        weights: a row for each unit.
        direction: v, rationals with squares of sum 1.
        alpha: the slope of the units below 0.
        signs: the outer weights; -1, 1, -1, 1, ... if None.

    Raises:
        ShapeError, InputError: as for :class:`LeakyUnits`; if v has another dimension or is no unit vector.
        VerificationFailed: if the parts do not pass their check.

    >>> found = signal_noise([["-3/4", "5/24"], ["3/4", "-1/8"]], [1, 0], "1/2")
    >>> str(found.noise_norm_squared), str(found.a_min), str(found.ratio_squared)
    ('17/288', '9/8', '729/34')
    """
    units = LeakyUnits.of(weights, alpha, signs)
    v = unit_vector(direction, len(units.weights[0]))
    along = tuple(Fraction(dot(row, v)) for row in units.weights)
    noise = tuple(
        tuple(entry - a * x for entry, x in zip(row, v, strict=True))
        for row, a in zip(units.weights, along, strict=True)
    )
    found = SignalNoise(along, noise, units(v), -units([-entry for entry in v]))
    if units.norm_squared != dot(along, along) + found.noise_norm_squared or any(dot(row, v) for row in noise):
        raise VerificationFailed("signal and noise are not orthogonal")
    return found


@frozen
class LinearError:
    """The probability that a linear classifier is wrong, and the bounds of the paper on it, where it has some."""

    signal: Fraction
    noise_norm_squared: Fraction
    squared_argument: Fraction | None
    """The q of :func:`linear_error`; None if there is no noise, so that it is infinite."""
    error: Enclosure
    lower_bound: Enclosure | None
    upper_bound: Enclosure | None

    def as_dict(self) -> dict[str, Any]:
        """Return the error with rational numbers as exact texts."""
        q = self.squared_argument
        return {
            "a_v": exact_text(self.signal),
            "z_norm_squared": exact_text(self.noise_norm_squared),
            "squared_argument": None if q is None else exact_text(q),
            "error": self.error.as_dict(),
            "lower_bound": None if self.lower_bound is None else self.lower_bound.as_dict(),
            "upper_bound": None if self.upper_bound is None else self.upper_bound.as_dict(),
        }


def linear_error(
    w: VectorLike, direction: VectorLike, gamma: RationalLike, d: int | None = None, digits: int = 15
) -> LinearError:
    """Return the probability that ``y w.x <= 0`` for ``x = sqrt(gamma) y v + sqrt(1 - gamma) n``, n Gaussian noise.

    The noise has mean 0 and covariance ``(I - v v^T) / d``, and y is 1 or -1. With ``w = a v + z``, z orthogonal to v,
    and ``q = gamma d a^2 / ((1 - gamma) |z|^2)``, it is ``Phi(-sqrt(q))`` if a >= 0, else ``Phi(sqrt(q))``.

    Args:
        w: d rationals, not all 0.
        direction: v, d rationals with squares of sum 1.
        gamma: the part of the signal, between 0 and 1.
        d: the dimension, if it is to be checked.
        digits: the digits of the enclosures.

    Returns:
        The error, and for a >= 0 the bounds of the paper, which follow from bounds on Phi:
        ``max(1/2 - sqrt(q / (2 pi)), exp(-6 q / pi) / 4)`` and ``exp(-q / 2)``. If q is 10,000 or more, all of them are
        only said to be between 0 and 10^-2000, or the error between 1 - 10^-2000 and 1 for a < 0.

    Raises:
        ShapeError: if lengths differ.
        InputError: if v is no unit vector, or gamma is not between 0 and 1.
        NoAnswerError: if w is 0.
        VerificationFailed: if the error is not between the bounds.

    Source:
        Karhadkar, George, Murray, Montúfar, Needell, Benign overfitting in leaky ReLU networks with moderate input
        dimension, 2024.

    >>> found = linear_error([1, 1, 0], [1, 0, 0], "1/2", 3)
    >>> str(found.squared_argument), found.error.value
    ('3', '0.0416322583317752')
    """
    vector = as_vector(w)
    if d is not None and d != len(vector):
        raise ShapeError(f"a classifier with {len(vector)} entries in dimension {d}")
    v, part = unit_vector(direction, len(vector)), as_fraction(gamma)
    if not 0 < part < 1:
        raise InputError(f"gamma = {exact_text(part)}; the part of the signal is above 0 and below 1")
    if not any(vector):
        raise NoAnswerError("w = 0 is no classifier")
    a = Fraction(dot(vector, v))
    noise = dot(vector, vector) - a * a
    if not noise:
        return LinearError(a, noise, None, Enclosure.of(Fraction(int(a < 0)), digits), None, None)
    q = part * len(vector) * a * a / ((1 - part) * noise)
    if q >= FAR:
        return _far_error(a, noise, q, digits)
    with ctx.workprec(2 * bits_for(digits)):
        return _gaussian_error(a, noise, q, digits)


def _far_error(a: Fraction, noise: Fraction, q: Fraction, digits: int) -> LinearError:
    if a < 0:
        return LinearError(a, noise, q, Enclosure(1 - TINY, Fraction(1), None, digits), None, None)
    small = Enclosure(Fraction(0), TINY, None, digits)
    return LinearError(a, noise, q, small, small, small)


def _gaussian_error(a: Fraction, noise: Fraction, q: Fraction, digits: int) -> LinearError:
    argument = arb(fmpq(q.numerator, q.denominator))
    error = ((argument / 2).sqrt() * (1 if a >= 0 else -1)).erfc() / 2
    found = Enclosure.of(Fraction(1, 2), digits) if not q else Enclosure.around(error, digits)
    if a < 0:
        return LinearError(a, noise, q, found, None, None)
    below = (arb("0.5") - (argument / (2 * arb.pi())).sqrt()).max((-6 * argument / arb.pi()).exp() / 4)
    lower, upper = Enclosure.around(below, digits), Enclosure.around((-argument / 2).exp(), digits)
    if lower.lower > found.upper or found.lower > upper.upper:
        raise VerificationFailed("the error of a linear classifier is not between its bounds")
    return LinearError(a, noise, q, found, lower, upper)
