"""The engine against independent enumerations, closed formulas and its own two representations."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise, product
from math import comb

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polytopes.enumeration.cells import cells
from polytopes.enumeration.gate_program import GateProgram
from polytopes.enumeration.program_builder import ProgramBuilder
from polytopes.errors import DomainError, ShapeError
from polytopes.polyhedra.polyhedron import Polyhedron
from tests.oracles import box_rows, brute_force_argmax_patterns, slow_patterns

METHODS = ["vertices", "witness"]
small = st.integers(-2, 2).map(Fraction)


def relu_program(dim, layers) -> GateProgram:
    build = ProgramBuilder(dim)
    slots = list(build.inputs)
    for k, (weights, bias) in enumerate(layers):
        rows = [{0: b, **dict(zip(slots, row, strict=True))} for row, b in zip(weights, bias, strict=True)]
        slots = build.linear(rows)
        if k < len(layers) - 1:
            slots = build.relu(slots)
    return build.finish(slots)


def patterns(program, domain=None, method=None):
    found = [cell.pattern for cell in cells(program, domain, method)]
    assert len(found) == len(set(found))
    return set(found)


def networks(widths):
    def layer(n_in, n_out):
        return st.tuples(
            st.lists(st.lists(small, min_size=n_in, max_size=n_in), min_size=n_out, max_size=n_out),
            st.lists(small, min_size=n_out, max_size=n_out),
        )

    return st.tuples(*(layer(a, b) for a, b in pairwise(widths)))


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("widths", [(1, 4, 3, 1), (2, 3, 3, 1), (3, 4, 2, 1)])
def test_integer_networks_against_slow_splitting(method, widths):
    @settings(max_examples=15)
    @given(networks(widths))
    def check(layers):
        program = relu_program(widths[0], layers)
        whole = slow_patterns(layers, [], widths[0])
        assert patterns(program, None, method) == whole
        box = Polyhedron.box([-1] * widths[0], [1] * widths[0])
        assert patterns(program, box, method) == slow_patterns(layers, box_rows(widths[0]), widths[0])

    check()


@pytest.mark.parametrize("method", METHODS)
def test_maxima_against_brute_force(method):
    forms = st.lists(st.lists(small, min_size=3, max_size=3), min_size=1, max_size=4)

    @given(st.lists(forms, min_size=1, max_size=3))
    def check(windows):
        build = ProgramBuilder(2)
        slots = [build.linear([dict(enumerate(form)) for form in window]) for window in windows]
        program = build.finish(build.gates(slots))
        tried = brute_force_argmax_patterns([w for w in windows if len(w) > 1], 2)
        assert patterns(program, None, method) == tried

    check()


def moment_hyperplanes(dim, n):
    """Hyperplanes in general position: normals and constants on a moment curve."""
    build = ProgramBuilder(dim)
    rows = [{k: Fraction(t) ** k for k in range(dim + 1)} for t in range(1, n + 1)]
    return build.finish(build.relu(build.linear(rows)))


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(("dim", "n"), [(1, 5), (2, 7), (3, 6), (4, 6), (5, 6)])
def test_general_position(method, dim, n):
    count = sum(comb(n, i) for i in range(dim + 1))
    assert len(patterns(moment_hyperplanes(dim, n), None, method)) == count


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("dim", [1, 2, 3])
def test_orthants_and_their_geometry(method, dim):
    build = ProgramBuilder(dim)
    program = build.finish(build.relu(build.inputs))
    found = list(cells(program, None, method))
    assert {cell.pattern for cell in found} == set(product((0, 1), repeat=dim))
    for cell in found:
        assert cell.polyhedron.interior_contains(cell.point)
        assert len(cell.facets) == dim
        assert not cell.is_bounded
        flips = {tuple(int(k == j) ^ bit for k, bit in enumerate(cell.pattern)) for j in range(dim)}
        assert {pattern for _, pattern in cell.neighbor_patterns()} == flips


@pytest.mark.parametrize("method", METHODS)
def test_cells_of_a_box_are_bounded_and_fill_it(method):
    program = moment_hyperplanes(3, 4)
    box = Polyhedron.box([-2, -2, -2], [0, 2, 2])
    found = list(cells(program, box, method))
    assert all(cell.is_bounded for cell in found)
    assert sum(cell.polyhedron.volume() for cell in found) == box.volume()


@settings(max_examples=25)
@given(networks((2, 4, 3, 2)))
def test_neighbors_are_mutual_and_agree_on_the_facet(layers):
    program = relu_program(2, layers)
    by_pattern = {cell.pattern: cell for cell in cells(program)}
    for pattern, cell in by_pattern.items():
        for (row, beyond), (_, point) in zip(cell.neighbor_patterns(), cell.facets, strict=True):
            other = by_pattern[beyond]
            opposite = tuple(-entry for entry in row)
            assert (opposite, pattern) in other.neighbor_patterns()
            values = [[f[0] + f[1] * point[0] + f[2] * point[1] for f in c.forms] for c in (cell, other)]
            assert values[0] == values[1] == list(program(point))


@settings(max_examples=25)
@given(networks((2, 4, 3, 2)))
def test_points_are_interior_and_forms_are_the_map(layers):
    program = relu_program(2, layers)
    for method in METHODS:
        for cell in cells(program, None, method):
            assert program.pattern_at(cell.point) == cell.pattern
            light = cell.light()
            assert cell.forms == light.forms == program.forms(cell.pattern)
            values = tuple(f[0] + sum(a * x for a, x in zip(f[1:], cell.point, strict=True)) for f in cell.forms)
            assert values == program(cell.point)


@pytest.mark.parametrize("method", METHODS)
def test_lower_dimensional_domain_only_on_request(method):
    build = ProgramBuilder(2)
    z = build.linear([{1: Fraction(1)}, {2: Fraction(1)}, {1: Fraction(1), 2: Fraction(-1)}])
    program = build.finish(build.relu(z))
    diagonal = Polyhedron.from_rows([(1, 1, 0), (1, -1, 0)], [(0, 1, -1)])
    with pytest.raises(DomainError, match="dimension 1"):
        next(iter(cells(program, diagonal, method)))
    found = list(cells(program, diagonal, method, relative=True))
    assert {cell.pattern for cell in found} == {(0, 0, 0), (1, 1, 0)}
    for cell in found:
        assert cell.polyhedron.dim == 1
        assert cell.forms[2][0] + cell.forms[2][1] + cell.forms[2][2] == 0
        assert {beyond for _, beyond in cell.neighbor_patterns()} <= {(0, 0, 0), (1, 1, 0)}


def test_refusals():
    program = moment_hyperplanes(2, 1)
    with pytest.raises(ShapeError, match=r"Q\^3"):
        list(cells(program, Polyhedron.whole_space(3)))
    with pytest.raises(DomainError, match="empty"):
        list(cells(program, Polyhedron.empty(2)))


@pytest.mark.parametrize("method", METHODS)
def test_unbounded_domain_without_vertices(method):
    strip = Polyhedron.from_rows([(1, 1, 0), (1, -1, 0)])
    build = ProgramBuilder(2)
    rows = [
        {1: Fraction(1)},
        {1: Fraction(1), 0: Fraction(5)},
        {2: Fraction(1)},
        {2: Fraction(2), 0: Fraction(0)},
    ]
    program = build.finish(build.relu(build.linear(rows)))
    assert patterns(program, strip, method) == {(0, 1, 0, 0), (0, 1, 1, 1), (1, 1, 0, 0), (1, 1, 1, 1)}


def test_no_gates_and_dimension_zero():
    build = ProgramBuilder(0)
    program = build.finish(build.relu(build.linear([{0: Fraction(-1)}, {0: Fraction(2)}])))
    assert patterns(program) == {(0, 1)}
    build = ProgramBuilder(2)
    assert patterns(build.finish(build.inputs)) == {()}
