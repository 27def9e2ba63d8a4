"""How ONNX graphs are read: batches, inputs and outputs, order of nodes, weights in other files, the last check."""

from __future__ import annotations

import os
import sys
import threading
import warnings

import numpy as np
import pytest

import tropical
from polytopes.errors import FileFormatError, InputError, ShapeError, UnsupportedError, VerificationFailed
from tests.tropical.networks.readers.onnx.models import agree, ints, model
from tropical.networks.readers import services
from tropical.networks.readers.comparison import NotCompared
from tropical.networks.readers.onnx import arithmetic, operators, sessions

onnx = pytest.importorskip("onnx")
ort = pytest.importorskip("onnxruntime")
make = onnx.helper.make_node


def one(operator, inputs=("x",), **attributes):
    return [make(operator, list(inputs), ["y"], name="bad", **attributes)]


RELU = make("Relu", ["x"], ["r"])
MIXED = {
    "Transpose": ([RELU, *one("Transpose", ["r"])], {}),
    "Transpose and Add": ([make("Transpose", ["x"], ["t"]), *one("Add", ["t", "c"])], {"c": ints(3, 1)}),
    "two transpositions": (
        [make("Transpose", ["x"], ["t"]), make("MatMul", ["t", "w"], ["m"]), *one("Transpose", ["m"])],
        {"w": ints(2, 2)},
    ),
    "Reshape": (one("Reshape", ["x", "s_ints"]), {"s_ints": [6]}),
    "Reshape to columns": (one("Reshape", ["x", "s_ints"]), {"s_ints": [3, 2]}),
    "Concat": (one("Concat", ["x", "c"], axis=0), {"c": ints(1, 3)}),
    "Flatten": ([RELU, *one("Flatten", ["r"], axis=0)], {}),
    "Gemm": (one("Gemm", ["x", "w"], transA=1), {"w": ints(2, 5)}),
    "Mul": (one("Mul", ["x", "c"]), {"c": ints(2, 3)}),
    "MatMul from the left": (one("MatMul", ["w", "x"]), {"w": ints(2, 2)}),
    "less the mean": ([make("ReduceMean", ["x"], ["m"], axes=[0]), *one("Sub", ["x", "m"])], {}),
    "less the largest": ([make("ReduceMax", ["x"], ["m"], axes=[0]), *one("Sub", ["x", "m"])], {}),
    "Slice": (one("Slice", ["x", "s_ints", "e_ints"]), {"s_ints": [1], "e_ints": [2]}),
    "reversed": (
        one("Slice", ["x", "s_ints", "e_ints", "a_ints", "s_ints"]),
        {"s_ints": [-1], "e_ints": [-3], "a_ints": [0]},
    ),
    "CumSum": (one("CumSum", ["x", "a_ints"]), {"a_ints": 0}),
    "Tile": (one("Tile", ["x", "a_ints"]), {"a_ints": [2, 1]}),
    "its own transposed": (
        [
            make("Slice", ["x", "s_ints", "e_ints", "a_ints"], ["p"]),
            make("Transpose", ["p"], ["t"]),
            *one("Add", ["p", "t"]),
        ],
        {"s_ints": [0], "e_ints": [2], "a_ints": [1]},
    ),
    "a sum over points": ([make("Einsum", ["x"], ["e"], equation="ij->j"), *one("Relu", ["e"])], {}),
}


@pytest.mark.parametrize(("nodes", "constants"), MIXED.values(), ids=MIXED)
def test_a_graph_that_mixes_its_rows_is_a_function_of_all(nodes, constants):
    built = model(nodes, [2, 3], **constants)
    network = agree(built, exactly=not any(node.op_type.endswith("Mean") for node in nodes))
    assert network.input_shape == (2, 3)
    assert network == tropical.load(built, input_shape=(2, 3))
    with pytest.raises((UnsupportedError, ShapeError), match=r"node '|begin with the axis of the batch"):
        tropical.load(built, input_shape=(3,))


