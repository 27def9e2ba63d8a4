"""The exact tangent kernel of a chain of layers at data points: J J^T for the Jacobian J by its parameters."""

from __future__ import annotations

from fractions import Fraction
from math import prod

from attrs import field, frozen

from polytopes.arithmetic.linalg import matmul
from polytopes.arithmetic.rationals import Matrix, MatrixLike, RationalLike, Vector, as_fraction, as_matrix, dot
from polytopes.errors import InputError, NoAnswerError, ShapeError, VerificationFailed
from polytopes.messages import exact_repr, shortened, shortened_row
from tropical.networks.network import Network
from tropical.networks.sources import NetworkLike, as_network
from tropical.parameter_space.chain import Chain, Rows
from tropical.parameter_space.jacobian import jacobian

WIDTH, NONE = "width", "none"
MOST_CHECKED = 2_000_000
"""Products of numbers up to which a kernel is computed from the whole Jacobian too."""


@frozen
class TangentKernel:
    """The kernel at points, and its parts, one for each affine layer: the sums over the parameters of that layer.

    Rows and columns are those of the Jacobian: the outputs at the first point, then those at the second.
    """

    parts: tuple[Matrix, ...] = field(repr=exact_repr)
    n_outputs: int
    divisor: Fraction
    """What J J^T was divided by."""
    on_bends: tuple[int, ...]
    """The points at which a unit bends, so that its derivative there was chosen."""

    @property
    def matrix(self) -> Matrix:
        """The sum of the parts."""
        return tuple(
            tuple(sum(entries, Fraction(0)) for entries in zip(*rows, strict=True))
            for rows in zip(*self.parts, strict=True)
        )

    @classmethod
    def of(
        cls,
        network: NetworkLike,
        points: MatrixLike,
        *,
        biases: bool = True,
        scale: RationalLike | None = None,
        at_zero: RationalLike | None = None,
    ) -> TangentKernel:
        """Return the kernel; arguments and errors are those of :func:`tangent_kernel`."""
        network = as_network(network)
        chain, data = Chain.of(network), as_matrix(points, network.input_dim)
        if not data:
            raise ShapeError("a tangent kernel at no points; give at least one")
        divisor = divisor_of(chain, scale)
        derivative, on_bends = _at_zero(chain, data, at_zero)
        rows = [row for point in data for row in _layer_rows(chain, point, derivative)]
        parts = tuple(
            tuple(tuple(_entry(one[k], other[k], biases) / divisor for other in rows) for one in rows)
            for k in range(len(chain.affine))
        )
        found = cls(parts, len(chain.affine[-1][1]), divisor, on_bends)
        _check(found, network, chain, data, derivative, biases)
        return found


def tangent_kernel(
    network: NetworkLike,
    points: MatrixLike,
    parts: bool = False,
    biases: bool = True,
    scale: RationalLike | None = None,
    at_zero: RationalLike | None = None,
) -> Matrix | tuple[Matrix, ...]:
    """Return the tangent kernel J J^T of a network at points, J being its exact Jacobian by all parameters.

    Args:
        network: a chain of affine layers with ReLU, leaky ReLU or absolute values between them, or what
            :func:`tropical.load` reads as one.
        points: n x d rationals.
        parts: return a matrix for each affine layer, the sum over its parameters, in place of the sum of all.
        biases: whether the biases are among the parameters.
        scale: what the kernel is divided by: a positive number; ``"width"`` for the product m of the widths of the
            hidden layers, which gives the kernel of the network divided by sqrt(m); ``"none"`` or None for 1.
        at_zero: the derivative of a unit where it bends; if None it is 0 for ReLU.

    Returns:
        A matrix with a row for each point and output, as the Jacobian has, or one for each affine layer.

    Raises:
        UnsupportedError: for another network.
        NoAnswerError: if a unit other than ReLU bends at a point and ``at_zero`` is None.
        InputError: for another scale.
        ShapeError: if there are no points, or points do not fit.
        VerificationFailed: if the kernel is not J J^T.

    Algorithm:
        The derivative by the weight from h to z is h times the derivative by z. So the part of a layer is the product
        of two scalar products, of derivatives by its values and of its inputs with 1 appended for the bias. It is
        compared with the product of the Jacobian with its transpose, of which some rows are computed if it is large.

    Source:
        A. Jacot, F. Gabriel, C. Hongler, Neural Tangent Kernel, 2018; for one hidden layer without biases, the scale
        ``"width"`` and the derivative 0 at 0: Karhadkar, Murray, Montúfar, arXiv 2405.14630.

    >>> net = Network.from_weights([([[1, 0], [0, 1]], [0, 0]), ([[1, 2]], [0])])
    >>> [[str(entry) for entry in row] for row in tangent_kernel(net, [[1, 0], [1, 3]], biases=False)]
    [['2', '2'], ['2', '60']]
    >>> [[[str(entry) for entry in row] for row in part] for part in tangent_kernel(net, [[1, 1]], parts=True)]
    [[['15']], [['3']]]
    """
    found = TangentKernel.of(network, points, biases=biases, scale=scale, at_zero=at_zero)
    return found.parts if parts else found.matrix


