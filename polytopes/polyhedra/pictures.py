"""Pictures of polyhedra: what is drawn is exact, only its coordinates are rounded. Needs matplotlib."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from html import escape
from typing import TYPE_CHECKING, Self

import numpy as np

from polytopes.arithmetic.linalg import echelon
from polytopes.arithmetic.rationals import primitive
from polytopes.drawing.figures import TINTS, draw_note, floats
from polytopes.drawing.inline import inline_picture
from polytopes.drawing.shapes import Point
from polytopes.drawing.solids import Array, Cells, chart, draw_cells, schlegel, tints
from polytopes.drawing.windows import Window, as_window, box_around, check_bounds
from polytopes.errors import DomainError, NoAnswerError, ShapeError
from polytopes.polyhedra.face_structure import FaceStructure
from polytopes.polyhedra.incidence import bits

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST_GIVEN = 60
"""Of more inequalities or generators no picture is made unasked."""
MARGIN = Fraction(1, 2)
"""Free space around the vertices of an unbounded polyhedron, as a part of their extent."""


class Pictures(FaceStructure):
    """The part of :class:`polytopes.polyhedra.polyhedron.Polyhedron` that draws it."""

    def plot(
        self,
        *,
        window: object = None,
        labels: bool | None = None,
        ax: Axes | None = None,
        figsize: tuple[float, float] | None = None,
    ) -> Figure:
        """Draw a polyhedron of dimension at most 3, or the Schlegel diagram of a polytope of dimension 4.

        A polyhedron of Q^1, Q^2 or Q^3 is drawn where it is, unbounded ones as far as the window goes. A polytope of
        dimension at most 3 in a larger space is drawn in orthonormal coordinates of its affine hull.

        Args:
            window: bounds of what is shown, a pair ``(low, high)`` for every coordinate or one pair for all; only in
                Q^1, Q^2 and Q^3. If None, all of a polytope, or the surroundings of the vertices.
            labels: whether vertices have their number in ``vertices``; by default not.
            ax: axes of matplotlib to draw in (of space for three coordinates); a new figure if None.
            figsize: width and height of a new figure in inches.

        Raises:
            ShapeError: in higher dimensions.
            MissingExtraError: if matplotlib is not installed.

        >>> from polytopes import Polyhedron
        >>> figure = Polyhedron.box([0, 0], [2, 1]).plot()
        >>> len(figure.axes[0].lines)  # four edges, and the vertices
        5
        """
        if self.ambient_dim in (1, 2, 3):
            return self._plot_in_place(window, bool(labels), ax, figsize)
        if self.is_empty or not self.is_bounded or self.dim > 4:
            kind = "the empty set" if self.is_empty else f"a polyhedron of dimension {self.dim}"
            raise ShapeError(
                f"{kind} in Q^{self.ambient_dim} is not drawn: draw polyhedra in up to three coordinates and polytopes "
                "of dimension 4 or less; project it, or look at edge_graph()"
            )
        if window is not None:
            raise ShapeError("a window is for polyhedra with one, two or three coordinates; leave it out")
        if self.dim == 4:
            return self.schlegel_diagram(labels=labels, ax=ax, figsize=figsize)
        dim = max(self.dim, 1)
        return self._plot_graph(chart(self._places, dim), dim, None, bool(labels), ax, figsize)

    def schlegel_diagram(
        self,
        facet: int | None = None,
        *,
        labels: bool | None = None,
        ax: Axes | None = None,
        figsize: tuple[float, float] | None = None,
    ) -> Figure:
        """Draw a polytope of dimension 3 or 4 as it is seen through one of its facets.

        Args:
            facet: the number of the facet in ``inequalities``; one with most vertices if None.
            labels: whether vertices have their number in ``vertices``; by default not.
            ax: axes of matplotlib to draw in (of space in dimension 4); a new figure if None.
            figsize: width and height of a new figure in inches.

        Raises:
            NoAnswerError: for other polyhedra, and if there is no such facet.
            MissingExtraError: if matplotlib is not installed.

        >>> from polytopes import Polyhedron
        >>> len(Polyhedron.box([0] * 4, [1] * 4).schlegel_diagram().axes[0].collections)  # facets of the cube, edges
        2
        """
        if self.is_empty or not self.is_bounded or self.dim not in (3, 4):
            raise NoAnswerError("a Schlegel diagram is of a polytope of dimension 3 or 4; see plot()")
        if facet is None:
            facet = max(range(self.n_facets), key=lambda k: self.incidence[k].bit_count())
        if not 0 <= facet < self.n_facets:
            raise NoAnswerError(f"facet {facet} of a polytope with {self.n_facets}; indices start at 0")
        columns, forms = self._full_dimensional()
        others = [k for k in range(self.n_facets) if k != facet]
        seen = schlegel(columns, list(bits(self.incidence[facet])), forms[[facet, *others]])
        return self._plot_graph(seen, self.dim - 1, facet, bool(labels), ax, figsize)

    def _repr_html_(self) -> str:
        """Return a small picture of a polyhedron in Q^1, Q^2 or Q^3 that is given by few rows or generators."""
        given = self.homogenization.given_inequalities or self.homogenization.given_generators
        is_small = given is not None and len(given.rows) + len(given.linear) <= MOST_GIVEN
        if self.ambient_dim not in (1, 2, 3) or not is_small or self.is_empty:
            return f"<pre>{escape(repr(self))}</pre>"
        try:
            cells = self.clipped_cells(self._window(None))
        except DomainError:
            return f"<pre>{escape(repr(self))}</pre>"
        return inline_picture(cells, repr(self))

    # Parts

    @property
    def _places(self) -> Array:
        return np.array(floats(self.vertices))

    def _full_dimensional(self) -> tuple[Array, Array]:
        """Return vertices and facets in coordinates that determine a point of the affine hull."""
        _, pivots = echelon(self.generators)
        free = [k - 1 for k in pivots if k]
        flat = self._from_v(tuple((row[0], *(row[k + 1] for k in free)) for row in self.generators), (), len(free))
        order = [tuple(vertex[k] for k in free) for vertex in self.vertices]
        number = {frozenset(order[i] for i in bits(mask)): k for k, mask in enumerate(self.incidence)}
        places = [number[frozenset(flat.vertices[i] for i in bits(mask))] for mask in flat.incidence]
        rows = [row for _, row in sorted(zip(places, flat.inequalities, strict=True))]
        scaled = [[entry / max(map(abs, row)) for entry in row] for row in rows]
        return np.array(floats(order)), np.array(scaled)

    def _plot_graph(
        self,
        places: Array,
        dim: int,
        facet: int | None,
        labels: bool,
        ax: Axes | None,
        figsize: tuple[float, float] | None,
    ) -> Figure:
        """Draw a polytope by its faces at the places of its vertices, with ``facet`` a diagram in the facet."""
        points: list[Point] = [tuple(map(float, place)) for place in places]
        by_dim = [[list(bits(mask)) for mask in level] for level in self.face_levels[1:]]
        polygons = by_dim[2] if len(by_dim) > 2 else []
        if facet is not None:
            own = self.incidence[facet]
            polygons = [face for face in polygons if all(own >> k & 1 for k in face)]
        cells = Cells(
            dim,
            polygons=[[points[k] for k in face] for face in polygons],
            segments=[[points[k] for k in face] for face in (by_dim[1] if len(by_dim) > 1 else [])],
            dots=points,
            colors=tints(1) * len(polygons),
            texts=[(point, str(k)) for k, point in enumerate(points)] if labels else [],
        )
        return draw_cells(cells, None, ax, figsize, is_framed=False)[0]

    def _plot_in_place(
        self, window: object, labels: bool, ax: Axes | None, figsize: tuple[float, float] | None
    ) -> Figure:
        dim = self.ambient_dim
        if self.is_empty:
            low, high = floats([[-1] * dim, [1] * dim])
            figure, axes = draw_cells(Cells(dim), (low, high), ax, figsize)
            draw_note(axes, "the empty set")
            return figure
        shown = self._window(window)
        texts = list(zip(floats(self.vertices), map(str, range(self.n_vertices)), strict=True)) if labels else []
        cells = self.clipped_cells(shown, texts)
        bounds = None if shown is None else tuple(floats([shown.lower, shown.upper]))
        return draw_cells(cells, bounds, ax, figsize)[0]  # type: ignore[arg-type]

    def clipped_cells(
        self, window: Window | None, texts: Sequence[tuple[Point, str]] = (), tint: str = TINTS[0]
    ) -> Cells:
        """Return what is drawn of a polyhedron in Q^1, Q^2 or Q^3: its faces in a window."""
        faces = {k: [*self.faces(k)] for k in range(min(self.dim, 2) + 1)}
        parts = {k: self._within(faces[k], k, window) for k in faces}
        return Cells(
            self.ambient_dim,
            polygons=parts.get(2, []),
            segments=parts.get(1, []),
            dots=[corners[0] for corners in parts.get(0, [])],
            colors=[tint] * len(parts.get(2, [])),
            texts=texts,
        )

    def _within(self, faces: Sequence[Self], dim: int, window: Window | None) -> list[list[Point]]:
        """Return the vertices of those faces whose parts in a window have their dimension."""
        if window is None:
            return [floats(face.vertices) for face in faces]
        rows = []
        for k, (low, high) in enumerate(zip(window.lower, window.upper, strict=True)):
            unit = [int(j == k) for j in range(self.ambient_dim)]
            rows += [primitive((-low, *unit)), primitive((high, *(-entry for entry in unit)))]
        parts = (self._from_h((*face.inequalities, *rows), face.equations, self.ambient_dim) for face in faces)
        return [floats(part.vertices) for part in parts if part.dim == dim]

    def _window(self, window: object) -> Window | None:
        """Return the window, None if a polytope is drawn as a whole."""
        if window is not None:
            return as_window(window, self.ambient_dim)
        points = self.vertices or (self.interior_point(),)
        shown = Window(*box_around(points, MARGIN))
        check_bounds(shown.lower, shown.upper)
        return None if self.is_bounded else shown
