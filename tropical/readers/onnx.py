"""ONNX files, read operator by operator at batch size 1 (the first axis of the input is the batch).

Read are MatMul, Gemm, Add, Sub, Mul and Div by constants, Relu, LeakyRelu, PRelu, Abs, Neg, Max, Min, Sum, Clip,
MaxPool, AveragePool, GlobalAveragePool, Conv, BatchNormalization (:func:`tropical.layers.batch_norm` says how its root
is rounded), Flatten, Reshape, Transpose, Squeeze, Unsqueeze, Concat, Constant, Identity, Dropout. Any other operator is
refused by its name. Operations on constants alone are carried out exactly.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from polytopes.errors import (
    FileFormatError,
    InputError,
    MissingExtraError,
    NumberError,
    ShapeError,
    UnsupportedError,
)
from tropical.network import Network
from tropical.readers.common import tensor
from tropical.readers.graph import SourceGraph, Value, constant
from tropical.readers.onnx_operators import OPERATORS, Call
from tropical.tensor import Shape, Tensor

OLDEST_OPSET = 7
"""Before it, operators broadcast by rules of their own."""


def read_bytes(content: bytes, shape: Shape | None = None) -> Network:
    """Return the network in the bytes of an ONNX file."""
    onnx = _onnx()
    from google.protobuf.message import DecodeError

    try:
        model = onnx.load_model_from_string(content)
    except (DecodeError, ValueError) as error:
        raise FileFormatError(f"not an ONNX file, or cut short ({error})") from None
    return read_object(model, shape)


def read_object(model: Any, shape: Shape | None = None) -> Network:
    """Return the network in an ONNX model (``onnx.ModelProto``)."""
    if type(model).__name__ != "ModelProto":
        raise UnsupportedError(f"an ONNX object of type {type(model).__name__}; give the whole ModelProto")
    graph = model.graph
    if not graph.output or not graph.node:
        raise FileFormatError("the ONNX file has no graph, or one without nodes; export the network again")
    _check_opset(model)
    return _Reader(graph, shape).read()


def _onnx() -> Any:
    try:
        import onnx
    except ImportError:
        raise MissingExtraError("onnx", "onnx", "reading ONNX files") from None
    return onnx


def _check_opset(model: Any) -> None:
    version = max((o.version for o in model.opset_import if o.domain in ("", "ai.onnx")), default=OLDEST_OPSET)
    if version < OLDEST_OPSET:
        raise UnsupportedError(
            f"operator set {version} is older than {OLDEST_OPSET}; convert it with onnx.version_converter"
        )


class _Reader:
    """Walks the nodes of a graph in order; ``values`` holds what every name stands for."""

    def __init__(self, graph: Any, shape: Shape | None) -> None:
        self.source = graph
        self.values: dict[str, Value] = {}
        if graph.sparse_initializer:
            raise UnsupportedError("sparse initializers are not read; export the network with dense weights")
        for initializer in graph.initializer:
            self.values[initializer.name] = constant(_array(initializer, f"initializer {initializer.name!r}"))
        inputs = [entry for entry in graph.input if entry.name not in self.values]
        if len(inputs) != 1 or len(graph.output) != 1:
            names = ", ".join(entry.name for entry in [*inputs, *graph.output])
            raise UnsupportedError(f"a network has one input and one output; this graph has {names}")
        self.batch, full = _input_shape(inputs[0], shape)
        self.graph = SourceGraph(full, inputs[0].name)
        self.values[inputs[0].name] = self.graph.input

    def read(self) -> Network:
        for node in self.source.node:
            self._read_node(node)
        output = self._value(self.source.output[0].name, "the graph's output")
        if self.batch > 1 and output.shape[:1] == (self.batch,):
            raise UnsupportedError(f"constants differ along the batch of {self.batch}; export with batch size 1")
        return self.graph.finish(output)

    def _read_node(self, node: Any) -> None:
        where = f"node {node.name or node.output[0]!r} ({node.op_type})"
        if node.domain not in ("", "ai.onnx") or node.op_type not in OPERATORS:
            operator = f"{node.domain}.{node.op_type}" if node.domain not in ("", "ai.onnx") else node.op_type
            raise UnsupportedError(f"the operator {operator} (node {node.name or node.output[0]!r}) is not read here")
        call = Call(_attributes(node, where), [bool(name) for name in node.input], self.batch)
        inputs = [self._value(name, where) for name in node.input if name]
        self.graph.name = node.name or node.output[0]
        try:
            value = self.graph.folded(lambda graph, values: OPERATORS[node.op_type](call, graph, values), inputs)
        except (InputError, UnsupportedError) as error:
            raise type(error)(f"{where}: {error}") from None
        except (IndexError, KeyError) as error:
            raise FileFormatError(f"{where}: an input or attribute is missing ({error})") from None
        self.values[node.output[0]] = value

    def _value(self, name: str, where: str) -> Value:
        if name not in self.values:
            raise FileFormatError(f"{where} reads {name!r}, which nothing before it computes")
        return self.values[name]


def _input_shape(entry: Any, shape: Shape | None) -> tuple[int, Shape]:
    """Return the batch size the file asks for (0 if none), and the shape of the input at batch size 1."""
    if entry.type.tensor_type.elem_type not in _real_types():
        raise UnsupportedError(f"input {entry.name!r} is not a tensor of floats; export the network in floating point")
    dims = [d.dim_value if d.HasField("dim_value") else 0 for d in entry.type.tensor_type.shape.dim]
    batch, inner = (dims[0], dims[1:]) if len(dims) > 1 else (0, dims)
    lead = (1,) * (len(dims) > 1)
    if shape is not None:
        fits = len(shape) == len(inner) and all(d in (0, n) for d, n in zip(inner, shape, strict=True))
        if dims and not fits:
            raise ShapeError(f"input {entry.name!r} has shape {inner} after the batch, input_shape says {shape}")
        return batch, (*(lead if dims else (1,)), *shape)
    if not inner or min(inner) < 1:
        raise ShapeError(f"input {entry.name!r} has shape {dims} (0 is unknown); give input_shape=(...)")
    return batch, (*lead, *inner)


def _real_types() -> set[int]:
    kinds = _onnx().TensorProto
    return {kinds.FLOAT, kinds.DOUBLE, kinds.FLOAT16, kinds.BFLOAT16}


def _attributes(node: Any, where: str) -> dict[str, Any]:
    onnx = _onnx()
    found: dict[str, Any] = {}
    for attribute in node.attribute:
        value = onnx.helper.get_attribute_value(attribute)
        if isinstance(value, onnx.TensorProto):
            value = _array(value, where)
        elif isinstance(value, bytes):
            value = value.decode("utf-8", "replace")
        found[attribute.name] = value
    return found


def _array(proto: Any, where: str) -> Tensor:
    """Return a stored tensor; float16 and bfloat16 are exact in float64."""
    onnx = _onnx()
    if proto.data_location == onnx.TensorProto.EXTERNAL:
        raise FileFormatError(f"{where} is kept in another file; save the model with its weights inside")
    try:
        array = np.asarray(onnx.numpy_helper.to_array(proto))
    except (ValueError, TypeError, KeyError) as error:
        raise FileFormatError(f"{where} is damaged ({error})") from None
    if array.dtype.kind == "c":
        raise NumberError(f"{where} has complex numbers; give real ones")
    return tensor(array if array.dtype.kind in "iubf" else array.astype(np.float64), where)
