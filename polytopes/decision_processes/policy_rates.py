"""Rates of a Markov decision process: read off the neighbors of optimal policies, or off its polytope.

If every policy gives every state positive mass, the vertices of the state-action polytope are the deterministic
policies, and its edges join those that differ in one state. Changing the action of one state changes one row of the
linear system, so one inverse gives the occupancies of all neighbors. Otherwise several policies may share a vertex, and
the edges are found on the polytope.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING

from attrs import frozen

from polytopes.arithmetic.linalg import inverse, matmul
from polytopes.arithmetic.rationals import dot, exact_text
from polytopes.decision_processes.exploration import avoidable_states
from polytopes.decision_processes.policies import Solution, named_policy, occupancy, solved
from polytopes.decision_processes.rates import LPRates, lp_rates, total_variation
from polytopes.errors import VerificationFailed

if TYPE_CHECKING:
    from polytopes.decision_processes.process_data import Policy, ProcessData


@frozen
class Step:
    """An optimal policy, and the loss and distance of the neighbor that takes another action in one state."""

    policy: Policy
    state: int
    action: int
    gap: Fraction
    length: Fraction


@frozen
class ProcessRates:
    """Delta (``delta_tv``), delta (``delta_gap``) and Kakade's exponent of a process; None if all policies are optimal.

    ``steps`` lead from optimal policies to others, if the process explores; else ``on_polytope`` has the edges.
    ``avoidable`` are the states that some policy never visits.
    """

    solution: Solution
    avoidable: tuple[int, ...]
    steps: tuple[Step, ...]
    on_polytope: LPRates | None

    @property
    def explores(self) -> bool:
        """Whether every policy gives every state positive mass."""
        return not self.avoidable

    @property
    def delta_tv(self) -> Fraction | None:
        """The rate Delta."""
        if self.on_polytope is not None:
            return self.on_polytope.delta_tv
        return min((step.gap / step.length for step in self.steps), default=None)

    @property
    def delta_gap(self) -> Fraction | None:
        """The older rate delta."""
        if self.on_polytope is not None:
            return self.on_polytope.delta_gap
        return min((step.gap for step in self.steps), default=None)

    @property
    def slowest(self) -> Step | None:
        """The first step of least slope, if the process explores."""
        return min(self.steps, key=lambda step: step.gap / step.length, default=None)

    def as_dict(self) -> dict[str, object]:
        """Return the rates as they are written in documents."""
        process, step = self.solution.process, self.slowest
        slowest: object = None
        if step is not None:
            slowest = {
                "state": process.state_names[step.state],
                "action": process.action_names[step.state][step.action],
                "policy": named_policy(process, step.policy),
            }
        elif self.on_polytope is not None and self.on_polytope.slowest_edge is not None:
            slowest = self.on_polytope.slowest_edge.as_dict()
        rates = {"Delta": self.delta_tv, "delta": self.delta_gap}
        return {
            **{name: None if rate is None else exact_text(rate) for name, rate in rates.items()},
            "slowest": slowest,
            "state_exploration": self.explores,
            "avoidable_states": [process.state_names[s] for s in self.avoidable],
        }


def process_rates(process: ProcessData, limit: int | None = None) -> ProcessRates:
    """Return the rates of a process.

    Args:
        process: the process.
        limit: the most optimal policies whose neighbors are looked at.

    Raises:
        LimitReached: if there are more optimal policies.
        VerificationFailed: if the slowest step is not what it was found to be, by an error of this program.
    """
    solution, avoidable = solved(process), avoidable_states(process)
    if avoidable:
        found = lp_rates(process.state_action_polytope, process.reward_vector)
        if found.optimum != solution.value:
            raise VerificationFailed("policy iteration and the linear program disagree; please report this")
        return ProcessRates(solution, avoidable, (), found)
    steps = tuple(step for policy in solution.optimal_policies(limit) for step in _steps(solution, policy))
    rates = ProcessRates(solution, avoidable, steps, None)
    if rates.slowest is not None:
        _verify(process, solution, rates.slowest)
    return rates


def _steps(solution: Solution, policy: Policy) -> Iterator[Step]:
    """Yield the neighbors of an optimal policy that are not optimal, by rank-one changes of one inverse."""
    process = solution.process
    gamma, n = process.discount, process.n_states
    moves = [process.transitions[s][policy[s]] for s in range(n)]
    turned = inverse([[(s == t) - gamma * moves[s][t] for t in range(n)] for s in range(n)])
    inverted = list(zip(*turned, strict=True))
    masses = tuple((1 - gamma) * mass for [mass] in matmul(inverted, [[mass] for mass in process.initial]))
    worse = [(s, a) for s, losses in enumerate(solution.advantages) for a, loss in enumerate(losses) if loss]
    changes = [[p - q for p, q in zip(process.transitions[s][a], moves[s], strict=True)] for s, a in worse]
    columns = zip(*matmul(inverted, list(zip(*changes, strict=True))), strict=True) if worse else ()
    for (s, a), column in zip(worse, columns, strict=True):
        factor = gamma * masses[s] / (1 - gamma * column[s])
        mass = masses[s] + factor * column[s]
        elsewhere = sum((abs(entry) for t, entry in enumerate(column) if t != s), Fraction(0))
        length = (factor * elsewhere + masses[s] + mass) / 2
        yield Step(policy, s, a, -solution.advantages[s][a] * mass / (1 - gamma), length)


def _verify(process: ProcessData, solution: Solution, step: Step) -> None:
    """Look the step up by the occupancies of both policies, each from a linear system of its own."""
    changed = tuple(step.action if s == step.state else a for s, a in enumerate(step.policy))
    ends = occupancy(process, step.policy), occupancy(process, changed)
    gap = dot(process.reward_vector, ends[0]) - dot(process.reward_vector, ends[1])
    if (gap, total_variation(*ends)) != (step.gap, step.length) or dot(
        process.reward_vector, ends[0]
    ) != solution.value:
        raise VerificationFailed("a neighbor of an optimal policy is not what it was found to be; please report this")
