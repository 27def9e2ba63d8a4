"""The part of an ONNX graph that is read: one output, and the nodes on which it depends."""

from __future__ import annotations

from collections.abc import Mapping
from heapq import heapify, heappop, heappush
from typing import Any

from attrs import frozen

from polytopes.errors import FileFormatError, InputError, UnsupportedError
from tropical.networks.readers.onnx.checks import float_types, label, shown
from tropical.networks.readers.onnx.operators import KEEPING, LAST, reason


@frozen
class Part:
    """The part of a graph on which one of its values depends: the nodes, sorted, and what they read."""

    nodes: tuple[Any, ...]
    inputs: tuple[Any, ...]
    initializers: Mapping[str, Any]
    output: str


def chosen_output(graph: Any, output_name: str | None, logits: bool) -> str:
    """Return the name of the value that is read.

    Args:
        graph: the ONNX graph.
        output_name: the name of an output or of any value; it may be left out if there is one output.
        logits: whether softmax, sigmoid or argmax at the end are left out.

    Raises:
        InputError: if no value has the name.
        UnsupportedError: if there are several outputs, or it ends so and ``logits`` is not set.
    """
    producers = {name: node for node in graph.node for name in node.output if name}
    names = [entry.name for entry in graph.output]
    if output_name is not None:
        by_node = {node.name: node.output[0] for node in graph.node if node.name and node.output}
        name = output_name if output_name in producers else by_node.get(output_name)
        if name is None:
            raise InputError(f"no value of the graph is named {output_name!r:.80}; its outputs are {_listed(names)}")
    elif len(names) != 1:
        ends = _listed([*(entry.name for entry in graph.input), *names])
        raise UnsupportedError(
            f"a network has one output; this graph has {ends}; choose its output with output_name (--output-name)"
        )
    else:
        [name] = names
    last = _before_the_end(producers, name)
    if last is not None and not logits:
        node = producers[last[1]]
        raise UnsupportedError(
            f"the operator {node.op_type} (node {label(node)}) at the end {reason(node.op_type)}; the logits, "
            "which it is applied to, are read with logits=True (--logits)"
        )
    return name if last is None else last[0]


def _listed(names: list[str]) -> str:
    return ", ".join(map(shown, names))


def _before_the_end(producers: Mapping[str, Any], name: str) -> tuple[str, str] | None:
    """Return what the operators at the end of classifiers are applied to, and the output of the last; None without."""
    found, seen = None, set()
    while name in producers and name not in seen:
        seen.add(name)
        node = producers[name]
        if node.domain not in ("", "ai.onnx") or not node.input or node.op_type not in LAST + KEEPING:
            break
        if node.op_type in LAST:
            found = (node.input[0], name if found is None else found[1])
        name = node.input[0]
    return found


def needed_part(graph: Any, output: str) -> Part:
    """Return the part of a graph on which a value depends, in the order of the file as far as it can be.

    Raises:
        FileFormatError: if a name is defined twice, a value is missing, or nodes read each other.
    """
    initializers = {entry.name: entry for entry in graph.initializer}
    inputs = {entry.name: entry for entry in graph.input if entry.name not in initializers}
    producers: dict[str, int] = {}
    for place, node in enumerate(graph.node):
        for name in filter(None, node.output):
            if name in producers or name in initializers or name in inputs:
                raise FileFormatError(f"the name {name!r:.80} is defined twice; names must differ")
            producers[name] = place
    if len(initializers) < len(graph.initializer):
        raise FileFormatError("two initializers have one name; names must differ")
    readers, needed = _needed(graph, producers, {*initializers, *inputs}, output)
    order = _sorted(graph, producers, readers, needed)
    floats = float_types()
    read = {name for place in order for name in graph.node[place].input} | {output}
    return Part(
        tuple(graph.node[place] for place in order),
        tuple(entry for name, entry in inputs.items() if name in read or entry.type.tensor_type.elem_type in floats),
        {name: entry for name, entry in initializers.items() if name in read},
        output,
    )


def _needed(
    graph: Any, producers: Mapping[str, int], given: set[str], output: str
) -> tuple[dict[int, list[int]], set[int]]:
    """Return the nodes that the output depends on, and for each of them those that read it."""
    readers: dict[int, list[int]] = {}
    needed: set[int] = set()
    pending = [(output, "the graph's output", -1)]
    while pending:
        name, where, reader = pending.pop()
        if name in given:
            continue
        if name not in producers:
            raise FileFormatError(f"{where} reads {name!r:.80}, which nothing computes")
        place = producers[name]
        readers.setdefault(place, []).append(reader)
        if place not in needed:
            needed.add(place)
            node = graph.node[place]
            where = f"node {label(node)} ({shown(node.op_type)})"
            pending += [(read, where, place) for read in node.input if read]
    return readers, needed


def _sorted(graph: Any, producers: Mapping[str, int], readers: Mapping[int, list[int]], needed: set[int]) -> list[int]:
    """Return nodes so that each stands behind those that it reads, else in the order of the file."""
    missing = {
        place: sum(producers[name] in needed for name in graph.node[place].input if name in producers)
        for place in needed
    }
    free, order = [place for place in needed if not missing[place]], []
    heapify(free)
    while free:
        place = heappop(free)
        order.append(place)
        for reader in readers.get(place, ()):
            if reader >= 0:
                missing[reader] -= 1
                if not missing[reader]:
                    heappush(free, reader)
    if len(order) < len(needed):
        node = graph.node[min(needed.difference(order))]
        raise FileFormatError(f"node {label(node)} reads, through others, its own value")
    return order
