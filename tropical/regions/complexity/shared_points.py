"""Points shared among processes: blocks of them are slices of work, and their sums come back as notes."""

from __future__ import annotations

import hashlib
import json
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from functools import cached_property
from typing import Any

from attrs import field, frozen
from flint import arb

from polytopes.arithmetic.rationals import Vector
from polytopes.enumeration.parallel.scheduler import slices, workers
from polytopes.enumeration.parallel.slices import Problem, Slice, Slicer, never
from polytopes.enumeration.splitting_tree import Path
from tropical.networks.network import Network
from tropical.regions.complexity.layers import GateLayers
from tropical.regions.complexity.many_points import BLOCK, ManyPoints, PointTotals
from tropical.regions.complexity.noise import Noise


@frozen(slots=False)
class PointsProblem(Problem):
    """A network, noise and points, as they are sent to other processes; a path is the first and last of a block."""

    network: Network = field(kw_only=True)
    noises: tuple[Noise, ...] = field(kw_only=True)
    points: tuple[Vector, ...] = field(kw_only=True)

    @property
    def has_notes(self) -> bool:
        """Whether slices have notes: the sums over points."""
        return True

    def slicer(self) -> PointSlicer:
        """Return what measures blocks."""
        return PointSlicer(self)

    @cached_property
    def digest(self) -> str:
        """The SHA-256 of the program, with its scales and outputs, of the noise and the points."""
        own = Problem(self.program, None, self.method, False, False).digest
        numbers = ((x.numerator, x.denominator) for point in self.points for x in point)
        scales = ((x.numerator, x.denominator) for x in self.program.scales)
        whole = [own, *map(str, self.noises), str(self.program.outputs)]
        whole += [f"{a:x}/{b:x}" for pairs in (scales, numbers) for a, b in pairs]
        return hashlib.sha256(" ".join(["points 1", *whole]).encode()).hexdigest()


class PointSlicer(Slicer):
    """Measures blocks of points; made once in every process that works on them."""

    def __init__(self, problem: PointsProblem) -> None:
        self._points = problem.points
        self._many = ManyPoints(layers=GateLayers.of(problem.network), noises=problem.noises)

    def slice(self, path: Path = (), seconds: float = 1.0, hurried: Callable[[], bool] = never) -> Slice:
        """Measure the block that a path names; without one, name all blocks."""
        return self.slices([path], seconds, hurried)

    def slices(self, paths: Iterable[Path], seconds: float = 1.0, hurried: Callable[[], bool] = never) -> Slice:
        """Measure several blocks, the last first, until the time is up; one at least."""
        waiting, started, left = list(paths), time.perf_counter(), list[int]()
        totals, n = self._many.none(), len(self._points)
        while waiting:
            path = waiting.pop()
            if not path:
                waiting += [((start, min(start + BLOCK, n)),) for start in range(0, n, BLOCK)]
                break
            [(start, stop)] = path
            found, missing = self._many.measure(self._points[start:stop])
            totals += found
            left += _places(self._points[start:stop], missing, start)
            if time.perf_counter() > started + seconds or hurried():
                break
        return Slice(totals.n_points, 0, tuple(waiting), notes=written(totals, left))


def _places(block: Sequence[Vector], chosen: Sequence[Vector], start: int) -> list[int]:
    """Return where points of a block are that are chosen in their order."""
    own = iter(chosen)
    wanted, found = next(own, None), []
    for number, point in enumerate(block, start):
        if point is wanted:
            found.append(number)
            wanted = next(own, None)
    return found


def shared_totals(
    network: Network, noises: Sequence[Noise], points: Sequence[Vector], jobs: int
) -> Iterator[tuple[PointTotals, list[Vector]]]:
    """Yield sums over parts of the points, and those left to exact arithmetic, as processes find them.

    Raises:
        InputError: if ``jobs`` is negative or larger than 1024.
        WorkersLost: if processes die again and again over the same block.
    """
    # The method names that of counts that need fresh processes: linear algebra starts threads.
    problem = PointsProblem(
        network.program, None, "witness", False, False, network=network, noises=tuple(noises), points=tuple(points)
    )
    with closing(slices(problem, workers(problem, jobs))) as parts:
        for part in parts:
            if part.notes:
                totals, left = read(part.notes)
                yield totals, [points[i] for i in left]


def written(totals: PointTotals, left: Sequence[int]) -> str:
    """Return sums over points, and the numbers of those left, as a text."""
    content = {
        "ranks": [[sorted(own.items()) for own in pair] for pair in totals.ranks],
        "sums": [[_spelled(ball) for ball in own] for own in totals.sums],
        "norms": [_spelled(ball) for ball in (totals.l2, totals.l1, totals.largest)],
        "points": [totals.n_points, totals.on_walls],
        "left": list(left),
    }
    return json.dumps(content, separators=(",", ":"))


def read(text: str) -> tuple[PointTotals, list[int]]:
    """Return what :func:`written` has written.

    >>> totals = PointTotals.none(1, 2, 1)
    >>> totals.l2 += arb(1) / 3
    >>> read(written(totals, [5]))[0].l2.overlaps(totals.l2), read(written(totals, [5]))[1]
    (True, [5])
    """
    content = json.loads(text)
    ranks = [(Counter(dict(map(tuple, a))), Counter(dict(map(tuple, b)))) for a, b in content["ranks"]]
    l2, l1, largest = map(_ball, content["norms"])
    n_points, on_walls = content["points"]
    sums = [[_ball(own) for own in row] for row in content["sums"]]
    totals = PointTotals(ranks=ranks, sums=sums, n_points=n_points, on_walls=on_walls, l2=l2, l1=l1, largest=largest)
    return totals, content["left"]


def _spelled(ball: arb) -> list[str]:
    """Return middle and radius, each as a mantissa and an exponent, in hexadecimal."""
    return [f"{int(part):x}" for number in (ball.mid(), ball.rad()) for part in number.man_exp()]


def _ball(words: Sequence[str]) -> Any:
    """Return the ball of these numbers; all of them are dyadic, so it is the same."""
    mantissa, exponent, radius, power = (int(word, 16) for word in words)
    return arb((mantissa, exponent), (radius, power))
