"""Files read with one kind of error."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from os import PathLike
from pathlib import Path
from typing import IO, Any, TypeVar

from polytopes.arithmetic.long_numbers import integer_of
from polytopes.errors import FileFormatError, InputError
from polytopes.formats.limits import PER_CHARACTER, max_size, refuse_larger
from polytopes.messages import shortened
from polytopes.output_files import kind_of

Made = TypeVar("Made")


def read_text(path: Path) -> str:
    """Return the content of a text file; line ends of all systems become newlines, a byte order mark is left out.

    Raises:
        FileFormatError: if it cannot be read, is larger than a file may be, or is not UTF-8 text.
    """
    content = read_bytes(path, PER_CHARACTER)
    try:
        return as_text(content)
    except FileFormatError as error:
        raise FileFormatError(f"{path}: {error}") from None


def as_text(content: bytes) -> str:
    """Return the text in UTF-8 that the bytes of a file are; line ends and marks as for :func:`read_text`.

    >>> as_text(b"max(x, 0)\\r\\n")
    'max(x, 0)\\n'
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise FileFormatError("not a text file") from None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def read_bytes(path: Path, weight: int = 1) -> bytes:
    """Return the content of a file.

    Args:
        path: where.
        weight: for how many bytes each of its bytes counts.

    Raises:
        FileFormatError: if it cannot be read, or is larger than a file may be (:mod:`polytopes.formats.limits`).
    """
    most = max_size() // weight
    with opened_file(path) as stream:
        known = os.fstat(stream.fileno()).st_size
        content = b"" if known > most else stream.read(known + 1)
    try:
        refuse_larger(weight * max(known, len(content)), "its contents")
    except FileFormatError as error:
        raise FileFormatError(f"{path}: {error}") from None
    return content


@contextmanager
def opened_file(path: Path) -> Iterator[IO[bytes]]:
    """Yield a stream that reads a regular file; all else may be endless, or never begin.

    Raises:
        FileFormatError: if it is a directory, a device or a pipe, or cannot be read, here and in the block.
    """
    if "\0" in str(path):
        raise FileFormatError(f"{str(path)!r}: cannot be read, a null character is in no name of a file")
    try:
        with open(path, "rb", opener=_without_waiting) as stream:
            kind = kind_of(os.fstat(stream.fileno()).st_mode)
            if kind is not None:
                raise FileFormatError(f"{path}: cannot be read, it is {kind}; give a file")
            yield stream
    except OSError as error:
        raise FileFormatError(f"{path}: cannot be read ({error.strerror})") from None


def _without_waiting(name: str, flags: int) -> int:
    """Open a pipe even if nobody writes to it."""
    return os.open(name, flags | os.O_NONBLOCK)


def unrepeated(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return a JSON object of these entries; what :func:`json.loads` takes as ``object_pairs_hook``.

    Raises:
        FileFormatError: if a key comes twice.
    """
    entries = dict(pairs)
    if len(entries) < len(pairs):
        raise FileFormatError(f"an object has a key twice, among {shortened([key for key, _ in pairs])}")
    return entries


def read_document(path: str | PathLike[str], make: Callable[[Any], Made]) -> Made:
    """Return what is made of the JSON document in a file; JSON decimals are floats.

    Raises:
        FileFormatError: if the file cannot be read, is not JSON, or not such a document; the message names it.
    """
    file = Path(path)
    text = read_text(file)
    try:
        document = json.loads(text, parse_int=integer_of, object_pairs_hook=unrepeated)
    except FileFormatError as error:
        raise FileFormatError(f"{file}: {error}") from None
    except (ValueError, RecursionError) as error:
        raise FileFormatError(f"{file}: not JSON, or cut short ({error})") from None
    try:
        return make(document)
    except InputError as error:
        raise FileFormatError(f"{file}: {error}") from None
