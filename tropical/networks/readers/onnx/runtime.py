"""Values that onnxruntime computes, for the last check of what was read.

It is given only the nodes that were read and their weights, in one piece: it opens no file and runs no operators of
others.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate, count
from typing import Any

import numpy as np

from tropical.networks.readers.comparison import Run
from tropical.networks.readers.onnx.inputs import Reading
from tropical.networks.readers.onnx.parts import Part
from tropical.networks.tensor import Array, size

LARGEST = 2**30
"""Bytes of a model; larger ones are not compared."""


def runs(model: Any, part: Part, reading: Reading) -> Iterator[tuple[str, Run]]:
    """Yield functions that compute the value with onnxruntime, as far as it is installed and takes the model.

    The second one works in float64. Of several points that a batch needs, the others are some that nobody asked for.
    """
    import onnx

    kinds = onnx.TensorProto
    halves = [
        tensor.data_type for tensor in part.initializers.values() if tensor.data_type in (kinds.FLOAT16, kinds.BFLOAT16)
    ]
    alone = _alone(model, part)
    ways = [("onnxruntime, in float64", _in_double(alone))]
    if not halves:
        ways.insert(0, ("onnxruntime", alone))
    for name, built in ways:
        run = _run(built, reading)
        if run is not None and _works(run, reading):
            yield name, run


def _alone(model: Any, part: Part) -> Any:
    """Return a model of a part alone.

    Outputs without a name, which make the runtime fail, get one, and those that nobody reads are left out at the end.
    """
    import onnx

    read = {name for node in part.nodes for name in node.input} | {part.output}
    nodes = []
    for place, node in enumerate(part.nodes):
        alone = onnx.NodeProto()
        alone.CopyFrom(node)
        last = max(i for i, name in enumerate(node.output) if i == 0 or name in read)
        kept = list(node.output) if node.op_type == "Split" else node.output[: last + 1]
        del alone.output[:]
        alone.output.extend(name or f"unread {place} {i}" for i, name in enumerate(kept))
        nodes.append(alone)
    output = onnx.helper.make_empty_tensor_value_info(part.output)
    graph = onnx.helper.make_graph(nodes, "part", part.inputs, [output], list(part.initializers.values()))
    return onnx.helper.make_model(graph, opset_imports=model.opset_import, ir_version=model.ir_version)


def _in_double(model: Any) -> Any:
    """Return a model with all floats in float64."""
    import onnx

    kinds = onnx.TensorProto
    singles = (kinds.FLOAT, kinds.FLOAT16, kinds.BFLOAT16)
    double = onnx.ModelProto()
    double.CopyFrom(model)
    attributes = [attribute for node in double.graph.node for attribute in node.attribute]
    for entry in double.graph.input:
        entry.type.tensor_type.elem_type = kinds.DOUBLE
    for tensor in [*double.graph.initializer, *(a.t for a in attributes if a.type == onnx.AttributeProto.TENSOR)]:
        if tensor.data_type in singles:
            array = np.asarray(onnx.numpy_helper.to_array(tensor)).astype(np.float64)
            tensor.CopyFrom(onnx.numpy_helper.from_array(array, tensor.name))
    for attribute in attributes:
        if attribute.name == "to" and attribute.i in singles:
            attribute.i = kinds.DOUBLE
    return double


def _session(model: Any) -> Any:
    """Return a session of onnxruntime, None if it is not installed or does not take the model."""
    try:
        import onnxruntime
    except ImportError:
        return None
    if model.ByteSize() > LARGEST:
        return None
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    try:
        return onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    except _refusals():
        return None


def _refusals() -> tuple[type[Exception], ...]:
    """Return the errors by which onnxruntime refuses a model, or fails to run it."""
    from onnxruntime.capi import onnxruntime_pybind11_state as state

    names = ("Fail", "InvalidArgument", "InvalidGraph", "InvalidProtobuf", "NotImplemented", "RuntimeException")
    return tuple(getattr(state, name) for name in names)


def _run(model: Any, reading: Reading) -> Run | None:
    session = _session(model)
    if session is None:
        return None
    ends = list(accumulate((size(shape) for shape in reading.shapes), initial=0))
    calls = count()

    def run(point: Array) -> Array:
        """Put the point at another place of the batch each time."""
        place = next(calls) % reading.rows
        rows = np.stack([point.ravel() * (1 + (i - place) / reading.rows) for i in range(reading.rows)])
        fed = {}
        for i, (entry, shape) in enumerate(zip(model.graph.input, reading.shapes, strict=True)):
            joined = (len(rows) * shape[0], *shape[1:]) if shape else ()
            dtype = _dtype(entry.type.tensor_type.elem_type)
            fed[entry.name] = rows[:, ends[i] : ends[i + 1]].reshape(joined).astype(dtype)
        [found] = session.run(None, fed)
        return np.asarray(np.reshape(found, (reading.rows, -1))[place], dtype=np.float64)

    return run


def _dtype(element_type: int) -> Any:
    import onnx

    return onnx.helper.tensor_dtype_to_np_dtype(element_type)


def _works(run: Run, reading: Reading) -> bool:
    """Whether the runtime computes a value: it does not have all operators for all types."""
    try:
        run(np.zeros(sum(map(size, reading.shapes))))
    except _refusals():
        return False
    return True
