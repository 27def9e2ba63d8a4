"""What the weights of a network say about its units before any region is examined; it holds on every domain."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

from attrs import frozen

from polytopes.enumeration.gate_program import Gate, GateProgram, Tape
from tropical.networks.symbolic_forms import IntegerForm, combined, direction, integer_forms
from tropical.regions.surveys.proportional_functions import Multiple, MultiplesOf
from tropical.regions.surveys.units import Unit, WeightRank, units, weight_ranks

if TYPE_CHECKING:
    from tropical.networks.network import Network


@frozen(eq=False)
class Structure:
    """The units of a network and their preactivations as forms over the inputs and the outputs of earlier units.

    Forms have integer coefficients, as the tape has; signs, zeros and classes of multiples are those of the true forms.

    >>> from tropical import Network
    >>> net = Network.from_weights([([[1, 2], [-2, -4]], [1, -2]), ([[1, 0]], [0])])
    >>> structure = Structure(net)
    >>> structure.proportional
    [((0, 1), (Fraction(1, 1), Fraction(-2, 1)))]
    >>> structure.unread
    (1,)
    """

    network: Network

    def prepared(self) -> Structure:
        """Return this structure with everything computed, so that later look-ups take no time."""
        _ = self.constant, self.proportional, self.mergeable, self.unread, self.weight_ranks, self._scales
        return self

    @cached_property
    def program(self) -> GateProgram:
        """The program of the network."""
        return self.network.program

    @cached_property
    def units(self) -> tuple[Unit, ...]:
        """The units in the order of a pattern."""
        return units(self.network)

    @cached_property
    def gates(self) -> tuple[Gate, ...]:
        """The gates in the order of a pattern."""
        return self.program.gates

    @cached_property
    def forms(self) -> list[IntegerForm]:
        """Every slot of the tape as a form over the constant, the inputs and the outputs of gates."""
        return integer_forms(self.program)

    @cached_property
    def preactivations(self) -> dict[int, IntegerForm]:
        """The preactivation of every gate with two selectors, on the scale of these."""
        found = {}
        for g, gate in enumerate(self.gates):
            if gate.rank == 2:
                low, high = (self.forms[slot] for slot in gate.selectors)
                found[g] = combined(((high, 1), (low, -1))) if low else high
        return found

    @cached_property
    def constant(self) -> dict[int, Fraction]:
        """The gates with a constant preactivation, and its value."""
        forms = self.preactivations.items()
        return {g: self._scales[g] * form.get(0, 0) for g, form in forms if not form.keys() - {0}}

    @cached_property
    def proportional(self) -> list[MultiplesOf]:
        """Classes of gates of one layer whose preactivations are multiples of each other and not zero."""
        return self._classes([g for g, form in self.preactivations.items() if form])

    @cached_property
    def mergeable(self) -> list[MultiplesOf]:
        """Classes of units max(0, z) of one layer whose preactivations are positive multiples of each other."""
        relus = [g for g, form in self.preactivations.items() if form and self._is_relu(self.gates[g])]
        return self._classes(relus, by_sign=True)

    def _classes(self, chosen: Sequence[int], by_sign: bool = False) -> list[MultiplesOf]:
        groups: dict[Any, list[tuple[int, Fraction]]] = defaultdict(list)
        for g in chosen:
            row, factor = direction(self.preactivations[g])
            groups[self.units[g].layer, row, by_sign and factor > 0].append((g, factor * self._scales[g]))
        return [
            (tuple(g for g, _ in group), tuple(factor / group[0][1] for _, factor in group))
            for group in groups.values()
            if len(group) > 1
        ]

    @cached_property
    def weight_ranks(self) -> tuple[WeightRank, ...]:
        """The ranks of the matrices of the network."""
        return weight_ranks(self.network)

    @cached_property
    def _scales(self) -> tuple[Fraction, ...]:
        """The scale of the selectors of every gate; a selector that is zero fits every scale."""
        scales, forms = self.program.scales, self.forms
        return tuple(next((scales[s] for s in gate.selectors if forms[s]), Fraction(1)) for gate in self.gates)

    def preactivation(self, gate: int, tape: Tape) -> Multiple:
        """Return the preactivation of a gate with two selectors on the cell of a tape."""
        low, high = (tape[slot] for slot in self.gates[gate].selectors)
        return self._scales[gate], [b - a for a, b in zip(low, high, strict=True)]

    def scale(self, gate: int) -> Fraction:
        """Return the factor of the preactivation of a gate with two selectors."""
        return self._scales[gate]

    def output(self, gate: int, winner: int, tape: Tape) -> Multiple:
        """Return the output of a gate with this winner on the cell of a tape."""
        slot = self.gates[gate].outputs[winner]
        return self.program.scales[slot], tape[slot]

    def is_zero_input(self, gate: int) -> bool:
        """Whether the preactivation of a gate with two selectors is zero by the weights alone."""
        return not self.preactivations[gate]

    def is_zero_output(self, gate: int, winner: int) -> bool:
        """Whether the output of a gate with this winner is zero by the weights alone."""
        return not self.forms[self.gates[gate].outputs[winner]]

    def _is_relu(self, gate: Gate) -> bool:
        return gate.selectors == gate.outputs and not self.forms[gate.selectors[0]]

    @cached_property
    def unread(self) -> tuple[int, ...]:
        """The gates on which the output cannot depend: every path from them meets a weight 0."""
        program, slots = self.program, self.program.gate_slots
        needed, number = set(program.outputs), program.n_gates
        for stage, first in zip(reversed(program.stages), reversed(program.first_slots), strict=True):
            number -= len(stage.gates)
            for gate, slot in zip(stage.gates, slots[number:], strict=False):
                if slot in needed:
                    needed.update(gate.selectors, gate.outputs)
            for slot, row in enumerate(stage.rows, first):
                if slot in needed:
                    needed.update(source for source, value in zip(stage.sources, row, strict=True) if value)
        return tuple(g for g, slot in enumerate(slots) if slot not in needed)
