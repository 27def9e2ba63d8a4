"""Reading of a file in a process of its own first: the HDF5 library crashes on some damaged files, or runs on."""

from __future__ import annotations

from polytopes.errors import FileFormatError, ToolkitError
from tropical.networks.readers.services import ServiceEnded, running, serve

SECONDS = 60
"""Time for one file, in seconds."""


def refuse_crashing(content: bytes) -> None:
    """Refuse the bytes of a file that the HDF5 library does not survive.

    Raises:
        FileFormatError: if the process that reads it ends.
    """
    try:
        running(__name__, SECONDS).asked(content)
    except ServiceEnded as error:
        raise FileFormatError(f"not a file of Keras, or damaged (the HDF5 library {error})") from None
    except OSError as error:
        raise FileFormatError(f"the process that tries files of Keras cannot be started ({error.strerror})") from None


def serve_at(number: int) -> None:
    """Read what comes from the other end of the connection with a file number, and forget it."""
    serve(number, _read)


def _read(content: bytes) -> bytes:
    from tropical.networks.readers.keras.files import open_model

    try:
        open_model(content)
    except (ToolkitError, RecursionError, MemoryError):
        return b"refused"  # as it will be in the process that asks
    return b"read"
