"""The pickles in a file of torch, checked before torch opens it: tuples made of tuples take time without end.

Since torch 1.6 a file is a zip archive, with a pickle that says how its tensors are made and a member for each storage;
older files are pickles one after the other, with the storages behind them. The pickles are not run here, only listed.
"""

from __future__ import annotations

import io
import pickletools
from typing import IO, Any
from zipfile import ZipFile

from polytopes.errors import FileFormatError

DEEPEST = 16
"""Levels of tuples made of earlier tuples; each may double the time to compare two of them."""
OLD_PICKLES = 5
"""Pickles in an old file: magic number, version, system, object and names of storages."""
_MAKE_TUPLE = ("TUPLE", "TUPLE1", "TUPLE2", "TUPLE3")
_TAKE, _KEEP = ("BINGET", "LONG_BINGET"), ("BINPUT", "LONG_BINPUT")


def check_old_file(content: bytes) -> None:
    """Check the pickles of a file of torch before 1.6.

    Raises:
        FileFormatError: if one is damaged, or would take too much time to open.
    """
    stream = io.BytesIO(content)
    for _ in range(OLD_PICKLES):
        _check_pickle(stream)


def check_archive(archive: ZipFile) -> None:
    """Check the pickles in an archive; errors as for :func:`check_old_file`."""
    for member in archive.infolist():
        if member.filename.endswith(".pkl"):
            _check_pickle(io.BytesIO(archive.read(member)))


def _check_pickle(stream: IO[bytes]) -> None:
    """Follow how deep tuples are made of tuples that were made before; what is not seen so is not shared."""
    kept: dict[Any, int] = {}
    made = inside = 0
    try:
        for operation, argument, _ in pickletools.genops(stream):
            if operation.name in _MAKE_TUPLE:
                made, inside = inside + 1, 0
                if made > DEEPEST:
                    raise FileFormatError(f"its pickle nests tuples that are used again over {DEEPEST} deep")
            elif operation.name in _TAKE:
                inside = max(inside, kept.get(argument, 0))
            elif operation.name in _KEEP:
                kept[argument] = made
            elif operation.name == "MEMOIZE":
                kept[len(kept)] = made
            else:
                made = 0
    except (ValueError, IndexError, AttributeError) as error:
        if isinstance(error, FileFormatError):
            raise
        raise FileFormatError("damaged: its pickle cannot be listed") from None