APART = {
    "dense": ([make("MatMul", ["x", "w"], ["m"]), *one("Relu", ["m"])], {"w": ints(3, 2)}),
    "the same constant": (one("Add", ["x", "c"]), {"c": [[1, 2, 3]] * 4}),
    "there and back": (
        [make("Transpose", ["x"], ["t"]), make("MatMul", ["w", "t"], ["m"]), *one("Transpose", ["m"])],
        {"w": ints(5, 3)},
    ),
    "merged and parted": (
        [
            make("MatMul", ["x", "w"], ["m"]),
            make("Reshape", ["m", "s_ints"], ["r"]),
            make("MatMul", ["r", "v"], ["n"]),
            *one("Reshape", ["n", "t_ints"]),
        ],
        {"w": ints(3, 6), "s_ints": [8, 3], "v": ints(3, 2), "t_ints": [4, -1]},
    ),
    "by its shape": (
        [make("Shape", ["x"], ["s"]), make("ConstantOfShape", ["s"], ["z"]), *one("Concat", ["x", "z"], axis=1)],
        {},
    ),
    "a new axis": (
        [
            make("Unsqueeze", ["x", "a_ints"], ["u"]),
            make("ReduceMax", ["u"], ["m"], axes=[2]),
            *one("Squeeze", ["m", "a_ints"]),
        ],
        {"a_ints": [0]},
    ),
    "all of the rows": (one("Slice", ["x", "s_ints", "e_ints"]), {"s_ints": [0], "e_ints": [2**40]}),
}


@pytest.mark.parametrize(("nodes", "constants"), APART.values(), ids=APART)
def test_a_graph_that_keeps_its_rows_apart_is_a_batch(nodes, constants):
    built = model(nodes, [4, 3], **constants)
    network = tropical.load(built)
    session = ort.InferenceSession(built.SerializeToString(), providers=["CPUExecutionProvider"])
    points = ints(4, 3)
    [expected] = session.run(None, {"x": points.astype(np.float32)})
    assert network.input_shape == (3,)
    assert [list(network(point)) for point in points] == expected.reshape(4, -1).tolist()
    assert network == tropical.load(built, input_shape=(3,))


def test_all_axes_as_one_input():
    built = model([make("MatMul", ["x", "w"], ["m"]), *one("Relu", ["m"])], [4, 3], w=ints(3, 2))
    whole = tropical.load(built, input_shape=(4, 3))
    assert (whole.input_shape, whole.output_shape) == ((4, 3), (4, 2))
    points = ints(4, 3)
    rows = tropical.load(built)
    assert whole(points) == tuple(entry for point in points for entry in rows(point))


def test_a_mean_over_any_number_of_points_is_refused():
    built = model([make("ReduceMean", ["x"], ["m"], axes=[0], name="bad"), make("Sub", ["x", "m"], ["y"])], ["n", 3])
    with pytest.raises(UnsupportedError, match=r"'bad'.*mixes its points.*--input-shape 1,3"):
        tropical.load(built)
    assert tropical.load(built, input_shape=(4, 3)).output_shape == (4, 3)


def test_a_convolution_of_several_tensors():
    built = model(one("Conv", ["x", "k"]), [2, 1, 3, 3], k=ints(2, 1, 2, 2))
    assert tropical.load(built).input_shape == (1, 3, 3)
    assert tropical.load(built, input_shape=(2, 1, 3, 3)).output_shape == (2, 2, 2, 2)


def several(nodes, inputs, outputs=("y",), **constants):
    built = model(nodes, [1, 1], **constants)
    del built.graph.input[:], built.graph.output[:]
    value = onnx.helper.make_tensor_value_info
    built.graph.input.extend(value(name, onnx.TensorProto.FLOAT, shape) for name, shape in inputs.items())
    built.graph.output.extend(value(name, onnx.TensorProto.FLOAT, None) for name in outputs)
    return built


@pytest.mark.parametrize("first", ["n", 1, 3])
def test_several_inputs_are_joined(first):
    nodes = [make("MatMul", ["b", "w"], ["m"]), make("Sub", ["a", "m"], ["d"]), make("Relu", ["d"], ["y"])]
    network = tropical.load(several(nodes, {"a": [first, 2], "b": [first, 3]}, w=[[1, 0], [0, 1], [2, 0]]))
    assert network.input_shape == (5,) and network.nodes[0].name == "a,b"
    assert network([10, 20, 1, 2, 3]) == (3, 18)


def test_one_shape_for_several_inputs_is_refused():
    built = several([make("Add", ["a", "b"], ["y"])], {"a": [1, 2], "b": [1, 2]})
    with pytest.raises(UnsupportedError, match="a, b"):
        tropical.load(built, input_shape=(2,))


