"""Counting in slices: a piece of the walk below one node, and the nodes that it leaves for later.

The state of a count is a number and a set of paths. A slice takes a path away and gives a number and paths back, so
that work can be cut anywhere, moved to any process and written down between slices; the total does not depend on how.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Any

from attrs import frozen
from flint import fmpz

from polytopes.arithmetic.rationals import Row
from polytopes.enumeration.boxes.box_walk import CompiledBoxWalk, can_walk
from polytopes.enumeration.chains import choose_count_method
from polytopes.enumeration.domain_cell import Method, box_problem, is_compiled, root_node
from polytopes.enumeration.gate_program import GateProgram
from polytopes.enumeration.splitting_tree import Node, Path, advance, branch, settle
from polytopes.polyhedra.boxes import Box

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
    """Numbers of cells and of bounded cells found, and the paths of the nodes left."""

    count: int
    n_bounded: int
    left: tuple[Path, ...]


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

    @classmethod
    def of(
        cls,
        program: GateProgram,
        domain: Polyhedron | None = None,
        method: Method | None = None,
        relative: bool = False,
        bounded: bool = False,
    ) -> Problem:
        """Return the problem with the arguments of :class:`Slicer`."""
        dim = program.input_dim if domain is None else domain.dim
        given: Any = None
        if domain is not None:
            given = domain.given_box or (domain.inequalities, domain.equations, domain.ambient_dim)
        return cls(program, given, choose_count_method(program, dim, method), relative, bounded)

    def slicer(self) -> Slicer:
        """Return what walks slices of the problem."""
        from polytopes.polyhedra.polyhedron import Polyhedron

        if isinstance(self.domain, Box):
            domain: Polyhedron | None = Polyhedron.box(self.domain.lower, self.domain.upper)
        else:
            domain = None if self.domain is None else Polyhedron.from_rows(*self.domain)
        return Slicer(self.program, domain, self.method, self.relative, self.bounded)

    @cached_property
    def digest(self) -> str:
        """The SHA-256 of all that the cells depend on; names of stages, outputs and scales do not matter."""
        stages = [
            (stage.sources, stage.rows, [gate.selectors for gate in stage.gates]) for stage in self.program.stages
        ]
        passed = [[gate.outputs for gate in stage.gates] for stage in self.program.stages]
        domain = (*self.domain.rows(), self.domain.dim) if isinstance(self.domain, Box) else self.domain
        content = (self.program.input_dim, stages, passed, domain, self.relative, self.bounded, self.method)
        return hashlib.sha256("".join(_spelled(content)).encode()).hexdigest()


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
    """

    def __init__(
        self,
        program: GateProgram,
        domain: Polyhedron | None = None,
        method: Method | None = None,
        relative: bool = False,
        bounded: bool = False,
    ) -> None:
        self.program = program
        self.bounded = bounded
        dim = program.input_dim if domain is None else domain.dim
        self.method = choose_count_method(program, dim, method)
        self._problem = box_problem(program, domain, self.method, relative, keep_outputs=False)
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
        stack = list(paths)
        count = n_bounded = 0
        started = time.perf_counter()
        while stack:
            part = self.slice(stack.pop(), started + seconds - time.perf_counter(), hurried)
            count, n_bounded = count + part.count, n_bounded + part.n_bounded
            stack.extend(part.left)
            if time.perf_counter() > started + seconds or hurried():
                break
        return Slice(count, n_bounded, tuple(stack))

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
            return can_walk(self.program)
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
        stack = [start]
        while stack:
            node = advance(self.program, settle(self.program, stack.pop()))
            if node.open:
                stack.extend(reversed(branch(self.program, node)))
            else:
                count += 1
                n_bounded += self.bounded and node.geometry.is_bounded_by(infinity)
            if time.perf_counter() > deadline or hurried():
                break
        return Slice(count, n_bounded, tuple(node.path for node in stack))

    def _compiled_slice(self, path: Path, seconds: float, hurried: Callable[[], bool]) -> Slice:
        walk = self._walk = self._walk or self._new_walk()
        deadline, goal = time.perf_counter() + seconds, None
        count = n_bounded = 0
        try:
            for found, found_bounded in self._counts(walk, path):
                count, n_bounded = count + found, n_bounded + found_bounded
                now = time.perf_counter()
                if now > deadline or hurried():
                    left = walk.open_paths()
                    goal = len(left) // 2 if goal is None else goal
                    ends = len(left) <= goal or now > deadline + GRACE * seconds or hurried()
                    if ends and left != [path]:  # else nothing is done yet
                        return Slice(count, n_bounded, tuple(left))
        except BaseException:
            self._walk = None  # it may have been hit between two steps
            raise
        return Slice(count, n_bounded, ())

    def _new_walk(self) -> CompiledCount | CompiledBoxWalk:
        if self._problem is not None:
            return CompiledBoxWalk(self._problem, keep=False)
        from polytopes.enumeration.compiled_count import CompiledCount

        return CompiledCount(self.program, self.frame, bounded=self.bounded)

    def _counts(self, walk: CompiledCount | CompiledBoxWalk, path: Path) -> Iterator[tuple[int, int]]:
        """Yield numbers of cells and of bounded ones below a node; all cells over a box are bounded."""
        if isinstance(walk, CompiledBoxWalk):
            yield from ((count, count if self.bounded else 0) for count, _ in walk.blocks(path))
        else:
            yield from ((block.count, block.n_bounded) for block in walk.blocks(self.root, path))
