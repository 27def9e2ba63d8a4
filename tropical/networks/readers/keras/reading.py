"""Keras networks: Sequential and functional models with one input and one output, from ``.h5`` and ``.keras`` files.

The layers that are read are listed in :mod:`tropical.networks.readers.keras.layers`. Tensors are in the order of Keras,
channels last unless a layer says otherwise, and so are the flat inputs and outputs of the network.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from polytopes.errors import FileFormatError, InputError, ShapeError, UnsupportedError
from polytopes.messages import shortened
from tropical.networks.network import Network
from tropical.networks.readers.keras.files import SavedLayer, SavedModel, open_model
from tropical.networks.readers.keras.layers import LAYERS
from tropical.networks.readers.options import DEFAULTS, Options
from tropical.networks.readers.symbolic.graph import SourceGraph
from tropical.networks.readers.symbolic.values import Value
from tropical.networks.tensor import Shape

Key = tuple[str, int]
"""The name of a layer and the number of one of its uses."""
FIRST_VERSION = {"border_mode", "dim_ordering", "nb_row", "output_dim", "subsample"}
"""Names in configurations of Keras 1, which mean what other names mean today."""


def read_bytes(content: bytes, options: Options = DEFAULTS) -> Network:
    """Return the network in the bytes of a file."""
    model = open_model(content)
    if not model.layers:
        raise UnsupportedError("the model has no layers")
    return _sequential(model, options) if model.inputs is None else _functional(model, options)


def _sequential(model: SavedModel, options: Options) -> Network:
    graph = SourceGraph((1, *_input_shape(model.layers[0], model.build_shape, options)), "input")
    value = graph.input
    for layer in model.layers:
        value = _applied(graph, layer, [value])
    return graph.finish(value)


def _functional(model: SavedModel, options: Options) -> Network:
    by_name = {layer.name: layer for layer in model.layers}
    source, target = _only(model.inputs, "input"), _only(model.outputs, "output")
    if source[0] not in by_name:
        raise FileFormatError(f"there is no layer {shortened(source[0])}, the input")
    graph = SourceGraph((1, *_input_shape(by_name[source[0]], None, options)), source[0])
    found: dict[Key, Value] = {source: graph.input}
    waiting = [
        (key, layer, _needed(layer, call))
        for layer in model.layers
        for number, call in enumerate(layer.calls)
        if (key := (layer.name, number)) != source
    ]
    while target not in found:
        ready = [item for item in waiting if all(key in found for key in item[2])]
        if not ready:
            raise FileFormatError(f"the output {shortened(target[0])} is not reached from the input")
        for key, layer, needed in ready:
            found[key] = _applied(graph, layer, [found[k] for k in needed])
        waiting = [item for item in waiting if item[0] not in found]
    return graph.finish(found[target])


def _applied(graph: SourceGraph, layer: SavedLayer, values: Sequence[Value]) -> Value:
    where = f"layer {shortened(layer.name)} ({layer.kind})"
    read = LAYERS.get(layer.kind)
    if read is None:
        raise UnsupportedError(f"{where} is not read here")
    if FIRST_VERSION & layer.config.keys():
        raise UnsupportedError(f"{where} was written by Keras 1; load the model with Keras 2 or 3 and save it again")
    graph.name = layer.name
    try:
        return read(graph, layer, *values)
    except (InputError, UnsupportedError) as error:
        raise type(error)(f"{where}: {error}") from None
    except (KeyError, TypeError, AttributeError, ValueError, IndexError) as error:
        raise FileFormatError(f"{where} has a configuration or weights that do not fit it ({error})") from None


def _input_shape(layer: SavedLayer, built: Any, options: Options) -> Shape:
    """Return the shape of one input: what the file says, with the lengths that it leaves open from the options."""
    stored = layer.config.get("batch_shape") or layer.config.get("batch_input_shape") or built
    given = options.input_shape
    if not isinstance(stored, list) or not all(n is None or type(n) is int for n in stored):
        if given is None:
            raise ShapeError("the file does not say the shape of the input; give input_shape=(...)")
        return given
    inner = tuple(stored[1:])
    if given is not None:
        if len(given) != len(inner) or any(n not in (None, m) for n, m in zip(inner, given, strict=True)):
            raise ShapeError(f"the file says that one input has the shape {inner}, input_shape says {given}")
        return given
    if not inner or None in inner or min(inner) < 1:
        raise ShapeError(f"one input has the shape {inner}, None being unknown; give input_shape=(...)")
    return inner


def _only(stored: Any, role: str) -> Key:
    """Return the one input or output in a list of triples (layer, use, number of the tensor)."""
    if isinstance(stored, dict):
        stored = list(stored.values())
    if isinstance(stored, list) and stored and isinstance(stored[0], str):
        stored = [stored]
    if not isinstance(stored, list) or len(stored) != 1:
        count = len(stored) if isinstance(stored, list) else "no"
        raise UnsupportedError(f"the model has {count} {role}s; one is read")
    return _key(stored[0])


def _key(stored: Any) -> Key:
    if not isinstance(stored, list) or len(stored) < 3 or not isinstance(stored[0], str) or stored[2] != 0:
        raise FileFormatError(f"{shortened(stored)} is not the output of a layer")
    return stored[0], int(stored[1])


def _needed(layer: SavedLayer, call: Any) -> list[Key]:
    """Return what a layer takes: triples in the format of Keras 2, tensors with their history in that of Keras 3."""
    where = f"layer {shortened(layer.name)} ({layer.kind})"
    if isinstance(call, dict):
        options, keys = call.get("kwargs", {}), list(map(_key, _histories(call.get("args"))))
    elif isinstance(call, list) and all(isinstance(item, list) for item in call):
        options, keys = {}, list(map(_key, call))
        for item in call:
            options |= item[3] if len(item) > 3 else {}
    else:
        raise FileFormatError(f"{where}: inbound_nodes {shortened(call)}")
    for name, value in options.items():
        if value not in (None, False):
            raise UnsupportedError(f"{where} is called with {name}={shortened(value)}, which is not read here")
    return keys


def _histories(stored: Any) -> Iterator[Any]:
    """Yield where each of the tensors comes from."""
    if isinstance(stored, list):
        for item in stored:
            yield from _histories(item)
    elif isinstance(stored, dict) and stored.get("class_name") == "__keras_tensor__":
        yield stored.get("config", {}).get("keras_history")
    else:
        raise UnsupportedError(f"the argument {shortened(stored)} of a layer is no tensor")
