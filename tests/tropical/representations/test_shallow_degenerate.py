"""Which degenerate networks are shallow, against a slow test that knows no region.

Every line on which a network of one or two inputs can bend is the zero set of a unit's input, under some pattern of the
units before it; all patterns are tried. Between its crossings with all others a line has one jump of the gradient.
"""

from __future__ import annotations

import importlib
from fractions import Fraction
from itertools import pairwise, product
from random import Random
from typing import Any

import pytest

from polytopes.errors import VerificationFailed
from tropical.algebra.expressions import parse
from tropical.networks.function_networks import maxout_network
from tropical.networks.network import Network
from tropical.representations.equality import verify_bend
from tropical.representations.shallow_form import Bend, ShallowForm, Witness, shallow_form

Weights = list[tuple[list[list[int]], list[int]]]
STEP = Fraction(1, 10**15)
NOT_SHALLOW: Weights = [
    ([[1, 0], [0, 1], [1, -1]], [0, 0, 0]),
    ([[1, 0, -1], [1, 0, 0], [0, 1, 0]], [0, 0, 0]),
    ([[1, -1, -1]], [0]),
]


def random_weights(random: Random) -> Weights:
    """Small integers, units that are repeated or multiples of others, rows of zeros."""
    largest = random.choice([1, 1, 2])
    widths = [random.randint(2, 3) for _ in range(random.choice([1, 2, 2, 2, 3]))]
    weights = []
    for n, m in pairwise([random.choice([1, 2, 2, 2]), *widths, random.choice([1, 1, 2])]):
        rows = [[random.randint(-largest, largest) for _ in range(n)] for _ in range(m)]
        biases = [random.choice([0, 0, 0, random.randint(-largest, largest)]) for _ in range(m)]
        if m > 1 and random.random() < 0.3:
            rows[1] = [random.choice([1, -1, 2]) * entry for entry in rows[0]]
        if random.random() < 0.1:
            rows[0] = [0] * n
        weights.append((rows, biases))
    return weights


def value(weights: Weights, point: list[Fraction]) -> tuple[Fraction, ...]:
    for rows, biases in weights[:-1]:
        point = [max(z, Fraction(0)) for z in _affine(rows, biases, point)]
    return tuple(_affine(*weights[-1], point))


def _affine(rows: list[list[int]], biases: list[int], point: list[Fraction]) -> list[Fraction]:
    pairs = zip(rows, biases, strict=True)
    return [Fraction(b) + sum(a * x for a, x in zip(row, point, strict=True)) for row, b in pairs]


def possible_bends(weights: Weights, dim: int) -> set[tuple[Fraction, ...]]:
    """Return the zero sets of the inputs of all units, under all patterns of the units before; first coefficient 1."""
    found = set()
    layers: set[tuple[tuple[Fraction, ...], ...]] = {
        tuple(tuple(Fraction(int(k == j + 1)) for k in range(dim + 1)) for j in range(dim))
    }
    for rows, biases in weights[:-1]:
        after = set()
        for forms in layers:
            inputs = [
                tuple(
                    b * (k == 0) + sum((a * f[k] for a, f in zip(row, forms, strict=True)), Fraction(0))
                    for k in range(dim + 1)
                )
                for row, b in zip(rows, biases, strict=True)
            ]
            for form in inputs:
                lead = next((entry for entry in form[1:] if entry), None)
                if lead is not None:
                    found.add(tuple(entry / lead for entry in form))
            for pattern in product((0, 1), repeat=len(inputs)):
                after.add(tuple(tuple(on * entry for entry in form) for on, form in zip(pattern, inputs, strict=True)))
        layers = after
    return found


def neurons(weights: Weights, dim: int) -> int | None:
    """Return the number of lines on which the network bends, None if the bend changes along one."""
    lines, count = possible_bends(weights, dim), 0
    for line in lines:
        jumps = {_second_difference(weights, line[1:], point) for point in _points_between(line, lines)}
        if len(jumps) > 1:
            return None
        count += any(next(iter(jumps)))
    return count


def _second_difference(weights: Weights, normal: tuple[Fraction, ...], point: list[Fraction]) -> tuple[Fraction, ...]:
    below, here, above = (
        value(weights, [x + k * STEP * n for x, n in zip(point, normal, strict=True)]) for k in (-1, 0, 1)
    )
    return tuple(a - 2 * b + c for a, b, c in zip(below, here, above, strict=True))


