"""Roots of counts by sections: nodes of the splitting tree are written into a workspace, open ones read from it."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from itertools import product
from typing import Any, NamedTuple

import numpy as np
from flint import fmpz

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
)
from polytopes.enumeration.kernels.signs import TINY, UNIT
from polytopes.enumeration.orthants import Orthants
from polytopes.enumeration.packed_chain import form_table
from polytopes.enumeration.packed_program import quotient
from polytopes.enumeration.section_workspace import grown
from polytopes.enumeration.splitting_tree import Node, Path
from polytopes.enumeration.vertex_cell import Form, VertexCell

Array = np.ndarray[Any, Any]
SHORT = 12
"""Integers of so many bits are kept as they are in any program."""


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
    arrays = _cell_arrays(node, cell, n, bool(c.stages[:, INTEGRAL].all()))
    _load_cell(w, arrays, np.array(cell.tight, dtype=np.uint64))
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
    root = _read_cell(node, cell.constraints, orthants.rays, n, bool(c.stages[:, INTEGRAL].all()))
    _load_cell(w, root, ((1 << n) - 1) ^ (1 << np.arange(n)))
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


class CellArrays(NamedTuple):
    """The constraints and the rays of a cell, and the form that is 1 on the domain, in floats."""

    walls: Array
    vertices: Array
    constant: Array


CELLS_KEPT = 4
_cells: OrderedDict[tuple[int, bool], tuple[VertexCell, CellArrays]] = OrderedDict()
"""The last few roots, by the id of their cell, which is kept with them so that no other has it."""


def _cell_arrays(node: Node, cell: VertexCell, n: int, exact: bool) -> CellArrays:
    """Return the cell of a node in arrays; a domain in which one network after the other is counted is read once."""
    if node.path:
        return _read_cell(node, cell.constraints, cell.rays, n, exact)
    key = id(cell), exact
    known = _cells.get(key)
    if known is None:
        known = _cells[key] = cell, _read_cell(node, cell.constraints, cell.rays, n, exact)
        while len(_cells) > CELLS_KEPT:
            _cells.popitem(last=False)
    return known[1]


def _read_cell(
    node: Node, constraints: Sequence[Form], rays: Sequence[Sequence[fmpz | int]], n: int, exact: bool
) -> CellArrays:
    rows = [[int(entry) for entry in row] for row in (*constraints, *rays)]
    count = len(constraints)
    walls, vertices = np.zeros((count, 2 * n)), np.zeros((len(rays), n + 1))
    if max(max(map(abs, row)) for row in rows) < 1 << SHORT:
        walls[:, :n], vertices[:, :n] = rows[:count], rows[count:]
    else:
        for wall, form in zip(walls, constraints, strict=True):
            wall[:n], wall[n:] = _floats(form, 1, 1)
        for place, ray in enumerate(rows[count:]):
            put_vertex(vertices, place, ray, n, exact)
    values, error = _floats(node.tape[0], 1, 1)
    return CellArrays(walls, vertices, np.array([*values, error, np.abs(values).max()]))


def _load_cell(w: Count, cell: CellArrays, tight: Array) -> None:
    count, size = len(cell.walls), len(cell.vertices)
    w.walls[:count], w.vertices[:size], w.constant[:] = cell.walls, cell.vertices, cell.constant
    w.slots[0, :count] = np.arange(-1, -1 - count, -1)
    w.marks[:size] = 0
    w.marks[:size, WALLS], w.marks[:size, ACTIVE] = tight, ~np.uint64(0)


def put_vertex(vertices: Array, place: int, ray: Sequence[fmpz | int], n: int, exact: bool) -> None:
    """Write an exact vector as a vertex: as it is if its integers are short, else scaled by a power of 2.

    In a program of integers all below 2^53 are short; in others large ones would only spoil what is computed from them.
    """
    entries = [int(entry) for entry in ray]
    bits = max(abs(entry).bit_length() for entry in entries)
    kept = bits <= (53 if exact else SHORT)
    scale = 1 if kept else 1 << bits
    vertices[place, :n] = [quotient(entry, scale) for entry in entries]
    vertices[place, n] = 0.0 if kept else 2 * UNIT


def _load_forms(w: Count, c: Chain, program: GateProgram, node: Node, n: int) -> None:
    """Write the forms of the units of the node's stage, integers or on their true scale like the weights."""
    gates, integral = program.stages[node.stage].gates, bool(c.stages[node.stage, INTEGRAL])
    table = w.forms[node.stage * (n + 3) : (node.stage + 1) * (n + 3), : len(gates)]
    if node.stage == 0 and n + 3 == len(c.start) and _is_identity(node.tape[:n]):
        table[:] = c.start
        return
    slots = [gate.selectors[1] for gate in gates]
    scales = [(1, 1) if integral else program.scales[slot].as_integer_ratio() for slot in slots]
    found = [_floats(node.tape[slot], *scale) for slot, scale in zip(slots, scales, strict=True)]
    table[:] = form_table(np.array([row for row, _ in found]).T, np.array([error for _, error in found]))


def _is_identity(rows: Sequence[Form]) -> bool:
    return all(entry == int(i == j) for i, row in enumerate(rows) for j, entry in enumerate(row))


def _floats(form: Form, numerator: int, denominator: int) -> tuple[Array, float]:
    """Return a multiple of an integer form in floats, zero only where it is zero, with the largest error."""
    entries = [int(entry) * numerator for entry in form]
    values = np.array([quotient(entry, denominator) for entry in entries])
    values[[bool(entry) and not value for entry, value in zip(entries, values, strict=True)]] = TINY
    exact = denominator == 1 and all(abs(entry) <= 2**53 for entry in entries)
    return values, 0.0 if exact else float((np.abs(values) * 2 * UNIT).max() + 2 * TINY)


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
