"""The part of the input space that a picture shows: bounded, around the data, or around the vertices of regions."""

from __future__ import annotations

from fractions import Fraction
from itertools import islice
from typing import TYPE_CHECKING

from attrs import evolve, frozen

from polytopes.arithmetic.rationals import as_vector, dehomogeneous
from polytopes.drawing.windows import Window, as_window, box_around, check_bounds, square_around, window_around
from polytopes.errors import DomainError, LimitReached, ShapeError
from polytopes.polyhedra.polyhedron import Polyhedron
from tropical.regions.activation_regions import ActivationRegion, activation_regions

if TYPE_CHECKING:
    from polytopes.enumeration.cells import Method
    from tropical.networks.network import Network
    from tropical.pictures.data_points import DataPoints
    from tropical.pictures.plane import Plane


@frozen
class View:
    """What a picture is to show of a network with one or two inputs.

    Attributes:
        domain: a polyhedron in the input space; the whole space if None.
        window: the part to be shown. If None and the domain is unbounded, it is a box around the vertices of regions
            without those that are far off (:func:`polytopes.drawing.windows.window_around`).
        limit: the largest number of regions.
        method: as for :func:`tropical.regions.activation_regions.activation_regions`.
    """

    domain: Polyhedron | None = None
    window: Window | None = None
    limit: int | None = None
    method: Method | None = None

    @classmethod
    def of(
        cls,
        network: Network,
        domain: Polyhedron | None = None,
        *,
        plane: Plane | None = None,
        window: object = None,
        data: DataPoints | None = None,
    ) -> View:
        """Return the view in the coordinates of a picture; no region has to be known for that.

        Args:
            network: with one or two inputs, or more and a plane.
            domain: a polyhedron in its input space.
            plane: where to cut.
            window: bounds of what is shown, in the coordinates of the picture. If None: the domain if it is bounded,
                the surroundings of the data, or of the points that the plane goes through.
            data: points in the coordinates of the picture.

        Raises:
            ShapeError: for more inputs without a plane.
            DomainError: if the domain has no interior in the picture, or floating point cannot show it.
        """
        if plane is not None and domain is not None:
            domain = plane.section(domain)
        dim = network.input_dim if plane is None else 2
        if dim > 2:
            raise ShapeError(f"a network with {dim} inputs needs a plane in which its regions are drawn")
        if domain is not None:
            check_interior(domain)
        if window is not None:
            return cls(domain, as_window(window, dim))
        if domain is not None and domain.is_bounded:
            check_bounds(*zip(*domain.bounding_box(), strict=True))
        elif data is not None and data.points:
            return cls(domain, _checked(*box_around([point[:dim] for point in data.points])))
        elif plane is not None and plane.marks:
            return cls(domain, _checked(*square_around(plane.marks)))
        return cls(domain)

    def settled(self, network: Network) -> View:
        """Return the view with a bounded domain, which is all that it shows, and with the window it was cut out by.

        Raises:
            DomainError: if the part has no interior.
            LimitReached: if there are more regions than the limit.
        """
        domain, window = self.domain, self.window
        if window is None and (domain is None or not domain.is_bounded):
            corners = {row for region in self._enumerate(network, domain) for row in region.vertex_rows}
            window = window_around(list(map(dehomogeneous, corners)) or [(Fraction(0),) * network.input_dim])
            check_bounds(window.lower, window.upper)
        if window is not None:
            box = Polyhedron.box(window.lower, window.upper)
            domain = box if domain is None else domain & box
        assert domain is not None, "an unbounded domain is cut by a window"
        check_interior(domain)
        return evolve(self, domain=domain, window=window)

    def regions(self, network: Network) -> tuple[list[ActivationRegion], Polyhedron, str]:
        """Return the regions in the part that is shown, this part, and a note on vertices outside of it.

        Raises:
            DomainError, LimitReached: as for :meth:`settled`.
        """
        shown = self.settled(network)
        assert shown.domain is not None
        note = "" if shown.window is None else shown.window.note("vertices of regions")
        return shown._enumerate(network, shown.domain), shown.domain, note

    def _enumerate(self, network: Network, domain: Polyhedron | None) -> list[ActivationRegion]:
        stream = activation_regions(network, domain, method=self.method)
        if self.limit is None:
            return list(stream)
        regions = list(islice(stream, self.limit + 1))
        if len(regions) > self.limit:
            raise LimitReached(f"more than {self.limit} activation regions in the picture", regions[:-1])
        return regions


def _checked(lower: tuple[Fraction, ...], upper: tuple[Fraction, ...]) -> Window:
    check_bounds(lower, upper)
    return Window(as_vector(lower), as_vector(upper))


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
