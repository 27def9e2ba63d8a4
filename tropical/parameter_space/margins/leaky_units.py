"""Networks of one hidden layer of leaky ReLU units without biases, whose outer weights are 1 and -1."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from functools import cached_property

from attrs import field, frozen

from polytopes.arithmetic.rationals import Matrix, MatrixLike, RationalLike, as_fraction, as_matrix, dot, exact_text
from polytopes.errors import InputError, ShapeError, UnsupportedError
from polytopes.messages import exact_repr
from tropical.networks.layers.activation import LeakyReLU
from tropical.networks.network import Network
from tropical.networks.sources import NetworkLike, as_network
from tropical.parameter_space.chain import Chain


@frozen(slots=False)
class LeakyUnits:
    """The function ``f(x) = sum_j signs[j] s(w_j.x)`` with ``s(z) = max(z, alpha z)``, w_j the rows of ``weights``.

    >>> units = LeakyUnits.of([["-3/4", "5/24"], ["3/4", "-1/8"]], "1/2")
    >>> str(units([1, 0])), str(units.norm_squared), units.signs
    ('9/8', '341/288', (-1, 1))
    """

    weights: Matrix = field(repr=exact_repr)
    alpha: Fraction
    signs: tuple[int, ...]

    @classmethod
    def of(cls, weights: MatrixLike, alpha: RationalLike, signs: Iterable[int] | None = None) -> LeakyUnits:
        """Return the function; the signs are -1, 1, -1, 1, ... if none are given.

        Raises:
            ShapeError: if there is no unit, their number is odd and no signs are given, or lengths differ.
            InputError: if alpha is not above 0 and at most 1, or a sign is not 1 or -1.
        """
        rows, slope = as_matrix(weights), checked_slope(alpha)
        if not rows:
            raise ShapeError("no units; give a row of weights for each")
        if signs is None and len(rows) % 2:
            raise ShapeError(
                f"{len(rows)} units; give an even number, in turn with the signs -1 and 1, or give the signs"
            )
        own = tuple((-1, 1)[j % 2] for j in range(len(rows))) if signs is None else tuple(signs)
        if len(own) != len(rows):
            raise ShapeError(f"{len(own)} signs for {len(rows)} units; give one each")
        if not set(own) <= {1, -1}:
            raise InputError("signs of units are 1 and -1")
        return cls(rows, slope, own)

    @classmethod
    def of_network(cls, network: NetworkLike) -> LeakyUnits:
        """Return a network as such a function: ``v s(w.x)`` is ``sign(v) s(|v| w.x)``; units with v = 0 are left out.

        Raises:
            UnsupportedError: if it is of another kind: not one hidden layer of leaky ReLU units, of one slope above 0
                and at most 1, with one output and without biases.

        >>> net = Network.from_weights([([[1, 0], [0, 1]], [0, 0]), ([[2, -3]], [0])], activation=LeakyReLU("1/2"))
        >>> [[str(entry) for entry in row] for row in LeakyUnits.of_network(net).weights]
        [['2', '0'], ['0', '3']]
        """
        chain = Chain.of(as_network(network))
        if len(chain.affine) != 2 or any(any(bias) for _, bias in chain.affine) or len(chain.affine[1][1]) != 1:
            raise UnsupportedError("not one hidden layer without biases and with one output")
        slopes = set(chain.slopes[0] or [Fraction(1)])
        if chain.slopes[1] is not None or len(slopes) != 1 or not 0 < max(slopes) <= 1:
            raise UnsupportedError("not leaky ReLU units of one slope above 0 and at most 1 with a linear output")
        (inner, _), ([outer], _) = chain.affine
        kept = [(v, row) for v, row in zip(outer, inner, strict=True) if v]
        if not kept:
            raise UnsupportedError("all outer weights are 0")
        return cls.of(
            [[abs(v) * entry for entry in row] for v, row in kept], max(slopes), [1 if v > 0 else -1 for v, _ in kept]
        )

    @property
    def norm_squared(self) -> Fraction:
        """The sum of the squares of all weights."""
        return sum((Fraction(dot(row, row)) for row in self.weights), Fraction(0))

    def __call__(self, point: Sequence[RationalLike]) -> Fraction:
        """Return the value at a point."""
        [x] = as_matrix([point], len(self.weights[0]))
        values = (dot(row, x) for row in self.weights)
        return sum((sign * max(z, self.alpha * z) for sign, z in zip(self.signs, values, strict=True)), Fraction(0))

    @cached_property
    def network(self) -> Network:
        """The function as a network."""
        layers = [(self.weights, [0] * len(self.weights)), ([self.signs], [0])]
        return Network.from_weights(layers, activation=LeakyReLU(self.alpha))


def checked_slope(alpha: RationalLike) -> Fraction:
    """Return the slope of a leaky ReLU below 0.

    Raises:
        InputError: if it is not above 0 and at most 1.
    """
    slope = as_fraction(alpha)
    if not 0 < slope <= 1:
        raise InputError(f"alpha = {exact_text(slope)}; a leaky ReLU has 0 < alpha <= 1 here")
    return slope
