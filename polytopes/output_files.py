"""Files written completely or not at all, and only where a file may be: never in place of a device or a pipe.

Every file that is written goes through :func:`replaced`; a database, which is changed in place, asks :func:`target_of`.
"""

from __future__ import annotations

import fcntl
import io
import os
import re
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from typing import IO, Any

from attrs import frozen

from polytopes.errors import InputError

KINDS = {
    stat.S_IFDIR: "a directory",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
}
"""What a path may name that is no file to write to."""
LONGEST_NAME = 180
"""Bytes of a file name that go into the name of its temporary file, which may have 255."""


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

    The content goes to a temporary file in the same folder. At the end this replaces the file that was there when the
    block began, whose permissions it takes over; if there was none, it gets the name only if that is still free. Links
    are followed and stay. Temporary files of processes that were killed are removed by the next one that writes the
    same file.

    Raises:
        InputError: if the path is no regular file; if the folder does not exist or cannot be written to, or has no
            room; or if another process has made the file meanwhile.
    """
    target = target_of(path)
    report = _Report(path, target.exists())
    _remove_leftovers(target)
    try:
        part, handle = _made(target)
    except OSError as error:
        raise InputError(f"{path}: cannot be written ({error.strerror}); give a name in a folder of yours") from None
    lock = os.dup(handle)
    try:
        with io.BufferedWriter(_Part(handle, report)) as stream:
            yield stream
        with report:
            _rename(part, target, report.is_old)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    finally:
        os.close(lock)


def target_of(path: Path) -> Path:
    """Return the file that a path names once all links are followed: a regular file, or one that does not exist.

    Raises:
        InputError: if the path is a directory, a device, a pipe or a socket, or cannot be a name of a file.
    """
    try:
        target = Path(os.path.realpath(path))
        # /dev/stdout and its like are links to what has no path of its own, so both ends are looked at.
        modes = [found.st_mode for place in (path, target) if (found := _status(place)) is not None]
    except OSError as error:
        raise InputError(f"{path}: cannot be written ({error.strerror})") from None
    except ValueError as error:
        raise InputError(f"{str(path)!r}: not a name of a file ({error})") from None
    for kind in filter(None, map(kind_of, modes)):
        raise InputError(f"{path}: cannot be written, it is {kind}; name a file to write to")
    return target


def kind_of(mode: int) -> str | None:
    """Return what something is by its mode in the file system; None for a regular file."""
    return None if stat.S_ISREG(mode) else KINDS.get(stat.S_IFMT(mode), "no file")


def _status(path: Path) -> os.stat_result | None:
    with suppress(FileNotFoundError):
        return path.stat()
    return None


@frozen
class _Report:
    """Says of errors of the system which file they are about, and what there is in its place."""

    path: Path
    is_old: bool

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, *_: object) -> None:
        if isinstance(error, OSError) and error.errno is not None:
            remains = "the file that was there is unchanged" if self.is_old else "nothing of it is left"
            raise InputError(f"{self.path}: cannot be written ({error.strerror}); {remains}") from None


class _Part(io.FileIO):
    """A temporary file that names in its errors the file that it was to become."""

    def __init__(self, handle: int, report: _Report) -> None:
        super().__init__(handle, "wb")
        self._report = report

    def write(self, content: Any, /) -> int:
        with self._report:
            return super().write(content)

    def close(self) -> None:
        with self._report:
            super().close()


def _made(target: Path) -> tuple[Path, int]:
    """Make a temporary file, locked as long as it is open in this process or in a fork of it."""
    while True:
        part = target.with_name(f"{_prefix(target)}{os.getpid()}.{secrets.token_hex(4)}.part")
        handle = os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:  # another process takes it for a leftover
            os.close(handle)
            continue
        except OSError:  # a file system without locks, on which nothing is removed
            return part, handle
        if os.fstat(handle).st_nlink:
            return part, handle
        os.close(handle)


def _prefix(target: Path) -> str:
    """Return how the names of all temporary files of a target begin."""
    name = os.fsencode(target.name)
    short = target.name if len(name) <= LONGEST_NAME else sha256(name).hexdigest()[:32]
    return f".{short}."


def _remove_leftovers(target: Path) -> None:
    """Remove temporary files of a target that processes have left behind: they are ours, and nobody locks them."""
    pattern = re.compile(re.escape(_prefix(target)) + r"[0-9]+\.[0-9a-f]{8}\.part")
    with suppress(OSError):
        for name in filter(pattern.fullmatch, os.listdir(target.parent)):
            with suppress(OSError):
                _remove_leftover(target.with_name(name))


def _remove_leftover(part: Path) -> None:
    handle = os.open(part, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        status = os.fstat(handle)
        if stat.S_ISREG(status.st_mode) and status.st_uid == os.geteuid():
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            part.unlink()
    finally:
        os.close(handle)


def _rename(part: Path, target: Path, is_old: bool) -> None:
    """Give a finished file its name."""
    before = _status(target)
    part.chmod(0o666 & ~_umask() if before is None else before.st_mode)
    if is_old and before is not None:
        target_of(target)
        os.replace(part, target)
        return
    try:
        os.link(part, target)
    except FileExistsError:
        raise InputError(f"{target}: another process has made it meanwhile; it is left as it is") from None
    except OSError:  # a file system without hard links
        _link_by_name(part, target)
    else:
        part.unlink()


def _link_by_name(part: Path, target: Path) -> None:
    """Reserve the name by an empty file and replace that."""
    try:
        os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC))
    except FileExistsError:
        raise InputError(f"{target}: another process has made it meanwhile; it is left as it is") from None
    os.replace(part, target)


def _umask() -> int:
    """Return the mask of permissions of new files, which can only be read by setting it."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
