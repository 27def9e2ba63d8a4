"""Exact derivatives of networks by their weights and biases, and the dimension of the set of functions near a network.

On an activation region, a network is a polynomial in its parameters and affine in its input. The derivatives by the
parameters, as functions of the input, are affine there too. The rank of all of them, over all regions, is the
*functional dimension*: the dimension of the image of a neighborhood of the parameter in the space of functions, where
this rank is locally constant (Grigsby, Lindsey, Meyerhoff, Wu, Functional dimension of feedforward ReLU neural
networks, 2022).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import pairwise
from math import prod

from attrs import frozen

from polytopes.arithmetic.linalg import echelon, rank
from polytopes.arithmetic.rationals import MatrixLike, Vector, as_matrix, dot, primitive
from polytopes.errors import LimitReached, NoAnswerError, UnsupportedError
from tropical.fans.data_set import DataSet
from tropical.networks.layers.activation import Abs, LeakyReLU, ReLU
from tropical.networks.layers.base import Layer
from tropical.networks.layers.linear import Affine, Input
from tropical.networks.network import Network
from tropical.regions.activation_regions import activation_regions

Rows = list[list[Fraction]]


@frozen(eq=False)
class _Chain:
    """The affine layers of a chain (weights, biases), and the slopes below 0 of the units after each but the last."""

    affine: tuple[tuple[Rows, list[Fraction]], ...]
    slopes: tuple[list[Fraction] | None, ...]

    @classmethod
    def of(cls, network: Network) -> _Chain:
        affine: list[tuple[Rows, list[Fraction]]] = []
        slopes: list[list[Fraction] | None] = []
        for place, node in enumerate(network.nodes):
            layer = node.layer
            if isinstance(layer, Input):
                continue
            if tuple(node.inputs) != (place - 1,):
                raise _unsupported(layer)
            if isinstance(layer, Affine):
                affine.append((layer.weight.fractions.tolist(), layer.bias.fractions.tolist()))
                slopes.append(None)
            elif affine and slopes[-1] is None and isinstance(layer, ReLU | LeakyReLU | Abs):
                slopes[-1] = _slopes(layer, len(affine[-1][1]))
            else:
                raise _unsupported(layer)
        return cls(tuple(affine), tuple(slopes))

    @property
    def n_parameters(self) -> int:
        return sum(len(bias) * (len(weight[0]) + 1) for weight, bias in self.affine)

    def factors(self, point: Sequence[Fraction]) -> list[list[Fraction]]:
        """Return the slope of every unit at a point.

        Raises:
            NoAnswerError: if a unit bends at it.
        """
        found, values = [], list(point)
        for (weight, bias), slopes in zip(self.affine, self.slopes, strict=True):
            values = [dot(row, values) + b for row, b in zip(weight, bias, strict=True)]
            below = [Fraction(1)] * len(values) if slopes is None else slopes
            if any(not value and slope != 1 for value, slope in zip(values, below, strict=True)):
                raise NoAnswerError(f"a unit bends at the point {tuple(map(str, point))}; derivatives differ around it")
            own = [Fraction(1) if value > 0 else slope for value, slope in zip(values, below, strict=True)]
            values = [a * b for a, b in zip(own, values, strict=True)]
            found.append(own)
        return found

    def gradients(self, point: Sequence[Fraction], factors: Sequence[Sequence[Fraction]]) -> Rows:
        """Return the derivatives of each output by all parameters, with prescribed slopes of the units."""
        inputs = [list(point)]
        for (weight, bias), own in zip(self.affine, factors, strict=True):
            values = [dot(row, inputs[-1]) + b for row, b in zip(weight, bias, strict=True)]
            inputs.append([a * b for a, b in zip(own, values, strict=True)])
        return [self._gradient(output, inputs, factors) for output in range(len(inputs[-1]))]

    def _gradient(self, output: int, inputs: Rows, factors: Sequence[Sequence[Fraction]]) -> list[Fraction]:
        found: list[list[Fraction]] = []
        after = [Fraction(int(i == output)) for i in range(len(inputs[-1]))]
        for layer in range(len(self.affine) - 1, -1, -1):
            delta = [a * b for a, b in zip(after, factors[layer], strict=True)]
            found.append([entry for d in delta for entry in (*(d * x for x in inputs[layer]), d)])
            after = [dot(column, delta) for column in zip(*self.affine[layer][0], strict=True)]
        return [entry for block in reversed(found) for entry in block]


def _unsupported(layer: Layer) -> UnsupportedError:
    return UnsupportedError(
        f"a layer {type(layer).__name__} in this place; give a chain of affine layers with ReLU, leaky ReLU or "
        "absolute values between them"
    )


def _slopes(layer: ReLU | LeakyReLU | Abs, size: int) -> list[Fraction]:
    if isinstance(layer, LeakyReLU):
        return layer._slopes((size,))
    return [Fraction(0 if isinstance(layer, ReLU) else -1)] * size


def jacobian(network: Network, points: MatrixLike) -> list[Vector]:
    """Return the exact derivatives of the outputs at points by all parameters, one row for each point and output.

    Args:
        network: a chain of affine layers with ReLU, leaky ReLU or absolute values between them.
        points: k x d rationals at which no unit bends.

    Returns:
        Rows of derivatives: layer by layer, unit by unit, the weights of the unit and then its bias.

    Raises:
        UnsupportedError: for another network.
        NoAnswerError: if a unit bends at a point.

    >>> net = Network.from_weights([([[2]], [1]), ([[3]], [0])])
    >>> [[str(entry) for entry in row] for row in jacobian(net, [[1]])]
    [['3', '3', '3', '1']]
    """
    chain = _Chain.of(network)
    found: list[Vector] = []
    for point in as_matrix(points, network.input_dim):
        found += map(tuple, chain.gradients(point, chain.factors(point)))
    return found


def image_dimension(network: Network, points: MatrixLike) -> int:
    """Return the rank of :func:`jacobian`: the dimension of the image of the parameters near this one at the points.

    >>> net = Network.from_weights([([[1], [1]], [0, -1]), ([[1, -1]], [0])])
    >>> image_dimension(net, [[-1], [2], [3], ["1/2"], ["1/3"]])
    5
    """
    rows = [row for row in jacobian(network, points) if any(row)]
    return rank([primitive(row) for row in rows]) if rows else 0


def image_dimension_bounds(networks: Iterable[Network], data: DataSet, hidden: Sequence[int]) -> tuple[int, int]:
    """Return bounds on the dimension of the set of all (f(p))_p, f the ReLU networks of some hidden widths.

    Args:
        networks: some networks of these widths, such as those with different dichotomies.
        data: a data set with the points p.
        hidden: the widths of the hidden layers.

    The rank at a network that bends at no point is a lower bound, because nearby the map is a polynomial one. Upper
    bounds are the number of distinct points and :func:`scaling_dimension`.

    >>> from tropical.parameter_space import attained_dichotomies
    >>> data = DataSet.of([[0], [1], [2], [3], [5]])
    >>> image_dimension_bounds(attained_dichotomies(data, (1,)).networks.values(), data, (1,))
    (3, 3)
    """
    points = [data.points[copies[0]] for copies in data.copies]
    most, least = min(len(points), scaling_dimension(hidden, data.dim)), 0
    for network in networks:
        if least == most:
            break
        try:
            least = max(least, image_dimension(network, points))
        except NoAnswerError:
            continue
    return least, most


def functional_dimension(network: Network, limit: int | None = None) -> int:
    """Return the rank of the derivatives of a network by its parameters, as functions of the input.

    Args:
        network: as in :func:`jacobian`; no unit with a bend may be 0 on a whole region.
        limit: give up if there are more activation regions than this.

    Raises:
        UnsupportedError: for another network.
        NoAnswerError: if a unit with a bend is 0 on a whole region.
        LimitReached: at the limit; ``partial`` is the rank so far, a lower bound.

    >>> net = Network.from_weights([([[1, 0], [0, 1]], [0, 0]), ([[1, 1]], [0])])
    >>> functional_dimension(net), n_parameters(net)     # each unit can be scaled against its outer weight
    (7, 9)
    """
    chain = _Chain.of(network)
    basis: list[tuple[int, ...]] = []
    for k, region in enumerate(activation_regions(network)):
        if limit is not None and k >= limit:
            raise LimitReached(f"more than {limit} activation regions", len(basis))
        factors = chain.factors(region.point)
        rows = [row for point in _simplex(region.point) for row in chain.gradients(point, factors)]
        basis = list(echelon([*basis, *map(primitive, rows)])[0])
    return len(basis)


def n_parameters(network: Network) -> int:
    """Return the number of weights and biases of a chain."""
    return _Chain.of(network).n_parameters


def _simplex(point: Vector) -> Iterator[Vector]:
    """Yield affinely independent points: with prescribed slopes the derivatives are affine on the whole space."""
    yield point
    for i in range(len(point)):
        yield tuple(entry + int(i == j) for j, entry in enumerate(point))


def scaling_dimension(hidden: Sequence[int], input_dim: int, output_dim: int = 1) -> int:
    """Return the number of parameters of a ReLU network less that of its hidden units, each of which can be rescaled.

    It is an upper bound on the dimension of the set of functions.

    >>> scaling_dimension((2,), 2)
    7
    """
    widths = (input_dim, *hidden, output_dim)
    return sum(prod((a + 1, b)) for a, b in pairwise(widths)) - sum(hidden)
