"""Exact answers to the questions of the count by sections: signs at vertices and zeros on segments."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from flint import fmpz_mat

from polytopes.arithmetic.rationals import common_denominator
from polytopes.enumeration.exact_signs import dot
from polytopes.enumeration.exact_tapes import ExactTapes
from polytopes.enumeration.gate_program import GateProgram
from polytopes.enumeration.kernels.section_arrays import (
    ANSWER,
    BLOCK,
    CROSSING,
    CUT,
    ERROR,
    FIRST,
    FOUND,
    GATE,
    INTEGRAL,
    LARGEST,
    LEVEL,
    NEGATIVE,
    PHASE,
    POSITIVE,
    QUESTION,
    SIGNS_OF_CELL,
    SIGNS_OF_SECTION,
    SIZE,
    SPLIT,
    STAGE,
    START,
    TOP,
    UNSURE,
    WALLS,
    WIDTH,
    Chain,
    Count,
)
from polytopes.enumeration.kernels.signs import TINY, UNIT
from polytopes.enumeration.packed_program import quotient
from polytopes.enumeration.root_arrays import put_vertex
from polytopes.enumeration.section_roots import winner_of
from polytopes.enumeration.splitting_tree import Node
from polytopes.enumeration.vertex_cell import Form


class SectionAnswerer:
    """Recomputes in integers what the count under one node knows in floating point only.

    A vertex is the direction on which its walls vanish, and, in a section, the units that were cut by; all these forms
    follow from the winners so far.
    """

    def __init__(self, program: GateProgram, chain: Chain, node: Node, size: int) -> None:
        self.program = program
        self.chain = chain
        self.node = node
        self.size = size
        self.exact = bool(chain.stages[:, INTEGRAL].all())
        self._tapes = ExactTapes(program, node.tape, node.stage)
        self._stage_of = [s for s, stage in enumerate(program.stages) for _ in stage.gates]
        self._winners: dict[int, bytes] = {}

    def answer(self, w: Count) -> None:
        """Replace what is unsure by exact signs, or count the zeros that were asked for."""
        self._winners.clear()
        question = int(w.state[QUESTION])
        if question == SIGNS_OF_CELL:
            self._answer_cell(w)
        elif question == SIGNS_OF_SECTION:
            self._answer_section(w)
        else:
            self._answer_segment(w)

    def _answer_cell(self, w: Count) -> None:
        """Find the unsure signs at vertices of the top node, and put better vertices in their places."""
        top = int(w.state[TOP])
        first, count = int(w.nodes[top, FIRST]), int(w.nodes[top, SIZE])
        if w.nodes[top, PHASE] == SPLIT:
            first, count = first + count, int(w.nodes[top, FOUND])
        for place in range(first, first + count):
            if w.marks[place, UNSURE]:
                ray = self._vertex(w, top, int(w.marks[place, WALLS]), ())
                self._set_signs(w, top, w.marks[place], ray)
                put_vertex(w.vertices, place, ray, self.size, self.exact)

    def _answer_section(self, w: Count) -> None:
        """Find the unsure signs at vertices of the section above the level at hand, and exact values there."""
        top, level = int(w.state[TOP]), int(w.state[LEVEL]) + 1
        cuts = self._cuts(w, top, level)
        first = int(w.levels[level, FIRST])
        for place in range(first, first + int(w.levels[level, SIZE])):
            if w.tags[place, UNSURE]:
                ray = self._vertex(w, top, int(w.tags[place, WALLS]), cuts)
                self._set_signs(w, top, w.tags[place], ray)
                self._set_values(w, top, place, ray, int(w.bits[level, CROSSING]))

    def _answer_segment(self, w: Count) -> None:
        """Count the distinct zeros of units on a segment, the cell itself or a section above the level at hand."""
        top, level = int(w.state[TOP]), int(w.state[LEVEL]) + (self.size > 2)
        cuts = self._cuts(w, top, level)
        row = int(w.levels[level, FIRST])
        start, end = (self._vertex(w, top, int(w.tags[row + k, WALLS]), cuts) for k in range(2))
        zeros = set()
        for j in _members(int(w.bits[level, CROSSING])):
            form = self._unit(w, top, j)
            zeros.add(Fraction(int(dot(form, start)), int(dot(form, end))))
        w.state[ANSWER] = len(zeros)

    def _cuts(self, w: Count, top: int, level: int) -> Sequence[Form]:
        return [self._unit(w, top, int(w.levels[k, CUT])) for k in range(1, level + 1)]

    def _set_signs(self, w: Count, top: int, words: Sequence[int], ray: Form) -> None:
        positive, negative = int(words[POSITIVE]), int(words[NEGATIVE])
        for j in _members(int(words[UNSURE])):
            value = dot(self._unit(w, top, j), ray)
            positive |= (value > 0) << j
            negative |= (value < 0) << j
        words[POSITIVE], words[NEGATIVE], words[UNSURE] = positive, negative, 0  # type: ignore[index]

    def _set_values(self, w: Count, top: int, place: int, ray: Form, units: int) -> None:
        """Write values with one common factor, so that they are exact or correctly rounded."""
        values = {j: self._scale(w, top, j) * int(dot(self._unit(w, top, j), ray)) for j in _members(units)}
        denominator = common_denominator(values.values())
        numerators = {j: int(value * denominator) for j, value in values.items()}
        largest = max(map(abs, numerators.values()))
        exact = largest < 2**53
        scale = 1 if exact else 1 << max(0, largest.bit_length() - 512)
        for j, value in numerators.items():
            w.values[place, j] = quotient(value, scale)
        w.values[place, LARGEST] = quotient(largest, scale)
        w.values[place, ERROR] = 0.0 if exact else 2 * UNIT * w.values[place, LARGEST] + TINY
        w.ends[place] = -1

    def _scale(self, w: Count, top: int, j: int) -> Fraction:
        """Return what takes the integer form of a unit to the scale of its floats."""
        block = self.chain.blocks[w.nodes[top, BLOCK]]
        if self.chain.stages[block[STAGE], INTEGRAL]:
            return Fraction(1)
        stage, unit = self.program.stages[block[STAGE]], int(block[START]) + j
        scale: Fraction = self.program.scales[stage.gates[unit].selectors[1]]
        return scale

    def _unit(self, w: Count, top: int, j: int) -> Form:
        return self._gate(w, top, int(self.chain.blocks[w.nodes[top, BLOCK], GATE]) + j)

    def _gate(self, w: Count, top: int, gate: int) -> Form:
        """Return the form that a gate compares with 0 on the cell of a node."""
        stage = self._stage_of[gate]
        start = self._tapes.first_gates[stage]
        if stage not in self._winners:
            self._winners[stage] = bytes(winner_of(w, self.chain, top, k) for k in range(start))
        return self._tapes.at(stage, tuple(self._winners[stage]))[
            self.program.stages[stage].gates[gate - start].selectors[1]
        ]

    def _wall(self, w: Count, top: int, slot: int) -> Form:
        """Return a form that is nonnegative on the cell of a node and vanishes on a wall."""
        gate = int(w.slots[top, slot])
        if gate < 0:
            return self.node.geometry.constraints[-1 - gate]
        form = self._gate(w, top, gate)
        return form if winner_of(w, self.chain, top, gate) else [-entry for entry in form]

    def _vertex(self, w: Count, top: int, walls: int, cuts: Sequence[Form]) -> Form:
        """Return the exact vector on which these walls and forms vanish, on the side of the cell."""
        rows = [*(self._wall(w, top, slot) for slot in _members(walls)), *cuts]
        null, nullity = fmpz_mat(len(rows), self.size, [entry for row in rows for entry in row]).nullspace()
        if nullity != 1:
            raise AssertionError("the walls of a vertex leave more than one direction")
        vector = [row[0] for row in null.tolist()]
        for slot in _members(self._walls_of(w, top) & ~walls):
            side = dot(self._wall(w, top, slot), vector)
            if side:
                return vector if side > 0 else [-entry for entry in vector]
        raise AssertionError("a cell without lines has a wall off each of its vertices")

    def _walls_of(self, w: Count, top: int) -> int:
        """Return the walls that a vertex of a node is on, without a new one that splits it and has no side yet."""
        first, count = int(w.nodes[top, FIRST]), int(w.nodes[top, SIZE])
        walls = 0
        for word in w.marks[first : first + count, WALLS]:
            walls |= int(word)
        return walls


def _members(word: int) -> list[int]:
    return [k for k in range(WIDTH) if word >> k & 1]
