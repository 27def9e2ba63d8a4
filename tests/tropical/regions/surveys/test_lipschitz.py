"""Lipschitz constants against known maps, brute force over regions, and difference quotients."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polytopes.arithmetic.rationals import exact_text
from polytopes.errors import DomainError, LimitReached
from polytopes.polyhedra.polyhedron import Polyhedron
from tests.tropical.strategies import box, networks
from tropical.networks.network import Network
from tropical.regions.activation_regions import Walk, activation_regions
from tropical.regions.surveys import parts
from tropical.regions.surveys.lipschitz import LipschitzSurvey, lipschitz_constants


def test_linear_map():
    found = lipschitz_constants(Network.from_weights([([[1, 2], [3, 4]], [0, 0])]))
    assert (found.l1.value, found.linf.value) == (6, 7)
    assert found.l2_squared.value.coefficients == (4, -30, 1)  # t^2 - 30 t + 4 = det(t - J J^T)
    assert found.as_dict()["l2_squared"]["value"] is None


def test_steep_part_outside_the_domain():
    """max(0, 5x): constant 5 where x > 0 is met, else 0."""
    net = Network.from_weights([([[5]], [0]), ([[1]], [0])])
    assert lipschitz_constants(net).linf.value == 5
    inside = lipschitz_constants(net, Polyhedron.box([-2], [0]))
    assert (inside.l1.value, inside.linf.value, inside.l2_squared.value.value) == (0, 0, 0)


@given(networks())
def test_against_all_jacobians(net):
    domain = box(net.input_dim, 2)
    found = lipschitz_constants(net, domain)
    norms: list[tuple[Fraction, Fraction, float]] = []
    for region in activation_regions(net, domain):
        J = region.affine_map.matrix
        signs = list(product((-1, 1), repeat=net.input_dim))
        # The maximum norm of J is attained at a vertex of the cube, the l1 norm at a unit vector.
        linf = max(abs(sum(s * a for s, a in zip(sign, row, strict=True))) for sign in signs for row in J)
        l1 = max(sum(abs(row[j]) for row in J) for j in range(net.input_dim))
        norms.append((l1, linf, np.linalg.norm(np.array(J, dtype=float), 2) ** 2))
    assert found.l1.value == max(norm[0] for norm in norms)
    assert found.linf.value == max(norm[1] for norm in norms)
    low, high = map(float, found.l2_squared.value.interval)
    assert low - 1e-9 <= max(norm[2] for norm in norms) * (1 + 1e-12) + 1e-9
    assert high + 1e-9 >= max(norm[2] for norm in norms) * (1 - 1e-12)
    pattern = found.linf.pattern
    assert net.program.pattern_at(found.linf.point) == pattern
    if 1 in (net.input_dim, net.output_dim):
        assert found.l2_squared.value.value is not None


points = st.lists(st.fractions(-2, 2, max_denominator=20), min_size=3, max_size=3)


@given(networks(), points, points)
def test_difference_quotients_are_bounds(net, x, y):
    x, y = x[: net.input_dim], y[: net.input_dim]
    found = lipschitz_constants(net, box(net.input_dim, 2))
    step = [a - b for a, b in zip(x, y, strict=True)]
    gap = [a - b for a, b in zip(net(x), net(y), strict=True)]
    assert max(map(abs, gap)) <= found.linf.value * max(map(abs, step))
    assert sum(map(abs, gap)) <= found.l1.value * sum(map(abs, step))
    assert sum(a * a for a in gap) <= found.l2_squared.value.interval[1] * sum(a * a for a in step)


def test_limit_gives_lower_bounds():
    net = Network.from_weights([([[1], [1], [1]], [0, -1, -2]), ([[1, 1, 1]], [0])])
    with pytest.raises(LimitReached) as stop:
        lipschitz_constants(net, limit=2)
    part = stop.value.partial
    assert not part.complete
    assert part.linf.value <= lipschitz_constants(net).linf.value == 3


def test_flat_domain_is_refused():
    with pytest.raises(DomainError):
        lipschitz_constants(Network.from_weights([([[1, 1]], [0])]), Polyhedron.box([0, 0], [1, 0]))


@given(networks(dims=(1, 2)))
@settings(max_examples=3)
def test_parts_cut_by_bounds_give_the_same(net):
    """Where bounds have the first turn and all parts are cut until few gates are open, or often enough."""
    d = net.input_dim
    corner = Polyhedron.from_rows([(1, *(int(i == k) for i in range(d))) for k in range(d)])
    for domain in (box(d, 2), None, corner):
        expected = lipschitz_constants(net, domain, limit=10**9)
        survey = LipschitzSurvey(walk=Walk(net, domain))
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(parts, "FEW_OPEN", 1)
            patch.setattr(parts, "MOST_SPLITS", 1)
            assert survey._look(np.inf, survey._walk_part)
        found = survey.answer(complete=True)
        assert (found.l1.value, found.linf.value) == (expected.l1.value, expected.linf.value)
        assert found.l2_squared.value.coefficients == expected.l2_squared.value.coefficients


@given(networks())
@settings(max_examples=8)
def test_stopped_work_gives_intervals(net):
    for domain in (box(net.input_dim, 2), None):
        whole = lipschitz_constants(net, domain)
        if whole.n_regions == 1:
            continue
        with pytest.raises(LimitReached) as stop:
            lipschitz_constants(net, domain, limit=1)
        known = stop.value.partial
        assert known.l1.value <= whole.l1.value <= known.l1.bound
        assert known.linf.value <= whole.linf.value <= known.linf.bound
        assert known.l2_squared.value.interval[0] <= whole.l2_squared.value.interval[1]
        assert whole.l2_squared.value.interval[0] <= known.l2_squared.bound
        assert known.as_dict()["l1"]["at_most"] == exact_text(known.l1.bound)
