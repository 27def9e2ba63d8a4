"""ONNX operators that move, reduce, multiply and resize, and folded constants, against onnxruntime."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tropical
from polytopes.errors import FileFormatError, NumberError, ShapeError, UnsupportedError
from tests.tropical.networks.readers.onnx.models import RNG, agree, ints, model, runs
from tropical.networks.readers.common import root

onnx = pytest.importorskip("onnx")
pytest.importorskip("onnxruntime")
make = onnx.helper.make_node


def one(operator, inputs=("x",), **attributes):
    return [make(operator, list(inputs), ["y"], name="bad", **attributes)]


def also(nodes, **constants):
    return nodes, constants


MOVES = {
    "Slice": also(one("Slice", ["x", "s_ints", "e_ints"]), s_ints=[0, 0, 1], e_ints=[9, 2, 3]),
    "Slice by axes": also(one("Slice", ["x", "s_ints", "e_ints", "a_ints"]), s_ints=[-2], e_ints=[2**40], a_ints=[-1]),
    "Slice backwards": also(
        one("Slice", ["x", "s_ints", "e_ints", "a_ints", "t_ints"]),
        s_ints=[3, -1],
        e_ints=[0, -9],
        a_ints=[3, 1],
        t_ints=[-2, -1],
    ),
    "Gather": also(one("Gather", ["x", "i_ints"], axis=3), i_ints=[[2, 0], [-1, 1]]),
    "Gather one": also(one("Gather", ["x", "i_ints"], axis=-2), i_ints=1),
    "GatherElements": also(one("GatherElements", ["x", "i_ints"], axis=3), i_ints=ints(1, 2, 2, 3)),
    "GatherND": also(one("GatherND", ["x", "i_ints"], batch_dims=1), i_ints=[[[2, 0], [0, -1]]]),
    "GatherND of entries": also(one("GatherND", ["x", "i_ints"], batch_dims=1), i_ints=[[[[2, 0, 1]], [[0, -1, 3]]]]),
    "Compress": also([make("Cast", ["c"], ["m"], to=9), *one("Compress", ["x", "m"], axis=3)], c=[1, 0, 1]),
    "ScatterElements": also(
        one("ScatterElements", ["x", "i_ints", "u"], axis=3), i_ints=[[[[2, 0], [1, 3]]]], u=ints(1, 1, 2, 2)
    ),
    "ScatterElements of the input": also(
        [make("Slice", ["x", "o_ints", "t_ints"], ["u"]), *one("ScatterElements", ["c", "i_ints", "u"], axis=1)],
        c=ints(1, 3, 2, 4),
        i_ints=[[[[2, 0]], [[1, 1]]]],
        o_ints=[0, 0, 0, 0],
        t_ints=[1, 2, 1, 2],
    ),
    "ScatterElements added": also(
        one("ScatterElements", ["x", "i_ints", "u"], axis=3, reduction="add"),
        i_ints=[[[[2, 2], [1, 1]]]],
        u=ints(1, 1, 2, 2),
    ),
    "ScatterND": also(one("ScatterND", ["x", "i_ints", "u"]), i_ints=[[0, 2], [0, 0]], u=ints(2, 2, 4)),
    "ScatterND added": also(
        one("ScatterND", ["x", "i_ints", "u"], reduction="add"), i_ints=[[0, 2, -1], [0, 2, -1]], u=ints(2, 4)
    ),
    "TopK": also([make("TopK", ["x", "k_ints"], ["y", "i"])], k_ints=[3]),
    "TopK of the smallest": also([make("TopK", ["x", "k_ints"], ["y", "i"], axis=1, largest=0)], k_ints=[3]),
    "TopK of one": also([make("TopK", ["x", "k_ints"], ["y", "i"], axis=2)], k_ints=[1]),
    "Pad": also(one("Pad", ["x", "p_ints", "c"]), p_ints=[0, 1, 0, 2, 0, 0, -1, 1], c=1.5),
    "Pad reflected": also(one("Pad", ["x", "p_ints"], mode="reflect"), p_ints=[0, 0, 1, 2, 0, 0, 0, 1]),
    "Pad by the edge": also(one("Pad", ["x", "p_ints"], mode="edge"), p_ints=[0, 0, 1, 2, 0, 0, 0, 1]),
    "Tile": also(one("Tile", ["x", "r_ints"]), r_ints=[1, 2, 1, 3]),
    "Expand": also(
        [make("Unsqueeze", ["x", "a_ints"], ["u"]), *one("Expand", ["u", "s_ints"])], a_ints=[2], s_ints=[3, 1, 4]
    ),
    "Trilu": also(one("Trilu", ["x", "k_ints"], upper=0), k_ints=1),
    "CumSum": also(one("CumSum", ["x", "k_ints"], exclusive=1), k_ints=3),
    "CumSum reversed": also(one("CumSum", ["x", "k_ints"], reverse=1), k_ints=2),
    "Where by a constant": also(
        [make("Greater", ["c", "d"], ["m"]), make("Neg", ["x"], ["n"]), *one("Where", ["m", "x", "n"])],
        c=ints(2, 4),
        d=ints(4),
    ),
    "Mean": also([make("Relu", ["x"], ["r"]), *one("Mean", ["x", "r", "c", "x"])], c=ints(4)),
    "Pow 1": also(one("Pow", ["x", "c"]), c=1),
    "MatMul by a stack": also(one("MatMul", ["x", "w"]), w=ints(3, 4, 2)),
    "MatMul by a stack from the left": also(one("MatMul", ["w", "x"]), w=ints(3, 5, 2)),
    "Einsum": also(one("Einsum", ["x", "w"], equation="abij,jk->akib"), w=ints(4, 2)),
    "Einsum with a shared axis": also(one("Einsum", ["w", "x"], equation="bkj,abij->abki"), w=ints(3, 2, 4)),
    "Einsum of one": also(one("Einsum", ["x"], equation="abij->jab")),
    "ReduceSum": also(one("ReduceSum", ["x", "a_ints"]), a_ints=[-1, 1]),
    "ReduceSum of all": also(one("ReduceSum", ["x"], keepdims=0)),
    "ReduceSum of none": also(one("ReduceSum", ["x"], noop_with_empty_axes=1)),
    "ReduceMean": also(one("ReduceMean", axes=[2, 3], keepdims=0)),
    "ReduceMax": also(one("ReduceMax", axes=[1], keepdims=0)),
    "ReduceMin": also(one("ReduceMin", axes=[-2, 1])),
    "ReduceL1": also(one("ReduceL1", axes=[3])),
    "GlobalMaxPool": also(one("GlobalMaxPool")),
    "HardSigmoid": also(one("HardSigmoid", alpha=0.25, beta=0.5)),
    "Shrink": also(one("Shrink", bias=1.5, lambd=1.5)),
    "ThresholdedRelu": also(one("ThresholdedRelu", alpha=0.0)),
    "Max above minus infinity": also(one("Max", ["x", "c"]), c=-np.inf),
    "Clip without bounds": also(one("Clip", ["x", "a", "b"]), a=-np.inf, b=np.finfo(np.float32).max),
    "Cast to double and back": also(
        [make("Cast", ["x"], ["d"], to=11), make("Relu", ["d"], ["r"]), *one("Cast", ["r"], to=1)]
    ),
}


@pytest.mark.parametrize("first", [1, "n"])
@pytest.mark.parametrize(("nodes", "constants"), MOVES.values(), ids=MOVES)
def test_operators(nodes, constants, first):
    """Of 1 point, and read for any number of them, where no operation works along the axis of the batch."""
    if first == "n" and nodes[-1].op_type == "ReduceSum" and nodes[-1].attribute[:1]:
        return
    agree(model(nodes, [first, 3, 2, 4], **constants), exactly=not nodes[-1].op_type.endswith("Mean"))


def test_split():
    for options, shape, opset in (({}, [1, 6], 13), ({"num_outputs": 3}, [1, 5], 18)):
        nodes = [make("Split", ["x"], ["a", "b", "c"], axis=1, **options), *one("Sub", ["b", "a"])]
        network = agree(model(nodes, shape, opset=opset))
        assert network([1, 2, 5, 7, 8, 9][: shape[1]]) == (4, 5)
    nodes = [make("Split", ["x", "s_ints"], ["a", "", "y"], axis=-1)]  # without a name the runtime alone crashes
    assert tropical.load(model(nodes, [1, 6], s_ints=[1, 3, 2]))([1, 2, 3, 4, 5, 6]) == (5, 6)
    nodes = [make("Split", ["x"], ["a", "y"], axis=1, split=[4, 2])]
    assert agree(model(nodes, [1, 6], opset=11)).output_dim == 2


@settings(max_examples=25)
@given(st.data())
def test_conv_transpose(data):
    axes = data.draw(st.integers(1, 2))
    each = lambda low, high: data.draw(st.lists(st.integers(low, high), min_size=axes, max_size=axes))  # noqa: E731
    groups = data.draw(st.integers(1, 2))
    kernel, strides, dilations = each(1, 3), each(1, 3), each(1, 2)
    options = {"strides": strides, "dilations": dilations, "group": groups}
    options["output_padding"] = [
        data.draw(st.integers(0, max(s, d) - 1)) for s, d in zip(strides, dilations, strict=True)
    ]
    options["pads"] = each(0, 1) * 2
    weight = ints(2 * groups, data.draw(st.integers(1, 2)), *kernel)
    bias = ints(weight.shape[1] * groups)
    built = model(one("ConvTranspose", ["x", "w", "b"], **options), [1, 2 * groups, *each(1, 4)], w=weight, b=bias)
    if runs(built):
        agree(built)


def test_upsample_by_a_rounded_scale():
    """As torch exports ``size=5``: three times the float32 nearest to 5/3 is less than 5, but not in float32."""
    agree(model(one("Upsample", ["x", "s"]), [1, 1, 3, 3], opset=9, s=[1, 1, 5 / 3, 7 / 3]))


def test_conv_transpose_same():
    nodes = one("ConvTranspose", ["x", "w"], strides=[2], auto_pad="SAME_UPPER")
    agree(model(nodes, [1, 1, 3], w=ints(1, 2, 4)))
    with pytest.raises(UnsupportedError, match="use pads"):
        tropical.load(model(nodes, [1, 1, 3], w=ints(1, 2, 3)))


MODES = ["asymmetric", "half_pixel", "pytorch_half_pixel", "align_corners"]


@given(st.data())
def test_resize(data):
    mode, coordinates = data.draw(st.sampled_from(["nearest", "linear"])), data.draw(st.sampled_from(MODES))
    rounding = data.draw(st.sampled_from(["round_prefer_floor", "round_prefer_ceil", "floor", "ceil"]))
    options = {"mode": mode, "coordinate_transformation_mode": coordinates, "nearest_mode": rounding}
    height, width = data.draw(st.integers(1, 4)), data.draw(st.integers(1, 4))
    if data.draw(st.booleans()):
        given_, inputs = (
            {"s_ints": [1, 2, data.draw(st.integers(1, 6)), data.draw(st.integers(1, 6))]},
            ["x", "", "", "s_ints"],
        )
    else:
        given_, inputs = {"s": [1, 1, data.draw(st.sampled_from([0.5, 1, 2, 3])), 2]}, ["x", "", "s"]
    built = model(one("Resize", inputs, **options), [1, 2, height, width], **given_)
    if not runs(built):
        return
    try:
        agree(built, exactly=mode == "nearest")
    except UnsupportedError as error:
        assert "disagree" in str(error)
    except ShapeError as error:
        assert "no entries" in str(error)


def test_old_resize_and_upsample():
    agree(model(one("Resize", ["x", "s"]), [1, 1, 2, 3], opset=10, s=[1, 1, 2, 1.5]))
    agree(model(one("Upsample", ["x", "s"]), [1, 1, 2, 3], opset=9, s=[1, 1, 2, 3]))
    agree(model(one("Upsample", scales=[1.0, 1.0, 2.0, 2.0], mode="linear"), [1, 1, 2, 3], opset=7), exactly=False)


def test_nearest_entries_that_depend_on_rounding_are_refused():
    scale = np.float32(0.6)
    with pytest.raises(UnsupportedError, match="disagree"):
        tropical.load(
            model(
                one("Resize", ["x", "", "s"], coordinate_transformation_mode="asymmetric", nearest_mode="floor"),
                [1, 1, 1, 15],
                s=[1, 1, 1, scale],
            )
        )


@pytest.mark.parametrize("mode", ["DCR", "CRD"])
def test_depth_and_space(mode):
    agree(model(one("DepthToSpace", blocksize=2, mode=mode), [1, 8, 2, 3]))
    agree(model(one("SpaceToDepth", blocksize=2), ["n", 2, 4, 6]))
    with pytest.raises(ShapeError, match="blocks"):
        tropical.load(model(one("DepthToSpace", blocksize=3), [1, 8, 2, 3]))


def flattened(first):
    """What ``x.view(x.size(0), -1)`` is exported as."""
    nodes = [
        make("Shape", ["x"], ["s"]),
        make("Gather", ["s", "zero_ints"], ["n"]),
        make("Unsqueeze", ["n", "axis_ints"], ["u"]),
        make("Concat", ["u", "rest_ints"], ["t"], axis=0),
        make("Reshape", ["x", "t"], ["f"]),
        *one("MatMul", ["f", "w"]),
    ]
    return model(nodes, [first, 2, 3], zero_ints=0, axis_ints=[0], rest_ints=[-1], w=ints(6, 2))


def test_shapes_are_folded():
    assert agree(flattened("n")).output_dim == 2
    assert tropical.load(flattened(5)).input_shape == (2, 3)


def test_shapes_computed_from_shapes():
    nodes = [
        make("Shape", ["x"], ["s"], start=1),
        make("Cast", ["s"], ["f"], to=1),
        make("Mul", ["f", "half"], ["h"]),
        make("Floor", ["h"], ["g"]),
        make("Cast", ["g"], ["m"], to=7),
        make("Concat", ["minus_ints", "m", "two_ints"], ["t"], axis=0),
        *one("Reshape", ["x", "t"]),
    ]
    assert agree(model(nodes, [1, 6], half=[0.5], minus_ints=[1], two_ints=[2])).output_shape == (3, 2)


def test_constants_made_by_the_graph():
    seven = onnx.helper.make_tensor("v", onnx.TensorProto.FLOAT, [1], [7.0])
    nodes = [
        make("Range", ["a", "b", "c"], ["r"]),
        make("ConstantOfShape", ["s_ints"], ["f"], value=seven),
        make("Size", ["x"], ["n_ints"]),
        make("Cast", ["n_ints"], ["n"], to=1),
        make("Sqrt", ["q"], ["root"]),
        make("Reciprocal", ["root"], ["back"]),
        make("Mul", ["r", "back"], ["k"]),
        make("Sub", ["k", "f"], ["l"]),
        make("Pow", ["l", "p"], ["m"]),
        make("Min", ["m", "n"], ["o"]),
        *one("Add", ["x", "o"]),
    ]
    network = agree(model(nodes, [1, 3], a=1, b=4, c=1, s_ints=[3], q=4, p=2))
    assert network([0, 0, 0]) == (3, 3, 3)
    assert network.n_gates == 0


def test_folding_is_exact():
    """A tenth stored in float32, times 3: the product of the stored number, not rounded again."""
    network = tropical.load(model([make("Mul", ["a", "b"], ["c"]), *one("Add", ["x", "c"])], [1, 1], a=0.1, b=3))
    assert network([0]) == (3 * Fraction(float(np.float32(0.1))),)
    network = tropical.load(
        model(
            [make("Cast", ["a"], ["c"], to=10), make("Cast", ["c"], ["d"], to=1), *one("Add", ["x", "d"])],
            [1, 1],
            a=0.1,
        )
    )
    assert network([0]) == (Fraction(float(np.float16(0.1))),)


@pytest.mark.parametrize("value", [Fraction(2), Fraction(1, 3), Fraction(10**40 + 1, 7), Fraction(0), Fraction(9, 4)])
def test_roots_are_the_nearest_floats(value):
    found = float(root(value))
    here, below, above = (
        abs(Fraction(f) ** 2 - value) for f in (found, np.nextafter(found, -1), np.nextafter(found, np.inf))
    )
    assert here <= below and here <= above


def test_dequantized_weights():
    weight, scale = np.array([[1, -2], [3, 4]], dtype=np.int8), [0.5, 0.25]
    nodes = [make("DequantizeLinear", ["q", "s", "z"], ["w"], axis=0), *one("Gemm", ["x", "w"])]
    built = model(nodes, [1, 2], s=scale)
    built.graph.initializer.append(onnx.numpy_helper.from_array(weight, "q"))
    built.graph.initializer.append(onnx.numpy_helper.from_array(np.array([1, 0], dtype=np.int8), "z"))
    assert agree(built)([1, 0]) == (0, Fraction(-3, 2))


def test_operator_set_6():
    nodes = [
        make("Add", ["x", "c"], ["a"], broadcast=1, axis=1),
        make("Dropout", ["a"], ["d"], is_test=1),
        *one("Relu", ["d"]),
    ]
    network = tropical.load(model(nodes, [1, 2, 3], opset=6, c=[1, -1]), check=False)
    assert network([0, 0, 0, 1, 1, 1]) == (1, 1, 1, 0, 0, 0)
    with pytest.raises(UnsupportedError, match="training"):
        tropical.load(model(one("Dropout"), [1, 2, 3], opset=6))


REFUSED = {
    "training before 14": (
        [make("BatchNormalization", ["x", *"cccc"], ["y", "mean", "var", "m", "v"], name="bad")],
        {"opset": 9, "c": [1, 1]},
        UnsupportedError,
        "training",
    ),
    "jump of Shrink": (one("Shrink", bias=0.0, lambd=0.5), {}, UnsupportedError, "not continuous"),
    "jump of ThresholdedRelu": (one("ThresholdedRelu", alpha=1.0), {}, UnsupportedError, "not continuous"),
    "Sign": (one("Sign"), {}, UnsupportedError, r"Sign \(node 'bad'\) is not continuous"),
    "HardSwish": (one("HardSwish"), {}, UnsupportedError, r"HardSwish \(node 'bad'\) is not piecewise linear"),
    "cast to integers": (one("Cast", to=7), {}, UnsupportedError, "not continuous"),
    "square": (one("Pow", ["x", "c"]), {"c": 2}, UnsupportedError, "not piecewise linear"),
    "root of a negative number": (
        [make("Sqrt", ["c"], ["d"], name="bad"), make("Add", ["x", "d"], ["y"])],
        {"c": -1},
        NumberError,
        "negative",
    ),
    "step 0": (
        [make("Range", ["a_ints", "a_ints", "a_ints"], ["d"], name="bad"), make("Reshape", ["x", "d"], ["y"])],
        {"a_ints": 0},
        NumberError,
        "0",
    ),
    "slice without entries": (one("Slice", ["x", "a_ints", "a_ints"]), {"a_ints": [0]}, ShapeError, "'bad'"),
    "indices beyond": (one("Gather", ["x", "a_ints"], axis=1), {"a_ints": [2]}, ShapeError, "beyond"),
    "indices from the input": (
        [make("ArgMax", ["x"], ["i"], name="bad"), make("Gather", ["x", "i"], ["y"])],
        {},
        UnsupportedError,
        "not continuous",
    ),
    "split": (
        [make("Split", ["x", "a_ints"], ["y", "z"], axis=1, name="bad")],
        {"a_ints": [1, 2]},
        ShapeError,
        "lengths",
    ),
    "two at one place": (
        one("ScatterElements", ["x", "a_ints", "c"], axis=1),
        {"a_ints": [[0, 0]], "c": [[1, 2]]},
        UnsupportedError,
        "same place",
    ),
    "products": (
        one("ScatterElements", ["x", "a_ints", "c"], axis=1, reduction="mul"),
        {"a_ints": [[0]], "c": [[1]], "opset": 18},
        UnsupportedError,
        "reduction 'mul'",
    ),
    "places of the largest": (
        [make("TopK", ["x", "a_ints"], ["z", "i"], name="bad"), make("Cast", ["i"], ["y"], to=1)],
        {"a_ints": [1]},
        UnsupportedError,
        "indices of extrema",
    ),
    "too many": ([make("TopK", ["x", "a_ints"], ["y", "i"], name="bad")], {"a_ints": [3]}, ShapeError, "3 entries"),
    "any order": (
        [make("TopK", ["x", "a_ints"], ["y", "i"], sorted=0, name="bad")],
        {"a_ints": [2]},
        UnsupportedError,
        "order open",
    ),
    "of a later operator set": (
        one("ScatterElements", ["x", "a_ints", "c"]),
        {"a_ints": [[0]], "c": [[1]], "opset": 9},
        FileFormatError,
        "set 9 has no such operator",
    ),
    "no entries": (
        [make("Cast", ["c"], ["m"], to=9), *one("Compress", ["x", "m"], axis=1)],
        {"c": [0, 0, 1]},
        ShapeError,
        "places",
    ),
    "repeats": (one("Tile", ["x", "a_ints"]), {"a_ints": [1]}, ShapeError, "repeats"),
    "cubic": (one("Resize", ["x", "", "s"], mode="cubic"), {"s": [1, 2]}, UnsupportedError, "cubic"),
    "diagonal": (one("Einsum", ["x"], equation="ii->i"), {}, UnsupportedError, "twice"),
    "comparison as a value": (
        [make("Greater", ["x", "c"], ["m"]), make("Cast", ["m"], ["y"], to=1, name="bad")],
        {"c": 0},
        UnsupportedError,
        "not continuous",
    ),
    "remainder of another sign": (
        [make("Mod", ["c", "d"], ["e"], fmod=1, name="bad"), make("Add", ["x", "e"], ["y"])],
        {"c": -3, "d": 2},
        UnsupportedError,
        "fmod",
    ),
    "power of a constant": (
        [make("Pow", ["c", "d"], ["e"], name="bad"), make("Add", ["x", "e"], ["y"])],
        {"c": 2, "d": 0.3},
        UnsupportedError,
        "power",
    ),
    "infinite bound on the wrong side": (one("Clip", ["x", "c"]), {"c": np.inf}, NumberError, "'c'"),
}


@pytest.mark.parametrize(("nodes", "constants", "error", "match"), REFUSED.values(), ids=REFUSED)
def test_refused(nodes, constants, error, match):
    with pytest.raises(error, match=match):
        tropical.load(model(nodes, [1, 2], **constants))


WHERE = {
    "leaky": ([make("Mul", ["x", "c"], ["s"]), *one("Where", ["m", "x", "s"])], True),
    "relu": ([*one("Where", ["m", "x", "zero"])], True),
    "times its condition": ([make("Cast", ["m"], ["k"], to=1), *one("Mul", ["x", "k"])], True),
    "cast and cast back": (
        [make("Cast", ["m"], ["k"], to=9), *one("Where", ["k", "x", "zero"])],
        True,
    ),
    "the other side": ([make("Not", ["m"], ["n"]), *one("Where", ["n", "zero", "x"])], True),
    "shifted": ([make("Add", ["x", "one"], ["s"]), *one("Where", ["m", "s", "x"])], False),
    "hard shrink": (
        [make("Abs", ["x"], ["a"]), make("Greater", ["a", "one"], ["g"]), *one("Where", ["g", "x", "zero"])],
        False,
    ),
    "maximum": ([make("Abs", ["x"], ["a"]), make("Less", ["a", "t"], ["l"]), *one("Where", ["l", "t", "a"])], True),
}


@pytest.mark.parametrize(("nodes", "continuous"), WHERE.values(), ids=WHERE)
def test_where(nodes, continuous):
    nodes = [
        make("Greater", ["x", "zero"], ["m"]),
        make("Relu", ["x"], ["r"]),
        make("Sub", ["one", "r"], ["t"]),
        *nodes,
    ]
    built = model(nodes, ["n", 3], c=[0.5, -1, 0.25], zero=0, one=1)
    if continuous:
        assert agree(built).n_gates >= 3
    else:
        with pytest.raises(UnsupportedError, match=r"'bad'.*continuous"):
            tropical.load(built)


SIGNS = {
    "sign times size": ([make("Abs", ["x"], ["a"]), *one("Mul", ["s", "a"])], 0),
    "sign times itself": (one("Mul", ["x", "s"]), 3),
    "soft threshold": (
        [
            make("Abs", ["x"], ["a"]),
            make("Greater", ["a", "half"], ["g"]),
            make("Mul", ["s", "half"], ["m"]),
            make("Sub", ["x", "m"], ["d"]),
            make("Mul", ["x", "zero"], ["z"]),
            *one("Where", ["g", "d", "z"]),
        ],
        6,
    ),
    "of a sum of bends": (
        [
            make("LeakyRelu", ["x"], ["l"], alpha=0.5),
            make("Relu", ["x"], ["r"]),
            make("Sub", ["r", "half"], ["t"]),
            make("Sign", ["t"], ["q"]),
            make("Neg", ["q"], ["n"]),
            make("Mul", ["n", "t"], ["p"]),
            *one("Sum", ["p", "l"]),
        ],
        9,
    ),
}


@pytest.mark.parametrize(("nodes", "gates"), SIGNS.values(), ids=SIGNS)
def test_signs_whose_jumps_are_taken_away(nodes, gates):
    nodes = [make("Sign", ["x"], ["s"]), *nodes]
    assert agree(model(nodes, ["n", 3], half=0.5, zero=0)).n_gates == gates


JUMPING = {
    "hard threshold": [
        make("Abs", ["x"], ["a"]),
        make("Greater", ["a", "half"], ["g"]),
        *one("Where", ["g", "x", "s"]),
    ],
    "sign alone": one("Add", ["x", "s"]),
    "sign of another": [make("Transpose", ["x"], ["t"]), *one("Mul", ["s", "t"])],
    "different numbers": [make("Mul", ["x", "c"], ["m"]), *one("Mul", ["s", "m"])],
    "in a layer": [make("MatMul", ["s", "w"], ["m"]), *one("Relu", ["m"])],
}


@pytest.mark.parametrize("nodes", JUMPING.values(), ids=JUMPING)
def test_signs_that_jump_are_refused(nodes):
    nodes = [make("Sign", ["x"], ["s"]), *nodes]
    with pytest.raises(UnsupportedError, match=r"node '(bad|m)'.*not continuous"):
        tropical.load(model(nodes, [3, 3], half=0.5, c=[1, 2, 3], w=ints(3, 3)))


def test_damaged_shapes():
    with pytest.raises((FileFormatError, ShapeError), match="'bad'"):
        tropical.load(model(one("Expand", ["x", "a_ints"]), [1, 2], a_ints=[3]))


@pytest.mark.parametrize("beside", [False, True])
@pytest.mark.parametrize("kind", ["INT4", "UINT4"])
def test_weights_of_four_bits_with_scales_of_blocks(kind, beside, tmp_path):
    kinds = onnx.TensorProto
    low = 0 if kind == "UINT4" else -8
    entries = RNG.integers(low, low + 16, size=(5, 3))
    scales, zeros = np.array([[1, 2, 0.5], [0.25, 1, 4]]), RNG.integers(low, low + 16, size=(2, 3))
    nodes = [
        make("DequantizeLinear", ["w", "s", "z"], ["f"], axis=0, block_size=4),
        make("MatMul", ["x", "f"], ["y"]),
    ]
    built = model(nodes, [1, 5], opset=21, s=scales)
    for name, array in (("w", entries), ("z", zeros)):
        tensor = onnx.helper.make_tensor(name, getattr(kinds, kind), array.shape, array.ravel().tolist())
        built.graph.initializer.append(tensor)
    if beside:
        onnx.save(built, tmp_path / "net.onnx", save_as_external_data=True, location="net.data", size_threshold=0)
    network = tropical.load(tmp_path / "net.onnx" if beside else built)
    steps = np.repeat([0, 1], [4, 1])
    expected = (entries - zeros[steps]) * scales[steps]
    for i, row in enumerate(expected):
        assert network([int(i == j) for j in range(5)]) == tuple(map(Fraction, row))
