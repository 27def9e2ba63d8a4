"""The atoms of a training problem: images of the units at which the support function of their hull is attained.

For the norms 1 and infinity the norm is linear on the cones of an arrangement of its own, and the image of a unit is
linear on the cones of the arrangement of the data. So the support function is linear on the cones of both together, and
its maximum over the ball is attained on their rays.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import cached_property
from itertools import chain
from typing import Literal

import numpy as np
from attrs import field, frozen
from flint import fmpz_mat
from numpy.typing import NDArray

from polytopes.arithmetic.linalg import identity, integer_matrix
from polytopes.arithmetic.rationals import Row, dot, primitive
from polytopes.errors import LimitReached
from tropical.parameter_space.convex_training.training_data import TrainingData

Norm = Literal[1, 2, "inf"]


def lines_cut_out(rows: Sequence[Row], dim: int) -> set[Row]:
    """Return a vector of each line that is cut out by hyperplanes ``r . u = 0`` in Q^dim.

    Algorithm:
        A line lies in a hyperplane; take the first, and look for lines cut out on it by those after it.

    >>> sorted(lines_cut_out([(1, 0), (1, -1), (2, -2)], 2))
    [(0, 1), (1, 1)]
    """
    return {_oriented(vector) for vector in _lines(_distinct(rows), dim)}


def _oriented(vector: Row) -> Row:
    lead = next(entry for entry in vector if entry)
    return primitive(vector if lead > 0 else [-entry for entry in vector])


def _distinct(rows: Sequence[Sequence[int]]) -> list[Row]:
    return list(dict.fromkeys(_oriented(tuple(row)) for row in rows if any(row)))


def _lines(rows: Sequence[Row], dim: int) -> Iterator[Row]:
    if dim == 1:
        yield (1,)
    elif dim == 2:
        yield from ((row[1], -row[0]) for row in rows)
    elif len(rows) >= dim - 1:
        for i, row in enumerate(rows):
            pivot = next(j for j, entry in enumerate(row) if entry)
            rest = [j for j in range(dim) if j != pivot]
            on_it = [[row[pivot] * other[j] - row[j] * other[pivot] for j in rest] for other in rows[i + 1 :]]
            for line in _lines(_distinct(on_it), dim - 1):
                lifted = [row[pivot] * entry for entry in line]
                lifted.insert(pivot, -sum(row[j] * entry for j, entry in zip(rest, line, strict=True)))
                yield tuple(lifted)


def ball_directions(rows: Sequence[Row], dim: int, norm: Norm) -> set[Row]:
    """Return a vector of each line cut out by the rows and the hyperplanes between which the norm is linear.

    These are ``u_k = 0`` for the norm 1, ``u_k = u_l`` and ``u_k = -u_l`` for infinity. The vertices of chambers of the
    rows, cut by the unit ball, are among these directions.

    >>> sorted(ball_directions([(1, -2)], 2, "inf"))
    [(1, -1), (1, 1), (2, 1)]
    """
    units = identity(dim)
    if norm == 1:
        return lines_cut_out([*rows, *units], dim)
    walls = [_sum(a, b, sign) for j, a in enumerate(units) for b in units[j + 1 :] for sign in (1, -1)]
    return lines_cut_out([*rows, *walls], dim)


def _sum(left: Row, right: Row, sign: int) -> Row:
    return tuple(a + sign * b for a, b in zip(left, right, strict=True))


def length(vector: Sequence[int], norm: Norm) -> int:
    """Return the norm of an integer vector, for the norms 1 and infinity."""
    return sum(map(abs, vector)) if norm == 1 else max(map(abs, vector))


@frozen(eq=False)
class Atoms:
    """Units ``u`` with integer weights and their images ``(X u)_+``, each different from the others on the unit sphere.

    ``images`` are of the data times their ``scale``; ``sizes`` are the norms of the units times it. So the image of the
    unit of norm 1 is ``image / size``.
    """

    units: tuple[Row, ...]
    images: tuple[Row, ...] = field(repr=False)
    sizes: tuple[int, ...] = field(repr=False)
    n_samples: int

    @classmethod
    def of(cls, data: TrainingData, norm: Norm, limit: int | None = None) -> Atoms:
        """Return all atoms of the data for the norm 1 or infinity.

        Raises:
            LimitReached: if there are more than ``limit``.
        """
        return cls.along(data, norm, sorted(ball_directions(data.integer_rows, data.dim, norm)), limit)

    @classmethod
    def along(cls, data: TrainingData, norm: Norm, directions: Sequence[Row], limit: int | None = None) -> Atoms:
        """Return the images of units in these directions and in the opposite ones, without zeros and repetitions."""
        table = integer_matrix(directions, data.dim) * integer_matrix(data.integer_rows, data.dim).transpose()
        found: dict[tuple[int, ...], tuple[Row, Row, int]] = {}
        k = len(data.places)
        for unit, products in zip(directions, table.tolist(), strict=True):
            values, size = list(map(int, products)), data.scale * length(unit, norm)
            for sign in (1, -1):
                active = [value if value > 0 else 0 for value in (values if sign > 0 else [-v for v in values])]
                image = tuple(active) if k == 1 else tuple(sum(active[i : i + k]) for i in range(0, len(active), k))
                if any(image):
                    signed = unit if sign > 0 else tuple(-entry for entry in unit)
                    found.setdefault(primitive((size, *image)), (signed, image, size))
            if limit is not None and len(found) > limit:
                raise LimitReached(f"more than {limit} atoms; raise the limit, or give fewer points")
        units, images, sizes = zip(*found.values(), strict=True) if found else ((), (), ())
        return cls(units, images, sizes, data.n_samples)

    def __len__(self) -> int:
        return len(self.units)

    @cached_property
    def floats(self) -> NDArray[np.float64]:
        """The images of the units of norm 1, rounded."""
        if not self.units:
            return np.zeros((0, self.n_samples))
        rows = [[entry / size for entry in image] for image, size in zip(self.images, self.sizes, strict=True)]
        return np.array(rows, dtype=np.float64)

    @cached_property
    def _whole(self) -> fmpz_mat:
        return fmpz_mat(len(self), self.n_samples, list(chain.from_iterable(self.images)))

    def products(self, vector: Sequence[Fraction]) -> tuple[list[int], int]:
        """Return integers v and a number d > 0 such that ``image . vector = v / d`` for all images."""
        whole = primitive((Fraction(1), *vector))
        column = fmpz_mat(self.n_samples, 1, list(whole[1:]))
        return list(map(int, (self._whole * column).entries())), whole[0]

    def support(self, vector: Sequence[Fraction]) -> tuple[Fraction, int | None]:
        """Return the greatest ``|q . vector|`` over atoms q of units of norm 1, and the number of such an atom.

        >>> data = TrainingData.of([[1, 0], [0, 2]], [1, 1])
        >>> Atoms.of(data, 1).support([Fraction(1), Fraction(-1)])[0]
        Fraction(2, 1)
        """
        if not self.units:
            return Fraction(0), None
        values, below = self.products(vector)
        best, place = (0, 1), None
        for i, (value, size) in enumerate(zip(values, self.sizes, strict=True)):
            if abs(value) * best[1] > best[0] * size:
                best, place = (abs(value), size), i
        return Fraction(best[0], best[1] * below), place

    def image_of(self, index: int) -> tuple[Fraction, ...]:
        """Return the image of the unit of norm 1."""
        return tuple(Fraction(entry, self.sizes[index]) for entry in self.images[index])


def is_orthogonal(rows: Sequence[Row]) -> bool:
    """Whether the rows are orthogonal to each other."""
    return not any(dot(a, b) for i, a in enumerate(rows) for b in rows[:i])
