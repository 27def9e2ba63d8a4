"""Rows with keys, in memory or, where they are many, in a file: read back by the highest bits of the key.

Rows with one key come back together, so that what is asked of them needs the memory of one bucket. The files have no
name, and vanish with the process, however that ends.
"""

from __future__ import annotations

import os
import tempfile
import weakref
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import IO, Any

import numpy as np

from polytopes.errors import InputError

Array = np.ndarray[Any, Any]
BUCKET_BITS = 6
"""Rows in a file are parted by so many bits of their keys."""
BUFFER = 1 << 23
"""Bytes that wait to be written together."""


class RowsOnDisk:
    """Arrays one after the other in a file without a name, which is made when something is written."""

    def __init__(self) -> None:
        self.size = 0

    @cached_property
    def _file(self) -> IO[bytes]:
        """The file; it is closed when nothing refers to this object any more."""
        file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115
        weakref.finalize(self, file.close)
        return file

    def append(self, data: bytes) -> int:
        """Write bytes and return where they begin; what is interrupted leaves nothing.

        Raises:
            InputError: if there is no room.
        """
        begin = place = self.size
        rest = memoryview(data)
        try:
            while rest:
                written = os.pwrite(self._file.fileno(), rest, place)
                rest, place = rest[written:], place + written
        except OSError as error:
            raise InputError(
                f"keys of regions cannot be written to {tempfile.gettempdir()}: {error.strerror};"
                " name a folder with more room in TMPDIR"
            ) from None
        self.size = place
        return begin

    def read(self, begin: int, count: int, kind: np.dtype[Any]) -> Array:
        """Return an array of so many entries that begins at a place."""
        return np.frombuffer(os.pread(self._file.fileno(), count * kind.itemsize, begin), dtype=kind)

    def mapped(self, width: int) -> Array:
        """Return the file as rows of so many bytes, which are read when they are used."""
        return np.memmap(self._file, dtype=np.uint8, mode="r", shape=(self.size // width, width))


class KeyTable:
    """Columns of equal length, the first of which are keys of 64 bits.

    >>> import numpy as np
    >>> table = KeyTable()
    >>> table.add(np.array([2**63, 1, 2**63], dtype=np.uint64), np.array([10, 11, 12]))
    >>> table.write()
    >>> table.add(np.array([1], dtype=np.uint64), np.array([13]))
    >>> [rows.tolist() for _, rows in table.buckets()]
    [[11, 13], [10, 12]]
    """

    def __init__(self) -> None:
        self._waiting: list[tuple[Array, ...]] = []
        self._disk: RowsOnDisk | None = None
        self._pieces: list[list[tuple[int, int]]] = [[] for _ in range(1 << BUCKET_BITS)]
        self._kinds: list[np.dtype[Any]] = []
        self.waiting_bytes = 0

    def add(self, *columns: Array) -> None:
        """Take more rows."""
        if len(columns[0]):
            self._waiting.append(columns)
            self.waiting_bytes += sum(column.nbytes for column in columns)
        if self._disk is not None and self.waiting_bytes > BUFFER:
            self.write()

    def write(self) -> None:
        """Move all rows to the file, and keep later ones there too."""
        self._disk = self._disk or RowsOnDisk()
        if not self._waiting:
            return
        columns = [np.concatenate(parts) for parts in zip(*self._waiting, strict=True)]
        self._kinds = [column.dtype for column in columns]
        highest = (columns[0] >> np.uint64(64 - BUCKET_BITS)).astype(np.uint8)
        order = np.argsort(highest, kind="stable")
        ends = np.searchsorted(highest[order], np.arange((1 << BUCKET_BITS) + 1))
        columns = [column[order] for column in columns]
        for bucket, pieces in enumerate(self._pieces):
            begin, end = int(ends[bucket]), int(ends[bucket + 1])
            if begin < end:
                parts = [column[begin:end].tobytes() for column in columns]
                pieces.append((self._disk.append(b"".join(parts)), end - begin))
        self._waiting, self.waiting_bytes = [], 0

    def buckets(self) -> Iterator[list[Array]]:
        """Yield all rows, as lists of columns; rows with one key together, in the order in which they were added."""
        if self._disk is None:
            if self._waiting:
                self._waiting = [tuple(np.concatenate(parts) for parts in zip(*self._waiting, strict=True))]
                yield list(self._waiting[0])
            return
        self.write()
        for pieces in self._pieces:
            if pieces:
                parts = [self._read(*piece) for piece in pieces]
                yield [np.concatenate(columns) for columns in zip(*parts, strict=True)]

    def _read(self, begin: int, count: int) -> Sequence[Array]:
        assert self._disk is not None
        found = []
        for kind in self._kinds:
            found.append(self._disk.read(begin, count, kind))
            begin += count * kind.itemsize
        return found
