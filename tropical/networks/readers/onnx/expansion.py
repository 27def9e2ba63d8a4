"""ONNX models in plain operators: the functions of a file put in where they are called, classifiers cut in two.

A name inside a function becomes one of the graph, with the number of the call in front. A classifier with a last
activation becomes one without it and the activation, so that it can be left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import count
from typing import Any

from attrs import field, frozen

from polytopes.errors import FileFormatError, UnsupportedError
from tropical.networks.readers.common import charge_entries
from tropical.networks.readers.onnx.checks import ML, label, shown, versions_of

PER_NODE = 64
"""Entries for which a node of a function counts, each time that it is put in."""
SCORES = {"LOGISTIC": "Sigmoid", "SOFTMAX": "Softmax"}
"""What a classifier may apply to its scores, and the operators that do it."""


def expanded(model: Any) -> Any:
    """Return a model without functions, and with classifiers without a last activation; the same one if it is so.

    Raises:
        FileFormatError: if a function calls itself, or its nodes ask for too much when all are put in.
        UnsupportedError: if a function is written for another operator set than the model.
    """
    import onnx

    nodes = model.graph.node
    if not model.functions and not any(map(_last_activation, nodes)):
        return model
    expansion = _Expansion({(f.domain, f.name): f for f in model.functions}, versions_of(model))
    put_in = [part for node in nodes for inner in expansion.of(node) for part in _cut(inner)]
    graph = onnx.helper.make_graph(
        put_in, model.graph.name or "graph", model.graph.input, model.graph.output, model.graph.initializer
    )
    return onnx.helper.make_model(graph, opset_imports=model.opset_import, ir_version=model.ir_version)


@frozen
class _Expansion:
    """Puts functions in; ``numbers`` counts the calls, so that names of different calls differ."""

    functions: Mapping[tuple[str, str], Any]
    versions: Mapping[str, int]
    numbers: Iterator[int] = field(factory=count)

    def of(self, node: Any, inside: tuple[tuple[str, str], ...] = ()) -> Iterator[Any]:
        """Yield the nodes that a node stands for, itself if it calls no function."""
        key = (node.domain, node.op_type)
        function = self.functions.get(key)
        if function is None:
            yield node
            return
        where = f"the function {shown(node.op_type)} (node {label(node)})"
        if key in inside:
            raise FileFormatError(f"{where} calls itself")
        self._check(function, node, where)
        charge_entries((len(function.node), PER_NODE), where)
        prefix = f"{next(self.numbers)} {node.op_type}/"
        names = dict(zip(function.input, [*node.input, *[""] * len(function.input)], strict=False))
        names |= {formal: name for formal, name in zip(function.output, node.output, strict=False) if name}
        given = {entry.name: entry for entry in (*function.attribute_proto, *node.attribute)}
        for inner in function.node:
            yield from self.of(_renamed(inner, names, prefix, given), (*inside, key))

    def _check(self, function: Any, node: Any, where: str) -> None:
        for domain, version in versions_of(function).items():
            if self.versions.get(domain, version) != version:
                raise UnsupportedError(
                    f"{where} is written for operator set {version}, the graph for {self.versions[domain]}; "
                    "convert them to one with onnx.version_converter, or export the network again"
                )
        if len(node.input) > len(function.input) or len(node.output) > len(function.output):
            raise FileFormatError(f"{where} has more inputs or outputs than the function")


def _renamed(node: Any, names: Mapping[str, str], prefix: str, given: Mapping[str, Any]) -> Any:
    """Return a node of a function with the names and attributes of a call, also in the graphs that it holds."""
    import onnx

    def name(own: str) -> str:
        return names.get(own, prefix + own) if own else ""

    changed = onnx.NodeProto()
    changed.CopyFrom(node)
    _replace(changed.input, map(name, node.input))
    _replace(changed.output, map(name, node.output))
    changed.name = prefix + node.name if node.name else ""
    del changed.attribute[:]
    for attribute in node.attribute:
        if attribute.ref_attr_name and attribute.ref_attr_name not in given:
            continue
        own = changed.attribute.add()
        own.CopyFrom(given[attribute.ref_attr_name] if attribute.ref_attr_name else attribute)
        own.name = attribute.name
        if own.type == onnx.AttributeProto.GRAPH:
            _rename_graph(own.g, names, prefix, given)
    return changed


def _rename_graph(graph: Any, names: Mapping[str, str], prefix: str, given: Mapping[str, Any]) -> None:
    nodes = [_renamed(node, names, prefix, given) for node in graph.node]
    del graph.node[:]
    graph.node.extend(nodes)
    for entry in (*graph.input, *graph.output, *graph.initializer):
        entry.name = names.get(entry.name, prefix + entry.name)


def _replace(field: Any, values: Iterable[str]) -> None:
    kept = list(values)
    del field[:]
    field.extend(kept)


def _last_activation(node: Any) -> str | None:
    """Return the operator that a classifier applies to its scores, if it is known here."""
    if node.domain != ML or node.op_type != "LinearClassifier" or len(node.output) < 2:
        return None
    found = (entry.s.decode("utf-8", "replace") for entry in node.attribute if entry.name == "post_transform")
    return SCORES.get(next(found, "NONE"))


def _cut(node: Any) -> list[Any]:
    """Return a classifier without the last activation, and the activation."""
    import onnx

    last = _last_activation(node)
    if last is None:
        return [node]
    scores = onnx.NodeProto()
    scores.CopyFrom(node)
    scores.output[1] = f"scores of {node.output[1]}"
    for entry in scores.attribute:
        if entry.name == "post_transform":
            entry.s = b"NONE"
    axis = {"axis": 1} if last == "Softmax" else {}
    return [scores, onnx.helper.make_node(last, [scores.output[1]], [node.output[1]], **axis)]
