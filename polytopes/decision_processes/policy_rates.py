"""Rates of a Markov decision process, read off the edges at its optimal policies.

The vertices of the state-action polytope are *partial policies*: choices of actions in exactly the states that they
reach. An edge has two actions in one state and one in all others that it reaches. So those at a partial policy take
another action in one of its states, and any actions in the states that are then reached for the first time.

If every policy gives every state positive mass, there are no such states: edges join policies that differ in one
state. Changing the action of one state changes one row of the linear system, so one inverse gives the occupancies of
all neighbors.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING

from attrs import frozen

from polytopes.arithmetic.linalg import inverse, matmul
from polytopes.arithmetic.rationals import dot, exact_text
from polytopes.decision_processes.exploration import avoidable_states, partial_policies
from polytopes.decision_processes.policies import Solution, completed, named_policy, occupancy, solved
from polytopes.decision_processes.rates import total_variation
from polytopes.errors import LimitReached, VerificationFailed

if TYPE_CHECKING:
    from polytopes.decision_processes.process_data import Policy, ProcessData


@frozen
class Step:
    """An edge that leaves the optimal face: from an optimal policy to one that takes ``action`` in ``state``.

    ``other`` is that policy; it differs also in states that are only reached by it.
    """

    policy: Policy
    state: int
    action: int
    other: Policy
    gap: Fraction
    length: Fraction


@frozen
class ProcessRates:
    """Delta (``delta_tv``), delta (``delta_gap``) and Kakade's exponent of a process; None if all policies are optimal.

    ``steps`` are the edges that leave the optimal face, ``avoidable`` the states that some policy never visits.
    """

    solution: Solution
    avoidable: tuple[int, ...]
    steps: tuple[Step, ...]

    @property
    def explores(self) -> bool:
        """Whether every policy gives every state positive mass."""
        return not self.avoidable

    @property
    def delta_tv(self) -> Fraction | None:
        """The rate Delta."""
        return min((step.gap / step.length for step in self.steps), default=None)

    @property
    def delta_gap(self) -> Fraction | None:
        """The older rate delta."""
        return min((step.gap for step in self.steps), default=None)

    @property
    def slowest(self) -> Step | None:
        """The first step of least slope."""
        return min(self.steps, key=lambda step: step.gap / step.length, default=None)

    def as_dict(self) -> dict[str, object]:
        """Return the rates as they are written in documents."""
        process, step = self.solution.process, self.slowest
        slowest = None
        if step is not None:
            slowest = {
                "state": process.state_names[step.state],
                "action": process.action_names[step.state][step.action],
                "policy": named_policy(process, step.policy),
            }
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
        limit: the most vertices of the optimal face, and the most edges that leave it.

    Raises:
        LimitReached: if there are more.
        VerificationFailed: if the slowest step is not what it was found to be, by an error of this program.
    """
    solution, avoidable = solved(process), avoidable_states(process)
    steps: list[Step] = []
    for count, chosen in enumerate(solution.partial_policies()):
        if limit is not None and count >= limit:
            raise LimitReached(f"more than {limit} vertices of the optimal face", limit)
        found = _beyond(solution, chosen) if avoidable else _neighbors(solution, completed(process, chosen))
        for step in found:
            steps.append(step)
            if limit is not None and len(steps) > limit:
                raise LimitReached(f"more than {limit} edges that leave the optimal face", limit)
    rates = ProcessRates(solution, avoidable, tuple(steps))
    if rates.slowest is not None:
        _verify(process, solution, rates.slowest)
    return rates


def _beyond(solution: Solution, chosen: dict[int, int]) -> Iterator[Step]:
    """Yield the edges at an optimal partial policy that leave the optimal face."""
    process, policy = solution.process, completed(solution.process, chosen)
    here, rewards = occupancy(process, policy), process.reward_vector
    everything = [range(len(actions)) for actions in process.transitions]
    for s, own in chosen.items():
        for a in everything[s]:
            if a == own:
                continue
            first = process.supports[s][a] if process.discount else ()
            for changed in partial_policies(process, first, {**chosen, s: a}, everything):
                other = completed(process, changed)
                there = occupancy(process, other)
                gap = solution.value - dot(rewards, there)
                if gap:
                    yield Step(policy, s, a, other, gap, total_variation(here, there))


def _neighbors(solution: Solution, policy: Policy) -> Iterator[Step]:
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
        other = (*policy[:s], a, *policy[s + 1 :])
        yield Step(policy, s, a, other, -solution.advantages[s][a] * mass / (1 - gamma), length)


def _verify(process: ProcessData, solution: Solution, step: Step) -> None:
    """Look the step up by the occupancies of both policies, and its gap also by the advantages of the optimal one."""
    ends = occupancy(process, step.policy), occupancy(process, step.other)
    losses = [-loss for row in solution.advantages for loss in row]
    gaps = (
        dot(process.reward_vector, ends[0]) - dot(process.reward_vector, ends[1]),
        dot(losses, ends[1]) / (1 - process.discount),
    )
    if gaps != (step.gap, step.gap) or total_variation(*ends) != step.length or step.gap <= 0:
        raise VerificationFailed("a neighbor of an optimal policy is not what it was found to be; please report this")
