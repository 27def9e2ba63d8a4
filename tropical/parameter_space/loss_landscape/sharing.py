"""A landscape by several processes: ranges of blocks of pairs are the pieces of the work.

A path is empty for all blocks, or holds one pair: the numbers of the first block of a range, and of the one after it.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Generator, Iterable
from contextlib import closing
from functools import cached_property

from attrs import field, frozen

from polytopes.enumeration.parallel.scheduler import slices, workers
from polytopes.enumeration.parallel.slices import Problem, Slice, Slicer, never
from polytopes.enumeration.program_builder import ProgramBuilder
from polytopes.enumeration.splitting_tree import Path
from tropical.parameter_space.loss_landscape.tally import LayerProblem, Tally, Walk


@frozen(slots=False)
class SharedLayer(Problem):
    """A layer in a form that is small when it is sent to another process; its program is empty."""

    layer: LayerProblem = field(kw_only=True)

    @classmethod
    def of_layer(cls, layer: LayerProblem) -> SharedLayer:
        """Return what is shared; the method names that of work that needs fresh processes."""
        return cls(ProgramBuilder(0).finish(()), None, "witness", False, False, layer=layer)

    def slicer(self) -> LayerSlicer:
        """Return what works at slices of the layer."""
        return LayerSlicer(self)

    @cached_property
    def digest(self) -> str:
        """The SHA-256 of the points, the targets and the outer weights."""
        layer = self.layer
        content = (layer.patterns.points.rows, layer.targets, layer.outer)
        return hashlib.sha256(f"squares {content!r}".encode()).hexdigest()


@frozen
class Part(Slice):
    """What a slice counted; ``count`` is the number of pairs."""

    tally: Tally


class LayerSlicer(Slicer):
    """Works at slices of one layer; made once in every process that works on it."""

    def __init__(self, problem: SharedLayer) -> None:
        self.layer = problem.layer
        self.walk = Walk(problem.layer)

    def slice(self, path: Path = (), seconds: float = 1.0, hurried: Callable[[], bool] = never) -> Part:
        """Count the pairs of a range of blocks for about so many seconds; of one block at least."""
        return self.slices([path], seconds, hurried)

    def slices(self, paths: Iterable[Path], seconds: float = 1.0, hurried: Callable[[], bool] = never) -> Part:
        """Count the pairs of several ranges of blocks, the last first."""
        waiting, tally = list(paths), Tally()
        deadline = time.perf_counter() + seconds
        while waiting:
            path = waiting.pop()
            place, end = path[0] if path else (0, self.layer.n_blocks)
            while place < end:
                self.walk.visit(place, tally)
                place += 1
                if time.perf_counter() > deadline or hurried():
                    break
            if place < end:
                middle = (place + end) // 2
                waiting += [((low, high),) for low, high in ((middle, end), (place, middle)) if low < high]
            if time.perf_counter() > deadline or hurried():
                break
        return Part(tally.pairs, 0, tuple(waiting), tally)


def steps_in_processes(layer: LayerProblem, tally: Tally, jobs: int) -> Generator[None, None, None]:
    """Count all pairs in several processes, 0 for one on every core, and yield whenever one has done something.

    Raises:
        InputError: if there are too many processes.
        WorkersLost: if processes die again and again over the same piece of work.
    """
    problem = SharedLayer.of_layer(layer)
    with closing(slices(problem, workers(problem, jobs))) as parts:
        for part in parts:
            if isinstance(part, Part):
                tally.add(part.tally)
            yield
