"""Random small integer networks and expressions, degenerate ones among them, over domains of many kinds."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polytopes import PolyhedralComplex, Polyhedron
from tests.tropical.strategies import box, networks
from tests.tropical.topology.oracles import betti_of_cells, pieces
from tropical import Network
from tropical.networks.readers.expressions import expression_network
from tropical.regions.surveys.extrema import functionals
from tropical.topology import CellComplex, ScoreComplex

SEEDS = st.integers(0, 10**6)


def expression(numbers: random.Random, dim: int, depth: int) -> str:
    if not depth or numbers.random() < 0.15:
        terms = [f"({numbers.randint(-2, 2)}) * {name}" for name in "xyz"[:dim]]
        return " + ".join([*terms, str(numbers.randint(0, 2))])
    parts = [expression(numbers, dim, depth - 1) for _ in range(3)]
    kind = numbers.choice(["max", "min", "relu", "abs", "difference"])
    if kind in ("relu", "abs"):
        return f"{kind}({parts[0]})"
    if kind == "difference":
        return f"({parts[0]}) - 2 * ({parts[1]})"
    return f"{kind}({', '.join(parts[: numbers.randint(2, 3)])})"


def some_domain(numbers: random.Random, dim: int) -> Polyhedron | None:
    """All of space, a box, or an intersection of at most two half-spaces."""
    kind = numbers.randint(0, 3)
    rows = [(numbers.randint(0, 2), *(numbers.randint(-1, 1) for _ in range(dim))) for _ in range(2)]
    found = [None, box(dim, 2), *(Polyhedron.from_rows(rows[:count], (), dim) for count in (1, 2))][kind]
    return found if found is None or found.is_full_dimensional else None


def some_complex(seed: int, dims: tuple[int, ...] = (1, 2, 3)) -> CellComplex:
    numbers = random.Random(seed)
    dim = numbers.choice(dims)
    network = expression_network(expression(numbers, dim, numbers.randint(1, 3)), "xyz"[:dim])
    return CellComplex.of(network, some_domain(numbers, dim))


def some_levels(K: CellComplex, seed: int) -> list[Fraction]:
    """Some values at vertices, and numbers between them."""
    values = K.ranges.values
    chosen = random.Random(seed).sample(values, min(2, len(values)))
    return [*chosen, *((values[0] + value) / 2 for value in chosen), values[-1] + 1]


@settings(max_examples=8)
@given(seed=SEEDS)
def test_sets_are_those_of_double_description(seed: int) -> None:
    K = some_complex(seed)
    if K.complex.n_regions > 24:
        return
    regions = [K.complex.polyhedron(K.complex.depth, i) for i in range(K.complex.n_regions)]
    assert PolyhedralComplex.from_polyhedra(regions).f_vector() == K.f_vector()
    for level in some_levels(K, seed)[:3]:
        for relation in ("<=", "=", ">="):
            found = K.set(relation, level)
            cells = pieces(found)
            ordinary, compact = betti_of_cells(cells, "ordinary"), betti_of_cells(cells, "borel-moore")
            assert cells == found.polyhedra() and ordinary == found.betti(field=2) == found.betti()
            assert compact == found.betti("borel-moore", 2) == found.betti("borel-moore")
            assert len(found.components()) == ordinary[0] == len(cells.connected_components())
            assert found.is_bounded == cells.is_bounded
            assert found.euler == alternating(ordinary) and found.euler_compact == alternating(compact)


def alternating(numbers: tuple[int, ...]) -> int:
    return sum((-1) ** degree * number for degree, number in enumerate(numbers))


@settings(max_examples=25)
@given(seed=SEEDS)
def test_bars_tell_betti_numbers_at_and_between_critical_values(seed: int) -> None:
    K = some_complex(seed)
    bars, values = K.barcode(), K.ranges.values
    assert K.critical(0).components is not None and K.critical(3).components is not None
    opposite = CellComplex.of(functionals(K.complex.network, [[-1]]), K.complex.domain)
    assert opposite.barcode() == K.barcode(superlevel=True)
    for level in some_levels(K, seed):
        alive = tuple(
            sum(
                bar.degree == degree
                and (bar.birth is None or bar.birth <= level)
                and (bar.death is None or level < bar.death)
                for bar in bars
            )
            for degree in range(K.complex.dim)
        )
        found = K.sublevel(level)
        assert found.betti(field=2) == alive
        assert opposite.superlevel(-level).betti(field=2) == alive
        assert opposite.superlevel(-level).betti("borel-moore") == found.betti("borel-moore")
        before = [value for value in values if value < level]
        lower = (before[-1] + level) / 2 if before else level - 1
        assert K.sublevel(level, strict=True).betti() == K.sublevel(lower).betti()


@settings(max_examples=15)
@given(network=networks(dims=(2, 3), outputs=(1,)), data=st.data())
def test_units_that_change_nothing_and_symmetries(network: Network, data: st.DataObject) -> None:
    """A dead unit, a unit twice, other orders and signs of coordinates; multiples with a constant."""
    layers = [
        (node.layer.weight.fractions, node.layer.bias.fractions)
        for node in network.nodes
        if hasattr(node.layer, "weight")
    ]
    K = CellComplex.of(network)
    bars = K.barcode()
    first, *rest = layers
    weights, biases = [list(row) for row in first[0]], list(first[1])
    unit = data.draw(st.integers(0, len(biases) - 1))
    doubled = ([*weights, weights[unit], [Fraction(0)] * network.input_dim], [*biases, biases[unit], Fraction(-1)])
    half = [
        [*(entry / 2 if j == unit else entry for j, entry in enumerate(row)), row[unit] / 2, Fraction(1)]
        for row in rest[0][0]
    ]
    same = CellComplex.of(Network.from_weights([doubled, (half, rest[0][1]), *rest[1:]]))
    assert same.barcode() == bars and same.f_vector() == K.f_vector()
    order = data.draw(st.permutations(range(network.input_dim)))
    turned = ([[-row[j] for j in order] for row in weights], biases)
    assert CellComplex.of(Network.from_weights([turned, *rest])).barcode() == bars
    scaled = CellComplex.of(functionals(network, [[2]], [3])).barcode()
    assert [(b.degree, b.birth, b.death) for b in scaled] == [
        (b.degree, *(None if end is None else 2 * end + 3 for end in (b.birth, b.death))) for b in bars
    ]


@pytest.mark.parametrize("seed", range(12))
def test_alexander_duality_of_level_sets(seed: int) -> None:
    """The complement of {f = c} in space has one component more than the Borel-Moore rank in degree d - 1."""
    numbers = random.Random(seed)
    dim = numbers.choice((2, 3))
    K = CellComplex.of(expression_network(expression(numbers, dim, 3), "xyz"[:dim]))
    for level in some_levels(K, seed):
        compact = K.level(level).betti("borel-moore")
        if not compact[dim]:
            sides = K.sublevel(level, strict=True).betti()[0] + K.superlevel(level, strict=True).betti()[0]
            assert sides == 1 + compact[dim - 1]


@settings(max_examples=10)
@given(seed=SEEDS)
def test_classes_are_level_sets_of_margins(seed: int) -> None:
    """Class i is where f_i - max f_j over the others is positive; the boundary is where the open regions are not."""
    numbers = random.Random(seed)
    dim, count = numbers.choice((1, 2, 3)), numbers.choice((2, 3))
    scores = [expression(numbers, dim, numbers.randint(0, 2)) for _ in range(count)]
    domain = some_domain(numbers, dim)
    K = ScoreComplex.of(expression_network(scores, "xyz"[:dim]), domain)
    n_open = compact = 0
    for label, score in enumerate(scores):
        others = ", ".join(f"({other})" for i, other in enumerate(scores) if i != label)
        margin = CellComplex.of(expression_network(f"({score}) - max({others})", "xyz"[:dim]), domain)
        closed, inside = K.class_region(label), K.class_region(label, strict=True)
        above, strictly = margin.superlevel(0), margin.superlevel(0, strict=True)
        assert closed.betti() == above.betti() and inside.betti() == strictly.betti()
        assert closed.betti("borel-moore") == above.betti("borel-moore")
        assert closed.is_bounded == above.is_bounded and closed.euler == above.euler
        assert (closed.euler_compact, inside.euler_compact) == (above.euler_compact, strictly.euler_compact)
        assert len(closed.components()) == closed.betti()[0] and len(inside.components()) == inside.betti()[0]
        n_open += inside.betti()[0]
        compact += inside.euler_compact
    boundary = K.class_boundary()
    whole = sum((-1) ** k * number for k, number in enumerate(K.f_vector()))
    assert boundary.euler_compact == whole - compact == alternating(boundary.betti("borel-moore"))
    assert boundary.euler == alternating(boundary.betti()) and len(boundary.components()) == boundary.betti()[0]
    found = boundary.betti("borel-moore")
    if domain is None and not found[dim]:
        assert n_open == 1 + found[dim - 1]
