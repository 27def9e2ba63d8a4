"""Counts on file: what is done, and the paths that are open, in an SQLite database that is consistent at any moment.

A finished slice is one transaction, so whatever ends the process, the file holds the state between two slices. A seal
over the counts and the set of open paths, and over cells and notes that are kept, shows damage that the database itself
does not notice. Keys of cells are not written down: they are found again.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path as File
from typing import Any, TypeAlias

import numpy as np

from polytopes.enumeration.keyed_cells import KeptCells, Keyer
from polytopes.enumeration.parallel.slices import Problem, Slice
from polytopes.enumeration.splitting_tree import Path
from polytopes.errors import FileFormatError, InputError
from polytopes.output_files import target_of

APPLICATION, VERSION = 0x74726F70, 1
MAGIC = b"SQLite format 3\0"
TABLES = (
    f"PRAGMA application_id = {APPLICATION}",
    f"PRAGMA user_version = {VERSION}",
    "CREATE TABLE problem (digest TEXT NOT NULL, method TEXT NOT NULL, gates INTEGER NOT NULL, dim INTEGER NOT NULL)",
    "CREATE TABLE done (count TEXT NOT NULL, n_bounded TEXT NOT NULL, slices INTEGER NOT NULL, seal TEXT NOT NULL)",
    "CREATE TABLE open (path TEXT PRIMARY KEY) WITHOUT ROWID",
)
"""What a new file begins with."""
CELLS = """CREATE TABLE cells (
    number INTEGER PRIMARY KEY, kind TEXT NOT NULL, count INTEGER NOT NULL, width INTEGER NOT NULL,
    patterns BLOB NOT NULL, n_facets BLOB NOT NULL, facets BLOB NOT NULL
)"""
"""The cells of slices, where they are kept; ``kind`` has the types of the entries of patterns and facets."""
NOTES = "CREATE TABLE notes (number INTEGER PRIMARY KEY, text TEXT NOT NULL)"
"""The notes of slices, where they have any."""
KINDS = {f"{pattern}{facet}": (f"<{pattern}", f"<{facet}") for pattern in ("u1", "i8") for facet in ("u2", "u4")}

Array = np.ndarray[Any, Any]
CellsRow: TypeAlias = tuple[str, int, int, bytes, bytes, bytes]

PATIENCE, WAITS = 0.3, (0.03, 0.06, 0.12)
"""Seconds for which the database waits for a lock, and those between the times that it is asked."""

CIRCUMSTANCES = ("locked", "full", "readonly", "disk I/O", "unable to open")
"""Words of the database for what is not the fault of the file."""
_open_here: set[tuple[int, int]] = set()
"""Device and number of every file that this process has open."""


class _InUse(InputError):
    """Another count has the file."""


class Checkpoint:
    """The state of one count in a file, which is made if it does not exist. Close it, or use it in a ``with``.

    Links are followed. The file is locked until it is closed or the process ends, however that happens.

    Args:
        file: where.
        problem: what is counted.

    Raises:
        InputError: if the file belongs to another problem, is in use, cannot be written, or is no regular file.
        FileFormatError: if it is not a file of a count, or damaged.
    """

    def __init__(self, file: File, problem: Problem) -> None:
        self.file = file
        self.problem = problem
        self.count = self.n_bounded = self.slices = 0
        self._open_hash = self._kept_hash = 0
        self._target = target_of(file)
        self._claim()
        try:
            self._check_header()
            self._open()
        except BaseException:
            _open_here.discard(self._inode)
            raise

    def __enter__(self) -> Checkpoint:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let the file go."""
        self._base.close()
        _open_here.discard(self._inode)

    @property
    def is_complete(self) -> bool:
        """Whether nothing is left to be done."""
        return not self._open_hash

    def paths(self) -> list[Path]:
        """Return the open paths, the deepest last."""
        return sorted((_parsed(text) for (text,) in self._base.execute("SELECT path FROM open")), key=len)

    def record(self, taken: Sequence[Path], part: Slice) -> None:
        """Write down a slice below the paths ``taken``: its counts, and the paths left in place of these."""
        before, after = [_spelled(path) for path in taken], [_spelled(path) for path in part.left]
        open_hash = (self._open_hash - _set_hash(before) + _set_hash(after)) % 2**256
        done = (self.count + part.count, self.n_bounded + part.n_bounded, self.slices + 1)
        rows = [_row(cells.kept) for cells in part.cells]
        notes = [part.notes] if part.notes else []
        kept_hash = (self._kept_hash + sum(map(_row_hash, rows)) + _set_hash(notes)) % 2**256
        with self._in_one_line(), self._base:
            self._base.execute("BEGIN")
            self._base.executemany("DELETE FROM open WHERE path = ?", ((text,) for text in before))
            self._base.executemany("INSERT INTO open VALUES (?)", ((text,) for text in after))
            if rows:
                self._base.executemany("INSERT INTO cells VALUES (NULL, ?, ?, ?, ?, ?, ?)", rows)
            if notes:
                self._base.execute("INSERT INTO notes VALUES (NULL, ?)", notes)
            self._write(done, open_hash, kept_hash)
        self.count, self.n_bounded, self.slices = done
        self._open_hash, self._kept_hash = open_hash, kept_hash

    def cells(self, keyer: Keyer) -> Iterator[KeptCells]:
        """Yield the cells that were kept, slice by slice.

        Raises:
            FileFormatError: if they are not cells of the problem.
        """
        for row in self._rows():
            cells = keyer.checked(_arrays(row))
            if cells is None:
                raise self._damaged("cells are not those of the problem")
            yield cells

    def notes(self, base: sqlite3.Connection | None = None) -> Iterator[str]:
        """Yield the notes of slices, one after the other."""
        if self.problem.has_notes:
            with self._in_one_line():
                yield from (text for (text,) in (base or self._base).execute("SELECT text FROM notes ORDER BY number"))

    def _rows(self, base: sqlite3.Connection | None = None) -> Iterator[CellsRow]:
        if self.problem.keyed:
            with self._in_one_line():
                base = base or self._base
                yield from base.execute("SELECT kind, count, width, patterns, n_facets, facets FROM cells")

    def _write(self, done: tuple[int, int, int], open_hash: int, kept_hash: int) -> None:
        seal = self._seal(done, open_hash, kept_hash)
        self._base.execute(
            "UPDATE done SET count = ?, n_bounded = ?, slices = ?, seal = ?", (*map(str, done[:2]), done[2], seal)
        )

    def _seal(self, done: tuple[int, int, int], open_hash: int, kept_hash: int = 0) -> str:
        is_more_kept = self.problem.keyed or self.problem.has_notes
        content = (self.problem.digest, done, open_hash, *([kept_hash] if is_more_kept else []))
        return hashlib.sha256(repr(content).encode()).hexdigest()

    def _claim(self) -> None:
        """Make the file if there is none, and note that it is open here.

        The locks of the database belong to the process, and it loses them all when it closes the file once: this must
        not happen to a count that goes on.
        """
        try:
            os.close(os.open(self._target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666))
            self._is_new = True
        except FileExistsError:
            self._is_new = False
        except OSError as error:
            reason = f"{self.file} cannot be written: {error.strerror}"
            raise InputError(f"{reason}; name a file in a folder of yours") from None
        status = self._target.stat()
        self._inode = (status.st_dev, status.st_ino)
        if self._inode in _open_here:
            raise self._in_use()
        _open_here.add(self._inode)

    def _check_header(self) -> None:
        try:
            with self._target.open("rb") as content:
                start = content.read(len(MAGIC))
        except OSError as error:
            raise self._unusable(error) from error
        if start and start != MAGIC:
            raise FileFormatError(f"{self.file} is not the file of a count; name another one, or a new one")
        if not os.access(self._target, os.W_OK):
            raise InputError(f"{self.file}: no permission to write")

    def _open(self) -> None:
        """Counts that begin in one moment may refuse one another; those that do try again, each at times of its own."""
        for wait in WAITS:
            try:
                self._open_once()
            except _InUse:
                time.sleep(wait * (1 + os.getpid() % 7 / 7))
            else:
                return
        self._open_once()

    def _open_once(self) -> None:
        self._base = base = sqlite3.connect(self._target, isolation_level=None, timeout=PATIENCE)
        try:
            # Nobody else may read or write it from the first look on: two counts would do the same work twice.
            with self._in_one_line():
                base.execute("PRAGMA locking_mode = EXCLUSIVE")
                base.execute("BEGIN EXCLUSIVE")
                if not self._target.stat().st_size:
                    self._begin()
                self._check(base)
                base.execute("COMMIT")
        except BaseException:
            base.close()
            raise

    def _begin(self) -> None:
        """Write the state in which nothing is done, in the transaction that is open, and end it."""
        program = self.problem.program
        known = (self.problem.digest, self.problem.method, program.n_gates, program.input_dim)
        try:
            cells, notes = [CELLS] if self.problem.keyed else [], [NOTES] if self.problem.has_notes else []
            for statement in (*TABLES, *cells, *notes):
                self._base.execute(statement)
            self._base.execute("INSERT INTO problem VALUES (?, ?, ?, ?)", known)
            self._base.execute("INSERT INTO open VALUES ('')")
            self._base.execute("INSERT INTO done VALUES ('0', '0', 0, ?)", (self._seal((0, 0, 0), _set_hash([""])),))
            self._base.execute("COMMIT")
        except BaseException:
            if self._is_new:  # and still locked by this process
                self._target.unlink(missing_ok=True)
            raise
        self._base.execute("BEGIN EXCLUSIVE")

    def _check(self, base: sqlite3.Connection) -> None:
        [application] = base.execute("PRAGMA application_id").fetchone()
        [version] = base.execute("PRAGMA user_version").fetchone()
        if application != APPLICATION:
            raise FileFormatError(f"{self.file} is not the file of a count, but another database")
        if version != VERSION:
            raise FileFormatError(f"{self.file} has format {version}; this version reads and writes format {VERSION}")
        [verdict] = base.execute("PRAGMA integrity_check(1)").fetchone()
        if verdict != "ok":
            raise self._damaged(verdict)
        problems = base.execute("SELECT * FROM problem").fetchall()
        totals = base.execute("SELECT * FROM done").fetchall()
        if len(problems) != 1 or len(totals) != 1:
            raise self._damaged("rows are missing")
        if problems[0][0] != self.problem.digest:
            _, method, gates, dim = problems[0]
            raise InputError(
                f"{self.file} belongs to another count: of {gates} gates in dimension {dim}, method {method}, or with"
                " another domain or weights, or of linear regions or without them; name another file"
            )
        self._read(base, totals[0])

    def _read(self, base: sqlite3.Connection, total: tuple[str, str, int, str]) -> None:
        texts = [text for (text,) in base.execute("SELECT path FROM open")]
        try:
            self.count, self.n_bounded, self.slices = int(total[0]), int(total[1]), int(total[2])
            self._open_hash, n_cells = _set_hash(texts), 0
            for row in self._rows(base):
                self._kept_hash = (self._kept_hash + _row_hash(row)) % 2**256
                n_cells += len(_arrays(row)[0])
            self._kept_hash = (self._kept_hash + _set_hash(self.notes(base))) % 2**256
        except (TypeError, ValueError, AttributeError, KeyError, OverflowError):
            raise self._damaged("a value is not what it should be") from None
        done = (self.count, self.n_bounded, self.slices)
        if n_cells != self.count * self.problem.keyed:
            raise self._damaged("cells are missing")
        if total[3] != self._seal(done, self._open_hash, self._kept_hash):
            raise self._damaged("the seal does not fit the contents")

    @contextmanager
    def _in_one_line(self) -> Iterator[None]:
        """Say in the words of the toolkit what the database says."""
        try:
            yield
        except (sqlite3.DatabaseError, UnicodeError) as error:
            if any(word in str(error) for word in CIRCUMSTANCES):
                raise self._unusable(error) from error
            raise self._damaged(str(error)) from error

    def _damaged(self, reason: str) -> FileFormatError:
        return FileFormatError(f"{self.file} is damaged ({reason}); begin again with another file")

    def _unusable(self, error: Exception) -> InputError:
        if "locked" in str(error):
            return self._in_use()
        remains = "it is not made" if self._is_new and not self.slices else "it keeps what was recorded before"
        return InputError(f"{self.file} cannot be written: {error}; {remains}")

    def _in_use(self) -> InputError:
        return _InUse(f"{self.file} is in use by another count; wait for it, or name another file")


