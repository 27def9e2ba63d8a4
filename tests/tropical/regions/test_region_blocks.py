"""Regions in blocks of arrays, against the exact walk in Python."""

from __future__ import annotations

from fractions import Fraction
from functools import partial

import numpy as np
import pytest

from polytopes.arithmetic.rationals import dot
from polytopes.enumeration import cell_adjacency
from polytopes.enumeration.cells import Cell, cells
from polytopes.enumeration.compiled_count import counted_blocks
from polytopes.enumeration.compiled_walk import blocks
from polytopes.enumeration.domain_cell import root_node
from polytopes.enumeration.recorded_cells import BlockOfCells, RecordedCell, RecordedCells
from polytopes.enumeration.records import Numbering, Only
from polytopes.enumeration.vertex_cell import VertexCell
from polytopes.errors import InputError, VerificationFailed
from polytopes.polyhedra.polyhedron import Polyhedron
from tests.tropical.regions.test_linear_pieces import PROGRAMS
from tropical.networks.network import Network
from tropical.regions.activation_regions import ActivationRegion, activation_regions
from tropical.regions.counting import count_regions
from tropical.regions.linear_regions import dual_graph
from tropical.regions.region_blocks import adjacent_regions, region_blocks

NETWORK = Network.from_weights(
    [([[1, 0], [0, 1], [1, 1], [2, 2]], [0, 0, -1, -2]), ([[1, 1, 1, -1], [1, 0, 0, 0]], [0, 0])]
)


def recorded(
    name: str, domain: Polyhedron | None, refuse: int, *, by_words: bool = False, only: Only | None = None
) -> list[RecordedCell]:
    program = PROGRAMS[name]
    numbering = Numbering(program, root_node(program, domain, None, False)[0], domain)
    made, found = RecordedCells(numbering), list[RecordedCell]()
    walk = partial(counted_blocks, only=only) if by_words else blocks
    for block in walk(program, domain, records=True, shapes=True, refuse=refuse):
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
    for by_words, refuse in [(False, 1), (True, 0), (True, 1), (True, 2)]:
        found = recorded(name, domain, refuse, by_words=by_words)
        assert [cell.pattern for cell in found] == [cell.pattern for cell in exact]
        for cell, other in zip(found, exact, strict=True):
            assert cell.forms == other.forms
            assert cell.is_bounded == other.is_bounded
            assert sorted(cell.neighbor_patterns()) == sorted(other.neighbor_patterns())
            assert set(cell.facets) == set(other.facets)
            assert set(cell.facet_rows) == {row for row, _ in other.facets}
            assert generators(cell) == generators(other)
            assert all(dot(row, (1, *cell.point)) > 0 for row in other.inequalities)
        only: Only = "points" if refuse == 2 else "facets"
        found = recorded(name, domain, refuse, by_words=by_words, only=only)
        assert [cell.pattern for cell in found] == [cell.pattern for cell in exact]
        for cell, other in zip(found, exact, strict=True):
            assert cell.is_bounded == other.is_bounded
            assert sorted(cell.neighbor_patterns()) == sorted(other.neighbor_patterns())
    for cell, other in zip(found, exact, strict=True):
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


def squeezed(d: int) -> Network:
    """Networks with units twice, opposite ones, and one without weights."""
    first = [[1, 2, -1, 1][:d], [2, 4, -2, 2][:d], [-1, -2, 1, -1][:d], [0, 1, 1, 0][:d] if d > 1 else [3], [0] * d]
    return Network.from_weights([(first, [0, 1, 0, -1, 1]), ([[1, -1, 1, 1, 1], [1, 1, 0, -1, 0]], [-1, 0])])


@pytest.mark.parametrize("d", [1, 2, 3, 4])
def test_volumes_in_floats_and_exactly(d: int) -> None:
    """Against those of polyhedra; their sum is the volume of the domain."""
    net = squeezed(d)
    for domain in (Polyhedron.box([-1] * d, [2] * d), None):
        total = Fraction(0)
        for block in region_blocks(net, domain):
            values, errors = block.volumes
            for region, volume, value, error in zip(block, block.exact_volumes, values, errors, strict=True):
                assert (volume is None) == (not region.is_bounded) == (value == np.inf)
                if volume is not None:
                    assert volume == region.polyhedron.volume()
                    assert abs(Fraction(float(value)) - volume) <= Fraction(float(error)) <= volume / 2**40
                    total += volume
        assert domain is None or total == 3**d


