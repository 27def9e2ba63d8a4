"""ONNX graphs for tests, and their values in onnxruntime."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

import tropical

onnx = pytest.importorskip("onnx")
ort = pytest.importorskip("onnxruntime")
ort.set_default_logger_severity(4)
RNG = np.random.default_rng(3)


def model(nodes, shape, opset=17, **constants):
    """A model with input x and output y; constants are float32, integers those called *_ints."""
    floats = onnx.TensorProto.FLOAT
    initializers = [
        onnx.numpy_helper.from_array(np.asarray(value, dtype=np.int64 if name.endswith("_ints") else np.float32), name)
        for name, value in constants.items()
    ]
    ends = [
        onnx.helper.make_tensor_value_info("x", floats, shape),
        onnx.helper.make_tensor_value_info("y", floats, None),
    ]
    graph = onnx.helper.make_graph(nodes, "graph", ends[:1], ends[1:], initializers)
    built = onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", opset)])
    built.ir_version = 8
    return built


def ints(*shape):
    return RNG.integers(-3, 4, size=shape)


def agree(built, exactly=True):
    """The network, after comparing it with onnxruntime at batch size 1 and its exact call with its program."""
    network = tropical.load(built)
    session = ort.InferenceSession(built.SerializeToString(), providers=["CPUExecutionProvider"])
    points = RNG.integers(-5, 6, size=(6, *network.input_shape))
    shape = [d.dim_value or 1 for d in built.graph.input[0].type.tensor_type.shape.dim]
    rank = len(shape)
    for point in points:
        fed = point.reshape(shape)
        [expected] = session.run(None, {"x": fed.astype(np.float32)})
        exact = network(point)
        assert exact == network.program([Fraction(int(t)) for t in point.ravel()])
        assert expected.size == network.output_dim
        if rank > 1 and expected.ndim > 1 and expected.shape[0] == 1:
            assert network.output_shape == expected.shape[1:]
        if exactly:
            assert list(exact) == expected.ravel().tolist()
        else:
            assert np.allclose(np.array(exact, dtype=float), expected.ravel(), rtol=1e-5, atol=1e-5)
    return network


def runs(built):
    """Whether onnxruntime takes the model (it refuses some paddings that are well defined)."""
    try:
        session = ort.InferenceSession(built.SerializeToString(), providers=["CPUExecutionProvider"])
        shape = [d.dim_value for d in built.graph.input[0].type.tensor_type.shape.dim]
        session.run(None, {"x": np.zeros(shape, dtype=np.float32)})
    except Exception:
        return False
    return True
