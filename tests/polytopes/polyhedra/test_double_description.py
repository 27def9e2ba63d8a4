"""The two conversion methods against each other, against brute force, and their canonical form."""

from itertools import combinations, permutations, product
from math import comb
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polytopes.arithmetic.linalg import kernel, rank
from polytopes.arithmetic.rationals import dot, primitive
from polytopes.errors import InputError
from polytopes.polyhedra import double_description
from polytopes.polyhedra.double_description import canonical, dual_generators
from polytopes.polyhedra.incidence import bits, exact_product, incidences, integer_array, neighbors, pack, transpose

METHODS = ["cdd", "own"]


def rows_of(dim, most=7, size=2):
    return st.lists(st.tuples(*[st.integers(-size, size)] * dim), max_size=most)


systems = st.integers(0, 4).flatmap(lambda dim: st.tuples(rows_of(dim), rows_of(dim, most=2), st.just(dim)))


def cyclic(n, d):
    return [tuple(t**k for k in range(d + 1)) for t in range(n)]


def gale_facets(n, d):
    """Number of facets of the cyclic polytope by Gale's evenness condition, enumerated."""

    def even(subset):
        outside = [i for i in range(n) if i not in subset]
        return all(sum(a < s < b for s in subset) % 2 == 0 for a, b in combinations(outside, 2))

    return sum(even(subset) for subset in combinations(range(n), d))


@given(systems)
def test_methods_agree_and_conversion_is_an_involution(system):
    rows, equations, dim = system
    rays, lines = dual_generators(rows, equations, dim, "cdd")
    assert dual_generators(rows, equations, dim, "own") == (rays, lines)
    facets, fixed = dual_generators(rays, lines, dim)
    assert dual_generators(facets, fixed, dim) == (rays, lines)
    assert rank(lines) == dim - rank([*rows, *equations])


def extreme_rays_by_brute_force(rows, equations, dim):
    """Rays of a pointed cone: one-dimensional kernels of subsets of the rows, that satisfy all of them."""
    found = set()
    for subset in combinations(rows, max(0, dim - 1 - rank(equations))):
        line = kernel([*subset, *equations], dim)
        if len(line) == 1:
            for ray in (line[0], tuple(-entry for entry in line[0])):
                if all(dot(row, ray) >= 0 for row in rows):
                    found.add(ray)
    return tuple(sorted(found))


@given(systems)
def test_brute_force_on_pointed_cones(system):
    rows, equations, dim = system
    if dim and rank([*rows, *equations]) == dim:
        assert dual_generators(rows, equations, dim)[0] == extreme_rays_by_brute_force(rows, equations, dim)


@given(systems)
def test_by_halfspaces_and_by_rays(system):
    """Both ways, and turn by turn with a budget that is always used up, give the extreme rays of a pointed cone."""
    rows, _, dim = system
    rows = sorted({primitive(row) for row in rows if any(row)})
    if dim and rank(rows) == dim:
        expected = set(extreme_rays_by_brute_force(rows, [], dim))
        for bits in (24, 0):  # programs by floats, and by cddlib
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(double_description, "BITS_FOR_FLOATS", bits)
                found = double_description._by_rays(rows, dim, 10**6)
            assert found is None or set(found) == expected
            assert (found is None) == (rank(list(expected)) < dim)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(double_description, "FEW_RAYS", 1)
            assert set(double_description.extreme_rays(rows, dim)) == expected


def test_many_facets_of_few_points():
    """Random points: their facets are found from them, and they from their facets, in about the same time."""
    random = Random(1)
    points = [tuple(random.randint(-20, 20) for _ in range(5)) for _ in range(24)]
    rays, _ = dual_generators([(1, *point) for point in points], [], 6)
    again = double_description._by_rays(rays, 6, len(rays))
    assert again is not None and sorted(again) == sorted(dual_generators(rays, [], 6, "cdd")[0])


def test_long_facets_of_few_points():
    """A cyclic polytope with 14 vertices in dimension 8 from its 294 facets, with entries of 27 bits."""
    points = cyclic(14, 8)
    facets, _ = dual_generators(points, [], 9)
    assert dual_generators(facets, [], 9)[0] == tuple(sorted(primitive(point) for point in points))


