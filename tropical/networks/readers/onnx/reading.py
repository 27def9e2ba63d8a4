"""ONNX files, read operator by operator; the operators are listed in :mod:`tropical.networks.readers.onnx.operators`.

The network is the part of the graph on which the output depends. Constants are folded exactly, batch normalization is
read as :func:`tropical.networks.layers.batch_norm` says. Several inputs are read as one, joined in their order. How the
first axis is read is said in :mod:`tropical.networks.readers.onnx.inputs`. At last, where onnxruntime is installed,
values are compared with those that it computes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from polytopes.errors import FileFormatError, InputError, MissingExtraError, UnsupportedError
from tropical.networks.network import Network
from tropical.networks.readers.comparison import Run, check_values
from tropical.networks.readers.onnx.checks import check_texts, versions_of
from tropical.networks.readers.onnx.endings import chosen_output
from tropical.networks.readers.onnx.expansion import expanded
from tropical.networks.readers.onnx.graph import GraphReader
from tropical.networks.readers.onnx.inputs import Reading, readings
from tropical.networks.readers.onnx.parts import Part, needed_part
from tropical.networks.readers.onnx.runtime import runs
from tropical.networks.readers.options import DEFAULTS, Options
from tropical.networks.readers.symbolic.batches import MixedBatch
from tropical.networks.readers.symbolic.values import Value

OLDEST_OPSET = 6
"""In older operator sets, shapes are attributes and operators broadcast by other rules."""


def read_bytes(content: bytes, options: Options = DEFAULTS) -> Network:
    """Return the network in the bytes of an ONNX file."""
    return read_object(_model(content), options)


def _model(content: bytes) -> Any:
    onnx = _onnx()
    from google.protobuf.message import DecodeError

    try:
        return onnx.load_model_from_string(content)
    except (DecodeError, ValueError) as error:
        raise FileFormatError(f"not an ONNX file, or cut short ({' '.join(str(error).split())})") from None


def read_object(model: Any, options: Options = DEFAULTS) -> Network:
    """Return the network in an ONNX model (``onnx.ModelProto``)."""
    part, network, reading = _read(model, options)
    if options.check:
        check_values(network, runs(model, part, reading))
    return network


def runtime_of(content: bytes, options: Options = DEFAULTS) -> tuple[str, Run]:
    """Return how onnxruntime computes the value of an ONNX file, in the types of the file, and the name of this way.

    Arguments and errors are those of :func:`read_bytes`.
    """
    model = _model(content)
    part, _, reading = _read(model, options)
    return next(iter(runs(model, part, reading)))


def _read(model: Any, options: Options) -> tuple[Part, Network, Reading]:
    if type(model).__name__ != "ModelProto":
        raise UnsupportedError(f"an ONNX object of type {type(model).__name__}; give the whole ModelProto")
    _onnx()
    check_texts(model)
    if not model.graph.output or not model.graph.node:
        raise FileFormatError("the ONNX file has no graph, or one without nodes; export the network again")
    if model.graph.sparse_initializer:
        raise UnsupportedError("sparse initializers are not read; export the network with dense weights")
    versions = _versions(model)
    model = expanded(model)
    part = needed_part(model.graph, chosen_output(model.graph, options.output_name, options.logits))
    return (part, *_first_that_works(part, versions, options))


def _first_that_works(part: Part, versions: Mapping[str, int], options: Options) -> tuple[Network, Reading]:
    """Return the network, and the way in which it was read; an error is that of the last way."""
    stored: dict[str, Value] = {}
    *others, last = readings(part.inputs, options.input_shape)
    for way in others:
        try:
            return GraphReader(part, way, versions, options.folder, stored).network(), way
        except (InputError, UnsupportedError):
            continue
    try:
        return GraphReader(part, last, versions, options.folder, stored).network(), last
    except MixedBatch as error:
        if len(last.shapes) > 1:
            raise
        whole = ",".join(map(str, (last.rows, *last.shapes[0][1:])))
        text = f"input_shape=({whole}) (--input-shape {whole}) reads all its axes as those of one input"
        raise MixedBatch(f"{error}; {text}") from None


def _onnx() -> Any:
    try:
        import onnx
    except ImportError:
        raise MissingExtraError("onnx", "onnx", "reading ONNX files") from None
    return onnx


def _versions(model: Any) -> dict[str, int]:
    found = {"": OLDEST_OPSET} | versions_of(model)
    if found[""] < OLDEST_OPSET:
        raise UnsupportedError(
            f"operator set {found['']} is older than {OLDEST_OPSET}; convert it with onnx.version_converter"
        )
    return found
