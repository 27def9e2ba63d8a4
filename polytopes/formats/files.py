"""Files read with one kind of error and written completely or not at all."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from polytopes.errors import FileFormatError, InputError
from polytopes.formats.limits import PER_CHARACTER, max_size, refuse_larger
from polytopes.messages import shortened

NO_ROOM = {errno.ENOSPC, errno.EFBIG, errno.EDQUOT}
"""The errors of a full disk, a file that is too large, and an exceeded quota."""


def read_text(path: Path) -> str:
    """Return the content of a text file; line ends of all systems become newlines.

    Raises:
        FileFormatError: if it cannot be read, is larger than a file may be, or is not UTF-8 text.
    """
    content = read_bytes(path, PER_CHARACTER)
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        raise FileFormatError(f"{path}: not a text file") from None
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
    try:
        with path.open("rb") as stream:
            known = os.fstat(stream.fileno()).st_size
            content = b"" if known > most else stream.read(most + 1)
    except OSError as error:
        raise FileFormatError(f"{path}: cannot be read ({error.strerror})") from None
    except ValueError as error:
        raise FileFormatError(f"{str(path)!r}: cannot be read, not a name of a file ({error})") from None
    try:
        refuse_larger(weight * max(known, len(content)), "its contents")
    except FileFormatError as error:
        raise FileFormatError(f"{path}: {error}") from None
    return content


def unrepeated(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return a JSON object of these entries; what :func:`json.loads` takes as ``object_pairs_hook``.

    Raises:
        FileFormatError: if a key comes twice.
    """
    entries = dict(pairs)
    if len(entries) < len(pairs):
        raise FileFormatError(f"an object has a key twice, among {shortened([key for key, _ in pairs])}")
    return entries


def write_text(path: Path, content: str) -> None:
    """Write a text file in UTF-8, as :func:`write_bytes` does."""
    write_bytes(path, content.encode("utf-8"))


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file completely or not at all, as :func:`replaced` does."""
    with replaced(path) as stream:
        stream.write(content)


@contextmanager
def replaced(path: Path) -> Iterator[IO[bytes]]:
    """Yield a stream whose content becomes the file at the end of the block; after an exception nothing changes.

    A temporary file in the same folder is renamed, so no reader sees half of the content. Devices and pipes are written
    to directly. Links are followed, and a file that is replaced keeps its permissions.

    Raises:
        InputError: if the path is a folder, or the folder does not exist or cannot be written to, or has no room.
    """
    try:
        target = path.resolve()
        if target.exists() and not target.is_file():
            stream: IO[bytes] = target.open("wb")
            name = None
        else:
            handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
            stream = os.fdopen(handle, "wb")
    except OSError as error:
        raise InputError(f"{path}: cannot be written ({error.strerror}); give a name in a folder of yours") from None
    except ValueError as error:
        raise InputError(f"{str(path)!r}: not a name of a file ({error})") from None
    try:
        with stream:
            yield stream
        if name is not None:
            os.chmod(name, target.stat().st_mode if target.exists() else 0o666 & ~_umask())
            os.replace(name, target)
    except BaseException as error:
        if name is not None:
            os.unlink(name)
        if isinstance(error, OSError) and error.errno in NO_ROOM:
            raise InputError(f"{path}: cannot be written ({error.strerror}); nothing was kept of it") from None
        raise


def _umask() -> int:
    """Return the mask of permissions of new files, which can only be read by setting it."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
