"""Counts cells over a box with many coordinates, and streams their patterns, through a compiled walk."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from flint import fmpz
from numpy.typing import NDArray

from polytopes.arithmetic.linalg import identity, integer_matrix
from polytopes.enumeration.boxes.box_cell import BoxCell
from polytopes.enumeration.boxes.box_cells import BoxProblem
from polytopes.enumeration.boxes.float_forms import SLACK, UNIT, FloatForms
from polytopes.enumeration.boxes.pace import COUNT, Pace, visits_in_a_second
from polytopes.enumeration.boxes.packed_box_program import box_workspace, packed_box_program
from polytopes.enumeration.boxes.part_counts import Exact, PartCount, make_ready
from polytopes.enumeration.exact_tapes import ExactTapes
from polytopes.enumeration.gate_program import GateProgram
from polytopes.enumeration.kernels.box_arrays import (
    COUNTING,
    DEPTH,
    FOUND,
    FRESH,
    GATE,
    GIVEN,
    LEAVES,
    LOSES,
    NO_ANSWER,
    QUESTION,
    SIDE,
    SPLIT,
    STAGE,
    SURE,
    SURE_ABOVE,
    SURE_BELOW,
    TOP,
    TRIED,
    UNKNOWN,
    WINS,
    ZERO,
)
from polytopes.enumeration.kernels.box_walk import ASK, DONE, PARTS, PAUSE, walk_on
from polytopes.enumeration.kernels.zero_counts import PAUSED
from polytopes.enumeration.splitting_tree import Path
from polytopes.enumeration.stage_watch import current_watch
from polytopes.enumeration.vertex_cell import BOTH, POSITIVE

Array = NDArray[Any]
BLOCK, STEPS = 1024, 2048
"""Cells in a block, and steps between two blocks."""
TAPES_KEPT = 64


def can_walk(program: GateProgram) -> bool:
    """Whether the compiled walk over boxes takes this program: gates of two forms only."""
    return max(program.gate_ranks, default=2) == 2


class CompiledBoxWalk:
    """Walks below nodes of the splitting tree of the reduced program of one problem."""

    def __init__(self, problem: BoxProblem, keep: bool = True) -> None:
        self.problem = problem
        self.program = problem.reduced.program
        self.keep = keep
        self.gains = 0
        self._count: PartCount | None = None
        self.pace = Pace(visits_in_a_second(self.program.n_gates, problem.space.n))
        unit = integer_matrix(identity(problem.space.size), problem.space.size)
        self._tapes = ExactTapes.on(self.program, unit, TAPES_KEPT)
        self._packed = packed_box_program(self.program)
        self._walk = box_workspace(problem, BLOCK if keep else 0)
        self._start_cell = problem.start

    def blocks(self, path: Path = ()) -> Iterator[tuple[int, Array | None]]:
        """Yield numbers of cells below the node at the end of a path, with their patterns for the reduced program.

        The gates on the path are decided in any order; all other gates are looked at below.
        """
        self._count = None  # one that was left is done by others
        if not self._start(path):
            return
        watch = current_watch()
        if watch is not None:
            watch.reduce(self.problem.program, self.problem.reduced.winners)
            watch.follow(self.program, self._top, self._counted)
        w, go = self._walk, walk_on(self._walk, self._packed)
        go(0)  # what is not compiled yet is compiled before time is taken
        status = PAUSE
        while status != DONE:
            at_once = self._counts_at_once()
            began = time.thread_time()
            w.state[COUNTING] = at_once
            status = go(STEPS)
            if status == ASK:
                self._answer()
            found, kept = int(w.state[FOUND]), int(w.state[LEAVES])
            self.pace.record(found, time.thread_time() - began)
            if found or status in (DONE, PAUSE):
                yield found, w.leaves[:kept].copy() if self.keep else None
            w.state[FOUND] = w.state[LEAVES] = 0
            if status == PARTS:
                yield from self._count_parts()

    def _counts_at_once(self) -> bool:
        """Whether the parts of cells of the last stage are counted at once, for the time to come."""
        if self.keep or self.pace.way != COUNT:
            return False
        make_ready()
        return True

    def _top(self) -> tuple[int, int, int] | None:
        """Return the stage of the cell on top of the stack, its open gates, and the splits above it."""
        w = self._walk
        node = int(w.state[TOP])
        if node < 0:
            return None
        stage = int(w.nodes[node, STAGE])
        n_open = 0
        if stage < len(self._packed.stages):
            _, _, first, count = map(int, self._packed.stages[stage])
            n_open = int((w.winners[node, first : first + count] == UNKNOWN).sum())
        return stage, n_open, int(w.nodes[node, DEPTH]) - self._n_cuts

    def _count_parts(self) -> Iterator[tuple[int, None]]:
        """Count the parts of the cell on top under the gates of the last stage, if their forms are independent.

        At pauses 0 is yielded, and the cell is still on the stack, so that a walk may end there.
        """
        w, began = self._walk, time.thread_time()
        w.nodes[int(w.state[TOP]), TRIED] = 1
        count = self._count = PartCount(*self._undecided())
        while (found := count.go_on()) == PAUSED:
            if self.pace.is_too_slow(count.found, time.thread_time() - began):
                break
            yield 0, None
        self._count = None
        self.pace.record(max(found, 0), time.thread_time() - began)
        if found >= 0:
            self.gains += 1
            w.state[TOP] -= 1
            yield found, None

    def _counted(self) -> int:
        """Return how many parts of the cell on top are counted by now, if they are being counted."""
        return 0 if self._count is None else self._count.found

    def _undecided(self) -> tuple[FloatForms, FloatForms, Exact]:
        """Return the forms of the open gates of the cell on top that both signs may occur of, and its walls."""
        w, p, space = self._walk, self._packed, self.problem.space
        node = int(w.state[TOP])
        _, _, first, count = map(int, p.stages[-1])
        is_open = w.winners[node, first : first + count] == UNKNOWN
        lines = p.lines[first : first + count, 0]
        # gates with proportional forms have one hyperplane; where one of them is decided, all are
        undecided = np.flatnonzero(is_open & ~np.isin(lines, lines[~is_open]))
        gates = first + undecided[np.unique(lines[undecided], return_index=True)[1]]
        low, high = p.gates[gates, 0], p.gates[gates, 1]
        tape, measures = w.tape, w.measures
        sizes = (measures[0, low] + measures[0, high]) * SLACK
        errors = (measures[1, low] + measures[1, high] + 2 * UNIT * sizes) * SLACK
        with np.errstate(invalid="ignore"):
            forms = FloatForms(tape[high] - tape[low], sizes, errors)
        depth = int(w.nodes[node, DEPTH])
        walls = FloatForms(w.walls[:depth], w.wall_measures[0, :depth], w.wall_measures[1, :depth])
        chosen = (forms.signs() == 0) & (forms.sizes > 0)

        def exact() -> tuple[list[Any], list[Any]]:
            winners = (w.winners[node] == WINS).astype(int).tolist()
            rows = [self._form(int(gate), winners) for gate in gates[chosen]]
            return space.exact_forms(rows), space.exact_forms(self._cell(node, winners).rows)

        return forms[chosen], walls, exact

    @property
    def _n_cuts(self) -> int:
        """The number of rows of the domain, which are the first walls of every cell."""
        return len(self.problem.start.rows)

    def open_paths(self) -> list[Path]:
        """Return the paths of all nodes that the walk has not finished, between two blocks."""
        w = self._walk
        paths = []
        for node in range(int(w.state[TOP]) + 1):
            depth = int(w.nodes[node, DEPTH])
            walls = [(int(gate), int(side == WINS)) for gate, side in w.decisions[self._n_cuts : depth]]
            if w.nodes[node, FRESH]:
                walls[-1] = (int(w.nodes[node, GATE]), int(w.nodes[node, SIDE] == WINS))
            paths.append(tuple(walls))
        return paths

    def _start(self, path: Path) -> bool:
        """Make the node at the end of a path the root of the walk; return whether its cell has an interior."""
        w = self._walk
        w.state[:] = 0
        w.state[GIVEN] = NO_ANSWER
        w.nodes[0] = 0
        w.winners[0] = UNKNOWN
        cell = self.problem.start
        for k, (gate, winner) in enumerate(path):
            found = self._half(cell, gate, winner, path[:k])
            if found is None:
                w.state[TOP] = -1
                return False
            cell = found
            w.winners[0, gate] = WINS if winner else LOSES
            w.decisions[self._n_cuts + k] = gate, w.winners[0, gate]
        depth = len(cell.rows)
        w.walls[:depth] = cell.floats.rows
        w.wall_measures[0, :depth], w.wall_measures[1, :depth] = cell.floats.sizes, cell.floats.errors
        # rows of the domain are walls too, of gates that nobody reads
        w.decisions[: self._n_cuts, 0] = self.program.n_gates + np.arange(self._n_cuts)
        w.decisions[: self._n_cuts, 1] = WINS
        self._start_cell = cell
        w.nodes[0, DEPTH] = depth
        w.nodes[0, SURE] = self._place(cell, w.points[0])
        return True

    def _place(self, cell: BoxCell, row: Array) -> int:
        """Write the point of a cell, and say whether it is exact as floats."""
        row[:] = [float(u) for u in cell.point]
        return int(isinstance(cell.point, np.ndarray))

    def _half(self, cell: BoxCell, gate: int, winner: int, before: Path) -> BoxCell | None:
        """Return the part of a cell on one side of a gate, decided after others; None if it has no interior."""
        form = self._form(gate, self._winners_on(cell, gate, before))
        [signs] = cell.signs([form])
        if not signs & (POSITIVE if winner else 1):
            return None
        return cell.half(_oriented(form, bool(winner)))

    def _winners_on(self, cell: BoxCell, gate: int, decided: Path) -> list[int]:
        """Return the winners of all gates of the stages before that of a gate, on a cell where they are decided."""
        known = dict(decided)
        winners: list[int] = []
        for g in range(self._tapes.first_gates[self._tapes.stage_of[gate]]):
            if g in known:
                winners.append(known[g])
            else:
                [signs] = cell.signs([self._form(g, winners)])
                winners.append(int(signs == POSITIVE))
        return winners

    def _answer(self) -> None:
        """Answer the question of the walk in exact arithmetic."""
        w = self._walk
        node, gate = int(w.state[TOP]), int(w.state[QUESTION])
        winners = (w.winners[node] == WINS).astype(int).tolist()
        form = self._form(gate, winners)
        cell = self._cell(node, winners)
        [signs] = cell.signs([form])
        if signs == BOTH:
            below, above = cell.split(form)
            w.state[SURE_BELOW] = self._place(below, w.given[0])
            w.state[SURE_ABOVE] = self._place(above, w.given[1])
            w.state[GIVEN] = SPLIT
        else:
            w.state[GIVEN] = ZERO if not signs else (WINS if signs == POSITIVE else LOSES)

    def _cell(self, node: int, winners: Sequence[int]) -> BoxCell:
        """Return the cell of the node on top; its point is found again if floats do not hold it."""
        w, cell = self._walk, self._start_cell
        walls = [(int(gate), int(side)) for gate, side in w.decisions[len(cell.rows) : w.nodes[node, DEPTH]]]
        rows = [_oriented(self._form(gate, winners), side == WINS) for gate, side in walls]
        if w.nodes[node, SURE]:
            return cell.cut(rows, w.points[node].copy())
        for row in rows:
            [signs] = cell.signs([row])
            cell = cell.half(row) if signs == BOTH else cell
        return cell

    def _form(self, gate: int, winners: Sequence[int]) -> list[fmpz]:
        """Return the second selector of a gate minus the first, given the winners of the stages before."""
        tape = self._tapes.before(gate, tuple(winners))
        low, high = self.program.gates[gate].selectors
        return [b - a for a, b in zip(tape[low], tape[high], strict=True)]


def _oriented(form: Sequence[fmpz], positive: bool) -> list[fmpz]:
    return [entry if positive else -entry for entry in form]
