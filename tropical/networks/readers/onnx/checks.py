"""Checks of the nodes of an ONNX graph against the signatures in the onnx package, before they are read.

They concern the numbers of inputs and outputs, the names and types of attributes, and that integers and floats are not
mixed. What an operator requires of axes and lengths is checked where it is read.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from polytopes.errors import FileFormatError, UnsupportedError
from polytopes.messages import shortened
from tropical.networks.readers.symbolic.values import Value, constant
from tropical.networks.tensor import Tensor

MANY = 2**31 - 1
"""The number by which the onnx package says that inputs are unbounded."""


def shown(name: str) -> str:
    """Return a name from a file as it is, or quoted and cut if it is long or not printable."""
    return name if name.isprintable() and 0 < len(name) < 80 else f"{name!r:.80}"


def label(node: Any) -> str:
    """Return the name of a node, or of its first output, quoted."""
    names = [node.name, *node.output]
    return repr(next((name for name in names if name), "")[:80])


def check_texts(message: Any) -> None:
    """Raise FileFormatError unless all texts in a message of protobuf, which may be any bytes, are UTF-8."""
    from google.protobuf.message import Message

    for field, value in message.ListFields():
        if field.type not in (field.TYPE_STRING, field.TYPE_MESSAGE):
            continue
        for part in [value] if isinstance(value, (str, bytes, Message)) else value:
            if field.type == field.TYPE_MESSAGE:
                check_texts(part)
            elif isinstance(part, bytes):
                raise FileFormatError(f"a text of the graph, its {field.name}, is not UTF-8: {shortened(part)}")


ML = "ai.onnx.ml"
"""The domain of the operators of machine learning."""


def domain_of(node: Any) -> str:
    """Return the domain of a node's operator; "ai.onnx" is another name of the default one, ""."""
    return "" if node.domain == "ai.onnx" else str(node.domain)


def names_read(node: Any) -> list[str]:
    """Return the names that a node reads: its inputs, and what graphs in it take from outside."""
    names = [name for name in node.input if name]
    for attribute in node.attribute:
        if attribute.HasField("g"):
            inner = attribute.g
            own = {entry.name for entry in (*inner.initializer, *inner.input)}
            own |= {name for part in inner.node for name in part.output}
            read = [name for part in inner.node for name in names_read(part)]
            names += [name for name in (*read, *(entry.name for entry in inner.output)) if name not in own]
    return names


def versions_of(message: Any) -> dict[str, int]:
    """Return the operator sets of a model or a function, by their domains."""
    found: dict[str, int] = {}
    for entry in message.opset_import:
        domain = "" if entry.domain == "ai.onnx" else entry.domain
        found[domain] = max(entry.version, found.get(domain, 0))
    return found


def signature(node: Any, version: int) -> Any:
    """Return the onnx package's signature of a node's operator, after checking the node against it."""
    import onnx

    known = onnx.defs.onnx_opset_version() if not domain_of(node) else onnx.defs.onnx_ml_opset_version()
    where = f"node {label(node)} ({node.op_type})"
    try:
        schema = onnx.defs.get_schema(node.op_type, max(1, min(version, known)), domain_of(node))
    except onnx.defs.SchemaError:
        raise FileFormatError(f"{where}: operator set {version} has no such operator") from None
    _check_count(where, "inputs", len(node.input), schema.min_input, schema.max_input)
    _check_count(where, "outputs", len(node.output), schema.min_output, schema.max_output)
    required = [not name and _formal(schema, i).option.name == "Single" for i, name in enumerate(node.input)]
    if any(required) or not node.output[0]:
        raise FileFormatError(f"{where}: a required input or the output has no name")
    _check_attributes(where, node, schema)
    return schema


def _check_count(where: str, what: str, count: int, least: int, most: int) -> None:
    if not least <= count <= most:
        bounds = f"{least} or more" if most >= MANY else f"{least}" if least == most else f"{least} to {most}"
        raise FileFormatError(f"{where}: has {count} {what}, needs {bounds}")


def _formal(schema: Any, place: int) -> Any:
    """The last formal input of a variadic operator stands for all that follow."""
    return schema.inputs[min(place, len(schema.inputs) - 1)]


