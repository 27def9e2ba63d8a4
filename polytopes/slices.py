"""Counting in slices: a piece of the walk below one node, and the nodes that it leaves for later.

The state of a count is a number and a set of paths. A slice takes a path away and gives a number and paths back, so
that work can be cut anywhere, moved to any process and written down between slices; the total does not depend on how.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from attrs import frozen

from polytopes.gates import GateProgram
from polytopes.roots import Method, choose_method, is_supported, root_node
from polytopes.tree import Node, Path, branch, enter, follow, leave, settle

if TYPE_CHECKING:
    from polytopes.frame import Frame
    from polytopes.polyhedron import Polyhedron


@frozen
class Slice:
    """Numbers of cells and of bounded cells found, and the paths of the nodes left."""

    count: int
    n_bounded: int
    left: tuple[Path, ...]


class Slicer:
    """Walks slices of one count; made once in every process that works on it.

    Args:
        program, domain, method, relative: as for :func:`polytopes.cells.cells`.
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
        self.method = choose_method(dim, method)
        self.frame, self.root = root_node(program, domain, self.method, relative)

    def slice(self, path: Path = (), seconds: float = 1.0) -> Slice:
        """Walk below the node at the end of a path for about so many seconds.

        >>> from polytopes.gates import ProgramBuilder
        >>> build = ProgramBuilder(2)
        >>> slicer = Slicer(build.finish(build.relu([1, 2])))
        >>> slicer.slice(((0, 1),))
        Slice(count=2, n_bounded=0, left=())
        """
        start = follow(self.program, self.root, path)
        if start is None:
            return Slice(0, 0, ())
        if self.method == "vertices" and is_supported(self.program):
            return _compiled_slice(self.program, self.frame, start, seconds)
        return self._exact_slice(start, seconds)

    def _exact_slice(self, start: Node, seconds: float) -> Slice:
        deadline = time.perf_counter() + seconds
        infinity = self.frame.pull_back((1,) + (0,) * self.frame.ambient_dim)
        count = n_bounded = 0
        stack = [start]
        while stack:
            node = settle(self.program, stack.pop())
            if node.stage > self.program.last_gated_stage:
                count += 1
                n_bounded += self.bounded and node.geometry.is_bounded_by(infinity)
            elif node.open:
                stack.extend(reversed(branch(self.program, node)))
            else:
                stack.append(enter(self.program, leave(self.program, node), self.program.last_gated_stage))
            if time.perf_counter() > deadline:
                break
        return Slice(count, n_bounded, tuple(node.path for node in stack))


def _compiled_slice(program: GateProgram, frame: Frame, start: Node, seconds: float) -> Slice:
    from polytopes.compiled import CompiledWalk

    deadline = time.perf_counter() + seconds
    walk = CompiledWalk(program, frame, keep=False)
    count = n_bounded = 0
    for block in walk.blocks(start):
        count, n_bounded = count + block.count, n_bounded + block.n_bounded
        if time.perf_counter() > deadline:
            return Slice(count, n_bounded, tuple(walk.open_paths()))
    return Slice(count, n_bounded, ())
