"""The decision boundary of a network from its activation regions, for networks too deep to be written out.

A network with one output decides by its sign, class 0 where it is positive and class 1 where it is negative; one with
more outputs prefers the largest. The gate that compares the scores is put on top of the network; on each activation
region of the whole the best score is one affine form, and a boundary cell is a face where another score equals it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

import networkx as nx
from attrs import define, field, frozen

from polytopes.cell_vertices import VertexCell
from polytopes.complex import PolyhedralComplex
from polytopes.errors import NoAnswerError
from polytopes.gates import Pattern
from polytopes.polyhedron import Polyhedron
from polytopes.rationals import Row, Vector, dehomogeneous, dot
from tropical.extrema import functionals
from tropical.layers import Affine, Maxout, Reshape, Sum
from tropical.network import GraphBuilder, Network
from tropical.regions import ActivationRegion
from tropical.surveys import Survey

if TYPE_CHECKING:
    from polytopes.roots import Method

Ties = frozenset[int]
"""Classes with the largest score."""


@frozen(eq=False)
class NetworkBoundary:
    """The decision boundary of a network in a domain.

    ``ties`` has for every maximal cell of ``complex`` the classes with the largest score inside it. ``regions`` has for
    every class the number of connected components of the open set where its score is the only largest one. ``cells``
    are the activation regions, each with the classes whose score is the largest on all of it. If ``complete`` is False
    all this is of the regions seen.
    """

    complex: PolyhedralComplex
    ties: tuple[Ties, ...]
    regions: tuple[int, ...]
    cells: tuple[tuple[ActivationRegion, Ties], ...] = field(repr=False)
    complete: bool = True
    seconds: float = 0.0

    @property
    def n_activation_regions(self) -> int:
        """The number of activation regions of the network with its decision on top."""
        return len(self.cells)

    @property
    def n_components(self) -> int:
        """The number of connected components of the boundary."""
        return len(self.complex.connected_components())


@define(kw_only=True)
class BoundarySurvey(Survey[NetworkBoundary]):
    """The decision boundary over the activation regions added, of ``scores``, a :func:`score_network`."""

    scores: Network
    _seen: list[tuple[ActivationRegion, Ties, tuple[Polyhedron, ...]]] = field(factory=list)

    def add(self, region: ActivationRegion) -> None:
        """Look for the boundary in one more region."""
        winners = frozenset(k for k, form in enumerate(region.cell.forms) if not any(form))
        faces = tuple(_tied_faces(region))
        self._seen.append((ActivationRegion(self.scores, region.cell.light()), winners, faces))

    def answer(self, complete: bool) -> NetworkBoundary:
        """Return the boundary in the regions added."""
        scores, cells = self.scores, tuple((region, winners) for region, winners, _ in self._seen)
        pieces = dict.fromkeys(face for _, _, faces in self._seen for face in faces)
        complex_ = PolyhedralComplex.from_polyhedra(pieces, scores.input_dim)
        ties = tuple(_classes_at(scores, cell.interior_point()) for cell in complex_.maximal_cells)
        return NetworkBoundary(complex_, ties, _region_counts(scores, cells), cells, complete, self.seconds)


def network_boundary(
    network: Network,
    domain: Polyhedron | None = None,
    *,
    limit: int | None = None,
    timeout: float | None = None,
    method: Method | None = None,
    progress: Callable[[Survey[NetworkBoundary]], None] | None = None,
) -> NetworkBoundary:
    """Return the decision boundary of a network.

    Args:
        network: an exact network; with one output the boundary is its zero set.
        domain: a full-dimensional polyhedron in its input space; the whole space if None.
        limit, timeout, method, progress: as for :meth:`tropical.surveys.Survey.fill`.

    Raises:
        LimitReached: with the boundary in the regions seen as ``partial``.
        NoAnswerError: if the network has no output.

    >>> net = Network.from_weights([([[1, 0], [0, 1]], [0, 0]), ([[1, 1]], [-1])])     # relu(x) + relu(y) - 1
    >>> found = network_boundary(net)
    >>> found.complex.f_vector(), found.regions, found.n_components
    ((2, 3), (1, 1), 1)
    """
    scores = score_network(network)
    survey = BoundarySurvey(scores=scores)
    return survey.fill(scores, domain, limit=limit, timeout=timeout, method=method, progress=progress)


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
        network = functionals(network, [[1], [0]])
    graph = GraphBuilder(network.input_shape)
    place = [0]
    for node in network.nodes[1:]:
        place.append(graph.add(node.layer, [place[i] for i in node.inputs], f"f.{node.name}"))
    flat = graph.add(Reshape((-1,)), [place[-1]], "scores")
    best = graph.add(Maxout(network.output_dim), [flat], "decision")
    copies = graph.add(Affine([[1]] * network.output_dim), [best], "largest score")
    return graph.finish(graph.add(Sum((1, -1)), [flat, copies], "behind the largest"))


def _tied_faces(region: ActivationRegion) -> Iterator[Polyhedron]:
    """Yield the faces of a region where a score that is not the winner's equals it; none is larger anywhere."""
    winner = region.pattern[-1] if region.network.program.gate_ranks else 0
    rows, lines = _generators(region)
    for k, form in enumerate(region.cell.forms):
        if k != winner:
            tied = [row for row in rows if not dot(form, row)]
            if any(row[0] for row in tied):
                points = [dehomogeneous(row) for row in tied if row[0]]
                rays = [row[1:] for row in tied if not row[0]]
                yield Polyhedron.from_generators(points, rays, lines, len(form) - 1)


def _generators(region: ActivationRegion) -> tuple[list[Row], list[Row]]:
    """Return homogeneous vertices and rays of a region, and its lines."""
    cell = region.cell
    if isinstance(cell.geometry, VertexCell):
        rays, lines = cell.geometry.generators()
        return [cell.frame.lift(row) for row in rays], [cell.frame.lift(line)[1:] for line in lines]
    return list(region.polyhedron.generators), list(region.polyhedron.lines)


def _classes_at(scores: Network, point: Vector) -> Ties:
    return frozenset(k for k, value in enumerate(scores(point)) if not value)


def _region_counts(scores: Network, regions: Sequence[tuple[ActivationRegion, Ties]]) -> tuple[int, ...]:
    """Return the numbers of components of the sets where one score is the only largest one.

    Two regions of one class belong together if they share a facet with no tie inside.
    """
    class_of: dict[Pattern, int] = {}
    for region, winners in regions:
        if len(winners) == 1:
            [class_of[region.pattern]] = winners
    graph = nx.Graph()
    graph.add_nodes_from(class_of)
    for region, _ in regions:
        own = class_of.get(region.pattern)
        if own is None:
            continue
        for (_, point), (_, beyond) in zip(region.cell.facets, region.neighbors(), strict=True):
            is_new = beyond > region.pattern and class_of.get(beyond) == own
            if is_new and len(_classes_at(scores, point)) == 1:
                graph.add_edge(region.pattern, beyond)
    counts = [0] * scores.output_dim
    for component in nx.connected_components(graph):
        counts[class_of[next(iter(component))]] += 1
    return tuple(counts)
