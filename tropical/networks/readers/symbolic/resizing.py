"""One axis that is resized: nearest entries, and linear interpolation, which is a linear map.

The place of an entry of the result in the tensor is computed exactly from the scale. Where the nearest entry would be
another one in the float32 arithmetic of other libraries, it is refused.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import ceil, floor
from typing import Any

import numpy as np
from attrs import frozen

from polytopes.errors import UnsupportedError
from tropical.networks.tensor import Tensor

Coordinate = Callable[[Any, Any, int, int], Any]
"""A place in the tensor from a place in the result, the scale, and the lengths of the tensor and the result."""

COORDINATES: dict[str, Coordinate] = {
    "asymmetric": lambda x, scale, n, m: x / scale,
    "half_pixel": lambda x, scale, n, m: (2 * x + 1) / (2 * scale) - x.__class__(1) / 2,
    "pytorch_half_pixel": lambda x, scale, n, m: (2 * x + 1) / (2 * scale) - x.__class__(1) / 2 if m > 1 else x * 0,
    "tf_half_pixel_for_nn": lambda x, scale, n, m: (2 * x + 1) / (2 * scale),
    "align_corners": lambda x, scale, n, m: x * (n - 1) / (m - 1) if m > 1 else x * 0,
}
HALF = Fraction(1, 2)
ROUNDINGS: dict[str, Callable[[Fraction], int]] = {
    "round_prefer_floor": lambda x: ceil(x - HALF),
    "round_prefer_ceil": lambda x: floor(x + HALF),
    "floor": floor,
    "ceil": ceil,
}


@frozen
class ResizedAxis:
    """An axis that is resized: its length before and after, and the scale."""

    before: int
    after: int
    scale: Fraction


def nearest(axis: ResizedAxis, coordinates: str, rounding: str) -> list[int]:
    """Return the index of the nearest entry for each entry of the result.

    Args:
        axis: the axis.
        coordinates: a key of ``COORDINATES``.
        rounding: a key of ``ROUNDINGS``.

    Raises:
        UnsupportedError: where float32 arithmetic would choose another entry.

    >>> nearest(ResizedAxis(2, 4, Fraction(2)), "asymmetric", "floor")
    [0, 0, 1, 1]
    """
    coordinate, rounded_to = COORDINATES[coordinates], ROUNDINGS[rounding]
    single = np.float32(axis.scale)
    found = []
    for x in range(axis.after):
        exact = coordinate(Fraction(x), axis.scale, axis.before, axis.after)
        rounded = Fraction(float(np.float32(coordinate(np.float32(x), single, axis.before, axis.after))))
        place, other = (min(max(rounded_to(at), 0), axis.before - 1) for at in (exact, rounded))
        if place != other:
            raise UnsupportedError(f"the scale {float(axis.scale)}, with which libraries disagree on nearest entries")
        found.append(place)
    return found


def interpolation(axis: ResizedAxis, coordinates: str) -> Tensor:
    """Return the matrix of linear interpolation; beyond the ends the last entry is repeated.

    >>> interpolation(ResizedAxis(2, 3, Fraction(3, 2)), "align_corners") == Tensor.of([[1, 0], ["1/2", "1/2"], [0, 1]])
    True
    """
    rows = []
    for x in range(axis.after):
        at = COORDINATES[coordinates](Fraction(x), axis.scale, axis.before, axis.after)
        at = min(max(at, Fraction(0)), Fraction(axis.before - 1))
        left = floor(at)
        row = [Fraction(0)] * axis.before
        row[left] += 1 - (at - left)
        row[min(left + 1, axis.before - 1)] += at - left
        rows.append(row)
    return Tensor.of(rows)