def chain():
    """x -> h -> r -> l, and another output of h."""
    nodes = [
        make("MatMul", ["x", "w"], ["h"], name="first"),
        make("Relu", ["h"], ["r"]),
        make("MatMul", ["r", "v"], ["l"]),
        make("Sigmoid", ["h"], ["other"]),
    ]
    return several(nodes, {"x": ["n", 2]}, ["l", "other"], w=[[1, 2], [3, 4]], v=[[1], [-1]])


def test_an_output_is_chosen():
    with pytest.raises(UnsupportedError, match=r"this graph has l, other; .*--output-name"):
        tropical.load(chain())
    assert tropical.load(chain(), output_name="l")([1, 1]) == (-2,)
    assert tropical.load(chain(), output_name="h")([1, 1]) == (4, 6)
    assert tropical.load(chain(), output_name="first")([1, 1]) == (4, 6)
    with pytest.raises(InputError, match=r"'nothing'.*l, other"):
        tropical.load(chain(), output_name="nothing")


def test_options_of_graphs_are_refused_elsewhere(tmp_path):
    network = tropical.load(chain(), output_name="l")
    tropical.save(network, tmp_path / "net.json")
    for options in ({"output_name": "l"}, {"logits": True}):
        with pytest.raises(InputError, match="no ONNX graph"):
            tropical.load(tmp_path / "net.json", **options)
        with pytest.raises(InputError, match="no ONNX graph"):
            tropical.load(network, **options)


@pytest.mark.parametrize("end", ["Softmax", "LogSoftmax", "Sigmoid", "ArgMax"])
def test_logits(end):
    nodes = [make("MatMul", ["x", "w"], ["l"]), make(end, ["l"], ["s"], name="end"), make("Flatten", ["s"], ["y"])]
    built = model(nodes, ["n", 2], w=[[1, 2], [3, 4]])
    with pytest.raises(UnsupportedError, match=rf"{end} \(node 'end'\) at the end.*--logits"):
        tropical.load(built)
    assert tropical.load(built, logits=True)([1, 0]) == (1, 2)
    built = model([*nodes[:2], make("Relu", ["s"], ["y"])], ["n", 2], w=[[1, 2], [3, 4]])
    with pytest.raises(UnsupportedError, match=rf"{end} \(node 'end'\) is not .*--output-name"):
        tropical.load(built, logits=True)


def test_logits_of_a_graph_that_ends_with_them():
    built = model([make("Relu", ["x"], ["y"])], [1, 2])
    assert tropical.load(built, logits=True) == tropical.load(built)


def test_nodes_in_any_order():
    nodes = [make("Relu", ["m"], ["y"]), make("MatMul", ["x", "w"], ["m"]), make("Transpose", ["v"], ["w"])]
    assert tropical.load(model(nodes, [1, 2], v=[[1, 2], [3, 4]]))([1, 1]) == (3, 7)


def test_nodes_that_read_each_other():
    nodes = [make("Add", ["x", "b"], ["a"]), make("Relu", ["a"], ["b"]), make("Relu", ["b"], ["y"])]
    with pytest.raises(FileFormatError, match="reads, through others, its own value"):
        tropical.load(model(nodes, [1, 2]))


def test_what_is_not_read_is_not_asked_for():
    nodes = [make("Relu", ["x"], ["y"]), make("Tanh", ["x"], ["t"]), make("Nothing", ["t", "nowhere"], ["u"])]
    assert tropical.load(model(nodes, [1, 2], bad=np.nan)).n_gates == 2


def dense():
    nodes = [make("MatMul", ["x", "w"], ["m"]), make("Add", ["m", "b"], ["y"])]
    return model(nodes, [1, 2], w=[[1, 2], [3, 4]], b=[5, 6])


def beside(folder, location="net.data"):
    path = folder / "net.onnx"
    onnx.save(dense(), path, save_as_external_data=True, location=location, size_threshold=0)
    return path


def test_weights_in_a_file_beside(tmp_path, monkeypatch):
    path = beside(tmp_path)
    assert tropical.load(path)([1, 1]) == (9, 12)
    monkeypatch.chdir(tmp_path)
    assert tropical.load("net.onnx")([1, 1]) == (9, 12)
    with pytest.raises(FileFormatError, match=r"another file, 'net\.data'.*onnx\.load"):
        tropical.load(onnx.load(path, load_external_data=False))
    assert tropical.load(onnx.load(path))([1, 1]) == (9, 12)


def changed(path, **entries):
    built = onnx.load(path, load_external_data=False)
    for entry in built.graph.initializer[0].external_data:
        entry.value = entries.get(entry.key, entry.value)
    onnx.save(built, path)


