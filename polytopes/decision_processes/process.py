"""Markov decision processes with rational numbers, from tables, JSON documents or environments of gymnasium."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import partial
from os import PathLike
from typing import Any

from attrs import frozen

from polytopes.arithmetic.rationals import RationalLike, Vector, VectorLike, as_fraction
from polytopes.decision_processes.documents import distribution_of, entries_of
from polytopes.decision_processes.policies import MatrixOfPolicy, Solution, occupancy, policy_of, solved
from polytopes.decision_processes.policy_rates import ProcessRates, process_rates
from polytopes.decision_processes.process_data import Policy, ProcessData
from polytopes.errors import InputError
from polytopes.formats.files import read_document


@frozen(repr=False, slots=False)
class MDP(ProcessData):
    """A finite Markov decision process; states may have different numbers of actions.

    Attributes:
        transitions: for each state and each of its actions the probabilities of the next states.
        rewards: for each state the reward of each of its actions.
        discount: gamma, 0 <= gamma < 1.
        initial: the probabilities of the first state.
        state_names, action_names: how they are named in documents; numbers from 1 on if left out.

    The reward of a policy is ``(1 - gamma) E sum_t gamma^t r(S_t, A_t)``, a mean.

    Raises:
        ShapeError: if lengths do not fit.
        InputError: for probabilities that are negative or do not have the sum 1, a state without action, or gamma
            outside [0, 1).

    >>> MDP([[[1, 0], [0, 1]], [[0, 1], [1, 0]]], [[1, 0], [2, 0]], "9/10", ["4/5", "1/5"])
    MDP of 2 states and 4 actions, discount 9/10
    """

    def solve(self) -> Solution:
        """Return the optimal value with its proof, optimal policies, values and advantages, by policy iteration."""
        return solved(self)

    def rates(self, limit: int | None = None) -> ProcessRates:
        """Return the rates Delta, delta and Kakade's exponent (:mod:`polytopes.decision_processes.policy_rates`)."""
        return process_rates(self, limit)

    def occupancy(self, policy: Policy | MatrixOfPolicy) -> Vector:
        """Return the state-action distribution of a policy; see :func:`~polytopes.decision_processes.occupancy`."""
        return occupancy(self, policy)

    def policy(self, distribution: VectorLike) -> list[Vector | None]:
        """Return the policy of a state-action distribution; None in states of mass 0."""
        return policy_of(self, distribution)

    @classmethod
    def from_json(cls, path: str | PathLike[str], *, normalize: bool = False) -> MDP:
        """Return the process in a JSON file; ``normalize`` divides all probabilities of a row by their sum.

        The file has ``states``, ``transitions`` {state: {action: {next state: probability}}}, ``rewards``
        {state: {action: reward}}, ``discount`` and ``initial`` {state: probability}. Numbers are strings such as
        "1/2", integers, or JSON decimals, which mean the floats they are read as.

        Raises:
            FileFormatError: if the file cannot be read or is no such document.
        """
        return read_document(path, partial(cls.from_document, normalize=normalize))

    @classmethod
    def from_document(cls, document: Any, *, normalize: bool = False) -> MDP:
        """Return the process that a document as in :meth:`from_json` describes."""
        parts = entries_of(document, ("states", "transitions", "rewards", "discount", "initial"), "the document")
        states = parts["states"]
        if not isinstance(states, list) or not states or not all(isinstance(name, str) for name in states):
            raise InputError("states must be a list of names")
        if len(set(states)) != len(states):
            raise InputError("two states have one name; names must differ")
        moves, rewards = (entries_of(parts[key], states, key) for key in ("transitions", "rewards"))
        for s in states:
            if not isinstance(moves[s], Mapping) or not moves[s]:
                raise InputError(f"state {s} has no action; give at least one")
        actions = tuple(tuple(moves[s]) for s in states)
        tables = [
            [distribution_of(moves[s][a], states, f"state {s}, action {a}", normalize) for a in moves[s]]
            for s in states
        ]
        gains = [
            [as_fraction(entries_of(rewards[s], names, f"rewards of state {s}")[a]) for a in names]
            for s, names in zip(states, actions, strict=True)
        ]
        first = distribution_of(parts["initial"], states, "initial", normalize)
        return cls(tables, gains, as_fraction(parts["discount"]), first, tuple(states), actions)

    @classmethod
    def from_gymnasium(cls, environment: Any, discount: RationalLike, *, normalize: bool = True) -> MDP:
        """Return the process of a gymnasium environment with a table ``P`` of its transitions, from its first states.

        ``P[s][a]`` lists (probability, next state, reward, is final); what is final stays where it is and earns
        nothing. The floats of such tables seldom have the sum 1 exactly, so rows are divided by their sums.

        Raises:
            InputError: if the environment has no such table, or none of its first states is known.
        """
        inner = getattr(environment, "unwrapped", environment)
        table, first = getattr(inner, "P", None), getattr(inner, "initial_state_distrib", None)
        if not isinstance(table, Mapping) or first is None:
            raise InputError("the environment has no table P of transitions with initial_state_distrib; give tables")
        return _from_table(cls, table, list(first), discount, normalize)


def _from_table(cls: type[MDP], table: Mapping[int, Any], first: list[Any], discount: Any, normalize: bool) -> MDP:
    """A state that is entered by a final transition is left by none: one more without rewards stands for its copies."""
    n = len(table)
    ends = any(final for actions in table.values() for moves in actions.values() for *_, final in moves)
    rows: list[list[list[Fraction]]] = []
    rewards: list[list[Fraction]] = []
    for s in range(n):
        rows.append([])
        rewards.append([])
        for a in sorted(table[s]):
            row, gain, total = [Fraction(0)] * (n + 1), Fraction(0), Fraction(0)
            for chance, after, reward, final in table[s][a]:
                weight = as_fraction(chance)
                row[n if final else int(after)] += weight
                gain, total = gain + weight * as_fraction(reward), total + weight
            scale = 1 / total if normalize and total else Fraction(1)
            rows[-1].append([scale * entry for entry in row])
            rewards[-1].append(scale * gain)
    masses = [as_fraction(mass) for mass in first]
    whole = sum(masses, Fraction(0))
    share = 1 / whole if normalize and whole else Fraction(1)
    first_masses = [share * mass for mass in masses]
    names = [str(s) for s in range(n)]
    actions = [tuple(str(a) for a in sorted(table[s])) for s in range(n)]
    if not ends:
        return cls([[row[:n] for row in own] for own in rows], rewards, discount, first_masses, names, actions)
    end = [[*[Fraction(0)] * n, Fraction(1)]]
    return cls(
        [*rows, end], [*rewards, [0]], discount, [*first_masses, Fraction(0)], [*names, "end"], [*actions, ("stay",)]
    )
