"""ONNX graphs built here, against onnxruntime: equal on integers, where floats are exact, close elsewhere."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tropical
from polytopes.errors import FileFormatError, NumberError, ShapeError, UnsupportedError
from tests.tropical.networks.readers.onnx.models import agree, ints, model, runs

onnx = pytest.importorskip("onnx")
pytest.importorskip("onnxruntime")
make = onnx.helper.make_node


W, B = ints(3, 4), ints(4)

ELEMENTWISE = {
    "Relu": [make("Relu", ["x"], ["y"])],
    "LeakyRelu": [make("LeakyRelu", ["x"], ["y"], alpha=0.25)],
    "PRelu": [make("PRelu", ["x", "slope"], ["y"])],
    "Abs": [make("Abs", ["x"], ["y"])],
    "Neg": [make("Neg", ["x"], ["y"])],
    "Identity": [make("Identity", ["x"], ["y"])],
    "Dropout": [make("Dropout", ["x"], ["y"])],
    "Clip": [make("Clip", ["x", "low", "high"], ["y"])],
    "Clip from above": [make("Clip", ["x", "", "high"], ["y"])],
    "Max of three": [make("Neg", ["x"], ["n"]), make("Max", ["x", "n", "c"], ["y"])],
    "Max of one": [make("Max", ["x"], ["y"])],
    "Min": [make("Neg", ["x"], ["n"]), make("Min", ["n", "x"], ["y"])],
    "Sum": [make("Sum", ["x", "c", "x"], ["y"])],
    "Add": [make("Add", ["c", "x"], ["y"])],
    "Sub": [make("Sub", ["x", "c"], ["y"])],
    "Sub from constant": [make("Sub", ["c", "x"], ["y"])],
    "Mul": [make("Mul", ["x", "c"], ["y"])],
    "Mul from the left": [make("Mul", ["c", "x"], ["y"])],
    "Div": [make("Div", ["x", "two"], ["y"])],
    "residual Add": [make("Relu", ["x"], ["r"]), make("Add", ["x", "r"], ["y"])],
    "residual Sub": [make("Relu", ["x"], ["r"]), make("Sub", ["x", "r"], ["y"])],
    "a constant that grows the tensor": [make("Add", ["x", "tall"], ["y"])],
    "constants among themselves": [
        make("Mul", ["c", "two"], ["d"]),
        make("Sub", ["d", "c"], ["e"]),
        make("Add", ["x", "e"], ["y"]),
    ],
}


@pytest.mark.parametrize("shape", [["batch", 2, 3], [1, 2, 3], ["batch", 3], [3]], ids=str)
@pytest.mark.parametrize("nodes", ELEMENTWISE.values(), ids=ELEMENTWISE)
def test_elementwise(nodes, shape):
    if any("slope" in node.input for node in nodes) and len(shape) == 1:
        return
    constants = {
        "slope": [0.5, 1, -1],
        "low": -2,
        "high": 1.5,
        "c": ints(1, 3) if len(shape) > 1 else ints(3),
        "two": [2, -4, 0.5],
        "tall": ints(1, 4, 1, 3) if len(shape) == 3 else ints(3),
    }
    used = {name for node in nodes for name in node.input}
    agree(model(nodes, shape, **{name: value for name, value in constants.items() if name in used}))


def test_division_is_exact():
    network = tropical.load(model([make("Div", ["x", "c"], ["y"])], [1, 2], c=[3, -7]))
    assert network([1, 1]) == (Fraction(1, 3), Fraction(-1, 7))


PRODUCTS = {
    "matrix": ([make("MatMul", ["x", "w"], ["y"])], ["batch", 3], {"w": W}),
    "vector": ([make("MatMul", ["x", "w"], ["y"])], ["batch", 3], {"w": ints(3)}),
    "rows": ([make("MatMul", ["x", "w"], ["y"])], ["batch", 2, 3], {"w": W}),
    "stack of one": ([make("MatMul", ["x", "w"], ["y"])], ["batch", 2, 3], {"w": ints(1, 3, 4)}),
    "no batch": ([make("MatMul", ["x", "w"], ["y"])], [3], {"w": W}),
    "from the left": ([make("MatMul", ["w", "x"], ["y"])], ["batch", 4, 2], {"w": W}),
    "from the left, no batch": ([make("MatMul", ["w", "x"], ["y"])], [4], {"w": W}),
    "gemm": ([make("Gemm", ["x", "w", "b"], ["y"], alpha=2.0, beta=-0.5)], ["batch", 3], {"w": W, "b": B}),
    "gemm without c": ([make("Gemm", ["x", "w"], ["y"])], ["batch", 3], {"w": W}),
    "gemm transB": ([make("Gemm", ["x", "w", "b"], ["y"], transB=1)], ["batch", 4], {"w": W, "b": ints(1, 3)}),
    "gemm scalar c": ([make("Gemm", ["x", "w", "b"], ["y"], transB=1)], ["batch", 4], {"w": W, "b": 2}),
    "gemm transA": ([make("Gemm", ["x", "w", "b"], ["y"], transA=1)], [1, 3], {"w": ints(1, 4), "b": ints(3, 4)}),
    "gemm on the right": (
        [make("Gemm", ["w", "x", "b"], ["y"], alpha=3.0, transB=1)],
        [1, 4],
        {"w": W, "b": ints(3, 1)},
    ),
    "gemm on the right, transposed": ([make("Gemm", ["w", "x"], ["y"], transA=1, transB=1)], [1, 3], {"w": W}),
    "gemm residual": (
        [make("Gemm", ["x", "w"], ["z"]), make("Relu", ["z"], ["r"]), make("Gemm", ["x", "w", "r"], ["y"], beta=2.0)],
        ["batch", 3],
        {"w": W},
    ),
}


@pytest.mark.parametrize(("nodes", "shape", "constants"), PRODUCTS.values(), ids=PRODUCTS)
def test_products(nodes, shape, constants):
    agree(model(nodes, shape, **constants))


MOVES = {
    "Flatten": ([make("Flatten", ["x"], ["y"])], {}),
    "Flatten axis 0": ([make("Flatten", ["x"], ["y"], axis=0)], {}),
    "Flatten axis 2": ([make("Flatten", ["x"], ["y"], axis=2)], {}),
    "Flatten axis -1": ([make("Flatten", ["x"], ["y"], axis=-1)], {}),
    "Reshape": ([make("Reshape", ["x", "s_ints"], ["y"])], {"s_ints": [0, 3, -1]}),
    "Reshape to one axis": ([make("Reshape", ["x", "s_ints"], ["y"])], {"s_ints": [-1]}),
    "Transpose": ([make("Transpose", ["x"], ["y"], perm=[0, 3, 1, 2])], {}),
    "Transpose the batch": ([make("Transpose", ["x"], ["y"], perm=[2, 0, 3, 1])], {}),
    "Transpose all": ([make("Transpose", ["x"], ["y"])], {}),
    "Squeeze": ([make("Squeeze", ["x", "a_ints"], ["y"])], {"a_ints": [-2]}),
    "Squeeze all": ([make("Squeeze", ["x"], ["y"])], {}),
    "Unsqueeze": ([make("Unsqueeze", ["x", "a_ints"], ["y"])], {"a_ints": [1, -1]}),
    "Concat": ([make("Relu", ["x"], ["r"]), make("Concat", ["x", "r", "x"], ["y"], axis=-1)], {}),
    "Concat channels": ([make("Relu", ["x"], ["r"]), make("Concat", ["x", "r"], ["y"], axis=1)], {}),
    "Concat the batch": ([make("Relu", ["x"], ["r"]), make("Concat", ["x", "r"], ["y"], axis=0)], {}),
    "Concat with a constant": ([make("Concat", ["x", "c"], ["y"], axis=3)], {"c": ints(1, 2, 1, 4)}),
    "constants moved": (
        [
            make("Transpose", ["c"], ["t"]),
            make("Reshape", ["t", "s_ints"], ["r"]),
            make("Unsqueeze", ["r", "a_ints"], ["u"]),
            make("Add", ["x", "u"], ["y"]),
        ],
        {"c": ints(3, 2), "s_ints": [2, 1, 3], "a_ints": [0]},
    ),
}


@pytest.mark.parametrize(("nodes", "constants"), MOVES.values(), ids=MOVES)
def test_moves(nodes, constants):
    network = agree(model(nodes, [1, 2, 1, 3], **constants))
    assert all(not stage.gates or stage.name == "r" for stage in network.program.stages)


def test_moves_then_products():
    """What the axes mean after a move shows in the product."""
    nodes = [
        make("Transpose", ["x"], ["t"], perm=[2, 0, 1]),
        make("MatMul", ["t", "w"], ["m"]),
        make("Relu", ["m"], ["r"]),
        make("Transpose", ["r"], ["b"], perm=[1, 2, 0]),
        make("Concat", ["b", "b"], ["c"], axis=1),
        make("Flatten", ["c"], ["f"]),
        make("Gemm", ["f", "v"], ["y"]),
    ]
    agree(model(nodes, [1, 3, 2], w=W, v=ints(16, 2)))


def test_axes_as_attributes():
    nodes = [make("Squeeze", ["x"], ["s"], axes=[1]), make("Unsqueeze", ["s"], ["y"], axes=[1, 3])]
    agree(model(nodes, [1, 1, 3], opset=11))
    agree(model([make("Clip", ["x"], ["y"], min=-1.0, max=2.0)], [1, 3], opset=10))


def test_constant_nodes():
    stored = onnx.numpy_helper.from_array(ints(3).astype(np.float64).astype(np.float32))
    nodes = [
        make("Constant", [], ["a"], value=stored),
        make("Constant", [], ["b"], value_floats=[1.0, 2.0, 0.5]),
        make("Constant", [], ["c"], value_float=0.25),
        make("Constant", [], ["s"], value_ints=[0, 3, 1]),
        make("Add", ["x", "a"], ["d"]),
        make("Mul", ["d", "b"], ["e"]),
        make("Sub", ["e", "c"], ["f"]),
        make("Reshape", ["f", "s"], ["y"]),
    ]
    agree(model(nodes, ["n", 3]))


@st.composite
def window_options(draw):
    axes = draw(st.integers(1, 2))
    each = lambda low, high: draw(st.lists(st.integers(low, high), min_size=axes, max_size=axes))  # noqa: E731
    kernel = each(1, 3)
    options = {"kernel_shape": kernel, "strides": each(1, 3)}
    mode = draw(st.sampled_from(["NOTSET", "VALID", "SAME_UPPER", "SAME_LOWER"]))
    if mode == "NOTSET":
        options["pads"] = [draw(st.integers(0, k - 1)) for k in kernel * 2]
    else:
        options["auto_pad"] = mode
    return options, (draw(st.integers(1, 2)), *each(3, 6))


@given(window_options(), st.booleans(), st.sampled_from([1, 2]))
def test_conv(case, grouped, dilation):
    options, shape = case
    groups = shape[0] if grouped else 1
    kernel = options["kernel_shape"]
    weight = ints(2 * groups, shape[0] // groups, *kernel)
    if options.get("auto_pad", "NOTSET") == "NOTSET":
        options = options | {"dilations": [dilation] * len(kernel)}
    built = model(
        [make("Conv", ["x", "w", "b"], ["y"], group=groups, **options)], [1, *shape], w=weight, b=ints(len(weight))
    )
    if runs(built):
        agree(built)


@given(window_options(), st.booleans(), st.sampled_from(["MaxPool", "AveragePool", "AveragePool counted"]))
def test_pools(case, ceil, kind):
    options, shape = case
    if kind == "AveragePool counted":
        options = options | {"count_include_pad": 1}
    if options.get("auto_pad", "NOTSET") == "NOTSET":
        options = options | {"ceil_mode": int(ceil)}
    built = model([make(kind.split()[0], ["x"], ["y"], **options)], [1, *shape], opset=19)
    if all(s <= k for s, k in zip(options["strides"], options["kernel_shape"], strict=True)) or "pads" in options:
        assert runs(built) or ceil  # the runtime's ceil_mode refuses some windows
    if runs(built):
        try:
            agree(built, exactly=kind == "MaxPool")
        except UnsupportedError:
            assert options["auto_pad"].startswith("SAME")


def test_same_padding_with_a_stride_beyond_the_window():
    node = make("AveragePool", ["x"], ["y"], kernel_shape=[1], strides=[3], auto_pad="SAME_UPPER", name="bad")
    with pytest.raises(UnsupportedError, match=r"'bad'.*pads"):
        tropical.load(model([node], [1, 1, 3]))


def test_max_pool_with_dilation():
    agree(model([make("MaxPool", ["x"], ["y"], kernel_shape=[2, 2], dilations=[2, 1])], [1, 2, 4, 3]))


def test_global_average_pool():
    network = agree(model([make("GlobalAveragePool", ["x"], ["y"])], ["n", 2, 3, 2]), exactly=False)
    assert network([6, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]) == (1, Fraction(1, 6))


@pytest.mark.parametrize("shape", [[1, 3], ["n", 3, 2], ["n", 3, 2, 2]], ids=str)
def test_batch_normalization(shape):
    statistics = {"g": [1, -2, 0.5], "b": [0, 1, 2], "m": [0.5, 0.25, 3], "v": [0.1, 4, 1e-3]}
    node = make("BatchNormalization", ["x", "g", "b", "m", "v"], ["y"], epsilon=1e-3)
    agree(model([node], shape, **statistics), exactly=False)


def convolutional():
    """Conv, batch norm, residual connection, pooling and a dense end: most of the list in one graph."""
    nodes = [
        make("Conv", ["x", "k", "kb"], ["c"], pads=[1, 1, 1, 1], name="conv"),
        make("BatchNormalization", ["c", "g", "b", "m", "v"], ["n"], name="norm"),
        make("Relu", ["n"], ["r"], name="relu"),
        make("Add", ["r", "x"], ["a"], name="shortcut"),
        make("MaxPool", ["a"], ["p"], kernel_shape=[2, 2], strides=[2, 2], name="pool"),
        make("Flatten", ["p"], ["f"]),
        make("Gemm", ["f", "w", "d"], ["y"], transB=1, name="dense"),
    ]
    statistics = {"g": [1, 2], "b": [0, 1], "m": [0.5, 0.25], "v": [1, 3]}
    return model(nodes, ["n", 2, 4, 4], k=ints(2, 2, 3, 3), kb=ints(2), w=ints(3, 8), d=ints(3), **statistics)


def test_convolutional_network():
    network = agree(convolutional(), exactly=False)
    assert [(layer.name, layer.n_gates) for layer in network.layers if layer.n_gates] == [("relu", 32), ("pool", 8)]


def test_files(tmp_path):
    built = convolutional()
    onnx.save(built, tmp_path / "net.onnx")
    assert tropical.load(tmp_path / "net.onnx") == tropical.load(built)


def test_a_fixed_batch_is_read_at_size_one():
    nodes = [make("Reshape", ["x", "s_ints"], ["r"]), make("MatMul", ["r", "w"], ["m"]), make("Relu", ["m"], ["y"])]
    network = tropical.load(model(nodes, [2000, 1, 3], w=W, s_ints=[2000, -1]))
    assert network.input_shape == (1, 3) and network([1, 1, 1]) == tuple(max(0, int(t)) for t in W.sum(axis=0))


def test_a_constant_with_the_batch_makes_it_one_input():
    built = model([make("Add", ["x", "c"], ["y"], name="bad")], [7, 3], c=ints(7, 3))
    assert agree(built).input_shape == (7, 3)
    with pytest.raises(UnsupportedError, match=r"'bad'.*not the same for all points.*--input-shape 7,3"):
        tropical.load(built, input_shape=(3,))


def test_input_shape():
    built = model([make("Relu", ["x"], ["y"])], ["n", "m"])
    with pytest.raises(ShapeError, match="input_shape"):
        tropical.load(built)
    assert tropical.load(built, input_shape=(4,)).input_dim == 4
    with pytest.raises(ShapeError, match="'x'"):
        tropical.load(model([make("Relu", ["x"], ["y"])], ["n", 3]), input_shape=(4,))


def test_what_the_output_does_not_read_is_dropped():
    built = model([make("Abs", ["x"], ["unread"]), make("Relu", ["x"], ["y"])], [1, 2])
    assert tropical.load(built).n_gates == 2


@pytest.mark.parametrize(
    "operator", ["Sigmoid", "Tanh", "Softmax", "Exp", "Gelu", "Selu", "MaxRoiPool", "HardSwish", "If"]
)
def test_other_operators_are_refused_by_name(operator):
    nodes = [make("Relu", ["x"], ["r"]), make(operator, ["r"], ["y"], name="the culprit")]
    with pytest.raises(UnsupportedError, match=f"{operator} .*'the culprit'"):
        tropical.load(model(nodes, [1, 2]))


def test_other_domains_are_refused():
    node = make("Relu", ["x"], ["y"], domain="com.example")
    with pytest.raises(UnsupportedError, match=r"com\.example\.Relu"):
        tropical.load(model([node], [1, 2]))


REFUSED = {
    "product of two": ([make("Mul", ["x", "x"], ["y"], name="bad")], {}, UnsupportedError),
    "matrix product of two": ([make("MatMul", ["x", "x"], ["y"], name="bad")], {}, UnsupportedError),
    "gemm of two": ([make("Gemm", ["x", "x"], ["y"], name="bad")], {}, UnsupportedError),
    "quotient of constant": ([make("Div", ["c", "x"], ["y"], name="bad")], {"c": [1, 2]}, UnsupportedError),
    "zero divisor": ([make("Div", ["x", "c"], ["y"], name="bad")], {"c": [1, 0]}, NumberError),
    "slope": ([make("PRelu", ["x", "x"], ["y"], name="bad")], {}, UnsupportedError),
    "shape": ([make("MatMul", ["x", "w"], ["y"], name="bad")], {"w": ints(3, 2)}, ShapeError),
    "broadcast": ([make("Add", ["x", "c"], ["y"], name="bad")], {"c": ints(3)}, ShapeError),
    "reshape": ([make("Reshape", ["x", "s_ints"], ["y"], name="bad")], {"s_ints": [3]}, ShapeError),
    "reshape by input": ([make("Reshape", ["x", "x"], ["y"], name="bad")], {}, FileFormatError),
    "squeeze": ([make("Squeeze", ["x", "a_ints"], ["y"], name="bad")], {"a_ints": [1]}, ShapeError),
    "axis": ([make("Squeeze", ["x", "a_ints"], ["y"], name="bad")], {"a_ints": [5]}, ShapeError),
    "transpose": ([make("Transpose", ["x"], ["y"], perm=[0, 0], name="bad")], {}, ShapeError),
    "concat": ([make("Concat", ["x", "c"], ["y"], axis=1, name="bad")], {"c": ints(2)}, ShapeError),
    "convolution": ([make("Conv", ["x", "k"], ["y"], name="bad")], {"k": ints(1, 1, 2)}, ShapeError),
    "pooling": ([make("MaxPool", ["x"], ["y"], kernel_shape=[2], name="bad")], {}, ShapeError),
    "no kernel": ([make("MaxPool", ["x"], ["y"], name="bad")], {}, FileFormatError),
    "name": ([make("Relu", ["z"], ["y"], name="bad")], {}, FileFormatError),
    "no input": ([make("Relu", [], ["y"], name="bad")], {}, FileFormatError),
    "training": (
        [make("BatchNormalization", ["x", "c", "c", "c", "c"], ["y"], training_mode=1, name="bad")],
        {"c": [1, 1]},
        UnsupportedError,
    ),
    "variance": (
        [make("BatchNormalization", ["x", "c", "c", "c", "v"], ["y"], name="bad")],
        {"c": [1, 1], "v": [-1, 1]},
        NumberError,
    ),
}


@pytest.mark.parametrize(("nodes", "constants", "error"), REFUSED.values(), ids=REFUSED)
def test_refused_with_the_name_of_the_node(nodes, constants, error):
    with pytest.raises(error, match="'bad'") as caught:
        tropical.load(model(nodes, [1, 2], **constants))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_weights_that_are_no_numbers(bad):
    with pytest.raises(NumberError, match=r"initializer 'w'.*\[0, 1\]"):
        tropical.load(model([make("MatMul", ["x", "w"], ["y"])], [1, 1], w=[[1, bad]]))


def test_several_inputs_or_outputs():
    built = model([make("Relu", ["x"], ["y"]), make("Abs", ["x"], ["z"])], [1, 2])
    built.graph.output.append(onnx.helper.make_tensor_value_info("z", 1, None))
    with pytest.raises(UnsupportedError, match="this graph has y, z;"):
        tropical.load(built)


def test_old_operator_sets():
    with pytest.raises(UnsupportedError, match="version_converter"):
        tropical.load(model([make("Relu", ["x"], ["y"])], [1, 2], opset=5))


def test_integer_networks():
    built = model([make("Relu", ["x"], ["y"])], [1, 2])
    built.graph.input[0].type.tensor_type.elem_type = onnx.TensorProto.INT64
    with pytest.raises(UnsupportedError, match="floats"):
        tropical.load(built)


@pytest.mark.parametrize("kept", [0.05, 0.3, 0.6, 0.9, 0.99])
def test_cut_short(tmp_path, kept):
    content = convolutional().SerializeToString()
    (tmp_path / "cut.onnx").write_bytes(content[: int(kept * len(content))])
    with pytest.raises(FileFormatError, match=r"cut.onnx"):
        tropical.load(tmp_path / "cut.onnx")


def test_damaged_weights():
    built = convolutional()
    built.graph.initializer[0].raw_data = b"123"
    with pytest.raises(FileFormatError, match="'k'"):
        tropical.load(built)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_stored_types(dtype):
    array = np.array([[0.1, -3.7]], dtype=dtype)
    built = model([make("MatMul", ["x", "w"], ["y"])], [1, 1])
    built.graph.initializer.append(onnx.numpy_helper.from_array(array, "w"))
    assert tropical.load(built)([1]) == tuple(Fraction(float(t)) for t in array[0])


def test_bfloat16():
    built = model([make("MatMul", ["x", "w"], ["y"])], [1, 1])
    built.graph.initializer.append(onnx.helper.make_tensor("w", onnx.TensorProto.BFLOAT16, [1, 2], [0.5, -3.0]))
    assert tropical.load(built)([1]) == (Fraction(1, 2), -3)


def one(operator, inputs=("x",), outputs=("y",), **attributes):
    return [make(operator, list(inputs), list(outputs), name="bad", **attributes)]


CONV, K = {"w": ints(1, 1, 2)}, ["x", "w"]
REFUSED_BY_THE_RUNTIME = {
    "Relu of two": (one("Relu", ["x", "x"]), {}),
    "no output": (one("Relu", ["x"], []), {}),
    "output without a name": (one("Relu", ["x"], [""]), {}),
    "input without a name": (one("Add", ["x", ""]), {}),
    "unknown attribute": (one("Relu", alpha=1.0), {}),
    "attribute of another type": (one("LeakyRelu", alpha=[1.0]), {}),
    "text as a number": (one("Flatten", axis="one"), {}),
    "Flatten axis": (one("Flatten", axis=5), {}),
    "perm twice": (one("Transpose", perm=[0, 0, 1]), {}),
    "perm negative": (one("Transpose", perm=[0, -1, 1]), {}),
    "Concat axis": (one("Concat", ["x", "x"], axis=3), {}),
    "Unsqueeze twice": (one("Unsqueeze", ["x", "a_ints"]), {"a_ints": [1, 1]}),
    "kernel_shape": (one("Conv", K, kernel_shape=[3]), CONV),
    "pads too short": (one("Conv", K, pads=[1]), CONV),
    "pads negative": (one("Conv", K, pads=[-1, 0]), CONV),
    "pads besides SAME": (one("Conv", K, auto_pad="SAME_UPPER", pads=[0, 0]), CONV),
    "strides too many": (one("Conv", K, strides=[1, 1]), CONV),
    "stride zero": (one("MaxPool", kernel_shape=[2], strides=[0]), {}),
    "SAME dilated": (one("Conv", K, auto_pad="SAME_UPPER", dilations=[2]), CONV),
    "bounds of Clip": (one("Clip", ["x", "c"]), {"c": [0, 1, 0, 1, 0]}),
    "statistics": (one("BatchNormalization", ["x", *"aaa", "v"]), {"a": [1.0], "v": [[1.0]]}),
    "shape of floats": (one("Reshape", ["x", "c"]), {"c": [5, 1]}),
    "shape of shapes": (one("Reshape", ["x", "s_ints"]), {"s_ints": [[5, 1]]}),
    "integers and floats": (one("Add", ["x", "c_ints"]), {"c_ints": [1]}),
    "defined twice": ([make("Abs", ["x"], ["y"], name="bad"), *one("Relu")], {}),
    "defined as a constant": ([make("Abs", ["x"], ["bad"]), *one("Relu", ["bad"])], {"bad": [1]}),
}


@pytest.mark.parametrize(("nodes", "constants"), REFUSED_BY_THE_RUNTIME.values(), ids=REFUSED_BY_THE_RUNTIME)
def test_what_the_runtime_refuses_is_refused(nodes, constants):
    built = model(nodes, [1, 1, 5], **constants)
    assert not runs(built)
    with pytest.raises((FileFormatError, ShapeError, NumberError, UnsupportedError)) as caught:
        tropical.load(built)
    assert "\n" not in str(caught.value) and ("'bad'" in str(caught.value) or "'y'" in str(caught.value))


@pytest.mark.parametrize("kind", ["MaxPool", "AveragePool"])
@pytest.mark.parametrize("mode", ["SAME_UPPER", "SAME_LOWER"])
def test_same_padding_with_dilation_is_refused(kind, mode):
    """Runtimes disagree: onnxruntime gives 4 windows of the 5 that SAME promises."""
    nodes = one(kind, kernel_shape=[2], dilations=[2], auto_pad=mode)
    with pytest.raises(UnsupportedError, match=r"'bad'.*dilations"):
        tropical.load(model(nodes, [1, 1, 5], opset=19))
    agree(model(one("MaxPool", kernel_shape=[2], dilations=[1], auto_pad=mode), [1, 1, 5], opset=19))


def test_division_of_integers_truncates():
    nodes = [make("Div", ["a_ints", "b_ints"], ["s"]), make("Reshape", ["x", "s"], ["y"])]
    assert agree(model(nodes, [1, 6], a_ints=[7, 6], b_ints=[2, 3])).output_dim == 6
    nodes = [
        make("Div", ["a_ints", "b_ints"], ["s"]),
        make("Transpose", ["x"], ["t"]),
        make("Reshape", ["t", "s"], ["y"]),
    ]
    agree(model(nodes, [1, 6], a_ints=[-3, 5], b_ints=[2, 2]))  # -1 and 2, where rounding down gives -2


def test_integers_beyond_their_type_are_refused():
    nodes = [make("Add", ["a_ints", "a_ints"], ["s"], name="bad"), make("Reshape", ["x", "s"], ["y"])]
    with pytest.raises(UnsupportedError, match=r"'bad'.*INT64"):
        tropical.load(model(nodes, [1, 6], a_ints=[2**62]))


def test_further_outputs_are_not_read():
    nodes = [*one("MaxPool", ["x"], ["m", "where"], kernel_shape=[2]), make("Identity", ["where"], ["y"])]
    with pytest.raises(UnsupportedError, match=r"'where', a further output of node 'bad' .*indices"):
        tropical.load(model(nodes, [1, 1, 4]))
    nodes = [*one("MaxPool", ["x"], ["y", "where"], kernel_shape=[2])]
    assert tropical.load(model(nodes, [1, 1, 4]))([1, 4, 3, 2]) == (4, 4, 3)


def test_names_with_line_breaks():
    for node in (make("A\nB", ["x"], ["y"]), make("A", ["x"], ["y"], domain="b\nc"), make("Relu", ["u\nv"], ["y\nz"])):
        with pytest.raises((UnsupportedError, FileFormatError)) as caught:
            tropical.load(model([node], [1, 2]))
        assert "\n" not in str(caught.value)


def test_texts_as_weights():
    built = model([make("Add", ["x", "c"], ["y"])], [1, 1])
    built.graph.initializer.append(onnx.helper.make_tensor("c", onnx.TensorProto.STRING, [1], [b"one"]))
    with pytest.raises(NumberError, match="'c' has texts"):
        tropical.load(built)
