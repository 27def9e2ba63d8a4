"""Roots of counts by sections: nodes of the splitting tree are written into a workspace, open ones read from it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import Any

import numpy as np

from polytopes.enumeration.gate_program import GateProgram
from polytopes.enumeration.kernels.section_arrays import (
    ACTIVE,
    ASKED,
    BEGIN,
    BLOCK,
    BOUNDED,
    CELLS,
    DEAD,
    DECIDED,
    FACETS,
    FIRST,
    FRESH,
    GATE,
    GUIDED,
    INTEGRAL,
    LEAVES,
    LOADED,
    ON,
    OPEN,
    PHASE,
    QUESTION,
    RAYS,
    SIZE,
    STAGE,
    TIED,
    TOP,
    UNITS,
    WALLS,
    WANTED,
    WIDTH,
    Chain,
    Count,
    Root,
)
from polytopes.enumeration.orthants import Orthants
from polytopes.enumeration.packed_chain import form_table
from polytopes.enumeration.root_arrays import floats, is_exact, kept_root, root_arrays
from polytopes.enumeration.section_workspace import grown
from polytopes.enumeration.splitting_tree import Node, Path
from polytopes.enumeration.vertex_cell import Form, VertexCell

Array = np.ndarray[Any, Any]


def load(w: Count, c: Chain, program: GateProgram, node: Node, wanted: bool, guide: Path = ()) -> Count | None:
    """Make a node of the splitting tree the root of a count; None if it has too many walls.

    Its cell is kept by its rays and has no lines. ``wanted`` says that bounded cells are to be counted; ``guide`` are
    the decisions from the node to the one below which cells are wanted.
    """
    cell = node.geometry
    assert isinstance(cell, VertexCell)
    if len(cell.constraints) > WIDTH:
        return None
    n = w.vertices.shape[1] - 1
    while len(w.vertices) < len(cell.rays):
        w = grown(w, "vertices")
    constant, exact = node.tape[0], is_exact(c)
    if node.path:
        _load_cell(w, root_arrays(cell.constraints, cell.rays, cell.tight, constant, exact))
    else:
        _load_cell(w, kept_root(cell, constant, exact))
    _load_forms(w, c, program, node, n)
    _load_winners(w, c, node)
    w.nodes[0, FIRST], w.nodes[0, SIZE], w.nodes[0, PHASE], w.nodes[0, DECIDED] = 0, len(cell.rays), BEGIN, 0
    _begin(w, node, 1, wanted, guide)
    return w


def load_orthants(
    w: Count, c: Chain, program: GateProgram, node: Node, orthants: Orthants, wanted: bool, guide: Path = ()
) -> Count:
    """Make the cells into which a node with lines is opened the first nodes of a count; arguments as of :func:`load`.

    They come as if the count had split the node by these gates.
    """
    cell, n = node.geometry, w.vertices.shape[1] - 1
    given, gates = len(cell.constraints), np.array(orthants.gates)
    sides = np.array(list(product((1, 0), repeat=len(gates))))
    for k, (gate, winner) in enumerate(guide[: len(gates)]):
        sides = sides[(sides[:, k] == winner) & (gates[k] == gate)]
    count = len(sides)
    while len(w.nodes) < count + 1:
        w = grown(w, "nodes")
    while len(w.vertices) < count * n:
        w = grown(w, "vertices")
    tight = [((1 << n) - 1) ^ (1 << k) for k in range(n)]
    root = root_arrays(cell.constraints, orthants.rays, tight, node.tape[0], is_exact(c))
    _load_cell(w, root)
    _load_forms(w, c, program, node, n)
    signs = np.hstack([np.ones((count, given)), 2.0 * sides - 1])[:, :, None]
    vertices = w.vertices[: count * n].reshape(count, n, n + 1)
    vertices[:, :, :n], vertices[:, :, n] = signs * root.vertices[:, :n], root.vertices[:, n]
    w.marks[: count * n].reshape(count, n, -1)[:] = w.marks[:n]
    w.slots[0, given:n] = gates
    w.slots[1:count] = w.slots[0]
    w.words[:count] = 0
    for number, (_, _, units, gate) in enumerate(c.blocks.tolist()):
        inside = (gate <= gates) & (gates < gate + units)
        bits = np.uint64(1) << (gates - gate)[inside].astype(np.uint64)
        w.words[:count, ON + number] = (sides[:, inside] * bits).sum(axis=1, dtype=np.uint64)
    enter_first(w, c, 0)
    w.words[:count, OPEN] = w.words[0, OPEN]
    w.nodes[:count] = w.nodes[0]
    w.nodes[:count, FIRST], w.nodes[:count, SIZE], w.nodes[:count, DECIDED] = np.arange(count) * n, n, len(gates)
    w.decisions[: len(gates)] = gates
    _begin(w, node, count, wanted, guide)
    return w


def _begin(w: Count, node: Node, count: int, wanted: bool, guide: Path) -> None:
    """Start with so many nodes on the stack."""
    w.guide[: len(guide)] = np.array(guide, dtype=np.int64).reshape(-1, 2)
    w.state[TOP], w.state[GUIDED], w.state[WANTED], w.state[QUESTION] = count - 1, len(guide), wanted, 0
    w.state[LOADED] = node.stage
    w.state[CELLS] = w.state[BOUNDED] = w.state[ASKED] = w.state[LEAVES] = w.state[FACETS] = w.state[RAYS] = 0


def _load_cell(w: Count, cell: Root) -> None:
    count, size = len(cell.walls), len(cell.vertices)
    w.walls[:count], w.vertices[:size], w.constant[:] = cell.walls, cell.vertices, cell.constant
    w.slots[0, :count] = np.arange(-1, -1 - count, -1)
    w.marks[:size] = 0
    w.marks[:size, WALLS], w.marks[:size, ACTIVE] = cell.tight, ~np.uint64(0)


def _load_forms(w: Count, c: Chain, program: GateProgram, node: Node, n: int) -> None:
    """Write the forms of the units of the node's stage, integers or on their true scale like the weights."""
    gates, integral = program.stages[node.stage].gates, bool(c.stages[node.stage, INTEGRAL])
    table = w.forms[node.stage * (n + 3) : (node.stage + 1) * (n + 3), : len(gates)]
    if node.stage == 0 and n + 3 == len(c.start) and _is_identity(node.tape[:n]):
        table[:] = c.start
        return
    slots = [gate.selectors[1] for gate in gates]
    scales = [(1, 1) if integral else program.scales[slot].as_integer_ratio() for slot in slots]
    found = [floats(node.tape[slot], *scale) for slot, scale in zip(slots, scales, strict=True)]
    table[:] = form_table(np.array([row for row, _ in found]).T, np.array([error for _, error in found]))


