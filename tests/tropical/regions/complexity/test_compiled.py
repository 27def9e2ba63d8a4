"""The compiled measures against exact arithmetic, on degenerate networks too, and what they refuse."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings

from polytopes.arithmetic.surds import RadicalSum
from polytopes.enumeration.cell_measures import can_measure
from polytopes.enumeration.limits import UNLIMITED, Limits
from polytopes.errors import LimitReached, VerificationFailed
from polytopes.polyhedra.polyhedron import Polyhedron
from tests.tropical.strategies import box, networks
from tropical.networks.network import Network
from tropical.regions.activation_regions import Walk
from tropical.regions.complexity.compiled import CompiledMeasures
from tropical.regions.complexity.layers import GateLayers
from tropical.regions.complexity.local_complexity import Measurement, local_complexity
from tropical.regions.complexity.steepest import steepest
from tropical.regions.complexity.survey import ComplexitySurvey


def both(net, domain):
    quick = CompiledMeasures(network=net, domain=domain).fill(UNLIMITED)
    exact = ComplexitySurvey(network=net, domain=domain, exactly=True).fill(Walk(net, domain))
    return quick, exact


def agree(quick, exact):
    if quick is None:  # floats do not tell a small number from zero
        assert any(not known.exact for known in exact.sums()[3 + len(exact.per_unit) :])
        return
    quick.verified_by(exact)
    for number, known in zip(quick.sums(), exact.sums(), strict=True):
        assert number.is_precise
        assert RadicalSum.of(number.lower) <= known.exact <= RadicalSum.of(number.upper)
    if exact.bounds is not None:
        for name, bound in exact.bounds.items():
            own = quick.bounds[name].lipschitz_max
            assert (own and own.exact) == (bound.lipschitz_max and bound.lipschitz_max.exact)


@given(networks())
@settings(max_examples=12)
def test_against_exact_sums(net):
    domain = box(net.input_dim, 2)
    if can_measure(net.program, domain):
        agree(*both(net, domain))


@pytest.mark.parametrize("seed", range(2))
def test_float_weights(seed):
    """Three hidden layers with weights of single precision, in a triangle and in a simplex."""
    numbers = np.random.default_rng(seed)
    for dim in (2, 3):
        sizes = [dim, 5, 4, 4, 1]
        layers = [
            (numbers.standard_normal((m, n)).astype("f4"), numbers.standard_normal(m).astype("f4"))
            for n, m in pairwise(sizes)
        ]
        simplex = Polyhedron.from_generators([[0] * dim, *([2 * (i == j) for j in range(dim)] for i in range(dim))])
        agree(*both(Network.from_weights(layers), simplex))


def test_nearly_parallel_walls():
    """Vertices far along two walls that meet at an angle of 1e-7."""
    net = Network.from_weights([([[1, "1e-7"], [1, "-1e-7"], [3, 1]], [0, "1e-9", 0]), ([[1, 1, 1]], [0])])
    agree(*both(net, box(2, 1)))


def test_several_outputs_and_large_numbers():
    net = Network.from_weights([([["1e30", 0], [1, 1]], [0, 0]), ([[1, 1], [0, 1], [1, "1e-30"]], [0, 0, 0])])
    agree(*both(net, box(2, 1)))
    far = Network.from_weights([([["1e300", 0], [1, 1]], [0, 0]), ([["1e300", 1]], [0])])
    assert CompiledMeasures(network=far, domain=box(2, 1)).fill(UNLIMITED) is None
    assert local_complexity(far, box(2, 1)).neuron_boundary.exact == RadicalSum.of(2) + RadicalSum.of(
        2
    ) * RadicalSum.root(2)


def test_more_digits_are_found_exactly():
    net = Network.from_weights([([["0.1", "0.7"], [1, -3]], [0, "0.3"]), ([[1, 1]], [0])])
    found = local_complexity(net, box(2, 1), digits=40)
    assert found.neuron_boundary.is_precise and len(found.neuron_boundary.value) == 41


def test_stopped():
    numbers = np.random.default_rng(0)
    layers = [
        (numbers.standard_normal((m, n)).astype("f4"), numbers.standard_normal(m).astype("f4") / 4)
        for n, m in ((2, 48), (48, 40), (40, 1))
    ]
    net, domain = Network.from_weights(layers), box(2, 1)
    whole = local_complexity(net, domain)
    assert whole.n_regions > 2100 and whole.activation_boundary.is_precise
    with pytest.raises(LimitReached) as stop:
        local_complexity(net, domain, limit=2100)
    partial = stop.value.partial
    assert partial.n_regions == 2100 and not partial.complete
    assert 0 < partial.activation_boundary.lower <= whole.activation_boundary.upper
    assert all(own.lower <= whole.per_unit[unit].upper for unit, own in partial.per_unit.items())
    work = Measurement(network=net, domain=domain)
    assert work.partial() is None
    with pytest.raises(LimitReached):
        work.fill(Limits(None, 0))
    assert 0 < work.partial().n_regions <= whole.n_regions


@pytest.mark.parametrize("limit", [0, 1, 5])
def test_as_many_regions_as_a_limit_says(limit: int) -> None:
    """Also where all come in one block."""
    first, second = ([[1, 2], [2, -1], [1, 1], [3, 1]], [0, 1, -1, 0]), ([[1, 1, -1, 2], [1] * 4], [0, -2])
    net = Network.from_weights([first, second])
    with pytest.raises(LimitReached) as stop:
        CompiledMeasures(network=net, domain=box(2, 3)).fill(Limits(limit))
    assert stop.value.partial.n_regions == limit


def test_two_ways_that_differ_are_not_given():
    net = Network.from_weights([([[1, 1]], [0]), ([[1]], [0])])
    other = Network.from_weights([([[1, 2]], [0]), ([[1]], [0])])
    with pytest.raises(VerificationFailed, match="two ways"):
        both(net, box(2, 1))[0].verified_by(both(other, box(2, 1))[1])


@given(networks(outputs=(1,)))
@settings(max_examples=8)
def test_steepest(net):
    layers = GateLayers.of(net)
    regions = [region.pattern for region in Walk(net, box(net.input_dim, 2)).regions()]
    found = steepest(layers, layers.layers, np.array(regions, dtype=np.uint8))
    for layer in layers.layers:
        known = [abs(layers.derivatives(pattern).get(g, Fraction(0))) for pattern in regions for g in layer.gates]
        assert found[layer.name] == max(known)
