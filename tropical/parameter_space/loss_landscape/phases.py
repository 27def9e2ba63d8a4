"""How the part of the regions with full rank depends on the number of points and of units."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from random import Random

from polytopes.arithmetic.rationals import MatrixLike, Vector
from polytopes.arithmetic.rationals import as_matrix as rational_matrix
from polytopes.enumeration.limits import UNLIMITED, Limits
from polytopes.errors import InputError
from tropical.fans.data_set import DataSet
from tropical.parameter_space.loss_landscape.rank_table import rank_table


def full_rank_fractions(
    data: DataSet | MatrixLike,
    units: int = 8,
    bias: bool = True,
    samples: int | None = None,
    seed: int = 0,
    limits: Limits[int] = UNLIMITED,
) -> list[list[Fraction]]:
    """Return the parts of the regions with full rank, a row for 1, 2, ..., n points, a column for 0 to ``units`` units.

    Args:
        data: n points of Q^d.
        units: the largest number of units.
        bias: whether units have a bias.
        samples: take the mean over so many random subsets of the points of each size; the first points if None.
        seed: of the random subsets.
        limits: for each table, as for :func:`tropical.parameter_space.loss_landscape.rank_table.rank_table`.

    Raises:
        InputError: if there is no point, or a number is negative.
        LimitReached: at a limit.

    >>> [[str(part) for part in row] for row in full_rank_fractions([[0], [1], [3]], units=3)]
    [['0', '1/2', '3/4', '7/8'], ['0', '1/4', '9/16', '49/64'], ['0', '0', '7/18', '2/3']]
    """
    points = data.points if isinstance(data, DataSet) else rational_matrix(data)
    if not points or (samples is not None and samples < 1):
        raise InputError("no point, or no sample; give at least one")
    random = Random(seed)
    found = []
    for size in range(1, len(points) + 1):
        chosen = _subsets(points, size, samples, random)
        tables = [[row.fraction for row in rank_table(own, units, bias, limits)] for own in chosen]
        found.append([sum(column, Fraction(0)) / len(tables) for column in zip(*tables, strict=True)])
    return found


def _subsets(points: Sequence[Vector], size: int, samples: int | None, random: Random) -> list[Sequence[Vector]]:
    if samples is None or size == len(points):
        return [points[:size]]
    return [random.sample(points, size) for _ in range(samples)]
