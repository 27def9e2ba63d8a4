"""Small networks with integer weights, degenerate ones among them, boxes, and tropical functions in two variables."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import strategies as st

from polytopes.polyhedra.polyhedron import Polyhedron
from tropical.algebra.polynomial import TropicalPolynomial
from tropical.algebra.rational_function import TropicalRational
from tropical.networks.network import Network

small = st.integers(-2, 2)


@st.composite
def networks(draw, dims=(1, 2, 3), outputs=(1, 2)):
    """ReLU networks with two hidden layers of at most 4 and 3 units."""
    hidden = [draw(st.integers(1, 4)), draw(st.integers(1, 3))]
    sizes = [draw(st.sampled_from(dims)), *hidden, draw(st.sampled_from(outputs))]
    layers = []
    for n, m in pairwise(sizes):
        rows = st.lists(st.lists(small, min_size=n, max_size=n), min_size=m, max_size=m)
        layers.append((draw(rows), draw(st.lists(small, min_size=m, max_size=m))))
    return Network.from_weights(layers)


def box(dim, size=1):
    """The cube [-size, size]^dim."""
    return Polyhedron.box([-size] * dim, [size] * dim)


rationals = st.fractions(min_value=-3, max_value=3, max_denominator=3)
points = st.tuples(rationals, rationals)


@st.composite
def polynomials(draw, dim=2, max_size=5, entries=rationals):
    """Tropical polynomials of at most so many terms."""
    forms = draw(st.lists(st.tuples(*[entries] * (dim + 1)), min_size=1, max_size=max_size))
    return TropicalPolynomial.from_forms(forms)


functions = st.builds(TropicalRational, polynomials(max_size=3), polynomials(max_size=3))
