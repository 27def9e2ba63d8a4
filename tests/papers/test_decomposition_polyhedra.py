"""Brandenburg, Grillo, Hertrich, Decomposition Polyhedra of Piecewise Linear Functions, ICLR 2025.

On the braid fan the convex functions are the Lovasz extensions of submodular set functions, whose extreme rays are
known: 5 for three elements, 37 for four (Shapley, Cores of convex games, 1971; Studeny, Kroupa 2016).
"""

from itertools import permutations

import pytest

from polytopes.complexes.normal_fan import normal_fan
from polytopes.polyhedra.polyhedron import Polyhedron
from tropical.algebra.expressions import parse
from tropical.representations.convex_decompositions import decomposition_polyhedron


def braid_fan(n):
    """The normal fan of the permutohedron in R^n."""
    return normal_fan(Polyhedron.from_generators(list(permutations(range(n)))))


@pytest.mark.parametrize("n, rays", [(2, 1), (3, 5), (4, 37)])
def test_submodular_functions(n, rays):
    """The cone has dimension 2^n - n - 1: set functions up to modular ones."""
    found = decomposition_polyhedron(parse("0", ambient_dim=n), braid_fan(n))
    assert (found.polyhedron.n_vertices, found.polyhedron.n_rays) == (1, rays)
    assert found.polyhedron.dim == 2**n - n - 1


def test_order_statistics():
    """The median of three numbers is the difference of one pair of functions with three pieces each."""
    found = decomposition_polyhedron(parse("min(max(x, y), max(x, z), max(y, z))"), braid_fan(3))
    assert (found.polyhedron.n_vertices, found.polyhedron.n_rays) == (1, 5)
    [minimal] = found.minimal
    assert minimal.same_function(parse("x + y + z - max(x, y, z) - min(x, y, z)"))
    assert (minimal.numerator.n_terms, minimal.denominator.n_terms) == (3, 3)


def test_second_largest_of_four():
    """The sum of the two largest minus the largest: on the braid fan this is a minimal decomposition."""
    names = ["x1", "x2", "x3", "x4"]
    pairs = [f"{a} + {b}" for i, a in enumerate(names) for b in names[:i]]
    second = parse(f"max({', '.join(pairs)}) - max({', '.join(names)})")
    found = decomposition_polyhedron(second, braid_fan(4))
    assert found.polyhedron.n_rays == 37
    sizes = {(pair.numerator.n_terms, pair.denominator.n_terms) for pair in found.minimal}
    assert (6, 4) in sizes
    assert all(pair.same_function(second) for pair in found.minimal)
