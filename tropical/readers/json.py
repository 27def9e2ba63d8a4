"""The JSON format: every layer by name, every rational as a string. It is read and written.

::

    {"format": "tropical-network", "version": 1, "input_shape": [2], "nodes": [
        {"name": "hidden", "kind": "Affine", "inputs": ["input"],
         "weight": [["1", "-1/2"], ["0", "3"]], "bias": ["0", "1/3"]},
        {"name": "relu", "kind": "ReLU"},
        {"name": "out", "kind": "Affine", "weight": [["1", "1"]], "bias": ["0"]}]}

``nodes`` are in topological order and the last one is the output. ``kind`` is a class of :mod:`tropical.layers` and the
other keys are its arguments; those with a default may be left out. ``inputs`` are names of earlier nodes, "input" being
the network's input (``input_name`` may call it otherwise); it defaults to the node before. Numbers may be strings
("3/2", "0.1"), integers, or JSON decimals, which are floats and mean the dyadic rationals they are read as.
"""

from __future__ import annotations

import json
from typing import Any

import attrs

from polytopes.errors import FileFormatError, NumberError, ShapeError, UnsupportedError
from polytopes.rationals import exact_text
from tropical import layers
from tropical.layers import Input, Layer
from tropical.network import Network, Node
from tropical.readers.common import checked_input
from tropical.tensor import Shape, Tensor

FORMAT, VERSION = "tropical-network", 1

KINDS: dict[str, Any] = {
    name: kind
    for name in layers.__all__
    if isinstance(kind := getattr(layers, name), type) and attrs.has(kind) and kind is not Input
}


def write_json(network: Network) -> str:
    """Return the network in the JSON format; reading it gives an equal network."""
    head = {"format": FORMAT, "version": VERSION, "input_shape": list(network.input_shape)}
    if network.nodes[0].name != "input":
        head["input_name"] = network.nodes[0].name
    nodes = [json.dumps(_written(network, node)) for node in network.nodes[1:]]
    return json.dumps(head)[:-1] + ', "nodes": [\n' + ",\n".join(nodes) + "\n]}\n"


def _written(network: Network, node: Node) -> dict[str, Any]:
    entry = {"name": node.name, "kind": node.layer.kind, "inputs": [network.nodes[i].name for i in node.inputs]}
    arguments = attrs.fields(KINDS[node.layer.kind])
    return entry | {argument.name: _plain(getattr(node.layer, argument.name)) for argument in arguments}


def _plain(value: Any) -> Any:
    if isinstance(value, Tensor):
        return _plain(value.nested())
    if isinstance(value, (list, tuple)):
        return [_plain(entry) for entry in value]
    return value if isinstance(value, (int, bool)) else exact_text(value)


def read_bytes(content: bytes, shape: Shape | None = None) -> Network:
    """Return the network in a JSON document."""
    try:
        document = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise FileFormatError(f"not JSON, or cut short ({error})") from None
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise FileFormatError(f'a JSON network has "format": "{FORMAT}" at its top')
    if document.get("version") != VERSION:
        raise FileFormatError(f"version {document.get('version')!r} of the format; this one reads {VERSION}")
    return checked_input(_network(document), shape)


def _network(document: dict[str, Any]) -> Network:
    entries = document.get("nodes")
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise FileFormatError('"nodes" should be a list of objects, one a layer')
    input_shape = _natural_numbers(document.get("input_shape"))
    nodes = [Node(str(document.get("input_name", "input")), Input(input_shape))]
    places = {nodes[0].name: 0}
    for entry in entries:
        nodes.append(_node(dict(entry), places, len(nodes) - 1))
        places[nodes[-1].name] = len(nodes) - 1
    return Network(nodes)


def _natural_numbers(value: Any) -> Shape:
    if not isinstance(value, list) or not all(type(n) is int for n in value):
        raise FileFormatError(f'"input_shape" should be a list of integers, got {value!r}')
    return tuple(value)


def _node(entry: dict[str, Any], places: dict[str, int], previous: int) -> Node:
    name, kind = entry.pop("name", None), entry.pop("kind", None)
    inputs = entry.pop("inputs", None)
    if not isinstance(name, str) or not isinstance(kind, str):
        raise FileFormatError(f'node {previous}: "name" and "kind" should be strings')
    if kind not in KINDS:
        raise UnsupportedError(f"layer {name!r} of kind {kind!r}; the kinds are {', '.join(sorted(KINDS))}")
    if inputs is None:
        inputs = [] if KINDS[kind].n_inputs == 0 else [list(places)[previous]]
    unknown = [source for source in inputs if source not in places] if isinstance(inputs, list) else [inputs]
    if unknown:
        raise FileFormatError(f"layer {name!r}: inputs {unknown} are not names of nodes before it")
    return Node(name, _layer(name, kind, entry), [places[source] for source in inputs])


def _layer(name: str, kind: str, arguments: dict[str, Any]) -> Layer:
    try:
        layer: Layer = KINDS[kind](**arguments)
        return layer
    except (NumberError, ShapeError) as error:
        raise type(error)(f"layer {name!r}: {error}") from None
    except (TypeError, ValueError) as error:
        known = ", ".join(argument.name for argument in attrs.fields(KINDS[kind]))
        raise FileFormatError(f"layer {name!r}: {kind} takes {known} ({error})") from None
