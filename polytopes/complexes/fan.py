"""Polyhedral fans: cones that meet in common faces, kept as rays and maximal cones by incidence.

All cones of a fan share their lineality space. Rays are primitive and reduced modulo it, so that equal fans have equal
rays; dimensions always count the lineality space, numbers of cones never do.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from html import escape
from itertools import combinations
from operator import index
from typing import TYPE_CHECKING, Any, SupportsIndex

from attrs import field, frozen

from polytopes.arithmetic.dimensions import common_dimension
from polytopes.arithmetic.linalg import echelon, reduce_modulo
from polytopes.arithmetic.rationals import MatrixLike, Row, VectorLike, as_matrix, as_vector, primitive
from polytopes.complexes.face_sets import FaceSet, Member, containing, faces_of, maximal, members, wall_graph, walls
from polytopes.drawing.inline import inline_picture
from polytopes.errors import InputError, ShapeError
from polytopes.messages import made_by, shortened
from polytopes.polyhedra.cone import Cone
from polytopes.polyhedra.systems import System

if TYPE_CHECKING:
    import networkx as nx
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from polytopes.drawing.solids import Cells

MOST_RAYS = 60
"""Of a fan with more rays no picture is made unasked."""


@made_by(
    "write Fan.from_rays(rays, maximal_cones) with indices of rays, or Fan.from_cones(cones)",
    SupportsIndex,
    tuple,
    tuple,
)
@frozen(eq=False, repr=False, slots=False)
class Fan:
    """A fan in Q^n; make one with :meth:`from_cones` or :meth:`from_rays`.

    ``maximal_cones`` are sorted tuples of indices into ``rays``, in the order given. Two fans are equal if they have
    the same cones, whatever the order. That the cones meet in common faces is assumed; :meth:`is_fan` checks it.

    >>> fan = Fan.from_rays([(1, 0), (0, 1), (-1, -1)], [(0, 1), (1, 2), (0, 2)])
    >>> fan
    Fan in Q^2, 3 rays, 3 maximal cones
    >>> fan.is_complete, fan.f_vector()
    (True, (3, 3))
    """

    ambient_dim: int
    rays: tuple[Row, ...]
    maximal_cones: tuple[FaceSet, ...]
    lineality_space: tuple[Row, ...] = ()
    _given: tuple[Cone, ...] = field(default=())

    @classmethod
    def from_cones(cls, cones: Iterable[Cone], ambient_dim: int | None = None) -> Fan:
        """Return the fan whose cones are the given ones and their faces.

        Args:
            cones: cones of one space with one lineality space; faces of others among them are left out.
            ambient_dim: n, needed only if there is no cone.

        Raises:
            ShapeError: if the spaces differ, or there is neither a cone nor a dimension.
            InputError: if the lineality spaces differ, or a cone has rays of another without being its face.

        >>> Fan.from_cones([Cone.from_rays([(1, 0)]), Cone.from_rays([(1, 0), (0, 1)])]).maximal_cones
        ((0, 1),)
        """
        given = tuple(cones)
        dim = common_dimension((cone.ambient_dim for cone in given), ambient_dim, "cones")
        if len({cone.lines for cone in given}) > 1:
            raise InputError("the cones have different lineality spaces; in a fan the smallest cone is a face of all")
        rays, labelled = members(given, [cone.rays for cone in given])
        kept = maximal(labelled)
        return cls(
            dim,
            rays,
            tuple(tuple(sorted(labelled[i].labels)) for i in kept),
            given[0].lines if given else (),
            tuple(given[i] for i in kept),
        )

    @classmethod
    def from_rays(
        cls,
        rays: MatrixLike,
        maximal_cones: Iterable[Iterable[int]],
        lineality_space: MatrixLike = (),
        ambient_dim: int | None = None,
    ) -> Fan:
        """Return the fan with these rays and maximal cones.

        Args:
            rays: k x n rationals, distinct modulo the lineality space and every one extreme in its cones.
            maximal_cones: index sets into ``rays``; those contained in others are left out, every ray is in one.
            lineality_space: l x n rationals that span it.
            ambient_dim: n, needed only if there are neither rays nor lines.

        Raises:
            ShapeError: if lengths differ or no dimension is known.
            InputError: if a ray is 0 or repeated modulo the lineality space, an index is no integer or out of range,
                or a ray is in no cone.
        """
        directions, lines = as_matrix(rays, ambient_dim), as_matrix(lineality_space, ambient_dim)
        dim = common_dimension(map(len, (*directions, *lines)), ambient_dim, "rays")
        basis, pivots = echelon([primitive(line) for line in lines])
        reduced = tuple(reduce_modulo(primitive(ray), basis, pivots) for ray in directions)
        if len(set(reduced)) < len(reduced) or not all(map(any, reduced)):
            raise InputError("the rays must be nonzero and distinct modulo the lineality space")
        index_sets = [frozenset(_checked(i, len(reduced)) for i in cone) for cone in maximal_cones]
        unused = set(range(len(reduced))).difference(*index_sets)
        if unused:
            raise InputError(f"ray {min(unused)} is in no cone; leave it out, or add the cone that it spans")
        larger = containing(index_sets)
        kept = (cone for cone, other in zip(index_sets, larger, strict=True) if other is None)
        return cls(dim, reduced, tuple(tuple(sorted(cone)) for cone in kept), basis)

    def __repr__(self) -> str:
        text = f"Fan in Q^{self.ambient_dim}, {self.n_rays} rays, {self.n_maximal_cones} maximal cones"
        return text + (f", lineality of dimension {self.lineality_dim}" if self.lineality_dim else "")

    @cached_property
    def _cone_set(self) -> frozenset[frozenset[Row]]:
        return frozenset(frozenset(self.rays[i] for i in cone) for cone in self.maximal_cones)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Fan):
            return NotImplemented
        mine = (self.ambient_dim, self.lineality_space, self._cone_set)
        return mine == (other.ambient_dim, other.lineality_space, other._cone_set)

    def __hash__(self) -> int:
        return hash((self.ambient_dim, self.lineality_space, self._cone_set))

    # Cones

    @property
    def n_rays(self) -> int:
        """The number of rays modulo the lineality space."""
        return len(self.rays)

    @property
    def n_maximal_cones(self) -> int:
        """The number of inclusion-maximal cones."""
        return len(self.maximal_cones)

    @property
    def lineality_dim(self) -> int:
        """The dimension of the lineality space."""
        return len(self.lineality_space)

    def cone(self, indices: Iterable[int]) -> Cone:
        """Return the cone spanned by the rays with these indices (and the lineality space)."""
        rows = tuple(sorted(self.rays[_checked(i, self.n_rays)] for i in indices))
        return Cone(self.ambient_dim, given_generators=System(rows, self.lineality_space, minimal=True))

    @cached_property
    def maximal(self) -> tuple[Cone, ...]:
        """The maximal cones as :class:`Cone` objects, in the order of ``maximal_cones``."""
        return self._given or tuple(self.cone(indices) for indices in self.maximal_cones)

    @cached_property
    def _members(self) -> tuple[Member, ...]:
        position = {ray: i for i, ray in enumerate(self.rays)}
        return tuple(Member(cone, tuple(position[ray] for ray in cone.rays)) for cone in self.maximal)

    def cones(self, k: int) -> tuple[FaceSet, ...]:
        """Return the cones of dimension k (lineality space counted in), as sorted index sets of rays."""
        return tuple(sorted(faces_of(self._members, k - self.lineality_dim)))

    @cached_property
    def dim(self) -> int:
        """The largest dimension of a cone; -1 for the fan without cones."""
        return max((cone.dim for cone in self.maximal), default=-1)

    def f_vector(self, with_trivial: bool = False) -> tuple[int, ...]:
        """Return the numbers of cones by dimension modulo the lineality space: rays, 2-dimensional cones, ...

        Args:
            with_trivial: also count the smallest cone, the lineality space, in front.
        """
        counts = [len(self.cones(k)) for k in range(self.lineality_dim, self.dim + 1)]
        return tuple(counts if with_trivial else counts[1:])

    # Properties

    @cached_property
    def _walls(self) -> dict[FaceSet, tuple[int, ...]]:
        return walls(self._members)

    def dual_graph(self) -> nx.Graph:
        """Return the graph on the indices of the maximal cones; edges are pairs with a common facet.

        An edge carries the index set of its ``wall``.
        """
        return wall_graph(self.n_maximal_cones, self._walls)

    @property
    def is_pure(self) -> bool:
        """Whether all maximal cones have one dimension."""
        return all(cone.dim == self.dim for cone in self.maximal)

    @property
    def is_simplicial(self) -> bool:
        """Whether every cone has independent rays modulo the lineality space."""
        return all(cone.is_simplicial for cone in self.maximal)

    @property
    def is_pointed(self) -> bool:
        """Whether the lineality space is 0."""
        return not self.lineality_space

    @cached_property
    def is_complete(self) -> bool:
        """Whether the cones cover the space.

        Algorithm:
            A point on the boundary of the union of full-dimensional cones lies on a wall of one cone only, so the
            fan is complete iff there is a cone, all maximal ones are full-dimensional, and every wall is shared.
        """
        full = all(cone.is_full_dimensional for cone in self.maximal)
        return bool(self.maximal) and full and all(len(cells) == 2 for cells in self._walls.values())

    def is_fan(self) -> bool:
        """Return whether any two maximal cones meet in a common face: all pairs are intersected.

        >>> Fan.from_rays([(1, 0), (1, 2), (1, 1), (0, 1)], [(0, 1), (2, 3)]).is_fan()
        False
        """
        extreme = all(_again(cone).rays == cone.rays for cone in self.maximal)
        return extreme and all(self._meet_in_a_face(a, b) for a, b in combinations(self._members, 2))

    def _meet_in_a_face(self, a: Member, b: Member) -> bool:
        common = set(a.labels) & set(b.labels)
        if not (a.has_face(common) and b.has_face(common)):
            return False
        assert isinstance(a.cell, Cone) and isinstance(b.cell, Cone)
        return (a.cell & b.cell) == self.cone(common)

    def locate(self, point: VectorLike) -> int | None:
        """Return the index of the first maximal cone that contains the point, or None."""
        vector = as_vector(point, self.ambient_dim)
        return next((i for i, cone in enumerate(self.maximal) if cone.contains(vector)), None)

    def contains(self, point: VectorLike) -> bool:
        """Return whether the point lies in the support, the union of the cones."""
        return self.locate(point) is not None

    def plot(
        self, *, labels: bool | None = None, ax: Axes | None = None, figsize: tuple[float, float] | None = None
    ) -> Figure:
        """Draw a fan of at most three dimensions modulo its lineality space; rays have length 1.

        In the plane the cones are sectors in colors; in space the cones of dimension 2 are drawn, which are the walls
        between cones of dimension 3. What is modulo the lineality space is drawn orthogonally to it.

        Args:
            labels: whether primitive vectors are written at their rays; by default up to 30.
            ax: axes of matplotlib to draw in (of space for three dimensions); a new figure if None.
            figsize: width and height of a new figure in inches.

        Raises:
            ShapeError: in higher dimensions.
            MissingExtraError: if matplotlib is not installed.

        >>> fan = Fan.from_rays([(1, 0), (0, 1), (-1, -1)], [(0, 1), (1, 2), (0, 2)])
        >>> len(fan.plot().axes[0].patches)
        3
        """
        from polytopes.complexes.complex_pictures import plot_fan

        return plot_fan(self._cells(labels), ax, figsize)

    def _cells(self, labels: bool | None) -> Cells:
        from polytopes.complexes.complex_pictures import fan_cells

        small = self.ambient_dim - self.lineality_dim
        cones = self.cones(self.lineality_dim + 2) if small in (2, 3) else ()
        return fan_cells(self.rays, self.lineality_space, self.ambient_dim, cones, self.maximal_cones, labels)

    def _repr_html_(self) -> str:
        """Return a small picture of a fan with few rays, of at most three dimensions modulo its lineality space."""
        if self.ambient_dim - self.lineality_dim > 3 or self.n_rays > MOST_RAYS:
            return f"<pre>{escape(repr(self))}</pre>"
        return inline_picture(self._cells(labels=False), repr(self))

    # New fans

    def star(self, indices: Iterable[int]) -> Fan:
        """Return the fan of the maximal cones that contain the cone with these rays, and their faces."""
        wanted = set(indices)
        chosen = [i for i, cone in enumerate(self.maximal_cones) if wanted <= set(cone)]
        return Fan.from_cones([self.maximal[i] for i in chosen], self.ambient_dim)

    def common_refinement(self, other: Fan) -> Fan:
        """Return the fan of all intersections of a cone of this fan and a cone of the other.

        The normal fan of a Minkowski sum is the common refinement of the normal fans of the summands.

        >>> quadrants = Fan.from_rays([(1, 0), (0, 1), (-1, 0), (0, -1)], [(0, 1), (1, 2), (2, 3), (3, 0)])
        >>> halves = Fan.from_rays([(1, -1), (-1, 1)], [(0,), (1,)], [(1, 1)])
        >>> quadrants.common_refinement(halves).f_vector()
        (6, 6)
        """
        return common_refinement([self, other])


def common_refinement(fans: Sequence[Fan]) -> Fan:
    """Return the common refinement of one or more fans in one space.

    Algorithm:
        Pairwise intersections, one fan after the other. Of two complete fans only the full-dimensional intersections
        are kept: they cover the space, so the others are faces of them.

    Raises:
        ShapeError: if the spaces differ, or there is no fan.
    """
    if len({fan.ambient_dim for fan in fans}) != 1:
        raise ShapeError(f"{len(fans)} fans in {len({fan.ambient_dim for fan in fans})} spaces; give fans in one space")
    result, *others = fans
    for other in others:
        pieces = [a & b for a in result.maximal for b in other.maximal]
        if result.is_complete and other.is_complete:
            pieces = [piece for piece in pieces if piece.is_full_dimensional]
        result = Fan.from_cones(pieces, result.ambient_dim)
    return result


def _checked(ray: Any, n_rays: int) -> int:
    """Return the index of a ray as an int."""
    try:
        number = index(ray)
    except TypeError:
        raise InputError(f"{shortened(ray)} is no index of a ray; give integers") from None
    if not 0 <= number < n_rays:
        raise InputError(f"index {number} of a ray is out of range; there are {n_rays} rays, counted from 0")
    return number


def _again(cone: Cone) -> Cone:
    """Return the cone with its rays taken as any generators, so that ones that are not extreme show."""
    return Cone(cone.ambient_dim, given_generators=System(cone.rays, cone.lines))
