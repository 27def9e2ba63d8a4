"""The part of an ONNX graph that is read: one output, and the nodes on which it depends."""

from __future__ import annotations

from collections.abc import Mapping
from heapq import heapify, heappop, heappush
from typing import Any

from attrs import frozen

from polytopes.errors import FileFormatError
from tropical.networks.readers.onnx.checks import float_types, label, names_read, shown


@frozen
class Part:
    """The part of a graph on which one of its values depends: the nodes, sorted, and what they read."""

    nodes: tuple[Any, ...]
    inputs: tuple[Any, ...]
    initializers: Mapping[str, Any]
    output: str


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
    read = {name for place in order for name in names_read(graph.node[place])} | {output}
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
            pending += [(read, where, place) for read in names_read(node)]
    return readers, needed


def _sorted(graph: Any, producers: Mapping[str, int], readers: Mapping[int, list[int]], needed: set[int]) -> list[int]:
    """Return nodes so that each stands behind those that it reads, else in the order of the file."""
    missing = {
        place: sum(producers[name] in needed for name in names_read(graph.node[place]) if name in producers)
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
