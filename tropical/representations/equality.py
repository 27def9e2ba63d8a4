"""Is what was constructed the function that was given? Exact checks that are made before an answer is given.

They go by another way than the constructions. Two networks are compared on the cells of both together, on each of which
their difference is one affine map. A quotient g (/) h of polynomials is compared with a network on the activation
regions: if one term of g is largest at all vertices, and grows fastest along all rays, it is g on the whole region.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import cached_property
from math import comb
from random import Random

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from polytopes.arithmetic.linalg import identity, integer_matrix
from polytopes.arithmetic.rationals import Row, Vector, dot, homogeneous
from polytopes.enumeration.vertex_cell import BOTH, POSITIVE, VertexCell
from polytopes.errors import VerificationFailed
from polytopes.polyhedra.polyhedron import Polyhedron
from tropical.algebra.polynomial import TropicalPolynomial
from tropical.algebra.rational_function import TropicalMap
from tropical.networks.network import Network
from tropical.regions.activation_regions import ActivationRegion, activation_regions
from tropical.regions.surveys.difference import difference_network

MOST_FORMS, MOST_VALUES = 1000, 1_000_000
"""Polynomials times regions on which they are compared, and values of terms at vertices: some tenths of a second."""
MOST_PAIRS = 5_000
"""Pairs of forms that gates compare, up to which regions are walked through; a gate of many forms is slow."""
RANDOM_POINTS = 50
"""Points at which it is compared if there are more."""
EPSILON = float(np.finfo(np.float64).eps)
SMALLEST = 2**14
"""Bits of the size of a neighborhood after which a point is taken to have none of the kind looked for."""


def verify_equal(given: Network, built: Network, what: str, most: int | None = None) -> bool:
    """Check that two networks are one function, and return whether all of the space was seen.

    Args:
        given, built: networks with equally many inputs and outputs.
        what: what was built, for the message.
        most: cells of the common refinement that are looked at; all if None. On the cells seen the equality is proven.

    Raises:
        VerificationFailed: if they differ on a cell.
    """
    for number, region in enumerate(activation_regions(difference_network(given, built))):
        if most is not None and number >= most:
            return False
        if any(any(form) for form in region.cell.forms):
            raise VerificationFailed(f"{what} is another function at {_spelled(region.point)}")
    return True


@frozen
class Quotient:
    """The claim that ``weights . outputs`` of a network is ``numerator (/) denominator``."""

    weights: Row
    numerator: TropicalPolynomial
    denominator: TropicalPolynomial


def quotients_of(function: TropicalMap) -> list[Quotient]:
    """Return what it means for a network to be a map: output k is component k."""
    weights = identity(function.output_dim)
    parts = zip(weights, function.components, strict=True)
    return [Quotient(row, part.numerator, part.denominator) for row, part in parts]


def verify_quotients(network: Network, quotients: Sequence[Quotient], what: str) -> bool:
    """Check quotients that are affine above and below on every activation region of a network; return if all were seen.

    Where there are very many regions, or very many terms, some regions are looked at, and then values at random points.
    In high dimension, where the vertices of a region are not known, a point inside each: that proves it near the point.

    Raises:
        VerificationFailed: if a quotient is not the function that it should be, or is not of that kind.
    """
    parts = {part for quotient in quotients for part in (quotient.numerator, quotient.denominator)}
    polynomials = {part: Terms(part) for part in parts}
    values, is_slow = 0, sum(comb(rank, 2) for rank in network.program.gate_ranks) > MOST_PAIRS
    for number, region in enumerate(() if is_slow else activation_regions(network)):
        if number * len(parts) > MOST_FORMS or values > MOST_VALUES:
            is_slow = True
            break
        rows = generators_of(region)
        values += len(rows) * sum(part.n_terms for part in parts)
        leading = {part: terms.leading(rows) for part, terms in polynomials.items()}
        if not _agree(quotients, leading, region.cell.forms):
            raise VerificationFailed(f"{what} is another function at {_spelled(region.point)}")
    if is_slow:
        _verify_at_random(network, quotients, what)
    return not is_slow


def generators_of(region: ActivationRegion) -> list[Row]:
    """Return vertices and rays of a region, and both directions of lines, as rows; in high dimension a point inside."""
    geometry, lift = region.cell.geometry, region.cell.frame.lift
    if not isinstance(geometry, VertexCell):
        return [homogeneous(region.point)]
    rays, lines = geometry.generators()
    return [lift(row) for row in (*rays, *lines, *(tuple(-entry for entry in line) for line in lines))]


@frozen(eq=False, slots=False)
class Terms:
    """A polynomial whose largest terms are asked for many times."""

    polynomial: TropicalPolynomial

    @cached_property
    def _floats(self) -> NDArray[np.float64] | None:
        return _as_floats(self.polynomial.rows)

    def leading(self, rows: Sequence[Row]) -> Vector | None:
        """Return the term that is the largest at all points, and grows fastest along all directions.

        Args:
            rows: points and directions of Q^d as rows.

        Returns:
            The affine form that the polynomial is on the convex hull of all; None if it is none.

        >>> from tropical import parse
        >>> size = Terms(parse("max(x, -x)").numerator)
        >>> size.leading([(1, 0), (0, 1)]), size.leading([(1, 0), (0, 1), (0, -1)])
        ((Fraction(0, 1), Fraction(1, 1)), None)
        """
        chosen, width = self._candidates(rows), self.polynomial.ambient_dim + 1
        table = integer_matrix([self.polynomial.rows[i] for i in chosen], width)
        values = (table * integer_matrix(rows, width).transpose()).tolist()
        largest = [max(column) for column in zip(*values, strict=True)]
        return next((self.polynomial.forms[i] for i, own in zip(chosen, values, strict=True) if own == largest), None)

    def _candidates(self, rows: Sequence[Row]) -> Sequence[int]:
        """Return the terms that may be largest in some row, as far as floats can tell.

        A sum of n products of rounded numbers is wrong by less than n + 4 units of the sum of the absolute products.
        """
        floats, places = self._floats, _as_floats(rows)
        if floats is None or places is None:
            return range(self.polynomial.n_terms)
        values, sizes = floats @ places.T, np.abs(floats) @ np.abs(places).T
        slack = (floats.shape[1] + 4) * EPSILON * sizes
        if not np.isfinite(sizes).all():
            return range(self.polynomial.n_terms)
        found: list[int] = np.flatnonzero((values + slack >= (values - slack).max(axis=0)).any(axis=1)).tolist()
        return found


def _as_floats(rows: Sequence[Row]) -> NDArray[np.float64] | None:
    """Return rows of integers in floats; None if some are too large."""
    try:
        return np.array(rows, dtype=object).astype(np.float64)
    except OverflowError:
        return None


def _agree(
    quotients: Sequence[Quotient], leading: dict[TropicalPolynomial, Vector | None], outputs: Sequence[Vector]
) -> bool:
    for quotient in quotients:
        above, below = leading[quotient.numerator], leading[quotient.denominator]
        if above is None or below is None:
            return False
        own = [(weight, form) for weight, form in zip(quotient.weights, outputs, strict=True) if weight]
        expected = (sum(weight * form[j] for weight, form in own) for j in range(len(above)))
        if any(a - b != value for a, b, value in zip(above, below, expected, strict=True)):
            return False
    return True


def _verify_at_random(network: Network, quotients: Sequence[Quotient], what: str) -> None:
    """Check the values of quotients at random points, near the origin and farther and farther from it."""
    random = Random(0)
    for number in range(RANDOM_POINTS):
        size = 1000 * 4 ** (number % 10)
        point = tuple(Fraction(random.randint(-size, size), 997) for _ in range(network.input_dim))
        outputs = network(point)
        for quotient in quotients:
            value = quotient.numerator(point) - quotient.denominator(point)
            if value != dot(quotient.weights, outputs):
                raise VerificationFailed(f"{what} is another function at {_spelled(point)}")


def verify_bend(network: Network, row: Row, jump: Vector, point: Vector) -> None:
    """Check that near a point a network is an affine map plus ``jump max(row . (1, x), 0)``.

    Raises:
        VerificationFailed: if it is not.

    Algorithm:
        Simplices around the point shrink until it is so on one of them: on every activation region in there, which lies
        on one side of the hyperplane if the jump is not 0.
    """
    if dot(row, (1, *point)):
        raise VerificationFailed(f"the point {_spelled(point)} is not on the hyperplane {row}")
    bits = 4
    while bits < SMALLEST:
        if _is_bend(network, row, jump, _simplex(point, Fraction(1, 1 << bits))):
            return
        bits *= 2
    raise VerificationFailed(f"the function does not bend by {_spelled(jump)} at {_spelled(point)}")


def _is_bend(network: Network, row: Row, jump: Vector, around: Polyhedron) -> bool:
    affine: tuple[Vector, ...] | None = None
    for region in activation_regions(network, around):
        own = _without_bend(region, row, jump)
        if own is None or (affine is not None and own != affine):
            return False
        affine = own
    return True


def _without_bend(region: ActivationRegion, row: Row, jump: Vector) -> tuple[Vector, ...] | None:
    """Return the forms of a region less those of the bend; None if the hyperplane of the bend cuts the region."""
    cell = region.cell
    [sign] = cell.geometry.signs([cell.frame.pull_back(row)])
    if not any(jump):
        return cell.forms
    if sign == BOTH:
        return None
    factors = jump if sign == POSITIVE else (Fraction(0),) * len(jump)
    return tuple(
        tuple(a - c * b for a, b in zip(form, row, strict=True)) for form, c in zip(cell.forms, factors, strict=True)
    )


def _simplex(point: Vector, size: Fraction) -> Polyhedron:
    """Return a simplex with a point in its interior."""
    corners = [tuple(x + size * (i == j) for j, x in enumerate(point)) for i in range(len(point))]
    return Polyhedron.from_generators([*corners, tuple(x - size for x in point)])


def _spelled(vector: Sequence[Fraction]) -> str:
    return f"({', '.join(map(str, vector))})"
