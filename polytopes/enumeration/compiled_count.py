"""Counts cells by words of signs, or visits them for their patterns.

Where patterns are not wanted, the parts of the last layer are counted by sections of the cells before.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from polytopes.enumeration.chain_outputs import chain_of_outputs
from polytopes.enumeration.compiled_walk import BLOCK as MOST_PATTERNS
from polytopes.enumeration.compiled_walk import PATIENCE, Block, CompiledWalk, Patterns, are_in_line, has_lines
from polytopes.enumeration.domain_cell import root_node
from polytopes.enumeration.gate_program import GateProgram
from polytopes.enumeration.kernels.arrays import Array, Words
from polytopes.enumeration.kernels.section_arrays import (
    ASK,
    ASKED,
    BLOCK,
    BOUNDED,
    CELLS,
    DECIDED,
    DONE,
    FACETS,
    GATE,
    GROW_EDGES,
    GROW_NODES,
    GROW_SECTIONS,
    GROW_VERTICES,
    HARD,
    LEAVES,
    OPEN,
    PAUSE,
    RAYS,
    ROWS,
    STAGE,
    TOP,
    UNITS,
    WANTED,
    Chain,
    Count,
)
from polytopes.enumeration.kernels.section_arrays import STEPS as STEPS_LEFT
from polytopes.enumeration.kernels.section_count import begin_count, counting
from polytopes.enumeration.orthants import Orthants, find_orthants, follow
from polytopes.enumeration.packed_chain import packed_chain
from polytopes.enumeration.records import Numbering, Only, Records, Shapes, finished_records
from polytopes.enumeration.root_arrays import is_exact, root_of_domain, root_of_space
from polytopes.enumeration.section_answers import SectionAnswerer
from polytopes.enumeration.section_roots import load, load_orthants, open_paths
from polytopes.enumeration.section_workspace import Kept, give_back, grown, take_count
from polytopes.enumeration.splitting_tree import Node, Path, advance, branch, settle
from polytopes.enumeration.stage_watch import current_watch
from polytopes.enumeration.vertex_cell import VertexCell

if TYPE_CHECKING:
    from polytopes.enumeration.domain_frame import Frame
    from polytopes.enumeration.goals import Goals
    from polytopes.polyhedra.polyhedron import Polyhedron

STEPS = 1 << 13
"""Steps of the count between two yields in at most three dimensions, so that one can stop it or show progress; a
quarter in each dimension more."""
STEPS_OF_RECORDS = 1 << 10
GROWTH = {GROW_NODES: "nodes", GROW_VERTICES: "vertices", GROW_SECTIONS: "sections", GROW_EDGES: "edges"}


def counted_blocks(
    program: GateProgram,
    domain: Polyhedron | None = None,
    bounded: bool = False,
    relative: bool = False,
    refuse: int = 0,
    seed: int = 1,
    keep: bool = False,
    records: bool = False,
    shapes: bool = False,
    only: Only | None = None,
    goals: Goals | None = None,
) -> Iterator[Block]:
    """Yield the numbers of cells of :func:`polytopes.enumeration.cells.cells`, kept by vertices, in blocks.

    The arguments are those of :func:`polytopes.enumeration.compiled_walk.blocks`; cells are visited only for patterns
    or records. With ``goals`` blocks have records only of those cells that may have a greatest value; they need
    ``records`` and ``shapes``, and ``maps`` for norms.

    >>> from polytopes import ProgramBuilder
    >>> build = ProgramBuilder(2)
    >>> lines = build.linear([{1: 1}, {2: 1}, {1: 1, 2: 1, 0: -1}])
    >>> sum(block.count for block in counted_blocks(build.finish(build.relu(lines))))
    7
    """
    plain = not keep and not records and current_watch() is None
    begun = _begun_count(program, domain, bounded, refuse, seed) if plain else None
    if begun is not None and begun.status == DONE:
        yield begun.block()
        return
    frame, root = root_node(program, domain, "vertices", relative)
    numbering = Numbering(program, frame, domain) if records else None
    count = CompiledCount(program, frame, bounded, refuse, seed, keep or records, numbering, shapes, only, goals)
    yield from count.blocks(root) if begun is None else count.go_on(root, begun)


class BegunCount(NamedTuple):
    """A count over a whole domain, the gates that opened it if it has lines, and why it stopped for the first time."""

    workspace: Count
    chain: Chain
    gates: tuple[int, ...]
    status: int

    def block(self) -> Block:
        """Return what was found, if that is all."""
        state = self.workspace.state.tolist()
        give_back(self.workspace, self.chain)
        return Block(state[CELLS], state[BOUNDED], None, state[ASKED])


def _begun_count(
    program: GateProgram, domain: Polyhedron | None, bounded: bool, refuse: int, seed: int
) -> BegunCount | None:
    """Begin to count the cells in a domain of full dimension, without a node of the splitting tree.

    It is one without lines, or the whole space where gates open it. None if the program is no chain of layers, or the
    domain another one.
    """
    c = packed_chain(program)
    if c is None:
        return None
    root = root_of_space(program, c) if domain is None else root_of_domain(domain, program.input_dim, is_exact(c))
    if root is None:
        return None
    w = take_count(c, root.size, refuse, seed)
    w.state[WANTED] = bounded
    while len(w.nodes) <= root.n_nodes:
        w = grown(w, "nodes")
    while len(w.vertices) < root.n_nodes * len(root.arrays.vertices):
        w = grown(w, "vertices")
    gates = tuple(root.arrays.gates.tolist())
    return BegunCount(w, c, gates, begin_count(w, c, root.arrays, root.place, _steps(root.size)))


def _steps(size: int) -> int:
    """Return the number of steps of a count between two yields in so many homogeneous coordinates."""
    return max(1, STEPS >> max(0, 2 * (size - 4)))


class CompiledCount(CompiledWalk):
    """Counts below nodes of the splitting tree of one program; what is no chain of layers is left to the walk.

    With ``keep`` every cell is visited, and its pattern given; with a numbering its record too, with ``shapes``, or
    with ``only`` its facets or its map. ``refuse`` and ``seed`` are those of
    :class:`polytopes.enumeration.compiled_walk.CompiledWalk`.
    """

    def __init__(
        self,
        program: GateProgram,
        frame: Frame,
        bounded: bool,
        refuse: int = 0,
        seed: int = 1,
        keep: bool = False,
        numbering: Numbering | None = None,
        shapes: bool = False,
        only: Only | None = None,
        goals: Goals | None = None,
    ) -> None:
        super().__init__(program, frame, keep, bounded, refuse, seed, numbering, shapes)
        self._only = only
        self._goals = goals if frame.is_identity else None
        packed = chain_of_outputs if shapes and only != "facets" else packed_chain
        self.chain = packed(program) if frame.size > 1 else None
        self._counted: tuple[Count, Node] | None = None

    def blocks(self, start: Node, path: Path = ()) -> Iterator[Block]:
        """Yield the numbers of cells below a node of the tree in blocks, as the walk does.

        Cells with lines are opened at once (:mod:`polytopes.enumeration.orthants`), or split in exact arithmetic until
        they have none.
        """
        if self.chain is None:
            yield from super().blocks(start, path)
            return
        self._waiting = stack = [start]
        while stack:
            node = stack.pop()
            orthants = find_orthants(self.program, node, int(self.chain.blocks[-1, GATE])) if has_lines(node) else None
            if orthants is not None or not has_lines(node):
                yield from self._below(node, path[len(node.path) :], orthants)
                continue
            node = advance(self.program, settle(self.program, node))
            if node.stage > self.last:
                if len(node.path) >= len(path):
                    yield self._alone(node)
                continue
            children = branch(self.program, node)
            stack.extend(child for child in reversed(children) if are_in_line(child.path, path))

    def go_on(self, root: Node, begun: BegunCount) -> Iterator[Block]:
        """Yield the numbers of cells of a count that has begun at the root in blocks."""
        orthants = Orthants(begun.gates, ()) if begun.gates else None
        yield from self._counted_below(begun.workspace, begun.chain, root, orthants, begun.status)

    def open_paths(self) -> list[Path]:
        """Return the paths of all nodes that are not finished, between two blocks."""
        paths = super().open_paths()
        if self._counted is not None and self.chain is not None:
            w, node = self._counted
            paths += open_paths(w, self.chain, node.path)
        return paths

    def _top(self) -> tuple[int, int, int] | None:
        if self._walk is not None or self._counted is None or self.chain is None:
            return super()._top()
        w, node = self._counted
        top = int(w.state[TOP])
        if top < 0:
            return None
        _, start, units, _ = self.chain.blocks[w.nodes[top, BLOCK]].tolist()
        stage = int(self.chain.blocks[w.nodes[top, BLOCK], STAGE])
        n_open = int(w.words[top, OPEN]).bit_count() + int(self.chain.stages[stage, ROWS]) - start - units
        return stage, n_open, len(node.path) + int(w.nodes[top, DECIDED])

    def _below(self, node: Node, guide: Path, orthants: Orthants | None = None) -> Iterator[Block]:
        c, w = self.chain, None
        self._walk = self._counted = None  # one that was left is done by others
        if c is not None and self._is_countable(c, node, guide):
            w = take_count(c, self._size, *self._filter, self._kept)
            if orthants is not None:
                w = load_orthants(w, c, self.program, node, orthants, self.bounded, guide)
            else:
                w = load(w, c, self.program, node, self.bounded, guide)
        if c is None or w is None:
            yield from self._visit(node, guide, orthants)
            return
        yield from self._counted_below(w, c, node, orthants)

    def _counted_below(
        self, w: Count, c: Chain, node: Node, orthants: Orthants | None, status: int | None = None
    ) -> Iterator[Block]:
        """Go on with a count below a node, which stopped for a reason if it has begun."""
        watch = current_watch()
        if watch is not None:
            watch.follow(self.program, self._top)
        answerer: SectionAnswerer | None = None
        constraints = self.numbering.of_constraints(node) if self.numbering else np.zeros(1)
        count, began = counting(w, c), time.monotonic()
        steps = _steps(self._size) if self.numbering is None else STEPS_OF_RECORDS
        while True:
            if status is None:
                status = count(steps) if self._goals is None else self._count_towards(self._goals, w, count, steps)
            self._counted = w, node
            if status == ASK:
                answerer = answerer or SectionAnswerer(self.program, c, node, self._size)
                answerer.answer(w)
            elif status in GROWTH:
                w = grown(w, GROWTH[status])
                count = counting(w, c)
            elif status == HARD:
                *_, hard = open_paths(w, c, ())
                w.state[TOP] -= 1
                yield from self._visit(node, hard, orthants)
            elif status != PAUSE or w.state[STEPS_LEFT] > 0 or not self._shapes or time.monotonic() - began > PATIENCE:
                patterns = _unpacked(c, w.leaves[: w.state[LEAVES]]) if self.keep else None
                records = self._records(w, patterns, constraints)
                yield Block(int(w.state[CELLS]), int(w.state[BOUNDED]), patterns, int(w.state[ASKED]), records)
                w.state[CELLS] = w.state[BOUNDED] = w.state[ASKED] = 0
                w.state[LEAVES] = w.state[FACETS] = w.state[RAYS] = 0
                began = time.monotonic()
                if status == DONE:
                    break
            status = None
        self._counted = None
        give_back(w, c, self._kept)

    @property
    def _kept(self) -> Kept:
        if not self.keep:
            return Kept()
        if self.numbering is None:
            return Kept(MOST_PATTERNS)
        goals = self._goals
        sought = (0, 0) if goals is None else (goals.table.shape[1], len(goals.scales))
        if self._only == "maps":
            return Kept(MOST_PATTERNS, outputs=True, sought=sought)
        if self._only is not None:
            pointed = self._only == "points"
            return Kept(MOST_PATTERNS, facets=True, points=pointed, outputs=self._only != "facets")
        return Kept(MOST_PATTERNS, facets=True, points=True, rays=self._shapes, outputs=self._shapes, sought=sought)

    def _count_towards(self, goals: Goals, w: Count, count: Callable[[int], int], steps: int) -> int:
        """Go on with what is known of the greatest values, and note what is then."""
        w.goals[: len(goals.table)], w.scales[:] = goals.table, goals.scales
        status = count(steps)
        goals.table[:] = w.goals[: len(goals.table)]
        return status

    def _records(self, w: Count, patterns: Patterns | None, constraints: Array) -> Records | None:
        """Return the records of the cells kept in a workspace, if they are wanted."""
        if self.numbering is None or patterns is None:
            return None
        count, facets = len(patterns), w.facets[: w.state[FACETS]]
        if self._only == "maps":
            guesses = w.inner[: len(patterns)].copy() if len(w.inner) else None
            return Records.of_patterns(patterns, self._maps_of(w), guesses)
        shapes = self._shapes_of(w) if self._shapes or self._only is not None else None
        points = w.points[:count] if len(w.points) else np.zeros((count, 0))
        return finished_records(self.numbering, constraints, patterns, points, w.n_facets[:count], facets, shapes)

    def _maps_of(self, w: Count) -> Shapes:
        """Return the forms of the outputs of the cells kept in a workspace."""
        count = int(w.state[LEAVES])
        return Shapes.of_forms(*self._forms_of(w, count))

    def _forms_of(self, w: Count, count: int) -> tuple[Array, Array]:
        if not len(w.outputs):
            return np.zeros((0, 0, 0)), np.zeros((0, 0, 0))
        each, n = len(self.program.outputs), w.outputs.shape[1]
        forms, errors = w.outputs[: count * each], w.output_errors[: count * each]
        return forms.copy().reshape(count, each, n), errors.copy().reshape(count, each, n)

    def _shapes_of(self, w: Count) -> Shapes:
        """Return what else is kept in a workspace of the cells whose facets are."""
        count, end, rays = int(w.state[LEAVES]), w.state[FACETS], w.state[RAYS]
        at_infinity, plain = w.at_infinity[:count].copy(), w.tied[:end] == 0
        if self._only is not None:
            return Shapes.of_facets(at_infinity, plain, *self._forms_of(w, count))
        return Shapes(
            w.n_rays[:count].copy(),
            at_infinity,
            w.incidence[:end].copy(),
            plain,
            w.rays[:rays].copy(),
            w.ray_errors[:rays].copy(),
            *self._forms_of(w, count),
        )

    def _visit(self, node: Node, guide: Path, orthants: Orthants | None) -> Iterator[Block]:
        """Yield the cells below the node at the end of the way, one by one."""
        opened = 0 if orthants is None else len(orthants.gates)
        yield from super()._below(follow(self.program, node, guide[:opened]), guide[opened:])

    def _is_countable(self, c: Chain, node: Node, guide: Path) -> bool:
        """Whether the node and the one at the end of the way lie above the last block."""
        first = int(c.blocks[-1, GATE])
        above = isinstance(node.geometry, VertexCell) and node.stage <= int(c.blocks[-1, STAGE])
        return above and (self.keep or all(gate < first for gate, _ in guide))


def _unpacked(c: Chain, words: Words) -> Patterns:
    """Return the winners of all gates, a row for each row of words: their bits are moved together, then unpacked."""
    n_gates = len(c.lines)
    bits = np.zeros((len(words), (n_gates + 63) // 64), dtype=np.uint64)
    for column, (gate, units) in zip(words.T, c.blocks[:, [GATE, UNITS]].tolist(), strict=True):
        word, shift = divmod(gate, 64)
        bits[:, word] |= column << np.uint64(shift)
        if shift + units > 64:
            bits[:, word + 1] |= column >> np.uint64(64 - shift)
    found: Patterns = np.unpackbits(bits.astype("<u8").view(np.uint8), axis=1, bitorder="little", count=n_gates)
    return found
