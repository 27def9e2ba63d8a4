"""How many activation regions there will be, and how long a count will take, before it is begun."""

from __future__ import annotations

import time
from collections.abc import Iterator
from fractions import Fraction
from math import comb, sqrt
from random import Random
from typing import TYPE_CHECKING, Any

from attrs import asdict, frozen

from polytopes.cells import cells
from polytopes.errors import InputError
from polytopes.gates import GateProgram, Pattern
from polytopes.roots import is_compiled, root_node
from polytopes.tree import Node, branch, enter, leave, settle
from tropical.bounds import Bound, lower_bounds, upper_bounds
from tropical.shallow import chambers_of

if TYPE_CHECKING:
    from polytopes.polyhedron import Polyhedron
    from tropical.network import Network

QUANTILE = 1.96
"""Of the normal distribution, for an interval of 95%."""
TRIAL = 0.5
"""Seconds that a count is tried for, to see how quick it is."""


@frozen
class Descent:
    """One way down the splitting tree: the leaf reached, and 1 over the probability of reaching it."""

    pattern: Pattern
    weight: Fraction


@frozen
class Trial:
    """Regions that a count found, whether they are all, and the seconds it took for them."""

    found: int
    complete: bool
    seconds: float


@frozen
class Sampled:
    """An unbiased estimate with its standard error and the interval of 95% (normal approximation)."""

    mean: float
    standard_error: float
    low: float
    high: float
    samples: int
    seed: int


@frozen
class Estimate:
    """Bounds, the sampled estimate, and the predicted seconds of a count; ``exact`` if the trial came to an end."""

    lower: tuple[Bound, ...]
    upper: tuple[Bound, ...]
    sampled: Sampled
    exact: int | None
    predicted_seconds: float
    seconds: float

    def as_dict(self) -> dict[str, Any]:
        """Return the estimate as a document."""
        return {
            "activation_regions": self.exact,
            "lower_bounds": [asdict(bound) for bound in self.lower],
            "upper_bounds": [asdict(bound) for bound in self.upper],
            "estimate": asdict(self.sampled),
            "predicted_seconds": self.predicted_seconds,
            "seconds": self.seconds,
        }


def estimate_regions(
    network: Network,
    domain: Polyhedron | None = None,
    *,
    samples: int = 400,
    seed: int = 0,
    relative: bool = False,
    budget: float = 5.0,
) -> Estimate:
    """Bound and estimate the number of activation regions of ``network`` in ``domain``.

    Args:
        network: an exact network.
        domain: a polyhedron in its input space; the whole space if None.
        samples: the number of random descents.
        seed: of the random numbers; the same seed gives the same descents.
        relative: take regions of full dimension relative to the affine hull of a lower-dimensional domain.
        budget: stop sampling after so many seconds, with fewer samples, but two at least.

    Raises:
        InputError: if fewer than 2 samples are asked for.
        ShapeError, DomainError: as :func:`tropical.regions.activation_regions`.

    Algorithm:
        Knuth, Estimating the efficiency of backtrack programs (1975): see :func:`descend`. The regions of a trial
        count, and the different leaves that the descents reach, are regions of this network: lower bounds.

    >>> from tropical.network import Network
    >>> net = Network.from_weights([([[1], [2], [3]], [0, 1, 2]), ([[1, 1, 1]], [0])])
    >>> estimate_regions(net).exact
    4
    """
    if samples < 2:
        raise InputError(f"{samples} samples; an estimate with an error needs at least 2")
    started = time.perf_counter()
    program, dim = network.program, network.input_dim if domain is None else domain.dim
    descents = list(_descents(program, domain, relative, samples, seed, started + budget))
    sampled = summarize([descent.weight for descent in descents], seed)
    trial = _shallow(network, domain) or _trial(program, domain, relative)
    seen = max(trial.found, len({descent.pattern for descent in descents}))
    lower = [Bound("regions found", seen, "this network", "a trial count and the samples")]
    lower += lower_bounds(program, domain is None)
    predicted = trial.seconds
    if not trial.complete:
        predicted *= max(sampled.mean, seen) / trial.found
    taken = time.perf_counter() - started
    exact = trial.found if trial.complete else None
    return Estimate(tuple(lower), tuple(upper_bounds(program, dim)), sampled, exact, predicted, taken)


def summarize(weights: list[Fraction], seed: int) -> Sampled:
    """Return mean, standard error and interval of the weights of independent descents (two or more)."""
    n = len(weights)
    mean = sum(weights, Fraction(0)) / n
    variance = sum(((weight - mean) ** 2 for weight in weights), Fraction(0)) / (n - 1)
    error = sqrt(variance / n)
    return Sampled(
        float(mean), error, max(float(mean) - QUANTILE * error, 1.0), float(mean) + QUANTILE * error, n, seed
    )


def descend(program: GateProgram, root: Node, random: Random) -> Descent:
    """Go down the splitting tree from a node at random.

    Every child is taken with positive probability, so each leaf has expected contribution 1, and the expected weight
    is the number of leaves below. Children are taken in proportion to :func:`size_of`, which keeps the weights close to
    each other.
    """
    last, weight = program.last_gated_stage, Fraction(1)
    node = settle(program, root)
    while node.stage <= last:
        if node.open:
            children = [settle(program, child) for child in branch(program, node)]
            sizes = [size_of(child, program.input_dim) for child in children]
            [chosen] = random.choices(range(len(children)), sizes)
            weight *= Fraction(sum(sizes), sizes[chosen])
            node = children[chosen]
        else:
            node = settle(program, enter(program, leave(program, node), last))
    return Descent(node.winners, weight)


def size_of(node: Node, dim: int) -> int:
    """Return a positive guess of the leaves below a settled node: the most regions that its open gates make.

    They are counted as in the plane from dimension 2 on, where higher powers were measured to spread the weights more.
    """
    n_open = sum(len(rivals) - 1 for _, rivals in node.open)
    return sum(comb(n_open, j) for j in range(min(dim, 2) + 1))


def _descents(
    program: GateProgram, domain: Polyhedron | None, relative: bool, samples: int, seed: int, deadline: float
) -> Iterator[Descent]:
    _, root = root_node(program, domain, None, relative)
    random = Random(seed)
    for number in range(samples):
        if number > 1 and time.perf_counter() > deadline:
            return
        yield descend(program, root, random)


def _shallow(network: Network, domain: Polyhedron | None) -> Trial | None:
    """Count the chambers of a shallow network, if that is how it would be counted."""
    if domain is not None:
        return None
    started = time.perf_counter()
    chambers = chambers_of(network)
    return None if chambers is None else Trial(chambers.count, True, time.perf_counter() - started)


def _trial(program: GateProgram, domain: Polyhedron | None, relative: bool) -> Trial:
    """Count for a moment; if that is enough for all, once more, now that everything is compiled."""
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
    if is_compiled(program, program.input_dim if domain is None else domain.dim, None):
        from polytopes.compiled import blocks

        yield from (block.count for block in blocks(program, domain, keep=False, relative=relative))
    else:
        yield from (1 for _ in cells(program, domain, None, relative))
