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
    CHOSEN,
    COUNTING,
    DEPTH,
    FOUND,
    FRESH,
    GATE,
    GIVEN,
    LEAVES,
    LOSES,
    MOST_FORMS,
    NO_ANSWER,
    OF_KEY,
    PARTED,
    QUESTION,
    RIVALS,
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
    """Whether the compiled walk over boxes takes this program: its gates do not have too many forms."""
    return max(program.gate_ranks, default=2) <= MOST_FORMS


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
            watch.follow(self.program, self._top, self._counted, self._at_most)
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
        last = self.program.stages[self.program.last_gated_stage].gates if self.program.n_gates else ()
        if self.keep or self.pace.way != COUNT or any(gate.rank > 2 for gate in last):
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

    def _at_most(self) -> int | None:
        """Return a number that all cells do not exceed, while the parts of the whole domain are counted."""
        is_whole = self._count is not None and int(self._walk.nodes[int(self._walk.state[TOP]), DEPTH]) == 0
        return self._count.at_most if is_whole and self._count is not None else None

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
        chosen = (forms.signs() == 0) & ~forms.are_zero

        def exact() -> tuple[list[Any], list[Any]]:
            winners = self._winners(node)
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
            last: Path = ()
            if w.nodes[node, FRESH]:
                gate = int(w.nodes[node, GATE])
                last = ((gate, self._winner(gate, int(w.nodes[node, SIDE]))),)
                depth -= 1 if self._rank(gate) == 2 else int(w.nodes[node, RIVALS]).bit_count() - 1
            walls = [
                (gate, self._winner(gate, side if self._rank(gate) == 2 else side // self._rank(gate)))
                for gate, side, _ in w.decisions[self._n_cuts : depth].tolist()
            ]
            paths.append((*dict.fromkeys(walls), *last))
        return paths

    def _rank(self, gate: int) -> int:
        return self.program.gate_ranks[gate]

    def _winner(self, gate: int, known: int) -> int:
        """Return the number of the form of a gate that wins, from what is known of the gate."""
        return int(known == WINS) if self._rank(gate) == 2 else known

    def _winners(self, node: int) -> list[int]:
        """Return the winners of the gates of a node; what is not known is 0."""
        known = self._walk.winners[node].tolist()
        return [0 if k == UNKNOWN else self._winner(gate, k) for gate, k in enumerate(known)]

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
            w.winners[0, gate] = winner if self._rank(gate) > 2 else (WINS if winner else LOSES)
        depth = len(cell.rows)
        w.origins[:depth] = -2
        w.walls[:depth] = cell.floats.rows
        w.wall_measures[0, :depth], w.wall_measures[1, :depth] = cell.floats.sizes, cell.floats.errors
        # rows of the domain are walls too, of gates that nobody reads
        w.decisions[: self._n_cuts, OF_KEY] = self._packed.keys[-1] + np.arange(self._n_cuts)
        self._start_cell = cell
        w.nodes[0, DEPTH] = depth
        w.nodes[0, SURE] = self._place(cell, w.points[0])
        return True

    def _place(self, cell: BoxCell, row: Array) -> int:
        """Write the point of a cell, and say whether it is exact as floats."""
        row[:] = [float(u) for u in cell.point]
        return int(isinstance(cell.point, np.ndarray))

    def _half(self, cell: BoxCell, gate: int, winner: int, before: Path) -> BoxCell | None:
        """Return the part of a cell where a form of a gate wins, decided after others; None if it has no interior."""
        decided = self._winners_on(cell, gate, before)
        rank = self._rank(gate)
        for other in range(rank):
            if other != winner:
                form = self._form(gate, decided, other, winner)
                [signs] = cell.signs([form])
                if not signs and winner < other:
                    continue  # of equal forms the first one wins
                if not signs & POSITIVE:
                    return None
                place = len(cell.rows)
                cell = cell.half(form)
                side = (WINS if winner else LOSES) if rank == 2 else rank * winner + other
                self._walk.decisions[place] = gate, side, self._packed.keys[gate] + side
        return cell

    def _winners_on(self, cell: BoxCell, gate: int, decided: Path) -> list[int]:
        """Return the winners of all gates of the stages before that of a gate, on a cell where they are decided."""
        known = dict(decided)
        winners: list[int] = []
        for g in range(self._tapes.first_gates[self._tapes.stage_of[gate]]):
            winners.append(known[g] if g in known else self._winner_on(cell, g, winners))
        return winners

    def _winner_on(self, cell: BoxCell, gate: int, winners: Sequence[int]) -> int:
        """Return the form of a gate that wins on all of a cell."""
        best = 0
        for other in range(1, self._rank(gate)):
            [signs] = cell.signs([self._form(gate, winners, best, other)])
            best = other if signs == POSITIVE else best
        return best

    def _answer(self) -> None:
        """Answer the question of the walk in exact arithmetic."""
        w = self._walk
        node, gate = int(w.state[TOP]), int(w.state[QUESTION])
        winners = self._winners(node)
        cell = self._cell(node, winners)
        if self._rank(gate) > 2:
            self._choose(cell, gate, winners)
            return
        form = self._form(gate, winners)
        [signs] = cell.signs([form])
        if signs == BOTH:
            below, above = cell.split(form)
            w.state[SURE_BELOW] = self._place(below, w.given[0])
            w.state[SURE_ABOVE] = self._place(above, w.given[1])
            w.state[GIVEN] = SPLIT
        else:
            w.state[GIVEN] = ZERO if not signs else (WINS if signs == POSITIVE else LOSES)

    def _choose(self, cell: BoxCell, gate: int, winners: Sequence[int]) -> None:
        """Answer which forms of a gate win in parts of a cell."""
        w, parts = self._walk, dict[int, BoxCell]()
        for i in range(self._rank(gate)):
            part = self._part(cell, gate, i, winners)
            if part is not None:
                parts[i] = part
        if len(parts) == 1:
            [winner] = parts
            w.state[GIVEN] = CHOSEN + winner
            return
        w.state[GIVEN], w.state[PARTED] = SPLIT, sum(1 << i for i in parts)
        w.parts[0] = sum(self._place(part, w.given[i]) << i for i, part in parts.items())

    def _part(self, cell: BoxCell, gate: int, winner: int, winners: Sequence[int]) -> BoxCell | None:
        """Return the part of a cell where a form of a gate wins; None if it has no interior."""
        for other in range(self._rank(gate)):
            if other != winner:
                form = self._form(gate, winners, other, winner)
                [signs] = cell.signs([form])
                if not signs & POSITIVE and (signs or other < winner):
                    return None
                cell = cell.half(form) if signs == BOTH else cell
        return cell

    def _cell(self, node: int, winners: Sequence[int]) -> BoxCell:
        """Return the cell of the node on top; its point is found again if floats do not hold it."""
        w, cell = self._walk, self._start_cell
        walls = w.decisions[len(cell.rows) : w.nodes[node, DEPTH]].tolist()
        rows = [self._wall(gate, side, winners) for gate, side, _ in walls]
        if w.nodes[node, SURE]:
            return cell.cut(rows, w.points[node].copy())
        for row in rows:
            [signs] = cell.signs([row])
            cell = cell.half(row) if signs == BOTH else cell
        return cell

    def _wall(self, gate: int, side: int, winners: Sequence[int]) -> list[fmpz]:
        """Return the form of a gate that is positive on a side."""
        rank = self._rank(gate)
        high, low = divmod(side, rank) if rank > 2 else ((1, 0) if side == WINS else (0, 1))
        return self._form(gate, winners, low, high)

    def _form(self, gate: int, winners: Sequence[int], low: int = 0, high: int = 1) -> list[fmpz]:
        """Return a selector of a gate minus another one, given the winners of the stages before."""
        tape, selectors = self._tapes.before(gate, tuple(winners)), self.program.gates[gate].selectors
        return [b - a for a, b in zip(tape[selectors[low]], tape[selectors[high]], strict=True)]
