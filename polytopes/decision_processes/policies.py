"""Exact policy iteration: values, advantages, occupancies, and all optimal policies of a Markov decision process."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from itertools import product
from math import lcm, prod
from os import PathLike
from typing import TYPE_CHECKING, Any, cast

from attrs import field, frozen

from polytopes.arithmetic.linalg import matmul, solve
from polytopes.arithmetic.rationals import Vector, VectorLike, as_vector, dot, exact_text
from polytopes.decision_processes.documents import distribution_of, entries_of
from polytopes.decision_processes.exploration import partial_policies
from polytopes.errors import InputError, LimitReached, ShapeError, VerificationFailed
from polytopes.formats.files import read_document

if TYPE_CHECKING:
    from polytopes.decision_processes.process_data import Policy, ProcessData


@frozen(slots=False)
class Solution:
    """An optimal policy of a process, with the values and advantages that prove it.

    ``values`` V solve ``(I - gamma P) V = (1 - gamma) r`` for the policy, ``advantages`` are
    ``A(s, a) = (1 - gamma) r(s, a) + gamma P(. | s, a) . V - V(s) <= 0``, and 0 on ``optimal_actions``.
    """

    process: ProcessData = field(repr=False)
    value: Fraction
    policy: Policy
    values: Vector
    advantages: tuple[Vector, ...]

    @cached_property
    def optimal_actions(self) -> tuple[tuple[int, ...], ...]:
        """For every state the actions without loss."""
        return tuple(tuple(a for a, loss in enumerate(row) if not loss) for row in self.advantages)

    @property
    def kakade(self) -> Fraction | None:
        """Kakade's exponent, the least loss of an action that is not optimal, over 1 - gamma; None if all are."""
        losses = [-loss for row in self.advantages for loss in row if loss]
        return min(losses) / (1 - self.process.discount) if losses else None

    def optimal_policies(self, limit: int | None = None) -> Iterator[Policy]:
        """Yield all optimal deterministic policies: those that use optimal actions in all states they reach.

        Raises:
            LimitReached: after ``limit`` of them, if there are more.
        """
        for count, policy in enumerate(self._policies()):
            if limit is not None and count >= limit:
                raise LimitReached(f"more than {limit} optimal policies", limit)
            yield policy

    def _policies(self) -> Iterator[Policy]:
        """States are decided as they are reached; what no decision reaches is free."""
        for chosen in self.partial_policies():
            free = [
                (chosen[s],) if s in chosen else tuple(range(len(actions)))
                for s, actions in enumerate(self.process.transitions)
            ]
            yield from product(*free)

    def count_optimal_policies(self, limit: int | None = None) -> int:
        """Return the number of optimal deterministic policies, without listing what is free.

        Raises:
            LimitReached: if more than ``limit`` choices in the states that are reached have to be looked at.
        """
        total = 0
        for count, chosen in enumerate(self.partial_policies()):
            if limit is not None and count >= limit:
                raise LimitReached(f"more than {limit} choices of optimal actions", total)
            total += prod(len(row) for s, row in enumerate(self.process.transitions) if s not in chosen)
        return total

    def partial_policies(self) -> Iterator[dict[int, int]]:
        """Yield the ways to choose an optimal action in exactly the states that these choices reach.

        They are the vertices of the optimal face of the state-action polytope.
        """
        first = [s for s, mass in enumerate(self.process.initial) if mass]
        return partial_policies(self.process, first, {}, self.optimal_actions)

    def as_dict(self) -> dict[str, object]:
        """Return the solution as it is written in documents."""
        names = self.process.state_names, self.process.action_names
        return {
            "optimal_value": exact_text(self.value),
            "optimal_policy": named_policy(self.process, self.policy),
            "values": {name: exact_text(v) for name, v in zip(names[0], self.values, strict=True)},
            "advantages": {
                state: {action: exact_text(loss) for action, loss in zip(actions, row, strict=True)}
                for state, actions, row in zip(*names, self.advantages, strict=True)
            },
            "Delta_K": None if self.kakade is None else exact_text(self.kakade),
            "occupancy": [exact_text(mass) for mass in occupancy(self.process, self.policy)],
        }


def named_policy(process: ProcessData, policy: Policy) -> dict[str, str]:
    """Return a policy by the names of states and actions."""
    return {process.state_names[s]: process.action_names[s][a] for s, a in enumerate(policy)}


def completed(process: ProcessData, chosen: Mapping[int, int]) -> Policy:
    """Return a policy with these choices; what they do not reach has action 0."""
    return tuple(chosen.get(s, 0) for s in range(process.n_states))


def solved(process: ProcessData) -> Solution:
    """Return the solution of a process by policy iteration in exact arithmetic.

    An action changes only where another one has a positive advantage, so that values grow and no policy comes twice.

    Raises:
        VerificationFailed: if occupancy and values disagree, by an error of this program.
    """
    policy = (0,) * process.n_states
    while True:
        values = policy_values(process, policy)
        advantages = _advantages(process, values)
        better = tuple(
            policy[s] if max(row) <= 0 else max(range(len(row)), key=row.__getitem__)
            for s, row in enumerate(advantages)
        )
        if better == policy:
            break
        policy = better
    value = dot(process.initial, values)
    if value != dot(process.reward_vector, occupancy(process, policy)):
        raise VerificationFailed("the value of a policy is not that of its occupancy; please report this")
    return Solution(process, value, policy, values, advantages)


