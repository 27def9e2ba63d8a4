"""Tables of numbers for ranges of layers, as CSV.

Every table has a heading row; numbers are written in full. n counts windows, H and W inputs.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from itertools import product

from polytopes.arithmetic.long_numbers import text_of
from polytopes.arithmetic.rational_series import RationalSeries
from polytopes.minkowski_sums import frontier, sliding_windows
from polytopes.minkowski_sums.growing_families import Family, generating_function
from tropical.pooling.counts import PoolingCounts
from tropical.pooling.layer import MaxPooling
from tropical.pooling.verify import verify_published

Row = tuple[object, ...]
Table = tuple[Row, Callable[[], Iterable[Row]]]

STRIPS = (
    ((2, 2), (1, 1), 0, (2, 3, 4, 5)),
    ((2, 3), (1, 1), 0, (2, 3, 4)),
    ((3, 2), (1, 1), 0, (3, 4, 5)),
    ((3, 3), (1, 1), 0, (3, 4)),
    ((3, 3), (2, 2), 0, (3, 5, 7)),
    ((3, 3), (2, 2), 1, (2, 4, 5)),
    ((4, 4), (2, 2), 0, (4, 6, 8)),
)
"""Windows, strides, padding above and below, and heights whose generating functions take seconds."""
GRIDS = ((2, 2, 1, 7), (3, 3, 1, 6), (3, 3, 2, 9), (4, 4, 2, 10), (2, 3, 1, 6), (3, 4, 1, 6))
"""Rows, columns and stride of the windows, and the largest side of the grids."""


def tables() -> dict[str, Table]:
    """Return all tables by name: the heading, and a function that computes the rows."""
    return {
        "lines_vertices": (("n", "k", "s", "vertices"), _line_vertices),
        "lines_faces": (("n", "k", "s", "dimension", "facets", "faces", "f_vector"), _line_faces),
        "lines_growth": (("k", "s", "activation", "numerator", "denominator", *RATE, "per_input"), _line_growth),
        "lines_activations": (("n", "k", "s", "relu", "leaky"), _line_activations),
        "grids_vertices": (("H", "W", "kh", "kw", "s", "vertices", "facets"), _grids),
        "grids_faces": (("H", "W", "kh", "kw", "s", "dimension", "faces", "f_vector"), _grid_faces),
        "strips": (("H", "kh", "kw", "sh", "sw", "padding", "order", "numerator", "denominator", *RATE), _strips),
        "published": (("layer", "quantity", "statement", "formula", "count", "hull", "agrees"), _published),
    }


def csv_text(table: Table) -> str:
    """Return a table as CSV.

    >>> csv_text((("n", "n^2"), lambda: [(1, 1), (2, 4)]))
    'n,n^2\\n1,1\\n2,4\\n'
    """
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    heading, rows = table
    writer.writerow(heading)
    writer.writerows([text_of(entry) if type(entry) is int else entry for entry in row] for row in rows())
    return stream.getvalue()


RATE = ("growth", "degree", "minimal_polynomial", "constant")


def _rate(series: RationalSeries) -> Row:
    """Return the growth rate, its degree, the coefficients of its minimal polynomial, and the asymptotic constant."""
    rate = series.growth
    return float(rate), rate.degree, _spaced(reversed(rate.minimal_polynomial)), rate.asymptotic_constant


def _spaced(numbers: Iterable[int]) -> str:
    return " ".join(map(text_of, numbers))


def _shapes(largest: int) -> Iterator[tuple[int, int]]:
    """Yield windows and strides."""
    return ((k, s) for k in range(2, largest + 1) for s in range(1, k + 1))


def _line_vertices() -> Iterator[Row]:
    for k, s in _shapes(15):
        yield from ((n, k, s, value) for n, value in enumerate(sliding_windows.vertex_series(k, s).terms(31)) if n)


def _line_faces() -> Iterator[Row]:
    for (k, s), n in product(_shapes(9), range(1, 13)):
        vector = sliding_windows.f_vector(n, k, s)
        yield n, k, s, len(vector) - 1, sliding_windows.count_facets(n, k, s), sum(vector), _spaced(vector)


def _line_growth() -> Iterator[Row]:
    for k, s in _shapes(15):
        both = (("", sliding_windows.vertex_series(k, s)), ("relu", sliding_windows.relu_series(k, s)))
        for activation, series in both:
            rate = _rate(series)
            per_input = float(series.growth) ** (1 / s)
            yield k, s, activation, _spaced(series.numerator), _spaced(series.denominator), *rate, per_input


def _line_activations() -> Iterator[Row]:
    for k, s in _shapes(6):
        relu, leaky = sliding_windows.relu_series(k, s), generating_function(Family.line(k, s, "leaky")).series
        for n, values in enumerate(zip(relu.terms(21), leaky.terms(21), strict=True)):
            if n:
                yield n, k, s, *values


def _layers() -> Iterator[tuple[tuple[int, ...], PoolingCounts]]:
    for rows, columns, stride, largest in GRIDS:
        for height, width in product(range(rows, largest + 1), range(columns, largest + 1)):
            layer = MaxPooling((height, width), (rows, columns), stride)
            yield (height, width, rows, columns, stride), PoolingCounts(layer)


def _grids() -> Iterator[Row]:
    for shape, pool in _layers():
        yield *shape, pool.n_vertices(), pool.n_facets()


def _grid_faces() -> Iterator[Row]:
    for shape, pool in _layers():
        if shape[0] * shape[1] <= 20:
            vector = frontier.f_vector(pool.hypergraph)
            yield *shape, len(vector) - 1, sum(vector), _spaced(vector)


def _strips() -> Iterator[Row]:
    for window, stride, padding, heights in STRIPS:
        for height in heights:
            series = generating_function(Family.strip(height, window, stride, padding)).series
            polynomials = _spaced(series.numerator), _spaced(series.denominator)
            yield height, *window, *stride, padding, series.order, *polynomials, *_rate(series)


def _published() -> Iterator[Row]:
    for check in verify_published():
        values = [answer and answer.value for answer in (check.formula, check.count, check.hull)]
        yield check.layer, check.quantity, check.statement or "none published", *values, check.agrees
