"""The landscape of the squared loss of a hidden layer: which activation regions hold zeros and bad stationary points.

The patterns of the units are chosen from sets I (units with v_j > 0) and K (those with v_j < 0). What a region holds
depends on these sets only, and a pair of them of sizes i and k stands for Surj(p, i) Surj(q, k) regions.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import closing
from fractions import Fraction
from typing import Any

from attrs import field, frozen

from polytopes.arithmetic.rationals import (
    MatrixLike,
    RationalLike,
    Vector,
    VectorLike,
    as_fraction,
    as_vector,
    exact_text,
)
from polytopes.enumeration.limits import UNLIMITED, Limits
from polytopes.errors import InputError, NoAnswerError, ShapeError, VerificationFailed
from tropical.fans.data_set import DataSet
from tropical.parameter_space.loss_landscape.patterns import UnitPatterns, unit_patterns
from tropical.parameter_space.loss_landscape.points import LayerPoints
from tropical.parameter_space.loss_landscape.rank_table import rank_rows
from tropical.parameter_space.loss_landscape.regions import StationaryRegion
from tropical.parameter_space.loss_landscape.sharing import steps_in_processes
from tropical.parameter_space.loss_landscape.tally import LayerProblem, Tally, Walk


@frozen(eq=False)
class SquaresLandscape:
    """What was found of the activation regions of a layer with these outer weights, for the squared loss.

    If the work was stopped, all numbers but ``n_patterns`` and ``n_pairs`` are lower bounds.

    Attributes:
        regions: the regions that were looked at; all of them if complete.
        full_rank: those whose Jacobian has the number of points as its rank.
        zero_loss, zero_loss_full_rank: those that hold a zero of the loss, and those of full rank among them.
        stationary_by_loss: those with stationary points in their interior, by the loss there.
        examples: one region for each of these losses, with weights.
        n_pairs, pairs: the number of pairs of sets of patterns, and of those that were looked at.
    """

    outer: Vector
    n_patterns: int
    n_pairs: int
    pairs: int
    regions: int
    full_rank: int
    zero_loss_full_rank: int
    stationary_by_loss: Mapping[Fraction, int]
    examples: Mapping[Fraction, StationaryRegion] = field(repr=False)

    @property
    def complete(self) -> bool:
        """Whether all regions were looked at."""
        return self.pairs == self.n_pairs

    @property
    def zero_loss(self) -> int:
        """The number of regions that hold a zero of the loss."""
        return self.stationary_by_loss.get(Fraction(0), 0)

    @property
    def with_stationary_points(self) -> int:
        """The number of regions that hold stationary points in their interior."""
        return sum(self.stationary_by_loss.values())

    @property
    def least_loss_found(self) -> Fraction | None:
        """The least loss of a stationary point, None if there is none."""
        return min(self.stationary_by_loss, default=None)

    @property
    def bad(self) -> int:
        """The number of regions with stationary points whose loss is greater than the least one found."""
        return self.with_stationary_points - max(
            (self.stationary_by_loss[loss] for loss in (self.least_loss_found,) if loss is not None), default=0
        )

    def example(self, loss: RationalLike) -> StationaryRegion:
        """Return a region with stationary points of this loss, with weights.

        Raises:
            NumberError: if the loss is not a rational number.
            NoAnswerError: if none was found.
        """
        found = self.examples.get(as_fraction(loss))
        if found is None:
            known = ", ".join(map(exact_text, sorted(self.examples))) or "there are none"
            raise NoAnswerError(f"no region with stationary points of the loss {loss} was found; the losses: {known}")
        return found

    def as_dict(self) -> dict[str, Any]:
        """Return the landscape as it is written in documents."""
        least = self.least_loss_found
        losses = sorted(self.stationary_by_loss)
        return {
            "outer": list(map(exact_text, self.outer)),
            "regions": self.regions,
            "full_rank": self.full_rank,
            "zero_loss": self.zero_loss,
            "zero_loss_full_rank": self.zero_loss_full_rank,
            "with_stationary_points": self.with_stationary_points,
            "stationary_by_loss": {exact_text(loss): self.stationary_by_loss[loss] for loss in losses},
            "least_loss_found": None if least is None else exact_text(least),
            "bad": self.bad,
            "examples": [self.examples[loss].as_dict() for loss in sorted(self.examples)],
            "pairs": self.pairs,
            "all_pairs": self.n_pairs,
        }


def squares_landscape(
    data: DataSet | MatrixLike | LayerPoints | UnitPatterns,
    targets: VectorLike,
    outer: VectorLike,
    bias: bool = True,
    limit: int | None = None,
    timeout: float | None = None,
    progress: Callable[[Tally], None] | None = None,
    jobs: int = 1,
) -> SquaresLandscape:
    """Return how many activation regions hold zeros and stationary points of the squared loss, by their losses.

    The network is f(x) = sum_j v_j max(0, w_j . x) with fixed v_j; its loss is 1/2 sum_i (f(x_i) - y_i)^2. Stationary
    points on the walls between regions, where the loss has no derivative, are not looked at.

    Args:
        data: n points x_i of Q^d, or their patterns.
        targets: the n numbers y_i.
        outer: the outer weights v_j, one for each unit; only their signs matter for the counts.
        bias: whether units have a bias.
        limit: give up if there are more pairs of sets of patterns than this.
        timeout: give up after so many seconds.
        progress: called with what has been counted, now and then.
        jobs: how many processes work; 0 for one on every core.

    Raises:
        InputError: if there is no point, or an outer weight is 0.
        ShapeError: if there is not one target for each point.
        LimitReached: at a limit; ``partial`` is the landscape of what was found.
        VerificationFailed: if a certificate, an example or a sum does not hold.

    Source:
        Karhadkar, Murray, Tseran, Montúfar, Mildly overparameterized ReLU networks have a favorable loss landscape,
        TMLR 2024 (arXiv 2305.19510).

    >>> found = squares_landscape([[0], [1], [3]], [1, -1, 2], outer=[1, 1, -1])
    >>> found.regions, found.full_rank, found.zero_loss, found.bad
    (216, 144, 40, 38)
    >>> region = found.example("1/2")
    >>> str(region.loss), len(region.weights)
    ('1/2', 3)
    """
    problem = layer_problem(data, targets, outer, bias)
    tally = Tally()
    fill(problem, tally, Limits(limit, timeout, progress), jobs)
    return answer_of(problem, tally)


def layer_problem(
    data: DataSet | MatrixLike | LayerPoints | UnitPatterns, targets: VectorLike, outer: VectorLike, bias: bool = True
) -> LayerProblem:
    """Return a layer on data, after a check of its arguments, which are those of :func:`squares_landscape`."""
    patterns = data if isinstance(data, UnitPatterns) else unit_patterns(data, bias)
    values, weights = as_vector(targets), as_vector(outer)
    if len(values) != patterns.points.n_points:
        raise ShapeError(f"{len(values)} targets for {patterns.points.n_points} points; give one each")
    if 0 in weights:
        raise InputError(f"outer weight {weights.index(Fraction(0))} is 0; leave the unit out")
    return LayerProblem(patterns, values, weights)


def fill(problem: LayerProblem, tally: Tally, limits: Limits[Tally] = UNLIMITED, jobs: int = 1) -> None:
    """Count the regions of a layer in an empty tally, which is valid whenever the work is stopped.

    Raises:
        LimitReached: at a limit; ``partial`` is the landscape of what was found.
        VerificationFailed: if a certificate or an example does not hold; or if, in the end, the number of regions or of
            those of full rank is not that of the dynamic program for ranks.
    """
    started, walk = time.monotonic(), Walk(problem)
    steps = walk.steps(tally, limits.limit) if jobs == 1 else steps_in_processes(problem, tally, jobs)
    with closing(steps):
        for _ in steps:
            limits.report(tally)
            limits.check(tally.pairs, time.monotonic() - started, lambda: answer_of(problem, tally), "pairs")
    *_, row = rank_rows(problem.patterns, walk.spans, len(problem.outer))
    expected = (problem.n_pairs, row.regions, row.full)
    if (tally.pairs, tally.regions, tally.full_rank) != expected:
        raise VerificationFailed(f"{tally.regions} regions, {tally.full_rank} of full rank; by ranks {expected[1:]}")


def answer_of(problem: LayerProblem, tally: Tally) -> SquaresLandscape:
    """Return what was counted so far."""
    return SquaresLandscape(
        problem.outer,
        len(problem.patterns),
        problem.n_pairs,
        tally.pairs,
        tally.regions,
        tally.full_rank,
        tally.zero_loss_full_rank,
        dict(tally.by_loss),
        dict(tally.examples),
    )
