"""Regions in blocks of arrays, against the exact walk in Python."""

from __future__ import annotations

import numpy as np
import pytest

from polytopes.arithmetic.rationals import dot
from polytopes.enumeration.cells import Cell, cells
from polytopes.enumeration.compiled_walk import blocks
from polytopes.enumeration.domain_cell import root_node
from polytopes.enumeration.recorded_cells import BlockOfCells, RecordedCell, RecordedCells
from polytopes.enumeration.records import Numbering
from polytopes.enumeration.vertex_cell import VertexCell
from polytopes.polyhedra.polyhedron import Polyhedron
from tests.tropical.regions.test_linear_pieces import PROGRAMS
from tropical.networks.network import Network
from tropical.regions.activation_regions import activation_regions
from tropical.regions.region_blocks import region_blocks

NETWORK = Network.from_weights(
    [([[1, 0], [0, 1], [1, 1], [2, 2]], [0, 0, -1, -2]), ([[1, 1, 1, -1], [1, 0, 0, 0]], [0, 0])]
)


def recorded(name: str, domain: Polyhedron | None, refuse: int) -> list[RecordedCell]:
    program = PROGRAMS[name]
    numbering = Numbering(program, root_node(program, domain, None, False)[0], domain)
    made, found = RecordedCells(numbering), list[RecordedCell]()
    for block in blocks(program, domain, records=True, shapes=True, refuse=refuse):
        assert block.records is not None
        part = BlockOfCells(made, block.records)
        found += map(part.cell, range(len(block.records.patterns)))
    return found


def generators(cell: Cell) -> tuple[set[tuple[int, ...]], int]:
    assert isinstance(cell.geometry, VertexCell)
    rays, lines = cell.geometry.generators()
    return set(rays), len(lines)


@pytest.mark.parametrize("name", PROGRAMS)
@pytest.mark.parametrize("boxed", [False, True])
def test_recorded_cells_are_the_exact_ones(name: str, boxed: bool) -> None:
    program = PROGRAMS[name]
    domain = Polyhedron.box([-1] * program.input_dim, [2] * program.input_dim) if boxed else None
    exact = list(cells(program, domain))
    for found in (recorded(name, domain, refuse) for refuse in range(3)):
        assert [cell.pattern for cell in found] == [cell.pattern for cell in exact]
        for cell, other in zip(found, exact, strict=True):
            assert cell.forms == other.forms
            assert cell.is_bounded == other.is_bounded
            assert sorted(cell.neighbor_patterns()) == sorted(other.neighbor_patterns())
            assert set(cell.facets) == set(other.facets)
            assert set(cell.facet_rows) == {row for row, _ in other.facets}
            assert generators(cell) == generators(other)
            assert all(dot(row, (1, *cell.point)) > 0 for row in other.inequalities)


@pytest.mark.parametrize("name", ["generic", "weights in {-1, 0, 1}"])
def test_signs_at_rays_are_those_of_exact_values(name: str) -> None:
    for cell in recorded(name, None, 0):
        if cell.signs_at_rays is not None:
            rays, _ = generators(cell)
            values = {tuple(np.sign([float(dot(form, ray)) for form in cell.integer_forms])) for ray in rays}
            assert {tuple(row) for row in cell.signs_at_rays.tolist() if 2 not in row} <= values


def test_a_block_tells_what_its_regions_tell() -> None:
    regions = {region.pattern: region for region in activation_regions(NETWORK)}
    seen = []
    for block in region_blocks(NETWORK):
        starts = np.cumsum([0, *block.n_facets])
        for i, region in enumerate(block):
            other = regions[tuple(block.patterns[i].tolist())]
            seen.append(other.pattern)
            assert region.pattern == other.pattern
            assert len(other.facets) == block.n_facets[i]
            assert bool(block.is_bounded[i]) == other.polyhedron.is_bounded
            facets = slice(starts[i], starts[i + 1])
            assert [tuple(row) for row in block.beyond[facets].tolist()] == [beyond for _, beyond in other.neighbors()]
            changed = (block.beyond[facets] != block.patterns[i]).argmax(axis=1)
            assert changed.tolist() == block.facet_gates[facets].tolist()
            bits = int("".join(map(str, reversed(other.pattern))), 2)
            assert block.words[i].tolist() == [bits]
        assert block.points.shape == (len(block), 3)
        assert repr(block) == f"{len(block)} activation regions in Q^2"
        if block.rays is not None:
            rays, errors, n_rays = block.rays
            assert len(rays) == len(errors) == n_rays.sum()
    assert sorted(seen) == sorted(regions)