@settings(max_examples=30)
@given(st.lists(st.tuples(*[st.integers(-(2**70), 2**70)] * 3), min_size=3, max_size=9))
def test_long_integers(rows):
    assert dual_generators(rows, [], 3, "own") == dual_generators(rows, [], 3, "cdd")


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(("n", "d"), [(6, 2), (8, 3), (9, 4), (12, 4), (9, 5), (10, 6)])
def test_facets_of_cyclic_polytopes(method, n, d):
    facets, equations = dual_generators(cyclic(n, d), [], d + 1, method)
    assert not equations
    formula = comb(n - (d + 1) // 2, d // 2) + comb(n - (d + 2) // 2, (d - 1) // 2)
    assert len(facets) == formula == gale_facets(n, d)


@pytest.mark.parametrize("method", METHODS)
def test_known_facets(method):
    cube = [(1, *point) for point in product([-1, 1], repeat=6)]
    assert len(dual_generators(cube, [], 7, method)[0]) == 12
    facets, equations = dual_generators([(1, *p) for p in permutations(range(5))], [], 6, method)
    assert len(facets) == 2**5 - 2
    assert equations == ((10, -1, -1, -1, -1, -1),)


def test_many_vertices():
    facets, _ = dual_generators([(1, *point) for point in permutations(range(6))], [], 7, "own")
    assert len(facets) == 2**6 - 2


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    ("rows", "equations", "dim", "answer"),
    [
        ([], [], 0, ((), ())),
        ([()], [()], 0, ((), ())),
        ([], [], 2, ((), ((1, 0), (0, 1)))),
        ([(0, 0)], [(0, 0)], 2, ((), ((1, 0), (0, 1)))),
        ([(1,)], [], 1, (((1,),), ())),
        ([(1,), (3,), (1,)], [], 1, (((1,),), ())),
        ([(1,), (-2,)], [], 1, ((), ())),
        ([], [(5,)], 1, ((), ())),
        ([(1, 1), (-1, -1)], [], 2, ((), ((1, -1),))),
        ([(1, 0), (0, 1), (-1, -1)], [], 2, ((), ())),
        ([(1, 0), (-1, 0), (0, 1)], [], 2, (((0, 1),), ())),
        ([(0, 1, 0)], [(1, 0, 1)], 3, (((0, 1, 0),), ((1, 0, -1),))),
    ],
)
def test_degenerate_cones(rows, equations, dim, answer, method):
    assert dual_generators(rows, equations, dim, method) == answer


def test_unknown_method_is_refused():
    with pytest.raises(InputError, match="'cdd', 'own'"):
        dual_generators([(1,)], [], 1, "lrs")


def test_canonical_form_ignores_the_choice_of_basis():
    rows = [(1, 2, 3), (4, 0, 1)]
    assert canonical(rows, [(1, 1, 0), (0, 1, 1)]) == canonical(
        [(2 * a + x, 2 * b + 2 * x, 2 * c + x) for (a, b, c), x in zip(rows, (3, -2), strict=True)],
        [(1, 2, 1), (1, 0, -1), (0, 0, 0)],
    )


@given(st.lists(st.integers(0, 2**70 - 1), max_size=5))
def test_bit_sets(masks):
    columns = transpose(masks, 70)
    assert transpose(columns, len(masks)) == masks
    assert [sum(1 << j for j in bits(mask)) for mask in masks] == masks
    assert [sum(int(word) << (64 * k) for k, word in enumerate(words)) for words in pack(masks, 70)] == masks


@given(st.lists(st.tuples(*[st.integers(-(2**64), 2**64)] * 2), min_size=1, max_size=3))
def test_products_never_overflow(rows):
    found = exact_product(integer_array(rows), integer_array(rows).T).tolist()
    assert found == [[dot(a, b) for b in rows] for a in rows]
    assert incidences(rows, rows) == [sum(1 << j for j, b in enumerate(rows) if dot(a, b) == 0) for a in rows]


@given(rows_of(4, most=9, size=1))
def test_neighbours_are_the_pairs_of_corank_two(rows):
    """The combinatorial test against the algebraic one."""
    if rank(rows) < 4:
        return
    rows = sorted({primitive(row) for row in rows})
    rays, _ = dual_generators(rows, [], 4)
    zero_sets = [mask for mask in incidences(rays, rows)]
    for i, j in combinations(range(len(rays)), 2):
        common = [rows[k] for k in bits(zero_sets[i] & zero_sets[j])]
        assert (j in neighbors(pack(zero_sets, len(rows)), i, 4)) == (rank(common) == 2)
