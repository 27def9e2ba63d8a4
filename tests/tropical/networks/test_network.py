"""Networks: exact call, gate program and float call agree; graphs that are none are refused."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tropical
from polytopes.errors import InputError, NumberError, ShapeError
from tropical.networks import layers
from tropical.networks.layers import Abs, Affine, Concat, Input, Maxout, ReLU, Reshape, Sum
from tropical.networks.network import GraphBuilder, Network
from tropical.networks.node import Node

entries = st.fractions(min_value=-5, max_value=5, max_denominator=6)


@st.composite
def dense_networks(draw):
    widths = draw(st.lists(st.integers(1, 4), min_size=2, max_size=4))
    vector = lambda n: draw(st.lists(entries, min_size=n, max_size=n))  # noqa: E731
    weights = [([vector(m) for _ in range(n)], vector(n)) for m, n in pairwise(widths)]
    activation = draw(st.sampled_from(["relu", "abs", "identity", tropical.networks.layers.LeakyReLU("1/8")]))
    return weights, activation


def by_definition(weights, activation, point):
    """The network written out in fractions, with no code of the library."""
    bend = {
        "relu": lambda t: max(t, 0),
        "abs": abs,
        "identity": lambda t: t,
    }.get(activation, lambda t: t if t > 0 else t / 8)
    value = list(point)
    for i, (weight, bias) in enumerate(weights):
        if i:
            value = [bend(t) for t in value]
        value = [sum((w * t for w, t in zip(row, value, strict=True)), b) for row, b in zip(weight, bias, strict=True)]
    return tuple(value)


@given(dense_networks(), st.data())
def test_four_ways(case, data):
    weights, activation = case
    network = Network.from_weights(weights, activation)
    point = data.draw(st.lists(entries, min_size=network.input_dim, max_size=network.input_dim))
    exact = network(point)
    assert exact == network.program(point) == by_definition(weights, activation, point)
    floats = network.float_call(np.array(point, dtype=float))
    assert np.allclose(floats, np.array(exact, dtype=float), rtol=1e-9, atol=1e-9)
    assert network.n_gates == network.program.n_gates


def residual():
    """|x| added to 2 x by a shortcut, with max(x) joined."""
    graph = GraphBuilder((3,))
    bent = graph.add(Abs(), [0], "bend")
    total = graph.add(Sum([1, 2]), [bent, 0], "shortcut")
    top = graph.add(Maxout(3), [0], "top")
    graph.add(ReLU(), [total], "nobody reads this")
    return graph.finish(graph.add(Concat(0), [total, top], "join"))


@given(st.lists(entries, min_size=3, max_size=3))
def test_a_graph_that_is_no_chain(point):
    network = residual()
    expected = (*(abs(x) + 2 * x for x in point), max(point))
    assert network(point) == network.program(point) == expected


def test_reports():
    network = residual()
    assert [(layer.name, layer.kind, layer.output_shape, layer.n_gates) for layer in network.layers] == [
        ("bend", "Abs", (3,), 3),
        ("shortcut", "Sum", (3,), 0),
        ("top", "Maxout", (1,), 1),
        ("join", "Concat", (4,), 0),
    ]
    assert network.layers[2].gate_ranks == (3,)
    assert (network.input_dim, network.output_dim, network.n_gates) == (3, 4, 4)
    assert [stage.name for stage in network.program.stages if stage.gates] == ["bend", "top"]


@given(st.lists(entries, min_size=3, max_size=3), st.lists(st.integers(0, 3), min_size=1, max_size=5))
def test_choosing_outputs(point, chosen):
    network = residual()
    assert network.output(chosen)(point) == tuple(network(point)[k] for k in chosen)
    assert network.output(chosen[0])(point) == (network(point)[chosen[0]],)
    assert network.output(0).output(0)(point) == network(point)[:1]


@pytest.mark.parametrize("chosen", [4, -1, [], [0, 4]])
def test_choosing_outputs_that_are_not_there(chosen):
    with pytest.raises(ShapeError, match="outputs 0 to 3"):
        residual().output(chosen)


def test_shapes_of_points():
    network = Network.chain((2, 2), [Reshape((4,)), Affine([[1, 2, 3, 4]])])
    assert network([1, 0, 0, "1/2"]) == network(np.array([[1, 0], [0, 0.5]])) == (3,)
    assert network.float_call([1, 0, 0, 0.5]).shape == network.float_call([[1, 0], [0, 0.5]]).shape == (1,)
    assert network.float_call(np.zeros((5, 4))).shape == network.float_call(np.zeros((5, 2, 2))).shape == (5, 1)
    assert network.float_call(np.zeros((0, 4))).shape == (0, 1)
    pooled = Network.chain((1, 4), [tropical.networks.layers.Conv([[[1, 1]]]), tropical.networks.layers.MaxPool(2)])
    assert pooled.float_call(np.zeros((0, 4))).shape == (0, 1)
    for bad in ([1, 2], np.zeros((3, 5)), np.zeros((5, 4, 1, 2)), 1.0):
        with pytest.raises(ShapeError):
            network.float_call(bad)
    with pytest.raises(ShapeError):
        network([1, 2, 3])


def test_equality_and_hash():
    one, two = (Network.from_weights([(weight, [0.5])]) for weight in ([[0.25]], [["1/4"]]))
    assert one == two and hash(one) == hash(two) and one != Network.from_weights([([[1]], ["1/2"])])


def test_repr_is_short():
    assert repr(residual()) == "Network Q^3 -> Q^4 of 4 layers"


def test_extreme_weights():
    """Exact where floats overflow, underflow or cancel."""
    network = Network.from_weights([([[1e300, -1e300]], [1e-300]), ([[1e300]], [0])])
    assert network([1, 1]) == (Fraction(1e-300) * Fraction(1e300),) == network.program([1, 1])


@pytest.mark.parametrize(
    "nodes",
    [
        [],
        [Node("x", ReLU(), [])],
        [Node("x", Input((1,))), Node("x", ReLU(), [0])],
        [Node("x", Input((1,))), Node("y", ReLU(), [1])],
        [Node("x", Input((1,))), Node("y", ReLU(), [2]), Node("z", ReLU(), [0])],
        [Node("x", Input((1,))), Node("y", ReLU(), [0, 0])],
        [Node("x", Input((1,))), Node("y", Concat(0), [])],
        [Node("x", Input((1,))), Node("y", Input((1,)))],
    ],
)
def test_graphs_that_are_none(nodes):
    with pytest.raises(InputError):
        Network(nodes)


@pytest.mark.parametrize(
    ("weights", "activation", "error"),
    [
        ([], "relu", InputError),
        ([([[1]], [0])], "sigmoid", InputError),
        ([([[1]], [0, 0])], "relu", ShapeError),
        ([([[1]], [0]), ([[1, 1]], [0])], "relu", ShapeError),
        ([([[float("nan")]], [0])], "relu", InputError),
        ([([[float("inf")]], [0])], "relu", InputError),
    ],
)
def test_weights_that_do_not_fit(weights, activation, error):
    with pytest.raises(error):
        Network.from_weights(weights, activation)


@pytest.mark.parametrize("shape", [0, -1, (2, 0)])
def test_input_shapes_that_are_none(shape):
    with pytest.raises(ShapeError):
        Network.chain(shape, [ReLU()])


def test_names_at_the_top():
    assert tropical.Network is Network and {"Network", "load", "save"} <= set(dir(tropical))
    with pytest.raises(AttributeError, match="nothing"):
        _ = tropical.nothing


IMAGES = (2, 3, 3)
STEPS = [
    ReLU(),
    Abs(),
    layers.LeakyReLU("1/3"),
    layers.AvgPool(2, stride=1),
    layers.AvgPool(2, stride=1, padding=1),
    layers.AvgPool(2, stride=2, padding=1, ceil_mode=True, count_include_pad=False),
    layers.GlobalAvgPool(),
    layers.MaxPool(2, stride=1),
    layers.MaxPool(3, stride=2, padding=1),
    layers.Conv([[[["1/3"]], [[-1]]], [[[2]], [["1/7"]]]], [0, "1/2"]),
    layers.Scale("1/3", -1),
    Sum(["2/3"]),
    Maxout(1),
    layers.Max(),
    layers.Min(),
    layers.Transpose((0, 2, 1)),
    layers.Concat(0),
]


@given(st.lists(st.sampled_from(STEPS), min_size=1, max_size=6), st.booleans(), st.data())
def test_no_floats_arise_in_chains_of_all_layers(steps, dense, data):
    """The call and the program are two codes; both are exact, of type Fraction throughout."""
    try:
        network = Network.chain(IMAGES, [*steps, Reshape((-1,))])
        if dense:
            network = Network.chain(IMAGES, [*steps, Reshape((-1,)), Affine([["1/3"] * network.output_dim])])
    except ShapeError:  # pools beyond the size that is left
        return
    point = data.draw(st.lists(st.integers(-3, 3), min_size=18, max_size=18))
    exact = network(point)
    assert exact == network.program(point)
    assert all(type(entry) is Fraction and type(entry.numerator) is int for entry in exact)


def test_means_of_clipped_values_are_exact():
    net = Network.chain((1, 2), [ReLU(), layers.AvgPool(2), layers.Scale(1, "1/3")])
    assert net([-1, -1]) == (Fraction(1, 3),) == net.program([-1, -1])
    net = Network.chain((1, 3), [ReLU(), layers.GlobalAvgPool(), Affine([["1/3"]], ["1/3"])])
    assert net([-1, -1, -1]) == (Fraction(1, 3),) and net([-1, 1, 0]) == (Fraction(4, 9),)


def test_a_layer_that_makes_floats_is_refused():
    class Rounded(layers.Layer):
        def forward(self, *arrays):
            return arrays[0] * 1.0

    with pytest.raises(NumberError, match="'half' gave the float"):
        Network.chain(1, [("half", Rounded())])([1])


def test_points_in_every_form():
    torch = pytest.importorskip("torch")
    net = Network.chain((2, 2), [Reshape((4,)), Affine([[1, 2, 3, "1/3"]])])
    forms = [
        [1, 0, "1/2", 1],
        [[1, 0], ["1/2", 1]],
        ([1, 0], (Fraction(1, 2), 1)),
        np.array([[1, 0], [0.5, 1]]),
        torch.tensor([[1, 0], [0.5, 1]], requires_grad=True),
        torch.tensor([1, 0, 0.5, 1], dtype=torch.bfloat16),
    ]
    for form in forms:
        assert net(form) == (Fraction(17, 6),)
        assert np.allclose(net.float_call(form), [17 / 6]) and net.float_call(form).shape == (1,)
    for bad in ([[1, 0, "1/2", 1]], np.zeros((4, 1)), [[1, 0], [1]], 3, "1234", {1: 2}, [[[1], [0]], [[1], [2]]]):
        with pytest.raises(InputError):
            net(bad)


def test_points_of_floats():
    net = Network.from_weights([([[1, 1]], [0])])
    assert net.float_call(["1/2", "1/4"]).tolist() == net.float_call([Fraction(1, 2), "0.25"]).tolist() == [0.75]
    for bad in ([[1, 2], [3]], ["x", "y"], np.array([1j, 2]), [None, 1], {1: 2}, [1, [2]]):
        with pytest.raises(InputError):
            net.float_call(bad)


def test_a_batch_of_one_point_is_a_batch():
    net = Network.chain((1, 4), [Reshape((4,)), Affine([[1, 2, 3, 4]])])
    assert net.float_call(np.ones((1, 4))).tolist() == net.float_call(np.ones((1, 1, 4))).tolist() == [[10]]
    assert net.float_call(np.ones(4)).tolist() == [10]
    assert net.float_call(np.ones((2, 4))).tolist() == [[10], [10]]
    image = Network.chain((1, 2, 2), [Reshape((4,))])
    assert image.float_call(np.ones((1, 2, 2))).shape == (4,) and image.float_call(np.ones((1, 4))).shape == (1, 4)


def test_integers_of_numpy():
    net = Network.chain(np.int64(2), [Affine([[1, 0], [0, 1]])])
    assert net.output(np.int64(1))([3, 4]) == net.output(np.array([1]))([3, 4]) == (4,)
    assert Network.chain(np.int64(2), [])([1, 2]) == (1, 2)


@pytest.mark.parametrize(
    "make",
    [
        lambda: Network.from_weights([[[1]]]),
        lambda: Network.from_weights([([[1]],)]),
        lambda: Network.from_weights(3),
        lambda: Network.chain("ab", []),
        lambda: Network.chain(2.5, []),
        lambda: Network.chain((2.5,), []),
        lambda: Network.chain(True, []),
        lambda: Network.chain(2, ["relu"]),
        lambda: Network.chain(2, [ReLU]),
        lambda: Network.chain(2, [ReLU()]).output(0.5),
        lambda: Network.chain(2, [ReLU()]).output("0"),
        lambda: Network.chain((10**30,), [Reshape((10**15, 10**15))]),
    ],
)
def test_arguments_that_are_none(make):
    with pytest.raises(InputError):
        make()


def test_saving(tmp_path):
    net = Network.chain(2, [ReLU()])
    tropical.save(net, tmp_path / "net.JSON")
    assert tropical.load(tmp_path / "net.JSON") == net
    for name in ("net.onnx", "net", "net.json.txt", ".json"):
        with pytest.raises(InputError, match="json"):
            tropical.save(net, tmp_path / name)
    with pytest.raises(InputError, match="cannot be written"):
        tropical.save(net, tmp_path / "missing" / "net.json")
    assert [path.name for path in tmp_path.iterdir()] == ["net.JSON"]
