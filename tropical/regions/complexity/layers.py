"""The layers with gates of a network: preactivations and their gradients, ranks, and derivatives by preactivations."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import cached_property
from itertools import groupby
from typing import TYPE_CHECKING

from attrs import frozen
from flint import fmpz, fmpz_mat, nmod_mat

from polytopes.arithmetic.linalg import identity, integer_matrix
from polytopes.arithmetic.rationals import Vector
from polytopes.enumeration.gate_program import Gate, GateProgram, Tape, apply_rows
from polytopes.errors import UnsupportedError
from tropical.regions.surveys.structure import Structure
from tropical.regions.surveys.units import Unit

if TYPE_CHECKING:
    from tropical.networks.network import Network

PRIME = 2**61 - 1


@frozen(eq=False)
class GateLayer:
    """A layer with gates: those from ``start`` to ``stop`` in the order of a pattern.

    The first ``known`` winners of a pattern fix the preactivations of the layer.
    """

    name: str
    kind: str
    start: int
    stop: int
    known: int

    @property
    def gates(self) -> range:
        """The numbers of its gates."""
        return range(self.start, self.stop)


@frozen(eq=False)
class GateLayers:
    """The layers with gates of a network, and what is asked of them on a cell."""

    network: Network
    structure: Structure

    @classmethod
    def of(cls, network: Network) -> GateLayers:
        """Return the layers of a network."""
        return cls(network, Structure(network))

    @property
    def program(self) -> GateProgram:
        """The program of the network."""
        return self.network.program

    @property
    def units(self) -> tuple[Unit, ...]:
        """The units in the order of a pattern."""
        return self.structure.units

    @cached_property
    def layers(self) -> tuple[GateLayer, ...]:
        """The layers with gates, in the order of a pattern."""
        kinds = {layer.name: layer.kind for layer in self.network.layers}
        found, start = [], 0
        for name, own in groupby(self.units, key=lambda unit: unit.layer):
            stop = start + len(list(own))
            found.append(GateLayer(name, kinds[name], start, stop, self.first_gates[self.stage_of[stop - 1]]))
            start = stop
        return tuple(found)

    @cached_property
    def stage_of(self) -> tuple[int, ...]:
        """The stage of every gate."""
        return tuple(s for s, stage in enumerate(self.program.stages) for _ in stage.gates)

    @cached_property
    def first_gates(self) -> tuple[int, ...]:
        """The number of gates before every stage."""
        found = [0]
        for stage in self.program.stages:
            found.append(found[-1] + len(stage.gates))
        return tuple(found)

    def check_preactivations(self) -> None:
        """Refuse gates of more than two forms, which have no preactivation.

        Raises:
            UnsupportedError: with the name of the layer.
        """
        for layer in self.layers:
            rank = max(self.program.gate_ranks[g] for g in layer.gates)
            if rank > 2:
                raise UnsupportedError(
                    f"noise needs units with one preactivation; those of the layer {layer.name} ({layer.kind}) compare "
                    f"{rank} forms: leave the noise out"
                )

    @property
    def has_preactivations(self) -> bool:
        """Whether all gates compare two forms."""
        return max(self.program.gate_ranks, default=2) <= 2

    def preactivation(self, gate: int, tape: Tape) -> Vector:
        """Return the preactivation of a gate with two forms on the cell of a tape, as (c, a_1, ..., a_d)."""
        scale, form = self.structure.preactivation(gate, tape)
        return tuple(scale * int(entry) for entry in form)

    def square_gradient(self, gate: int, tape: Tape) -> Fraction:
        """Return the square of the length of the gradient of a preactivation."""
        scale, form = self.structure.preactivation(gate, tape)
        return scale * scale * int(sum((entry * entry for entry in form[1:]), fmpz(0)))

    def rank_before(self, layer: GateLayer, tape: Tape) -> int:
        """Return the rank of the Jacobian of the forms that the gates of a layer compare."""
        return _rank([tape[slot] for g in layer.gates for slot in dict.fromkeys(self._gate(g).selectors)])

    def rank_after(self, layer: GateLayer, tape: Tape) -> int:
        """Return the rank of the Jacobian of the outputs of a layer."""
        return _rank([tape[self.program.gate_slots[g]] for g in layer.gates])

    def _gate(self, number: int) -> Gate:
        return self.program.gates[number]

    @cached_property
    def slopes(self) -> dict[int, Vector]:
        """The gates whose outputs are multiples of their preactivation, with the factors."""
        found = {g: self._slopes_of(g, gate) for g, gate in enumerate(self.program.gates) if gate.rank == 2}
        return {g: factors for g, factors in found.items() if factors is not None}

    def _slopes_of(self, number: int, gate: Gate) -> Vector | None:
        if gate.selectors == gate.outputs and gate.selectors[0] in self._zero_slots:
            return Fraction(0), Fraction(1)
        scale, scales = self.structure.scale(number), self.program.scales
        z = {atom: scale * value for atom, value in self.structure.preactivations[number].items()}
        forms = [(scales[slot], self.structure.forms[slot]) for slot in gate.outputs]
        outputs = [{atom: factor * value for atom, value in form.items()} for factor, form in forms]
        key = next(iter(z), None)
        if key is None:
            return None
        factors = tuple(form.get(key, Fraction(0)) / z[key] for form in outputs)
        multiples = [{atom: factor * value for atom, value in z.items() if factor} for factor in factors]
        return factors if multiples == outputs else None

    @cached_property
    def _zero_slots(self) -> frozenset[int]:
        """The linear slots whose rows are zero."""
        stages = zip(self.program.first_slots, self.program.stages, strict=True)
        return frozenset(first + i for first, stage in stages for i, row in enumerate(stage.rows) if not any(row))

    def is_chained(self, number: int) -> bool:
        """Whether all that the gates of a layer compare depends on the outputs of the layer before it only."""
        if number == 0:
            return False
        program, previous = self.program, self.layers[number - 1]
        known = {0, *self._zero_slots, *(program.gate_slots[g] for g in previous.gates)}
        needed = {slot for g in self.layers[number].gates for slot in self._gate(g).selectors} - known
        for stage, first in zip(reversed(program.stages), reversed(program.first_slots), strict=True):
            for slot, row in enumerate(stage.rows, first):
                if slot in needed:
                    needed.remove(slot)
                    needed |= {s for s, value in zip(stage.sources, row, strict=True) if value} - known
        return not needed

    def is_cut(self, layer: GateLayer) -> bool:
        """Whether the outputs are functions of the preactivations of a layer: every path runs through these."""
        program, gates = self.program, set(layer.gates)
        if not all(g in self.slopes or g in self.structure.constant for g in gates):
            return False
        own = {program.gate_slots[g] for g in gates}
        return not self._reach(own)

    def _reach(self, cut: set[int]) -> bool:
        """Whether an output depends on an input other than through these slots."""
        program = self.program
        needed, number = set(program.outputs) - cut, program.n_gates
        for stage, first in zip(reversed(program.stages), reversed(program.first_slots), strict=True):
            number -= len(stage.gates)
            for k, gate in enumerate(stage.gates):
                slot = program.gate_slots[number + k]
                if slot in needed and slot not in cut:
                    needed.update(s for s in (*gate.selectors, *gate.outputs) if s not in cut)
            for slot, row in enumerate(stage.rows, first):
                if slot in needed:
                    sources = (source for source, value in zip(stage.sources, row, strict=True) if value)
                    needed.update(source for source in sources if source not in cut)
        return any(1 <= slot <= program.input_dim for slot in needed)

    def derivatives(self, pattern: Sequence[int]) -> dict[int, Fraction]:
        """Return the derivative of the only output by the preactivation of every gate with slopes, on a cell.

        Algorithm:
            Integer rows are run backwards; the true derivative by a slot is the integer one times the scale of the
            output over that of the slot.
        """
        program = self.program
        [output] = program.outputs
        adjoint = [fmpz(0)] * len(program.scales)
        adjoint[output] = fmpz(1)
        number, found = program.n_gates, dict[int, Fraction]()
        for stage, first in zip(reversed(program.stages), reversed(program.first_slots), strict=True):
            number -= len(stage.gates)
            for k, gate in reversed(list(enumerate(stage.gates))):
                g = number + k
                slot = program.gate_slots[g]
                adjoint[gate.outputs[pattern[g]]] += adjoint[slot]
                if g in self.slopes:
                    scale = program.scales[output] / program.scales[slot]
                    found[g] = scale * int(adjoint[slot]) * self.slopes[g][pattern[g]]
            if stage.rows:
                own = fmpz_mat(1, len(stage.rows), adjoint[first : first + len(stage.rows)])
                for source, value in zip(stage.sources, (own * stage.matrix).entries(), strict=True):
                    adjoint[source] += value
        return found

    def prefix(self, stage: int) -> GateProgram:
        """Return the program of the stages before one, without outputs."""
        program = self.program
        slots = program.first_slots[stage] if stage < len(program.stages) else len(program.scales)
        return GateProgram(program.input_dim, program.stages[:stage], (), program.scales[:slots])

    def tape(self, stage: int, pattern: Sequence[int]) -> Tape:
        """Return the tape with the forms of one stage on a cell of the stages before, over the whole space."""
        size = self.program.input_dim + 1
        tape = self.prefix(stage).run(integer_matrix(identity(size), size), pattern)
        return tape + apply_rows(self.program.stages[stage], tape, size)

    def whole_tape(self, pattern: Sequence[int]) -> Tape:
        """Return the tape of all forms on the cell with a pattern, over the whole space."""
        size = self.program.input_dim + 1
        return self.program.run(integer_matrix(identity(size), size), pattern)

    def stages_with_gates(self) -> Iterator[tuple[int, range]]:
        """Yield the stages that have gates, with the numbers of these."""
        for s, stage in enumerate(self.program.stages):
            if stage.gates:
                yield s, range(self.first_gates[s], self.first_gates[s + 1])


def _rank(forms: Sequence[Sequence[fmpz]]) -> int:
    """Return the rank of the gradients of forms.

    It is at least that modulo a prime, and at most the number of gradients that are not zero.
    """
    rows = [row for row in (form[1:] for form in forms) if any(row)]
    if not rows:
        return 0
    matrix = integer_matrix(rows, len(rows[0]))
    below = int(nmod_mat(matrix, PRIME).rank())
    return below if below == min(len(rows), len(rows[0])) else int(matrix.rank())


def square_norm(entries: Sequence[Fraction]) -> Fraction:
    """Return the square of the Euclidean norm."""
    return sum((entry * entry for entry in entries), Fraction(0))
