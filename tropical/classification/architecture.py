"""The dichotomies that ReLU networks of given widths attain on a data set.

One hidden layer: f(x) = sum_j a_j max(0, w_j . (1, x)) + c. The dichotomies attained with all f(p) != 0 are attained on
an open set of parameters, so with all a_j != 0; and the size of a_j can be moved into w_j. So a_j = 1 or -1, and then
f(p) is a piecewise linear function *of the parameters* (w_1, ..., w_k, c). For each number of positive a_j the region
engine lists the full-dimensional cells of the parameter space on which the signs of all w_j . (1, p) and all f(p) are
fixed. This is exact. The opposite of f has the opposite a_j and c, so half of these numbers are enough.

With more hidden layers f(p) is a polynomial of higher degree in the parameters, and the cells are semialgebraic. Then
random parameters find dichotomies that are attained, and nothing is said of the others, unless all are found.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from random import Random
from typing import Any

import numpy as np
from attrs import field, frozen

from polytopes.certificates import StrictPoint
from polytopes.compiled import Patterns, blocks
from polytopes.errors import InputError, LimitReached
from polytopes.feasibility import strictly_feasible
from polytopes.gates import GateProgram, ProgramBuilder
from polytopes.rationals import Row
from polytopes.wording import shortened
from tropical.activation.data import DataSet
from tropical.classification.fan import Signs
from tropical.network import Network


@frozen(eq=False)
class AttainedDichotomies:
    """Dichotomies of a data set that networks of some widths attain, each with such a network.

    ``is_complete`` says whether it is proved that there are no others.
    """

    hidden: tuple[int, ...]
    networks: dict[Signs, Network] = field(repr=False)
    is_complete: bool

    @property
    def at_most(self) -> int:
        """A bound on the number of all dichotomies that are attained."""
        size = len(next(iter(self.networks), ()))
        return len(self.networks) if self.is_complete else 1 << size

    @property
    def signs(self) -> list[Signs]:
        """The dichotomies in lexicographic order, - before +."""
        return sorted(self.networks)


def attained_dichotomies(
    data: DataSet, hidden: Sequence[int], limit: int | None = None, tries: int = 1000, seed: int = 0
) -> AttainedDichotomies:
    """Return the dichotomies that fully connected ReLU networks with these hidden widths attain.

    Args:
        data: points; their labels do not matter.
        hidden: the widths of the hidden layers; none for an affine function.
        limit: the number of cells of the parameter space from which to give up.
        tries: with two or more hidden layers, the number of random parameters.
        seed: of the random numbers.

    Raises:
        InputError: if a width is not positive, or points have no coordinates.
        LimitReached: at the limit; ``partial`` is what was found.

    >>> square = DataSet.of([(0, 0), (1, 0), (0, 1), (1, 1)])
    >>> [len(attained_dichotomies(square, widths).networks) for widths in ((), (1,), (2,))]
    [14, 14, 16]
    """
    widths = tuple(hidden)
    if not all(isinstance(width, int) and width > 0 for width in widths):
        raise InputError(f"hidden widths {shortened(widths)}; give positive integers")
    if not data.dim:
        raise InputError("points in dimension 0; a network needs an input")
    found: dict[Signs, Network] = {}
    if len(widths) > 1:
        _sample(data, widths, found, tries, seed)
        return AttainedDichotomies(widths, found, len(found) == 1 << len(data.rows))
    n_cells, width = 0, widths[0] if widths else 0
    if not data.rows:
        found[()] = _network(data, [1] * width, (0,), 1)
        return AttainedDichotomies(widths, found, True)
    for n_positive in range((width + 1) // 2, width + 1):
        outer = [1] * n_positive + [-1] * (width - n_positive)
        for block in blocks(parameter_program(data, outer)):
            n_cells += block.count
            if block.patterns is not None and block.count:
                _take(data, outer, block.patterns, found)
            if limit is not None and n_cells > limit:
                raise LimitReached(f"more than {limit} cells", AttainedDichotomies(widths, found, False))
            if len(found) == 1 << len(data.rows):
                return AttainedDichotomies(widths, found, True)
    return AttainedDichotomies(widths, found, True)


def _take(data: DataSet, outer: Sequence[int], patterns: Patterns, found: dict[Signs, Network]) -> None:
    """Add the signs of some cells, and their opposites, which the opposite outer weights and constant have."""
    winners, first = np.unique(patterns[:, -len(data.rows) :], axis=0, return_index=True)
    for row, place in zip(winners.tolist(), first.tolist(), strict=True):
        signs = tuple(1 if row[place] else -1 for place in data.position)
        if signs not in found:
            parameter = _point(data, outer, patterns[place].tolist())
            for sign in (1, -1):
                found.setdefault(tuple(sign * s for s in signs), _network(data, outer, parameter, sign))


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


def _network(data: DataSet, outer: Sequence[int], parameter: Row, sign: int) -> Network:
    """Return the network of a point of the parameter space, or with ``sign`` -1 the opposite function."""
    k, rank = max(len(outer), 1), data.rank
    weights = [[0] * (data.dim + 1) for _ in range(k)]
    for j, row in enumerate(weights):
        for i, column in enumerate(data.pivots):
            row[column] = parameter[j * rank + i] * (1 if outer else sign)
    first = [row[1:] for row in weights], [row[0] for row in weights]
    if not outer:
        return Network.from_weights([first])
    return Network.from_weights([first, ([[sign * weight for weight in outer]], [sign * parameter[-1]])])


def _sample(data: DataSet, hidden: Sequence[int], found: dict[Signs, Network], tries: int, seed: int) -> None:
    """Add the dichotomies of random networks with small integer weights."""
    random = Random(seed)
    widths = (data.dim, *hidden, 1)
    for _ in range(tries):
        weights: list[tuple[Any, Any]] = []
        for before, after in pairwise(widths):
            table = [[random.randint(-5, 5) for _ in range(before + 1)] for _ in range(after)]
            weights.append(([row[1:] for row in table], [row[0] for row in table]))
        network = Network.from_weights(weights)
        values = [network(point)[0] for point in data.points]
        if all(values):
            found.setdefault(tuple(1 if value > 0 else -1 for value in values), network)
