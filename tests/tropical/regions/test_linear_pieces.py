"""Affine maps and linear pieces counted by keys, against exact forms and exact neighbors."""

from __future__ import annotations

import gc
import random
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

import networkx as nx
import numpy as np
import pytest

from polytopes.enumeration import key_tables, linear_pieces, residue_tape
from polytopes.enumeration.cells import cells
from polytopes.enumeration.compiled_walk import blocks
from polytopes.enumeration.domain_cell import Method, root_node
from polytopes.enumeration.gate_program import GateProgram
from polytopes.enumeration.keyed_cells import Keyer
from polytopes.enumeration.linear_pieces import PieceCounter
from polytopes.enumeration.program_builder import ProgramBuilder
from polytopes.enumeration.records import Numbering, Records
from polytopes.errors import VerificationFailed
from polytopes.polyhedra.polyhedron import Polyhedron
from tests.benchmarks.peers import coincident, gaussian, nearly_concurrent, on_grid
from tropical.networks.network import Network

Counts = tuple[int, int]
"""Different affine maps, linear pieces."""
TraceFunction = Callable[[FrameType, str, Any], Any]


def by_keys(
    program: GateProgram,
    domain: Polyhedron | None,
    method: Method | None = None,
    refuse: int = 0,
    complete: bool = True,
    memory: int | None = None,
) -> Counts:
    frame, _ = root_node(program, domain, method, False)
    counter = PieceCounter(Numbering(program, frame, domain), method != "witness", memory)
    for block in blocks(program, domain, records=True, method=method, refuse=refuse):
        assert block.records is not None
        counter.add(block.records)
    return counter.n_maps, counter.n_pieces(complete)


def by_exact_cells(program: GateProgram, domain: Polyhedron | None) -> Counts:
    """Join exact cells with equal forms across their facets."""
    found = {cell.pattern: cell for cell in cells(program, domain)}
    graph = nx.Graph()
    graph.add_nodes_from(found)
    for pattern, cell in found.items():
        for _, beyond in cell.neighbor_patterns():
            if beyond in found and found[beyond].forms == cell.forms:
                graph.add_edge(pattern, beyond)
    return len({cell.forms for cell in found.values()}), nx.number_connected_components(graph)


def programs() -> Iterator[tuple[str, GateProgram]]:
    """Programs where pieces are cells, where they are many cells, and with coincidences of all kinds."""
    weights = {
        "generic": gaussian(0, 2, 6, 5, 2),
        "coincident units": coincident(gaussian(1, 2, 6, 4, 1)),
        "nearly concurrent": nearly_concurrent(gaussian(2, 2, 5, 4, 1)),
        "biases zero": [(W, 0 * b) for W, b in gaussian(3, 3, 5, 4, 1)],
        "weights in {-1, 0, 1}": on_grid(4, 1, 1, 3, 6, 5, 1),
        "small weights, three layers": on_grid(5, 2, 0.5, 2, 5, 5, 5, 1),
        "nothing is passed on": [gaussian(6, 2, 6, 1)[0], ([[0.0] * 6], [1.0])],
    }
    for name, layers in weights.items():
        network = Network.from_weights([(list(map(list, W)), list(b)) for W, b in layers])
        yield name, network.program
    build = ProgramBuilder(2)
    forms = [build.linear([{1: a, 2: b}, {1: b, 0: a}, {2: 1, 0: b}]) for a, b in [(1, 2), (2, 1), (-1, 1)]]
    parts = build.gates(forms)
    yield "maxima", build.finish(build.linear([{build.gates([parts])[0]: 1, parts[0]: -1}]))
    yield "one cell", ProgramBuilder(2).finish([1])


PROGRAMS = dict(programs())


@pytest.mark.parametrize("name", PROGRAMS)
@pytest.mark.parametrize("boxed", [False, True])
def test_keys_count_as_exact_forms_and_neighbors_do(name: str, boxed: bool) -> None:
    program = PROGRAMS[name]
    domain = Polyhedron.box([-1] * program.input_dim, [2] * program.input_dim) if boxed else None
    expected = by_exact_cells(program, domain)
    assert [by_keys(program, domain, refuse=refuse) for refuse in range(3)] == [expected] * 3
    assert by_keys(program, domain, complete=False) == by_keys(program, domain, "witness") == expected
    assert by_keys(program, domain, memory=0) == by_keys(program, domain, complete=False, memory=0) == expected


