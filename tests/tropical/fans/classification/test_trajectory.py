"""Paths of trainings through fans: against all walls by brute force, and patterns at midpoints by definition."""

from __future__ import annotations

import json
from fractions import Fraction
from importlib import import_module
from itertools import combinations, pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polytopes.errors import InputError, ShapeError, UnsupportedError, VerificationFailed
from tests.tropical.fans.classification.strategies import labeled_data, terms
from tropical.fans.activation.patterns import ActivationPattern
from tropical.fans.classification.fan import ClassificationFan
from tropical.fans.classification.shallow_parameters import shallow_parameters, training_path
from tropical.fans.classification.trajectory import Trajectory, trajectory
from tropical.fans.data_set import DataSet
from tropical.networks.layers import Abs, Affine, LeakyReLU, Maxout, Min, ReLU
from tropical.networks.network import GraphBuilder, Network

small = st.integers(-2, 2)


@st.composite
def paths(draw: Any) -> tuple[ClassificationFan, list[Any]]:
    """Small entries, so that ties and walls through checkpoints are frequent; some checkpoints are repeated."""
    data = draw(labeled_data(4, 2))
    n, m = draw(terms)
    form = st.tuples(*[small] * (data.dim + 1))
    parameters = draw(st.lists(st.lists(form, min_size=n + m, max_size=n + m), min_size=1, max_size=4))
    return ClassificationFan.of(data, (n, m)), [parameters[0], *parameters]


def value(form: Any, point: Any) -> Any:
    return form[0] + sum(a * x for a, x in zip(form[1:], point, strict=True))


def walls_of_segments(path: Trajectory) -> list[Fraction]:
    """All places where any two forms have one value at any point, whether they are the largest or not."""
    found = {Fraction(k) for k in range(len(path.parameters))}
    for k, (here, there) in enumerate(pairwise(path.parameters)):
        for point in path.fan.data.points:
            ends = [[value(form, point) for form in own] for own in (here, there)]
            for i, j in combinations(range(path.fan.n_terms), 2):
                first, last = (own[i] - own[j] for own in ends)
                if first != last and 0 <= first / (first - last) <= 1:
                    found.add(k + first / (first - last))
    return sorted(found)


@given(paths())
def test_all_walls_by_brute_force(given: tuple[ClassificationFan, list[Any]]) -> None:
    fan, parameters = given
    path = trajectory(fan, parameters)
    places = walls_of_segments(path)
    middles = [(a + b) / 2 for a, b in pairwise(places)]
    at = {place: ActivationPattern.of_parameter(fan.data, path.parameter(place)) for place in [*places, *middles]}
    for middle in middles:
        [cone] = [cone for cone in path.cones if cone.start < middle < cone.end]
        theta = path.parameter(middle)
        assert cone.pattern == at[middle] and cone.signs == fan.signs(theta) and cone.loss == fan.loss(theta)
    expected = {}
    for k, place in enumerate(places):
        sides = [at[own] for own in (*middles[max(k - 1, 0) : k], *middles[k : k + 1])]
        if any(own != at[place] for own in sides):
            expected[place] = at[place]
    found = {crossing.place: crossing.pattern for crossing in path.crossings}
    assert found == expected
    for crossing in path.crossings:
        theta = path.parameter(crossing.place)
        assert crossing.signs == fan.signs(theta) and crossing.loss == fan.loss(theta)
    assert path.losses == tuple(map(fan.loss, parameters))
    inner = [own for own in path.crossings if own.kind not in ("start", "end")]
    assert len(inner) == len(path.cones) - 1
    for (before, after), crossing in zip(pairwise(path.cones), inner, strict=True):
        assert before.end == crossing.place == after.start
        assert before.pattern.refines(crossing.pattern) and after.pattern.refines(crossing.pattern)
        assert (crossing.kind == "touch") == (before.pattern == after.pattern)
        assert (crossing.kind == "leaving") == (before.pattern == crossing.pattern)
        assert (crossing.kind == "entering") == (after.pattern == crossing.pattern)


