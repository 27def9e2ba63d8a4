"""Degeneracy reports: built networks with known faults, brute force, and functions that must not change."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from polytopes.arithmetic.linalg import rank
from polytopes.errors import DomainError, LimitReached
from polytopes.polyhedra.polyhedron import Polyhedron
from tests.tropical.strategies import box, networks
from tropical.networks.layers import Abs, Affine, Conv, LeakyReLU, Max, Maxout, ReLU, Reshape, Scale
from tropical.networks.network import GraphBuilder, Network
from tropical.regions.activation_regions import activation_regions
from tropical.regions.surveys.degeneracy import degeneracy
from tropical.regions.surveys.units import units


def names(found):
    return [str(unit) for unit in found]


def layer(rows, bias=None, out=None):
    """One hidden ReLU layer, summed up."""
    return Network.from_weights([(rows, bias or [0] * len(rows)), (out or [[1] * len(rows)], [0])])


def test_generic_network_has_nothing_to_tell():
    report = degeneracy(layer([[1, 2], [3, -1], [1, 1]], [1, 2, -1]))
    assert report.dead == report.constant == report.proportional == report.mergeable == report.shared_walls == ()
    assert report.unread == report.redundant == ()
    assert report.complete
    assert report.jacobian_ranks == {0: 1, 1: report.n_regions - 1} or report.jacobian_ranks == {1: report.n_regions}


def test_dead_units_depend_on_the_domain():
    net = layer([[1, 1], [1, -1]], [-3, 5])
    assert degeneracy(net).dead == ()
    first, second = degeneracy(net, box(2)).dead
    assert (str(first.unit), first.winner, first.always_zero) == ("relu0[0]", 0, True)
    assert (str(second.unit), second.winner, second.always_zero) == ("relu0[1]", 1, False)
    # Where a hyperplane touches the domain in a face only, the unit is dead all the same.
    [touching] = degeneracy(layer([[1, 1]], [-2]), box(2)).dead
    assert touching.winner == 0


def test_unit_of_a_deep_layer_that_is_dead():
    """-|x| - 1 is never positive, which no single layer shows."""
    net = Network.from_weights([([[1], [-1]], [0, 0]), ([[-1, -1], [1, 1]], [-1, -1]), ([[1, 1]], [0])])
    [dead] = degeneracy(net).dead
    assert (str(dead.unit), dead.winner, dead.always_zero) == ("relu1[0]", 0, True)


def test_constant_units():
    """Zero rows are constant by their weights, |x| - |x| on the domain, x - y on a line."""
    zero = degeneracy(layer([[0, 0], [0, 0], [1, 0]], [3, -2, 0]))
    assert [(str(c.unit), c.value) for c in zero.constant] == [("relu0[0]", 3), ("relu0[1]", -2)]
    assert [d.winner for d in zero.dead] == [1, 0]
    hidden = [([[1], [-1], [1], [-1]], [0] * 4), ([[1, 1, -1, -1], [1, 0, 0, 0]], ["1/2", 0]), ([[1, 1]], [0])]
    [constant] = degeneracy(Network.from_weights(hidden)).constant
    assert (str(constant.unit), constant.value) == ("relu1[0]", Fraction(1, 2))
    line = Polyhedron.from_rows(equations=[(3, 1, -1)])
    net = layer([[1, -1], [1, 0]], [0, 0])
    assert degeneracy(net).constant == ()
    [constant] = degeneracy(net, line, relative=True).constant
    assert constant.value == -3
    with pytest.raises(DomainError):
        degeneracy(net, line)


def test_proportional_units_of_the_first_layer():
    net = layer([[1, 2], [1, 2], [-1, -2], [2, 4], [0, 1]], [1, 1, -1, 2, 0])
    report = degeneracy(net)
    [group] = report.proportional
    assert names(group.units) == ["relu0[0]", "relu0[1]", "relu0[2]", "relu0[3]"]
    assert group.factors == (1, 1, -1, 2)
    assert group.everywhere
    [merge] = report.mergeable
    assert names(merge.units) == ["relu0[0]", "relu0[1]", "relu0[3]"]
    assert merge.factors == (1, 1, 2)
    assert names(report.redundant) == ["relu0[1]", "relu0[3]"]
    assert report.shared_walls == ()


def test_parallel_hyperplanes_are_not_proportional():
    assert degeneracy(layer([[1, 2], [1, 2]], [1, 2])).proportional == ()


def test_deep_units_that_are_multiples_on_the_domain_only():
    """relu(x) + relu(-x) - 1 and twice |x| - 1 by other weights, from duplicated units."""
    first = ([[1], [-1], [2], [-2]], [0] * 4)
    second = ([[1, 1, 0, 0], [0, 0, 1, 1], [1, 0, 0, 0]], [-1, -2, 1])
    report = degeneracy(Network.from_weights([first, second, ([[1, 1, 1]], [0])]))
    [deep] = [group for group in report.proportional if group.units[0].layer == "relu1"]
    assert names(deep.units) == ["relu1[0]", "relu1[1]"]
    assert (deep.factors, deep.everywhere) == ((1, 2), False)
    assert "relu1[1]" in names(report.redundant)


def test_two_units_that_agree_where_the_domain_lies():
    """relu(x) and x agree for x >= 0: the units of the next layer are then equal."""
    weights = [([[1], [-1]], [0, 0]), ([[1, 0], [1, -1]], [-1, -1]), ([[1, 1]], [0])]
    net = Network.from_weights(weights)
    assert degeneracy(net).proportional[0].units[0].layer == "relu0"
    assert len(degeneracy(net).proportional) == 1
    right = degeneracy(net, Polyhedron.box([0], [3]))
    [group] = [g for g in right.mergeable if g.units[0].layer == "relu1"]
    assert (group.factors, group.everywhere) == ((1, 1), False)


def test_unread_units():
    """A column of zeros, and a chain that ends in one."""
    weights = [([[1, 0], [0, 1], [1, 1]], [0, 0, 0]), ([[1, 1, 0], [0, 0, 1]], [0, 1]), ([[1, 0]], [0])]
    report = degeneracy(Network.from_weights(weights))
    assert names(report.unread) == ["relu0[2]", "relu1[1]"]
    assert set(names(report.redundant)) >= {"relu0[2]", "relu1[1]"}


def test_shared_walls_between_layers():
    """relu(2 relu(x)) bends where relu(x) does."""
    net = Network.from_weights([([[1, 0], [0, 1]], [0, 0]), ([[2, 0], [1, 1]], [0, -1]), ([[1, 1]], [0])])
    report = degeneracy(net)
    [wall] = report.shared_walls
    assert names(wall.units) == ["relu0[0]", "relu1[0]"]
    # The second form is constant for x < 0, so the wall x = 0 is seen from the other side only.
    touching = [r for r in activation_regions(net) if (0, 1, 0) in r.facets]
    assert wall.sides == len(touching) == 3
    # On the boundary of the domain nothing changes.
    assert degeneracy(net, Polyhedron.box([0, 0], [1, 1])).shared_walls == ()


def test_jacobian_and_weight_ranks():
    net = Network.from_weights([([[1, 0], [0, 1], [1, 1]], [0, 0, 0]), ([[1, 2, 3], [2, 4, 6]], [0, 0])])
    report = degeneracy(net)
    assert [(w.shape, w.rank, w.drops) for w in report.weight_ranks] == [((3, 2), 2, False), ((2, 3), 1, True)]
    assert max(report.jacobian_ranks) == 1
    assert report.n_full_rank == 0
    identity = Network.from_weights([([[1, 0], [0, 1]], [0, 0]), ([[1, 0], [0, 1]], [0, 0])])
    assert degeneracy(identity).jacobian_ranks == {0: 1, 1: 2, 2: 1}
    assert degeneracy(identity).n_full_rank == 1


def test_rank_of_a_convolution():
    net = Network.chain((1, 4), [Conv([[[1, -1]]]), ReLU()])
    [weight] = degeneracy(net).weight_ranks
    assert (weight.shape, weight.rank) == ((3, 4), 3)


def test_other_gates():
    """Leaky units, absolute values, maxima: classes of preactivations and of outputs differ."""
    rows = [[1, 0], [-1, 0], [2, 0]]
    absolute = degeneracy(Network.from_weights([(rows, [0] * 3), ([[1, 1, 1]], [0])], "abs"))
    assert absolute.mergeable[0].factors == (1, 1, 2)
    assert absolute.proportional[0].factors == (1, -1, 2)
    leaky = Network.chain(2, [Affine(rows), LeakyReLU("1/2"), Affine([[1, 1, 1]])])
    assert degeneracy(leaky).mergeable[0].factors == (1, 2)
    maxout = Network.chain(1, [Affine([[1], [2], [3], [2], [4], [6]]), Maxout(3), Affine([[1, 1]])])
    assert degeneracy(maxout).mergeable[0].factors == (1, 2)
    assert degeneracy(maxout).proportional == ()
    stuck = Network.chain(1, [Affine([[1], [1], [1]], [0, 2, 1]), Maxout(3)])
    report = degeneracy(stuck)
    assert [(c.value, d.winner) for c, d in zip(report.constant, report.dead, strict=True)] == [(None, 1)]
    graph = GraphBuilder((2,))
    halves = [graph.add(Scale([1, 1]), [0]), graph.add(Scale([2, -1]), [0])]
    report = degeneracy(graph.finish(graph.add(Max(), halves)))
    assert names(units(graph.finish(len(graph.nodes) - 1))) == ["max0[0]", "max0[1]"]
    assert report.n_regions == 4
    flat = Network.chain((1, 2), [Abs(), Reshape((-1,)), Affine([[1, 1]])])
    assert degeneracy(flat).dead == ()


@given(networks(), st.sampled_from([None, 1, 3]))
def test_against_brute_force(net, half_width):
    """Winners, constants, multiples and ranks from the forms of all regions, by definition."""
    domain = None if half_width is None else box(net.input_dim, half_width)
    report = degeneracy(net, domain)
    regions = list(activation_regions(net, domain))
    all_units = units(net)
    winners = [{region.pattern[g] for region in regions} for g in range(len(all_units))]
    assert [(d.unit, d.winner) for d in report.dead] == [
        (unit, *seen) for unit, seen in zip(all_units, winners, strict=True) if len(seen) == 1
    ]
    assert report.jacobian_ranks == Counter(rank(region.affine_map.matrix) for region in regions)
    z = [preactivations(net, region.pattern) for region in regions]
    constant = [g for g in range(len(all_units)) if all(not any(forms[g][1:]) for forms in z)]
    assert [c.unit for c in report.constant] == [all_units[g] for g in constant]
    assert [c.value for c in report.constant] == [z[0][g][0] for g in constant]
    assert pairs(report.proportional) == expected_pairs(all_units, z)
    outputs = [
        [form if winner else [0] * len(form) for form, winner in zip(forms, region.pattern, strict=True)]
        for forms, region in zip(z, regions, strict=True)
    ]
    assert pairs(report.mergeable) == expected_pairs(all_units, outputs)


def preactivations(net, pattern):
    """All z of a fully connected ReLU network, composed with numpy."""
    layers = [node.layer for node in net.nodes if isinstance(node.layer, Affine)]
    forms = np.array([[Fraction(int(j == k + 1)) for j in range(net.input_dim + 1)] for k in range(net.input_dim)])
    found, position = [], 0
    for dense in layers[:-1]:
        z = dense.weight.fractions.dot(forms)
        z[:, 0] += dense.bias.fractions
        found.extend(z.tolist())
        winners = pattern[position : position + len(z)]
        position += len(z)
        forms = z * np.array([[Fraction(winner)] for winner in winners])
    return found


def pairs(groups):
    return {
        (a, b, q / p)
        for group in groups
        for i, (a, p) in enumerate(zip(group.units, group.factors, strict=True))
        for b, q in list(zip(group.units, group.factors, strict=True))[i + 1 :]
    }


def expected_pairs(all_units, forms):
    """Pairs (i, j, c) in a layer with f_j = c f_i, f_i not zero, tried one by one."""
    found = set()
    for i, a in enumerate(all_units):
        for j, b in enumerate(all_units[i + 1 :], i + 1):
            left = [c for region in forms for c in region[i]]
            right = [c for region in forms for c in region[j]]
            lead = next((k for k, c in enumerate(left) if c), None)
            if a.layer != b.layer or lead is None or not right[lead]:
                continue
            factor = Fraction(right[lead]) / left[lead]
            if all(factor * x == y for x, y in zip(left, right, strict=True)):
                found.add((a, b, factor))
    return found


@given(networks())
def test_stopped_report_claims_only_what_holds(net):
    full = degeneracy(net)
    if full.n_regions < 2:
        return
    with pytest.raises(LimitReached) as stop:
        degeneracy(net, limit=full.n_regions // 2)
    part = stop.value.partial
    assert not part.complete
    assert {(d.unit, d.winner) for d in part.dead} <= {(d.unit, d.winner) for d in full.dead}
    assert set(part.constant) <= set(full.constant)
    silent = {c.unit for c in full.constant if not c.value} | {d.unit for d in full.dead if d.always_zero}
    for mine, true in ((part.proportional, full.proportional), (part.mergeable, full.mergeable)):
        assert {p for p in pairs(mine) if p[0] not in silent} <= pairs(true)
    assert all(part.jacobian_ranks[r] <= full.jacobian_ranks[r] for r in part.jacobian_ranks)
    assert set(part.unread) == set(full.unread)


@given(networks(outputs=(1,)))
def test_methods_agree(net):
    one, two = (degeneracy(net, box(net.input_dim), method=method) for method in ("vertices", "witness"))
    keys = ("dead", "constant", "proportional", "mergeable", "unread", "jacobian")
    assert all(one.as_dict()[key] == two.as_dict()[key] for key in keys)
    assert sorted(one.shared_walls, key=repr) == sorted(two.shared_walls, key=repr)
