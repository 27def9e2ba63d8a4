"""Bounds of Lipschitz constants over parts of a domain: intervals of Jacobians where some gates are open.

Where a gate is open its output is one of several forms, so each entry of its gradient lies between the least and the
greatest of theirs, by every affine map of a region and so by every mean of them. Intervals of linear combinations are
those of interval arithmetic, in floating point with all roundings added. A norm of a matrix with entries in intervals
is at most that of their largest absolute values, for the norms l1 and linf and for the sum of squares, which is at
least the square of the l2 norm. None of this needs the part to be bounded.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from polytopes.enumeration.boxes.program_bounds import OPEN
from polytopes.enumeration.packed_program import quotient
from tropical.regions.surveys.parts import MOST_INPUTS, Part, PartSearch, open_gates, starting_parts

if TYPE_CHECKING:
    from polytopes.enumeration.gate_program import GateProgram
    from polytopes.polyhedra.polyhedron import Polyhedron

Array = np.ndarray[Any, Any]


class JacobianBounds:
    """Bounds of norms of the Jacobians of a program where the winners of some gates are known."""

    def __init__(self, program: GateProgram) -> None:
        self.program = program
        self._rows = [_floats(program, number) for number in range(len(program.stages))]

    def norms(self, winners: Sequence[int]) -> Array:
        """Return bounds of the l1 norm, the linf norm and the square of the l2 norm; inf where there are none.

        >>> from polytopes import ProgramBuilder
        >>> build = ProgramBuilder(1)
        >>> program = build.finish(build.relu(build.linear([{1: 2}, {1: -3}])))
        >>> [round(x, 6) for x in JacobianBounds(program).norms([OPEN, 0]).tolist()]
        [2.0, 2.0, 4.0]
        """
        low, high = self.entries(winners)
        with np.errstate(all="ignore"):
            sizes = np.maximum(np.abs(low), np.abs(high))[:, 1:]
            l1, linf = sizes.sum(axis=0).max(initial=0.0), sizes.sum(axis=1).max(initial=0.0)
            found = np.array([l1, linf, min(l1 * linf, (sizes * sizes).sum())]) * (1 + 2.0**-40)
        return np.where(np.isnan(found), np.inf, found)

    def entries(self, winners: Sequence[int]) -> tuple[Array, Array]:
        """Return bounds of the entries ``(c, a_1, ..., a_d)`` of the forms of the outputs, below and above.

        They hold on all regions where the gates that are not OPEN have these winners. NaN stands for no bound.

        >>> from polytopes import ProgramBuilder
        >>> build = ProgramBuilder(1)
        >>> program = build.finish(build.relu(build.linear([{0: 1, 1: 2}])))
        >>> [side.round(6).tolist() for side in JacobianBounds(program).entries([OPEN])]
        [[[-0.0, -0.0]], [[1.0, 2.0]]]
        """
        program = self.program
        low = np.eye(program.input_dim + 1)
        high, gate = low.copy(), 0
        with np.errstate(all="ignore"):
            for stage, rows in zip(program.stages, self._rows, strict=True):
                sources = list(stage.sources)
                above, below = np.maximum(rows, 0), np.minimum(rows, 0)
                size = np.maximum(np.abs(low[sources]), np.abs(high[sources]))
                error = (np.abs(rows) @ size) * 2.0**-40 + 2.0**-1000 * bool(len(sources))
                least = above @ low[sources] + below @ high[sources] - error
                most = above @ high[sources] + below @ low[sources] + error
                low, high = np.concatenate([low, least]), np.concatenate([high, most])
                passed = []
                for own in stage.gates:
                    chosen = [own.outputs[winners[gate]]] if winners[gate] != OPEN else list(own.outputs)
                    passed.append((low[chosen].min(axis=0), high[chosen].max(axis=0)))
                    gate += 1
                if passed:
                    low = np.concatenate([low, [pair[0] for pair in passed]])
                    high = np.concatenate([high, [pair[1] for pair in passed]])
        outputs = list(program.outputs)
        return low[outputs], high[outputs]


def number_of_weights(program: GateProgram) -> int:
    """Return the number of entries of all linear maps of a program."""
    return sum(len(stage.rows) * len(stage.sources) for stage in program.stages)


def _floats(program: GateProgram, number: int) -> Array:
    """Return the true weights of a stage, rounded."""
    stage, first = program.stages[number], program.first_slots[number]
    rows = np.zeros((len(stage.rows), len(stage.sources)))
    for i, row in enumerate(stage.rows):
        above = program.scales[first + i]
        for j, (source, entry) in enumerate(zip(stage.sources, row, strict=True)):
            if entry:
                factor = above / program.scales[source]
                rows[i, j] = quotient(entry * factor.numerator, factor.denominator)
    return rows


class SteepnessSearch(PartSearch):
    """Parts of a domain in which a norm may be larger than what is known, the most promising first.

    Args:
        program: a gate program with outputs.
        domain: where; the whole space if None. With many inputs it is not cut.
    """

    def __init__(self, program: GateProgram, domain: Polyhedron | None) -> None:
        bounds = JacobianBounds(program)
        box = None if domain is None else domain.given_box
        n_free = program.input_dim if box is None else len(box.free)

        def of(part: Part | None) -> tuple[Array, int]:
            winners = (OPEN,) * program.n_gates if part is None else part.bounds(program).winners
            return bounds.norms(winners), open_gates(winners)

        parts = starting_parts(program, domain) if n_free <= MOST_INPUTS else [None]
        super().__init__(parts, 3, of)
