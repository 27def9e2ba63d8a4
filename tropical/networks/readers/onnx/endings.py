"""Which value of an ONNX graph is read, and what stands at the end of classifiers behind their logits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from polytopes.errors import InputError, UnsupportedError
from tropical.networks.readers.onnx.checks import float_types, label, shown
from tropical.networks.readers.onnx.operators import KEEPING, LAST, reason


def chosen_output(graph: Any, output_name: str | None, logits: bool) -> str:
    """Return the name of the value that is read.

    Args:
        graph: the ONNX graph.
        output_name: the name of an output or of any value; it may be left out if there is one output of real numbers.
        logits: whether softmax, sigmoid or argmax at the end are left out.

    Raises:
        InputError: if no value has the name.
        UnsupportedError: if there are several outputs, or it ends so and ``logits`` is not set.
    """
    producers = {name: node for node in graph.node for name in node.output if name}
    names = [entry.name for entry in graph.output]
    real = [entry.name for entry in graph.output if not _is_label(entry)]
    if output_name is not None:
        by_node = {node.name: node.output[0] for node in graph.node if node.name and node.output}
        name = output_name if output_name in producers else by_node.get(output_name)
        if name is None:
            raise InputError(f"no value of the graph is named {output_name!r:.80}; its outputs are {_listed(names)}")
    elif len(names) == 1 or len(real) == 1:
        [name] = names if len(names) == 1 else real
    else:
        raise UnsupportedError(
            f"a network has one output; this graph has {_listed(names) or 'none'}; choose its output with output_name "
            "(--output-name)"
        )
    while name in producers and producers[name].op_type == "ZipMap" and producers[name].input:
        name = producers[name].input[0]
    last = _before_the_end(producers, name)
    if last is not None and not logits:
        node = producers[last[1]]
        raise UnsupportedError(
            f"the operator {node.op_type} (node {label(node)}) at the end {_short(node.op_type)}; the logits, "
            "which it is applied to and whose order is that of the outputs, are read with logits=True (--logits)"
        )
    return name if last is None else last[0]


def _short(operator: str) -> str:
    return reason(operator).partition(";")[0]


def _is_label(entry: Any) -> bool:
    """Whether an output is a tensor of integers or texts, such as the labels that a classifier gives beside scores."""
    kind = entry.type.tensor_type.elem_type if entry.type.HasField("tensor_type") else 0
    return bool(kind) and kind not in float_types()


def _listed(names: list[str]) -> str:
    return ", ".join(map(shown, names))


def _before_the_end(producers: Mapping[str, Any], name: str) -> tuple[str, str] | None:
    """Return what the operators at the end of classifiers are applied to, and the output of the last; None without."""
    found, seen = None, set()
    while name in producers and name not in seen:
        seen.add(name)
        node = producers[name]
        if node.op_type in LAST and node.input:
            found = (node.input[0], name if found is None else found[1])
            name = node.input[0]
        elif node.op_type in KEEPING and node.input:
            name = node.input[0]
        else:
            one = _of_two_classes(producers, node)
            if one is None:
                break
            name = one
    return found


def _of_two_classes(producers: Mapping[str, Any], node: Any) -> str | None:
    """Return p if the node joins p and 1 - p."""
    if node.op_type != "Concat" or len(node.input) != 2:
        return None
    for other, name in (tuple(node.input), tuple(node.input)[::-1]):
        source = producers.get(other)
        if source is not None and source.op_type == "Sub" and list(source.input)[1:] == [name]:
            return str(name)
    return None
