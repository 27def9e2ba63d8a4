"""Named polytopes with their known answers.

>>> example = associahedron(4)
>>> example.polyhedron.f_vector(), example.facts["f_vector"]
((14, 21, 9), (14, 21, 9))
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import combinations, permutations, product
from math import comb, factorial, prod

from attrs import frozen

from polytopes.arithmetic.linalg import identity
from polytopes.errors import InputError
from polytopes.library.known_answers import Example, check_size, surjections
from polytopes.minkowski_sums.minkowski_sum import MinkowskiSum
from polytopes.polyhedra.polyhedron import Polyhedron

ZIEGLER = "G. M. Ziegler, Lectures on Polytopes, GTM 152 (1995)"
POSTNIKOV = "A. Postnikov, Permutohedra, associahedra, and beyond, IMRN 2009"


@frozen(repr=False)
class PolytopeExample(Example[Polyhedron]):
    """A named polytope with known answers."""

    @property
    def polyhedron(self) -> Polyhedron:
        """The polytope."""
        return self.object

    def projected_volume(self) -> Fraction:
        """Return the volume of the projection to the coordinates that the equations leave free.

        It is the volume relative to the integer points of the affine hull wherever the equations, in echelon form,
        have leading entries 1.
        """
        P = self.polyhedron
        pivots = [next(j for j, entry in enumerate(row[1:]) if entry) for row in P.equations]
        free = [row for j, row in enumerate(identity(P.ambient_dim)) if j not in pivots]
        return P.affine_image(free).volume() if free else Fraction(1)


def simplex(n: int) -> PolytopeExample:
    """Return the simplex conv(0, e_1, ..., e_n) in Q^n."""
    check_size(n)
    facts = {
        "f_vector": tuple(comb(n + 1, k + 1) for k in range(n)),
        "volume": Fraction(1, factorial(n)),
    }
    points = [(0,) * n, *identity(n)]
    return PolytopeExample(f"simplex_{n}", Polyhedron.from_generators(points, ambient_dim=n), facts, ZIEGLER)


def cube(n: int) -> PolytopeExample:
    """Return the cube [0, 1]^n."""
    check_size(n)
    facts = {"f_vector": _cube_f_vector(n), "volume": Fraction(1)}
    return PolytopeExample(f"cube_{n}", Polyhedron.box([0] * n, [1] * n), facts, ZIEGLER)


def cross_polytope(n: int) -> PolytopeExample:
    """Return the cross-polytope conv(+-e_1, ..., +-e_n)."""
    check_size(n)
    points = [tuple(sign * entry for entry in row) for row in identity(n) for sign in (1, -1)]
    facts = {
        "f_vector": tuple(2 ** (k + 1) * comb(n, k + 1) for k in range(n)),
        "volume": Fraction(2**n, factorial(n)),
    }
    return PolytopeExample(f"cross_polytope_{n}", Polyhedron.from_generators(points), facts, ZIEGLER)


def cyclic_polytope(n: int, d: int) -> PolytopeExample:
    """Return the cyclic polytope conv{(t, t^2, ..., t^d) : t = 0, ..., n - 1}, n > d >= 2.

    Its numbers of faces are the largest that n points in dimension d can have (McMullen's upper bound theorem).
    """
    if not 2 <= d < n:
        raise InputError(f"a cyclic polytope with {n} vertices in dimension {d}; n > d >= 2 is needed")
    points = [tuple(t**k for k in range(1, d + 1)) for t in range(n)]
    h = [comb(n - d - 1 + min(i, d - i), min(i, d - i)) for i in range(d + 1)]
    f_vector = tuple(sum(comb(d - i, k - i) * h[i] for i in range(k + 1)) for k in range(1, d + 1))
    return PolytopeExample(f"cyclic_{n}_{d}", Polyhedron.from_generators(points), {"f_vector": f_vector}, ZIEGLER)


def twenty_four_cell() -> PolytopeExample:
    """Return the regular 24-cell with vertices +-e_i +- e_j in Q^4."""
    points = [
        tuple(a * (k == i) + b * (k == j) for k in range(4))
        for i, j in combinations(range(4), 2)
        for a, b in product((1, -1), repeat=2)
    ]
    facts = {"f_vector": (24, 96, 96, 24), "volume": Fraction(8)}
    source = "H. S. M. Coxeter, Regular Polytopes (1973): edges of length a give volume 2 a^4"
    return PolytopeExample("24-cell", Polyhedron.from_generators(points), facts, source)


def hypersimplex(n: int, k: int) -> PolytopeExample:
    """Return the hypersimplex {x in [0, 1]^n : x_1 + ... + x_n = k}, 0 < k < n; its volume is an Eulerian number."""
    if not 0 < k < n:
        raise InputError(f"a hypersimplex with n = {n}, k = {k}; 0 < k < n is needed")
    bounds = [(int(upper), *((-1 if upper else 1) * e for e in row)) for row in identity(n) for upper in (0, 1)]
    P = Polyhedron.from_rows(bounds, [(-k, *(1,) * n)])
    # A face of dimension m - 1 > 0 leaves m coordinates free and fixes t of the others to 1.
    faces = [comb(n, m) * sum(comb(n - m, t) for t in range(n - m + 1) if 0 < k - t < m) for m in range(2, n)]
    facts = {
        "f_vector": (comb(n, k), *faces),
        "projected_volume": Fraction(_eulerian(n - 1, k - 1), factorial(n - 1)),
    }
    source = "R. P. Stanley, Eulerian partitions of a unit hypercube (1977); " + ZIEGLER
    return PolytopeExample(f"hypersimplex_{n}_{k}", P, facts, source)


def birkhoff_polytope(n: int) -> PolytopeExample:
    """Return the Birkhoff polytope of doubly stochastic n x n matrices, row by row in Q^(n^2)."""
    check_size(n)
    inequalities = [(0, *row) for row in identity(n * n)]
    rows = [(-1, *(int(c // n == i) for c in range(n * n))) for i in range(n)]
    columns = [(-1, *(int(c % n == i) for c in range(n * n))) for i in range(n)]
    volumes = {1: Fraction(1), 2: Fraction(1), 3: Fraction(1, 8), 4: Fraction(11, 11340)}
    facts = {
        "dim": (n - 1) ** 2,
        "n_vertices": factorial(n),
        "n_facets": {1: 0, 2: 2}.get(n, n * n),
        **({"projected_volume": volumes[n]} if n in volumes else {}),
    }
    source = "C. S. Chan, D. P. Robbins, On the volume of the polytope of doubly stochastic matrices (1999)"
    return PolytopeExample(f"birkhoff_{n}", Polyhedron.from_rows(inequalities, [*rows, *columns]), facts, source)


def permutohedron(n: int) -> PolytopeExample:
    """Return the permutohedron, the hull of the permutations of (1, ..., n) in Q^n, of dimension n - 1."""
    check_size(n)
    facts = {
        "f_vector": tuple(surjections(n, n - k) for k in range(n - 1)),
        "projected_volume": Fraction(n ** max(n - 2, 0)),
    }
    points = list(permutations(range(1, n + 1)))
    source = f"{POSTNIKOV}; {ZIEGLER}"
    return PolytopeExample(f"permutohedron_{n}", Polyhedron.from_generators(points), facts, source)


def simplex_sum(n: int, subsets: Iterable[Iterable[int]]) -> MinkowskiSum:
    """Return the sum of the simplices conv{e_i : i in I} in Q^n over the given subsets I of {0, ..., n - 1}.

    Such sums are the hypergraphic polytopes; they are generalized permutohedra.

    >>> simplex_sum(3, [(0, 1), (1, 2), (0, 2)]).n_vertices
    6
    """
    unit = identity(n)
    return MinkowskiSum.from_points([[unit[i] for i in sorted(set(subset))] for subset in subsets], n)


def associahedron(n: int) -> PolytopeExample:
    """Return Loday's associahedron in Q^n, of dimension n - 1: the sum of the simplices over all intervals.

    A face of codimension m is a dissection of an (n + 2)-gon by m diagonals (Kirkman, Cayley).
    """
    check_size(n)
    intervals = [range(i, j) for i in range(n) for j in range(i + 1, n + 1)]
    dissections = [comb(n - 1, m) * comb(n + m + 1, m) // (m + 1) for m in range(n)]
    source = f"{POSTNIKOV}; J.-L. Loday, Realization of the Stasheff polytope (2004)"
    P = simplex_sum(n, intervals).expand()
    return PolytopeExample(f"associahedron_{n}", P, {"f_vector": tuple(dissections[:0:-1])}, source)


def cyclohedron(n: int) -> PolytopeExample:
    """Return the cyclohedron in Q^n, of dimension n - 1: the sum of the simplices over all arcs of an n-cycle."""
    check_size(n, 3)
    arcs = [tuple((i + k) % n for k in range(length)) for length in range(1, n) for i in range(n)]
    faces = [comb(n - 1, m) * comb(n - 1 + m, m) for m in range(n)]
    source = f"{POSTNIKOV}; R. Simion, A type-B associahedron (2003)"
    P = simplex_sum(n, [*arcs, range(n)]).expand()
    return PolytopeExample(f"cyclohedron_{n}", P, {"f_vector": tuple(faces[:0:-1])}, source)


def pitman_stanley_polytope(n: int) -> PolytopeExample:
    """Return {x >= 0 : x_1 + ... + x_i <= i}, combinatorially a cube; its volume counts parking functions."""
    check_size(n)
    above = [(0, *row) for row in identity(n)]
    below = [(i, *(-int(k < i) for k in range(n))) for i in range(1, n + 1)]
    facts = {"f_vector": _cube_f_vector(n), "volume": Fraction((n + 1) ** (n - 1), factorial(n))}
    source = "J. Pitman, R. P. Stanley, A polytope related to empirical distributions, plane trees, ... (2002)"
    return PolytopeExample(f"pitman_stanley_{n}", Polyhedron.from_rows([*above, *below]), facts, source)


def cyclic_zonotope(n: int, d: int) -> PolytopeExample:
    """Return the zonotope of the n generic vectors (1, t, ..., t^(d-1)), t = 0, ..., n - 1, in Q^d, n >= d."""
    if not 1 <= d <= n:
        raise InputError(f"{n} generators in dimension {d}; n >= d >= 1 is needed")
    generators = [tuple(t**k for k in range(d)) for t in range(n)]
    volume = sum(prod(b - a for a, b in combinations(chosen, 2)) for chosen in combinations(range(n), d))
    facts = {
        # A face of dimension k is a choice of k generators and a chamber of the others in the quotient.
        "f_vector": tuple(comb(n, k) * _generic_chambers(n - k, d - k) for k in range(d)),
        "volume": Fraction(volume),
    }
    source = "G. C. Shephard, Combinatorial properties of associated zonotopes (1974); " + ZIEGLER
    return PolytopeExample(f"cyclic_zonotope_{n}_{d}", MinkowskiSum.zonotope(generators).expand(), facts, source)


def _cube_f_vector(n: int) -> tuple[int, ...]:
    return tuple(2 ** (n - k) * comb(n, k) for k in range(n))


def _generic_chambers(n: int, d: int) -> int:
    """Return the number of chambers of n generic hyperplanes through 0 in dimension d."""
    return 2 * sum(comb(n - 1, i) for i in range(d)) if n else 1


def _eulerian(n: int, k: int) -> int:
    """Return the number of permutations of n elements with k descents."""
    return sum((-1) ** j * comb(n + 1, j) * (k + 1 - j) ** n for j in range(k + 1))


def all_small() -> Sequence[PolytopeExample]:
    """Return one small member of every family, for tests and demonstrations."""
    return (
        simplex(3),
        cube(3),
        cross_polytope(3),
        cyclic_polytope(7, 4),
        twenty_four_cell(),
        hypersimplex(4, 2),
        birkhoff_polytope(3),
        permutohedron(4),
        associahedron(4),
        cyclohedron(4),
        pitman_stanley_polytope(3),
        cyclic_zonotope(5, 3),
    )
