"""Polyhedral complexes: cells of all dimensions, bounded or not, with or without lines."""

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polytopes.arrangements.arrangement import Arrangement
from polytopes.complexes.fan import Fan
from polytopes.complexes.polyhedral_complex import PolyhedralComplex
from polytopes.errors import InputError, ShapeError
from polytopes.library import arrangements as arrangement_library
from polytopes.library import polytopes as examples
from polytopes.polyhedra.polyhedron import Polyhedron


def grid(columns, rows):
    """Return the complex of unit squares."""
    squares = [Polyhedron.box([i, j], [i + 1, j + 1]) for i in range(columns) for j in range(rows)]
    return PolyhedralComplex.from_polyhedra(squares)


def chamber_complex(arrangement):
    return PolyhedralComplex.from_polyhedra([chamber.closure for chamber in arrangement.chambers()])


def boundary_complex(P):
    return PolyhedralComplex.from_polyhedra(P.facets())


def test_a_grid_of_squares():
    complex_ = grid(3, 2)
    assert complex_.f_vector() == (12, 17, 6) and complex_.euler_characteristic == 1
    assert complex_.is_pure and complex_.is_bounded and complex_.is_complex() and complex_.dim == 2
    assert nx.is_isomorphic(complex_.dual_graph(), nx.grid_2d_graph(3, 2))
    assert complex_.boundary().f_vector() == (10, 10)
    assert complex_.boundary().boundary().n_maximal_cells == 0
    assert len(complex_.vertices) == 12 and complex_.rays == ()


@pytest.mark.parametrize("example", examples.all_small(), ids=lambda example: example.name)
def test_boundary_of_a_polytope(example):
    P = example.polyhedron
    complex_ = boundary_complex(P)
    assert complex_.f_vector() == P.f_vector()
    assert complex_.euler_characteristic == 1 - (-1) ** P.dim
    assert complex_.boundary() == PolyhedralComplex((P.ambient_dim), ())
    assert complex_ == PolyhedralComplex.from_polyhedra([P]).boundary()
    assert complex_ == PolyhedralComplex.from_polyhedra([P]).skeleton(P.dim - 1)


def test_mixed_dimensions_and_components():
    parts = [
        Polyhedron.box([0, 0], [1, 1]),
        Polyhedron.box([1, 1], [2, 1]),
        Polyhedron.from_generators([(5, 5)]),
        Polyhedron.from_generators([(7, 0)], rays=[(1, 0)]),
        Polyhedron.box([0, 0], [1, 0]),
        Polyhedron.empty(2),
    ]
    complex_ = PolyhedralComplex.from_polyhedra(parts)
    assert complex_.maximal_cells == tuple(parts[:4])
    assert complex_.f_vector() == (7, 6, 1) and not complex_.is_pure and not complex_.is_bounded
    assert complex_.is_complex()
    assert [component.n_maximal_cells for component in complex_.connected_components()] == [2, 1, 1]
    assert complex_.cells(2) == (parts[0],)
    assert set(complex_.cells(1)) >= {parts[1], parts[3], parts[4]}
    assert len(set(complex_.cells(1))) == 6


@pytest.mark.parametrize(
    "arrangement",
    [
        arrangement_library.coordinate(3).arrangement,
        arrangement_library.generic(5, 2).arrangement,
        arrangement_library.linial(3).arrangement,
        Arrangement.from_rows([[k, 1, 1] for k in range(3)]),
        Arrangement.from_rows([], 2),
    ],
    ids=repr,
)
def test_chambers_form_a_complex_with_the_faces_of_the_arrangement(arrangement):
    complex_ = chamber_complex(arrangement)
    assert complex_.f_vector() == arrangement.f_vector()
    assert complex_.euler_characteristic == (-1) ** arrangement.ambient_dim
    assert complex_.is_complex() and complex_.boundary().n_maximal_cells == 0


lines = st.lists(
    st.tuples(st.integers(-2, 2), st.integers(-2, 2), st.integers(-2, 2)).filter(lambda row: any(row[1:])),
    max_size=4,
).map(lambda rows: Arrangement.from_rows(rows, 2))


@settings(max_examples=20)
@given(lines)
def test_restriction_to_a_box(arrangement):
    box = Polyhedron.box([-1, -1], [1, 2])
    restricted = chamber_complex(arrangement).restriction(box)
    assert restricted == PolyhedralComplex.from_polyhedra(
        [chamber.closure & box for chamber in arrangement.chambers(box)]
    )
    assert restricted.is_complex() and restricted.euler_characteristic == 1
    assert sum(cell.volume() for cell in restricted.maximal_cells) == box.volume()
    assert boundary_complex(box).is_complex()


