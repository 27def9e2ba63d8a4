"""Counts cells and streams their patterns through the compiled walk, at floating-point speed and exactly."""

from __future__ import annotations

import time
from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen

from polytopes.enumeration.domain_cell import Method, root_node
from polytopes.enumeration.exact_signs import Answerer
from polytopes.enumeration.gate_program import GateProgram, Tape
from polytopes.enumeration.kernels.arrays import (
    ASK,
    ASKED,
    BOUNDED,
    DECIDED,
    DONE,
    FOUND,
    GROW_NODES,
    GROW_RAYS,
    LEAVES,
    OPEN,
    PAUSE,
    STAGE,
    TOP,
    Program,
    Walk,
)
from polytopes.enumeration.kernels.walk import walk_on
from polytopes.enumeration.packed_arrays import (
    grow_nodes,
    grow_rays,
    load_node,
    new_probe,
    new_workspace,
    open_paths,
)
from polytopes.enumeration.packed_program import packed_program
from polytopes.enumeration.records import Numbering, Records, collect_records, record_cells
from polytopes.enumeration.splitting_tree import Node, Path, advance, branch, settle
from polytopes.enumeration.stage_watch import current_watch
from polytopes.enumeration.vertex_cell import VertexCell

if TYPE_CHECKING:
    from polytopes.enumeration.domain_frame import Frame
    from polytopes.polyhedra.polyhedron import Polyhedron

Patterns = np.ndarray[Any, np.dtype[np.uint8]]

BLOCK = 4096
STEPS, STEPS_OF_PROBE = 1 << 10, 1 << 13
"""Steps of the walk by rays between two yields, so that one can stop it or show progress; by points, times n^2."""
PATIENCE = 0.05
"""Seconds after which cells with records are given although their block is not full."""


@frozen(eq=False)
class Block:
    """What was found since the last block: numbers of cells and of bounded ones, patterns (one a row) if kept."""

    count: int
    n_bounded: int
    patterns: Patterns | None
    asked: int = 0
    """Signs that were found in exact arithmetic because the filter could not decide them."""
    records: Records | None = None
    """The records of the cells, if they were asked for."""


def blocks(
    program: GateProgram,
    domain: Polyhedron | None = None,
    *,
    keep: bool = True,
    records: bool = False,
    shapes: bool = False,
    bounded: bool = False,
    method: Method | None = None,
    relative: bool = False,
    refuse: int = 0,
    seed: int = 1,
) -> Iterator[Block]:
    """Yield the cells of :func:`polytopes.enumeration.cells.cells` in blocks, through the compiled walk.

    Args:
        program: a piecewise linear map on Q^d that the walk supports
            (:func:`polytopes.enumeration.domain_cell.is_supported`).
        domain: a polyhedron in Q^d; all of Q^d if None.
        keep: give the patterns too; without them nothing is kept.
        records: give records for a certificate too (:mod:`polytopes.enumeration.records`), with facets if cells are
            kept by vertices.
        shapes: give rays and forms in the records too, if cells are kept by vertices.
        bounded: count bounded cells too.
        method: "vertices" or "witness"; chosen by dimension if None.
        relative: take cells of full dimension within a lower-dimensional domain.
        refuse, seed: see :class:`CompiledWalk`.

    Raises:
        ShapeError, DomainError: as :func:`polytopes.enumeration.cells.cells`.

    >>> from polytopes import ProgramBuilder
    >>> build = ProgramBuilder(2)
    >>> program = build.finish(build.relu([1, 2]))
    >>> sum(block.count for block in blocks(program, keep=False))
    4
    """
    frame, root = root_node(program, domain, method, relative)
    numbering = Numbering(program, frame, domain) if records else None
    yield from CompiledWalk(program, frame, keep or records, bounded, refuse, seed, numbering, shapes).blocks(root)