def test_a_line_that_turns() -> None:
    """Forms a x + b y with (a, b) = (-1, -2), (1, -2), (2, 1): the zeros at the four points are read off."""
    data = DataSet.of([(1, 0), (0, 1), (1, 1), (-1, 1)], labels=[1, 1, 1, -1])
    path = trajectory(ClassificationFan.of(data, (1, 1)), [[(0, *w), (0, 0, 0)] for w in ((-1, -2), (1, -2), (2, 1))])
    found = [(str(own.place), own.points, own.kind, own.loss) for own in path.crossings]
    assert found == [("1/2", (0,), "wall", 3), ("5/4", (2,), "wall", 2), ("5/3", (1,), "wall", 1)]
    assert [cone.loss for cone in path.cones] == [3, 2, 1, 0] and path.losses == (3, 2, 0)
    assert (path.highest_loss, path.n_walls, path.n_cones) == (3, 3, 4)


def test_through_walls_at_once_and_along_one() -> None:
    fan = ClassificationFan.of([[1], [2], [2]], (1, 1), labels=[1, 1, -1])
    through = trajectory(fan, [[(0, 1), (0, 0)], [(0, -1), (0, 0)]])
    [crossing] = through.crossings
    assert (crossing.place, crossing.kind, crossing.points) == (Fraction(1, 2), "wall", (0, 1, 2))
    assert crossing.codimension == 2
    touching = trajectory(fan, [[(2, -1), (0, 0)], [(2, -1), (0, 0)], [(4, -1), (0, 0)]])
    assert [own.kind for own in touching.crossings] == ["leaving"] and touching.cones[0].end == 1
    bounce = trajectory(fan, [[(3, -1), (0, 0)], [(2, -1), (0, 0)], [(3, -1), (0, 0)]])
    assert [own.kind for own in bounce.crossings] == ["touch"] and bounce.n_walls == 0 and bounce.n_cones == 1
    start = trajectory(fan, [[(2, -1), (0, 0)], [(3, -1), (0, 0)]])
    assert [(own.kind, own.codimension) for own in start.crossings] == [("start", 1)]
    alone = trajectory(fan, [[(2, -1), (0, 0)]])
    assert alone.cones == () and alone.crossings[0].pattern.sets == ((0,), (0, 1), (0, 1))
    assert trajectory(fan, [[(0, 1), (0, 1)]] * 2).cones[0].codimension == 2


def test_ties_may_count_as_correct() -> None:
    fan = ClassificationFan.of([[1], [2]], (1, 1), labels=[1, 1])
    path = trajectory(fan, [[(0, 0), (0, 0)], [(0, 1), (0, 0)]], ties="correct")
    assert path.losses == (0, 0) and path.crossings[0].loss == 0
    assert trajectory(fan, [[(0, 0), (0, 0)], [(0, 1), (0, 0)]]).losses == (2, 0)
    assert trajectory(ClassificationFan.of([[1]], (1, 1)), [[(0, 0), (0, 0)]]).losses is None


def test_refusals() -> None:
    fan = ClassificationFan.of([[1]], (1, 1))
    with pytest.raises(InputError, match="without checkpoints"):
        trajectory(fan, [])
    with pytest.raises(ShapeError, match="checkpoint 1 has 3 terms, the fan has 2"):
        trajectory(fan, [[(0, 0), (0, 0)], [(0, 0)] * 3])
    with pytest.raises(InputError, match="place 2 on a path from 0 to 1"):
        trajectory(fan, [[(0, 0), (0, 0)]] * 2).parameter(Fraction(2))


def test_a_wrong_answer_is_not_given(monkeypatch: pytest.MonkeyPatch) -> None:
    fan = ClassificationFan.of([[1], [2]], (1, 1))
    module = import_module("tropical.fans.classification.trajectory")
    right = module.upper_envelope
    monkeypatch.setattr(module, "upper_envelope", lambda starts, ends: right(ends, starts))
    with pytest.raises(VerificationFailed):
        trajectory(fan, [[(0, 1), (0, 0)], [(2, -1), (0, 0)]])


