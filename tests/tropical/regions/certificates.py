"""Certificates for tests: written, read, and written again after a change."""

from __future__ import annotations

import hashlib
import json
import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np

from polytopes.enumeration.cells import cells
from polytopes.enumeration.compiled_walk import blocks
from polytopes.enumeration.records import Numbering, Records, record_cells
from polytopes.polyhedra.polyhedron import Polyhedron
from tropical import Network, checker
from tropical.regions.certificate import certificate, pack

Record = list[Any]
"""A pattern, a point and the numbers of facets, as lists."""


def write(
    path: Path,
    network: Network,
    domain: Polyhedron | None = None,
    *,
    exact: bool = False,
    method: Any = None,
    relative: bool = False,
    refuse: int = 0,
) -> None:
    """Write a certificate through the compiled walk, or from exact cells."""
    with certificate(path, network.program, domain) as take:
        if exact:
            for cell in cells(network.program, domain, method, relative):
                numbering = Numbering(cell.program, cell.frame, domain)
                take(record_cells(numbering, [(cell.geometry, cell.pattern)]))
        else:
            for block in blocks(network.program, domain, records=True, method=method, relative=relative, refuse=refuse):
                assert block.records is not None
                take(block.records)


def read(path: Path) -> tuple[dict[str, Any], list[Record]]:
    """The header of a certificate and its records, as lists."""
    header, packed_blocks, _ = checker.read_file(path, None)
    stages = header["program"]["stages"]
    n_gates = sum(len(stage["gates"]) for stage in stages)
    dim = header["program"]["input_dim"]
    records = [
        [list(pattern), list(point), list(facets)]
        for _, packed in packed_blocks
        for pattern, point, facets in checker.read_records(checker.unpack(packed), n_gates, dim)
    ]
    return header, records


def block_of(records: list[Record]) -> bytes:
    """The content of one block with these records."""
    return pack(
        Records(
            np.array([pattern for pattern, _, _ in records], dtype=np.uint8),
            np.zeros((len(records), len(records[0][1]))),
            np.array([len(facets) for _, _, facets in records]),
            np.array([number for _, _, facets in records for number in facets], dtype=np.uint32),
            {i: tuple(point) for i, (_, point, _) in enumerate(records)},
        )
    )


def sealed(header: bytes, packed: list[bytes], regions: object) -> bytes:
    """A certificate with a digest of its own, as one who forges it would write."""
    content = header + b"\n" + b"".join(struct.pack("<I", len(block)) + block for block in packed) + bytes(4)
    return content + json.dumps({"regions": regions, "sha256": hashlib.sha256(content).hexdigest()}).encode()


def rewrite(path: Path, header: dict[str, Any], records: list[Record], count: int | None = None) -> None:
    """Write a certificate of these records."""
    packed = [zlib.compress(block_of(records))] if records else []
    path.write_bytes(sealed(json.dumps(header).encode(), packed, len(records) if count is None else count))
