"""The tropical curve of figure 1 of Zhang, Naitzat, Lim, Tropical Geometry of Deep Neural Networks, ICML 2018."""

from tropical.algebra.decision_boundary import DecisionBoundary
from tropical.algebra.hypersurface import TropicalHypersurface
from tropical.algebra.polynomial import TropicalPolynomial

QUADRIC = TropicalPolynomial.from_terms({(2, 0): 1, (0, 2): 1, (1, 1): 2, (1, 0): 2, (0, 1): 2, (0, 0): 2})


def test_curve_and_dual_subdivision():
    """1 (.) x^2 (+) 1 (.) y^2 (+) 2 (.) xy (+) 2 (.) x (+) 2 (.) y (+) 2: a square and two triangles, six regions."""
    T = TropicalHypersurface(QUADRIC)
    assert sorted(map(len, T.subdivision.maximal_cells)) == [3, 3, 4]
    assert T.subdivision.f_vector() == (6, 8, 3)
    assert T.f_vector() == T.complex.f_vector() == (3, 8)
    assert len(T.regions) == 6 and T.is_balanced() and set(T.multiplicities) == {1}
    assert set(T.complex.vertices) == {(0, 0), (1, 0), (0, 1)}


def test_boundary_between_corners_and_the_rest():
    """With the pure squares and the constant positive, each corner is cut off on its own."""
    corners = {(0, 0), (2, 0), (0, 2)}
    signs = [1 if tuple(map(int, exponent)) in corners else -1 for exponent in QUADRIC.exponents]
    boundary = DecisionBoundary.of_signs(QUADRIC, signs)
    assert boundary.f_vector()[1] == boundary.complex.f_vector()[1] == 6
    assert boundary.n_components == 3
    assert (boundary.n_positive_regions, boundary.n_negative_regions) == (3, 1)
