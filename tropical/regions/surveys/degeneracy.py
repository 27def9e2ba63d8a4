"""Degeneracy of a network on a domain: units without effect, repeated units, coinciding walls, and drops of rank.

What the weights alone say holds everywhere. What holds on the domain is proven by walking over all its regions; if the
walk is stopped, only what was proven until then is reported.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from attrs import define, field
from flint import fmpz_mat

from polytopes.enumeration.cell_adjacency import Array, pattern_words
from polytopes.enumeration.domain_cell import check_domain, root_node
from polytopes.enumeration.gate_program import GateProgram, Pattern, Tape
from polytopes.enumeration.limits import Limits
from polytopes.enumeration.splitting_tree import advance, settle
from tropical.networks.sources import asked
from tropical.regions.activation_regions import ActivationRegion, Walk
from tropical.regions.surveys.degeneracy_report import ConstantUnit, DeadUnit, DegeneracyReport, Multiples, SharedWall
from tropical.regions.surveys.proportional_functions import MultiplesOf, Proportionality
from tropical.regions.surveys.shared_walls import shared_walls, shared_walls_of
from tropical.regions.surveys.structure import Structure
from tropical.regions.surveys.survey import BlockSurvey, Survey

if TYPE_CHECKING:
    from polytopes.enumeration.domain_cell import Method
    from polytopes.enumeration.recorded_cells import BlockOfCells
    from polytopes.enumeration.records import Only
    from polytopes.polyhedra.domains import DomainLike
    from polytopes.polyhedra.polyhedron import Polyhedron
    from tropical.networks.network import Network
    from tropical.networks.sources import NetworkLike


@define(kw_only=True)
class DegeneracySurvey(BlockSurvey[DegeneracyReport]):
    """The claims that a network is degenerate on a domain, as far as the regions added leave them standing.

    A claim about the domain is reported only when all its regions were added, unless it follows from the weights or
    from the domain as a whole. Shared walls are reported as soon as they are found.
    """

    only: ClassVar[Only | None] = "facets and maps"
    network: Network
    domain: Polyhedron | None = None
    relative: bool = False
    _structure: Structure = field(init=False)
    _decided: tuple[int, ...] = field(init=False)
    _winners: list[set[int]] = field(init=False)
    _constant: dict[int, Fraction | None] = field(init=False)
    _inputs: Proportionality = field(init=False)
    _outputs: Proportionality = field(init=False)
    _walls: Counter[tuple[int, ...]] = field(factory=Counter)
    _ranks: Counter[int] = field(factory=Counter)

    def __attrs_post_init__(self) -> None:
        if self.domain is not None:
            check_domain(self.domain, self.network.input_dim, self.relative)
        self._structure = Structure(self.network).prepared()
        layers = [unit.layer for unit in self._structure.units]
        self._decided = decided_winners(self._structure.program, self.domain, self.relative)
        self._winners = [set() for _ in layers]
        self._constant = dict.fromkeys(range(len(layers)))
        self._inputs = Proportionality({g: layers[g] for g in self._structure.preactivations})
        self._outputs = Proportionality(dict(enumerate(layers)))

    def add_block(self, walk: Walk, cells: BlockOfCells) -> None:
        """Compare the claims with all regions of a block.

        Forms of units depend on the winners of the gates before them, so claims about them are compared once for
        regions that agree there; those that follow from the weights alone are not compared again.
        """
        patterns = cells.records.patterns
        for winner in range(int(patterns.max(initial=0)) + 1):
            for g in np.flatnonzero((patterns == winner).any(axis=0)).tolist():
                self._winners[g].add(winner)
        self._walls.update(shared_walls_of(cells))
        self._ranks.update(cells.ranks.tolist())
        self._compare_where_on(cells)
        compared = -1
        while any(doubtful := self._doubtful()):
            places = _first_places(patterns[:, self._decisive(*doubtful)]) if compared >= 0 else [0]
            left = [place for place in places if place > compared]
            if not left:
                return
            for compared in left:
                self._compare_at(cells, compared)
                if self._doubtful() != doubtful:
                    break

    def _compare_where_on(self, cells: BlockOfCells) -> None:
        """Compare the claims with regions where outputs that were zero on all others are not zero by the weights."""
        patterns = cells.records.patterns
        for g in sorted(self._outputs.labels):
            if g in self._outputs.units:
                continue
            alive = [winner for winner in self._winners[g] if not self._structure.is_zero_output(g, winner)]
            is_alive = np.zeros(len(patterns), dtype=bool)
            for winner in alive:
                is_alive |= patterns[:, g] == winner
            if is_alive.any():
                self._compare_at(cells, int(is_alive.argmax()))

    def _compare_at(self, cells: BlockOfCells, place: int) -> None:
        cell = cells.cell_alone(place)
        self._compare(cell.pattern, cell.tape, cell.frame.basis[0][0])

    def add(self, region: ActivationRegion) -> None:
        """Compare the claims with one more region."""
        cell, structure = region.cell, self._structure
        tape = cell.tape
        for seen, winner in zip(self._winners, region.pattern, strict=True):
            seen.add(winner)
        self._compare(region.pattern, tape, cell.frame.basis[0][0])
        self._walls.update(shared_walls(cell, structure.gates, tape, self.domain))
        jacobian = [entry for slot in structure.program.outputs for entry in tape[slot][1:]]
        self._ranks[int(fmpz_mat(len(structure.program.outputs), cell.frame.size - 1, jacobian).rank())] += 1

    def _doubtful(self) -> tuple[frozenset[int], frozenset[int]]:
        """Return the gates with claims that do not follow from the weights: about preactivations, and about outputs."""
        structure, inputs, outputs = self._structure, self._inputs, self._outputs
        before = {g for g, value in self._constant.items() if value is None or g not in structure.constant}
        before.update(inputs.open_to(structure.proportional, structure.is_zero_input))
        after = outputs.open_to(
            structure.mergeable, lambda g: all(structure.is_zero_output(g, winner) for winner in self._winners[g])
        )
        return frozenset(before), frozenset(after)

    def _decisive(self, before: frozenset[int], after: frozenset[int]) -> list[int]:
        """Return the gates on whose winners the preactivations of some gates, and the outputs of others, depend."""
        stages = [stage for stage, own in enumerate(self._structure.program.stages) for _ in own.gates]
        last = max(stages[g] for g in before | after)
        return sorted({*(g for g, stage in enumerate(stages) if stage < last), *after})

    def _compare(self, pattern: Pattern, tape: Tape, unit: int) -> None:
        """Compare the claims about forms of units with those on a cell; coordinate 0 is 1 at the number ``unit``."""
        structure = self._structure
        self._inputs.refine({g: structure.preactivation(g, tape) for g in self._inputs.labels})
        self._outputs.refine({g: structure.output(g, pattern[g], tape) for g in self._outputs.labels})
        self._constant = dict(self._still_constant(tape, unit))

    def _still_constant(self, tape: Tape, unit: int) -> Iterator[tuple[int, Fraction | None]]:
        """Yield the gates whose selectors differ by constants here too; coordinate 0 is 1 at the number ``unit``."""
        for g in self._constant:
            first, *rest = (tape[slot] for slot in self._structure.gates[g].selectors)
            if all(a == b for form in rest for a, b in zip(first[1:], form[1:], strict=True)):
                if len(rest) == 1:
                    scale, form = self._structure.preactivation(g, tape)
                    yield g, scale * int(form[0]) / unit
                else:
                    yield g, None

    def answer(self, complete: bool) -> DegeneracyReport:
        """Return the claims that are proven."""
        structure = self._structure
        return DegeneracyReport(
            len(structure.units),
            tuple(self._dead(complete)),
            tuple(self._constants(complete)),
            self._named(self._inputs.classes() if complete else structure.proportional, structure.proportional),
            self._named(self._outputs.classes() if complete else structure.mergeable, structure.mergeable),
            tuple(structure.units[g] for g in structure.unread),
            self._shared(self._inputs.classes() if complete else structure.proportional),
            structure.weight_ranks,
            (self.network.output_dim, self.network.input_dim if self.domain is None else self.domain.dim),
            dict(sorted(self._ranks.items())),
            self.n_regions,
            complete,
            self.seconds,
        )

    def _dead(self, complete: bool) -> Iterator[DeadUnit]:
        structure, zeros = self._structure, set(self._outputs.zeros())
        for g, unit in enumerate(structure.units):
            if complete and len(self._winners[g]) == 1:
                [winner] = self._winners[g]
                yield DeadUnit(unit, winner, g in zeros)
            elif not complete and self._decided[g] >= 0:
                winner = self._decided[g]
                yield DeadUnit(unit, winner, not structure.forms[structure.gates[g].outputs[winner]])

    def _constants(self, complete: bool) -> Iterator[ConstantUnit]:
        found: Mapping[int, Fraction | None] = self._constant if complete else self._structure.constant
        return (ConstantUnit(self._structure.units[g], value) for g, value in found.items())

    def _named(self, classes: Sequence[MultiplesOf], static: Sequence[MultiplesOf]) -> tuple[Multiples, ...]:
        everywhere = [set(group) for group, _ in static]
        return tuple(
            Multiples(
                tuple(self._structure.units[g] for g in group),
                factors,
                any(known.issuperset(group) for known in everywhere),
            )
            for group, factors in classes
        )

    def _shared(self, classes: Sequence[MultiplesOf]) -> tuple[SharedWall, ...]:
        """Return the walls of units that are not multiples of each other anyway, most frequent first."""
        known = [set(group) for group, _ in classes]
        return tuple(
            SharedWall(tuple(self._structure.units[g] for g in group), sides)
            for group, sides in self._walls.most_common()
            if not any(members.issuperset(group) for members in known)
        )


def _first_places(columns: Array) -> list[int]:
    """Return the places of rows that differ from all rows before them."""
    words = pattern_words(columns, is_binary=False)
    _, first = np.unique(words.view(f"V{8 * words.shape[1]}").ravel(), return_index=True)
    places: list[int] = np.sort(first).tolist()
    return places


def decided_winners(program: GateProgram, domain: Polyhedron | None, relative: bool = False) -> tuple[int, ...]:
    """Return the winner of every gate that has one winner on the whole domain, found without splitting the domain.

    -1 stands for gates that are not decided: gates with several winners, and those of later stages.

    Raises:
        ShapeError, DomainError: as :func:`tropical.regions.activation_regions.activation_regions`.
    """
    node = advance(program, settle(program, root_node(program, domain, None, relative)[1]))
    found = (*node.winners, *node.present)
    return found + (-1,) * (program.n_gates - len(found))


def degeneracy(
    network: NetworkLike,
    domain: DomainLike = None,
    *,
    limit: int | None = None,
    timeout: float | None = None,
    method: Method | None = None,
    relative: bool = False,
    progress: Callable[[Survey[Any]], None] | None = None,
) -> DegeneracyReport:
    """Report what is degenerate about ``network`` on ``domain``.

    Arguments and errors as for :func:`tropical.regions.surveys.extrema.extrema`. On a lower-dimensional domain,
    constants, multiples and ranks are those of the restrictions to its affine hull.

    >>> from tropical import Network
    >>> net = Network.from_weights([([[1, 1], [2, 2], [0, 0]], [0, 0, -1]), ([[1, 1, 1]], [0])])
    >>> report = degeneracy(net)
    >>> [str(dead.unit) for dead in report.dead], [str(unit) for unit in report.redundant]
    (['relu0[2]'], ['relu0[1]', 'relu0[2]'])
    >>> report.jacobian_ranks
    {0: 1, 1: 1}
    """
    network, domain = asked(network, domain)
    survey = DegeneracySurvey(network=network, domain=domain, relative=relative)
    return survey.fill(Walk(network, domain, method, relative), Limits(limit, timeout, progress))
