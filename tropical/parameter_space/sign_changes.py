"""Sign changes along lines: the signs that ReLU networks have on points of a line, or after a first layer of one unit.

Theorem. One hidden layer of k units attains on M points of a line exactly the signs with at most c(k) changes, where
c(0) = 1, c(k) = k for k = 1, 2, and c(k) = k + 1 for k > 2.
Proof. f has at most k + 1 affine pieces, so at most k + 1 zeros with a change of sign. If it has k + 1, the slopes
s_0, ..., s_k alternate in sign. Let L be the units that are active far to the left. The slopes change at unit i by
s_i - s_{i-1}, and s_0 is minus the sum of these over L. For k = 1 this says s_0 = 0 or s_1 = 0; for k = 2 it says
s_0 = 0, s_1 = 0, s_2 = 0 or s_1 = s_0 + s_2: none has solutions that alternate. For k > 2 and L = {2, 3} it says
s_1 = s_0 + s_3, which has some. For any roots r_0 < ... < r_k the bend b_i that divides the distance
from r_{i-1} to r_i in the ratio abs(s_i) : abs(s_{i-1}) gives these slopes. With s_0 = 0 any k changes, or fewer, are
attained.

So only the order of the points counts. A first layer of one unit takes the points p to max(0, w . (1, p)): their order
along w, those on one side being equal. The orders are the chambers of a central arrangement.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Sequence
from fractions import Fraction
from itertools import combinations, pairwise, product
from math import comb

from polytopes.arithmetic.linalg import rank
from polytopes.arithmetic.rationals import Row, Vector, dot, primitive
from polytopes.arrangements.arrangement import Arrangement
from tropical.fans.classification.fan import Signs
from tropical.fans.data_set import DataSet

Layer = tuple[list[list[Fraction]], list[Fraction]]
"""Weights and biases."""
MOST_LISTED = 1 << 16
"""Sign vectors that are examined one by one for a bound."""


def most_changes(width: int) -> int:
    """Return c(k), the most sign changes along a line of one hidden layer of k units.

    >>> [most_changes(width) for width in range(5)]
    [1, 1, 2, 4, 5]
    """
    return max(width, 1) if width < 3 else width + 1


def changes_bound(hidden: Sequence[int]) -> int:
    """Return a bound on the sign changes along a line of networks with these hidden widths.

    Each unit after the first layer bends at its own sign changes, and f changes its sign once on a piece. After a layer
    of one unit points are still in their order.

    >>> changes_bound((2, 2)), changes_bound((1, 3))
    (7, 4)
    """
    if len(hidden) > 1 and hidden[0] == 1:
        return changes_bound(hidden[1:])
    width = hidden[0] if hidden else 0
    changes, bends = most_changes(width), width
    for width in hidden[1:]:
        bends += width * changes
        changes = bends + 1
    return changes


def with_changes(size: int, most: int) -> Iterator[Signs]:
    """Yield the signs of ``size`` points in their order with at most ``most`` changes.

    >>> list(with_changes(3, 1))
    [(1, 1, 1), (-1, -1, -1), (1, -1, -1), (-1, 1, 1), (1, 1, -1), (-1, -1, 1)]
    """
    if not size:
        yield ()
        return
    for n_changes in range(min(most, size - 1) + 1):
        for places in combinations(range(1, size), n_changes):
            for sign in (1, -1):
                yield tuple(sign * (-1) ** sum(place <= p for place in places) for p in range(size))


def univariate(values: Sequence[Fraction], signs: Sequence[int], width: int) -> list[Layer]:
    """Return a network with one input and ``width`` hidden units that has these signs at increasing values.

    There must be at most c(k) changes, k the width and positive.

    >>> first, last = univariate([Fraction(0), Fraction(2), Fraction(4)], (1, -1, 1), 2)
    >>> [str(bias) for bias in first[1]], [str(weight) for weight in last[0][0]]
    (['0', '-2'], ['-1', '2'])
    """
    roots = [(a + b) / 2 for (a, b), (s, t) in zip(pairwise(values), pairwise(signs), strict=True) if s != t]
    sign = Fraction(signs[0] if signs else 1)
    if len(roots) > width:
        bends, slopes, left = _alternating(roots, sign)
    else:
        bends, slopes, left = _flat_first(roots, sign), [], frozenset[int]()
    if not slopes:
        slopes = _slopes_after(bends, roots, sign)
    jumps = [after - before for before, after in pairwise(slopes)]
    constant = sign if not left else -sum((jumps[i] * (bends[i] - roots[0]) for i in left), Fraction(0))
    sides = [-1 if i in left else 1 for i in range(len(bends))]
    unused = width - len(bends)
    weights = [[Fraction(side)] for side in sides] + [[Fraction(0)]] * unused
    biases = [-side * bend for side, bend in zip(sides, bends, strict=True)] + [Fraction(0)] * unused
    return [(weights, biases), ([[*jumps, *[Fraction(0)] * unused]], [constant])]


def _flat_first(roots: Sequence[Fraction], sign: Fraction) -> list[Fraction]:
    """Return one bend before each root."""
    return [(roots[i - 1] + roots[i]) / 2 if i else root - 1 for i, root in enumerate(roots)]


def _slopes_after(bends: Sequence[Fraction], roots: Sequence[Fraction], height: Fraction) -> list[Fraction]:
    """Return the slopes of the function that is constant up to the first bend and has these roots."""
    slopes = [Fraction(0)]
    for i, (bend, root) in enumerate(zip(bends, roots, strict=True)):
        slopes.append(-height / (root - bend))
        if i + 1 < len(bends):
            height = slopes[-1] * (bends[i + 1] - root)
    return slopes


def _alternating(roots: Sequence[Fraction], sign: Fraction) -> tuple[list[Fraction], list[Fraction], frozenset[int]]:
    """Return bends between the roots, slopes with s_1 = s_0 + s_3, and the units that are active to the left."""
    ratios = [Fraction(2 if i == 2 else 1) for i in range(len(roots) - 1)]
    bends = [(a + q * b) / (1 + q) for (a, b), q in zip(pairwise(roots), ratios, strict=True)]
    slopes = [-sign]
    for ratio in ratios:
        slopes.append(-ratio * slopes[-1])
    return bends, slopes, frozenset({1, 2})


def line_values(data: DataSet) -> list[Fraction]:
    """Return a coordinate of every distinct point of a data set on a line."""
    return [Fraction(row[1], row[0]) if len(row) > 1 else Fraction(0) for row in data.pivot_rows]


def line_dichotomies(data: DataSet, width: int, known: Container[Signs]) -> Iterator[tuple[Signs, list[Layer]]]:
    """Yield the dichotomies of points on a line that one hidden layer attains and that are not ``known``."""
    values = line_values(data)
    for signs in _of_values(data, values, most_changes(width)):
        if signs not in known:
            (weights, biases), last = _for_values(data, values, signs, width)
            column = data.pivots[1] - 1 if len(data.pivots) > 1 else None
            rows = [[weight[0] if i == column else Fraction(0) for i in range(data.dim)] for weight in weights]
            yield signs, [(rows, biases), last]


def sweep_dichotomies(
    data: DataSet, width: int, known: Container[Signs], spend: Callable[[int], None]
) -> Iterator[tuple[Signs, list[Layer]]]:
    """Yield the dichotomies that hidden layers of 1 and ``width`` units attain and that are not ``known``.

    ``spend`` is called with 1 at every order of the points.
    """
    for form in sweeps(data):
        spend(1)
        values = _swept(data, form)
        for signs in _of_values(data, values, most_changes(width)):
            if signs not in known:
                yield signs, [_unit(data, form), *_for_values(data, values, signs, width)]


def sweeps(data: DataSet) -> Iterator[Vector]:
    """Yield forms, in the pivot columns, one for each order of the values max(0, w . (1, p)) at the distinct points."""
    rows = data.pivot_rows
    differences = [
        primitive([b[0] * x - a[0] * y for x, y in zip(a, b, strict=True)]) for a, b in combinations(rows, 2)
    ]
    for chamber in Arrangement.central(dict.fromkeys(map(_up_to_sign, [*rows, *differences]))).chambers():
        yield chamber.point


def _up_to_sign(row: Row) -> Row:
    return max(row, tuple(-entry for entry in row))


def _swept(data: DataSet, form: Vector) -> list[Fraction]:
    return [max(Fraction(0), Fraction(dot(form, row)) / row[0]) for row in data.pivot_rows]


def _unit(data: DataSet, form: Vector) -> Layer:
    """Return the layer of one unit with this form."""
    whole = [Fraction(0)] * (data.dim + 1)
    for column, entry in zip(data.pivots, form, strict=True):
        whole[column] = Fraction(entry)
    return [whole[1:]], [whole[0]]


def _of_values(data: DataSet, values: Sequence[Fraction], most: int) -> Iterator[Signs]:
    """Yield the signs of all points with at most ``most`` changes along the values of the distinct ones."""
    places = {value: i for i, value in enumerate(sorted(set(values)))}
    own = [places[values[place]] for place in data.position]
    for signs in with_changes(len(places), most):
        yield tuple(signs[i] for i in own)


def _for_values(data: DataSet, values: Sequence[Fraction], signs: Signs, width: int) -> list[Layer]:
    """Return a network of the values that has these signs of the points."""
    of_value = {value: signs[copies[0]] for value, copies in zip(values, data.copies, strict=True)}
    ordered = sorted(of_value)
    return univariate(ordered, [of_value[value] for value in ordered], width)


def possible_dichotomies(data: DataSet, hidden: Sequence[int]) -> int:
    """Return a proven bound on the number of dichotomies of networks with these hidden widths.

    A bound on the sign changes along lines excludes dichotomies with more of them, on the lines through the data, and
    on the orders that a first layer of one unit makes.

    >>> possible_dichotomies(DataSet.of([[p] for p in range(12)]), (2, 2)), 2 ** 12
    (3632, 4096)
    """
    size, most = len(data.rows), changes_bound(hidden)
    if len(hidden) > 1 and hidden[0] == 1 and size and 1 << size <= MOST_LISTED:
        return len({signs for form in sweeps(data) for signs in _of_values(data, _swept(data, form), most)})
    if data.rank <= 2:
        return 2 * sum(comb(size - 1, k) for k in range(min(most, size - 1) + 1)) if size else 1
    long = [line for line in lines(data) if len(line) > most + 1] if 1 << size <= MOST_LISTED else []
    if not long:
        return 1 << size
    return sum(all(_changes(signs, line) <= most for line in long) for signs in product((1, -1), repeat=size))


def lines(data: DataSet) -> list[tuple[int, ...]]:
    """Return the distinct points on each line through three of them or more, in their order on it.

    >>> lines(DataSet.of([(0, 0), (2, 0), (1, 0), (0, 1)]))
    [(0, 2, 1)]
    """
    rows, seen, found = data.pivot_rows, set[tuple[int, int]](), []
    for i, j in combinations(range(len(rows)), 2):
        if (i, j) not in seen:
            on = [k for k in range(len(rows)) if k in (i, j) or rank([rows[i], rows[j], rows[k]]) == 2]
            seen.update(combinations(on, 2))
            if len(on) > 2:
                column = next(c for c in range(len(rows[i])) if rows[i][c] * rows[j][0] != rows[j][c] * rows[i][0])
                found.append(tuple(sorted(on, key=lambda k: Fraction(rows[k][column], rows[k][0]))))
    return found


def _changes(signs: Sequence[int], line: Sequence[int]) -> int:
    return sum(signs[p] != signs[q] for p, q in pairwise(line))
