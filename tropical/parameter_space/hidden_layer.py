"""The dichotomies of ReLU networks with one hidden layer: exactly, through the region engine on the parameters.

f(x) = sum_j a_j max(0, w_j . (1, x)) + c. The dichotomies attained with all f(p) != 0 are attained on an open set of
parameters, so with all a_j != 0; and the size of a_j can be moved into w_j. So a_j = 1 or -1, and then f(p) is a
piecewise linear function *of the parameters* (w_1, ..., w_k, c). For each number of positive a_j the region engine
lists the full-dimensional cells of the parameter space on which the signs of all w_j . (1, p) and all f(p) are fixed.
The opposite of f has the opposite a_j and c, so half of these numbers are enough.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from fractions import Fraction

import numpy as np
from attrs import define

from polytopes.arithmetic.rationals import Row
from polytopes.enumeration.compiled_walk import Patterns, blocks
from polytopes.enumeration.gate_program import GateProgram
from polytopes.enumeration.program_builder import ProgramBuilder
from polytopes.errors import LimitReached
from polytopes.optimization.certificates import StrictPoint
from polytopes.optimization.feasibility import strictly_feasible
from tropical.fans.classification.fan import Signs
from tropical.fans.data_set import DataSet
from tropical.parameter_space.sign_changes import Layer


@define
class Budget:
    """How many cells of parameter spaces may be examined, all if None, and how many were."""

    limit: int | None = None
    spent: int = 0

    def spend(self, cells: int) -> None:
        """Count some cells.

        Raises:
            LimitReached: if there are more than the limit.
        """
        self.spent += cells
        if self.limit is not None and self.spent > self.limit:
            raise LimitReached(f"more than {self.limit} cells", self.spent)


def layer_dichotomies(
    data: DataSet, width: int, known: Container[Signs], budget: Budget
) -> Iterator[tuple[Signs, list[Layer]]]:
    """Yield the dichotomies that ``width`` hidden units attain, or an affine function for 0, that are not ``known``.

    Each comes with a network, by its layers. ``known`` may grow; some dichotomies may come more than once.

    Raises:
        LimitReached: if the budget is spent.
    """
    if not data.rows:
        yield (), _layers(data, [1] * width, (0,) * (width * data.rank + 1), 1)
        return
    for n_positive in range((width + 1) // 2, width + 1):
        outer = [1] * n_positive + [-1] * (width - n_positive)
        for block in blocks(parameter_program(data, outer)):
            if block.patterns is not None and block.count:
                yield from _new(data, outer, block.patterns, known)
            budget.spend(block.count)


def _new(
    data: DataSet, outer: Sequence[int], patterns: Patterns, known: Container[Signs]
) -> Iterator[tuple[Signs, list[Layer]]]:
    """Yield the signs of some cells, and their opposites, which the opposite outer weights and constant have."""
    winners, first = np.unique(patterns[:, -len(data.rows) :], axis=0, return_index=True)
    for row, place in zip(winners.tolist(), first.tolist(), strict=True):
        signs = tuple(1 if row[place] else -1 for place in data.position)
        opposite = tuple(-sign for sign in signs)
        if signs not in known or opposite not in known:
            parameter = _point(data, outer, patterns[place].tolist())
            yield signs, _layers(data, outer, parameter, 1)
            yield opposite, _layers(data, outer, parameter, -1)


def _point(data: DataSet, outer: Sequence[int], pattern: Sequence[int]) -> Row:
    """Return an interior point of the cell with a pattern of :func:`parameter_program`."""
    k, rank, size = len(outer), data.rank, len(data.rows)
    rows: list[Row] = []
    for i, (point, distinct) in enumerate(zip(data.pivot_rows, data.rows, strict=True)):
        hidden = pattern[i * k : (i + 1) * k]
        value = [0] * (k * rank) + [distinct[0]] if k else list(point)
        for j, (winner, weight) in enumerate(zip(hidden, outer, strict=True)):
            sign = 1 if winner else -1
            rows.append((*[0] * (j * rank), *(sign * entry for entry in point), *[0] * ((k - 1 - j) * rank), 0))
            if winner:
                value[j * rank : (j + 1) * rank] = [weight * entry for entry in point]
        rows.append(tuple(entry if pattern[k * size + i] else -entry for entry in value))
    answer = strictly_feasible(rows)
    assert isinstance(answer, StrictPoint), "the cell has interior points"
    return answer.point


def parameter_program(data: DataSet, outer: Sequence[int]) -> GateProgram:
    """Return the program on parameters whose last gates are the signs of f at the distinct points.

    Args:
        data: a data set with [1 | X] of rank r.
        outer: the weights a_j of k hidden units. Without hidden units the function is affine.

    Coordinates are the k forms w_j in the pivot columns, r entries each, and the constant c; without hidden units the
    one form.
    """
    k, rank = len(outer), data.rank
    if not k:
        build = ProgramBuilder(rank)
        build.relu(build.linear([_form(row, 0) for row in data.pivot_rows]))
        return build.finish(())
    build = ProgramBuilder(k * rank + 1)
    hidden = build.relu(build.linear([_form(row, j * rank) for row in data.pivot_rows for j in range(k)]))
    outputs = []
    for i, row in enumerate(data.rows):
        form = {hidden[i * k + j]: Fraction(weight) for j, weight in enumerate(outer)}
        outputs.append(form | {k * rank + 1: Fraction(row[0])})
    build.relu(build.linear(outputs))
    return build.finish(())


def _form(row: Sequence[int], first: int) -> dict[int, Fraction]:
    return {1 + first + i: Fraction(entry) for i, entry in enumerate(row)}


def _layers(data: DataSet, outer: Sequence[int], parameter: Row, sign: int) -> list[Layer]:
    """Return the network of a point of the parameter space, or with ``sign`` -1 the opposite function."""
    k, rank = max(len(outer), 1), data.rank
    weights = [[Fraction(0)] * (data.dim + 1) for _ in range(k)]
    for j, row in enumerate(weights):
        for i, column in enumerate(data.pivots):
            row[column] = Fraction(parameter[j * rank + i] * (1 if outer else sign))
    first = [row[1:] for row in weights], [row[0] for row in weights]
    if not outer:
        return [first]
    return [first, ([[Fraction(sign * weight) for weight in outer]], [Fraction(sign * parameter[-1])])]
