"""The compiled walk against the exact engine, with its filter working, refusing always, and refusing at random."""

from __future__ import annotations

import functools
import gc
import json
import operator
import random
from fractions import Fraction
from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polytopes.arithmetic.linalg import kernel
from polytopes.arithmetic.rationals import dot
from polytopes.enumeration.cells import cells
from polytopes.enumeration.compiled_walk import blocks
from polytopes.enumeration.gate_program import GateProgram
from polytopes.enumeration.kernels.finding import glance, measure
from polytopes.enumeration.kernels.probes import is_zero
from polytopes.enumeration.kernels.rays import cross_product, null_vector
from polytopes.enumeration.kernels.signs import UNDECIDED, sign_at
from polytopes.enumeration.packed_program import _packed, packed_program
from polytopes.enumeration.program_builder import ProgramBuilder
from polytopes.polyhedra.polyhedron import Polyhedron
from tests.paths import DATA

KNOWN = json.loads((DATA / "regions.json").read_text())["networks"]
NEVER, ALWAYS, SOMETIMES = 0, 1, 2

small = st.integers(-2, 2).map(Fraction)
floats = st.floats(-2, 2, allow_subnormal=False).map(Fraction)


def relu_program(dim, layers) -> GateProgram:
    build = ProgramBuilder(dim)
    slots = list(build.inputs)
    for k, (weights, bias) in enumerate(layers):
        rows = [{0: b, **dict(zip(slots, row, strict=True))} for row, b in zip(weights, bias, strict=True)]
        slots = build.linear(rows)
        if k < len(layers) - 1:
            slots = build.relu(slots)
    return build.finish(slots)


