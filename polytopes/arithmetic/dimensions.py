"""The dimension of the space in which several objects live."""

from __future__ import annotations

from collections.abc import Iterable
from operator import index
from typing import Any

from polytopes.errors import ShapeError
from polytopes.messages import shortened


def checked_dimension(dim: Any) -> int:
    """Return the dimension of a space as an int.

    Raises:
        ShapeError: if it is not an integer, or is negative.

    >>> checked_dimension(3)
    3
    """
    try:
        number = index(dim)
    except TypeError:
        raise ShapeError(f"dimension {shortened(dim)}; it is an integer from 0") from None
    if number < 0:
        raise ShapeError(f"dimension {shortened(number)}; it is an integer from 0")
    return number


def common_dimension(dimensions: Iterable[int], given: int | None, what: str) -> int:
    """Return the one dimension that all objects have; the ``given`` one must agree and serves if there are none.

    Raises:
        ShapeError: if dimensions differ, none is known, or the given one is negative.

    >>> common_dimension([2, 2], None, "points")
    2
    """
    found = set(dimensions) | ({checked_dimension(given)} if given is not None else set())
    if len(found) > 1:
        raise ShapeError(
            f"{what} in spaces of dimensions {', '.join(map(str, sorted(found)))}; give {what} of one space"
        )
    if not found:
        raise ShapeError(f"without any {what} the dimension of the space is unknown; give ambient_dim")
    return found.pop()
