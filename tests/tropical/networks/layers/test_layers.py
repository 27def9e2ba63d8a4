"""Every layer three ways: exact call, gate program, float call; and against torch where torch has the layer."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from polytopes.errors import NumberError, ShapeError
from tropical import Network
from tropical.networks.layers import (
    Abs,
    Affine,
    AvgPool,
    Concat,
    Constant,
    Conv,
    GlobalAvgPool,
    LeakyReLU,
    Max,
    Maxout,
    MaxPool,
    Min,
    ReLU,
    Reshape,
    Scale,
    Select,
    Sum,
    Transpose,
    batch_norm,
    expand,
    split,
)
from tropical.networks.network import GraphBuilder
from tropical.networks.tensor import Tensor, size


def values(network, seed=0, points=3):
    """Exact values at integer points, after comparing them with the program and the float call."""
    rng = np.random.default_rng(seed)
    batch = rng.integers(-6, 7, size=(points, *network.input_shape))
    floats = network.float_call(batch)
    assert floats.shape == (points, network.output_dim)
    for point, row in zip(batch, floats, strict=True):
        exact = network(point)
        assert all(type(entry) is Fraction for entry in exact)
        assert exact == network.program([Fraction(int(x)) for x in point.ravel()])
        assert np.allclose([float(entry) for entry in exact], row, rtol=1e-12, atol=1e-12)
    assert tuple(rank for layer in network.layers for rank in layer.gate_ranks) == network.program.gate_ranks
    return batch, [network(point) for point in batch]


def pair(layer, shape):
    """The layer applied to two tensors of one shape, the halves of the input."""
    graph = GraphBuilder((2, *shape))
    first, second = (graph.add(part, [0]) for part in split((2, *shape), 0, (1, 1)))
    first, second = (graph.add(Reshape(shape), [node]) for node in (first, second))
    return graph.finish(graph.add(layer, [first, second]))


def expect(network, function):
    batch, found = values(network)
    for point, exact in zip(batch, found, strict=True):
        expected = np.asarray(function(point.astype(object) * Fraction(1)), dtype=object).ravel()
        assert list(exact) == expected.tolist()


W = [[1, "-1/3", 2], [0, "5/2", -1]]


@pytest.mark.parametrize(
    ("layer", "shape", "function"),
    [
        (Affine(W, [1, "1/7"]), (3,), lambda x: Tensor.of(W).fractions @ x + [1, Fraction(1, 7)]),
        (Affine(W), (2, 3), lambda x: x @ Tensor.of(W).fractions.T),
        (Scale([2, 0, "1/3"], 1), (3,), lambda x: x * [2, 0, Fraction(1, 3)] + 1),
        (Scale([[2], [3]], [1, 0]), (2, 2), lambda x: x * [[2], [3]] + [1, 0]),
        (ReLU(), (4,), lambda x: [max(t, 0) for t in x]),
        (LeakyReLU("1/10"), (4,), lambda x: [t if t > 0 else t / 10 for t in x]),
        (LeakyReLU(-2), (4,), lambda x: [t if t > 0 else -2 * t for t in x]),
        (LeakyReLU(2), (4,), lambda x: [t if t > 0 else 2 * t for t in x]),
        (
            LeakyReLU([1, 0, "1/2", 1]),
            (4,),
            lambda x: [t if t > 0 else s * t for s, t in zip((1, 0, 0.5, 1), x, strict=True)],
        ),
        (LeakyReLU([[0], [1]]), (2, 2), lambda x: [[max(t, 0) for t in x[0]], x[1]]),
        (Abs(), (4,), lambda x: [abs(t) for t in x]),
        (Maxout(3), (6,), lambda x: [max(x[:3]), max(x[3:])]),
        (Maxout(2), (4, 2), lambda x: [np.maximum(x[0], x[1]), np.maximum(x[2], x[3])]),
        (Maxout(1), (3,), lambda x: x),
        (Reshape((3, -1)), (2, 3), lambda x: x.reshape(3, 2)),
        (Transpose((2, 0, 1)), (2, 3, 2), lambda x: x.transpose(2, 0, 1)),
        (Select((3, 3, 0)), (2, 2), lambda x: [x[1, 1], x[1, 1], x[0, 0]]),
        (expand((2, 1), (3, 2, 2)), (2, 1), lambda x: np.broadcast_to(x, (3, 2, 2))),
        (Sum([2]), (3,), lambda x: 2 * x),
        (Max(), (3,), lambda x: x),
    ],
    ids=lambda value: type(value).__name__,
)
def test_definition(layer, shape, function):
    expect(Network.chain(shape, [layer]), function)


@pytest.mark.parametrize(
    ("layer", "function"),
    [
        (Sum([1, "-1/2"]), lambda x: x[0] - x[1] / 2),
        (Max(), lambda x: np.maximum(x[0], x[1])),
        (Min(), lambda x: np.minimum(x[0], x[1])),
        (Concat(1), lambda x: np.concatenate([x[0], x[1]], axis=1)),
    ],
)
def test_definition_of_two(layer, function):
    expect(pair(layer, (2, 3)), function)


def test_constant_competes():
    graph = GraphBuilder((2,))
    bound = graph.add(Constant(["1/2", 3]), [])
    expect(graph.finish(graph.add(Min(), [0, bound])), lambda x: [min(x[0], Fraction(1, 2)), min(x[1], 3)])


def test_the_same_tensor_twice():
    graph = GraphBuilder((2,))
    twice = graph.add(Concat(0), [0, 0])
    total = graph.add(Affine([[1, 2, 3, 4]]), [twice])
    expect(graph.finish(graph.add(Max(), [total, total])), lambda x: [4 * x[0] + 6 * x[1]])


numbers = st.integers(1, 3)


@st.composite
def window_cases(draw):
    axes = draw(st.integers(1, 2))
    each = lambda strategy: draw(st.lists(strategy, min_size=axes, max_size=axes))  # noqa: E731
    kernel = each(numbers)
    return {
        "shape": (draw(numbers), *each(st.integers(1, 6))),
        "kernel": kernel,
        "stride": each(numbers),
        "padding": [draw(st.integers(0, k // 2)) for k in kernel],
        "dilation": each(st.integers(1, 2)),
        "ceil": draw(st.booleans()),
        "count": draw(st.booleans()),
    }


def compare(layer, shape, function):
    """Same values as torch in double precision, or both refuse (torch takes a window of padding for -inf)."""
    torch = pytest.importorskip("torch")
    try:
        network = Network.chain(shape, [layer])
    except ShapeError as error:
        if "wholly in the padding" in str(error):
            assert function(torch.zeros(1, *shape, dtype=torch.float64)).isinf().any()
        else:
            with pytest.raises(RuntimeError):
                function(torch.zeros(1, *shape, dtype=torch.float64))
        return
    batch, found = values(network)
    expected = function(torch.tensor(batch, dtype=torch.float64)).reshape(len(batch), -1).numpy()
    assert np.allclose(np.array(found, dtype=np.float64), expected, rtol=1e-12, atol=1e-12)


@given(window_cases())
def test_max_pool_as_torch(case):
    torch = pytest.importorskip("torch")
    arguments = [case[name] for name in ("kernel", "stride", "padding", "dilation", "ceil")]
    function = [torch.max_pool1d, torch.max_pool2d][len(case["kernel"]) - 1]
    compare(MaxPool(*arguments), case["shape"], lambda x: function(x, *arguments))


@given(window_cases())
def test_avg_pool_as_torch(case):
    torch = pytest.importorskip("torch")
    kernel, stride, padding, ceil, count = (case[name] for name in ("kernel", "stride", "padding", "ceil", "count"))
    function = [torch.nn.functional.avg_pool1d, torch.nn.functional.avg_pool2d][len(kernel) - 1]
    layer = AvgPool(kernel, stride, padding, ceil_mode=ceil, count_include_pad=count)
    compare(layer, case["shape"], lambda x: function(x, kernel, stride, padding, ceil, count))


@given(window_cases(), st.integers(1, 2), st.booleans(), st.integers(0, 99))
def test_conv_as_torch(case, per_group, grouped, seed):
    torch = pytest.importorskip("torch")
    rng, channels = np.random.default_rng(seed), case["shape"][0]
    groups = channels if grouped else 1
    weight = rng.integers(-3, 4, size=(per_group * groups, channels // groups, *case["kernel"]))
    bias = rng.integers(-3, 4, size=len(weight))
    function = [torch.conv1d, torch.conv2d][len(case["kernel"]) - 1]
    tensors = [torch.tensor(part, dtype=torch.float64) for part in (weight, bias)]
    arguments = [case[name] for name in ("stride", "padding", "dilation")]
    layer = Conv(weight, bias, *arguments, groups)
    compare(layer, case["shape"], lambda x: function(x, *tensors, *arguments, groups))


def test_conv_definition():
    """A difference along a line, zeros beyond the ends on one side only."""
    expect(
        Network.chain((1, 4), [Conv([[[-1, 1]]], [5], padding=[(0, 1)])]),
        lambda x: [x[0, i + 1] - x[0, i] + 5 if i < 3 else -x[0, 3] + 5 for i in range(4)],
    )


def test_global_average_is_rational():
    assert Network.chain((2, 3), [GlobalAvgPool()])([1, 1, 2, 0, 0, 1]) == (Fraction(4, 3), Fraction(1, 3))


def test_pooling_windows_of_one_entry_have_no_gate():
    layer = MaxPool(2, stride=2, padding=1)
    assert layer.gate_ranks((1, 4)) == (2,)
    assert Network.chain((1, 4), [layer])([1, 2, 3, 4]) == (1, 3, 4)


@given(st.fractions(min_value="1/1000000", max_value=10**6), st.integers(-300, 300))
def test_batch_norm_rounds_the_root_once(variance, power):
    """The factor r is the float nearest to 1/sqrt(v): the midpoints to its neighbours lie on either side."""
    variance *= Fraction(2) ** power
    root = batch_norm([1], [0], [0], [variance], 0).factor.nested()[0]
    middle = float(root)
    assert Fraction(middle) == root
    below, above = (Fraction(math.nextafter(middle, end)) for end in (0, math.inf))
    assert ((below + root) / 2) ** 2 * variance <= 1 <= ((root + above) / 2) ** 2 * variance


def test_batch_norm_exact_otherwise():
    layer = batch_norm(["1/3", 1], [5, 0], [7, "1/2"], [4, "1/4"], 0, spatial_axes=1)
    expect(Network.chain((2, 2), [layer]), lambda x: [(x[0] - 7) / 6 + 5, 2 * x[1] - 1])


@pytest.mark.parametrize("variance", [0, -1])
def test_batch_norm_needs_a_positive_variance(variance):
    with pytest.raises(NumberError, match="positive"):
        batch_norm([1], [0], [0], [variance], 0)


@given(st.data())
def test_rearrangements_cost_no_rows(data):
    shape = tuple(data.draw(st.lists(numbers, min_size=1, max_size=3)))
    axes = data.draw(st.permutations(range(len(shape))))
    network = Network.chain(shape, [Transpose(axes), Reshape((-1,)), ReLU(), Reshape((1, -1))])
    assert sum(len(stage.rows) for stage in network.program.stages) == 1  # the zero form
    expect(network, lambda x: np.maximum(x.transpose(axes), 0))
    assert network.output_shape == (1, size(shape))


def test_elementwise_layers_fold_into_the_rows_they_read():
    layers = [Affine(np.ones((5, 3), dtype=int)), Scale([1, 2, 3, 4, 5], 1), Scale(2, 0), ReLU(), Scale("1/2"), Abs()]
    network = Network.chain(3, layers)
    expect(network, lambda x: [max(0, (i + 1) * sum(x) + 1) for i in range(5)])
    assert [len(stage.gates) for stage in network.program.stages] == [5, 5]


def test_linear_layers_are_not_multiplied_out():
    """Through a narrow middle: 40 + 40 coefficients, not 1600; the copies of one unit share a row."""
    rng = np.random.default_rng(0)
    first, second = rng.integers(1, 9, size=(1, 40)), rng.integers(1, 9, size=(40, 1))
    network = Network.chain(40, [Affine(first), Affine(second), ReLU()])
    assert sum(len(stage.rows) * len(stage.sources) for stage in network.program.stages) < 200
    values(network)
    network = Network.chain(40, [Affine(first), expand((1,), (40,)), ReLU()])
    assert sum(len(stage.rows) for stage in network.program.stages) == 2 and network.n_gates == 40
    values(network)


@pytest.mark.parametrize(
    ("layer", "shape"),
    [
        (Affine(W), (2,)),
        (Scale([1, 2]), (3,)),
        (Scale([[1], [2]]), (1,)),
        (LeakyReLU([1, 2]), (3,)),
        (Maxout(2), (3,)),
        (Reshape((2, 2)), (3,)),
        (Reshape((-1, -1)), (4,)),
        (Transpose((0, 0)), (2, 2)),
        (Select((4,)), (2, 2)),
        (Concat(1), (3,)),
        (Sum([1, 1]), (3,)),
        (MaxPool(2), (4,)),
        (MaxPool(5), (1, 4)),
        (MaxPool((2, 2)), (1, 4)),
        (MaxPool(1, padding=1), (1, 4)),
        (AvgPool(1, padding=1, count_include_pad=False), (1, 4)),
        (Conv([[[1]]]), (2, 4)),
        (Conv([[[1]]]), (1, 4, 4)),
        (Conv([[[1, 1]]]), (1, 1)),
    ],
    ids=lambda value: type(value).__name__,
)
def test_shapes_that_do_not_fit(layer, shape):
    with pytest.raises(ShapeError, match="layer 'bad'"):
        Network.chain(shape, [("bad", layer)])


@pytest.mark.parametrize(
    "make",
    [
        lambda: Affine([1, 2]),
        lambda: Affine(W, [1]),
        lambda: Maxout(0),
        lambda: Conv([[1]]),
        lambda: Conv([[[1]]], [1, 2]),
        lambda: Conv([[[1]], [[1]], [[1]]], groups=2),
        lambda: Conv([[[1]]], stride=0).windows,
        lambda: Conv([[[1]]], padding=-1).windows,
    ],
)
def test_arguments_that_do_not_fit(make):
    with pytest.raises(ShapeError):
        make()


@given(st.integers(1, 4), st.integers(0, 3))
def test_split_and_concat_are_inverse(parts, axis):
    shape = (2, 3, 2, 4)
    length = shape[axis]
    assume(parts <= length)
    sizes = (*[1] * (parts - 1), length - parts + 1)
    graph = GraphBuilder(shape)
    pieces = [graph.add(piece, [0]) for piece in split(shape, axis, sizes)]
    expect(graph.finish(graph.add(Concat(axis), pieces)), lambda x: x)