def divisor_of(chain: Chain, scale: RationalLike | None) -> Fraction:
    """Return the number that a scale names.

    Raises:
        InputError: if it names none.
    """
    if scale is None or scale == NONE:
        return Fraction(1)
    if scale == WIDTH:
        return Fraction(prod(len(bias) for _, bias in chain.affine[:-1]))
    way_out = f'the scale {shortened(scale)}: give "{NONE}", "{WIDTH}" (the product of the hidden widths) or a number'
    try:
        found = as_fraction(scale)
    except InputError:
        raise InputError(way_out) from None
    if found <= 0:
        raise InputError(f"{way_out} above 0")
    return found


def _at_zero(chain: Chain, data: Matrix, given: RationalLike | None) -> tuple[Fraction | None, tuple[int, ...]]:
    """Return the derivative at bends, and the points on bends."""
    derivative = None if given is None else as_fraction(given)
    on_bends = tuple(i for i, point in enumerate(data) if chain.bends_at(point))
    if on_bends and derivative is None:
        if any(slope not in (0, 1) for slopes in chain.slopes for slope in slopes or ()):
            where = shortened_row(data[on_bends[0]])
            raise NoAnswerError(
                f"a unit that is no ReLU bends at the point {where}; name its derivative there, such as 1 "
                "(at_zero; on the command line --at-zero)"
            )
        derivative = Fraction(0)
    return derivative, on_bends


_Layers = list[tuple[list[Fraction], list[Fraction]]]
"""For each affine layer its inputs at a point, and the derivatives of an output by its values."""


def _layer_rows(chain: Chain, point: Vector, at_zero: Fraction | None) -> list[_Layers]:
    factors = chain.factors(point, at_zero)
    inputs: Rows = chain.inputs(point, factors)
    return [
        list(zip(inputs[:-1], chain.deltas(output, factors), strict=True)) for output in range(len(chain.affine[-1][1]))
    ]


def _entry(
    one: tuple[list[Fraction], list[Fraction]], other: tuple[list[Fraction], list[Fraction]], biases: bool
) -> Fraction:
    return Fraction(dot(one[1], other[1]) * (dot(one[0], other[0]) + biases))


def _check(
    found: TangentKernel, network: Network, chain: Chain, data: Matrix, at_zero: Fraction | None, biases: bool
) -> None:
    """Compare the kernel with the Jacobian times its transpose, or its first row if that is long."""
    matrix, places = found.matrix, [i for i, is_bias in enumerate(chain.are_biases) if biases or not is_bias]
    if len(matrix) ** 2 * len(places) > MOST_CHECKED:
        data = data[:1]
    rows = [[row[i] for i in places] for row in jacobian(network, data, at_zero)]
    product = matmul(rows, list(zip(*rows, strict=True))) if places else [[Fraction(0)] * len(rows)] * len(rows)
    for own, other in zip(matrix, product, strict=False):
        if any(a * found.divisor != b for a, b in zip(own, other, strict=False)):
            raise VerificationFailed("a tangent kernel is not the product of the Jacobian with its transpose")
