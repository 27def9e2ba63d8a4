"""Keras networks: Sequential and functional models with one output, from ``.h5`` and ``.keras`` files.

The layers that are read are listed in :mod:`tropical.networks.readers.keras.layers`; a layer may be a model itself.
Several inputs are read as one, joined in their order. Tensors are in the order of Keras,
channels last unless a layer says otherwise, and so are the flat inputs and outputs of the network.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from polytopes.errors import FileFormatError, InputError, ShapeError, UnsupportedError
from polytopes.messages import shortened
from tropical.networks.network import Network
from tropical.networks.readers.keras.endings import without_last_activation
from tropical.networks.readers.keras.files import SavedLayer, SavedModel, open_model
from tropical.networks.readers.keras.layers import LAYERS, reason
from tropical.networks.readers.keras.trial import refuse_crashing
from tropical.networks.readers.options import DEFAULTS, Options
from tropical.networks.readers.symbolic.graph import SourceGraph
from tropical.networks.readers.symbolic.inputs import graph_of_inputs
from tropical.networks.readers.symbolic.values import Value
from tropical.networks.tensor import Shape

Key = tuple[str, int]
"""The name of a layer and the number of one of its uses."""
FIRST_VERSION = {"border_mode", "dim_ordering", "nb_row", "output_dim", "subsample"}
"""Names in configurations of Keras 1, which mean what other names mean today."""


def read_bytes(content: bytes, options: Options = DEFAULTS) -> Network:
    """Return the network in the bytes of a file."""
    refuse_crashing(content)
    model = open_model(content)
    if options.logits:
        model = without_last_activation(model)
    names, shapes = zip(*_inputs(model, options), strict=True)
    graph, values = graph_of_inputs(names, shapes)
    return graph.finish(_value(graph, model, values))


def _inputs(model: SavedModel, options: Options) -> list[tuple[str, Shape]]:
    """Return the names and the shapes of the inputs; those of the parts of a model stand in its first layers."""
    if not model.layers:
        raise UnsupportedError("the model has no layers")
    if model.inputs is None:
        first, built = model.layers[0], model.build_shape
        return (
            _inputs(first.inner, options)
            if first.inner is not None
            else [("input", (1, *_shape(first, built, options)))]
        )
    by_name = {layer.name: layer for layer in model.layers}
    keys = _keys(model.inputs, "input")
    for name, _ in keys:
        if name not in by_name:
            raise FileFormatError(f"there is no layer {shortened(name)}, the input")
    if len(keys) > 1 and options.input_shape is not None:
        raise UnsupportedError(f"input_shape is for one input; this model has {len(keys)}, with shapes in the file")
    return [(name, (1, *_shape(by_name[name], None, options))) for name, _ in keys]


def _value(graph: SourceGraph, model: SavedModel, values: Sequence[Value]) -> Value:
    """Return the value of a model, which may be a layer of another one."""
    if model.inputs is not None:
        return _of_functional(graph, model, values)
    if len(values) != 1:
        raise ShapeError(f"a Sequential of {len(values)} values")
    [value] = values
    for layer in model.layers:
        value = _applied(graph, layer, [value])
    return value


def _of_functional(graph: SourceGraph, model: SavedModel, values: Sequence[Value]) -> Value:
    sources, targets = _keys(model.inputs, "input"), _keys(model.outputs, "output")
    if len(targets) != 1:
        raise UnsupportedError(f"the model has {len(targets)} outputs; one is read")
    if len(sources) != len(values):
        raise ShapeError(f"a model of {len(sources)} inputs is given {len(values)} values")
    [target] = targets
    found = dict(zip(sources, values, strict=True))
    waiting = [
        (key, layer, _needed(layer, call))
        for layer in model.layers
        for number, call in enumerate(layer.calls)
        if (key := (layer.name, number)) not in found
    ]
    while target not in found:
        ready = [item for item in waiting if all(key in found for key in item[2])]
        if not ready:
            raise FileFormatError(f"the output {shortened(target[0])} is not reached from the input")
        for key, layer, needed in ready:
            found[key] = _applied(graph, layer, [found[k] for k in needed])
        waiting = [item for item in waiting if item[0] not in found]
    return found[target]


def _applied(graph: SourceGraph, layer: SavedLayer, values: Sequence[Value]) -> Value:
    where = f"layer {shortened(layer.name)} ({layer.kind})"
    if layer.inner is not None:
        return _value(graph, layer.inner, values)
    read = LAYERS.get(layer.kind)
    if read is None:
        raise UnsupportedError(f"{where} {reason(layer.kind)}")
    if FIRST_VERSION & layer.config.keys():
        raise UnsupportedError(f"{where} was written by Keras 1; load the model with Keras 2 or 3 and save it again")
    graph.name = layer.name
    try:
        return read(graph, layer, *values)
    except (InputError, UnsupportedError) as error:
        raise type(error)(f"{where}: {error}") from None
    except (KeyError, TypeError, AttributeError, ValueError, IndexError) as error:
        raise FileFormatError(f"{where} has a configuration or weights that do not fit it ({error})") from None


def _shape(layer: SavedLayer, built: Any, options: Options) -> Shape:
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


def _keys(stored: Any, role: str) -> list[Key]:
    """Return the inputs or outputs, triples (layer, use, number of the tensor) in the file."""
    if isinstance(stored, dict):
        stored = list(stored.values())
    if isinstance(stored, list) and stored and isinstance(stored[0], str):
        stored = [stored]
    if not isinstance(stored, list) or not stored:
        raise UnsupportedError(f"the model has no {role}s; one is read")
    return [_key(entry) for entry in stored]


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
