"""The difference of two networks as functions, exactly: before and after quantization, pruning or rewriting.

Both networks are put side by side on one input and their outputs subtracted. The activation regions of that network
are the cells of the common refinement of both subdivisions, and on each the difference is one affine map.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import partial
from operator import itemgetter
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import define, evolve, field, frozen

from polytopes.arithmetic.rationals import Vector, exact_text, sum_of
from polytopes.enumeration.limits import Limits
from polytopes.errors import NoAnswerError, ShapeError
from tropical.networks.layers import Reshape, Sum
from tropical.networks.network import GraphBuilder, Network
from tropical.networks.sources import as_network, asked
from tropical.regions.activation_regions import ActivationRegion, Walk, activation_regions
from tropical.regions.surveys.extrema import Extremum, exceeds
from tropical.regions.surveys.greatest_values import Array, GreatestValues, at_most
from tropical.regions.surveys.output_bounds import output_bounds
from tropical.regions.surveys.peaks import output_peaks
from tropical.regions.surveys.survey import Survey
from tropical.regions.surveys.witnesses import Claim, verify_extrema
from tropical.regions.vertices import refuse_many_vertices

if TYPE_CHECKING:
    from polytopes.enumeration.domain_cell import Method
    from polytopes.enumeration.recorded_cells import BlockOfCells
    from polytopes.polyhedra.domains import DomainLike
    from polytopes.polyhedra.polyhedron import Polyhedron
    from tropical.networks.sources import NetworkLike


def difference_network(A: Network, B: Network) -> Network:
    """Return the network ``x -> A(x) - B(x)``, with flat outputs.

    The tensors may have different shapes as long as they have equally many entries, in C order.

    Raises:
        ShapeError: if the dimensions of inputs or outputs differ.

    >>> A, B = (Network.from_weights([([[1]], [0]), ([[w]], [0])]) for w in (2, 3))
    >>> difference_network(A, B)([5])
    (Fraction(-5, 1),)
    """
    for what, left, right in (("inputs", A.input_dim, B.input_dim), ("outputs", A.output_dim, B.output_dim)):
        if left != right:
            raise ShapeError(
                f"the first network has {left} {what}, the second {right}; only equal numbers are compared"
            )
    graph = GraphBuilder(A.input_shape)
    ends = [_appended(graph, network, prefix) for network, prefix in ((A, "A."), (B, "B."))]
    return graph.finish(graph.add(Sum((1, -1)), ends, "difference"))


def _appended(graph: GraphBuilder, network: Network, prefix: str) -> int:
    """Append all layers of a network and return the node of its flat output."""
    start = graph.add(Reshape(network.input_shape), [0], f"{prefix}{network.nodes[0].name}")
    place = [start]
    for node in network.nodes[1:]:
        place.append(graph.add(node.layer, [place[i] for i in node.inputs], f"{prefix}{node.name}"))
    return graph.add(Reshape((-1,)), [place[-1]], f"{prefix}output")


@frozen
class NetworkDifference:
    """How two networks differ on a domain.

    ``equal`` is None if the work stopped before a difference was found. ``largest`` has the supremum of ``|A - B|``
    for every output (its value is None if that is infinite), ``n_differing`` the number of cells of the common
    refinement where the affine maps differ, ``differing_volume`` their volume if it was asked for. On such a cell A and
    B agree at most on a hyperplane; everywhere else they are equal. If ``complete`` is False, the numbers are those of
    the cells seen, and ``largest`` is a lower bound.
    """

    equal: bool | None
    largest: tuple[Extremum, ...]
    n_differing: int
    n_regions: int
    differing_volume: Fraction | None
    domain_volume: Fraction | None
    complete: bool
    seconds: float

    @property
    def largest_of_all(self) -> Extremum | None:
        """The supremum of the maximum norm of A - B; None if no cell was seen."""
        best: Extremum | None = None
        for found in self.largest:
            if best is None or exceeds(found.value, best.value):
                best = found
        return best

    @property
    def differing_fraction(self) -> Fraction | None:
        """The part of the volume of the domain where A and B differ; None if volumes were not asked for."""
        if self.differing_volume is None or self.domain_volume is None:
            return None
        return self.differing_volume / self.domain_volume

    def as_dict(self) -> dict[str, Any]:
        """Return the difference as it is written in documents."""
        top = self.largest_of_all
        volumes: dict[str, Any] = {}
        if self.differing_volume is not None:
            part = self.differing_fraction
            volumes = {
                "differing_volume": exact_text(self.differing_volume),
                "differing_fraction": exact_text(part) if self.complete and part is not None else None,
            }
        return {
            "equal": self.equal,
            "largest_difference": None if top is None else top.as_dict(),
            "outputs": [found.as_dict() for found in self.largest],
            "activation_regions": self.n_regions,
            "differing_regions": self.n_differing,
            **volumes,
            "complete": self.complete,
            "seconds": self.seconds,
        }


@frozen
class _State:
    """What is known after a cell; replaced as a whole."""

    n_regions: int = 0
    n_differing: int = 0
    volume: Fraction = Fraction(0)
    largest: tuple[Extremum, ...] = ()
    unmeasured: tuple[tuple[BlockOfCells, Array], ...] = ()
    """Blocks whose volume is not in ``volume``, and which cells of them differ."""


@define(kw_only=True)
class DifferenceSurvey(GreatestValues[NetworkDifference]):
    """The difference over the cells added; ``domain_volume`` is given to ask for volumes.

    In a block, cells are looked at one by one only where floats with error bounds leave it open whether a difference is
    larger than what is known, and for volumes. When all cells are known, the volume is that of those that differ, or of
    the others subtracted from that of the domain, whichever are fewer.
    """

    domain_volume: Fraction | None = None
    _state: _State = field(factory=_State)

    def add(self, region: ActivationRegion) -> None:
        """Compare A and B on one more cell."""
        old = self._state
        differs = any(any(form) for form in region.cell.integer_forms)
        volume = region.volume if differs and self.domain_volume is not None else Fraction(0)
        largest = _largest(old.largest, region) if differs or not old.largest else old.largest
        self._state = _State(old.n_regions + 1, old.n_differing + differs, old.volume + volume, largest)

    def add_block(self, walk: Walk, cells: BlockOfCells) -> None:
        """Compare A and B on all cells of a block."""
        differs = np.array((~cells.zero_outputs).any(axis=1))
        super().add_block(walk, cells)
        old = self._state
        unmeasured = old.unmeasured if self.domain_volume is None else (*old.unmeasured, (cells.light(), differs))
        self._state = evolve(
            old,
            n_regions=old.n_regions + len(cells),
            n_differing=old.n_differing + int(differs.sum()),
            unmeasured=unmeasured,
        )

    def consider(self, region: ActivationRegion) -> None:
        """Compare the largest differences alone with those on one more cell."""
        largest = _largest(self._state.largest, region)
        self._state = evolve(self._state, largest=largest)

    def upper_bounds(self, cells: BlockOfCells) -> Array | None:
        """Return bounds of the absolute values of the outputs on cells."""
        bounds = output_bounds(cells)
        if bounds is None:
            bounds = np.full((len(cells), 2 * cells.zero_outputs.shape[1]), np.inf)
        return np.where(cells.zero_outputs, 0.0, np.maximum(*np.split(bounds, 2, axis=1)))

    def reached(self) -> Array:
        """Return floats that are at most the largest absolute values."""
        largest = self._state.largest
        if not largest:
            assert self.walk is not None
            return np.full(len(self.walk.network.program.outputs), -np.inf)
        return np.array([np.inf if found.value is None else at_most(found.value) for found in largest])

    def answer(self, complete: bool) -> NetworkDifference:
        """Return the difference over the cells added."""
        state = self._state
        largest = tuple(found.lifted(self._flat) for found in state.largest)
        if self.given is not None:
            claims = [
                Claim(found.value, found.point, found.ray, None, itemgetter(k) if found.ray else partial(_size, k))
                for k, found in enumerate(largest)
            ]
            verify_extrema(self.given.network, self.given.domain, claims)
        return NetworkDifference(
            False if state.n_differing else (True if complete else None),
            largest,
            state.n_differing,
            state.n_regions,
            None if self.domain_volume is None else self._volume(complete),
            self.domain_volume,
            complete,
            self.seconds,
        )

    def _volume(self, complete: bool) -> Fraction:
        """Return the volume of the cells that differ, by way of the others if all are known and these are fewer."""
        state, total = self._state, self.domain_volume
        assert total is not None
        n_waiting = sum(len(cells) for cells, _ in state.unmeasured)
        n_equal = n_waiting - sum(int(differs.sum()) for _, differs in state.unmeasured)
        by_others = complete and not state.volume and n_waiting == state.n_regions and 2 * n_equal < n_waiting
        parts = ((cells, np.flatnonzero(differs != by_others)) for cells, differs in state.unmeasured)
        volume = sum_of(cells.cell(place).volume for cells, places in parts for place in places.tolist())
        return total - volume if by_others else state.volume + volume


def _size(k: int, outputs: Vector) -> Fraction:
    return abs(outputs[k])


def _largest(old: tuple[Extremum, ...], region: ActivationRegion) -> tuple[Extremum, ...]:
    """Return the larger of the old suprema of the absolute values of outputs and those on this cell."""
    both = output_peaks(region.cell)
    half = len(both) // 2
    highest = (down if exceeds(down.value, up.value) else up for up, down in zip(both[:half], both[half:], strict=True))
    return tuple(
        Extremum.of(peak, region) if not old or exceeds(peak.value, old[k].value) else old[k]
        for k, peak in enumerate(highest)
    )


def difference(
    A: NetworkLike,
    B: NetworkLike,
    domain: DomainLike = None,
    *,
    volume: bool = False,
    limit: int | None = None,
    timeout: float | None = None,
    method: Method | None = None,
    relative: bool = False,
    progress: Callable[[Survey[Any]], None] | None = None,
) -> NetworkDifference:
    """Compare two networks as functions on ``domain``.

    Args:
        A, B: exact networks of any architecture, with equally many inputs and equally many outputs.
        domain: a polyhedron in the input space; the whole space if None.
        volume: find the volume of the set where they differ; the domain must be bounded and full-dimensional.
        limit, timeout, method, relative, progress: as for :func:`tropical.regions.surveys.extrema.extrema`.

    Raises:
        ShapeError: if the dimensions differ.
        NoAnswerError: if ``volume`` is asked for and the domain is unbounded.
        VerificationFailed: if the networks have other values at the points found.
        LimitReached: with the answer so far as ``partial``.

    >>> from polytopes import Polyhedron
    >>> A = Network.from_weights([([[1], [-1]], [0, 0]), ([[1, 1]], [0])])      # |x|
    >>> B = Network.from_weights([([[1]], [0]), ([[1]], [0])])                  # max(0, x)
    >>> found = difference(A, B, Polyhedron.box([-3], [1]), volume=True)
    >>> found.equal, str(found.largest_of_all.value), str(found.differing_fraction)
    (False, '3', '3/4')
    """
    A, domain = asked(A, domain)
    B = as_network(B)
    joint = difference_network(A, B)
    survey = DifferenceSurvey(domain_volume=measure(domain) if volume else None)
    return survey.fill(Walk(joint, domain, method, relative), Limits(limit, timeout, progress))


def differing_regions(
    A: NetworkLike,
    B: NetworkLike,
    domain: DomainLike = None,
    *,
    method: Method | None = None,
    relative: bool = False,
) -> Iterator[ActivationRegion]:
    """Yield the cells of the common refinement on which the affine maps of A and B differ, one by one.

    Outside their union A and B are equal. The cells are activation regions of :func:`difference_network`, whose affine
    map is A - B. Arguments and errors as for :func:`difference`.

    >>> A, B = (Network.from_weights([([[1], [1]], [0, -1]), ([[1, w]], [0])]) for w in (2, 3))
    >>> [region.inequalities for region in differing_regions(A, B)]     # -1 + x >= 0
    [((-1, 1),)]
    """
    joint = difference_network(as_network(A), as_network(B))
    for region in activation_regions(joint, domain, method=method, relative=relative):
        if any(any(form) for form in region.cell.forms):
            yield region


def measure(domain: Polyhedron | None) -> Fraction:
    """Return the volume of a domain whose parts are to be measured.

    Raises:
        NoAnswerError: if it is unbounded or has no interior.
        DomainError: if it is a box in which regions have too many vertices.
    """
    if domain is None or not domain.is_bounded:
        raise NoAnswerError("an unbounded domain has no finite volume; give a bounded one, for example a box")
    refuse_many_vertices(domain, "ask for the difference without volumes")
    total = domain.volume()
    if not total:
        raise NoAnswerError("the domain has no interior, so its parts have volume 0; give a full-dimensional one")
    return total
