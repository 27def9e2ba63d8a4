"""The numbers of one layer: cheap ones unasked, others on demand, and a reason for each that is missing.

They are yielded one by one, so a caller that stops early keeps those that were found.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator
from functools import partial
from typing import Any, Literal

from attrs import frozen

from polytopes.errors import LimitReached, UnsupportedError
from polytopes.minkowski_sums import frontier
from polytopes.minkowski_sums.hypergraph import Hypergraph
from tropical.pooling.counts import PoolingCounts
from tropical.pooling.series import series_of

UNASKED = {"f_vector": 1.0, "facets": 1.0, "generating_function": 0.4}
"""Seconds that each number may take that was not asked for."""
COUNTING = 0.5
"""The part of a time limit after which bounds are looked for instead of the number of regions."""
BOUNDING = 30.0
"""Seconds for bounds without a time limit."""
LONGEST_VECTOR = 1000
"""Dimensions up to which faces are counted without being asked for."""


@frozen
class Found:
    """A number, by its name."""

    name: str
    value: Any


@frozen
class Missing:
    """A number that was not found, and why."""

    name: str
    reason: str
    stopped_by: Literal["limit", "timeout"] | None = None
    """The limit that ended the work, if the number was asked for."""
    is_unasked: bool = False
    """Whether the number was given up early because nobody asked for it."""


def layer_numbers(
    pool: PoolingCounts, asked: Collection[str] = (), seconds: float | None = None
) -> Iterator[Found | Missing]:
    """Yield the numbers of a layer: dimension, vertices, f_vector, facets and generating_function.

    If the vertices are too many to be counted, ``bounds`` of their number follow, and then only what was asked for.
    If both facets and generating_function are asked for, ``facets_generating_function`` comes last. A leaky ReLU has
    vertices (regions) and a generating function only.

    Args:
        pool: the layer and what surrounds it.
        asked: the names of what is to be found whatever it takes. Other numbers may take :data:`UNASKED` seconds each.
        seconds: the time for the vertices and their bounds.

    Raises:
        NoAnswerError: if faces of a leaky ReLU are asked for.

    >>> from tropical import MaxPooling
    >>> for each in layer_numbers(PoolingCounts(MaxPooling(6, 3, stride=1))):
    ...     print(each.name, getattr(each.value, "series", each.value))
    dimension 5
    vertices 36
    f_vector (36, 96, 101, 51, 12, 1)
    facets 12
    generating_function RationalSeries(numerator=(1, 1), denominator=(1, -2, -1, 1))
    """
    wanted = {*asked, "facets_generating_function"} if {"facets", "generating_function"} <= {*asked} else {*asked}
    if wanted & {"facets", "f_vector"}:
        pool.check_polytope()
    if pool.activation != "leaky":
        yield Found("dimension", pool.dimension)
    stopped = False
    for each in _vertices(pool, seconds):
        stopped |= isinstance(each, Missing)
        yield each
    found: dict[str, Any] = {}
    for name, compute in _computations(pool, found):
        if name in wanted:
            each = attempt(name, compute)
        elif stopped or name not in UNASKED:
            continue
        elif name == "f_vector" and pool.dimension > LONGEST_VECTOR:
            each = Missing(name, "the dimension is large", is_unasked=True)
        else:
            each = attempt(name, compute, UNASKED[name])
        if isinstance(each, Found):
            found[name] = each.value
        else:
            stopped |= each.stopped_by is not None
        yield each


def attempt(name: str, compute: Callable[..., Any], seconds: float | None = None) -> Found | Missing:
    """Return what is computed, or why it is not.

    Args:
        name: the name of the number.
        compute: returns the number, or a text that says why there is none.
        seconds: for a number that nobody asked for, the limit that is passed to ``compute``.

    >>> attempt("half", lambda: "it is odd"), attempt("two", lambda: 2)
    (Missing(name='half', reason='it is odd', stopped_by=None, is_unasked=False), Found(name='two', value=2))
    """
    try:
        value = compute() if seconds is None else compute(seconds=seconds)
    except LimitReached as stop:
        if seconds is not None:
            return Missing(name, f"not within {seconds:g} seconds", is_unasked=True)
        return Missing(name, str(stop), "limit")
    except UnsupportedError as error:
        return Missing(name, str(error), "limit" if seconds is None else None)
    return Missing(name, value) if isinstance(value, str) else Found(name, value)


def _vertices(pool: PoolingCounts, seconds: float | None) -> Iterator[Found | Missing]:
    """Yield the number of vertices, or why it is missing and bounds of it."""
    started, limits = time.monotonic(), {} if seconds is None else {"seconds": COUNTING * seconds}
    try:
        number = pool.n_vertices(**limits)
    except LimitReached as stop:
        spent = time.monotonic() - started
        late = seconds is not None and spent > COUNTING * seconds
        yield Missing("vertices", str(stop), "timeout" if late else "limit")
        if pool.activation != "leaky":
            time_left = BOUNDING if seconds is None else min(BOUNDING, COUNTING * (seconds - spent))
            yield Found("bounds", pool.bounds(time_left))
    else:
        yield Found("vertices", number)
        if not pool.is_closed:
            _compile()


def _computations(pool: PoolingCounts, found: dict[str, Any]) -> Iterator[tuple[str, Callable[..., Any]]]:
    """Yield names and functions of limits that compute the numbers besides that of the vertices."""
    if pool.activation != "leaky":
        yield "f_vector", pool.f_vector
        vector = found.get("f_vector")
        yield "facets", pool.n_facets if vector is None else lambda seconds=None: vector[-2] if len(vector) > 1 else 0
    yield "generating_function", partial(series_of, pool)
    if pool.activation != "leaky":
        yield "facets_generating_function", partial(series_of, pool, facets=True)


def _compile() -> None:
    """Count something small, so that no compilation takes the time of what follows."""
    small = Hypergraph([(0, 1, 2), (1, 2, 3)], 4)
    frontier.f_vector(small)
    frontier.count_facets(small)
