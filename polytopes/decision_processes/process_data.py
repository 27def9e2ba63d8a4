"""The numbers of a Markov decision process: transitions, rewards, discount, first states; its state-action polytope."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from polytopes.arithmetic.rationals import Vector, VectorLike, as_fraction, as_vector, exact_text
from polytopes.errors import InputError, ShapeError
from polytopes.messages import shortened

if TYPE_CHECKING:
    from polytopes.polyhedra.polyhedron import Polyhedron

Policy = tuple[int, ...]
"""The action of every state."""
_DYADIC = 'a float is the dyadic number it stands for: write 1/10 or "0.1", or divide rows by their sums (--normalise)'


def _tables(given: Sequence[Any]) -> tuple[tuple[Vector, ...], ...]:
    return tuple(tuple(as_vector(row) for row in actions) for actions in given)


def _vectors(given: Sequence[VectorLike]) -> tuple[Vector, ...]:
    return tuple(as_vector(row) for row in given)


def _words(given: Sequence[str]) -> tuple[str, ...]:
    return tuple(given)


def _names(given: Sequence[Sequence[str]]) -> tuple[tuple[str, ...], ...]:
    return tuple(map(tuple, given))


@frozen(repr=False, slots=False)
class ProcessData:
    """Transitions, rewards, discount and initial distribution; what is asked of them is in :class:`MDP`."""

    transitions: tuple[tuple[Vector, ...], ...] = field(converter=_tables)
    rewards: tuple[Vector, ...] = field(converter=_vectors)
    discount: Fraction = field(converter=as_fraction)
    initial: Vector = field(converter=as_vector)
    state_names: tuple[str, ...] = field(default=(), converter=_words)
    action_names: tuple[tuple[str, ...], ...] = field(default=(), converter=_names)

    def __attrs_post_init__(self) -> None:
        n = len(self.transitions)
        if not n or len(self.rewards) != n or len(self.initial) != n:
            raise ShapeError(f"{n} states, {len(self.rewards)} rows of rewards, {len(self.initial)} initial masses")
        if not self.state_names:
            object.__setattr__(self, "state_names", tuple(str(s + 1) for s in range(n)))
        if not self.action_names:
            names = (tuple(str(a + 1) for a in range(len(actions))) for actions in self.transitions)
            object.__setattr__(self, "action_names", tuple(names))
        lengths = [len(actions) for actions in self.transitions]
        if len(self.state_names) != n or [len(names) for names in self.action_names] != lengths:
            raise ShapeError("names must be those of all states, and of all actions of every state")
        if not 0 <= self.discount < 1:
            raise InputError(f"the discount is {_said(self.discount)}; give a number from 0 up to but not including 1")
        for s, (actions, rewards) in enumerate(zip(self.transitions, self.rewards, strict=True)):
            self._check_state(s, actions, rewards)
        _check_distribution(self.initial, n, "the initial distribution")

    def _check_state(self, s: int, actions: tuple[Vector, ...], rewards: Vector) -> None:
        name = self.state_names[s]
        if not actions:
            raise InputError(f"state {name} has no action; give at least one")
        if len(rewards) != len(actions):
            raise ShapeError(f"state {name} has {len(actions)} actions and {len(rewards)} rewards")
        for a, row in enumerate(actions):
            _check_distribution(row, len(self.transitions), f"state {name}, action {self.action_names[s][a]}")

    @property
    def n_states(self) -> int:
        """The number of states."""
        return len(self.transitions)

    @cached_property
    def pairs(self) -> tuple[tuple[int, int], ...]:
        """The pairs (state, action), in the order of the coordinates of the state-action polytope."""
        return tuple((s, a) for s, actions in enumerate(self.transitions) for a in range(len(actions)))

    @cached_property
    def supports(self) -> tuple[tuple[frozenset[int], ...], ...]:
        """For each state and action the states that may be next."""
        return tuple(
            tuple(frozenset(t for t, chance in enumerate(row) if chance) for row in actions)
            for actions in self.transitions
        )

    @property
    def reward_vector(self) -> Vector:
        """The reward of every pair."""
        return tuple(self.rewards[s][a] for s, a in self.pairs)

    def __repr__(self) -> str:
        return f"MDP of {self.n_states} states and {len(self.pairs)} actions, discount {self.discount}"

    @cached_property
    def state_action_polytope(self) -> Polyhedron:
        """The distributions d of pairs that belong to policies.

        They are the d >= 0 with ``sum_a d(t, a) - gamma sum_(s, a) P(t | s, a) d(s, a) = (1 - gamma) mu(t)`` for all t.
        """
        from polytopes.polyhedra.polyhedron import Polyhedron

        n = len(self.pairs)
        units = [(0, *(int(i == j) for j in range(n))) for i in range(n)]
        equations = [
            (
                -(1 - self.discount) * self.initial[t],
                *((s == t) - self.discount * self.transitions[s][a][t] for s, a in self.pairs),
            )
            for t in range(self.n_states)
        ]
        return Polyhedron.from_rows(units, equations)


def _said(number: Fraction) -> str:
    return shortened(exact_text(number))


def _check_distribution(row: Vector, length: int, what: str) -> None:
    if len(row) != length:
        raise ShapeError(f"{what}: {len(row)} probabilities for {length} states")
    if min(row) < 0:
        raise InputError(f"{what}: the probability {_said(min(row))} is negative")
    if sum(row) != 1:
        raise InputError(f"{what}: the probabilities have the sum {_said(sum(row, Fraction(0)))}, not 1; {_DYADIC}")
