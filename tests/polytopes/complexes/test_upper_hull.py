"""Which affine forms of a maximum win somewhere."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polytopes.complexes import upper_hull
from polytopes.complexes.upper_hull import upper_vertices
from polytopes.optimization.linear_program import Farkas, strictly_feasible
from polytopes.polyhedra.polyhedron import Polyhedron


def one_program_each(forms):
    """The definition: a form wins somewhere iff it beats all others at some point at once."""
    first = {form: i for i, form in reversed(list(enumerate(forms)))}
    found = []
    for form, i in first.items():
        rows = [(1, *(0,) * (len(form) - 1))] + [
            tuple(a - b for a, b in zip(form, other, strict=True)) for other in first if other != form
        ]
        if not isinstance(strictly_feasible(rows), Farkas):
            found.append(i)
    return tuple(sorted(found))


def by_the_hull(forms):
    """Vertices of conv - R (0, 1) by double description."""
    points = [(*form[1:], form[0]) for form in forms]
    dim = len(forms[0])
    hull = Polyhedron.from_generators(points, [(*(0,) * (dim - 1), -1)])
    vertices = {tuple(map(int, (v[-1], *v[:-1]))) for v in hull.vertices}
    return tuple(i for i, form in enumerate(forms) if form in vertices and form not in forms[:i])


@st.composite
def small_forms(draw):
    dim = draw(st.integers(0, 3))
    entry = st.integers(-3, 3)
    return draw(st.lists(st.tuples(*[entry] * (dim + 1)), min_size=1, max_size=12))


@given(small_forms())
def test_definition_and_hull(forms):
    assert upper_vertices(forms) == one_program_each(forms) == by_the_hull(forms)


@settings(max_examples=30)
@given(small_forms(), st.integers(-5, 5), st.randoms())
def test_affine_functions_and_order_do_not_matter(forms, slope, order):
    """Adding one affine form to all of them, or reordering distinct ones, changes nothing."""
    distinct = list(dict.fromkeys(forms))
    shifted = [tuple(entry + slope * (j + 1) for j, entry in enumerate(form)) for form in distinct]
    assert upper_vertices(shifted) == upper_vertices(distinct)
    permutation = list(range(len(distinct)))
    order.shuffle(permutation)
    found = upper_vertices([distinct[i] for i in permutation])
    assert sorted(permutation[i] for i in found) == list(upper_vertices(distinct))


def generators(source, kind, dim, count):
    if kind == "random":
        return [tuple(source.randrange(-(2**20), 2**20) for _ in range(dim + 1)) for _ in range(count)]
    if kind == "paraboloid":
        points = [[source.randrange(-100, 100) for _ in range(dim)] for _ in range(count)]
        return [(-sum(a * a for a in s), *s) for s in points]
    sums = [(0,) * (dim + 1)]
    while len(sums) < count:
        vector = [source.randrange(-50, 50) for _ in range(dim + 1)]
        sums += [tuple(a + b for a, b in zip(form, vector, strict=True)) for form in sums]
    return sums


@pytest.mark.parametrize("kind", ["random", "paraboloid", "zonotope"])
@pytest.mark.parametrize("dim", [2, 3, pytest.param(4, marks=pytest.mark.slow)])
def test_samples_and_shared_certificates_change_nothing(kind, dim, monkeypatch):
    """With many forms the search takes short cuts; without them it finds the same."""
    forms = generators(random.Random(dim), kind, dim, 300)
    quick = upper_vertices(forms)
    monkeypatch.setattr(upper_hull, "MANY", 10**9)
    assert upper_vertices(forms) == quick


def test_every_point_of_a_paraboloid_is_a_vertex():
    forms = list(dict.fromkeys(generators(random.Random(5), "paraboloid", 3, 500)))
    assert upper_vertices(forms) == tuple(range(len(forms)))


def test_long_numbers_and_lower_dimensions():
    """Rows too long for floats, and exponents on a line in space."""
    long = 2**2000
    line = [(-long * k * k, k, 2 * k, -k) for k in range(250)]
    assert upper_vertices(line) == tuple(range(250))
    plane = [(-long * (i * i + j * j), i, j, i + j) for i in range(15) for j in range(15)]
    assert upper_vertices(plane) == tuple(range(225))


@pytest.mark.parametrize("bits", [40, 61, 62, 63, 64, 900, 1100])
def test_any_length(bits):
    """The paraboloid scaled to any length has the same vertices, also where words and floats end."""
    points = [(i, j) for i in range(-8, 9) for j in range(-7, 8)]
    factor = 2**bits // 113 + 1
    forms = [(-factor * (i * i + j * j), factor * i, factor * j) for i, j in points]
    inner = [(-factor * 100 - i * i, factor * i + 1, factor * j) for i, j in points if abs(i) < 5 and abs(j) < 5]
    assert upper_vertices(forms + inner) == tuple(range(len(forms)))
    flat = [(form[0] * 3, form[1], form[2] * 2**30) for form in forms]
    assert upper_vertices(flat) == tuple(range(len(forms)))


def test_a_form_that_only_touches_is_not_needed():
    """(0, 0) lies on the segment between its neighbors: it ties at one point and wins nowhere."""
    assert upper_vertices([(0, -1), (0, 0), (0, 1)]) == (0, 2)
    assert upper_vertices([(0, -1), (0, 0), (0, 1), (0, 0)]) == (0, 2)


def test_degenerate_input():
    assert upper_vertices([]) == ()
    assert upper_vertices([(3,), (5,), (5,)]) == (1,)
    assert upper_vertices([(1, 2, 3)] * 3) == (0,)
    assert upper_vertices([(1, 2), (4, 2), (3, 2)]) == (1,)
