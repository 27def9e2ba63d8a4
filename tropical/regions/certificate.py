"""Certificates of counts of activation regions, as :mod:`tropical.checker` verifies them (docs/certificates.md)."""

from __future__ import annotations

import hashlib
import json
import struct
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import numpy as np
from attrs import evolve

from polytopes.enumeration.gate_program import GateProgram
from polytopes.enumeration.limits import UNLIMITED, Limits
from polytopes.enumeration.records import Records, domain_rows, joined
from polytopes.errors import UnsupportedError
from polytopes.output_files import replaced
from tropical.checker import FORMAT, MOST_BYTES, MOST_INPUTS, VERSION
from tropical.regions.counting import blocks_with_records

if TYPE_CHECKING:
    from polytopes.enumeration.compiled_walk import Block
    from polytopes.polyhedra.polyhedron import Polyhedron
    from tropical.regions.activation_regions import Walk
    from tropical.regions.tally import Tally

BLOCK, BYTES = 2048, 2**24
"""Regions, and bytes without facets before packing, after which a block is written."""
LEVEL = 1
"""Level of compression (measured: higher ones make files smaller by a tenth and double the time)."""


def program_document(program: GateProgram) -> dict[str, Any]:
    """Return a gate program as JSON, exactly."""
    stages = [
        {
            "sources": stage.sources,
            "rows": stage.rows,
            "gates": [[gate.selectors, gate.outputs] for gate in stage.gates],
        }
        for stage in program.stages
    ]
    scales = list(map(str, program.scales))
    return {"input_dim": program.input_dim, "stages": stages, "outputs": program.outputs, "scales": scales}


def domain_document(domain: Polyhedron | None) -> dict[str, Any]:
    """Return a domain as JSON: rows r with r . (1, x) >= 0, and equations; none for the whole space."""
    return {"inequalities": domain_rows(domain), "equations": () if domain is None else domain.equations}


def fill_with_records(
    tally: Tally, take: Callable[[Records], None], walk: Walk, limits: Limits[Tally] = UNLIMITED
) -> None:
    """Add regions to a tally as :func:`tropical.regions.counting.fill` does, and hand their records to ``take``."""
    tally.add_blocks(_passed_on(blocks_with_records(tally, walk), take), limits)


def _passed_on(found: Iterable[Block], take: Callable[[Records], None]) -> Iterator[Block]:
    for block in found:
        if block.records is not None:
            take(block.records)
        yield block


@contextmanager
def certificate(
    path: Path, program: GateProgram, domain: Polyhedron | None, facets: bool = False
) -> Iterator[Callable[[Records], None]]:
    """Write a certificate: yield a function that takes its records block by block.

    The count needs no facets; where they are written, they are verified too. The file appears when the block of the
    ``with`` statement ends; after an exception nothing is written.

    Raises:
        UnsupportedError: for gates of more than 255 forms, and for larger networks than the checker takes.
        InputError: if the file cannot be written.
    """
    if max(program.gate_ranks, default=2) > 255:
        raise UnsupportedError(f"a gate of {max(program.gate_ranks)} forms; certificates take gates of up to 255")
    if program.input_dim > MOST_INPUTS:
        raise UnsupportedError(f"{program.input_dim} inputs; certificates take networks of up to {MOST_INPUTS}")
    document = {
        "format": FORMAT,
        "version": VERSION,
        "domain": domain_document(domain),
        "program": program_document(program),
    }
    header = json.dumps(document, separators=(",", ":")).encode() + b"\n"
    if len(header) > MOST_BYTES:
        raise UnsupportedError(f"a program of {len(header)} bytes; certificates take up to {MOST_BYTES}")
    with replaced(path) as stream:
        writer = _Writer(stream, facets)
        writer.write(header)
        yield writer.add
        writer.finish()


class _Writer:
    """Writes the blocks, then the number of records and the digest of the whole."""

    def __init__(self, stream: IO[bytes], facets: bool) -> None:
        self.stream = stream
        self.facets = facets
        self.digest = hashlib.sha256()
        self.count = 0
        self._waiting: list[Records] = []

    def write(self, content: bytes) -> None:
        self.digest.update(content)
        self.stream.write(content)

    def add(self, records: Records) -> None:
        self._waiting.append(records)
        count = sum(len(waiting.patterns) for waiting in self._waiting)
        if count >= min(BLOCK, BYTES // (records.patterns.shape[1] + 8 * records.points.shape[1])):
            self._flush()

    def _flush(self) -> None:
        records = joined(self._waiting)
        if not self.facets:
            records = evolve(records, n_facets=np.zeros_like(records.n_facets), facets=records.facets[:0])
        self._waiting.clear()
        if len(records.patterns):
            content = zlib.compress(pack(records), LEVEL)
            self.write(struct.pack("<I", len(content)) + content)
            self.count += len(records.patterns)

    def finish(self) -> None:
        if self._waiting:
            self._flush()
        self.write(struct.pack("<I", 0))
        trailer = {"regions": self.count, "sha256": self.digest.hexdigest()}
        self.stream.write(json.dumps(trailer).encode() + b"\n")


def pack(records: Records) -> bytes:
    """Return the content of a block: the patterns gate by gate, numbers by their bytes, which compresses well."""
    exact = {str(i): [f"{entry:x}" for entry in point] for i, point in records.exact.items()}
    text = json.dumps(exact, separators=(",", ":")).encode()
    return b"".join(
        [
            struct.pack("<III", len(records.patterns), len(records.facets), len(text)),
            records.patterns.T.tobytes(),
            _planes(records.points, "<f8"),
            _planes(records.n_facets, "<u4"),
            _planes(records.facets, "<u4"),
            text,
        ]
    )


def _planes(array: np.ndarray[Any, Any], kind: str) -> bytes:
    """Return the first bytes of all entries, then the second bytes, and so on."""
    flat = np.ascontiguousarray(array, dtype=kind).reshape(-1)
    return flat.view(np.uint8).reshape(len(flat), flat.itemsize).T.tobytes()
