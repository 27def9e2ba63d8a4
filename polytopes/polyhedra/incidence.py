"""Incidences as bit sets: bit j of a row is 1 where the row and the j-th other row are orthogonal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from polytopes.arithmetic.rationals import Row

Array = np.ndarray[Any, Any]
Words = np.ndarray[Any, np.dtype[np.uint64]]
"""Bit sets as rows of 64-bit words."""


def incidences(rows: Sequence[Row], others: Sequence[Row]) -> list[int]:
    """Return for each row the bit set of the other rows orthogonal to it.

    >>> incidences([(1, 0), (1, -1)], [(0, 1), (1, 1), (2, 2)])
    [1, 6]
    """
    if not rows or not others:
        return [0] * len(rows)
    products = exact_product(integer_array(rows), integer_array(others).T)
    return [int("".join("01"[entry] for entry in line), 2) for line in (products == 0)[:, ::-1].astype(int)]


def transpose(masks: Sequence[int], width: int) -> list[int]:
    """Return the columns of a 0/1 matrix whose rows are bit sets.

    >>> transpose([0b01, 0b11], 2)
    [3, 2]
    """
    columns = [0] * width
    for index, mask in enumerate(masks):
        for j in bits(mask):
            columns[j] |= 1 << index
    return columns


def bits(mask: int) -> list[int]:
    """Return the positions of the ones of a bit set, in increasing order.

    >>> bits(0b1011)
    [0, 1, 3]
    """
    positions = []
    while mask:
        low = mask & -mask
        positions.append(low.bit_length() - 1)
        mask ^= low
    return positions


def pack(masks: Sequence[int], width: int) -> Words:
    """Return bit sets of at most ``width`` bits as rows of 64-bit words, the lowest word first."""
    size = 8 * max(1, -(-width // 64))
    data = b"".join(mask.to_bytes(size, "little") for mask in masks)
    return np.frombuffer(data, dtype="<u8").reshape(len(masks), size // 8).astype(np.uint64)


def neighbors(zero_sets: Words, index: int, dim: int) -> list[int]:
    """Return the rays of a pointed cone that span a 2-face with the ray ``index``.

    Args:
        zero_sets: for each extreme ray the inequalities that vanish on it, as :func:`pack` gives them.
        index: one of the rays.
        dim: the dimension of the cone.

    Two extreme rays are adjacent iff no third ray vanishes on all rows on which both do (Fukuda, Prodon 1996,
    proposition 7); such rows have rank ``dim - 2``, so there are at least so many.

    >>> sorted(neighbors(pack([0b0011, 0b0110, 0b1100, 0b1001], 4), 0, 3))
    [1, 3]
    """
    common = zero_sets & zero_sets[index]
    sizes = np.bitwise_count(common).sum(axis=1, dtype=np.int64)
    close = (sizes >= dim - 2).nonzero()[0]
    close = close[np.argsort(-sizes[close], kind="stable")]
    largest: dict[int, list[int]] = {}
    for j, words in zip(close.tolist(), common[close], strict=True):
        mask = int.from_bytes(words.tobytes(), "little")
        if j == index:
            continue
        if mask in largest:
            largest[mask].append(j)
        elif not any(mask & ~other == 0 for other in largest):
            largest[mask] = [j]
    return [rays[0] for rays in largest.values() if len(rays) == 1]


def exact_product(left: Array, right: Array) -> Array:
    """Return ``left @ right`` of integer arrays, in machine words where no sum can overflow."""
    if left.dtype == right.dtype == np.int64 and left.size and right.size:
        bound = int(np.abs(left).max()) * int(np.abs(right).max()) * right.shape[0]
        if bound < 2**62:
            return np.asarray(left @ right)
    return np.asarray(left.astype(object) @ right.astype(object))


def integer_array(rows: Any) -> Array:
    """Return integers as an array of machine words, or of Python integers if they are too long."""
    try:
        table = np.array(rows, dtype=np.int64)
    except OverflowError:
        return np.array(rows, dtype=object)
    return table if (table != np.iinfo(np.int64).min).all() else table.astype(object)