def test_lines_are_cells_too():
    skew = [
        Polyhedron.from_generators([(0, 0, 0)], lines=[(1, 0, 0)]),
        Polyhedron.from_generators([(0, 0, 1)], lines=[(0, 1, 0)]),
        Polyhedron.from_generators([(0, 0, 5), (0, 0, 6)]),
    ]
    complex_ = PolyhedralComplex.from_polyhedra(skew)
    assert complex_.f_vector() == (2, 3) and complex_.is_complex() and len(complex_.connected_components()) == 3
    assert set(complex_.cells(1)) == set(skew)


def test_not_complexes():
    overlapping = [Polyhedron.box([0, 0], [2, 1]), Polyhedron.box([1, 0], [3, 1])]
    assert not PolyhedralComplex.from_polyhedra(overlapping).is_complex()
    not_edge_to_edge = [Polyhedron.box([0, 0], [1, 2]), Polyhedron.box([1, 0], [2, 1])]
    assert not PolyhedralComplex.from_polyhedra(not_edge_to_edge).is_complex()
    square = Polyhedron.box([0, 0], [1, 1])
    with pytest.raises(InputError, match="no face of it"):
        PolyhedralComplex.from_polyhedra([square, Polyhedron.from_generators([(0, 0), (1, 1)])])


def test_locate():
    complex_ = grid(2, 1)
    assert complex_.maximal_cells[complex_.locate(("3/2", "1/2"))] == Polyhedron.box([1, 0], [2, 1])
    assert complex_.contains((1, 1)) and not complex_.contains((3, 0))


def test_equality_is_equality_of_cells():
    complex_ = grid(2, 2)
    reordered = PolyhedralComplex.from_polyhedra(complex_.maximal_cells[::-1])
    assert complex_ == reordered and hash(complex_) == hash(reordered) and complex_ != grid(2, 1)


def test_recession_fan():
    generic = chamber_complex(arrangement_library.generic(4, 2).arrangement).recession_fan()
    assert generic.is_complete and generic.is_fan() and generic.n_rays == 8
    assert grid(2, 2).recession_fan() == Fan.from_rays([], [()], ambient_dim=2)


def test_the_empty_complex():
    empty = PolyhedralComplex.from_polyhedra([Polyhedron.empty(2)])
    assert empty.f_vector() == () and empty.dim == -1 and empty.euler_characteristic == 0
    assert empty.connected_components() == () and empty.boundary() == empty and not empty.contains((0, 0))


def test_refusals():
    with pytest.raises(ShapeError, match="give ambient_dim"):
        PolyhedralComplex.from_polyhedra([])
    with pytest.raises(ShapeError):
        PolyhedralComplex.from_polyhedra([Polyhedron.whole_space(1), Polyhedron.whole_space(2)])


def test_repr_does_not_compute():
    assert repr(grid(2, 2)) == "PolyhedralComplex in Q^2, 4 maximal cells"


def test_cells_with_different_lineality_are_never_faces_of_each_other():
    point = Polyhedron.from_generators([(0, 0)])
    line = Polyhedron.from_generators([(0, 0)], lines=[(1, 0)])
    across = Polyhedron.from_generators([(0, 0)], lines=[(0, 1)])
    segment = Polyhedron.from_generators([(0, 0), (0, 1)])
    for pair in ([point, line], [line, across], [segment, line]):
        for cells in (pair, pair[::-1]):
            with pytest.raises(InputError, match="no face"):
                PolyhedralComplex.from_polyhedra(cells)
            assert not PolyhedralComplex(2, tuple(cells)).is_complex()
    apart = PolyhedralComplex.from_polyhedra([point, Polyhedron.from_generators([(0, 1)], lines=[(1, 0)])])
    assert apart.is_complex() and apart.f_vector() == (1, 1) and apart.n_maximal_cells == 2
    skew = [Polyhedron.from_generators([(0, 0, z)], lines=[line]) for z, line in enumerate([(1, 0, 0), (0, 1, 0)])]
    complex = PolyhedralComplex.from_polyhedra(skew)
    assert complex.is_complex() and complex.f_vector() == (0, 2) and len(complex.connected_components()) == 2
