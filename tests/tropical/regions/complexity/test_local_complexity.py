"""Local complexity against known answers, closed forms, symmetries, and volumes of truncated networks."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from polytopes.arithmetic.enclosures import RootTotal
from polytopes.arithmetic.surds import RadicalSum
from polytopes.errors import DomainError, InputError, LimitReached, ShapeError, UnsupportedError, VerificationFailed
from polytopes.polyhedra.polyhedron import Polyhedron
from tests.tropical.strategies import box, networks
from tropical.networks.layers import Abs, Affine, Maxout, ReLU
from tropical.networks.network import Network
from tropical.regions.activation_regions import Walk
from tropical.regions.complexity.layers import GateLayers, square_norm
from tropical.regions.complexity.local_complexity import local_complexity
from tropical.regions.complexity.noise import Gaussian, Uniform, divided_difference, parse_noise
from tropical.regions.complexity.survey import ComplexitySurvey

SQUARE = Polyhedron.box([-1, -1], [1, 1])
BASE = Network.from_weights([([[1, 1], [1, -1]], [0, 0]), ([[1, -1], [1, 1]], ["1/2", -1]), ([[1, -1]], [0])])
FOLD = Network.chain(2, [Abs(), Affine([[1, 1]], [-1]), Abs(), Affine([[1]], [0])])
DUPLICATES = Network.from_weights([([[1, 0], [1, 0], [-1, 0], [0, 1]], [0] * 4), ([[1, -1, 0, 2]], [0])])
TOUCHING = Network.from_weights(
    [([[1, 0], [0, 1]], [0, 0]), ([[1, 0], [0, 1], [1, 1]], [0, 0, -1]), ([[1, 1, -1]], [0])]
)
PLANE = Network.chain(3, [Affine([[1, 1, 1]], [0]), ReLU()])


def root(n, c=1):
    return RadicalSum.of(c) * RadicalSum.root(n)


def rational(c):
    return RadicalSum.of(c)


KNOWN = {
    "base": (BASE, SQUARE, 10, 9, rational("7/4") + root(2, "23/4"), rational("7/4") + root(2, "11/2")),
    "fold": (FOLD, SQUARE, 8, 8, rational(4) + root(2, 4), rational(4) + root(2, 4)),
    "duplicates": (DUPLICATES, SQUARE, 4, 2, rational(8), rational(2)),
    "touching": (TOUCHING, SQUARE, 5, 5, rational(8) + root(2), rational(4) + root(2)),
    "plane": (PLANE, box(3, 1), 2, 2, root(3, 3), root(3, 3)),
}
GRADIENTS = {
    "base": (rational("15/64") + root(2, "39/64"), "27/32"),
    "fold": (root(2), 1),
    "duplicates": (rational(1), 1),
    "touching": (rational("1/2") + root(2, "1/8"), "5/8"),
    "plane": (root(3, "1/2"), "1/2"),
}
RANKS = {
    "base": [(2, 1), (1, "101/128")],
    "fold": [(2, 2), (1, 1)],
    "duplicates": [(2, "3/2")],
    "touching": [(2, 1), (1, 1)],
    "plane": [(1, "1/2")],
}


@pytest.mark.parametrize("name", KNOWN)
def test_known_boundaries(name):
    net, domain, regions, maps, neurons, functions = KNOWN[name]
    found = local_complexity(net, domain)
    assert (found.n_regions, found.n_maps, found.volume) == (regions, maps, domain.volume())
    assert (found.neuron_boundary.exact, found.function_boundary.exact) == (neurons, functions)
    activations = {"duplicates": rational(4), "touching": rational(4) + root(2)}.get(name, neurons)
    assert found.activation_boundary.exact == activations
    assert found.densities["neuron_boundary"].exact == neurons * RadicalSum.of(1 / domain.volume())


@pytest.mark.parametrize("name", KNOWN)
def test_known_gradients_and_ranks(name):
    net, domain, *_ = KNOWN[name]
    found = local_complexity(net, domain)
    l2, largest = GRADIENTS[name]
    assert (found.mean_gradient.l2.exact, found.mean_gradient.max.exact) == (l2, rational(largest))
    ranks = [(rank.before.exact, rank.after.exact) for rank in found.local_rank.values()]
    assert ranks == [(rational(before), rational(after)) for before, after in RANKS[name]]


def test_noise_of_the_base():
    found = local_complexity(BASE, SQUARE, [Uniform("1/4"), Uniform("1/10"), Gaussian("1/4")], digits=20)
    quarter, tenth, gaussian = (own.value for own in found.noisy)
    assert quarter.exact == rational("7/16") + root(2, "11/8")
    assert tenth.exact == rational("7/16") + root(2, "113/80")
    assert gaussian.value == "2.3280652213771692752" and gaussian.exact is None
    touching = local_complexity(TOUCHING, SQUARE, Uniform("1/4")).noisy[0].value
    assert touching.exact == rational("7/4") + root(2, "7/32")


def test_bounds_of_the_base():
    found = local_complexity(BASE, SQUARE)
    first, second = found.bound("relu0"), found.bound("relu1")
    assert (first.mass.exact, first.lipschitz_max.exact) == (root(2, 2), rational(2))
    assert (second.mass.exact, second.lipschitz_max.exact) == (rational(1) + root(2), rational(1))
    assert found.mean_gradient.l2.exact < second.product.exact < first.product.exact


@pytest.mark.parametrize("depth", [1, 2, 5])
def test_tent_maps(depth):
    """The tent map iterated n times has 2^n - 1 bends in [0, 1], and the slopes 2^n and -2^n."""
    first = ([[1], [1]], [0, "-1/2"])
    layers = [first] + [([[2, -4], [2, -4]], [0, "-1/2"])] * (depth - 1) + [([[2, -4]], [0])]
    found = local_complexity(Network.from_weights(layers), Polyhedron.box([0], [1]))
    for boundary in (found.neuron_boundary, found.activation_boundary, found.function_boundary):
        assert boundary.exact == rational(2**depth - 1)
    assert found.mean_gradient.l1.exact == found.mean_gradient.l2.exact == rational(2**depth)


def test_networks_without_gates_and_dead_layers():
    affine = local_complexity(Network.from_weights([([[3, 4]], [1])]), SQUARE, Uniform(1))
    assert affine.neuron_boundary.exact == rational(0) and affine.mean_gradient.l2.exact == rational(5)
    assert affine.local_rank == {} and affine.noisy[0].value.exact == rational(0)
    dead = local_complexity(Network.from_weights([([[1, 0], [0, 1]], [-2, -2]), ([[1, 1]], [0])]), SQUARE)
    assert dead.local_rank["relu0"].after.exact == rational(0) and dead.mean_gradient.l2.exact == rational(0)
    assert dead.bound("relu0").lipschitz_max.exact == rational(0)


def test_a_wall_on_the_border_is_not_counted():
    net = Network.from_weights([([[1, 0], [1, 0]], [-1, 0]), ([[1, 1]], [0])])
    assert local_complexity(net, SQUARE).neuron_boundary.exact == rational(2)


def test_layers_that_a_path_avoids_have_no_bound():
    """A maximum of two forms is no function of their difference."""
    net = Network.chain(2, [Maxout(2), Affine([[1]], [0])])
    found = local_complexity(net, SQUARE, Uniform("1/2"))
    [layer] = found.masses
    assert found.bound(layer).product is None and found.masses[layer].exact == root(2)
    assert found.noisy[0].value.exact < root(2)
    several = local_complexity(BASE.output([0, 0]), SQUARE)
    assert several.bounds is None and several.mean_gradient.l1 is None


def test_refusals():
    for domain, words in ((None, "unbounded"), (Polyhedron.whole_space(2), "unbounded")):
        with pytest.raises(DomainError, match=f"walls of an {words} domain have no finite volume"):
            local_complexity(BASE, domain)
    with pytest.raises(DomainError, match="dimension 1 in Q\\^2"):
        local_complexity(BASE, Polyhedron.box([0, 0], [1, 0]))
    with pytest.raises(DomainError, match="empty"):
        local_complexity(BASE, Polyhedron.empty(2))
    with pytest.raises(ShapeError):
        local_complexity(BASE, box(3, 1))
    wide = Network.chain(3, [Maxout(3)])
    with pytest.raises(UnsupportedError, match="Maxout"):
        local_complexity(wide, box(3, 1), Uniform(1))
    assert local_complexity(wide, box(3, 1)).bounds is None
    with pytest.raises(InputError, match="positive"):
        Uniform(0)
    with pytest.raises(InputError, match="uniform:S"):
        parse_noise("normal:1")
    with pytest.raises(InputError, match="digits"):
        local_complexity(BASE, SQUARE, digits=0)


def test_stopped():
    with pytest.raises(LimitReached) as stop:
        local_complexity(BASE, SQUARE, limit=4)
    found = stop.value.partial
    assert (found.complete, found.n_regions, found.mean_gradient, found.densities) == (False, 4, None, None)
    assert found.neuron_boundary.exact < KNOWN["base"][4]


def test_contradictions_are_not_given():
    found = local_complexity(BASE, SQUARE)
    with pytest.raises(VerificationFailed, match="boundaries"):
        evolve(found, activation_boundary=found.neuron_boundary * found.neuron_boundary).verified()
    survey = ComplexitySurvey(network=BASE, domain=SQUARE)
    survey.add(next(Walk(BASE, SQUARE).regions()))
    with pytest.raises(VerificationFailed, match="add up"):
        survey.answer(complete=True)


@given(networks(dims=(1, 2)))
@settings(max_examples=6)
def test_two_ways(net):
    """Ranks, masses and noise by regions of truncated networks; both ways to keep cells."""
    domain, layers = box(net.input_dim, 2), GateLayers.of(net)
    noise = [Uniform("1/2")] if layers.has_preactivations else []
    found = local_complexity(net, domain, noise)
    for layer in layers.layers:
        stage, mass, ranks = layers.stage_of[layer.stop - 1], RootTotal(), Fraction(0)
        for cell in _cells(layers, stage, domain):
            size, tape = cell.polyhedron.volume(), layers.tape(stage, cell.pattern)
            ranks += size * layers.rank_before(layer, tape)
            if layers.has_preactivations:
                for g in layer.gates:
                    mass.add(size, square_norm(layers.preactivation(g, tape)[1:]))
        assert found.local_rank[layer.name].before.exact == rational(ranks / domain.volume())
        if layers.has_preactivations:
            assert found.masses[layer.name].exact == mass.enclosure(domain.volume()).exact
    witness = local_complexity(net, domain, noise, method="witness")
    for name in ("neuron_boundary", "activation_boundary", "function_boundary"):
        assert getattr(witness, name).exact == getattr(found, name).exact
    assert witness.mean_gradient.l2.exact == found.mean_gradient.l2.exact
    assert [own.value.exact for own in witness.noisy] == [own.value.exact for own in found.noisy]


def _cells(layers, stage, domain):
    from polytopes.enumeration.cells import cells

    return cells(layers.prefix(stage), domain)


weights = st.integers(-3, 3)


@st.composite
def deep(draw):
    """Return the layers of a network 2-3-2-1 with small integer weights."""
    shapes = [(3, 2), (2, 3), (1, 2)]
    return [
        ([[draw(weights) for _ in range(m)] for _ in range(n)], [draw(weights) for _ in range(n)]) for n, m in shapes
    ]


@given(deep(), st.permutations(range(3)), st.integers(1, 3))
@settings(max_examples=8)
def test_symmetries(layers, order, factor):
    """Units permuted, one scaled against its outer weights, a signed permutation of inputs, and all lengths scaled."""
    domain, (first, second, last) = Polyhedron.box([-2, -2], [2, 2]), layers
    found = local_complexity(Network.from_weights(layers), domain)
    permuted = ([first[0][i] for i in order], [first[1][i] for i in order])
    scaled = [factor * a for a in permuted[0][0]], *permuted[0][1:]
    biases = [factor * permuted[1][0], *permuted[1][1:]]
    inner = [[Fraction(row[i], factor if k == 0 else 1) for k, i in enumerate(order)] for row in second[0]]
    turned = [[-row[1], row[0]] for row in scaled]
    same = local_complexity(Network.from_weights([(turned, biases), (inner, second[1]), last]), domain)
    assert (same.neuron_boundary.exact, same.function_boundary.exact) == (
        found.neuron_boundary.exact,
        found.function_boundary.exact,
    )
    assert same.mean_gradient.l2.exact == found.mean_gradient.l2.exact
    assert same.local_rank["relu1"].after.exact == found.local_rank["relu1"].after.exact
    far = [(first[0], [2 * b for b in first[1]]), (second[0], [2 * b for b in second[1]]), last]
    wide = local_complexity(Network.from_weights(far), Polyhedron.box([-4, -4], [4, 4]))
    assert wide.neuron_boundary.exact == RadicalSum.of(2) * found.neuron_boundary.exact


@given(deep())
@settings(max_examples=5)
def test_a_unit_far_away_changes_nothing_but_its_layer(layers):
    domain, (first, second, last) = Polyhedron.box([-2, -2], [2, 2]), layers
    found = local_complexity(Network.from_weights(layers), domain)
    more = ([*first[0], [1, 1]], [*first[1], -100])
    padded = local_complexity(Network.from_weights([more, ([[*row, 1] for row in second[0]], second[1]), last]), domain)
    assert padded.neuron_boundary.exact == found.neuron_boundary.exact
    assert padded.mean_gradient.l2.exact == found.mean_gradient.l2.exact
    assert padded.local_rank["relu1"].after.exact == found.local_rank["relu1"].after.exact
    chain = (found.function_boundary.exact, found.activation_boundary.exact, found.neuron_boundary.exact)
    assert all(a <= b for a, b in pairwise(chain))


@given(st.lists(st.fractions(-2, 2, max_denominator=6), min_size=2, max_size=5), st.fractions(1, 2))
def test_divided_differences_of_powers(nodes, power):
    """The divided difference of t^k over k + 1 numbers is 1, and 0 of lower powers."""
    k = len(nodes) - 1

    def derivative(exponent):
        def of(z, order):
            value = Fraction(1)
            for i in range(order):
                value *= exponent - i
            return value * z ** (exponent - order) if order <= exponent else Fraction(0)

        return of

    assert divided_difference(derivative(k), nodes) == 1
    assert k == 0 or divided_difference(derivative(k - 1), nodes) == 0
