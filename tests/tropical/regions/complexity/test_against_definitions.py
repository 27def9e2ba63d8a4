"""Local complexity of degenerate networks in polytopes of all kinds, against an oracle from the definitions."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polytopes import Polyhedron
from tests.tropical.regions.complexity import oracle
from tropical import Network
from tropical import local_complexity as local_complexity_of
from tropical.networks.layers import Affine, LeakyReLU, ReLU
from tropical.regions.complexity import LocalComplexity, Uniform

DOMAINS = {
    1: [Polyhedron.box([-1], [2])],
    2: [
        Polyhedron.box([-1, -1], [1, 1]),
        Polyhedron.from_generators([[0, 0], [2, 1], [-1, 3]]),
        Polyhedron.from_generators([[-1, 0], [0, -1], [1, 0], [0, 1]]),
    ],
    3: [
        Polyhedron.box([-1, -1, -1], [1, 1, 1]),
        Polyhedron.from_generators([[0, 0, 0], [2, 0, 0], [0, 1, 0], [1, 1, 2]]),
    ],
}
SLOPES = (Fraction(0), Fraction(1, 3), Fraction(-1))
"""ReLU, leaky ReLU, absolute value."""
small = st.integers(-2, 2)


def network_of(net: oracle.Layers) -> Network:
    layers: list[Any] = []
    for slope, W, b in net.hidden:
        layers += [Affine(W, b), LeakyReLU(slope) if slope else ReLU()]
    return Network.chain(net.dim, [*layers, Affine(*net.output)])


def compare(found: LocalComplexity, expected: dict[str, Any]) -> None:
    assert (found.n_regions, found.n_maps) == (expected["regions"], expected["maps"])
    assert [own.exact for own in found.per_unit.values()] == expected["per_unit"]
    assert found.neuron_boundary.exact == expected["neuron"]
    assert found.activation_boundary.exact == expected["activation"]
    assert found.function_boundary.exact == expected["function"]
    assert found.mean_gradient is not None and found.mean_gradient.l2.exact == expected["l2"]
    for name in ("before", "after"):
        assert [getattr(own, name).exact.rational for own in found.local_rank.values()] == expected[name]
    assert [own.exact for own in found.masses.values()] == expected["masses"]
    assert found.noisy[0].value.exact == expected["uniform"]


@st.composite
def degenerate(draw: st.DrawFn) -> oracle.Layers:
    """Small weights: zero rows, duplicate, opposite and dead units, walls through the corners and in the border."""
    dim = draw(st.sampled_from([1, 2, 2, 3]))
    sizes = [dim, draw(st.integers(1, 3)), draw(st.integers(1, 2))]
    hidden = []
    for n, m in pairwise(sizes):
        rows = [draw(st.lists(small, min_size=n, max_size=n)) for _ in range(m)]
        bias = draw(st.lists(small, min_size=m, max_size=m))
        if m > 1 and draw(st.booleans()):
            sign = draw(st.sampled_from([1, -1]))
            rows[-1], bias[-1] = [sign * x for x in rows[0]], sign * bias[0]
        hidden.append((draw(st.sampled_from(SLOPES)), rows, bias))
    width = draw(st.integers(1, 2))
    output = [draw(st.lists(small, min_size=sizes[-1], max_size=sizes[-1])) for _ in range(width)]
    return oracle.Layers(hidden, (output, [0] * width), dim)


@settings(max_examples=20)
@given(degenerate(), st.data())
def test_degenerate_networks(net: oracle.Layers, data: st.DataObject) -> None:
    domain = data.draw(st.sampled_from(DOMAINS[net.dim]))
    s = data.draw(st.sampled_from([Fraction(1, 4), Fraction(1), Fraction(5)]))
    compare(local_complexity_of(network_of(net), domain, Uniform(s)), oracle.local_complexity(net, domain, s))


relu = Fraction(0)
NAMED = {
    "dead": oracle.Layers([(relu, [[0, 0], [1, 1]], [-1, -9]), (relu, [[1, 1]], [0])], ([[1]], [0]), 2),
    "zero": oracle.Layers([(relu, [[0, 0], [0, 0]], [0, 0])], ([[1, 1]], [0]), 2),
    "constant one": oracle.Layers([(relu, [[0, 0], [1, 0]], [1, 0])], ([[1, 1]], [0]), 2),
    "on the border": oracle.Layers([(relu, [[1, 0], [-1, 0], [0, 1]], [-1, -1, 1])], ([[1, 2, 3]], [0]), 2),
    "through corners": oracle.Layers([(relu, [[1, 1], [1, -1]], [0, 0])], ([[1, -1], [2, 2]], [0, 0]), 2),
    "twice and opposite": oracle.Layers([(relu, [[1, 0], [2, 0], [-3, 0]], [0, 0, 0])], ([[2, -1, 0]], [0]), 2),
    "outputs cancel": oracle.Layers([(relu, [[1, 1], [1, 1]], [0, 0])], ([[1, -1]], [0]), 2),
    "fold on a wall": oracle.Layers(
        [(Fraction(-1), [[1, 0], [0, 1]], [0, 0]), (relu, [[1, -1], [-1, 1]], [0, 0])], ([[1, 1]], [0]), 2
    ),
}


@pytest.mark.parametrize("name", NAMED)
@pytest.mark.parametrize("domain", DOMAINS[2], ids=["square", "triangle", "diamond"])
def test_named_networks(name: str, domain: Polyhedron) -> None:
    net, s = NAMED[name], Fraction(1, 3)
    compare(local_complexity_of(network_of(net), domain, Uniform(s)), oracle.local_complexity(net, domain, s))
