"""A network as a gate program.

Linear layers stay symbolic rows until a gate or a wide linear layer reads them. Elementwise scalings are folded
into the rows they read, and moving entries about costs nothing; other linear layers are never multiplied out,
because the product of two matrices with a narrow middle is larger than both.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from polytopes.gates import GateProgram, ProgramBuilder
from tropical.layers import GateLayer, Input, LinearLayer, Rearrangement
from tropical.layers.base import Rows

if TYPE_CHECKING:
    from tropical.network import Network, Node


def lower(network: Network) -> GateProgram:
    """Return the gate program of a network: gates in the order of the nodes, stages named after them."""
    lowering = _Lowering(network)
    for index in range(len(network.nodes)):
        lowering.add(index)
    return lowering.finish()


class _Lowering:
    """``values[i]`` holds node i as rows over slots of the builder; a row ``{s: 1}`` is the slot s itself."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.build = ProgramBuilder(network.input_dim)
        self.values: list[Rows] = []

    def add(self, index: int) -> None:
        node = self.network.nodes[index]
        self.values.append(self._value(node))

    def _value(self, node: Node) -> Rows:
        layer, shapes = node.layer, [self.network.shapes[i] for i in node.inputs]
        match layer:
            case Input():
                return _plain(self.build.inputs)
            case Rearrangement():
                joined = [row for i in node.inputs for row in self.values[i]]
                return [joined[j] for j in layer.indices(*shapes).ravel().tolist()]
            case LinearLayer():
                return self._compose(node, layer.rows(*shapes))
            case GateLayer():
                self.build.name(node.name)
                return _plain(layer.emit(self.build, shapes, [self._slots(i) for i in node.inputs]))
        raise TypeError(f"{layer.kind} is neither linear nor made of gates")

    def _compose(self, node: Node, rows: Rows) -> Rows:
        if any(sum(key != 0 for key in row) > 1 for row in rows):
            for i in node.inputs:
                self.values[i] = _plain(self._slots(i))
        joined = [row for i in node.inputs for row in self.values[i]]
        return [_substitute(row, joined) for row in rows]

    def _slots(self, index: int) -> list[int]:
        """Return slots that hold node ``index``, appending the rows that are not slots yet."""
        rows = self.values[index]
        kept = [_slot(row) for row in rows]
        new = iter(self.build.linear([row for row, slot in zip(rows, kept, strict=True) if slot is None]))
        slots = [next(new) if slot is None else slot for slot in kept]
        self.values[index] = _plain(slots)
        return slots

    def finish(self) -> GateProgram:
        self.build.name(self.network.nodes[-1].name)
        return self.build.finish(self._slots(len(self.values) - 1))


def _plain(slots: Sequence[int]) -> Rows:
    return [{slot: Fraction(1)} for slot in slots]


def _slot(row: dict[int, Fraction]) -> int | None:
    if len(row) == 1:
        [(slot, factor)] = row.items()
        return slot if factor == 1 else None
    return None


def _substitute(row: dict[int, Fraction], joined: Rows) -> dict[int, Fraction]:
    """Return the row over slots; key 0 is the constant on both sides, key 1 + j is ``joined[j]``."""
    total: dict[int, Fraction] = {}
    for key, factor in row.items():
        if not factor:
            continue
        for slot, value in joined[key - 1].items() if key else ((0, Fraction(1)),):
            total[slot] = total[slot] + factor * value if slot in total else factor * value
    return {slot: value for slot, value in total.items() if value}
