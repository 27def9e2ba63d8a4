"""Certificates for tests: written, read, and written again after a change."""

from __future__ import annotations

import hashlib
import json
import struct
import zlib
from fractions import Fraction
from math import lcm
from pathlib import Path
from typing import Any

import numpy as np

from polytopes.enumeration.cells import cells
from polytopes.enumeration.compiled_walk import blocks
from polytopes.enumeration.gate_program import Gate, GateProgram, Stage
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
    facets: bool = True,
) -> None:
    """Write a certificate through the compiled walk, or from exact cells."""
    with certificate(path, network.program, domain, facets) as take:
        if exact:
            for cell in cells(network.program, domain, method, relative):
                numbering = Numbering(cell.program, cell.frame, domain)
                take(record_cells(numbering, [(cell.geometry, cell.pattern)]))
        else:
            for block in blocks(network.program, domain, records=True, method=method, relative=relative, refuse=refuse):
                assert block.records is not None
                take(block.records)


def read(path: Path) -> tuple[dict[str, Any], list[Record]]:
    """The header of a certificate and its records, as lists; facets are read here, the checker has no use for them."""
    header, regions, exact = checker.read_file(path, lambda header: None)
    n_gates, dim = sum(len(stage["gates"]) for stage in header["program"]["stages"]), header["program"]["input_dim"]
    records = []
    for region, facets in zip(regions, facets_of(path.read_bytes(), n_gates, dim), strict=True):
        point = exact.get(region[:n_gates])
        if point is None:
            ratios = [Fraction(entry) for entry in struct.unpack(f"<{dim + 1}d", region[n_gates:])]
            scale = lcm(*(ratio.denominator for ratio in ratios))
            point = tuple(int(ratio * scale) for ratio in ratios)
        records.append([list(region[:n_gates]), list(point), facets])
    return header, records


def facets_of(content: bytes, n_gates: int, dim: int) -> list[list[int]]:
    """The numbers of the facets of all records."""
    found, at = list[list[int]](), content.index(b"\n") + 1
    while size := int.from_bytes(content[at : at + 4], "little"):
        block = zlib.decompress(content[at + 4 : at + 4 + size])
        count, n_facets = struct.unpack_from("<II", block)
        start = 12 + count * (n_gates + 8 * (dim + 1))
        planes = np.frombuffer(block, np.uint8, 4 * (count + n_facets), start)
        numbers, facets = planes[: 4 * count].reshape(4, count), planes[4 * count :].reshape(4, n_facets)
        ends = np.cumsum(np.ascontiguousarray(numbers.T).view("<u4").ravel())
        flat = np.ascontiguousarray(facets.T).view("<u4").ravel()
        found += [part.tolist() for part in np.split(flat, ends)[:-1]]
        at += 4 + size
    return found


def program_of(header: dict[str, Any]) -> GateProgram:
    """The program of a header, but for its scales, on which no sign depends."""
    program = header["program"]
    stages = tuple(
        Stage(
            tuple(stage["sources"]),
            tuple(map(tuple, stage["rows"])),
            tuple(Gate(tuple(selectors), tuple(outputs)) for selectors, outputs in stage["gates"]),
            "",
        )
        for stage in program["stages"]
    )
    scales = (Fraction(1),) * len(program["scales"])
    return GateProgram(program["input_dim"], stages, tuple(program["outputs"]), scales)


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
