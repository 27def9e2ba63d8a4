"""The nodes of an ONNX graph as layers of a network, from the inputs to the output."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from polytopes.errors import FileFormatError, InputError, UnsupportedError
from tropical.networks.network import Network
from tropical.networks.readers.onnx.call import Call
from tropical.networks.readers.onnx.checks import (
    ML,
    check_types,
    domain_of,
    label,
    on_integers,
    result_types,
    shown,
    signature,
)
from tropical.networks.readers.onnx.constants import FOLDERS, folded
from tropical.networks.readers.onnx.inputs import Reading
from tropical.networks.readers.onnx.operators import OF_LEARNING, ON_ALL, ON_INPUTS, reason
from tropical.networks.readers.onnx.parts import Part
from tropical.networks.readers.onnx.tensors import stored_value
from tropical.networks.readers.symbolic.graph import SourceGraph
from tropical.networks.readers.symbolic.inputs import graph_of_inputs
from tropical.networks.readers.symbolic.values import Value


class GraphReader:
    """Walks the nodes of a part; ``values`` and ``types`` have the value and element type of every name.

    ``stored`` keeps the initializers for a second reading of the same part.
    """

    def __init__(
        self, part: Part, reading: Reading, versions: Mapping[str, int], folder: Path | None, stored: dict[str, Value]
    ) -> None:
        self.part, self.versions, self.folder, self.stored = part, versions, folder, stored
        self.values: dict[str, Value] = {}
        self.types: dict[str, int] = {}
        self.further: dict[str, str] = {}
        names = [entry.name for entry in part.inputs]
        self.types |= {entry.name: entry.type.tensor_type.elem_type for entry in part.inputs}
        self.graph, values = graph_of_inputs(names, reading.shapes, reading.points, reading.watched)
        self.values |= zip(names, values, strict=True)

    def network(self) -> Network:
        """Return the network that computes the output of the part."""
        for node in self.part.nodes:
            where = f"node {label(node)} ({shown(node.op_type)})"
            try:
                self._read(node, where)
            except (InputError, UnsupportedError) as error:
                text = str(error)
                text = text if text.startswith(("the operator ", where)) else f"{where}: {text}"
                raise type(error)(text + self._way_out(node, error)) from None
        output = self._value(self.part.output, "the graph's output")
        if output.condition is not None or output.jumping is not None:
            node = next(node for node in self.part.nodes if self.part.output in node.output)
            raise UnsupportedError(f"the operator {node.op_type} (node {label(node)}) is not continuous")
        return self.graph.finish(output)

    def _way_out(self, node: Any, error: Exception) -> str:
        """Say where the graph can be cut before an operation that is not read."""
        if type(error) is not UnsupportedError:
            return ""
        own = {entry.name for entry in self.part.inputs}
        moving = (name for name in node.input if name in self.values and self.values[name].node >= 0)
        cut = next((name for name in moving if name not in own), None)
        return "" if cut is None else f"; output_name={cut!r} (--output-name) reads the graph up to there"[:300]

    def _read(self, node: Any, where: str) -> None:
        if node.op_type == "If" and not domain_of(node):
            self._read_branch(node, where)
            return
        self._check_operator(node)
        schema = signature(node, self.versions.get(domain_of(node), 1))
        inputs = [self._value(name, where) for name in node.input if name]
        types = [self.types[name] if name else 0 for name in node.input]
        check_types(where, schema, types)
        self.graph.name = node.name or node.output[0]
        try:
            call = self._call(node, where, types)
            results = self._results(node, call, inputs)
            kinds = result_types(node, schema, types)
        except (IndexError, KeyError, TypeError, ValueError, OverflowError) as error:
            if isinstance(error, InputError):
                raise
            text = " ".join(str(error).split())
            raise FileFormatError(f"{where}: its inputs or attributes do not fit ({text})") from None
        for name, result, kind in zip(node.output, results, kinds, strict=False):
            if result is not None:
                self.values[name], self.types[name] = on_integers(result, node.op_type, kind), kind
        self.further |= {name: where for name in node.output if name and name not in self.values}

    def _read_branch(self, node: Any, where: str) -> None:
        """Read the nodes of the branch that a constant chooses; names of an inner graph are not those of outer ones."""
        condition = self._value(node.input[0], where) if len(node.input) == 1 else Value(())
        if condition.constant is None or len(condition.constant.numerators) != 1:
            raise UnsupportedError(
                f"the operator If (node {label(node)}) branches by what depends on the input, so it is not seen to be "
                "continuous; use Where, or Max and Min"
            )
        wanted = "then_branch" if condition.constant.numerators[0] else "else_branch"
        branch = next((entry.g for entry in node.attribute if entry.name == wanted), None)
        if branch is None or len(branch.output) != len(node.output):
            raise FileFormatError(f"{where}: its {wanted} is missing, or has other outputs")
        outer, types = dict(self.values), dict(self.types)
        for entry in branch.initializer:
            self.values[entry.name] = stored_value(entry, f"initializer {entry.name!r:.80}", self.folder)
            self.types[entry.name] = entry.data_type
        for inner in branch.node:
            self._read(inner, f"node {label(inner)} ({shown(inner.op_type)})")
        found = [(self._value(entry.name, where), self.types[entry.name]) for entry in branch.output]
        self.values, self.types = outer, types
        for name, (value, element_type) in zip(node.output, found, strict=True):
            self.values[name], self.types[name] = value, element_type

    def _check_operator(self, node: Any) -> None:
        domain = domain_of(node)
        known = node.op_type in ON_ALL or node.op_type in ON_INPUTS or self._folds(node)
        if node.op_type in OF_LEARNING if domain == ML else not domain and known:
            return
        operator = f"{domain}.{node.op_type}" if domain else node.op_type
        raise UnsupportedError(f"the operator {shown(operator)} (node {label(node)}) {reason(node.op_type, domain)}")

    def _folds(self, node: Any) -> bool:
        return node.op_type in FOLDERS and all(
            name in self.part.initializers or (name in self.values and self.values[name].constant is not None)
            for name in node.input
        )

    def _call(self, node: Any, where: str, types: list[int]) -> Call:
        given = [bool(name) for name in node.input]
        found = [element_type for element_type in types if element_type]
        return Call(
            self._attributes(node, where), given, [bool(name) for name in node.output], self.versions[""], found
        )

    def _results(self, node: Any, call: Call, inputs: list[Value]) -> Sequence[Value | None]:
        if inputs and self._folds(node):
            return [folded(call, node.op_type, inputs)]
        operators = OF_LEARNING if domain_of(node) else ON_ALL
        if node.op_type in operators:
            found = operators[node.op_type](call, self.graph, inputs)
            return [found] if isinstance(found, Value) else found
        work = ON_INPUTS[node.op_type]

        def operation(graph: SourceGraph, values: Any) -> Value:
            found = work(call, graph, values)
            assert isinstance(found, Value)
            return found

        return [self.graph.folded(operation, inputs)]

    def _attributes(self, node: Any, where: str) -> dict[str, Any]:
        import onnx

        found: dict[str, Any] = {}
        for attribute in node.attribute:
            value = onnx.helper.get_attribute_value(attribute)
            if isinstance(value, onnx.TensorProto):
                value = stored_value(value, where, self.folder)
            elif isinstance(value, bytes):
                value = value.decode("utf-8", "replace")
            found[attribute.name] = value
        return found

    def _value(self, name: str, where: str) -> Value:
        if name in self.further:
            raise UnsupportedError(
                f"{where} reads {name!r:.80}, a further output of {self.further[name]}; "
                "no labels, no indices of extrema and no masks are read"
            )
        if name not in self.values:
            initializer = self.part.initializers[name]
            if name not in self.stored:
                self.stored[name] = stored_value(initializer, f"initializer {name!r:.80}", self.folder)
            self.values[name], self.types[name] = self.stored[name], initializer.data_type
        return self.values[name]
