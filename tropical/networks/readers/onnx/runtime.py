"""Values that onnxruntime computes, for the last check of what was read.

It is given only the nodes that were read and their weights, in one piece: it opens no file and runs no operators of
others. It works in a process of its own (:mod:`tropical.networks.readers.onnx.sessions`).
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from itertools import accumulate, count
from typing import Any

import numpy as np

from tropical.networks.readers.comparison import CannotRun, Run
from tropical.networks.readers.onnx.checks import names_read
from tropical.networks.readers.onnx.inputs import Reading
from tropical.networks.readers.onnx.parts import Part
from tropical.networks.readers.onnx.sessions import Session
from tropical.networks.tensor import Array, size

WHOLE = ("Split", "TopK")
"""Operators that must have all their outputs."""
LARGEST = 2**30
"""Bytes of a model; larger ones are not compared."""


def runs(model: Any, part: Part, reading: Reading) -> Iterator[tuple[str, Run]]:
    """Yield functions that compute the value with onnxruntime, where it is installed and takes the model.

    The last one works in float64. Of several points that a batch needs, the others are some that nobody asked for.
    """
    import onnx

    kinds = onnx.TensorProto
    halves = [
        tensor.data_type for tensor in part.initializers.values() if tensor.data_type in (kinds.FLOAT16, kinds.BFLOAT16)
    ]
    alone = _alone(model, part)
    if not halves:
        yield "onnxruntime", _run(alone, reading)
    yield "onnxruntime, in float64,", _run(_in_double(alone), reading)


def _alone(model: Any, part: Part) -> Any:
    """Return a model of a part alone.

    Outputs without a name, which make the runtime fail, get one, and those that nobody reads are left out at the end.
    """
    import onnx

    read = {name for node in part.nodes for name in names_read(node)} | {part.output}
    nodes = []
    for place, node in enumerate(part.nodes):
        alone = onnx.NodeProto()
        alone.CopyFrom(node)
        last = max(i for i, name in enumerate(node.output) if i == 0 or name in read)
        kept = list(node.output) if node.op_type in WHOLE else node.output[: last + 1]
        del alone.output[:]
        alone.output.extend(name or f"unread {place} {i}" for i, name in enumerate(kept))
        nodes.append(alone)
    output = onnx.helper.make_empty_tensor_value_info(part.output)
    graph = onnx.helper.make_graph(nodes, "part", part.inputs, [output], list(part.initializers.values()))
    return onnx.helper.make_model(graph, opset_imports=model.opset_import, ir_version=model.ir_version)


def _in_double(model: Any) -> Any:
    """Return a model with all floats in float64."""
    import onnx

    double = onnx.ModelProto()
    double.CopyFrom(model)
    for entry in double.graph.input:
        entry.type.tensor_type.elem_type = onnx.TensorProto.DOUBLE
    _widen(double.graph)
    return double


def _widen(graph: Any) -> None:
    """Put the constants of a graph, and of those in its nodes, into float64."""
    import onnx

    kinds = onnx.TensorProto
    singles = (kinds.FLOAT, kinds.FLOAT16, kinds.BFLOAT16)
    attributes = [attribute for node in graph.node for attribute in node.attribute]
    for tensor in [*graph.initializer, *(a.t for a in attributes if a.type == onnx.AttributeProto.TENSOR)]:
        if tensor.data_type in singles:
            array = np.asarray(onnx.numpy_helper.to_array(tensor)).astype(np.float64)
            tensor.CopyFrom(onnx.numpy_helper.from_array(array, tensor.name))
    for attribute in attributes:
        if attribute.name == "to" and attribute.i in singles:
            attribute.i = kinds.DOUBLE
        if attribute.type == onnx.AttributeProto.GRAPH:
            for entry in attribute.g.output:
                entry.ClearField("type")
            _widen(attribute.g)


def _run(model: Any, reading: Reading) -> Run:
    """Return a function that computes the value of a model at a point; its session begins with the first one."""
    ends = list(accumulate((size(shape) for shape in reading.shapes), initial=0))
    calls = count()
    begun: list[Session] = []

    def run(point: Array) -> Array:
        """Put the point at another place of the batch each time."""
        session = begun[0] if begun else _begin(model)
        begun[:] = [session]
        place = next(calls) % reading.rows
        rows = np.stack([point.ravel() * (1 + (i - place) / reading.rows) for i in range(reading.rows)])
        fed = []
        for i, shape in enumerate(reading.shapes):
            joined = (len(rows) * shape[0], *shape[1:]) if shape else ()
            fed.append(rows[:, ends[i] : ends[i + 1]].reshape(joined))
        return np.asarray(np.reshape(session.run(fed), (reading.rows, -1))[place])

    return run


def _begin(model: Any) -> Session:
    if find_spec("onnxruntime") is None:
        raise CannotRun("is not installed (pip install onnxruntime)", others=False)
    if model.ByteSize() > LARGEST:
        raise CannotRun(f"is not given models of more than {LARGEST} bytes")
    return Session(model.SerializeToString())