def read(name) -> GateProgram:
    arrays = np.load(DATA / "nets" / f"{name}.npz")
    layers = [(arrays[f"W{k}"].tolist(), arrays[f"b{k}"].tolist()) for k in range(len(arrays.files) // 2)]
    exact = [([[Fraction(w) for w in row] for row in W], [Fraction(c) for c in b]) for W, b in layers]
    return relu_program(len(exact[0][0][0]), exact)


def found(program, domain=None, refuse=NEVER, **options):
    result = [
        tuple(row) for block in blocks(program, domain, refuse=refuse, **options) for row in block.patterns.tolist()
    ]
    assert len(result) == len(set(result))
    return set(result)


def expected(program, domain=None, **options):
    return {cell.pattern for cell in cells(program, domain, "vertices", **options)}


def one_of_each_kind(names):
    """The first network of each kind (general, duplicated, parallel, far, scaled, ...) is quick, others are slow."""
    first = {name.split("_")[0]: name for name in reversed(names)}
    return [name if name in first.values() else pytest.param(name, marks=pytest.mark.slow) for name in names]


@pytest.mark.parametrize("method", ["vertices", "witness"])
@pytest.mark.parametrize("refuse", [NEVER, ALWAYS, SOMETIMES])
@pytest.mark.parametrize(
    "name", one_of_each_kind([n for n, row in KNOWN.items() if row["R^d"] < 200 or n == "nobias_3x8x8x1"])
)
def test_no_result_depends_on_the_filter(name, refuse, method):
    program = read(name)
    box = Polyhedron.box([-1] * program.input_dim, [1] * program.input_dim)
    for domain, key in ((None, "R^d"), (box, "box")):
        answer = found(program, domain, refuse, seed=7, method=method)
        assert answer == expected(program, domain)
        assert len(answer) == KNOWN[name][key]


@pytest.mark.parametrize(
    ("name", "domain"),
    [(n, key) for n, row in KNOWN.items() for key in row if row[key] >= 200 and "8x12" not in n],
)
def test_large_known_counts(name, domain):
    program = read(name)
    box = Polyhedron.box([-1] * program.input_dim, [1] * program.input_dim) if domain == "box" else None
    assert sum(block.count for block in blocks(program, box, keep=False)) == KNOWN[name][domain]


def layers_of(widths, numbers):
    def layer(n_in, n_out):
        row = st.lists(numbers, min_size=n_in, max_size=n_in)
        return st.tuples(
            st.lists(row, min_size=n_out, max_size=n_out), st.lists(numbers, min_size=n_out, max_size=n_out)
        )

    return st.tuples(*(layer(a, b) for a, b in pairwise(widths)))


@pytest.mark.parametrize("numbers", [small, floats, st.sampled_from([Fraction(1, 3), Fraction(-5, 7), Fraction(0)])])
@pytest.mark.parametrize("widths", [(1, 4, 3, 1), (2, 4, 3, 2, 1), (3, 4, 3, 1)])
def test_random_networks(numbers, widths):
    @settings(max_examples=20)
    @given(layers_of(widths, numbers), st.sampled_from([NEVER, SOMETIMES]), st.sampled_from(["vertices", "witness"]))
    def check(layers, refuse, method):
        program = relu_program(widths[0], layers)
        box = Polyhedron.box([-1] * widths[0], [1] * widths[0])
        for domain in (None, box):
            assert found(program, domain, refuse, method=method) == expected(program, domain)

    check()


@given(
    st.lists(st.lists(st.lists(small, min_size=3, max_size=3), min_size=1, max_size=5), min_size=1, max_size=3),
    st.sampled_from([NEVER, ALWAYS, SOMETIMES]),
    st.sampled_from(["vertices", "witness"]),
)
def test_maxima_of_any_rank(windows, refuse, method):
    build = ProgramBuilder(2)
    slots = [build.linear([dict(enumerate(form)) for form in window]) for window in windows]
    outputs = build.gates(slots)
    total = build.linear([dict.fromkeys(outputs, Fraction(1)) | {0: Fraction(-1)}])
    program = build.finish(build.relu(total))
    assert found(program, None, refuse, method=method) == expected(program)


@pytest.mark.parametrize("method", ["vertices", "witness"])
@pytest.mark.parametrize("refuse", [NEVER, ALWAYS])
def test_bounded_cells_are_counted(refuse, method):
    program = read("int_2x8x8x1_s2")
    bounded = sum(cell.is_bounded for cell in cells(program))
    assert 0 < bounded < KNOWN["int_2x8x8x1_s2"]["R^d"]
    assert sum(block.n_bounded for block in blocks(program, bounded=True, refuse=refuse, method=method)) == bounded


def test_arrays_grow():
    """The Boolean arrangement in dimension 9: 512 cells, deep stacks of nodes and cells with many rays."""
    build = ProgramBuilder(9)
    program = build.finish(build.relu(build.inputs))
    cube = Polyhedron.box([-1] * 9, [1] * 9)
    assert found(program, cube) == set(product((0, 1), repeat=9))


@pytest.mark.parametrize("scale", [Fraction(1, 10**400), Fraction(10**400), Fraction(1, 10**250)])
def test_numbers_beyond_the_range_of_floats(scale):
    program = relu_program(2, [([[scale, 1], [1, scale], [scale, scale]], [scale, 1, 0]), ([[1, -1, scale]], [scale])])
    deep = relu_program(1, [([[scale]], [1])] * 4 + [([[scale]], [0])])
    for tried in (program, deep):
        assert found(tried) == expected(tried)


@pytest.mark.parametrize(
    ("layers", "count"),
    [
        ([([[1, 1e155]], [-1e-155]), ([[3]], [0]), ([[1]], [0])], 2),
        ([([[1e-155, 1e155]], [-1e-155]), ([[3]], [0]), ([[1]], [0])], 2),
        ([([[1, 1e200]], [-1e-200]), ([[3]], [0]), ([[1]], [0])], 2),
    ],
)
def test_bounds_that_underflow(layers, count):
    exact = [([[Fraction(w) for w in row] for row in W], [Fraction(c) for c in b]) for W, b in layers]
    assert len(found(relu_program(2, exact), Polyhedron.box([0, 0], [1, 1]))) == count


@given(st.integers(0, 2**32), st.sampled_from([20, 100, 155, 300]), st.sampled_from(["vertices", "witness"]))
def test_widely_spread_scales(seed, spread, method):
    random = np.random.default_rng(seed)

    def number():
        sign = int(random.integers(-1, 2))
        return sign * Fraction(int(random.integers(1, 10))) * Fraction(10) ** int(random.integers(-spread, spread + 1))

    widths = [2, 3, 2, 1]
    layers = [
        ([[number() for _ in range(a)] for _ in range(b)], [number() for _ in range(b)]) for a, b in pairwise(widths)
    ]
    program = relu_program(2, layers)
    for domain in (None, Polyhedron.box([-1, -1], [1, 1])):
        assert found(program, domain, method=method) == expected(program, domain)


def test_no_number_is_not_zero():
    """An infinity less another, after an overflow, is neither certainly zero nor certainly anything else."""
    form = np.zeros((1, 5))
    assert is_zero.py_func(form, 2)
    for column in range(4):
        for entry in (np.nan, np.inf, 1.0):
            form = np.zeros((1, 5))
            form[0, column] = entry
            assert not is_zero.py_func(form, 2)


@pytest.mark.parametrize("refuse", [NEVER, ALWAYS])
@pytest.mark.parametrize("method", ["vertices", "witness"])
def test_a_point_is_bounded(method, refuse):
    program = relu_program(1, [([[1], [-1]], [0, 2]), ([[1, 1]], [0])])
    point = Polyhedron.from_generators([(1,)])
    options = {"bounded": True, "relative": True, "method": method, "refuse": refuse}
    assert [(block.count, block.n_bounded) for block in blocks(program, point, **options) if block.count] == [(1, 1)]


def test_flat_domains_and_programs_without_gates():
    program = read("int_3x10x1_s0")
    flat = Polyhedron.from_rows([(2, 1, 0, 0), (2, -1, 0, 0)], [(0, 1, -1, 1), (1, 0, 0, 3)])
    assert found(program, flat, relative=True) == expected(program, flat, relative=True)
    build = ProgramBuilder(2)
    assert [block.count for block in blocks(build.finish(build.inputs))] == [1]


@given(st.lists(st.lists(st.floats(-1e3, 1e3), min_size=4, max_size=4), min_size=3, max_size=3))
def test_the_error_bounds_of_a_null_vector_hold(rows):
    exact = [[Fraction(entry) for entry in row] for row in rows]
    table = np.zeros((3, 8))
    table[:, :4] = rows
    out, work = np.zeros((1, 9)), np.zeros((7, 8))
    if not null_vector(table, work, out, 0, 3):
        return
    [true] = kernel(exact, 4)
    free = next(k for k in range(4) if out[0, k] == 1.0 and out[0, 4 + k] == 0.0 and true[k])
    for k in range(4):
        assert abs(Fraction(true[k], true[free]) - Fraction(out[0, k])) <= Fraction(out[0, 4 + k])


ROUGH = st.tuples(st.floats(-1e3, 1e3), st.sampled_from([0.0, 1e-300, 1e-16, 1e-3, np.inf]))
"""A number and a bound on its error."""


def rough_rows(rows):
    """Rows of numbers with error bounds, as the kernels keep them."""
    return np.array([[*(value for value, _ in row), *(error for _, error in row), 0.0] for row in rows])


@given(st.lists(st.lists(ROUGH, min_size=3, max_size=3), min_size=2, max_size=2), st.randoms())
def test_the_error_bounds_of_a_cross_product_hold(rows, random):
    out = np.zeros((1, 7))
    with np.errstate(invalid="ignore"):
        cross_product.py_func(rough_rows(rows), out, 0)
    a, b = ([Fraction(v) + Fraction(e if e < 1 else 0) * random.choice([-1, 0, 1]) for v, e in row] for row in rows)
    true = [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
    for k in range(3):
        if out[0, 3 + k] < np.inf:
            assert abs(true[k] - Fraction(out[0, k])) <= Fraction(out[0, 3 + k])


@given(st.lists(ROUGH, min_size=3, max_size=3), st.lists(st.lists(ROUGH, min_size=3, max_size=3), min_size=1))
def test_one_bound_for_all_rays_of_a_cell(form, vectors):
    tape, rays, reach = np.zeros((2, 8)), rough_rows(vectors), np.zeros((2, 3))
    tape[0, 7], tape[1, :7] = 1.0, rough_rows([form])[0]
    measure.py_func(rays, 0, len(rays), reach, 3)
    with np.errstate(invalid="ignore"):
        every = [glance.py_func(np.zeros((1, 7)), tape, rays, reach, 0, 1, i, 1, 3) for i in range(len(rays))]
        together = glance.py_func(np.zeros((1, 7)), tape, rays, reach, 0, 1, 0, len(rays), 3)
    assert together == (3 if {1, 2} <= set(every) else functools.reduce(operator.or_, every))
    for bits, vector in zip(every, vectors, strict=True):
        pairs = [(f, ef, v, e) for (f, ef), (v, e) in zip(form, vector, strict=True) if (f or ef) and (v or e)]
        sign = {0: 0, 1: -1, 2: 1, 4: UNDECIDED}[bits]
        if sign == 0:
            assert not pairs
        elif sign != UNDECIDED:
            assert all(max(ef, e) < np.inf for _, ef, _, e in pairs)
            exact = [tuple(map(Fraction, pair)) for pair in pairs]
            doubt = sum(abs(f) * e + ef * (abs(v) + e) for f, ef, v, e in exact)
            assert sign * sum(f * v for f, _, v, _ in exact) > doubt


@given(st.lists(st.floats(-10, 10), min_size=3, max_size=3), st.lists(st.floats(-10, 10), min_size=3, max_size=3))
def test_certain_signs_are_right(left, right):
    form, ray = np.zeros((1, 7)), np.zeros((1, 7))
    form[0, :3], ray[0, :3] = left, right
    sign = sign_at(form, 0, ray, 0, 3)
    value = dot([Fraction(a) for a in left], [Fraction(b) for b in right])
    assert sign == UNDECIDED or sign == (value > 0) - (value < 0)
    if all(float(entry).is_integer() for entry in left + right):
        form[0, 6] = ray[0, 6] = 1.0
        assert sign_at(form, 0, ray, 0, 3) == (value > 0) - (value < 0)


def degenerate_program(seed) -> GateProgram:
    """A random program with small weights, repeated rows and maxima over slots of any earlier stage."""
    choose = random.Random(seed)
    build = ProgramBuilder(choose.randint(2, 5))
    slots = list(build.inputs)
    for _ in range(choose.randint(1, 3)):
        size = choose.randint(2, 5)
        rows = [{slot: Fraction(choose.randint(-2, 2)) for slot in (0, *slots)} for _ in range(size)]
        rows[-1] = {slot: choose.choice([1, -2]) * weight for slot, weight in rows[0].items()}
        linear = build.linear(rows)
        if choose.random() < 0.6:
            slots = build.relu(linear)
        else:
            everything = [*slots, *linear]
            slots = build.gates([choose.sample(everything, min(3, len(everything))) for _ in range(2)])
    return build.finish(slots)


@pytest.mark.parametrize("seed", range(40))
def test_both_representations_agree_on_degenerate_programs(seed):
    program = degenerate_program(seed)
    domain = Polyhedron.box([-1] * program.input_dim, [1] * program.input_dim) if seed % 2 else None
    counts = {
        block_sum(program, domain, method, refuse)
        for method in ("vertices", "witness")
        for refuse in (NEVER, SOMETIMES)
    }
    assert len(counts) == 1


def block_sum(program, domain, method, refuse):
    parts = list(blocks(program, domain, keep=False, bounded=True, method=method, refuse=refuse, seed=3))
    return sum(part.count for part in parts), sum(part.n_bounded for part in parts)


def test_a_program_is_packed_once_and_let_go_with_it():
    program = relu_program(2, [([[1, 2], [3, 4]], [0, 1]), ([[1, 1]], [0])])
    arrays = packed_program(program)
    assert packed_program(program) is arrays
    key = id(program)
    assert _packed[key] is arrays
    del program
    gc.collect()
    assert key not in _packed
