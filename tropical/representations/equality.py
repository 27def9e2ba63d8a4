"""Is what was constructed the function that was given? Exact checks that are made before an answer is given.

They go by another way than the constructions: the walk of the engine over the cells of both functions together, on each
of which their difference is one affine map.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from polytopes.arithmetic.rationals import Row, Vector, dot
from polytopes.enumeration.vertex_cell import BOTH, POSITIVE
from polytopes.errors import VerificationFailed
from polytopes.polyhedra.polyhedron import Polyhedron
from tropical.networks.network import Network
from tropical.regions.activation_regions import ActivationRegion, activation_regions
from tropical.regions.surveys.difference import difference_network

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
