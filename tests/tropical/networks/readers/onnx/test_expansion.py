"""Functions of a file, branches by constants, and operators of machine learning, against onnxruntime."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

import tropical
from polytopes.errors import FileFormatError, UnsupportedError
from polytopes.formats import size_limit
from tests.tropical.networks.readers.onnx.models import agree, model
from tropical.networks.readers.comparison import NotCompared

onnx = pytest.importorskip("onnx")
pytest.importorskip("onnxruntime")
make, helper = onnx.helper.make_node, onnx.helper
OPSETS = [helper.make_opsetid("", 17), helper.make_opsetid("own", 1)]


def function(name, inputs, outputs, nodes, attributes=(), opset=17, **defaults):
    ids = [helper.make_opsetid("", opset), OPSETS[1]]
    protos = [helper.make_attribute(key, value) for key, value in defaults.items()]
    return helper.make_function("own", name, inputs, outputs, nodes, ids, list(attributes), protos)


def with_functions(built, *functions):
    built.functions.extend(functions)
    built.opset_import.append(OPSETS[1])
    return built


def leaky(slope, **attributes):
    """A call of LeakyRelu whose slope is an attribute of the function."""
    node = make("LeakyRelu", ["a"], ["b"], name="leaky")
    node.attribute.append(onnx.AttributeProto(name="alpha", ref_attr_name=slope, type=onnx.AttributeProto.FLOAT))
    return node


def test_functions_are_put_in():
    """Names inside are the function's own, also where a function calls another one; attributes have defaults."""
    twice = function(
        "Twice",
        ["a", "w"],
        ["c", "unread"],
        [
            make("Layer", ["a", "w"], ["b"], domain="own", slope=0.5),
            make("Layer", ["b", "w"], ["c"], domain="own"),
            make("Neg", ["c"], ["unread"]),
        ],
    )
    layer = function(
        "Layer", ["x", "w", "left_out"], ["b"], [make("MatMul", ["x", "w"], ["a"]), leaky("slope")], slope=0.25
    )
    nodes = [make("Twice", ["x", "w"], ["b", "u"], domain="own"), make("Twice", ["b", "w"], ["y", "v"], domain="own")]
    network = agree(with_functions(model(nodes, [1, 2], w=[[1, -2], [-1, 1]]), layer, twice))
    assert network.n_gates == 8


def test_an_attribute_that_is_left_out():
    half = function("Soft", ["a"], ["b"], [leaky("slope")], attributes=["slope"])
    network = tropical.load(with_functions(model([make("Soft", ["x"], ["y"], domain="own")], [1, 1]), half))
    assert network([-1]) == (-np.float32(0.01).astype(float),)


def test_functions_that_cannot_be_put_in(tmp_path):
    call = [make("F", ["x"], ["y"], domain="own")]
    itself = function("F", ["x"], ["y"], [make("F", ["x"], ["y"], domain="own")])
    with pytest.raises(FileFormatError, match=r"F \(node 'y'\) calls itself"):
        tropical.load(with_functions(model(call, [1, 1]), itself))
    other = function("F", ["x"], ["y"], [make("Relu", ["x"], ["y"])], opset=13)
    with pytest.raises(UnsupportedError, match=r"operator set 13, the graph for 17.*version_converter"):
        tropical.load(with_functions(model(call, [1, 1]), other))
    names = [f"F{i}" for i in range(40)]
    doubling = [
        function(name, ["x"], ["y"], [make(inner, ["x"], ["a"], domain="own"), make(inner, ["a"], ["y"], domain="own")])
        for name, inner in pairwise(names)
    ]
    last = function(names[-1], ["x"], ["y"], [make("Neg", ["x"], ["y"])])
    call = [make("F0", ["x"], ["y"], domain="own")]
    onnx.save(with_functions(model(call, [1, 1]), *doubling, last), tmp_path / "net.onnx")
    with size_limit("1M"), pytest.raises(FileFormatError, match="--max-size"):
        tropical.load(tmp_path / "net.onnx")


def branch(nodes, *initializers):
    ends = [helper.make_empty_tensor_value_info("out")]
    return helper.make_graph(nodes, "branch", [], ends, list(initializers))


def squeezed(shape):
    """What torch exports for ``x.squeeze(1)``: the axis is dropped if its length is 1. Both branches have one name."""
    one = onnx.numpy_helper.from_array(np.array([1], dtype=np.int64), "k")
    drop = branch([make("Squeeze", ["h", "k"], ["out"])], one)
    keep = branch([make("Add", ["h", "c"], ["k"]), make("Identity", ["k"], ["out"])])
    return model(
        [
            make("Mul", ["x", "c"], ["h"]),
            make("Shape", ["h"], ["s"]),
            make("Gather", ["s", "one_ints"], ["n"]),
            make("Equal", ["n", "one_ints"], ["is_one"]),
            make("If", ["is_one"], ["z"], then_branch=drop, else_branch=keep),
            make("Relu", ["z"], ["y"]),
        ],
        shape,
        c=[3],
        one_ints=1,
    )


def test_a_branch_by_a_constant():
    assert agree(squeezed([1, 1, 4])).output_shape == (4,)
    with pytest.warns(NotCompared, match="Dimension of input 1 must be 1"):  # the runtime looks at both branches
        network = tropical.load(squeezed([1, 2, 2]))
    assert network([1, -1, -2, 3]) == (6, 0, 0, 12)


