"""Small networks with integer weights, degenerate ones among them, and boxes."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import strategies as st

from polytopes.polyhedron import Polyhedron
from tropical.network import Network

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