@pytest.mark.parametrize("name", ["generic", "small weights, three layers", "maxima"])
@pytest.mark.parametrize("memory", [0, 5000])
def test_keys_that_other_processes_found(name: str, memory: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks of few cells with keys, or with keys that are to be found, in memory and on disk."""
    monkeypatch.setattr(key_tables, "BUFFER", 1000)
    monkeypatch.setattr(linear_pieces, "CHUNK", 3)
    monkeypatch.setattr(linear_pieces, "FEW", 0)
    program = PROGRAMS[name]
    numbering = Numbering(program, root_node(program, None, None, False)[0], None)
    counter, keyer = PieceCounter(numbering, True, memory), Keyer(numbering)
    for record in [record for block in blocks(program, records=True) for record in single(block.records)]:
        kept = keyer.kept(record)
        [counter.add_kept, lambda kept: counter.add_keyed(keyer.keyed(kept))][counter.n_cells % 2](kept)
    assert (counter.n_maps, counter.n_pieces(complete=True)) == by_exact_cells(program, None)


def single(records: Records | None) -> Iterator[Records]:
    """Yield the records of each cell alone."""
    assert records is not None
    ends = np.cumsum(records.n_facets)
    for i, end in enumerate(ends.tolist()):
        own, facets = slice(i, i + 1), records.facets[end - int(records.n_facets[i]) : end]
        exact = {0: records.exact[i]} if i in records.exact else {}
        yield Records(records.patterns[own], records.points[own], records.n_facets[own], facets, exact)


@pytest.mark.parametrize("memory", [0, None])
def test_interrupted_anywhere(memory: int | None) -> None:
    """An interrupt at any line of taking cells loses at most those just taken; they can be taken again."""
    program = PROGRAMS["weights in {-1, 0, 1}"]
    numbering = Numbering(program, root_node(program, None, None, False)[0], None)
    keyer = Keyer(numbering)
    parts = [keyer.kept(record) for block in blocks(program, records=True) for record in single(block.records)]
    expected = by_exact_cells(program, None)
    for seed in range(6):
        counter, generator, interrupts = PieceCounter(numbering, True, memory), random.Random(seed), 0
        for part in parts:
            before = counter.n_cells
            try:
                with interrupted(generator.randrange(1, 400)):
                    counter.add_kept(part)
            except KeyboardInterrupt:
                interrupts += 1
                assert counter.n_cells in (before, before + 1)
                if counter.n_cells == before:
                    counter.add_kept(part)
        assert interrupts > 5
        assert (counter.n_maps, counter.n_pieces(complete=True)) == expected


@contextmanager
def interrupted(lines: int) -> Iterator[None]:
    """Interrupt the block after so many lines."""
    left = lines

    def trace(frame: FrameType, event: str, _: object) -> TraceFunction | None:
        nonlocal left
        if event == "line" and "enumeration" in frame.f_code.co_filename:
            left -= 1
            if left == 0:
                sys.settrace(None)
                raise KeyboardInterrupt
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        yield
    finally:
        sys.settrace(before)


def test_keys_that_are_equal_by_accident_are_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    program = PROGRAMS["generic"]
    expected, honest = by_keys(program, None), residue_tape.primes_below

    def primes(start: int = 2**31) -> Iterator[int]:
        return honest(50 if start == 2**31 else start)

    monkeypatch.setattr(residue_tape, "primes_below", primes)
    assert by_keys(program, None) == by_keys(program, None, memory=0) == expected
    monkeypatch.setattr(residue_tape, "primes_below", lambda start=0: honest(50))
    with pytest.raises(VerificationFailed, match="in pairs"):
        by_keys(program, None)


def test_cells_that_are_missing_are_noticed() -> None:
    program = PROGRAMS["generic"]
    counter = PieceCounter(Numbering(program, root_node(program, None, None, False)[0], None), faceted=True)
    for records in [block.records for block in blocks(program, records=True)][1:]:
        assert records is not None
        counter.add(records)
    assert counter.n_pieces(complete=False) > 1
    with pytest.raises(VerificationFailed, match="in pairs"):
        counter.n_pieces(complete=True)


@pytest.mark.filterwarnings("error")
def test_files_of_keys_are_closed() -> None:
    table = key_tables.KeyTable()
    table.add(np.array([1, 2], dtype=np.uint64))
    table.write()
    disk = table._disk
    assert disk is not None
    file = disk._file
    del table, disk
    gc.collect()
    assert file.closed
