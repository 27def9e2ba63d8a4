"""Asks for a point of a cell over the cube where a form is positive: floats first, then integers."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from polytopes.enumeration.boxes.float_forms import FloatForms, Floats
from polytopes.enumeration.kernels.bounded_simplex import decide_sign
from polytopes.optimization.cube_bases import Basis, Form, answer_of, value_at
from polytopes.optimization.cube_maximum import positive_point

Point = Floats | tuple[Fraction, ...]
"""A point u of the open cube: floats, taken exactly, or fractions where floats do not suffice."""
_local = threading.local()


@frozen(eq=False)
class Question:
    """Is the form ``target`` positive somewhere in the cell where all ``rows`` are, a point of which is known?

    ``exact`` gives the target and then the rows as integer forms over (1, u).
    """

    target: FloatForms
    rows: FloatForms
    inside: Point
    exact: Callable[[], list[Any]]


@frozen(eq=False)
class Scratch:
    """Arrays that the kernel works on, for programs of at most so many rows."""

    table: Floats
    line: Floats
    names: NDArray[np.int64]
    order: NDArray[np.int64]
    point: Floats
    multipliers: Floats
    total: Floats

    @classmethod
    def of(cls, n: int, m: int) -> Scratch:
        """Return scratch for n coordinates and m rows."""
        return cls(
            np.zeros((m, n + 1)),
            np.zeros((3, n + 1)),
            np.zeros(n + m, dtype=np.int64),
            np.zeros(n + 1, dtype=np.int64),
            np.zeros(n),
            np.zeros(m),
            np.zeros(n + 1),
        )


def _scratch(n: int, m: int) -> Scratch:
    """Return scratch of the thread, which grows."""
    found: Scratch | None = getattr(_local, "scratch", None)
    if found is None or len(found.point) != n or len(found.multipliers) < m:
        found = _local.scratch = Scratch.of(n, m + 16)
    return found


def ask(question: Question) -> Point | None:
    """Return a point of the cell where the target is positive, or None if it is proven that there is none."""
    n, m = question.target.rows.shape[1] - 1, len(question.rows)
    w = _scratch(n, m)
    answer = _in_floats(question.target, question.rows, w)
    if answer:
        return w.point.copy() if answer > 0 else None
    return _exactly(question, _basis(w, n, m), w.point.copy())


def is_surely_negative(target: FloatForms, rows: FloatForms) -> bool:
    """Whether floats prove that a form is negative on all of the closed cell."""
    return _in_floats(target, rows, _scratch(target.rows.shape[1] - 1, len(rows))) < 0


def _in_floats(target: FloatForms, rows: FloatForms, w: Scratch) -> int:
    """Return 1 if the target is positive at the point found, -1 if it is proven to be negative, 0 if not sure."""
    return decide_sign(
        target.rows[0], target.sizes[0], target.errors[0], rows.rows, rows.sizes, rows.errors,
        rows.sizes / target.sizes[0],
        w.table, w.line, w.names, w.order, w.point, w.multipliers, w.total,
    )  # fmt: skip


def _basis(w: Scratch, n: int, m: int) -> Basis:
    tight = sorted(int(name) - n for name in w.names[:n] if name >= n)
    return Basis(tuple(tight), tuple(sorted(int(name) for name in w.names[n : n + m] if name < n)))


def _exactly(question: Question, basis: Basis, guess: Floats) -> Point | None:
    forms = question.exact()
    if answer_of(basis, forms[0], forms[1:]) is False:
        return None
    if _is_inside(forms, guess):
        return guess
    point = positive_point(forms[0], forms[1:], tuple(map(Fraction, question.inside)), basis)
    if point is None:
        return None
    rounded = np.array([float(u) for u in point])
    return rounded if _is_inside(forms, rounded) else point


def _is_inside(forms: Sequence[Form], point: Floats) -> bool:
    """Whether all forms are positive at a point of the open cube, exactly."""
    if not (np.abs(point) < 1).all():
        return False
    exact = tuple(map(Fraction, point.tolist()))
    return all(value_at(form, exact) > 0 for form in forms)
