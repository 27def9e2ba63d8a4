"""The decision boundary of a network from its activation regions, for networks too deep to be expanded into terms.

A network with one output decides by its sign, class 0 where it is positive and class 1 where it is negative; one with
more outputs by the largest. The gate that compares the scores is put on top of the network; on each activation
region of the whole the best score is one affine form, and a boundary cell is a face where another score equals it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from attrs import define, field, frozen

from polytopes.arithmetic.rationals import Row
from polytopes.complexes.face_sets import containing
from polytopes.complexes.polyhedral_complex import PolyhedralComplex
from polytopes.enumeration.gate_program import Pattern
from polytopes.enumeration.limits import UNLIMITED, Limits
from polytopes.errors import DomainError, NoAnswerError
from polytopes.polyhedra.cone import Cone
from polytopes.polyhedra.double_description import canonical
from polytopes.polyhedra.polyhedron import Polyhedron
from polytopes.polyhedra.systems import System
from tropical.networks.layers import Affine, Maxout, Reshape, Sum
from tropical.networks.network import GraphBuilder, Network
from tropical.networks.sources import asked
from tropical.regions.activation_regions import ActivationRegion, Walk
from tropical.regions.surveys.boundary_blocks import ScoredBlock, ScoredRegions
from tropical.regions.surveys.boundary_pieces import BoundaryPiece, FoundPieces
from tropical.regions.surveys.class_regions import region_counts, untied_neighbors
from tropical.regions.surveys.extrema import functionals
from tropical.regions.surveys.survey import BlockSurvey, Survey
from tropical.regions.surveys.tied_faces import TiedFace, TiedRays, Ties
from tropical.regions.vertices import has_many_vertices, refuse_many_vertices

if TYPE_CHECKING:
    from polytopes.enumeration.domain_cell import Method
    from polytopes.enumeration.domain_frame import Frame
    from polytopes.enumeration.recorded_cells import BlockOfCells
    from polytopes.polyhedra.domains import DomainLike
    from tropical.networks.sources import NetworkLike


@frozen(eq=False)
class NetworkBoundary:
    """The decision boundary of a network in a domain.

    ``regions`` has for every class the number of connected components of the open set where its score is the only
    largest one, and ``bounded_regions`` the number of those that are bounded. ``cells`` are the activation regions,
    each with the classes whose score is the largest on all of it. If ``complete`` is False all this refers to the
    regions seen. The exact cells of the boundary are found when they are first asked for.

    In a lower-dimensional domain all this is relative to its affine hull, and ``frame`` has coordinates there.
    """

    dim: int
    regions: tuple[int, ...]
    bounded_regions: tuple[int, ...]
    cells: Sequence[tuple[ActivationRegion, Ties]] = field(repr=False)
    complete: bool = True
    seconds: float = 0.0
    by_sign: bool = False
    """Whether the sign of the only output decides: class 0 is then the positive one."""
    pieces: tuple[BoundaryPiece, ...] | None = field(repr=False, default=None)
    """The maximal cells, each by a point, in boxes of so many inputs that ``complex`` is refused; else None."""
    _faces: Callable[[], Iterable[TiedFace]] = field(repr=False, default=tuple)
    frame: Frame | None = field(repr=False, default=None)

    @cached_property
    def _found(self) -> tuple[PolyhedralComplex, tuple[Ties, ...]]:
        return _complex(self._faces(), self.dim)

    @property
    def complex(self) -> PolyhedralComplex:
        """The boundary.

        Raises:
            DomainError: in a box of many inputs, where its cells have too many vertices; ``pieces`` has points of them.
        """
        if self.pieces is not None:
            raise DomainError(
                "the cells of this boundary have too many vertices to list; take its pieces, or fix all but a few "
                "inputs (relative=True)"
            )
        return self._found[0]

    @property
    def ties(self) -> tuple[Ties, ...]:
        """For every maximal cell of ``complex`` the classes with the largest score inside it."""
        return self._found[1] if self.pieces is None else tuple(piece.classes for piece in self.pieces)

    @cached_property
    def relative_complex(self) -> PolyhedralComplex:
        """The boundary in coordinates of the hull of the domain: cells with as many faces, and fewer coordinates."""
        frame = self.frame
        if frame is None or frame.is_identity:
            return self.complex
        cells = []
        for cell in self.complex.maximal_cells:
            lines = [frame.coordinates((0, *line)) for line in cell.lines]
            rows, basis = canonical(map(frame.coordinates, cell.generators), lines)
            cells.append(Polyhedron(Cone(frame.size, given_generators=System(rows, basis, minimal=True))))
        return PolyhedralComplex(frame.size - 1, tuple(cells))

    @property
    def n_activation_regions(self) -> int:
        """The number of activation regions of the network with its decision on top."""
        return len(self.cells)

    @property
    def n_components(self) -> int:
        """The number of connected components of the boundary."""
        return len(self.relative_complex.connected_components())

    @property
    def is_bounded(self) -> bool:
        """Whether the boundary is bounded."""
        return self.pieces is not None or self.complex.is_bounded


@define(kw_only=True)
class BoundarySurvey(BlockSurvey[NetworkBoundary]):
    """The decision boundary over the activation regions added, of ``scores``, a :func:`score_network`."""

    scores: Network
    by_sign: bool = False
    _seen: list[tuple[ActivationRegion, Ties, tuple[TiedFace, ...]]] = field(factory=list)
    _unbounded: list[Pattern] = field(factory=list)
    _blocks: list[ScoredBlock] = field(factory=list)
    _pieces: FoundPieces | None = None

    @classmethod
    def of(cls, network: Network) -> BoundarySurvey:
        """Return the survey for a network, with nothing seen."""
        return cls(scores=score_network(network), by_sign=network.output_dim == 1)

    def fill(self, walk: Walk, limits: Limits[Survey[Any]] = UNLIMITED) -> NetworkBoundary:
        """Add all regions of a walk and return the boundary; without vertices in boxes of many inputs.

        Raises:
            LimitReached: with the boundary so far as ``partial``.
            DomainError, ShapeError: as :func:`tropical.regions.activation_regions.activation_regions`; also if vertices
                are asked for where there are too many.
        """
        if walk.method == "vertices":
            refuse_many_vertices(walk.domain, "leave the method out")
        self._pieces = FoundPieces(self.scores) if has_many_vertices(walk.domain) else None
        return super().fill(walk, limits)

    def add(self, region: ActivationRegion) -> None:
        """Find the boundary in one more region."""
        winners = frozenset(k for k, form in enumerate(region.cell.integer_forms) if not any(form))
        faces: tuple[TiedFace, ...] = ()
        if self._pieces is not None:
            self._pieces.add(region, winners)
        else:
            faces = tuple(TiedRays.of(region).faces(region))
            if not region.is_bounded:
                self._unbounded.append(region.pattern)
        self._seen.append((ActivationRegion(self.scores, region.cell.light()), winners, faces))

    def add_block(self, walk: Walk, cells: BlockOfCells) -> None:
        """Find the boundary in all regions of a block."""
        self._blocks.append(ScoredBlock.of(self.scores, cells))

    def answer(self, complete: bool) -> NetworkBoundary:
        """Return the boundary in the regions added."""
        scores, seen, found = self.scores, tuple(self._seen), ScoredRegions(tuple(self._blocks))
        pieces = None if self._pieces is None else self._pieces.pieces()
        if seen:
            cells = tuple((region, winners) for region, winners, _ in seen)
            across = untied_neighbors if self._pieces is None else self._pieces.untied_neighbors
            counts = region_counts(scores, cells, self._unbounded, across)
            faces = [face for *_, own in seen for face in own]
            frame = cells[0][0].cell.frame
            return NetworkBoundary(
                scores.input_dim, *counts, cells, complete, self.seconds, self.by_sign, pieces, lambda: faces, frame
            )
        counts = found.count_components(scores.output_dim)
        return NetworkBoundary(
            scores.input_dim,
            *counts,
            found,
            complete,
            self.seconds,
            self.by_sign,
            pieces,
            found.tied_faces,
            found.frame,
        )


def network_boundary(
    network: NetworkLike,
    domain: DomainLike = None,
    *,
    limit: int | None = None,
    timeout: float | None = None,
    method: Method | None = None,
    relative: bool = False,
    progress: Callable[[Survey[Any]], None] | None = None,
) -> NetworkBoundary:
    """Return the decision boundary of a network.

    In a box of more than 16 free inputs, perhaps cut by further rows, it has ``pieces``, which are found by linear
    programs, in place of the complex with its vertices.

    Args:
        network: a network, or what :func:`tropical.load` reads without options; with one output the boundary is its
            zero set.
        domain: a polyhedron in its input space; the whole space if None.
        relative: find the boundary within a lower-dimensional domain, such as a box with fixed coordinates.
        limit, timeout, method, progress: as for :func:`tropical.regions.surveys.extrema.extrema`.

    Raises:
        LimitReached: with the boundary in the regions seen as ``partial``.
        NoAnswerError: if the network has no output.
        DomainError, ShapeError: as :func:`tropical.regions.activation_regions.activation_regions`; also if vertices
            are asked for in a box where there are too many.

    >>> net = Network.from_weights([([[1, 0], [0, 1]], [0, 0]), ([[1, 1]], [-1])])     # relu(x) + relu(y) - 1
    >>> found = network_boundary(net)
    >>> found.complex.f_vector(), found.regions, found.n_components
    ((2, 3), (1, 1), 1)
    >>> found = network_boundary(net, [(-2, 2), ("1/3", "1/3")], relative=True)
    >>> [tuple(map(str, vertex)) for vertex in found.complex.vertices]
    [('2/3', '1/3')]
    """
    network, domain = asked(network, domain)
    survey = BoundarySurvey.of(network)
    return survey.fill(Walk(survey.scores, domain, method, relative), Limits(limit, timeout, progress))


def boundary_complex(network: Network, domain: Polyhedron | None = None, limit: int | None = None) -> PolyhedralComplex:
    """Return the complex of :func:`network_boundary` alone: regions that do not meet the boundary are passed over.

    Raises:
        LimitReached: if there are more activation regions than the limit, with the boundary in those seen.
        NoAnswerError: if the network has no output.

    >>> net = Network.from_weights([([[1, 0], [0, 1]], [0, 0]), ([[1, 1]], [-1])])
    >>> boundary_complex(net).f_vector()
    (2, 3)
    """
    scores = score_network(network)
    blocks = Walk(scores, domain).blocks()
    if blocks is None:
        return network_boundary(network, domain, limit=limit).complex
    faces: list[TiedFace] = []
    count = 0
    limits: Limits[None] = Limits(limit)

    def so_far() -> PolyhedralComplex:
        return _complex(faces, scores.input_dim)[0]

    for cells in blocks:
        faces += ScoredRegions((ScoredBlock.of(scores, cells),)).tied_faces()
        count += len(cells)
        limits.check(count, 0.0, so_far, "activation regions")
    return so_far()


def score_network(network: Network) -> Network:
    """Return ``x -> f_k(x) - max_j f_j(x)`` for every class k; its last gate tells the class of the largest score.

    The scores f of a network with one output are that output and 0.

    >>> net = Network.from_weights([([[2]], [1])])
    >>> score_network(net)([3])
    (Fraction(0, 1), Fraction(-7, 1))
    """
    if not network.output_dim:
        raise NoAnswerError("a network without outputs decides nothing; give one with at least one output")
    if network.output_dim == 1:
        network = functionals(network, [[0], [-1]])  # instead of the output and 0: less than the largest are the same
    graph = GraphBuilder(network.input_shape)
    place = [0]
    for node in network.nodes[1:]:
        place.append(graph.add(node.layer, [place[i] for i in node.inputs], f"f.{node.name}"))
    flat = graph.add(Reshape((-1,)), [place[-1]], "scores")
    best = graph.add(Maxout(network.output_dim), [flat], "decision")
    copies = graph.add(Affine([[1]] * network.output_dim), [best], "largest score")
    return graph.finish(graph.add(Sum((1, -1)), [flat, copies], "behind the largest"))


def _complex(faces: Iterable[TiedFace], dim: int) -> tuple[PolyhedralComplex, tuple[Ties, ...]]:
    """Return the complex of faces of regions, which meet in common faces because regions do, and its cells' ties."""
    distinct = dict(faces)
    number: dict[Row, int] = {}
    larger = containing([frozenset(number.setdefault(row, len(number)) for row in rows) for rows, _ in distinct])
    kept = [face for face, other in zip(distinct, larger, strict=True) if other is None]
    cells = (Cone(dim + 1, given_generators=System(rows, lines, minimal=True)) for rows, lines in kept)
    return PolyhedralComplex(dim, tuple(map(Polyhedron, cells))), tuple(distinct[face] for face in kept)