def _check_attributes(where: str, node: Any, schema: Any) -> None:
    seen = set()
    for attribute in node.attribute:
        known = schema.attributes.get(attribute.name)
        if known is None or attribute.name in seen:
            fault = "twice" if attribute.name in seen else f"but has {', '.join(sorted(schema.attributes)) or 'none'}"
            raise FileFormatError(f"{where}: the attribute {shown(attribute.name)} is given, {fault}")
        if attribute.ref_attr_name or attribute.type != int(known.type.value):
            raise FileFormatError(f"{where}: the attribute {attribute.name} should be of type {known.type.name}")
        seen.add(attribute.name)
    missing = [name for name, known in schema.attributes.items() if known.required and name not in seen]
    if missing:
        raise FileFormatError(f"{where}: the attribute {missing[0]} is missing")


def kind_of(element_type: int) -> str:
    """Return "f", "i" or "b" for a type of elements: floats, integers, booleans."""
    import onnx

    if element_type == onnx.TensorProto.BOOL:
        return "b"
    name = onnx.TensorProto.DataType.Name(element_type)
    return "i" if "INT" in name else "f"


def float_types() -> frozenset[int]:
    """Return the types of floats that an input may have."""
    import onnx

    kinds = onnx.TensorProto
    return frozenset({kinds.FLOAT, kinds.DOUBLE, kinds.FLOAT16, kinds.BFLOAT16})


def result_types(node: Any, schema: Any, types: Sequence[int]) -> list[int]:
    """Return the element types of the outputs of a node, whose inputs have these (0 for one left out)."""
    import onnx

    kinds, attributes = onnx.TensorProto, {attribute.name: attribute for attribute in node.attribute}
    for name in ("to", "dtype"):
        if name in attributes:
            return [int(attributes[name].i)]
    if "value" in attributes and attributes["value"].t.data_type:
        return [int(attributes["value"].t.data_type)]
    if node.op_type == "Constant":
        return [int(kinds.INT64 if any(name.startswith("value_int") for name in attributes) else kinds.FLOAT)]
    named = {_formal(schema, place).type_str: found for place, found in reversed([*enumerate(types)]) if found}
    fixed = {"tensor(bool)": kinds.BOOL, "tensor(int64)": kinds.INT64, "tensor(float)": kinds.FLOAT}
    own = {c.type_param_str: c.allowed_type_strs for c in schema.type_constraints}
    results = []
    for place in range(len(node.output)):
        text = schema.outputs[min(place, len(schema.outputs) - 1)].type_str
        allowed = own.get(text, [text])
        found = fixed.get(allowed[0], kinds.FLOAT) if len(allowed) == 1 else named.get(text, kinds.FLOAT)
        results.append(int(named.get(text, found)))
    return results


def check_types(where: str, schema: Any, types: Sequence[int]) -> None:
    """Raise FileFormatError if an input (0 for one left out) is an integer where a float is needed, or the reverse."""
    allowed = {c.type_param_str: c.allowed_type_strs for c in schema.type_constraints}
    found: dict[str, str] = {}
    words = {"f": ("float", "double"), "i": ("int",), "b": ("bool",)}
    for place, element_type in enumerate(types):
        if element_type == 0:
            continue
        formal, kind = _formal(schema, place), kind_of(element_type)
        strings = allowed.get(formal.type_str, [formal.type_str])
        if not any(word in string for word in words[kind] for string in strings):
            raise FileFormatError(f"{where}: input {place} ({formal.name}) should be {' or '.join(strings[:4])}")
        if formal.is_homogeneous and found.setdefault(formal.type_str, kind) != kind:
            raise FileFormatError(f"{where}: input {place} mixes integers and floats; cast one of them")


def on_integers(value: Value, operator: str, element_type: int) -> Value:
    """Return the value of an operation on constant integers: division truncates, and overflow is refused."""
    import onnx

    if value.constant is None or kind_of(element_type) != "i":
        return value
    entries = value.constant.fractions.ravel().tolist()
    if operator == "Div":
        entries = [Fraction(int(entry)) for entry in entries]
    name = onnx.TensorProto.DataType.Name(element_type)
    bits = int("".join(c for c in name if c.isdigit()))
    low, high = (0, 2**bits - 1) if name.startswith("U") else (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)
    if not all(entry.denominator == 1 and low <= entry <= high for entry in entries):
        raise UnsupportedError(f"constant integers leave the type {name} in this operation; use floats")
    return constant(Tensor.of(np.array(entries, dtype=object)).reshape(value.shape))