def _points_between(line: tuple[Fraction, ...], lines: set[tuple[Fraction, ...]]) -> list[list[Fraction]]:
    """Return a point of the line in each interval between its crossings with others."""
    if len(line) == 2:
        return [[-line[0]]]
    c, a, b = line
    foot, along = [-c * a / (a * a + b * b), -c * b / (a * a + b * b)], [-b, a]
    crossings = set()
    for other in lines:
        rate = other[1] * along[0] + other[2] * along[1]
        if rate:
            crossings.add(-(other[0] + other[1] * foot[0] + other[2] * foot[1]) / rate)
    at = sorted(crossings) or [Fraction(0)]
    places = [at[0] - 1, *((s + t) / 2 for s, t in pairwise(at)), at[-1] + 1]
    return [[foot[0] + t * along[0], foot[1] + t * along[1]] for t in places]


@pytest.mark.parametrize("seed", range(8))
def test_degenerate_networks(seed: int) -> None:
    random = Random(seed)
    for _ in range(40):
        weights = random_weights(random)
        network = Network.from_weights(weights)
        found = shallow_form(network)
        assert (found.n_neurons if isinstance(found, ShallowForm) else None) == neurons(weights, network.input_dim), (
            weights
        )


def test_a_wall_that_does_not_bend_hides_no_witness() -> None:
    """f(1, 1) = -1, and the layer of three units on the walls where f bends somewhere gives -2."""
    network = Network.from_weights(NOT_SHALLOW)
    found = shallow_form(network)
    assert isinstance(found, Witness) and network([1, 1]) == (-1,) and neurons(NOT_SHALLOW, 2) is None
    assert found.row == (0, 1, -1) and found.jumps == ((-1,), (0,))


@pytest.mark.parametrize("text", ["max(x, y, 0)", "abs(x) + 2 * abs(y - 1)", "x + y", "max(x, y) - max(x, 1)"])
def test_walls_that_cancel_change_nothing(text: str) -> None:
    walls = "abs(x) + abs(y) + abs(x - y) + abs(x + y) + abs(2 x - 1)"
    plain, covered = shallow_form(parse(text)), shallow_form(parse(f"{text} + {walls} - ({walls})"))
    if isinstance(plain, ShallowForm):
        assert plain == covered
    else:
        assert isinstance(covered, Witness) and (covered.row, covered.jumps) == (plain.row, plain.jumps)


@pytest.mark.parametrize("wrong", [-1, 1, 2])
def test_a_wrong_network_is_not_given(monkeypatch: pytest.MonkeyPatch, wrong: int) -> None:
    """Whatever the decision was, the network is compared with the function on every cell."""
    module = importlib.import_module("tropical.representations.shallow_form")
    bend = Bend((0, 1, -1), (Fraction(wrong),))
    monkeypatch.setattr(module, "_unequal", lambda jumps: iter(()))
    monkeypatch.setattr(module, "_affine_part", lambda region, bends: ((Fraction(0),) * 3,))
    monkeypatch.setattr(module, "Bend", lambda row, jump: bend)
    with pytest.raises(VerificationFailed, match="one hidden layer is another function at"):
        shallow_form(Network.from_weights(NOT_SHALLOW))


@pytest.mark.parametrize(
    ("row", "jump", "point"),
    [
        ((0, 1, -1), 2, (1, 1)),  # another jump
        ((0, 1, -1), 1, (0, 0)),  # where others bend too
        ((0, 1, -1), 0, (1, 1)),
        ((0, 1, 0), 1, (1, 1)),  # not on the line
        ((0, 1, 0), 1, (0, 3)),  # no bend there
        ((0, 1, -1), 1, (-1, -1)),
    ],
)
def test_wrong_witnesses_are_not_given(row: Any, jump: int, point: Any) -> None:
    network = maxout_network(parse("max(x, y, 0)"))
    place = tuple(map(Fraction, point))
    with pytest.raises(VerificationFailed):
        verify_bend(network, row, (Fraction(jump),), place)
    verify_bend(network, (0, 1, -1), (Fraction(1),), (Fraction(1), Fraction(1)))
    verify_bend(network, (0, 1, -1), (Fraction(0),), (Fraction(-1, 10**9), Fraction(-1, 10**9)))
