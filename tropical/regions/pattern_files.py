"""Activation patterns of all regions, in blocks or written to files, in memory that does not grow with their number."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from polytopes.enumeration.blocks import program_blocks
from polytopes.enumeration.compiled_walk import Patterns
from polytopes.enumeration.domain_cell import Method
from polytopes.errors import FileFormatError, InputError
from polytopes.formats.archives import opened, read_array
from polytopes.formats.files import opened_file
from polytopes.formats.limits import reading
from polytopes.output_files import replaced
from tropical.networks.sources import asked

if TYPE_CHECKING:
    from polytopes.polyhedra.domains import DomainLike
    from tropical.networks.sources import NetworkLike

MEMBER = 1 << 16
"""Patterns in one array of an .npz file."""
ENDINGS = (".jsonl", ".npz")


def pattern_blocks(
    network: NetworkLike,
    domain: DomainLike = None,
    *,
    method: Method | None = None,
    relative: bool = False,
) -> Iterator[Patterns]:
    """Yield the patterns of the activation regions in arrays of n x (number of gates) bytes; n changes.

    Arguments and errors as for :func:`tropical.regions.activation_regions.activation_regions`.

    >>> from tropical import Network
    >>> net = Network.from_weights([([[1], [1]], [0, 1]), ([[1, -1]], [0])])
    >>> sorted(pattern for block in pattern_blocks(net) for pattern in block.tolist())
    [[0, 0], [0, 1], [1, 1]]
    """
    network, domain = asked(network, domain)
    for block in program_blocks(network.program, domain, False, method, relative):
        if block.patterns is not None and len(block.patterns):
            yield block.patterns


@contextmanager
def pattern_file(path: Path) -> Iterator[Callable[[Patterns], None]]:
    """Write a file of patterns: yield a function that takes them block by block. After an exception nothing is written.

    ``.jsonl`` has one line a region, a JSON string with the winner of every gate as a digit (a list of numbers if some
    gate has more than 10 forms). ``.npz`` has arrays ``patterns_0``, ``patterns_1``, ... of one region a row.

    Raises:
        InputError: for another ending.
    """
    check_ending(path)
    with replaced(path) as stream:
        if path.suffix == ".jsonl":
            yield lambda patterns: _write_lines(stream, patterns)
        else:
            with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
                members = _Members(archive)
                yield members.take
                members.flush()


def check_ending(path: Path) -> None:
    """Refuse a file name without the ending of a format."""
    if path.suffix not in ENDINGS:
        raise InputError(f"{path}: patterns are written to {' or '.join(ENDINGS)}; give one of these endings")


def _write_lines(stream: Any, patterns: Patterns) -> None:
    if patterns.size and patterns.max() > 9:
        stream.write("".join(f"{row}\n" for row in patterns.tolist()).encode())
        return
    n, width = patterns.shape
    lines = np.full((n, width + 3), ord('"'), dtype=np.uint8)
    lines[:, 1:-2] = patterns + ord("0")
    lines[:, -1] = ord("\n")
    stream.write(lines.tobytes())


class _Members:
    """Arrays of an .npz file, written one after the other."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._waiting: list[Patterns] = []
        self._n_waiting = self._n_written = 0

    def take(self, patterns: Patterns) -> None:
        self._waiting.append(patterns)
        self._n_waiting += len(patterns)
        if self._n_waiting >= MEMBER:
            self.flush()

    def flush(self) -> None:
        if self._waiting:
            content = io.BytesIO()
            np.save(content, np.concatenate(self._waiting), allow_pickle=False)
            self._archive.writestr(f"patterns_{self._n_written}.npy", content.getbuffer())
            self._waiting, self._n_waiting, self._n_written = [], 0, self._n_written + 1


def read_patterns(path: Path) -> Iterator[Patterns]:
    """Yield the arrays of an .npz file of patterns, one at a time.

    Raises:
        FileFormatError: if it is not a file of patterns.
    """
    try:
        with opened_file(path) as stream, opened(stream, together=False) as archive:
            for k in range(len(archive.namelist())):
                with reading():
                    patterns = read_array(archive, f"patterns_{k}")
                yield patterns
    except FileFormatError as error:
        raise FileFormatError(f"{path}: not a file of patterns ({error})") from None
