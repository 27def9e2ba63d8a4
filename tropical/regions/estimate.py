"""Estimates of the number of activation regions: before a count is begun, with its time, and while it runs."""

from __future__ import annotations

import time
from collections.abc import Iterator
from fractions import Fraction
from math import comb
from random import Random
from typing import TYPE_CHECKING, Any

from attrs import asdict, define, field, frozen

from polytopes.enumeration.blocks import program_blocks
from polytopes.enumeration.domain_cell import box_problem, root_node
from polytopes.enumeration.gate_program import GateProgram, Pattern
from polytopes.enumeration.splitting_tree import Node, advance, branch, settle
from polytopes.enumeration.stage_watch import unwatched
from polytopes.errors import InputError
from tropical.networks.sources import asked
from tropical.regions.bounds import Bound, closed_form_bounds, lower_bounds, upper_bounds
from tropical.regions.chamber_counts import chambers_of
from tropical.regions.confidence import Number, Sampled, as_number, summarize

if TYPE_CHECKING:
    from polytopes.polyhedra.domains import DomainLike
    from polytopes.polyhedra.polyhedron import Polyhedron
    from tropical.networks.network import Network
    from tropical.networks.sources import NetworkLike

TRIAL = 0.5
"""Seconds of a trial count, which measures the speed."""
LONG = 5.0
"""Seconds against which compilation takes little."""
FORECAST_DELAY = 1.0
"""Seconds before a forecast begins; shorter counts do not wait for one."""
FORECAST_SHARE = 0.05
"""The part of the time of a count that may go into the descents of its forecast."""
FEWEST_DESCENTS = 24
"""Descents before a forecast says anything."""
MOST_DESCENTS = 4000
"""Descents of a forecast; more of them change little."""


@frozen
class Descent:
    """One way down the splitting tree: the leaf reached, and 1 over the probability of reaching it."""

    pattern: Pattern
    weight: Fraction


@frozen
class Trial:
    """The regions that a trial count found, whether they are all, and the seconds that it took."""

    found: int
    complete: bool
    seconds: float


@frozen
class Estimate:
    """Bounds, the sampled estimate, and the predicted seconds of a count; ``exact`` if the trial came to an end.

    If ``complete`` is False the estimation was stopped, and what it did not reach is empty or None.
    """

    lower: tuple[Bound, ...]
    upper: tuple[Bound, ...]
    sampled: Sampled | None
    exact: int | None
    predicted_seconds: Number | None
    complete: bool
    seconds: float

    def as_dict(self) -> dict[str, Any]:
        """Return the estimate as a document."""
        return {
            "activation_regions": self.exact,
            "lower_bounds": [asdict(bound) for bound in self.lower],
            "upper_bounds": [asdict(bound) for bound in self.upper],
            "estimate": None if self.sampled is None else self.sampled.as_dict(),
            "predicted_seconds": self.predicted_seconds,
            "complete": self.complete,
            "seconds": self.seconds,
        }


def estimate_regions(
    network: NetworkLike,
    domain: DomainLike = None,
    *,
    samples: int = 400,
    seed: int = 0,
    relative: bool = False,
    budget: float = 5.0,
) -> Estimate:
    """Bound and estimate the number of activation regions of ``network`` in ``domain``.

    Args:
        network: a network, or what :func:`tropical.load` reads without options.
        domain: a polyhedron in its input space, or bounds (:func:`~polytopes.polyhedra.domains.as_domain`); the whole
            space if None.
        samples: the number of random descents.
        seed: of the random numbers; the same seed gives the same descents.
        relative: take regions of full dimension relative to the affine hull of a lower-dimensional domain.
        budget: stop sampling after so many seconds, with fewer samples, but at least two.

    Raises:
        InputError: if fewer than 2 samples are asked for.
        ShapeError, DomainError: as :func:`tropical.regions.activation_regions.activation_regions`.

    Algorithm:
        Knuth, Estimating the efficiency of backtrack programs (1975): see :func:`descend`. The regions of a trial
        count, and the different leaves that the descents reach, are regions of this network: lower bounds.

    >>> from tropical import Network
    >>> net = Network.from_weights([([[1], [2], [3]], [0, 1, 2]), ([[1, 1, 1]], [0])])
    >>> estimate_regions(net).exact
    4
    """
    network, domain = asked(network, domain)
    estimation = Estimation(network, domain, relative, samples, seed)
    estimation.run(budget)
    return estimation.result(complete=True)


@define
class Estimation:
    """An estimate in progress, which may be stopped at any time and then says what is known."""

    network: Network
    domain: Polyhedron | None = None
    relative: bool = False
    samples: int = 400
    seed: int = 0
    _started: float = field(factory=time.perf_counter)
    _descents: list[Descent] = field(factory=list)
    _trial: Trial | None = None
    _proven: list[Bound] = field(factory=list)
    _upper: list[Bound] = field(factory=list)

    def __attrs_post_init__(self) -> None:
        if self.samples < 2:
            raise InputError(f"{self.samples} samples; an estimate with an error needs at least 2")

    def run(self, budget: float) -> None:
        """Sample, try a count, and find the bounds; the errors are those of :func:`estimate_regions`."""
        program, domain = self.network.program, self.domain
        dim = self.network.input_dim if domain is None else domain.dim
        self._upper = closed_form_bounds(program, dim)
        for descent in descents(program, domain, self.relative, self.seed):
            self._descents.append(descent)
            n_descents = len(self._descents)
            if n_descents >= self.samples or (n_descents > 1 and time.perf_counter() - self._started > budget):
                break
        self._trial = _shallow(self.network, domain) or _try(program, domain, self.relative)
        self._upper = upper_bounds(program, dim)
        self._proven = lower_bounds(program, domain is None)

    def result(self, complete: bool) -> Estimate:
        """Return what is known by now."""
        trial, weights = self._trial, [descent.weight for descent in self._descents]
        sampled = summarize(weights, self.seed) if len(weights) > 1 else None
        seen = max(trial.found if trial else 0, len({descent.pattern for descent in self._descents}))
        lower = [Bound("regions found", seen, "this network", "a trial count and the samples")] if seen else []
        predicted = None
        if trial is not None:
            all_found = seen if trial.complete or sampled is None else max(sampled.mean, seen)
            predicted = as_number(Fraction(trial.seconds) * Fraction(all_found) / trial.found)
        exact = trial.found if trial is not None and trial.complete else None
        taken = time.perf_counter() - self._started
        return Estimate((*lower, *self._proven), tuple(self._upper), sampled, exact, predicted, complete, taken)


