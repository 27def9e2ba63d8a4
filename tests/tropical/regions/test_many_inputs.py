"""Questions over boxes of many inputs: the same answers as in few inputs that are padded, or a refusal."""

from __future__ import annotations

import random
from collections import Counter
from fractions import Fraction
from itertools import pairwise

import pytest

from polytopes.errors import DomainError
from polytopes.polyhedra.polyhedron import Polyhedron
from tropical import Network, activation_regions, count_regions, local_complexity, network_boundary
from tropical.regions import activation_complex, dual_graph, vertices
from tropical.regions.activation_regions import Walk
from tropical.regions.surveys import difference, square_gradients
from tropical.topology import region_complex

SMALL = [([[1, 2], [2, -1], [1, 1]], [0, 0, -1]), ([[1, -1, 1]], [0])]
PADDED = 40


def padded():
    """The network in two of 42 inputs."""
    (weights, bias), last = SMALL
    return Network.from_weights([([[*row, *[0] * PADDED] for row in weights], bias), last])


def test_dual_graph_and_facets():
    small, wide = Network.from_weights(SMALL), padded()
    box, wide_box = ([[-1, 1]] * dim for dim in (2, 2 + PADDED))
    near, far = (dual_graph(activation_regions(net, area)) for net, area in ((small, box), (wide, wide_box)))
    assert set(near.nodes) == set(far.nodes)
    assert {frozenset(edge) for edge in near.edges} == {frozenset(edge) for edge in far.edges}
    for pattern, region in far.nodes(data="region"):
        assert len(region.facets) == len(near.nodes[pattern]["region"].facets) + 2 * PADDED


def test_half_spaces_and_slices():
    """Rows in the two inputs that are read cut the regions as in the plane."""
    small, wide, half = Network.from_weights(SMALL), padded(), Fraction(1, 2)
    for row in ([half, 1, -1], [-2, 1, 1], [-1, 3, 0]):
        flat, cut = (Polyhedron.box([-1] * dim, [1] * dim) for dim in (2, 2 + PADDED))
        flat &= Polyhedron.from_rows([row])
        cut &= Polyhedron.from_rows([[*row, *[0] * PADDED]])
        assert cut.dim == (2 + PADDED if flat.dim == 2 else PADDED)
        expected = count_regions(small, flat, relative=True).activation_regions
        assert count_regions(wide, cut, relative=True).activation_regions == expected
        assert count_regions(wide, cut, linear=True, relative=True).activation_regions == expected


def test_what_needs_vertices_is_refused():
    box = [[-1, 1]] * (2 + PADDED)
    cut = Polyhedron.box([-1] * 42, [1] * 42) & Polyhedron.from_rows([[1, 1, 1, *[0] * PADDED]])
    asked = {
        local_complexity: "take a mean over points",
        activation_complex: "fix all but a few",
        square_gradients: "means by volumes",
        lambda net, area: region_complex(Walk(net, area)): "components of classes",
        lambda net, area: difference(net, net, area, volume=True): "without volumes",
    }
    for area in (Polyhedron.box([-1] * 42, [1] * 42), cut):
        for question, way_out in asked.items():
            with pytest.raises(DomainError, match=rf"42 free coordinates have too many vertices.*; .*{way_out}"):
                question(padded(), area)
        with pytest.raises(DomainError, match=r"too many vertices.*; leave the method out"):
            network_boundary(padded(), area, method="vertices")
    boundary = network_boundary(padded(), box)
    for name in ("complex", "relative_complex", "n_components"):
        with pytest.raises(DomainError, match=r"too many vertices.*; take its pieces"):
            getattr(boundary, name)


@pytest.mark.parametrize("row", [None, [1, 2, -1], [0, 1, 1]])
def test_boundary_is_that_in_the_plane(row):
    flat, wide = (Polyhedron.box([-1] * dim, [1] * dim) for dim in (2, 2 + PADDED))
    if row is not None:
        flat &= Polyhedron.from_rows([row])
        wide &= Polyhedron.from_rows([[*row, *[0] * PADDED]])
    near, far = network_boundary(Network.from_weights(SMALL), flat), network_boundary(padded(), wide)
    assert (near.regions, near.bounded_regions) == (far.regions, far.bounded_regions)
    assert near.pieces is None and far.is_bounded
    cells = near.complex.maximal_cells
    assert sorted(cell.dim + PADDED for cell in cells) == sorted(piece.dim for piece in far.pieces)
    for piece in far.pieces:
        [tie] = (t for cell, t in zip(cells, near.ties, strict=True) if cell.interior_contains(piece.point[:2]))
        assert piece.classes == tie and padded()(piece.point) == (0,)


def drawn(seed):
    """A small network of small integers, where much is degenerate, and a domain of it, perhaps lower-dimensional."""
    draw = random.Random(seed)
    sizes = [draw.randint(2, 3), draw.randint(1, 4), *[draw.randint(1, 3)] * (draw.random() < 0.4)]
    sizes.append(draw.choice([1, 1, 2, 3]))
    layers = []
    for n, m in pairwise(sizes):
        weights = [[draw.choice([-1, 0, 0, 1, 1, 2]) for _ in range(n)] for _ in range(m)]
        weights[-1] = draw.choice([weights[0], weights[-1], weights[-1]])
        layers.append((weights, [draw.choice([0, 0, 0, 1, -1]) for _ in range(m)]))
    lower = [draw.choice([0, -1, -1]) for _ in range(sizes[0])]
    upper = [draw.choice([1, 1, 2]) for _ in lower]
    upper[0] = draw.choice([lower[0], upper[0], upper[0]])
    area = Polyhedron.box(lower, upper)
    if draw.random() < 0.4:
        row = [draw.choice([0, 1, 1, 2]), *(draw.choice([-1, 0, 1]) for _ in lower)]
        area = Polyhedron.from_rows([*area.inequalities, row], area.equations)
    return Network.from_weights(layers), area


def test_pieces_are_the_maximal_cells(monkeypatch):
    """Without vertices, by linear programs, as with them: full-dimensional ties and faces of any dimension too."""
    dims = Counter()
    for seed in range(40):
        net, area = drawn(seed)
        if area.dim < 1:
            continue
        monkeypatch.setattr(vertices, "MOST_COORDINATES", 16)
        known = network_boundary(net, area, relative=True)
        monkeypatch.setattr(vertices, "MOST_COORDINATES", 0)
        found = network_boundary(net, area, relative=True, method="witness")
        assert (found.regions, found.bounded_regions) == (known.regions, known.bounded_regions)
        cells = known.complex.maximal_cells
        assert len(cells) == len(found.pieces)
        for piece in found.pieces:
            [(cell, tie)] = (
                (cell, tie) for cell, tie in zip(cells, known.ties, strict=True) if cell.interior_contains(piece.point)
            )
            assert (cell.dim, tie) == (piece.dim, piece.classes)
            around = {region.pattern for region, _ in known.cells if region.polyhedron.contains(cell)}
            assert around == set(piece.patterns)
            dims[area.dim - cell.dim] += 1
    assert dims[0] and dims[1] and dims[2]
