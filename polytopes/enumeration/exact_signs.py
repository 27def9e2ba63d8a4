"""Exact answers to the questions of the compiled walk: signs of a form on rays known by their tight walls."""

from __future__ import annotations

from collections.abc import Sequence

from flint import fmpz, fmpz_mat

from polytopes.arithmetic.rationals import primitive
from polytopes.enumeration.exact_tapes import ExactTapes
from polytopes.enumeration.gate_program import GateProgram
from polytopes.enumeration.kernels.arrays import (
    COUNT,
    FIRST,
    GIVEN,
    NEGATIVE,
    POSITIVE,
    QUESTION_GATE,
    QUESTION_HIGH,
    TOP,
    WALLS,
    Walk,
)
from polytopes.enumeration.kernels.signs import UNDECIDED
from polytopes.enumeration.packed_arrays import store
from polytopes.enumeration.splitting_tree import Node
from polytopes.enumeration.vertex_cell import Form, VertexCell
from polytopes.enumeration.witness_cell import WitnessCell
from polytopes.optimization.linear_program import StrictPoint, strictly_feasible


class Answerer:
    """Recomputes in integers what the walk under one node knows in floating point only.

    A wall is the difference of two selectors of a gate on the present cell, a ray is the direction on which its tight
    walls vanish; both follow from the winners so far.
    """

    def __init__(self, program: GateProgram, node: Node, infinity: Form) -> None:
        self.program = program
        self.node = node
        self.infinity = infinity
        self.size = len(infinity)
        self._tapes = ExactTapes(program, node.tape, node.stage)

    def answer(self, w: Walk) -> None:
        """Replace the undecided signs of the question by exact ones."""
        top = int(w.state[TOP])
        gate, low, high = (int(entry) for entry in w.state[QUESTION_GATE : QUESTION_HIGH + 1])
        w.state[GIVEN] = 1
        if not isinstance(self.node.geometry, VertexCell):
            self._answer_by_point(w, top, gate, low, high)
            return
        form = self._form(w, top, gate, low, high)
        first = int(w.nodes[top, FIRST])
        for i in range(int(w.nodes[top, COUNT])):
            if w.signs[i] == UNDECIDED:
                value = dot(form, self._ray(w, top, first + i))
                w.signs[i] = (value > 0) - (value < 0)

    def _answer_by_point(self, w: Walk, top: int, gate: int, low: int, high: int) -> None:
        """Say which signs the form takes, with a point for each, or for gate -1 whether the cell is bounded."""
        rows = [primitive([int(e) for e in self._wall(w, top, k)]) for k in range(int(w.nodes[top, WALLS]))]
        if gate < 0:
            w.signs[0] = WitnessCell(self.size, tuple(rows), rows[0]).is_bounded_by(self.infinity)
            return
        form = primitive([int(entry) for entry in self._form(w, top, gate, low, high)])
        bits = 0
        for bit, row in ((NEGATIVE, tuple(-entry for entry in form)), (POSITIVE, form)):
            found = strictly_feasible((*rows, row)) if any(row) else None
            if isinstance(found, StrictPoint):
                bits |= bit
                store([fmpz(entry) for entry in found.point], w.new_rays[bit - 1], self.size)
        w.signs[0] = bits

    def _form(self, w: Walk, node: int, gate: int, low: int, high: int) -> Sequence[fmpz]:
        tape = self._tapes.before(gate, tuple(w.winners[node].tolist()))
        selectors = self.program.gates[gate].selectors
        return [b - a for a, b in zip(tape[selectors[low]], tape[selectors[high]], strict=True)]

    def _wall(self, w: Walk, node: int, wall: int) -> Sequence[fmpz]:
        gate, low, high, side = (int(entry) for entry in w.origins[wall])
        if gate < 0:
            return self.node.geometry.constraints[low]
        form = self._form(w, node, gate, low, high)
        return form if side > 0 else [-entry for entry in form]

    def _ray(self, w: Walk, node: int, ray: int) -> Sequence[fmpz]:
        """Return the exact ray on which its tight walls vanish, on the side of the cell."""
        size = self.size
        if w.rays[ray, 2 * size] == 1.0:
            return [fmpz(int(entry)) for entry in w.rays[ray, :size]]
        n_walls = int(w.nodes[node, WALLS])
        mask = sum(int(word) << 64 * k for k, word in enumerate(w.tight[ray]))
        tight = [k for k in range(n_walls) if mask >> k & 1]
        flat = [entry for k in tight for entry in self._wall(w, node, k)]
        null, nullity = fmpz_mat(len(tight), size, flat).nullspace()
        if nullity != 1:
            raise AssertionError("the walls tight on an extreme ray leave more than one direction")
        vector = [row[0] for row in null.tolist()]
        for k in range(n_walls):
            if not mask >> k & 1:
                side = dot(self._wall(w, node, k), vector)
                if side:
                    return vector if side > 0 else [-entry for entry in vector]
        raise AssertionError("a cell without lines has a wall off each of its rays")


def dot(left: Form, right: Form) -> fmpz:
    """Return the product of a form and a vector."""
    return sum((a * b for a, b in zip(left, right, strict=True)), fmpz(0))
