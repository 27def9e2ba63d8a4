"""The JSON format, read and written: every layer by name, every rational as a string.

::

    {"format": "tropical-network", "version": 1, "input_shape": [2], "nodes": [
        {"name": "hidden", "kind": "Affine", "inputs": ["input"],
         "weight": [["1", "-1/2"], ["0", "3"]], "bias": ["0", "1/3"]},
        {"name": "relu", "kind": "ReLU"},
        {"name": "out", "kind": "Affine", "weight": [["1", "1"]], "bias": ["0"]}]}

``nodes`` are in topological order and the last one is the output. ``kind`` is a class of
:mod:`tropical.networks.layers` and the other keys are its arguments; those with a default may be left out. ``inputs``
are names of earlier nodes, "input" being the network's input (``input_name`` may give it another name); the default is
the preceding node. Numbers may be strings ("3/2", "0.1"), integers, or JSON decimals, which are floats and mean the
dyadic rationals they are read as.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from os import PathLike
from pathlib import Path
from typing import Any

import attrs

from polytopes.arithmetic.long_numbers import integer_of
from polytopes.arithmetic.rationals import exact_text
from polytopes.errors import FileFormatError, InputError, NumberError, ShapeError, UnsupportedError
from polytopes.formats.files import unrepeated
from polytopes.formats.limits import PER_CHARACTER, refuse_larger
from polytopes.messages import shortened
from polytopes.output_files import write_text
from tropical.algebra.files import FORMAT as FUNCTIONS
from tropical.networks import layers
from tropical.networks.function_networks import network_of_document
from tropical.networks.layers import Input, Layer
from tropical.networks.network import Network
from tropical.networks.node import Node
from tropical.networks.readers.common import checked_input
from tropical.networks.readers.options import DEFAULTS, Options
from tropical.networks.tensor import MAX_SIZE, Tensor

FORMAT, VERSION = "tropical-network", 1
HEAD = ("format", "version", "input_shape", "input_name", "nodes")

KINDS: dict[str, Any] = {
    name: kind
    for name in dir(layers)
    if isinstance(kind := getattr(layers, name), type) and attrs.has(kind) and kind is not Input
}


def save(network: Network, path: str | PathLike[str]) -> None:
    """Write a network to a ``.json`` file, completely or not at all.

    Raises:
        FileFormatError: for another ending, under which the file could not be read again.
        InputError: if it is no network, or the file cannot be written.
    """
    if not isinstance(network, Network):
        raise InputError(f"{shortened(network)} is no network; load it first, or save polyhedra with polytopes.save")
    check_ending(path)
    write_text(Path(path), write_json(network))


def check_ending(path: str | PathLike[str]) -> None:
    """Refuse the name of a file for a network under which it could not be read again."""
    if Path(path).suffix.lower() != ".json":
        raise FileFormatError(f"{path}: networks are written as JSON; give a name ending in .json")


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


def read_bytes(content: bytes, options: Options = DEFAULTS) -> Network:
    """Return the network in a JSON document."""
    refuse_larger(PER_CHARACTER * len(content), "its contents")
    try:
        text = content.decode(json.detect_encoding(content)).removeprefix("\ufeff")
    except UnicodeDecodeError:
        raise FileFormatError("not a text; JSON is written in UTF-8") from None
    try:
        document = json.loads(text, parse_int=integer_of, object_pairs_hook=unrepeated)
    except FileFormatError:
        raise
    except (ValueError, RecursionError) as error:
        raise FileFormatError(f"not JSON, or cut short ({error})") from None
    found = document.get("format") if isinstance(document, dict) else None
    if found == FUNCTIONS:
        return checked_input(network_of_document(text), options.input_shape)
    if found != FORMAT:
        raise FileFormatError(f'a JSON network has "format": "{FORMAT}" at its top')
    version = document.get("version")
    if type(version) is not int or version != VERSION:
        raise FileFormatError(f"version {shortened(version)} of the format; this one reads {VERSION}")
    if unknown := document.keys() - HEAD:
        raise FileFormatError(f"unknown keys {shortened(sorted(unknown))} at the top; the keys are {', '.join(HEAD)}")
    return checked_input(_network(document), options.input_shape)


def _network(document: dict[str, Any]) -> Network:
    entries, name = document.get("nodes"), document.get("input_name", "input")
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise FileFormatError('"nodes" should be a list of objects, one per layer')
    if not isinstance(name, str):
        raise FileFormatError(f'"input_name" should be a string, got {shortened(name)}')
    shape = document.get("input_shape")
    if not isinstance(shape, list) or not all(_is_integer(n) for n in shape):
        raise FileFormatError(f'"input_shape" should be a list of integers, got {shortened(shape)}')
    nodes = [Node(name, Input(shape))]
    places = {nodes[0].name: 0}
    for entry in entries:
        node = _node(dict(entry), places, nodes)
        if node.name in places:
            known = shortened(node.name)
            raise FileFormatError(f"two layers are named {known}, or one as the input is; names must differ")
        nodes.append(node)
        places[node.name] = len(nodes) - 1
    return Network(nodes)


def _is_integer(value: Any) -> bool:
    return type(value) is int and abs(value) <= MAX_SIZE


def _is_nest(value: Any, is_entry: Callable[[Any], bool]) -> bool:
    return all(_is_nest(part, is_entry) for part in value) if isinstance(value, list) else is_entry(value)


def _check_argument(name: str, value: Any, kind: str) -> None:
    """Raise an error unless a value is of the JSON type that stands for an argument of this type."""
    error: type[InputError] = FileFormatError
    if kind in ("Tensor", "Vector"):
        error = NumberError
        fits, needed = _is_nest(value, lambda entry: type(entry) in (int, float, str)), "numbers, in nested lists"
    elif kind == "bool":
        fits, needed = type(value) is bool, "true or false"
    elif kind == "int":
        fits, needed = _is_integer(value), f"an integer up to {MAX_SIZE}"
    else:
        fits, needed = _is_nest(value, _is_integer), f"integers up to {MAX_SIZE}, in lists"
    if not fits:
        raise error(f"{name} should be {needed}, got {shortened(value)}")


def _node(entry: dict[str, Any], places: dict[str, int], before: Sequence[Node]) -> Node:
    name, kind = entry.pop("name", None), entry.pop("kind", None)
    inputs = entry.pop("inputs", None)
    if not isinstance(name, str) or not isinstance(kind, str):
        raise FileFormatError(f'node {len(before) - 1}: "name" and "kind" should be strings')
    if kind not in KINDS:
        known = ", ".join(sorted(KINDS))
        raise UnsupportedError(f"layer {shortened(name)} of kind {shortened(kind)}; the kinds are {known}")
    if inputs is None:
        inputs = [] if KINDS[kind].n_inputs == 0 else [before[-1].name]
    sources = inputs if isinstance(inputs, list) else [inputs]
    unknown = [source for source in sources if not isinstance(source, str) or source not in places]
    if unknown or sources is not inputs:
        wrong = shortened(unknown or inputs)
        raise FileFormatError(f"layer {shortened(name)}: inputs {wrong} are not names of nodes before it")
    return Node(name, _layer(name, kind, entry), [places[source] for source in inputs])


def _layer(name: str, kind: str, arguments: dict[str, Any]) -> Layer:
    fields = {argument.name: str(argument.type) for argument in attrs.fields(KINDS[kind])}
    try:
        for key in arguments.keys() & fields.keys():
            _check_argument(key, arguments[key], fields[key])
        layer: Layer = KINDS[kind](**arguments)
        return layer
    except (NumberError, ShapeError) as error:
        raise type(error)(f"layer {shortened(name)}: {error}") from None
    except (TypeError, ValueError) as error:
        raise FileFormatError(f"layer {shortened(name)}: {kind} takes {', '.join(fields)} ({error})") from None
