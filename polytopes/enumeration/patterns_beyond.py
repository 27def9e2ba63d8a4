"""Patterns of the cells beyond facets: by residues for whole blocks, and exactly.

Across a facet lies exactly one cell (docs/architecture). Beyond it every form is the one on the near side plus a
multiple of the form h of the facet's hyperplane. So the winner of a gate can only change among forms whose differences
are multiples of h, and these are compared by the multiples.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import accumulate
from typing import Any

import numpy as np
from flint import fmpz

from polytopes.arithmetic.rationals import Row
from polytopes.enumeration.exact_tapes import ExactTapes
from polytopes.enumeration.gate_program import GateProgram, Pattern
from polytopes.enumeration.kernels.beyond import ANY, INFINITE, KNOWN, ZERO, beyond, coincident
from polytopes.enumeration.packed_program import packed_program
from polytopes.enumeration.records import Numbering, Records
from polytopes.enumeration.residue_tape import RADIX, key_tape

Array = np.ndarray[Any, Any]


def exact_pattern_beyond(tapes: ExactTapes, winners: Pattern, facet: Row) -> Pattern:
    """Return the pattern beyond a facet of the cell with these winners; the row is nonnegative on the cell.

    >>> from polytopes import ProgramBuilder
    >>> from polytopes.enumeration.domain_cell import root_node
    >>> build = ProgramBuilder(1)
    >>> program = build.finish(build.relu(build.linear([{1: 1}, {1: -2}])))
    >>> tapes = ExactTapes.on(program, root_node(program, None, None, False)[0].columns)
    >>> exact_pattern_beyond(tapes, (1, 0), (0, 1))
    (0, 1)
    """
    found: list[int] = []
    pivot = next(i for i, entry in enumerate(facet) if entry)
    for stage, step in enumerate(tapes.program.stages):
        tape = tapes.at(stage, tuple(found)) if step.gates else []
        for gate in step.gates:
            winner = winners[len(found)]
            best = tape[gate.selectors[winner]]
            rivals = [(Fraction(0), -winner)]
            for other, slot in enumerate(gate.selectors):
                if other != winner:
                    factor = _factor(tape[slot], best, facet, pivot)
                    rivals += [] if factor is None else [(factor, -other)]
            found.append(-max(rivals)[1])
    return tuple(found)


def _factor(low: Sequence[fmpz], high: Sequence[fmpz], facet: Row, pivot: int) -> Fraction | None:
    """Return c with high - low = c facet, None if there is none."""
    top, bottom = high[pivot] - low[pivot], facet[pivot]
    if any((b - a) * bottom != top * other for a, b, other in zip(low, high, facet, strict=True)):
        return None
    return Fraction(int(top), bottom)


class PatternsBeyond:
    """Finds the patterns beyond the facets of recorded cells of a program that the compiled walk takes."""

    def __init__(self, numbering: Numbering) -> None:
        program = numbering.program
        self._n_gates = program.n_gates
        self._inequalities = numbering.gates_and_losers
        self._tape, _ = key_tape(program, numbering.frame, 0)
        self._domain = np.array([self._ratio(row) for row in numbering.domain_forms], dtype=np.uint64)
        self._stages = np.array([s for s, stage in enumerate(program.stages) for _ in stage.gates], dtype=np.int64)
        self._lines = _lines(program)
        sizes = [1 if rank == 2 else rank for rank in program.gate_ranks]
        self._places = np.array([*accumulate(sizes, initial=0)], dtype=np.int64)
        self._gate_of = np.repeat(np.arange(program.n_gates), sizes)
        self._winners = np.full(program.n_gates, -1, dtype=np.int64)
        self._ratios = np.zeros(len(self._gate_of), dtype=np.uint64)

    def of(self, records: Records) -> tuple[Array, Array]:
        """Return the pattern beyond every facet, and whether it is known."""
        found = np.empty((len(records.facets), self._n_gates), dtype=np.uint8)
        known = np.empty(len(records.facets), dtype=np.uint8)
        tops, bottoms, partial = np.empty((3, 2, len(self._ratios)), dtype=np.uint32)
        changed = np.empty(len(self._ratios), dtype=np.int64)
        lanes, program = self._tape.places
        beyond(
            lanes, program, records.patterns, records.n_facets, records.facets, self._inequalities, self._domain,
            self._stages, self._lines, self._places, self._gate_of, self._winners, self._ratios,
            changed, tops, bottoms, partial, found, known,
        )  # fmt: skip
        return found, known == KNOWN

    def coincidences(self, records: Records) -> tuple[Array, Array]:
        """Return where forms of other gates may vanish on a facet inside the domain, and where they surely do.

        The first has rows (facet, gate of the facet, its losing form, other gate, its losing form): the ratios of both
        forms are equal modulo primes. The second says whether they are multiples of each other on every cell.
        """
        tops, bottoms, partial = np.empty((3, 2, len(self._ratios)), dtype=np.uint32)
        changed = np.empty(len(self._ratios), dtype=np.int64)
        lanes, program = self._tape.places
        found, count = np.empty((0, 3), dtype=np.int64), len(records.facets)
        while count > len(found):
            found = np.empty((count, 3), dtype=np.int64)
            count = coincident(
                lanes, program, records.patterns, records.n_facets, records.facets, self._inequalities, self._places,
                self._winners, self._ratios, changed, tops, bottoms, partial, found,
            )  # fmt: skip
        facets, own, other = found[:count].T
        cells = np.repeat(np.arange(len(records.patterns)), records.n_facets)[facets]
        gates = self._gate_of[own], self._gate_of[other]
        rows = [facets]
        for gate, place in zip(gates, (own, other), strict=True):
            is_single = np.diff(self._places)[gate] == 1
            rows += [gate, np.where(is_single, 1 - records.patterns[cells, gate], place - self._places[gate])]
        return np.stack(rows, axis=1), self._lines[gates[0]] == self._lines[gates[1]]

    def _ratio(self, row: Row) -> int:
        """Return the ratio of a row as the kernel does."""
        halves = []
        for k, prime in enumerate(self._tape.primes):
            (_, first), (_, second) = self._tape.vectors[2 * k : 2 * k + 2]
            bottom, top = (sum(a * b for a, b in zip(row, vector, strict=True)) % prime for vector in (first, second))
            if bottom:
                halves.append(top * pow(bottom, -1, prime) * RADIX % prime)
            else:
                halves.append(int(INFINITE if top else ZERO))
        return int(ANY) if int(ZERO) in halves else halves[0] << 32 | halves[1]


def _lines(program: GateProgram) -> Array:
    """Return a number for every gate, the same where forms of ReLUs are multiples of each other on every cell."""
    lines = packed_program(program).lines
    zero = {
        slot + i
        for slot, stage in zip(program.first_slots, program.stages, strict=True)
        for i, row in enumerate(stage.rows)
        if not any(row)
    }
    numbers: dict[tuple[int, int], int] = {}
    found = []
    for number, gate in enumerate(program.gates):
        low, high = gate.selectors[:2]
        key = (int(lines[high]), -1) if low in zero and gate.rank == 2 else (-1, number)
        found.append(numbers.setdefault(key, len(numbers)))
    return np.array(found, dtype=np.int64)


def change_others(patterns: Array, facets: Array, gates: Array, lines: Array) -> None:
    """Change the other gates on the line of the gate of each of these facets in the patterns beyond them."""
    order, sizes = np.argsort(lines, kind="stable"), np.bincount(lines)[lines]
    starts = np.searchsorted(lines[order], lines)
    shift = np.argsort(order) - starts
    for step in range(1, int(sizes[gates[facets]].max(initial=1))):
        rows = facets[sizes[gates[facets]] > step]
        own = gates[rows]
        patterns[rows, order[starts[own] + (shift[own] + step) % sizes[own]]] ^= 1
