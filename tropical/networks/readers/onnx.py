"""ONNX files, read operator by operator at batch size 1 (the first axis of the input is the batch).

The operators are MatMul, Gemm, Add, Sub, Mul and Div by constants, Relu, LeakyRelu, PRelu, Abs, Neg, Max, Min, Sum,
Clip, MaxPool, AveragePool, GlobalAveragePool, Conv, BatchNormalization (:func:`tropical.networks.layers.batch_norm`
says how its root is rounded), Flatten, Reshape, Transpose, Squeeze, Unsqueeze, Concat, Constant, Identity, Dropout.
Any other operator is refused; the message names it. Operations on constants alone are carried out exactly.
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
from tropical.networks.network import Network
from tropical.networks.readers.common import charge_entries, tensor
from tropical.networks.readers.graph import SourceGraph, Value, constant
from tropical.networks.readers.onnx_call import Call
from tropical.networks.readers.onnx_checks import check_texts, check_types, label, on_integers, shown, signature
from tropical.networks.readers.onnx_operators import OPERATORS
from tropical.networks.readers.options import DEFAULTS, Options
from tropical.networks.tensor import Shape, Tensor

OLDEST_OPSET = 7
"""In older operator sets, operators broadcast by other rules."""


def read_bytes(content: bytes, options: Options = DEFAULTS) -> Network:
    """Return the network in the bytes of an ONNX file."""
    onnx = _onnx()
    from google.protobuf.message import DecodeError

    try:
        model = onnx.load_model_from_string(content)
    except (DecodeError, ValueError) as error:
        raise FileFormatError(f"not an ONNX file, or cut short ({' '.join(str(error).split())})") from None
    return read_object(model, options)


def read_object(model: Any, options: Options = DEFAULTS) -> Network:
    """Return the network in an ONNX model (``onnx.ModelProto``)."""
    if type(model).__name__ != "ModelProto":
        raise UnsupportedError(f"an ONNX object of type {type(model).__name__}; give the whole ModelProto")
    check_texts(model)
    graph = model.graph
    if not graph.output or not graph.node:
        raise FileFormatError("the ONNX file has no graph, or one without nodes; export the network again")
    return _Reader(graph, options.input_shape, _opset(model)).read()


def _onnx() -> Any:
    try:
        import onnx
    except ImportError:
        raise MissingExtraError("onnx", "onnx", "reading ONNX files") from None
    return onnx


def _opset(model: Any) -> int:
    version = max((o.version for o in model.opset_import if o.domain in ("", "ai.onnx")), default=OLDEST_OPSET)
    if version < OLDEST_OPSET:
        raise UnsupportedError(
            f"operator set {version} is older than {OLDEST_OPSET}; convert it with onnx.version_converter"
        )
    return int(version)


class _Reader:
    """Walks the nodes of a graph in order; ``values`` and ``types`` have the value and element type of every name."""

    def __init__(self, graph: Any, shape: Shape | None, version: int) -> None:
        self.source, self.version = graph, version
        self.values: dict[str, Value] = {}
        self.types: dict[str, int] = {}
        self.side_outputs: dict[str, str] = {}
        if graph.sparse_initializer:
            raise UnsupportedError("sparse initializers are not read; export the network with dense weights")
        for initializer in graph.initializer:
            stored = constant(_array(initializer, f"initializer {initializer.name!r:.80}"))
            self._define(initializer.name, stored, initializer.data_type)
        inputs = [entry for entry in graph.input if entry.name not in self.values]
        if len(inputs) != 1 or len(graph.output) != 1:
            names = ", ".join(shown(entry.name) for entry in [*inputs, *graph.output])
            raise UnsupportedError(f"a network has one input and one output; this graph has {names}")
        self.batch, full = _input_shape(inputs[0], shape)
        self.graph = SourceGraph(full, inputs[0].name)
        self._define(inputs[0].name, self.graph.input, inputs[0].type.tensor_type.elem_type)

    def read(self) -> Network:
        for node in self.source.node:
            self._read_node(node)
        output = self._value(self.source.output[0].name, "the graph's output")
        if self.batch > 1 and output.shape[:1] == (self.batch,):
            raise UnsupportedError(f"constants differ along the batch of {self.batch}; export with batch size 1")
        return self.graph.finish(output)

    def _read_node(self, node: Any) -> None:
        where = f"node {label(node)} ({shown(node.op_type)})"
        if node.domain not in ("", "ai.onnx") or node.op_type not in OPERATORS:
            operator = f"{node.domain}.{node.op_type}" if node.domain not in ("", "ai.onnx") else node.op_type
            raise UnsupportedError(f"the operator {shown(operator)} (node {label(node)}) is not read here")
        schema = signature(node, self.version)
        inputs = [self._value(name, where) for name in node.input if name]
        types = [self.types[name] if name else 0 for name in node.input]
        self.graph.name = node.name or node.output[0]
        try:
            check_types(where, schema, types)
            call = Call(_attributes(node, where), [bool(name) for name in node.input], self.batch)
            value = self.graph.folded(lambda graph, values: OPERATORS[node.op_type](call, graph, values), inputs)
            kind = types[0] if types else _constant_type(node)
            self._define(node.output[0], on_integers(value, node.op_type, kind), kind)
        except (InputError, UnsupportedError) as error:
            raise type(error)(f"{where}: {error}") from None
        except (IndexError, KeyError, TypeError, ValueError, OverflowError) as error:
            text = " ".join(str(error).split())
            raise FileFormatError(f"{where}: its inputs or attributes do not fit ({text})") from None
        self.side_outputs |= {name: where for name in node.output[1:] if name}

    def _define(self, name: str, value: Value, element_type: int) -> None:
        if name in self.values or name in self.side_outputs:
            raise FileFormatError(f"the name {name!r:.80} is defined twice; names must differ")
        self.values[name], self.types[name] = value, element_type

    def _value(self, name: str, where: str) -> Value:
        if name in self.side_outputs:
            raise UnsupportedError(
                f"{where} reads {name!r:.80}, a further output of {self.side_outputs[name]}; "
                "only first outputs are read, no indices of maxima and no masks"
            )
        if name not in self.values:
            raise FileFormatError(f"{where} reads {name!r:.80}, which nothing before it computes")
        return self.values[name]


def _constant_type(node: Any) -> int:
    """Return the type of elements of a Constant."""
    kinds, attribute = _onnx().TensorProto, node.attribute[0] if node.attribute else None
    if attribute is not None and attribute.name == "value":
        return int(attribute.t.data_type)
    return int(kinds.INT64 if attribute is not None and attribute.name.startswith("value_int") else kinds.FLOAT)


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
    charge_entries(proto.dims, where)
    try:
        array = np.asarray(onnx.numpy_helper.to_array(proto))
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError) as error:
        raise FileFormatError(f"{where} is damaged ({' '.join(str(error).split())})") from None
    if array.dtype.kind in "OSU":
        raise NumberError(f"{where} has texts; give numbers")
    if array.dtype.kind == "c":
        raise NumberError(f"{where} has complex numbers; give real ones")
    return tensor(array if array.dtype.kind in "iubf" else array.astype(np.float64), where)
