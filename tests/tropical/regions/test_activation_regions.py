"""Regions of networks against known answers, closed formulas and independent enumerations."""

from __future__ import annotations

import json
from fractions import Fraction
from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from polytopes.arrangements.arrangement import Arrangement
from polytopes.errors import DomainError, LimitReached
from polytopes.polyhedra.polyhedron import Polyhedron
from tests.oracles import box_rows, slow_patterns
from tests.paths import DATA
from tropical.networks.network import Network
from tropical.regions.activation_regions import activation_regions
from tropical.regions.counting import count_regions
from tropical.regions.tally import Tally

KNOWN = json.loads((DATA / "regions.json").read_text())["networks"]


CASES = [(name, domain, count) for name, row in KNOWN.items() for domain, count in row.items()]


def read(name):
    arrays = np.load(DATA / "nets" / f"{name}.npz")
    return [(arrays[f"W{k}"], arrays[f"b{k}"]) for k in range(len(arrays.files) // 2)]


def exact(layers):
    return [([[Fraction(w) for w in row] for row in W.tolist()], [Fraction(c) for c in b.tolist()]) for W, b in layers]


def domain_of(network, name):
    d = network.input_dim
    return Polyhedron.box([-1] * d, [1] * d) if name == "box" else None


def slow_if(condition, *values):
    return pytest.param(*values, marks=[pytest.mark.slow] if condition else [])


@pytest.mark.parametrize(
    ("name", "domain", "count"), [slow_if(c > 5000 or n[3:4] in "68", n, d, c) for n, d, c in CASES]
)
def test_known_counts(name, domain, count):
    network = Network.from_weights(read(name))
    assert count_regions(network, domain_of(network, domain)).activation_regions == count


@pytest.mark.parametrize(("name", "domain", "count"), [slow_if(c > 300, n, d, c) for n, d, c in CASES if c < 5000])
def test_known_counts_with_witnesses(name, domain, count):
    network = Network.from_weights(read(name))
    assert count_regions(network, domain_of(network, domain), method="witness").activation_regions == count


DEGENERATE = [
    name for name, row in KNOWN.items() if name[:3] in ("int", "par", "tri", "dbl", "nob") and row["R^d"] < 60
]


@pytest.mark.parametrize("name", DEGENERATE)
def test_degenerate_networks_against_slow_splitting(name):
    layers = exact(read(name))
    network = Network.from_weights(layers)
    for domain, rows in ((None, []), (domain_of(network, "box"), box_rows(network.input_dim))):
        patterns = [region.pattern for region in activation_regions(network, domain)]
        assert len(patterns) == len(set(patterns))
        assert set(patterns) == slow_patterns(layers, rows, network.input_dim)


@pytest.mark.parametrize("name", [n for n in KNOWN if n.count("x") == 2 and not n.startswith(("scl", "far"))])
def test_one_hidden_layer_against_the_characteristic_polynomial(name):
    [(weights, bias), _] = exact(read(name))
    rows = [[b, *row] for row, b in zip(weights, bias, strict=True)]
    arrangement = Arrangement.from_rows(rows, len(weights[0]), drop_constant=True)
    assert arrangement.n_chambers == KNOWN[name]["R^d"]


@given(st.integers(1, 3), st.integers(0, 6), st.booleans())
def test_general_position_formulas(dim, n, central):
    weights = [[Fraction(t + 2) ** k for k in range(dim)] for t in range(n)]
    bias = [Fraction(0) if central else Fraction(t + 2) ** dim for t in range(n)]
    if not n:
        network = Network.from_weights([([[1] * dim], [0])])
        expected = 1
    else:
        network = Network.from_weights([(weights, bias), ([[1] * n], [0])])
        expected = sum(comb(n, i) for i in range(dim + 1))
        if central:
            expected = 2 * sum(comb(n - 1, i) for i in range(dim))
    assert count_regions(network).activation_regions == expected


def absolute_values(dim):
    """sum |x_i|: every ReLU pair shares a hyperplane."""
    unit = np.eye(dim, dtype=int)
    return Network.from_weights([(np.vstack([unit, -unit]), [0] * 2 * dim), ([[1] * 2 * dim], [0])])


def test_a_limit_keeps_what_was_found():
    network = absolute_values(3)
    with pytest.raises(LimitReached) as stopped:
        count_regions(network, limit=5, linear=True)
    assert stopped.value.partial.activation_regions == 5
    assert not stopped.value.partial.complete
    assert count_regions(network, limit=8).complete
    with pytest.raises(LimitReached, match="not finished after 0 s"):
        count_regions(network, timeout=0)


@pytest.mark.parametrize("options", [{"linear": True}, {}])
def test_progress_sees_the_count_grow(options):
    seen: list[int] = []
    count_regions(absolute_values(2), progress=lambda tally: seen.append(tally.n_regions), **options)
    assert seen == sorted(seen)
    assert seen[-1] == 4
    assert Tally().result(complete=True).as_dict()["activation_regions"] == 0


def test_a_flat_domain_needs_relative():
    network = absolute_values(2)
    segment = Polyhedron.from_generators([[-1, -1], [1, 2]])
    with pytest.raises(DomainError, match="relative"):
        count_regions(network, segment)
    assert count_regions(network, segment, relative=True).activation_regions == 3


def test_region_geometry():
    network = Network.from_weights([([[1, 0], [0, 1]], [0, 0]), ([[1, 2]], [1])])
    region = next(r for r in activation_regions(network, Polyhedron.box([-1, -1], [1, 2])) if r.pattern == (1, 1))
    assert set(region.vertices) == {(0, 0), (1, 0), (0, 2), (1, 2)}
    assert region.volume == 2
    assert region.is_bounded
    assert region.layer_patterns == ((1, 1),)
    assert region.affine_map.matrix == ((1, 2),)
    assert region.affine_map.shift == (1,)
    assert {pattern for _, pattern in region.neighbors()} == {(1, 1), (0, 1), (1, 0)}
    assert repr(region) == "Activation region 11 in Q^2"
