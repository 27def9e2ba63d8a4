"""Archives of numpy arrays (``.npz``), read array by array; what they announce is checked before it is unpacked.

Every array is read by its header, without pickles: first the size that the header, the archive and the bound of
:mod:`polytopes.formats.limits` allow are compared, then that many bytes are unpacked, and no more may follow.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from math import prod
from pathlib import Path
from struct import error as StructError
from tokenize import TokenError
from typing import IO, Any

import numpy as np

from polytopes.errors import FileFormatError
from polytopes.formats.limits import PER_ENTRY, charge, refuse_larger
from polytopes.messages import LONGEST, one_line, shortened

Array = np.ndarray[Any, np.dtype[Any]]
MOST_AXES = 30
"""Axes of an array; numpy has at most 64, and some computations double them."""
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""The methods of compression that numpy writes; the others cannot be unpacked piece by piece."""
ENDING = ".npy"
LAST_CHARACTER = 0x10FFFF
_DAMAGE = (ValueError, OSError, EOFError, KeyError, IndexError, zipfile.BadZipFile, zlib.error, StructError)
_BAD_HEADER = (SyntaxError, TokenError, TypeError, AttributeError)


@contextmanager
def opened(source: Path | IO[bytes], together: bool = True) -> Iterator[zipfile.ZipFile]:
    """Yield a zip archive whose members are not encrypted, are of different names and not too large.

    Args:
        source: the archive.
        together: whether all members are wanted at once, so that their sizes are added up.

    Raises:
        FileFormatError: for another file, here and whenever the block finds it damaged.
    """
    try:
        with zipfile.ZipFile(source) as archive:
            _check_members(archive.infolist(), together)
            yield archive
    except FileFormatError:
        raise
    except RuntimeError as error:  # of zipfile; its subclass NotImplementedError for later versions of the format
        if isinstance(error, RecursionError):
            raise
        raise FileFormatError(f"an archive that is not read here ({one_line(str(error), LONGEST)})") from None
    except _DAMAGE as error:
        raise FileFormatError(f"not a zip archive, or damaged ({one_line(str(error), LONGEST)})") from None


def _check_members(members: list[zipfile.ZipInfo], together: bool) -> None:
    names = [member.filename for member in members]
    if len(set(names)) < len(names):
        raise FileFormatError("an archive with two members of one name")
    for member in members:
        if member.flag_bits & 1:
            raise FileFormatError(f"encrypted, as the member {shortened(member.filename)}; write it without a password")
        if member.compress_type not in METHODS:
            raise FileFormatError(
                f"the member {shortened(member.filename)} is compressed in a way that is not read; use deflate or none"
            )
    sizes = [member.file_size for member in members]
    refuse_larger(sum(sizes) if together else max(sizes, default=0), "its unpacked members")


def array_names(archive: zipfile.ZipFile) -> list[str]:
    """Return the names of the members as numpy gives them, without the ending."""
    return [name.removesuffix(ENDING) for name in archive.namelist()]


def read_array(archive: zipfile.ZipFile, name: str) -> Array:
    """Return an array of an archive; its entries are numbers or texts.

    Raises:
        FileFormatError: if there is none of this name, or it is damaged, or asks for too many bytes.
    """
    try:
        member = archive.getinfo(name + ENDING)
    except KeyError:
        raise FileFormatError(f"there is no array {shortened(name)}") from None
    with archive.open(member) as stream:
        shape, in_columns, kind = _header(stream, name)
        size = prod(shape) * kind.itemsize
        if size != member.file_size - stream.tell():
            raise FileFormatError(
                f"array {shortened(name)} of shape {shortened(shape)} takes {shortened(size)} bytes, "
                f"and the archive has {member.file_size - stream.tell()} for it"
            )
        charge(max(size, PER_ENTRY * prod(shape)), f"the entries of array {shortened(name)}")
        content = stream.read(size + 1)
    if len(content) != size:
        raise FileFormatError(f"array {shortened(name)} has {len(content)} bytes where {size} are announced")
    if kind.kind == "U" and size:
        letters = np.frombuffer(content, kind.str[0] + "u4")
        if letters.max() > LAST_CHARACTER:
            raise FileFormatError(f"array {shortened(name)} has text that is not Unicode")
    return np.ndarray(shape, kind, content, order="F" if in_columns else "C")


def _header(stream: IO[bytes], name: str) -> tuple[tuple[int, ...], bool, np.dtype[Any]]:
    """Return the shape, whether columns come first, and the type of the entries."""
    readers = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}
    version = np.lib.format.read_magic(stream)
    if version not in readers:
        raise FileFormatError(f"array {shortened(name)} has version {version} of the format; 1.0 and 2.0 are read")
    try:
        shape, in_columns, kind = readers[version](stream)
    except _BAD_HEADER as error:
        reason = one_line(str(error), LONGEST)
        raise FileFormatError(f"array {shortened(name)} has a damaged header ({reason})") from None
    if kind.hasobject:
        raise FileFormatError(f"array {shortened(name)} has pickled objects, which are not opened; save numbers")
    if any(length < 0 for length in shape) or len(shape) > MOST_AXES:
        raise FileFormatError(f"array {shortened(name)} has the shape {shortened(shape)}; up to {MOST_AXES} axes")
    return shape, in_columns, kind
