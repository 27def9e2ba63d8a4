"""A network as a gate program.

Linear layers stay symbolic rows until a gate or a wide linear layer reads them. Elementwise scalings are folded
into the rows they read, and rearranging entries costs nothing. Other linear layers are never multiplied out: the
product of two matrices with a small inner dimension is larger than both.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from polytopes.enumeration.gate_program import GateProgram
from polytopes.enumeration.program_builder import ProgramBuilder
from tropical.networks.layers import GateLayer, Input, LinearLayer, Rearrangement
from tropical.networks.layers.base import IntegerRows, Rows
from tropical.networks.node import Node
from tropical.networks.tensor import Shape, size

ONE = Fraction(1)
"""Known by identity, so that nothing is multiplied by it."""


def lower(nodes: Sequence[Node], shapes: Sequence[Shape]) -> GateProgram:
    """Return the gate program of a network: gates in the order of the nodes, stages named after them.

    Args:
        nodes: the nodes in topological order, the input first and the output last.
        shapes: the shapes of their values.
    """
    lowering = _Lowering(shapes)
    for node in nodes:
        lowering.add(node)
    return lowering.finish(nodes[-1].name)


class _Lowering:
    """``values[i]`` holds node i as rows over slots of the builder; a row ``{s: 1}`` is the slot s itself.

    Rows of integers stand for the same rows of fractions until these are asked for.
    ``placed`` has the slot of every row (by identity) that was appended: rows moved or repeated are appended once.
    """

    def __init__(self, shapes: Sequence[Shape]) -> None:
        self.shapes = shapes
        self.build = ProgramBuilder(size(shapes[0]))
        self.values: list[Rows | IntegerRows] = []
        self.placed: dict[int, tuple[dict[int, Fraction], int]] = {}

    def add(self, node: Node) -> None:
        self.values.append(self._value(node))

    def _rows(self, index: int) -> Rows:
        value = self.values[index]
        rows = value.fractions() if isinstance(value, IntegerRows) else value
        self.values[index] = rows
        return rows

    def _value(self, node: Node) -> Rows | IntegerRows:
        layer, shapes = node.layer, [self.shapes[i] for i in node.inputs]
        match layer:
            case Input():
                return _plain(self.build.inputs)
            case Rearrangement():
                joined = [row for i in node.inputs for row in self._rows(i)]
                return [joined[j] for j in layer.indices(*shapes).ravel().tolist()]
            case LinearLayer():
                integers = layer.integer_rows(*shapes)
                composed = None if integers is None else self._compose_integers(node, integers)
                return self._compose(node, layer.rows(*shapes)) if composed is None else composed
            case GateLayer():
                self.build.name(node.name)
                return _plain(layer.emit(self.build, shapes, [self._slots(i) for i in node.inputs]))
        raise TypeError(f"{layer.kind} is neither linear nor made of gates")

    def _compose_integers(self, node: Node, value: IntegerRows) -> IntegerRows | None:
        """Return the rows over slots; None where the inputs are to stay symbolic or one slot is read twice."""
        if not _is_read_again(value.rows):
            return None
        keys = [0, *(slot for i in node.inputs for slot in self._slots(i))]
        if len(set(keys)) < len(keys):
            return None
        return IntegerRows([{keys[key]: entry for key, entry in row.items()} for row in value.rows], value.denominator)

    def _compose(self, node: Node, rows: Rows) -> Rows:
        if _is_read_again(rows):
            for i in node.inputs:
                self.values[i] = _plain(self._slots(i))
        joined = [row for i in node.inputs for row in self._rows(i)]
        return [_substitute(row, joined) for row in rows]

    def _slots(self, index: int) -> list[int]:
        """Return slots that hold node ``index``, appending the rows that are not slots yet."""
        value = self.values[index]
        if isinstance(value, IntegerRows):
            slots = self._placed(value)
            self.values[index] = _plain(slots)
            return slots
        rows = value
        fresh = {id(row): row for row in rows if id(row) not in self.placed and not _is_slot(row)}
        new = self.build.linear(list(fresh.values()))
        self.placed |= {key: (row, slot) for (key, row), slot in zip(fresh.items(), new, strict=True)}
        slots = [self.placed[id(row)][1] if id(row) in self.placed else next(iter(row)) for row in rows]
        self.values[index] = _plain(slots)
        return slots

    def _placed(self, value: IntegerRows) -> list[int]:
        """Return slots of rows of integers over slots, appending those that are not slots."""
        alone = [next(iter(row)) if list(row.values()) == [value.denominator] else None for row in value.rows]
        fresh = [row for row, slot in zip(value.rows, alone, strict=True) if slot is None]
        new = iter(self.build.linear_over(fresh, value.denominator))
        return [next(new) if slot is None else slot for slot in alone]

    def finish(self, name: str) -> GateProgram:
        self.build.name(name)
        return self.build.finish(self._slots(len(self.values) - 1))


def _is_read_again(rows: Sequence[Mapping[int, object]]) -> bool:
    """Whether rows read an entry twice or several together, so that what they read is to have a slot."""
    read = [key for row in rows for key in row if key]
    return len(read) > len(set(read)) or any(len(row) - (0 in row) > 1 for row in rows)


def _plain(slots: Sequence[int]) -> Rows:
    return [{slot: ONE} for slot in slots]


def _is_slot(row: dict[int, Fraction]) -> bool:
    return len(row) == 1 and 1 in row.values()


def _substitute(row: dict[int, Fraction], joined: Rows) -> dict[int, Fraction]:
    """Return the row over slots; key 0 is the constant on both sides, key 1 + j is ``joined[j]``."""
    total: dict[int, Fraction] = {}
    for key, factor in row.items():
        if not factor:
            continue
        for slot, value in joined[key - 1].items() if key else ((0, ONE),):
            product = factor if value is ONE else factor * value
            total[slot] = total[slot] + product if slot in total else product
    return {slot: value for slot, value in total.items() if value}
