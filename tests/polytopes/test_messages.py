"""Numbers that Python refuses to spell (over 4300 digits) break no computation, message or repr."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import pytest

from polytopes.arrangements.arrangement import Arrangement
from polytopes.errors import InputError, NoAnswerError, ToolkitError
from polytopes.minkowski_sums.minkowski_sum import MinkowskiSum
from polytopes.optimization.linear_program import maximize, strictly_feasible
from polytopes.polyhedra.polyhedron import Polyhedron

LONG = 10**5000


def test_long_numbers_are_computed_with() -> None:
    P = Polyhedron.box([0, Fraction(1, LONG)], [LONG, 1])
    assert P.n_vertices == 4 and P.volume() == LONG - 1
    assert maximize([1], [(LONG, -1)]).value == LONG  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "make",
    [
        lambda: maximize([1], [(LONG, -1)]),
        lambda: maximize([1], [(-LONG, 1), (0, -1)]),
        lambda: maximize([1], [(-LONG, 1)]),
        lambda: strictly_feasible([(LONG, -1), (-1, 1)]),
        lambda: strictly_feasible([(LONG, -1), (-3 * LONG, 3)]),
        lambda: next(MinkowskiSum.from_points([[(0,), (LONG,)]]).vertices()),
        lambda: Polyhedron.box([0], [LONG]),
        lambda: Arrangement.from_rows([(LONG, 1)]),
    ],
)
def test_reprs(make: Callable[[], object]) -> None:
    assert len(repr(make())) < 1000


@pytest.mark.parametrize(
    "fail, error",
    [
        (lambda: Polyhedron.from_rows([(0, 1)]).support([LONG]), NoAnswerError),
        (lambda: MinkowskiSum.from_polyhedra([Polyhedron.from_rows([(0, 1)])]).support([LONG]), NoAnswerError),
        (lambda: Arrangement.from_rows([(LONG, 0)]), InputError),
        (lambda: Arrangement.from_rows([(0, 1)]).restriction(LONG), InputError),
        (lambda: Polyhedron.empty(-LONG), InputError),
        (lambda: Polyhedron.box([0], LONG), InputError),  # type: ignore[arg-type]
    ],
)
def test_messages(fail: Callable[[], object], error: type[ToolkitError]) -> None:
    with pytest.raises(error) as caught:
        fail()
    assert len(str(caught.value)) < 500
