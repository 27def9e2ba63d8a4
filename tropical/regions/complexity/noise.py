"""Noise on the bias of one unit at a time: densities, and their integrals over simplices.

Let z be affine on a simplex S of dimension d with the values z_0, ..., z_d at its vertices, and F a d-th antiderivative
of a density rho. Then the integral of rho(z) over S is ``vol(S) d! F[z_0, ..., z_d]``, a divided difference (Hermite
and Genocchi; de Boor, Divided differences, 2005). For uniform noise F is piecewise polynomial and all is rational; for
Gaussian noise it is made of erf and exp, and balls enclose it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from fractions import Fraction
from functools import partial
from math import factorial
from typing import Any, ClassVar

from attrs import field, frozen
from flint import arb, fmpq

from polytopes.arithmetic.rationals import as_fraction, exact_text
from polytopes.errors import InputError

Values = Sequence[fmpq]
ZERO = fmpq(0)


def _positive(value: Any) -> Fraction:
    scale = as_fraction(value)
    if scale <= 0:
        raise InputError(f"noise of scale {exact_text(scale)}; give a positive number")
    return scale


@frozen
class Noise(ABC):
    """A symmetric distribution of the noise on a bias, by its scale."""

    scale: Fraction = field(converter=_positive)
    name: ClassVar[str]
    is_rational: ClassVar[bool]
    """Whether integrals over simplices are rational; else they are balls."""

    @abstractmethod
    def density(self, z: Fraction | fmpq) -> Any:
        """Return the density at a number, with the factor that is not rational in a ball."""

    @property
    def size(self) -> fmpq:
        """The scale in the arithmetic of integrals."""
        return rational(self.scale)

    @abstractmethod
    def antiderivative(self, z: fmpq, order: int) -> Any:
        """Return the value at z of the antiderivative of this order >= 1 that vanishes at minus infinity."""

    @abstractmethod
    def is_void(self, values: Values) -> bool:
        """Whether the density vanishes strictly between the least and the greatest of these numbers."""

    def mean(self, values: Values) -> Any:
        """Return the mean of the density over a simplex at whose vertices z has these values, not all equal.

        >>> print(Uniform("1/2").mean([fmpq(0), fmpq(1)]))
        1/2
        """
        [found] = self.means(values, [tuple(range(len(values)))])
        return found

    def means(self, values: Values, simplices: Iterable[Sequence[int]]) -> Iterator[Any]:
        """Yield the means over simplices that are given by the numbers of their vertices."""
        at: list[Any] = []
        for numbers in simplices:
            own, d = [values[i] for i in numbers], len(numbers) - 1
            if self.is_void(own):
                yield ZERO if self.is_rational else arb(0)
                continue
            at = at or [self.antiderivative(z, d) for z in values]
            known = [at[i] for i in numbers]
            yield factorial(d) * divided_difference(partial(self._derivative, d), own, known)

    def _derivative(self, order: int, z: fmpq, k: int) -> Any:
        """Return the k-th derivative of the antiderivative of an order."""
        return self.antiderivative(z, order - k)

    def as_dict(self) -> dict[str, Any]:
        """Return the noise as it is written in documents."""
        return {"noise": self.name, "scale": exact_text(self.scale)}

    def __str__(self) -> str:
        return f"{self.name}:{exact_text(self.scale)}"


@frozen
class Uniform(Noise):
    """Uniform noise on the closed interval from -scale to scale.

    >>> str(Uniform("1/4").density(Fraction(1, 4)))
    '2'
    """

    name = "uniform"
    is_rational = True

    def density(self, z: Fraction | fmpq) -> Fraction:
        """Return the density; it is that of the inside at the ends too."""
        number = z if isinstance(z, fmpq) else rational(z)
        return 1 / (2 * self.scale) if abs(number) <= self.size else Fraction(0)

    def antiderivative(self, z: fmpq, order: int) -> fmpq:
        """Return ``((z + s)_+^k - (z - s)_+^k) / (2 s k!)``."""
        s = self.size
        above, below = max(z + s, ZERO), max(z - s, ZERO)
        return (above**order - below**order) / (2 * s * factorial(order))

    def is_void(self, values: Values) -> bool:
        """Whether all numbers lie on one side of the interval."""
        s = self.size
        return bool(min(values) >= s or max(values) <= -s)


@frozen
class Gaussian(Noise):
    """Gaussian noise with this standard deviation."""

    name = "gaussian"
    is_rational = False

    def density(self, z: Fraction | fmpq) -> arb:
        """Return a ball around the density."""
        t = arb((z if isinstance(z, fmpq) else rational(z)) / self.size)
        return (-t * t / 2).exp() / ((2 * arb.pi()).sqrt() * self.size)

    def antiderivative(self, z: fmpq, order: int) -> arb:
        """Return a ball around the antiderivative.

        Algorithm:
            For the standard normal density these satisfy ``k I_{k+1}(t) = t I_k(t) + I_{k-1}(t)``.
        """
        t = arb(z / self.size)
        before = (-t * t / 2).exp() / (2 * arb.pi()).sqrt()
        found = (-t / arb(2).sqrt()).erfc() / 2
        for k in range(1, order):
            before, found = found, (t * found + before) / k
        return found * arb(self.size) ** (order - 1)

    def is_void(self, values: Values) -> bool:
        """The density vanishes nowhere."""
        return False


def rational(number: Fraction) -> fmpq:
    """Return a number in the arithmetic of integrals."""
    return fmpq(number.numerator, number.denominator)


def divided_difference(derivative: Callable[[Any, int], Any], values: Sequence[Any], at: Sequence[Any] = ()) -> Any:
    """Return ``F[z_0, ..., z_d]`` from the derivatives ``derivative(z, k)`` of F; equal numbers may be repeated.

    ``at`` has the values of F at these numbers, if they are known.

    >>> divided_difference(lambda z, k: [z**3, 3 * z**2, 6 * z][k], [Fraction(1), Fraction(1), Fraction(2)])
    Fraction(4, 1)
    """
    order = sorted(range(len(values)), key=values.__getitem__)
    nodes = [values[i] for i in order]
    table = [at[i] for i in order] if at else [derivative(z, 0) for z in nodes]
    for k in range(1, len(nodes)):
        for i in range(len(nodes) - k):
            gap = nodes[i + k] - nodes[i]
            if gap:
                table[i] = (table[i + 1] - table[i]) / gap
            else:
                table[i] = derivative(nodes[i], k) / factorial(k)
    return table[0]


def parse_noise(text: str) -> Noise:
    """Return the noise in ``uniform:S`` or ``gaussian:S``.

    Raises:
        InputError: if it is neither, or the scale is not positive.

    >>> parse_noise("uniform:1/4")
    Uniform(scale=Fraction(1, 4))
    """
    name, _, scale = text.partition(":")
    kinds: dict[str, Callable[[Any], Noise]] = {"uniform": Uniform, "gaussian": Gaussian}
    if name not in kinds or not scale:
        raise InputError("give uniform:S for noise between -S and S, or gaussian:S for its standard deviation")
    return kinds[name](scale)
