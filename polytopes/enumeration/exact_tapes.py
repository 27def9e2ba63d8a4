"""Exact tapes of a program by the winners of its gates; the last few are kept."""

from __future__ import annotations

from collections import OrderedDict
from itertools import accumulate

from flint import fmpz_mat

from polytopes.enumeration.gate_program import GateProgram, Pattern, Tape, apply_rows

KEPT = 256


class ExactTapes:
    """The tapes of a program that go on from the tape of one node of its splitting tree.

    ``start`` is the tape with the linear slots of stage ``first_stage``; the last ``kept`` others are kept.
    """

    def __init__(self, program: GateProgram, start: Tape, first_stage: int, kept: int = KEPT) -> None:
        self.program = program
        self.first_stage = first_stage
        self.first_gates = [*accumulate((len(stage.gates) for stage in program.stages), initial=0)]
        self.stage_of = [s for s, stage in enumerate(program.stages) for _ in stage.gates]
        self._start, self._most = start, kept
        self._kept: OrderedDict[tuple[int, Pattern], Tape] = OrderedDict()

    @classmethod
    def on(cls, program: GateProgram, columns: fmpz_mat, kept: int = KEPT) -> ExactTapes:
        """Return the tapes that begin with the rows of a matrix.

        >>> from polytopes import ProgramBuilder
        >>> build = ProgramBuilder(1)
        >>> program = build.finish(build.linear([{build.relu([1])[0]: 3}]))
        >>> tapes = ExactTapes.on(program, fmpz_mat(2, 2, [1, 0, 0, 1]))
        >>> [tapes.whole((winner,))[program.outputs[0]] for winner in (0, 1)]
        [[0, 0], [0, 1]]
        """
        tape = columns.tolist()
        start = tape + (apply_rows(program.stages[0], tape, len(tape[0])) if program.stages else [])
        return cls(program, start, 0, kept)

    def at(self, stage: int, winners: Pattern) -> Tape:
        """Return the tape with the linear slots of a stage, given the winners of all gates before."""
        if stage == self.first_stage:
            return self._start
        key = (stage, winners)
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        passed = self._passed_on(stage - 1, winners)
        tape = self._kept[key] = passed + apply_rows(self.program.stages[stage], passed, len(passed[0]))
        if len(self._kept) > self._most:
            self._kept.popitem(last=False)
        return tape

    def _passed_on(self, stage: int, winners: Pattern) -> Tape:
        """Return the tape with the outputs of the gates of a stage."""
        before = self.first_gates[stage]
        tape = self.at(stage, winners[:before])
        gates = self.program.stages[stage].gates
        return tape + [tape[gate.outputs[k]] for gate, k in zip(gates, winners[before:], strict=True)]

    def before(self, gate: int, winners: Pattern) -> Tape:
        """Return a tape that has the selectors of a gate, given the winners of all gates before, at least."""
        stage = self.stage_of[gate]
        return self.at(stage, winners[: self.first_gates[stage]])

    def whole(self, winners: Pattern) -> Tape:
        """Return the whole tape, given the winners of all gates."""
        last = max(self.program.last_gated_stage, self.first_stage)
        if not self.program.stages:
            return self._start
        return self.program.resume(self._passed_on(last, winners), last + 1, winners)