def test_weights_elsewhere_are_refused(tmp_path):
    (tmp_path / "inner").mkdir()
    path = beside(tmp_path / "inner")
    (tmp_path / "inner" / "net.data").rename(tmp_path / "net.data")
    with pytest.raises(FileFormatError, match=r"net\.data.*cannot be read"):
        tropical.load(path)
    (tmp_path / "inner" / "net.data").symlink_to(tmp_path / "net.data")
    with pytest.raises(FileFormatError, match="not a file in the folder"):
        tropical.load(path)
    for location in (str(tmp_path / "net.data"), "../net.data", "", "..", ".", "a\0b"):
        changed(path, location=location)
        with pytest.raises(FileFormatError):
            tropical.load(path)


def test_weights_beside_of_the_wrong_size(tmp_path):
    path = beside(tmp_path)
    for entries in ({"offset": "9"}, {"offset": "-4"}, {"length": "4"}, {"length": "many"}, {"offset": str(2**70)}):
        changed(path, **{"offset": "0", "length": "16"} | entries)
        with pytest.raises(FileFormatError, match=r"net\.onnx.*net\.data"):
            tropical.load(path)
    changed(path, offset="0", length="16")
    assert tropical.load(path)([1, 1]) == (9, 12)
    os.truncate(tmp_path / "net.data", 12)
    with pytest.raises(FileFormatError, match=r"net\.data.*ends at 12 bytes"):
        tropical.load(path)
    (tmp_path / "net.data").unlink()
    os.mkfifo(tmp_path / "net.data")
    with pytest.raises(FileFormatError, match="pipe"):
        tropical.load(path)


def wrong(call, graph, values):
    return arithmetic.add(call, graph, [values[0], values[0]])


def test_the_last_check_finds_a_wrong_reading(monkeypatch):
    built = model(one("Sub", ["x", "c"]), ["n", 3], c=[1, 2, 3])
    monkeypatch.setitem(operators.ON_INPUTS, "Sub", wrong)
    with pytest.raises(VerificationFailed, match=r"onnxruntime.*--no-check"):
        tropical.load(built)
    assert tropical.load(built, check=False)([1, 1, 1]) == (2, 2, 2)


def test_the_last_check_lets_rounding_pass():
    """The values cancel to what float32 cannot hold; in float64 they agree."""
    nodes = [make("Add", ["x", "c"], ["a"]), make("Sub", ["a", "c"], ["b"]), make("Relu", ["b"], ["y"])]
    assert tropical.load(model(nodes, [1, 2], c=[1e9, 1e9]))([1, 2]) == (1, 2)


@pytest.mark.parametrize("kind", ["FLOAT16", "DOUBLE", "BFLOAT16"])
def test_the_last_check_in_other_types(kind):
    kind = getattr(onnx.TensorProto, kind)
    built = model([make("MatMul", ["x", "w"], ["m"]), make("Relu", ["m"], ["y"])], [1, 2])
    built.graph.initializer.append(onnx.helper.make_tensor("w", kind, [2, 1], [0.5, -3.0]))
    for entry in (*built.graph.input, *built.graph.output):
        entry.type.tensor_type.elem_type = kind
    assert tropical.load(built)([2, -1]) == (4,)


def test_without_onnxruntime_it_is_said_that_nothing_was_compared(monkeypatch):
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with pytest.warns(NotCompared, match="not compared with its source: onnxruntime is not installed"):
        assert tropical.load(dense())([1, 1]) == (9, 12)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        tropical.load(dense(), check=False)


@pytest.mark.parametrize(("ends", "reason"), [("os.abort", "crashed"), ("time.sleep", "took more than 1 seconds")])
def test_the_runtime_may_crash_or_run_on(ends, reason, monkeypatch, tmp_path):
    """The process of the runtime finds another onnxruntime, which ends in its own way."""
    module, _, name = ends.partition(".")
    (tmp_path / "onnxruntime").mkdir()
    argument = "" if name == "abort" else "60"
    (tmp_path / "onnxruntime" / "__init__.py").write_text(f"import {module}\n{module}.{name}({argument})\n")
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    monkeypatch.setattr(services, "_own", threading.local())
    monkeypatch.setattr(sessions, "SECONDS", 1)
    with pytest.warns(NotCompared, match=f"onnxruntime {reason}"):
        assert tropical.load(dense())([1, 1]) == (9, 12)
