"""Counting in slices: a piece of the walk below one node, and the nodes that it leaves for later.

The state of a count is a number and a set of paths. A slice takes a path away and gives a number and paths back, so
that work can be cut anywhere, moved to any process and written down between slices; the total does not depend on how.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from attrs import field, frozen
from flint import fmpz

from polytopes.arithmetic.rationals import Row
from polytopes.enumeration.boxes.box_walk import CompiledBoxWalk, can_walk
from polytopes.enumeration.compiled_walk import Block
from polytopes.enumeration.domain_cell import (
    Method,
    box_problem,
    choose_count_method,
    choose_method,
    is_compiled,
    root_node,
)
from polytopes.enumeration.gate_program import GateProgram, Pattern
from polytopes.enumeration.keyed_cells import KeyedCells, Keyer
from polytopes.enumeration.records import Numbering, Records, joined, record_cells
from polytopes.enumeration.splitting_tree import CellGeometry, Node, Path, advance, branch, settle
from polytopes.polyhedra.boxes import Box
from polytopes.polyhedra.representation import MANY

if TYPE_CHECKING:
    from polytopes.enumeration.compiled_count import CompiledCount
    from polytopes.polyhedra.polyhedron import Polyhedron


WALK_PER_WAY = 4.0
"""The walk below a node takes at least so many times as long as the way to it, if there is enough to do."""

GRACE = 0.5
"""Part of its time by which a slice may overrun, to finish the deeper half of what is open: small cells are cheap to
finish and expensive to find again."""


def never() -> bool:
    """Return False: the walk is never asked to end early."""
    return False


@frozen
class Slice:
    """Numbers of cells and of bounded cells found, the paths of the nodes left, and the cells if they are kept.

    ``notes`` is what else was found, in a text that only the problem reads.
    """

    count: int
    n_bounded: int
    left: tuple[Path, ...]
    cells: tuple[KeyedCells, ...] = field(default=(), kw_only=True, repr=False)
    notes: str = field(default="", kw_only=True, repr=False)


@frozen(slots=False)
class Problem:
    """What is to be counted, in a form that is small when it is sent to another process.

    ``domain`` is the bounds of a box, or (inequalities, equations, dimension), or None for the whole space.
    """

    program: GateProgram
    domain: Box | tuple[tuple[Row, ...], tuple[Row, ...], int] | None
    method: Method
    relative: bool
    bounded: bool
    keyed: bool = False
    """Whether the cells are kept with keys, for :class:`polytopes.enumeration.linear_pieces.PieceCounter`."""

    @classmethod
    def of(
        cls,
        program: GateProgram,
        domain: Polyhedron | None = None,
        method: Method | None = None,
        relative: bool = False,
        bounded: bool = False,
        keyed: bool = False,
    ) -> Problem:
        """Return the problem with the arguments of :class:`Slicer`."""
        dim = program.input_dim if domain is None else domain.dim
        given: Any = None
        if domain is not None:
            given = domain.given_box or (*_rows(domain), domain.ambient_dim)
        method = choose_method(dim, method) if keyed else choose_count_method(program, dim, method)
        return cls(program, given, method, relative, bounded, keyed)

    @property
    def has_notes(self) -> bool:
        """Whether slices have notes, which are kept."""
        return False

    def slicer(self) -> Slicer:
        """Return what walks slices of the problem."""
        from polytopes.polyhedra.polyhedron import Polyhedron

        if isinstance(self.domain, Box):
            domain: Polyhedron | None = Polyhedron.box(self.domain.lower, self.domain.upper)
        else:
            domain = None if self.domain is None else Polyhedron.from_rows(*self.domain)
        return Slicer(self.program, domain, self.method, self.relative, self.bounded, self.keyed)

    @cached_property
    def digest(self) -> str:
        """The SHA-256 of all that the cells depend on; names of stages, outputs and scales do not matter."""
        stages = [
            (stage.sources, stage.rows, [gate.selectors for gate in stage.gates]) for stage in self.program.stages
        ]
        passed = [[gate.outputs for gate in stage.gates] for stage in self.program.stages]
        domain = (*self.domain.rows(), self.domain.dim) if isinstance(self.domain, Box) else self.domain
        kept = ["keyed by words"] if self.keyed else []
        content = (self.program.input_dim, stages, passed, domain, self.relative, self.bounded, self.method, *kept)
        return hashlib.sha256("".join(_spelled(content)).encode()).hexdigest()


def _rows(domain: Polyhedron) -> tuple[tuple[Row, ...], tuple[Row, ...]]:
    """Return inequalities and equations of a domain; in many coordinates not all are facets."""
    if domain.ambient_dim >= MANY and domain.cut_box is not None and not domain.is_empty:
        return domain.cut_box.system()
    return domain.inequalities, domain.equations


def _spelled(content: Any) -> Iterator[str]:
    """Yield the text of nested sequences, unlike repr() without a limit on the digits of integers."""
    if isinstance(content, int):
        yield f"{content:x},"
    elif isinstance(content, str) or content is None:
        yield f"{content},"
    elif all(type(part) is int for part in content):
        yield f"({','.join(map(hex, content))})"
    else:
        yield "("
        for part in content:
            yield from _spelled(part)
        yield ")"


class Slicer:
    """Walks slices of one count; made once in every process that works on it.

    Args:
        program, domain, method, relative: as for :func:`polytopes.enumeration.cells.cells`.
        bounded: count bounded cells too.
        keyed: give the cells with keys too.
    """

    def __init__(
        self,
        program: GateProgram,
        domain: Polyhedron | None = None,
        method: Method | None = None,
        relative: bool = False,
        bounded: bool = False,
        keyed: bool = False,
    ) -> None:
        self.program = program
        self.bounded = bounded
        dim = program.input_dim if domain is None else domain.dim
        self.method = choose_method(dim, method) if keyed else choose_count_method(program, dim, method)
        self.keyer: Keyer | None = None
        if keyed:
            frame, _ = root_node(program, domain, self.method, relative)
            self.keyer = Keyer(Numbering(program, frame, domain))
        goes_by_exact_cells = not keyed or not is_compiled(program, dim, self.method)
        self._problem = (
            box_problem(program, domain, self.method, relative, keep_outputs=keyed) if goes_by_exact_cells else None
        )
        if self._problem is None:
            self.frame, self.root = root_node(program, domain, self.method, relative)
        else:
            self.program, self.frame, self.root = (
                self._problem.reduced.program,
                self._problem.frame,
                self._problem.root(),
            )
        self._families: dict[Path, list[Node]] = {}
        self._walk: CompiledCount | CompiledBoxWalk | None = None

    def slices(self, paths: Iterable[Path], seconds: float = 1.0, hurried: Callable[[], bool] = never) -> Slice:
        """Walk below several nodes, the last first, until the time is up; what is not begun is left too.

        When ``hurried()`` is true, which it then remains, the walk ends at the next opportunity.
        """
        stack, cells = list(paths), list[KeyedCells]()
        count = n_bounded = 0
        started = time.perf_counter()
        while stack:
            part = self.slice(stack.pop(), started + seconds - time.perf_counter(), hurried)
            count, n_bounded = count + part.count, n_bounded + part.n_bounded
            stack.extend(part.left)
            cells.extend(part.cells)
            if time.perf_counter() > started + seconds or hurried():
                break
        return Slice(count, n_bounded, tuple(stack), cells=tuple(cells))

    def slice(self, path: Path = (), seconds: float = 1.0, hurried: Callable[[], bool] = never) -> Slice:
        """Walk below the node at the end of a path for about so many seconds.

        Where the way to the node is walked in exact arithmetic and is long, so is the walk below it.

        >>> from polytopes import ProgramBuilder
        >>> build = ProgramBuilder(2)
        >>> slicer = Slicer(build.finish(build.relu([1, 2])))
        >>> slicer.slice(((0, 1),))
        Slice(count=2, n_bounded=0, left=())
        """
        if self._is_compiled:
            return self._compiled_slice(path, seconds, hurried)
        started = time.perf_counter()
        start = self._node(path)
        if start is None:
            return Slice(0, 0, ())
        way = time.perf_counter() - started
        return self._exact_slice(start, max(seconds - way, WALK_PER_WAY * way), hurried)

    @property
    def _is_compiled(self) -> bool:
        if self._problem is not None:
            return self.keyer is None and can_walk(self.program)
        return is_compiled(self.program, self.frame.size - 1, self.method)

    def _node(self, path: Path) -> Node | None:
        """Return the node at the end of a path, None if its cell has no interior.

        Families along the path followed last are known: what a slice leaves are mostly siblings of these.
        """
        node, families = self.root, {}
        for length in range(len(path)):
            family = self._families.get(path[:length])
            families[path[:length]] = family = family or self._family(node)
            children = [child for child in family if child.path == path[: length + 1]]
            if not children:
                return None
            [node] = children
        self._families = families
        return node

    def _family(self, node: Node) -> list[Node]:
        """Return the children of a node, or of the node below it where a gate is open first."""
        node = advance(self.program, settle(self.program, node))
        return branch(self.program, node) if node.open else []

    def _exact_slice(self, start: Node, seconds: float, hurried: Callable[[], bool]) -> Slice:
        deadline = time.perf_counter() + seconds
        if self._problem is None:
            infinity = self.frame.pull_back((1,) + (0,) * self.frame.ambient_dim)
        else:
            infinity = (fmpz(1), *(fmpz(0),) * (self._problem.space.size - 1))
        count = n_bounded = 0
        stack, leaves = [start], list[tuple[CellGeometry, Pattern]]()
        while stack:
            node = advance(self.program, settle(self.program, stack.pop()))
            if node.open:
                stack.extend(reversed(branch(self.program, node)))
            else:
                count += 1
                n_bounded += self.bounded and node.geometry.is_bounded_by(infinity)
                if self.keyer is not None:
                    own = node.geometry, node.winners
                    leaves.append(own if self._problem is None else self._problem.lifted(node))
            if time.perf_counter() > deadline or hurried():
                break
        cells: tuple[KeyedCells, ...] = ()
        if self.keyer is not None and leaves:
            records = record_cells(self.keyer.numbering, leaves, self.method == "vertices")
            cells = (self.keyer.keyed(self.keyer.kept(records)),)
        return Slice(count, n_bounded, tuple(node.path for node in stack), cells=cells)

    def _compiled_slice(self, path: Path, seconds: float, hurried: Callable[[], bool]) -> Slice:
        walk = self._walk = self._walk or self._new_walk()
        deadline, goal = time.perf_counter() + seconds, None
        count, n_bounded, records = 0, 0, list[Records]()
        try:
            for block in self._blocks(walk, path):
                count, n_bounded = count + block.count, n_bounded + block.n_bounded
                if block.records is not None and len(block.records.patterns):
                    records.append(block.records)
                now = time.perf_counter()
                if now > deadline or hurried():
                    left = walk.open_paths()
                    goal = len(left) // 2 if goal is None else goal
                    ends = len(left) <= goal or now > deadline + GRACE * seconds or hurried()
                    if ends and left != [path]:  # else nothing is done yet
                        return Slice(count, n_bounded, tuple(left), cells=self._keyed(records))
        except BaseException:
            self._walk = None  # it may have been hit between two steps
            raise
        return Slice(count, n_bounded, (), cells=self._keyed(records))

    def _keyed(self, records: Sequence[Records]) -> tuple[KeyedCells, ...]:
        if self.keyer is None or not records:
            return ()
        return (self.keyer.keyed(self.keyer.kept(joined(records))),)

    def _new_walk(self) -> CompiledCount | CompiledBoxWalk:
        if self._problem is not None:
            return CompiledBoxWalk(self._problem, keep=False)
        from polytopes.enumeration.compiled_count import CompiledCount

        numbering = None if self.keyer is None else self.keyer.numbering
        return CompiledCount(self.program, self.frame, self.bounded, keep=self.keyer is not None, numbering=numbering)

    def _blocks(self, walk: CompiledCount | CompiledBoxWalk, path: Path) -> Iterator[Block]:
        """Yield what is found below a node; all cells over a box are bounded."""
        if isinstance(walk, CompiledBoxWalk):
            yield from (Block(count, count if self.bounded else 0, None) for count, _ in walk.blocks(path))
        else:
            yield from walk.blocks(self.root, path)
