"""Exact derivatives of networks by their weights and biases, and the dimension of the set of functions near a network.

On an activation region, a network is a polynomial in its parameters and affine in its input. The derivatives by the
parameters, as functions of the input, are affine there too. The rank of all of them, over all regions, is the
*functional dimension*: the dimension of the image of a neighborhood of the parameter in the space of functions, where
this rank is locally constant (Grigsby, Lindsey, Meyerhoff, Wu, Functional dimension of feedforward ReLU neural
networks, 2022).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from math import prod

from polytopes.arithmetic.linalg import echelon, rank
from polytopes.arithmetic.rationals import MatrixLike, RationalLike, Vector, as_fraction, as_matrix, primitive
from polytopes.errors import LimitReached, NoAnswerError
from tropical.fans.data_set import DataSet
from tropical.networks.network import Network
from tropical.networks.sources import NetworkLike, as_network
from tropical.parameter_space.chain import Chain
from tropical.regions.activation_regions import activation_regions


def jacobian(network: NetworkLike, points: MatrixLike, at_zero: RationalLike | None = None) -> list[Vector]:
    """Return the exact derivatives of the outputs at points by all parameters, one row for each point and output.

    Args:
        network: a chain of affine layers with ReLU, leaky ReLU or absolute values between them, or what
            :func:`tropical.load` reads as one.
        points: k x d rationals.
        at_zero: the derivative that a unit is said to have where it bends, such as 0 for ReLU; None if no unit may bend
            at a point.

    Returns:
        Rows of derivatives: layer by layer, unit by unit, the weights of the unit and then its bias.

    Raises:
        UnsupportedError: for another network.
        NoAnswerError: if a unit bends at a point and ``at_zero`` is None.

    >>> net = Network.from_weights([([[2]], [1]), ([[3]], [0])])
    >>> [[str(entry) for entry in row] for row in jacobian(net, [[1]])]
    [['3', '3', '3', '1']]
    >>> [[str(entry) for entry in row] for row in jacobian(net, [["-1/2"]], at_zero=0)]
    [['0', '0', '0', '1']]
    """
    network = as_network(network)
    chain = Chain.of(network)
    derivative = None if at_zero is None else as_fraction(at_zero)
    found: list[Vector] = []
    for point in as_matrix(points, network.input_dim):
        found += map(tuple, chain.gradients(point, chain.factors(point, derivative)))
    return found


def image_dimension(network: NetworkLike, points: MatrixLike) -> int:
    """Return the rank of :func:`jacobian`: the dimension of the image of the parameters near this one at the points.

    >>> net = Network.from_weights([([[1], [1]], [0, -1]), ([[1, -1]], [0])])
    >>> image_dimension(net, [[-1], [2], [3], ["1/2"], ["1/3"]])
    5
    """
    network = as_network(network)
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


def functional_dimension(network: NetworkLike, limit: int | None = None) -> int:
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
    network = as_network(network)
    chain = Chain.of(network)
    basis: list[tuple[int, ...]] = []
    for k, region in enumerate(activation_regions(network)):
        if limit is not None and k >= limit:
            raise LimitReached(f"more than {limit} activation regions", len(basis))
        factors = chain.factors(region.point)
        rows = [row for point in _simplex(region.point) for row in chain.gradients(point, factors)]
        basis = list(echelon([*basis, *map(primitive, rows)])[0])
    return len(basis)


def n_parameters(network: NetworkLike) -> int:
    """Return the number of weights and biases of a chain."""
    network = as_network(network)
    return Chain.of(network).n_parameters


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