def test_a_branch_by_the_input():
    nodes = [
        make("ReduceSum", ["x"], ["s"], keepdims=0),
        make("Greater", ["s", "c"], ["p"]),
        make(
            "If",
            ["p"],
            ["y"],
            then_branch=branch([make("Neg", ["x"], ["out"])]),
            else_branch=branch([make("Abs", ["x"], ["out"])]),
        ),
    ]
    with pytest.raises(UnsupportedError, match=r"If \(node 'y'\) branches by what depends on the input.*Max"):
        tropical.load(model(nodes, [1, 2], c=0))


def learned(nodes, shape=("n", 3), outputs=("y",), **constants):
    built = model(nodes, list(shape), **constants)
    built.opset_import.append(helper.make_opsetid("ai.onnx.ml", 3))
    del built.graph.output[:]
    kinds = {"label": onnx.TensorProto.INT64}
    built.graph.output.extend(helper.make_tensor_value_info(name, kinds.get(name, 1), None) for name in outputs)
    return built


def ml(operator, inputs, outputs, **attributes):
    return make(operator, inputs, outputs, domain="ai.onnx.ml", **attributes)


NAN = float("nan")
LEARNING = {
    "scaler": [ml("Scaler", ["x"], ["y"], offset=[1.0, 2.0, 3.0], scale=[0.5, 2.0, 1.0])],
    "one scale": [ml("Scaler", ["x"], ["y"], offset=[1.0], scale=[0.5])],
    "regressor": [ml("LinearRegressor", ["x"], ["y"], coefficients=[1.0, 2.0, 3.0, 0, -1, 1], targets=2)],
    "with intercepts": [ml("LinearRegressor", ["x"], ["y"], coefficients=[1.0, 2.0, 3.0], intercepts=[4.0])],
    "selected": [ml("ArrayFeatureExtractor", ["x", "at_ints"], ["y"])],
    "imputer": [ml("Imputer", ["x"], ["y"], imputed_value_floats=[1.0, 2.0, 3.0], replaced_value_float=NAN)],
}


@pytest.mark.parametrize("nodes", LEARNING.values(), ids=LEARNING.keys())
def test_operators_of_machine_learning(nodes):
    constants = {"at_ints": [2, 0]} if "at_ints" in nodes[0].input else {}
    agree(learned(nodes, **constants))


@pytest.mark.parametrize("last", ["LOGISTIC", "SOFTMAX"])
def test_the_scores_of_a_linear_classifier(last):
    """As scikit-learn's LogisticRegression is exported: the labels are another output, the scores have no name."""
    node = ml(
        "LinearClassifier",
        ["x"],
        ["label", "probabilities"],
        coefficients=[1.0, 2, 3, 0, -1, 1],
        intercepts=[5.0, 6.0],
        classlabels_ints=[0, 1],
        post_transform=last,
    )
    scaled = [node, ml("Normalizer", ["probabilities"], ["scaled"], norm="L1")]
    mapped = [*scaled, ml("ZipMap", ["scaled"], ["mapped"], classlabels_int64s=[0, 1])]
    for nodes, output in ((scaled, "scaled"), (mapped, "mapped")):
        built = learned(nodes, outputs=("label", output))
        if output == "mapped":
            built.graph.output[1].CopyFrom(
                helper.make_value_info("mapped", helper.make_sequence_type_proto(helper.make_map_type_proto(7, tensor)))
            )
        with pytest.raises(UnsupportedError, match=r"at the end .*--logits"):
            tropical.load(built)
        assert tropical.load(built, logits=True)([1, 1, 1]) == (11, 6)
    with pytest.raises(UnsupportedError, match="no labels"):
        tropical.load(learned(scaled, outputs=("label", "scaled")), output_name="label")


tensor = helper.make_tensor_type_proto(1, [])


def test_the_logits_of_two_classes():
    """As scikit-learn's MLPClassifier is exported: p and 1 - p joined."""
    nodes = [
        make("MatMul", ["x", "w"], ["z"]),
        make("Sigmoid", ["z"], ["p"]),
        make("Sub", ["one", "p"], ["q"]),
        make("Concat", ["q", "p"], ["both"], axis=1),
        make("ArgMax", ["both"], ["place"], axis=1),
        ml("ArrayFeatureExtractor", ["classes_ints", "place"], ["label"]),
    ]
    built = learned(nodes, outputs=("label", "both"), w=[[1], [2], [3]], one=[1], classes_ints=[4, 5])
    assert tropical.load(built, logits=True)([1, 1, 2]) == (9,)


def test_refused_operators_of_machine_learning():
    cases = {
        "Binarizer.*not continuous": ml("Binarizer", ["x"], ["y"], threshold=0.5),
        "Normalizer.*not piecewise linear": ml("Normalizer", ["x"], ["y"], norm="L2"),
        "only nan": ml("Imputer", ["x"], ["y"], imputed_value_floats=[1.0], replaced_value_float=0.0),
        "beyond|of an axis": ml("ArrayFeatureExtractor", ["x", "at_ints"], ["y"]),
        "5 coefficients for 2 outputs": ml("LinearRegressor", ["x"], ["y"], coefficients=[1.0] * 5, targets=2),
    }
    for reason, node in cases.items():
        constants = {"at_ints": [7]} if "at_ints" in node.input else {}
        with pytest.raises((UnsupportedError, FileFormatError, ValueError), match=reason):
            tropical.load(learned([node], **constants))
