"""The part of the input space that a picture shows: bounded, and with all vertices of regions in its interior."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import islice
from typing import TYPE_CHECKING

from attrs import frozen

from polytopes.arithmetic.rationals import Vector, VectorLike, as_vector, dehomogeneous
from polytopes.errors import DomainError, LimitReached
from tropical.regions.activation_regions import ActivationRegion, activation_regions

if TYPE_CHECKING:
    from polytopes.enumeration.cells import Method
    from polytopes.polyhedra.polyhedron import Polyhedron
    from tropical.networks.network import Network

MARGIN = Fraction(1, 8)
"""Free space around the vertices, as a part of the width in each coordinate."""
FARTHEST, FINEST = Fraction(10) ** 300, Fraction(1, 10**9)
"""Coordinates beyond the one are not drawn, nor pictures whose width is less than the other times the coordinates."""


@frozen
class View:
    """What a picture is to show of a network with one or two inputs.

    Attributes:
        domain: a polyhedron in the input space; the whole space if None.
        window: lower and upper bounds of the part to be shown. If None and the domain is unbounded, it is a box that
            has all vertices of regions in its interior.
        limit: the largest number of regions.
        method: as for :func:`tropical.regions.activation_regions.activation_regions`.
    """

    domain: Polyhedron | None = None
    window: tuple[VectorLike, VectorLike] | None = None
    limit: int | None = None
    method: Method | None = None

    def regions(self, network: Network) -> tuple[list[ActivationRegion], Polyhedron]:
        """Return the regions in the bounded part of the domain that is shown, and this part.

        Raises:
            DomainError: if the part has no interior.
            LimitReached: if there are more regions than the limit.
        """
        part = self._bounded_part(network)
        check_interior(part)
        return self._enumerate(network, part), part

    def _bounded_part(self, network: Network) -> Polyhedron:
        from polytopes.polyhedra.polyhedron import Polyhedron

        if self.window is not None:
            lower, upper = (as_vector(bound, network.input_dim) for bound in self.window)
        elif self.domain is not None and self.domain.is_bounded:
            return self.domain
        else:
            corners = {row for region in self._enumerate(network, self.domain) for row in region.vertex_rows}
            lower, upper = box_around(map(dehomogeneous, corners))
        box = Polyhedron.box(lower, upper)
        return box if self.domain is None else self.domain & box

    def _enumerate(self, network: Network, domain: Polyhedron | None) -> list[ActivationRegion]:
        stream = activation_regions(network, domain, method=self.method)
        if self.limit is None:
            return list(stream)
        regions = list(islice(stream, self.limit + 1))
        if len(regions) > self.limit:
            raise LimitReached(f"more than {self.limit} activation regions in the picture", regions[:-1])
        return regions


def check_interior(part: Polyhedron) -> None:
    """Refuse a part of the plane that has no interior.

    Raises:
        DomainError: with its dimension.
    """
    if part.is_empty:
        raise DomainError("the domain does not meet the picture; choose another plane or window")
    if not part.is_full_dimensional:
        raise DomainError(
            f"the domain has no interior in the picture: its dimension there is {part.dim}, and {part.ambient_dim} is "
            "needed; choose another plane, window or domain"
        )


def check_bounds(lower: Sequence[Fraction], upper: Sequence[Fraction]) -> None:
    """Refuse a box that cannot be drawn with floating-point coordinates.

    Raises:
        DomainError: if it is too far away, or too small for its distance from the origin.

    >>> check_bounds(as_vector([0]), as_vector(["1e400"]))
    Traceback (most recent call last):
    polytopes.errors.DomainError: coordinate 0 of the picture goes beyond 1e+300, too far ...; scale the inputs
    """
    for index, (low, high) in enumerate(zip(lower, upper, strict=True)):
        size, name = max(abs(low), abs(high)), f"coordinate {index} of the picture"
        if size > FARTHEST:
            raise DomainError(f"{name} goes beyond {float(FARTHEST):g}, too far for floating point; scale the inputs")
        if high - low < max(size * FINEST, 1 / FARTHEST):
            raise DomainError(
                f"{name} is narrower than {float(FINEST):g} of its distance from 0, or than {1 / float(FARTHEST):g}, "
                "too narrow for floating point; move the origin of the inputs into the picture, or scale them"
            )


def box_around(points: Iterable[Sequence[Fraction]]) -> tuple[Vector, Vector]:
    """Return the bounds of a box with the points in its interior.

    A side along which all points agree gets the longest side's length, or 2.

    >>> [tuple(map(str, bound)) for bound in box_around([(0, 0), (8, 0)])]
    [('-1', '-1'), ('9', '1')]
    """
    columns = list(zip(*points, strict=True))
    lengths = [max(column) - min(column) for column in columns]
    lengths = [length or max(lengths) or Fraction(2) for length in lengths]
    lower = tuple(min(column) - MARGIN * length for column, length in zip(columns, lengths, strict=True))
    upper = tuple(max(column) + MARGIN * length for column, length in zip(columns, lengths, strict=True))
    return lower, upper


def square_around(points: Iterable[Sequence[Fraction]]) -> tuple[Vector, Vector]:
    """Return the bounds of a box with equal sides, twice as long as the points are apart along any axis.

    >>> [tuple(map(str, bound)) for bound in square_around([(0, 0), (4, 0), (3, 2)])]
    [('-2', '-3'), ('6', '5')]
    """
    columns = list(zip(*points, strict=True))
    half = max(max(column) - min(column) for column in columns)
    center = [Fraction(min(column) + max(column), 2) for column in columns]
    return tuple(entry - half for entry in center), tuple(entry + half for entry in center)