def policy_values(process: ProcessData, policy: Policy) -> Vector:
    """Return the values V of a policy: ``(I - gamma P) V = (1 - gamma) r``."""
    n, gamma = process.n_states, process.discount
    rows = [[(s == t) - gamma * process.transitions[s][policy[s]][t] for t in range(n)] for s in range(n)]
    found = solve(rows, [(1 - gamma) * process.rewards[s][policy[s]] for s in range(n)])
    assert found is not None
    return found


def _advantages(process: ProcessData, values: Vector) -> tuple[Vector, ...]:
    gamma = process.discount
    moves = [row for actions in process.transitions for row in actions]
    after = iter([mean for [mean] in matmul(moves, [[value] for value in values])])
    return tuple(
        tuple((1 - gamma) * reward + gamma * next(after) - value for reward in rewards)
        for rewards, value in zip(process.rewards, values, strict=True)
    )


def occupancy(process: ProcessData, policy: Policy | MatrixOfPolicy) -> Vector:
    """Return the state-action distribution of a policy, in the order of ``process.pairs``.

    Args:
        process: the process.
        policy: an action for each state, or for each state the probabilities of its actions.

    Raises:
        ShapeError: if lengths do not fit.
        InputError: for actions that are none, or probabilities that do not have the sum 1.
    """
    mixed = _mixed(process, policy)
    n, gamma = process.n_states, process.discount
    moves = [
        actions[row.index(1)] if 1 in row else matmul([row], actions)[0]
        for row, actions in zip(mixed, process.transitions, strict=True)
    ]
    columns = [[(s == t) - gamma * moves[s][t] for t in range(n)] for s in range(n)]
    # Columns are made integral, which is undone in the solution: rows would have a long common denominator.
    scales = [lcm(*(entry.denominator for entry in column)) for column in columns]
    rows = zip(
        *([scale * entry for entry in column] for scale, column in zip(scales, columns, strict=True)), strict=True
    )
    scaled = solve(list(rows), [(1 - gamma) * mass for mass in process.initial])
    assert scaled is not None
    masses = [scale * entry for scale, entry in zip(scales, scaled, strict=True)]
    return tuple(masses[s] * mixed[s][a] for s, a in process.pairs)


MatrixOfPolicy = Sequence[VectorLike]


def _mixed(process: ProcessData, policy: Policy | MatrixOfPolicy) -> list[Vector]:
    if len(policy) != process.n_states:
        raise ShapeError(f"{len(policy)} choices for {process.n_states} states")
    mixed = []
    for s, (choice, actions) in enumerate(zip(policy, process.transitions, strict=True)):
        if isinstance(choice, int):
            if not 0 <= choice < len(actions):
                raise InputError(f"state {process.state_names[s]} has actions 0 to {len(actions) - 1}, not {choice}")
            mixed.append(tuple(Fraction(int(a == choice)) for a in range(len(actions))))
            continue
        row = as_vector(cast(VectorLike, choice), len(actions))
        if min(row) < 0 or sum(row) != 1:
            raise InputError(f"state {process.state_names[s]}: probabilities of actions must be >= 0 with the sum 1")
        mixed.append(row)
    return mixed


def uniform_policy(process: ProcessData) -> list[VectorLike]:
    """Return the policy that takes all actions with one probability."""
    return [[Fraction(1, len(actions))] * len(actions) for actions in process.transitions]


def read_policy(process: ProcessData, path: str | PathLike[str]) -> list[VectorLike]:
    """Return the policy in a JSON file {state: {action: probability}}; actions that are left out have none.

    Raises:
        FileFormatError: if the file cannot be read or is no policy of the process.
    """

    def made(document: Any) -> list[VectorLike]:
        rows = entries_of(document, process.state_names, "the policy")
        return [
            distribution_of(rows[state], actions, f"state {state}", normalize=False)
            for state, actions in zip(process.state_names, process.action_names, strict=True)
        ]

    return read_document(path, made)


def policy_of(process: ProcessData, distribution: VectorLike) -> list[Vector | None]:
    """Return the policy of a state-action distribution: d(s, a) / sum_a d(s, a), None in states of mass 0.

    Raises:
        InputError: if the distribution does not lie in the state-action polytope.
    """
    point = as_vector(distribution, len(process.pairs))
    if point not in process.state_action_polytope:
        raise InputError("the distribution lies outside the state-action polytope")
    rows: list[list[Fraction]] = [[] for _ in range(process.n_states)]
    for (s, _), mass in zip(process.pairs, point, strict=True):
        rows[s].append(mass)
    return [tuple(mass / sum(row) for mass in row) if sum(row) else None for row in rows]
