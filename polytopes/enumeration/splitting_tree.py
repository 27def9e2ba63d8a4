"""The splitting tree: nodes are cells with the winners found so far, in exact arithmetic.

At a node only the gates that the parent left open are looked at again; a gate that one form wins on the whole cell is
closed for all cells below.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol, Self

from attrs import evolve, frozen

from polytopes.arithmetic.rationals import Row
from polytopes.enumeration.gate_program import Gate, GateProgram, Tape, apply_rows
from polytopes.enumeration.stage_watch import current_watch
from polytopes.enumeration.vertex_cell import NEGATIVE, POSITIVE, Form


class CellGeometry(Protocol):
    """What the engine asks of a full-dimensional cone in homogeneous coordinates."""

    @property
    def constraints(self) -> tuple[Form, ...]:
        """Linear forms that are nonnegative on the cone and together define it."""

    def signs(self, forms: Sequence[Form]) -> list[int]:
        """Return which signs each form takes, as NEGATIVE | POSITIVE bits."""

    def split(self, form: Form) -> tuple[Self, Self]:
        """Return the nonpositive and the nonnegative part of a form that takes both signs."""

    def half(self, form: Form) -> Self:
        """Return the nonnegative part only."""

    def interior(self) -> Row:
        """Return a vector in the interior."""

    def is_bounded_by(self, form: Form) -> bool:
        """Whether a form that is nonnegative on the cone vanishes only at its apex."""

    def facets(self) -> list[tuple[int, Row]]:
        """Return the irredundant constraints by index, each with a vector in the relative interior of its facet."""


Path = tuple[tuple[int, int], ...]
"""The decisions from the root to a node: (gate, its winner), gates in the order of a pattern."""


@frozen(eq=False)
class Node:
    """A cell in the tree: the winners so far, and the gates of the present stage that are still open."""

    geometry: CellGeometry
    tape: Tape
    stage: int
    winners: tuple[int, ...]
    present: tuple[int, ...]
    """Winners of the gates of the present stage; -1 where open."""
    open: tuple[tuple[int, tuple[int, ...]], ...]
    """Open gates of the stage: (index, forms that may still win)."""
    path: Path = ()


def leaves(program: GateProgram, root: Node) -> Iterator[Node]:
    """Yield the leaves below a node: cells on which every gate has one winner."""
    stack = [root]
    while stack:
        node = advance(program, settle(program, stack.pop()))
        if node.open:
            stack.extend(reversed(branch(program, node)))
        else:
            yield node


def advance(program: GateProgram, node: Node) -> Node:
    """Go on from a settled node to the next stages while no gate is open.

    The node returned is settled. It has an open gate, by which it is to be split, or is a leaf.
    """
    while not node.open and node.stage <= program.last_gated_stage:
        node = settle(program, enter(program, _leave(program, node)))
    return node


def enter(program: GateProgram, node: Node) -> Node:
    """Compute the linear forms of the node's stage and open its gates, unless no gates are left."""
    if node.stage > program.last_gated_stage:
        return node
    stage = program.stages[node.stage]
    tape = node.tape + apply_rows(stage, node.tape, len(node.tape[0]))
    return evolve(node, tape=tape, present=(-1,) * len(stage.gates), open=stage.open_gates)


def _leave(program: GateProgram, node: Node) -> Node:
    """Pass on the outputs of the winners and go to the next stage."""
    gates = program.stages[node.stage].gates
    passed = [node.tape[gate.outputs[winner]] for gate, winner in zip(gates, node.present, strict=True)]
    winners = node.winners + node.present
    return Node(node.geometry, node.tape + passed, node.stage + 1, winners, (), (), node.path)


def settle(program: GateProgram, node: Node) -> Node:
    """Close every open gate that one form wins on the whole cell."""
    if not node.open:
        return node
    gates = program.stages[node.stage].gates
    watch = current_watch()
    if watch is not None:
        pairs = [len(rivals) * (len(rivals) - 1) // 2 for _, rivals in node.open]
        watch.look(program, node.stage, len(node.path), pairs)
    forms = [form for g, rivals in node.open for form in _differences(node.tape, gates[g], rivals)]
    signs = iter(node.geometry.signs(forms))
    present, still_open = list(node.present), []
    for g, rivals in node.open:
        remaining = _undominated(rivals, signs)
        if len(remaining) == 1:
            present[g] = remaining[0]
        else:
            still_open.append((g, remaining))
    if watch is not None:
        watch.looked(len(still_open))
    return evolve(node, present=tuple(present), open=tuple(still_open))


def _differences(tape: Tape, gate: Gate, rivals: tuple[int, ...]) -> Iterator[Form]:
    """Yield selector j minus selector i for all pairs i < j of rivals."""
    for position, i in enumerate(rivals):
        low = tape[gate.selectors[i]]
        for j in rivals[position + 1 :]:
            high = tape[gate.selectors[j]]
            yield [b - a for a, b in zip(low, high, strict=True)] if any(low) else high


def _undominated(rivals: tuple[int, ...], signs: Iterator[int]) -> tuple[int, ...]:
    """Drop every rival that another one beats or equals on the whole cell; equal ones leave the smallest index."""
    beaten: set[int] = set()
    for position, i in enumerate(rivals):
        for j in rivals[position + 1 :]:
            sign = next(signs)
            if not sign & POSITIVE:
                beaten.add(j)
            elif not sign & NEGATIVE:
                beaten.add(i)
    return tuple(i for i in rivals if i not in beaten)


def branch(program: GateProgram, node: Node) -> list[Node]:
    """Split the cell by the first open gate, one child for each winner."""
    (g, rivals), *rest = node.open
    gate = program.stages[node.stage].gates[g]
    children = []
    for winner, geometry in _pieces(node, gate, rivals):
        present = (*node.present[:g], winner, *node.present[g + 1 :])
        path = (*node.path, (len(node.winners) + g, winner))
        children.append(evolve(node, geometry=geometry, present=present, open=tuple(rest), path=path))
    return children


def _pieces(node: Node, gate: Gate, rivals: tuple[int, ...]) -> list[tuple[int, CellGeometry]]:
    if len(rivals) == 2:
        [form] = _differences(node.tape, gate, rivals)
        return list(zip(rivals, node.geometry.split(form), strict=True))
    pieces = ((winner, _piece(node, gate, winner, rivals)) for winner in rivals)
    return [(winner, piece) for winner, piece in pieces if piece is not None]


def _piece(node: Node, gate: Gate, winner: int, rivals: tuple[int, ...]) -> CellGeometry | None:
    """Return the part of the cell where ``winner`` beats all rivals, or None if it has no interior."""
    geometry = node.geometry
    best = node.tape[gate.selectors[winner]]
    for rival in rivals:
        if rival == winner:
            continue
        form = [a - b for a, b in zip(best, node.tape[gate.selectors[rival]], strict=True)]
        [signs] = geometry.signs([form])
        if not signs & POSITIVE:
            return None
        if signs & NEGATIVE:
            geometry = geometry.half(form)
    return geometry