def _row(cells: KeptCells) -> CellsRow:
    kind = cells.patterns.dtype.str[1:] + cells.facets.dtype.str[1:]
    count, width = cells.patterns.shape
    patterns, facets = (part.astype(part.dtype.newbyteorder("<")) for part in (cells.patterns, cells.facets))
    return kind, count, width, patterns.tobytes(), cells.n_facets.astype("<u4").tobytes(), facets.tobytes()


def _arrays(row: CellsRow) -> tuple[Array, Array, Array]:
    """Return patterns, numbers of facets and facets; a ValueError or KeyError if they cannot be such."""
    kind, count, width, patterns, n_facets, facets = row
    of_patterns, of_facets = KINDS[kind]
    return (
        np.frombuffer(patterns, dtype=of_patterns).reshape(count, width),
        np.frombuffer(n_facets, dtype="<u4"),
        np.frombuffer(facets, dtype=of_facets),
    )


def _row_hash(row: CellsRow) -> int:
    kind, count, width, *blobs = row
    parts = [repr((kind, count, width)).encode(), *(hashlib.sha256(blob).digest() for blob in blobs)]
    return int.from_bytes(hashlib.sha256(b"".join(parts)).digest())


def _set_hash(texts: Iterable[str]) -> int:
    """Return a number that changes with every change of a set; adding and subtracting keeps it up to date."""
    return sum(int.from_bytes(hashlib.sha256(text.encode()).digest()) for text in texts) % 2**256


def _spelled(path: Path) -> str:
    return " ".join(f"{gate}:{winner}" for gate, winner in path)


def _parsed(text: str) -> Path:
    pairs = (part.split(":") for part in text.split())
    return tuple((int(gate), int(winner)) for gate, winner in pairs)
