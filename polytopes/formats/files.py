"""Files read with one kind of error and written completely or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from polytopes.errors import FileFormatError, InputError


def read_text(path: Path) -> str:
    """Return the content of a text file.

    Raises:
        FileFormatError: if it cannot be read or is not UTF-8 text.
    """
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise FileFormatError(f"{path}: not a text file") from None
    except OSError as error:
        raise FileFormatError(f"{path}: cannot be read ({error.strerror})") from None


def write_text(path: Path, content: str) -> None:
    """Write a text file through a temporary one in the same folder, so that no reader sees half of it.

    Raises:
        InputError: if the folder does not exist or cannot be written to.
    """
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    except OSError as error:
        raise InputError(f"{path}: cannot be written ({error.strerror}); give a name in a folder of yours") from None
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(content)
        os.chmod(name, 0o666 & ~_umask())
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