@pytest.mark.parametrize("many", [0, 10**9])
def test_dual_graphs_in_arrays_and_one_by_one(many: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Against the patterns beyond all facets; also of some of the regions, in one block or two."""
    monkeypatch.setattr(cell_adjacency, "MANY", many)
    regions = list(activation_regions(NETWORK))
    others = list(activation_regions(NETWORK, method="vertices"))
    for chosen in (regions, regions[::2], [*regions[:5], *others[5:]], [*others, *regions]):
        patterns = {region.pattern for region in chosen}
        graph = dual_graph(chosen)
        expected = {
            frozenset((region.pattern, beyond))
            for region in chosen
            for _, beyond in region.neighbors()
            if beyond in patterns and beyond != region.pattern
        }
        for found in (graph, dual_graph(chosen, facets=False)):
            assert set(map(frozenset, found.edges)) == expected
        rows = {region.pattern: {row: beyond for row, beyond in region.neighbors()} for region in chosen}
        for one, other, row in graph.edges(data="facet"):
            assert rows[one].get(row) == other or rows[other].get(row) == one
    blocks = list(region_blocks(NETWORK))
    assert len(adjacent_regions(blocks)) == dual_graph(regions).number_of_edges()
    with pytest.raises(InputError, match="facets of these cells are not known"):
        adjacent_regions(list(region_blocks(NETWORK, method="witness")))


def test_a_dual_graph_of_regions_that_come_one_by_one_without_facets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cell_adjacency, "MANY", 0)
    regions = list(activation_regions(NETWORK))
    [cells] = [block._cells for block in region_blocks(NETWORK, method="witness")]
    alone = [ActivationRegion(NETWORK, cells.cell_alone(place)) for place in range(len(cells))]
    assert {region.pattern for region in alone} == {region.pattern for region in regions}
    assert set(map(frozenset, dual_graph(alone).edges)) == set(map(frozenset, dual_graph(regions).edges))


@pytest.mark.parametrize("d", [2, 9])
def test_blocks_by_points_tell_what_is_bounded(d: int) -> None:
    """Cells that are kept by points have no rays; over the space, in a half-space and in a box."""
    net = Network.from_weights([([[1, *[0] * (d - 1)], [1] * d, [-1] * d], [0, -1, 1])])
    for domain in (None, Polyhedron.from_rows([(1, *[1] * d)]), Polyhedron.box([-1] * d, [1] * d)):
        known = {region.pattern: region.is_bounded for region in activation_regions(net, domain)}
        for block in region_blocks(net, domain, method="witness"):
            assert [known.pop(tuple(row)) for row in block.patterns.tolist()] == block.is_bounded.tolist()
            assert [region.is_bounded for region in block] == block.is_bounded.tolist()
            assert all(point[0] > 0 or not point.any() for point in block.points)
        assert not known


@pytest.mark.parametrize("d", [6, 8])
def test_facets_are_known_in_up_to_eight_dimensions(d: int) -> None:
    """Against cells kept by points, whose facets are found by linear programs."""
    rows = [[(3 * i + 5 * k) % 7 - 3 for k in range(d)] for i in range(3)]
    net = Network.from_weights([([*rows, [2 * entry for entry in rows[0]]], [1, 0, -1, 2]), ([[1, -1, 1, 1]], [-1])])
    neighbors = {
        region.pattern: {beyond for _, beyond in region.neighbors()}
        for region in activation_regions(net, method="witness")
    }
    found = {}
    for block in region_blocks(net):
        parts = np.split(block.beyond, np.cumsum(block.n_facets)[:-1])
        for pattern, part in zip(block.patterns.tolist(), parts, strict=True):
            found[tuple(pattern)] = set(map(tuple, part.tolist()))
    assert found == neighbors


def test_linear_regions_of_six_inputs_by_rays_and_by_points() -> None:
    rows = [[(3 * i + 5 * k) % 7 - 3 for k in range(6)] for i in range(4)]
    net = Network.from_weights([(rows, [1, 0, -1, 2]), ([[1, -1, 1, 1], [1, -1, 1, 1]], [-1, -1]), ([[1, -1]], [0])])
    by_rays, by_points = (count_regions(net, linear=True, method=method) for method in (None, "witness"))
    assert by_rays.linear_regions == by_points.linear_regions == by_rays.distinct_affine_maps == 1
    assert by_rays.activation_regions == by_points.activation_regions > 10


def test_rows_are_looked_up_among_others() -> None:
    """Against a dictionary; equal rows are not taken for the patterns of two cells."""
    rows = np.random.default_rng(0).integers(0, 3, (60, 4), dtype=np.uint64)
    among = np.unique(rows[:40], axis=0)
    numbers = {tuple(row): i for i, row in enumerate(among.tolist())}
    assert cell_adjacency.places_of(rows, among).tolist() == [numbers.get(tuple(row), -1) for row in rows.tolist()]
    with pytest.raises(VerificationFailed, match="one pattern"):
        cell_adjacency.places_of(rows, np.concatenate([among, among[:1]]))