def test_documents() -> None:
    fan = ClassificationFan.of([[1], [2]], (1, 1), labels=[1, -1])
    found = trajectory(fan, [[(0, 1), (0, 0)], [(2, "-3/2"), (0, 0)]]).as_dict()
    assert json.loads(json.dumps(found)) == found
    assert found["crossings"][0]["at"] == "2/3" and found["cones"][0]["from"] == "0" and found["walls"] == 1


# Networks


def two_units(a: int, b: int, first: Any = ((1, 0), (0, 1))) -> Network:
    return Network.from_weights([(first, [0, -1]), ([[a, b]], [1])])


def test_hidden_units_keep_their_terms() -> None:
    (n, m), parameters = shallow_parameters([two_units(1, -1), two_units(2, 0), two_units(3, -2)])
    assert (n, m) == (2, 2)
    assert parameters[2] == ((1, 0, 0), (1, 3, 0), (0, 0, 0), (-2, 0, 2))
    (n, m), parameters = shallow_parameters([two_units(1, -1), two_units(1, 1)])
    assert (n, m) == (4, 2) and parameters[1][4:] == ((0, 0, 0), (0, 0, 0))


@pytest.mark.parametrize(
    "layers",
    [
        [Affine([[1, 2], [3, -1]], [1, 0]), Affine([[1, -2], [1, 1], [0, 1]]), Maxout(3), Affine([[-2]], ["1/2"])],
        [Affine([[1, 2], [3, -1]], [1, 0]), Abs(), Affine([[1, -2], [1, 1]], [0, 3])],
        [Affine([[1, 2], [3, -1]], [1, 0]), LeakyReLU("1/10"), Affine([[1, -2]])],
        [Affine([[1, 2], [3, -1]], [1, 0]), LeakyReLU(3), Affine([[1, -2]])],
        [Affine([[1, 2]], [1]), Affine([[5]], [1])],
    ],
)
def test_the_difference_is_the_network(layers: list[Any]) -> None:
    network = Network.chain(2, layers)
    _, [theta] = shallow_parameters([network])
    (n, _), points = shallow_parameters([network])[0], [(x, y) for x in range(-3, 4) for y in range(-3, 4)]
    for point in points:
        values = [value(form, point) for form in theta]
        own = network(point)
        assert max(values[:n]) - max(values[n:]) == (own[0] if len(own) == 1 else own[1] - own[0])


def test_a_minimum_of_tensors() -> None:
    graph = GraphBuilder((2,))
    first, second = graph.add(Affine([[1, 0]]), [0]), graph.add(Affine([[0, 1]], [1]), [0])
    network = graph.finish(graph.add(Min(), [first, second]))
    path = training_path([network, network], [(0, 0), (2, 1), (1, 0)], labels=[1, 1, -1])
    assert path.fan.terms == (1, 2) and path.cones[0].signs == (0, 1, 1)


def test_networks_that_have_no_fan() -> None:
    with pytest.raises(UnsupportedError, match="2 layers of gates"):
        shallow_parameters([Network.from_weights([([[1]], [0])] * 3)])
    with pytest.raises(InputError, match="3 outputs"):
        shallow_parameters([Network.from_weights([([[1]] * 3, [0] * 3)])])
    with pytest.raises(InputError, match="different shapes"):
        shallow_parameters([two_units(1, 1), Network.from_weights([([[1, 1]], [0])])])
    with pytest.raises(InputError, match="at most 512"):
        shallow_parameters([Network.chain(1, [Affine([[1]] * 10), ReLU(), Affine([[1] * 10])])])
    with pytest.raises(ShapeError, match="2 inputs, and points with 1"):
        training_path([two_units(1, 1)], [[1]])
    with pytest.raises(InputError, match="no network"):
        shallow_parameters([])


def test_a_training_of_two_classes() -> None:
    """The second class is the positive one: its label is the greater number."""
    nets = [Network.from_weights([([[0, 1], [a, 0]], [0, 0])]) for a in (-1, 2)]
    path = training_path(nets, [(1, 0), (3, 1)], labels=[1, 1])
    assert path.losses == (2, 0)
    assert [(str(own.place), own.points) for own in path.crossings] == [("1/3", (0,)), ("4/9", (1,))]
