"""Affine maps and linear pieces counted by keys, against exact forms and exact neighbors."""

from __future__ import annotations

from collections.abc import Iterator

import networkx as nx
import pytest

from polytopes.enumeration import residue_tape
from polytopes.enumeration.cells import cells
from polytopes.enumeration.compiled_walk import blocks
from polytopes.enumeration.domain_cell import Method, root_node
from polytopes.enumeration.gate_program import GateProgram
from polytopes.enumeration.linear_pieces import PieceCounter
from polytopes.enumeration.program_builder import ProgramBuilder
from polytopes.enumeration.records import Numbering
from polytopes.errors import VerificationFailed
from polytopes.polyhedra.polyhedron import Polyhedron
from tests.benchmarks.peers import coincident, gaussian, nearly_concurrent, on_grid
from tropical.networks.network import Network

Counts = tuple[int, int]
"""Different affine maps, linear pieces."""


def by_keys(
    program: GateProgram,
    domain: Polyhedron | None,
    method: Method | None = None,
    refuse: int = 0,
    complete: bool = True,
) -> Counts:
    frame, _ = root_node(program, domain, method, False)
    counter = PieceCounter(Numbering(program, frame, domain), method != "witness")
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


def test_keys_that_are_equal_by_accident_are_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    program = PROGRAMS["generic"]
    expected, honest = by_keys(program, None), residue_tape.primes_below

    def primes(start: int = 2**31) -> Iterator[int]:
        return honest(50 if start == 2**31 else start)

    monkeypatch.setattr(residue_tape, "primes_below", primes)
    assert by_keys(program, None) == expected
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