class CompiledWalk:
    """Walks below nodes of the splitting tree of one program.

    ``refuse`` makes the filter refuse certain signs, for tests: 0 never, 1 always, 2 at random. The cells found do not
    depend on it.
    """

    def __init__(
        self,
        program: GateProgram,
        frame: Frame,
        keep: bool,
        bounded: bool,
        refuse: int = 0,
        seed: int = 1,
        numbering: Numbering | None = None,
        shapes: bool = False,
    ) -> None:
        self.program = program
        self.last = program.last_gated_stage
        self.keep = keep
        self.numbering = numbering
        self.bounded = bounded
        self._infinity = frame.pull_back((1,) + (0,) * frame.ambient_dim)
        self._waiting: list[Node] = []
        self._start: tuple[Node, Node] | None = None
        self._walk: tuple[Walk, Node] | None = None
        self._loaded: Tape = []
        self._size, self._filter, self._shapes = frame.size, (refuse, seed), shapes

    @cached_property
    def packed(self) -> Program:
        """The program in flat arrays."""
        return packed_program(self.program)

    @cached_property
    def _workspace(self) -> Walk:
        block, recorded = BLOCK if self.keep else 0, self.numbering is not None
        return new_workspace(self.program, self._size, block, *self._filter, recorded, recorded and self._shapes)

    def blocks(self, start: Node, path: Path = ()) -> Iterator[Block]:
        """Yield the cells below a node of the tree in blocks; a block may be empty.

        Cells with lines are split in exact arithmetic until they have none. With the path of a node below ``start``,
        only cells below that one are given; its cell may have no interior.
        """
        if self._start is None or self._start[0] is not start:
            self._start = start, settle(self.program, start)
        self._waiting = stack = [start]
        while stack:
            node = stack.pop()
            node = self._start[1] if node is start else settle(self.program, node)
            if has_lines(node):
                node = advance(self.program, node)
            if node.stage > self.last and len(node.path) < len(path):
                continue
            if node.stage > self.last:
                yield self._alone(node)
            elif has_lines(node):
                children = branch(self.program, node)
                stack.extend(child for child in reversed(children) if are_in_line(child.path, path))
            else:
                yield from self._below(node, path[len(node.path) :])

    def _alone(self, node: Node) -> Block:
        """Return the block of a node that is a cell."""
        patterns = np.array([node.winners], dtype=np.uint8) if self.keep else None
        n_bounded = int(self.bounded and node.geometry.is_bounded_by(self._infinity))
        records = record_cells(self.numbering, [(node.geometry, node.winners)]) if self.numbering else None
        return Block(1, n_bounded, patterns, records=records)

    def open_paths(self) -> list[Path]:
        """Return the paths of all nodes that the walk has not finished, between two blocks."""
        paths = [node.path for node in self._waiting]
        if self._walk is not None:
            w, node = self._walk
            paths += open_paths(w, node.path)
        return paths

    def _top(self) -> tuple[int, int, int] | None:
        """Return the stage of the cell on top of the stack, its open gates, and the splits above it."""
        if self._walk is None:
            return None
        w, node = self._walk
        if w.state[TOP] < 0:
            return None
        cell = w.nodes[w.state[TOP]]
        return int(cell[STAGE]), int(cell[OPEN]), len(node.path) + int(cell[DECIDED])

    def _below(self, node: Node, guide: Path) -> Iterator[Block]:
        if len(guide) > self.program.n_gates:
            return
        w = load_node(self._workspace, self.packed, self.program, node, self.bounded, guide, self._loaded)
        self._loaded = node.tape
        watch = current_watch()
        if watch is not None:
            watch.follow(self.program, self._top)
        answerer = Answerer(self.program, node, self._infinity)
        constraints = self.numbering.of_constraints(node) if self.numbering else np.zeros(1)
        probe = None if isinstance(node.geometry, VertexCell) else new_probe(w.form.shape[1] // 2, len(w.walls))
        steps = STEPS if probe is None else max(1, STEPS_OF_PROBE // len(probe.target) ** 2)
        w.records.used[:] = 0
        w.state[FOUND] = w.state[BOUNDED] = w.state[LEAVES] = w.state[ASKED] = 0
        self._walk = None
        walk, began, recorded = walk_on(w, probe, self.packed), time.monotonic(), self.numbering is not None
        while True:
            status = walk(self.last, steps)
            self._walk = w, node
            if status == ASK:
                answerer.answer(w)
            elif status == GROW_RAYS:
                w = grow_rays(w)
                walk = walk_on(w, probe, self.packed)
            elif status == GROW_NODES:
                w = grow_nodes(w)
                walk = walk_on(w, probe, self.packed)
            elif status != PAUSE or not recorded or time.monotonic() - began > PATIENCE:
                patterns = w.leaves[: w.state[LEAVES]].copy() if self.keep else None
                numbering = self.numbering
                records = collect_records(numbering, constraints, w, probe is None) if numbering else None
                yield Block(int(w.state[FOUND]), int(w.state[BOUNDED]), patterns, int(w.state[ASKED]), records)
                w.state[FOUND] = w.state[BOUNDED] = w.state[LEAVES] = w.state[ASKED] = 0
                began = time.monotonic()
                if status == DONE:
                    break
        self._workspace, self._walk = w, None


def has_lines(node: Node) -> bool:
    """Whether the cell of a node is kept by its rays and has lines."""
    return isinstance(node.geometry, VertexCell) and bool(node.geometry.lines)


def are_in_line(left: Path, right: Path) -> bool:
    """Whether one of two nodes lies below the other."""
    common = min(len(left), len(right))
    return left[:common] == right[:common]
