"""The dichotomies that ReLU networks of given widths attain on a data set.

One hidden layer: f(x) = sum_j a_j max(0, w_j . (1, x)) + c. The dichotomies attained with all f(p) != 0 are attained on
an open set of parameters, so with all a_j != 0; and |a_j| can be moved into w_j. So a_j = 1 or -1, and then f(p) is a
piecewise linear function *of the parameters* (w_1, ..., w_k, c). For each number of positive a_j the region engine
lists the full-dimensional cells of the parameter space on which the signs of all w_j . (1, p) and all f(p) are fixed.
This is exact.

With more hidden layers f(p) is a polynomial of higher degree in the parameters, and the cells are semialgebraic. Then
random parameters find dichotomies that are attained, and nothing is said of the others, unless all are found.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from itertools import pairwise
from random import Random
from typing import Any

from attrs import field, frozen

from polytopes.cells import cells
from polytopes.errors import InputError, LimitReached
from polytopes.gates import GateProgram, ProgramBuilder
from polytopes.rationals import Vector
from polytopes.wording import shortened
from tropical.activation.data import DataSet
from tropical.classification.fan import Signs
from tropical.network import Network

Matrix = list[list[Fraction]]


@frozen(eq=False)
class AttainedDichotomies:
    """Dichotomies of a data set that networks of some widths attain, each with such a network.

    ``is_complete`` says whether it is proved that there are no others.
    """

    hidden: tuple[int, ...]
    networks: dict[Signs, Network] = field(repr=False)
    is_complete: bool

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
    n_cells = 0
    width = widths[0] if widths else 0
    for n_positive in range(width + 1):
        for signs, make in _cells(data, width, n_positive):
            n_cells += 1
            if limit is not None and n_cells > limit:
                raise LimitReached(f"more than {limit} cells", AttainedDichotomies(widths, found, False))
            if signs not in found:
                found[signs] = make()
                if len(found) == 1 << len(data.rows):
                    return AttainedDichotomies(widths, found, True)
    return AttainedDichotomies(widths, found, True)


def _cells(data: DataSet, width: int, n_positive: int) -> Iterator[tuple[Signs, Callable[[], Network]]]:
    """Yield the signs of the data on each cell of the parameter space, and what makes a network of its point."""
    outer = [1] * n_positive + [-1] * (width - n_positive)
    size = len(data.rows)
    for cell in cells(parameter_program(data, outer)):
        winners = cell.pattern[-size:] if size else ()
        signs = tuple(1 if winners[place] else -1 for place in data.position)
        yield signs, lambda cell=cell: _network(data, outer, cell.point)  # type: ignore[misc]


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


def _network(data: DataSet, outer: Sequence[int], parameter: Vector) -> Network:
    """Return the network of a point of the parameter space."""
    k, rank = max(len(outer), 1), data.rank
    weights: Matrix = [[Fraction(0)] * (data.dim + 1) for _ in range(k)]
    for j, row in enumerate(weights):
        for i, column in enumerate(data.pivots):
            row[column] = parameter[j * rank + i]
    first = [row[1:] for row in weights], [row[0] for row in weights]
    if not outer:
        return Network.from_weights([first])
    return Network.from_weights([first, ([list(map(Fraction, outer))], [parameter[-1]])])


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
