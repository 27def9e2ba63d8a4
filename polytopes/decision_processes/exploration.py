"""Which states some policy never visits: a game of safety on the graph of possible transitions."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from polytopes.decision_processes.process_data import Policy, ProcessData


def avoidable_states(process: ProcessData) -> tuple[int, ...]:
    """Return the states that get mass 0 under some policy; none if the process explores.

    Algorithm:
        With gamma = 0 these are the states without initial mass. Else, for each state s, states from which every action
        may lead to s, or to such a state, are struck out until none is left to strike; s is avoidable iff no first
        state is struck out.

    >>> from polytopes.decision_processes import MDP
    >>> avoidable_states(MDP([[[1, 0], [0, 1]], [[0, 1]]], [[0, 0], [0]], "1/2", [1, 0]))
    (1,)
    """
    first = [s for s, mass in enumerate(process.initial) if mass]
    if not process.discount:
        return tuple(s for s, mass in enumerate(process.initial) if not mass)
    return tuple(s for s in range(process.n_states) if _safe(process, s).issuperset(first))


def _safe(process: ProcessData, avoided: int) -> set[int]:
    """Return the states from which one can go on for ever without the one to be avoided."""
    safe = set(range(process.n_states)) - {avoided}
    while True:
        lost = {s for s in safe if not any(support <= safe for support in process.supports[s])}
        if not lost:
            return safe
        safe -= lost


def reached(process: ProcessData, policy: Policy) -> tuple[int, ...]:
    """Return the states that have positive mass under a policy."""
    found = {s for s, mass in enumerate(process.initial) if mass}
    open_states = list(found) if process.discount else []
    while open_states:
        s = open_states.pop()
        new = process.supports[s][policy[s]] - found
        found |= new
        open_states += new
    return tuple(sorted(found))
