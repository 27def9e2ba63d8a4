"""The workspace of the compiled walk: flat arrays into which nodes of the splitting tree are loaded."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from flint import fmpz

from polytopes.arithmetic.rationals import Row
from polytopes.enumeration.gate_program import GateProgram
from polytopes.enumeration.kernels.arrays import (
    BASE,
    CHOSEN,
    COUNT,
    CURSOR,
    DECIDED,
    GUIDED,
    INTEGRAL,
    OPEN,
    PENDING,
    REFUSE,
    SEED,
    SIDE,
    STAGE,
    TOP,
    WALLS,
    WANTED,
    Probe,
    Program,
    Record,
    Walk,
)
from polytopes.enumeration.kernels.signs import TINY, UNIT
from polytopes.enumeration.packed_program import quotient
from polytopes.enumeration.splitting_tree import Node, Path
from polytopes.enumeration.vertex_cell import Form, VertexCell

FACETS_EACH, RAYS_EACH = 16, 16
"""Places for facets and rays of each cell of a block; if cells have more, blocks are shorter."""
Array = np.ndarray[Any, Any]


def new_workspace(
    program: GateProgram, size: int, block: int, refuse: int, seed: int, recorded: bool = False, shaped: bool = False
) -> Walk:
    """Return empty arrays for walks of a program in ``size`` homogeneous coordinates, for blocks of leaves.

    ``recorded`` says that records are wanted, ``shaped`` that these have rays and forms too.
    """
    n, n_gates = size, program.n_gates
    n_walls = 2 * size + sum(rank - 1 for rank in program.gate_ranks) + 1
    n_nodes, n_rays, n_new = 32, 256, 64
    widest = max([1, *(len(stage.gates) for stage in program.stages)])
    w = Walk(
        state=np.zeros(14, dtype=np.int64),
        nodes=np.zeros((n_nodes, 11), dtype=np.int64),
        open_gates=np.zeros((n_nodes, widest), dtype=np.int64),
        open_rivals=np.zeros((n_nodes, widest), dtype=np.uint64),
        beaten=np.zeros(n_nodes, dtype=np.uint64),
        winners=np.zeros((n_nodes, n_gates), dtype=np.uint8),
        rays=np.zeros((n_rays, 2 * n + 1)),
        tight=np.zeros((n_rays, n_walls // 64 + 1), dtype=np.uint64),
        signs=np.zeros(n_rays, dtype=np.int64),
        new_rays=np.zeros((n_new, 2 * n + 1)),
        new_tight=np.zeros((n_new, n_walls // 64 + 1), dtype=np.uint64),
        tape=np.zeros((len(program.scales), 2 * n + 2)),
        walls=np.zeros((n_walls, 2 * n + 1)),
        origins=np.zeros((n_walls, 4), dtype=np.int64),
        decisions=np.zeros(n_gates, dtype=np.int64),
        guide=np.zeros((n_gates, 2), dtype=np.int64),
        form=np.zeros((1, 2 * n + 1)),
        reach=np.zeros((2, n)),
        rows=np.zeros((n - 1, 2 * n)),
        work=np.zeros((n + 3, 2 * n)),
        sums=np.zeros((2 * n, max([1, *(len(stage.rows) for stage in program.stages)]))),
        zeros=np.zeros(len(program.scales), dtype=np.bool_),
        unknown=np.zeros(n, dtype=np.int64),
        residues=np.zeros((n + 1, n + 1), dtype=np.int64),
        leaves=np.zeros((block, n_gates), dtype=np.uint8),
        records=_new_records(n, n_walls, block if recorded else 0, n_rays, program.outputs if shaped else None),
    )
    w.state[REFUSE], w.state[SEED] = refuse, seed
    return w


def _new_records(n: int, n_walls: int, block: int, n_rays: int, outputs: Sequence[int] | None) -> Record:
    on = min(block, 1)
    shapes = block if outputs is not None else 0
    facets = on * (FACETS_EACH * block + n_walls)
    return Record(
        used=np.zeros(2, dtype=np.int64),
        points=np.zeros((block, n)),
        n_facets=np.zeros(block, dtype=np.int64),
        facets=np.zeros(facets, dtype=np.int64),
        members=np.zeros((on * (n_rays // 64 + 1), n_walls), dtype=np.uint64),
        point=np.zeros((2, 2 * n + 1)),
        outputs=np.array(outputs or (), dtype=np.int64),
        n_rays=np.zeros(shapes, dtype=np.int64),
        at_infinity=np.zeros(shapes, dtype=np.uint64),
        incidence=np.zeros(facets if shapes else 0, dtype=np.uint64),
        rays=np.zeros((min(shapes, 1) * (RAYS_EACH * block + 64), 2 * n + 1)),
        forms=np.zeros((shapes * len(outputs or ()), 2 * n + 1)),
    )


def new_probe(n: int, n_walls: int) -> Probe:
    """Return the scratch of a walk that keeps cells by a point."""
    return Probe(
        target=np.zeros(n),
        residual=np.zeros(n),
        slopes=np.zeros(n_walls),
        rooms=np.zeros(n_walls),
        passive=np.zeros(n + 1, dtype=np.int64),
        coefficients=np.zeros(n + 1),
        solution=np.zeros(n + 1),
        half=np.zeros(n + 1),
        system=np.zeros((n + 1, n + 1)),
        chosen=np.zeros(n, dtype=np.int64),
        table=np.zeros((n, 2 * n + 2)),
        table_work=np.zeros((n + 3, 2 * n + 2)),
        null=np.zeros((1, 2 * n + 3)),
        integers=np.zeros((n, n + 1), dtype=np.int64),
    )


def load_node(
    w: Walk,
    p: Program,
    program: GateProgram,
    node: Node,
    wanted: bool,
    guide: Path = (),
    loaded: Sequence[Form] = (),
) -> Walk:
    """Make a node of the splitting tree the root of a walk; arrays grow where they must.

    A cell kept by its rays must have no lines. ``wanted`` says that bounded cells are to be counted; ``guide`` are the
    decisions from the node to the one below which the walk is wanted; ``loaded`` is the tape of the node loaded before.
    """
    cell = node.geometry
    n = w.form.shape[1] // 2
    rays, tight = (cell.rays, cell.tight) if isinstance(cell, VertexCell) else ([_as_form(cell.interior())], [0])
    while len(w.rays) < len(rays):
        w = grow_rays(w)
    w = _with_walls(w, len(cell.constraints) + sum(rank - 1 for rank in program.gate_ranks))
    _load_tape(w, p, program, node, n, loaded)
    for index, form in enumerate(cell.constraints):
        store(form, w.walls[index], n)
        w.origins[index] = (-1, index, 0, 1)
    for index, (ray, mask) in enumerate(zip(rays, tight, strict=True)):
        store(ray, w.rays[index], n)
        for word in range(w.tight.shape[1]):
            w.tight[index, word] = mask >> 64 * word & 0xFFFFFFFFFFFFFFFF
    w.nodes[0] = 0
    w.nodes[0, COUNT], w.nodes[0, STAGE], w.nodes[0, WALLS] = len(rays), node.stage, len(cell.constraints)
    w.nodes[0, SIDE], w.nodes[0, PENDING] = 1, -1
    first_gate = len(node.winners)
    known = (*node.winners, *(max(winner, 0) for winner in node.present))
    w.winners[0, : len(known)] = known
    w.nodes[0, OPEN], w.nodes[0, CURSOR] = len(node.open), 0
    for place, (gate, rivals) in enumerate(node.open):
        w.open_gates[0, place] = first_gate + gate
        w.open_rivals[0, place] = sum(1 << rival for rival in rivals)
    w.beaten[0] = 0
    w.guide[: len(guide)] = np.array(guide, dtype=np.int64).reshape(-1, 2)
    w.state[TOP] = w.state[BASE] = 0
    w.state[GUIDED] = len(guide)
    w.state[WANTED] = wanted
    return w


def _as_form(row: Row) -> Form:
    return tuple(fmpz(entry) for entry in row)


def _load_tape(w: Walk, p: Program, program: GateProgram, node: Node, n: int, loaded: Sequence[Form]) -> None:
    """Write the exact forms known at the node as floats, integers or on their true scale like the weights.

    Those in place already, ``loaded``, are left; the walk below a node does not change the forms known at the node.
    """
    integral = bool(p.stages[:, INTEGRAL].all())
    known = len(loaded)
    for slot, form in enumerate(node.tape):
        if slot < known and form is loaded[slot]:
            continue
        if integral:
            store(form, w.tape[slot], n)
        else:
            numerator, denominator = program.scales[slot].as_integer_ratio()
            values = [quotient(int(entry) * numerator, denominator) for entry in form]
            w.tape[slot, : 2 * n + 1] = (*values, *_roundings(form, values), 0.0)
        w.tape[slot, 2 * n + 1] = not any(form)


def open_paths(w: Walk, path: Path) -> list[Path]:
    """Return the paths of the nodes still on the stack of a walk whose root has the given path."""
    paths = []
    for node in range(int(w.state[BASE]), int(w.state[TOP]) + 1):
        gates = [int(gate) for gate in w.decisions[: w.nodes[node, DECIDED]]]
        decisions = [(gate, int(w.winners[node, gate])) for gate in gates]
        if w.nodes[node, PENDING] >= 0:
            decisions[-1] = (gates[-1], int(w.nodes[node, CHOSEN]))
        paths.append((*path, *decisions))
    return paths


def store(row: Sequence[fmpz], out: Array, n: int) -> None:
    """Write integers as floats up to a positive factor, with bounds on the rounding; the flag says if none occurred."""
    entries = [int(entry) for entry in row]
    bits = max((abs(entry).bit_length() for entry in entries), default=0)
    scale = 1 << max(0, bits - 512)
    values = [quotient(entry, scale) for entry in entries]
    errors = _roundings(entries, values) if bits > 53 else [0.0] * n
    out[: 2 * n + 1] = (*values, *errors, float(bits <= 53))


def _roundings(exact: Sequence[int | fmpz], values: Sequence[float]) -> list[float]:
    """Bound the errors of floats nearest to multiples of these integers; what underflows is not exact."""
    return [abs(value) * 2 * UNIT + TINY if entry else 0.0 for entry, value in zip(exact, values, strict=True)]


def grow_rays(w: Walk) -> Walk:
    """Return the workspace with twice as many places for rays."""
    names = ("rays", "tight", "signs", "new_rays", "new_tight")
    doubled: dict[str, Any] = {name: _doubled(getattr(w, name)) for name in names}
    return w._replace(records=w.records._replace(members=_doubled(w.records.members)), **doubled)


def grow_nodes(w: Walk) -> Walk:
    """Return the workspace with twice as many places for nodes."""
    names = ("nodes", "open_gates", "open_rivals", "beaten", "winners")
    doubled: dict[str, Any] = {name: _doubled(getattr(w, name)) for name in names}
    return w._replace(**doubled)


def _doubled(array: Array) -> Array:
    return np.concatenate([array, np.zeros_like(array)])


def _with_walls(w: Walk, n_walls: int) -> Walk:
    if n_walls <= len(w.walls):
        return w
    words = n_walls // 64 + 1
    return w._replace(
        records=_new_records(
            w.form.shape[1] // 2,
            n_walls,
            len(w.records.points),
            len(w.rays),
            w.records.outputs.tolist() if len(w.records.n_rays) else None,
        ),
        walls=np.zeros((n_walls, w.walls.shape[1])),
        origins=np.zeros((n_walls, 4), dtype=np.int64),
        tight=np.zeros((len(w.tight), words), dtype=np.uint64),
        new_tight=np.zeros((len(w.new_tight), words), dtype=np.uint64),
    )