def descend(program: GateProgram, root: Node, random: Random) -> Descent:
    """Go down the splitting tree from a node at random.

    Every child is taken with positive probability, so each leaf has expected contribution 1, and the expected weight
    is the number of leaves below. Children are taken in proportion to :func:`size_of`, which keeps the weights close to
    each other.
    """
    node, weight = advance(program, settle(program, root)), Fraction(1)
    while node.open:
        children = [settle(program, child) for child in branch(program, node)]
        sizes = [size_of(child, program.input_dim) for child in children]
        [chosen] = random.choices(range(len(children)), sizes)
        weight *= Fraction(sum(sizes), sizes[chosen])
        node = advance(program, children[chosen])
    return Descent(node.winners, weight)


def size_of(node: Node, dim: int) -> int:
    """Return a positive guess of the leaves below a settled node: the most regions that its open gates make.

    They are counted as in the plane from dimension 2 on, where higher powers were measured to spread the weights more.
    """
    n_open = sum(len(rivals) - 1 for _, rivals in node.open)
    return sum(comb(n_open, j) for j in range(min(dim, 2) + 1))


def descents(program: GateProgram, domain: Polyhedron | None, relative: bool, seed: int) -> Iterator[Descent]:
    """Yield independent random descents without end; the same seed gives the same."""
    problem = box_problem(program, domain, None, relative, keep_outputs=False)
    if problem is None:
        _, root = root_node(program, domain, None, relative)
    else:
        program, root = problem.reduced.program, problem.root()
    random = Random(seed)
    while True:
        yield descend(program, root, random)


def _shallow(network: Network, domain: Polyhedron | None) -> Trial | None:
    """Count the chambers of a shallow network, if it is counted that way; again if the first time is short."""
    if domain is not None:
        return None
    trial = None
    for _ in range(2):
        started = time.perf_counter()
        chambers = chambers_of(network)
        if chambers is None:
            return None
        trial = Trial(chambers.count, True, time.perf_counter() - started)
        if trial.seconds > LONG:
            break
    return trial


def _try(program: GateProgram, domain: Polyhedron | None, relative: bool) -> Trial:
    """Count for a moment; if that finds all regions, count again, now that everything is compiled."""
    trial = _timed(program, domain, relative)
    return _timed(program, domain, relative) if trial.complete else trial


def _timed(program: GateProgram, domain: Polyhedron | None, relative: bool) -> Trial:
    started, earlier, found = time.perf_counter(), 0, 0
    for block in _stream(program, domain, relative):
        now = time.perf_counter()
        if found == 0 < block:
            # What came before the first regions may have been compilation.
            first, earlier = now, block
        found += block
        if found > earlier > 0 and now - first > TRIAL:
            return Trial(found - earlier, False, now - first)
    return Trial(found, True, time.perf_counter() - started)


def _stream(program: GateProgram, domain: Polyhedron | None, relative: bool) -> Iterator[int]:
    yield from (block.count for block in program_blocks(program, domain, relative=relative, keep=False))


@define
class Forecast:
    """An estimate of the number of activation regions, refined while a count runs in a small part of its time.

    >>> from tropical import Network
    >>> forecast = Forecast(Network.from_weights([([[1], [2], [3]], [0, 1, 2]), ([[1, 1, 1]], [0])]))
    >>> forecast.after(0.5, found=1) is None
    True
    >>> forecast.after(1e6, found=1)
    4.0
    """

    network: Network
    domain: Polyhedron | None = None
    relative: bool = False
    _descents: Iterator[Descent] | None = None
    _n_descents: int = 0
    _sum: float = 0.0
    _spent: float = 0.0

    def after(self, elapsed: float, found: int) -> float | None:
        """Return the estimate after ``found`` regions in ``elapsed`` seconds.

        None while there are too few descents, and again once more regions were found than estimated.
        """
        while elapsed > FORECAST_DELAY and self._spent < FORECAST_SHARE * elapsed and self._n_descents < MOST_DESCENTS:
            self._descend()
        if self._n_descents < FEWEST_DESCENTS:
            return None
        mean = self._sum / self._n_descents
        return mean if mean > found else None

    def _descend(self) -> None:
        started = time.perf_counter()
        if self._descents is None:
            self._descents = descents(self.network.program, self.domain, self.relative, seed=0)
        try:
            with unwatched():
                self._sum += float(next(self._descents).weight)
        except OverflowError:
            self._sum = float("inf")
        self._n_descents += 1
        self._spent += time.perf_counter() - started
