"""The probabilities of patterns and of ranks of the Jacobian for isotropic weights: certified balls.

For weights with a rotation-invariant law a pattern has the part of the whole angle that its cone has. The projection of
the law to the row space of X is rotation-invariant too, so angles are measured there. Up to rank 3 they are arctangents
of algebraic numbers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from attrs import frozen
from flint import arb, ctx, fmpq

from polytopes.arithmetic.enclosures import GUARD, Enclosure, bits_for
from polytopes.arithmetic.linalg import determinant, inverse, matmul
from polytopes.arithmetic.rationals import MatrixLike, Row, Vector, dot
from polytopes.enumeration.limits import UNLIMITED, Limits
from polytopes.errors import InputError, VerificationFailed
from polytopes.polyhedra.cone import Cone
from tropical.fans.data_set import DataSet
from tropical.parameter_space.loss_landscape.patterns import UnitPatterns, unit_patterns
from tropical.parameter_space.loss_landscape.points import LayerPoints
from tropical.parameter_space.loss_landscape.rank_table import RankProgram, check_units, limited_spans
from tropical.parameter_space.loss_landscape.spans import Spans

MOST_RANK = 3
"""The largest rank of the points for which angles have a closed form."""


@frozen
class RankProbabilities:
    """The probabilities of the ranks of the Jacobian of a layer with some units."""

    units: int
    n_points: int
    by_rank: Mapping[int, Enclosure]

    @property
    def full(self) -> Enclosure:
        """The probability of full rank, the number of points."""
        return self.by_rank.get(self.n_points, Enclosure.of(0))


def pattern_probabilities(patterns: UnitPatterns, digits: int = 15) -> list[arb]:
    """Return the probability of each pattern for an isotropic unit, as balls of a precision for so many digits.

    Raises:
        InputError: if the points have rank more than 3.
        VerificationFailed: if no numbers in the balls have sum 1.

    Algorithm:
        The angle between the two rays of a cone in the plane; in space the triangles of a triangulation of the cone, by
        ``tan(Omega / 2) = |det(a, b, c)| / (|a||b||c| + (a.b)|c| + (a.c)|b| + (b.c)|a|)``
        (Van Oosterom, Strackee 1983).
    """
    points = patterns.points
    if points.rank > MOST_RANK:
        raise InputError(
            f"the points{' with their bias' if points.bias else ''} have rank {points.rank}; angles of cones are known "
            f"up to rank {MOST_RANK}; give points of lower dimension, or count regions"
        )
    with ctx.workprec(bits_for(digits) + GUARD):
        if points.rank < 2:
            found = [arb(1) / len(patterns)] * len(patterns)
        else:
            gram = inverse(matmul(points.row_space, tuple(zip(*points.row_space, strict=True))))
            angle = _angle if points.rank == 2 else _solid_angle
            whole = 2 * arb.pi() if points.rank == 2 else 4 * arb.pi()
            found = [angle(cone, gram) / whole for cone in patterns.cones]
        if not sum(found, arb(0)).contains(1):
            raise VerificationFailed("the probabilities of the patterns do not add up to 1")
    return found


def _angle(cone: Cone, gram: Sequence[Vector]) -> arb:
    first, second = cone.rays
    area = _real(determinant(_products((first, second), gram))).sqrt()
    return arb.atan2(area, _real(_product(first, second, gram)))


def _solid_angle(cone: Cone, gram: Sequence[Vector]) -> arb:
    """Return the sum of the angles of the triangles of the first ray and the facets that it does not lie in."""
    apex = cone.rays[0]
    sides = [facet.rays for facet in cone.facets() if apex not in facet.rays]
    return sum((_triangle((apex, *side), gram) for side in sides), arb(0))


def _triangle(rays: Sequence[Row], gram: Sequence[Vector]) -> arb:
    products = _products(rays, gram)
    volume = _real(determinant(products)).sqrt()
    lengths = [_real(products[i][i]).sqrt() for i in range(3)]
    pairs = sum((_real(products[i][j]) * lengths[3 - i - j] for i, j in ((0, 1), (0, 2), (1, 2))), arb(0))
    return 2 * arb.atan2(volume, lengths[0] * lengths[1] * lengths[2] + pairs)


def _product(left: Row, right: Row, gram: Sequence[Vector]) -> Fraction:
    return Fraction(dot(left, [dot(row, right) for row in gram]))


def _products(rays: Sequence[Row], gram: Sequence[Vector]) -> list[list[Fraction]]:
    return [[_product(left, right, gram) for right in rays] for left in rays]


def _real(number: Fraction) -> arb:
    return arb(fmpq(number.numerator, number.denominator))


def rank_probabilities(
    data: DataSet | MatrixLike | LayerPoints | UnitPatterns,
    units: int = 8,
    bias: bool = True,
    digits: int = 15,
    limits: Limits[int] = UNLIMITED,
) -> list[RankProbabilities]:
    """Return the probabilities of the ranks of the Jacobian for isotropic weights, for 0, 1, ..., ``units`` units.

    The weights of the units, with their biases, are independent and each has a rotation-invariant law.

    Args:
        data: n points of Q^d, or their patterns, of rank at most 3 (with the bias).
        units: the largest number of units; entry m of the table is that of m units.
        bias: whether units have a bias.
        digits: digits of the certified bounds.
        limits: as for :func:`tropical.parameter_space.loss_landscape.rank_table.rank_table`.

    Raises:
        InputError: if there is no point, the number of units is negative, or the points have rank more than 3.
        LimitReached: at a limit; ``partial`` is empty.
        VerificationFailed: if no numbers in the balls of the patterns, or of a row, have sum 1.

    >>> [row.full.value for row in rank_probabilities([[0], [1]], units=3)]
    ['0', '0.375', '0.640625', '0.802734375']
    """
    check_units(units)
    patterns = data if isinstance(data, UnitPatterns) else unit_patterns(data, bias)
    weights = pattern_probabilities(patterns, digits)
    spans = limited_spans(patterns, limits, [])
    return list(probability_rows(patterns, spans, weights, units, digits))


def probability_rows(
    patterns: UnitPatterns, spans: Spans, weights: Sequence[arb], units: int, digits: int = 15
) -> Iterator[RankProbabilities]:
    """Yield the probabilities for 0, 1, ..., ``units`` units, from those of the patterns.

    Raises:
        VerificationFailed: if no numbers in the balls of a row have sum 1.
    """
    program: RankProgram[arb] = RankProgram(spans, weights)
    rows = program.rows(arb(1), units)
    for m in range(units + 1):
        with ctx.workprec(bits_for(digits) + GUARD):
            by_rank = next(rows)
            if not sum(by_rank.values(), arb(0)).contains(1):
                raise VerificationFailed(f"the probabilities of the ranks of {m} units do not add up to 1")
            enclosed = {rank: Enclosure.around(ball, digits) for rank, ball in by_rank.items()}
        yield RankProbabilities(m, patterns.points.n_points, enclosed)
