"""The dimension of the space in which several objects live."""

from __future__ import annotations

from collections.abc import Iterable

from polytopes.errors import ShapeError


def common_dimension(dimensions: Iterable[int], given: int | None, what: str) -> int:
    """Return the one dimension that all objects have; the ``given`` one must agree and serves if there are none.

    Raises:
        ShapeError: if dimensions differ or none is known.

    >>> common_dimension([2, 2], None, "points")
    2
    """
    found = set(dimensions) | ({given} if given is not None else set())
    if len(found) > 1:
        raise ShapeError(
            f"{what} in spaces of dimensions {', '.join(map(str, sorted(found)))}; give {what} of one space"
        )
    if not found:
        raise ShapeError(f"without any {what} the dimension of the space is unknown; give ambient_dim")
    return found.pop()