def _is_identity(rows: Sequence[Form]) -> bool:
    return all(entry == int(i == j) for i, row in enumerate(rows) for j, entry in enumerate(row))


def _load_winners(w: Count, c: Chain, node: Node) -> None:
    """Note which gates are closed; those of the present stage that are open are looked at anew."""
    first = len(node.winners)
    w.words[0] = 0
    w.words[0, TIED] = ~np.uint64(0) if node.stage else 0
    if not node.path and not node.stage:
        enter_first(w, c, 0)
        return
    for number, (stage, _, units, gate) in enumerate(c.blocks.tolist()):
        if stage < node.stage:
            w.words[0, ON + number] = sum(1 << k for k in range(units) if node.winners[gate + k] == 1)
    number = next(k for k, block in enumerate(c.blocks.tolist()) if block[STAGE] == node.stage)
    enter_first(w, c, number)
    _load_splits(w, c, node, first)


def _load_splits(w: Count, c: Chain, node: Node, first: int) -> None:
    """Note which walls are units of the node's stage, by which exact splits came: the last constraints of its cell."""
    start = len(node.geometry.constraints) - len(node.path)
    for slot, (gate, winner) in enumerate(node.path, start):
        if gate >= first:
            w.slots[0, slot] = gate
            number = int(np.searchsorted(c.blocks[:, GATE], gate, side="right")) - 1
            w.words[0, ON + number] |= np.uint64(winner << (gate - int(c.blocks[number, GATE])))


def enter_first(w: Count, c: Chain, number: int) -> None:
    """Open all units of a block at the root."""
    w.nodes[0, BLOCK], w.nodes[0, PHASE] = number, BEGIN
    mask = (1 << int(c.blocks[number, UNITS])) - 1
    if number + 1 == len(c.blocks) and not len(w.leaves):
        mask &= ~int(c.copies[number])
    w.words[0, OPEN], w.words[0, FRESH] = mask, 0


def open_paths(w: Count, c: Chain, path: Path) -> list[Path]:
    """Return the paths of the nodes still on the stack of a count whose root has the given path."""
    paths = []
    for node in range(int(w.state[TOP]) + 1):
        if w.nodes[node, PHASE] != DEAD:
            gates = [int(gate) for gate in w.decisions[: w.nodes[node, DECIDED]]]
            paths.append((*path, *((gate, winner_of(w, c, node, gate)) for gate in gates)))
    return paths


def winner_of(w: Count, c: Chain, node: int, gate: int) -> int:
    """Return the winner of a closed gate at a node."""
    number = int(np.searchsorted(c.blocks[:, GATE], gate, side="right")) - 1
    return int(w.words[node, ON + number]) >> (gate - int(c.blocks[number, GATE])) & 1
