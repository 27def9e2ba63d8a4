"""What policies visit: states that some policy avoids, and choices of actions in those states only that are reached."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from polytopes.decision_processes.process_data import ProcessData


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


def partial_policies(
    process: ProcessData, first: Iterable[int], fixed: Mapping[int, int], allowed: Sequence[Sequence[int]]
) -> Iterator[dict[int, int]]:
    """Yield the ways to choose actions in exactly the states that are reached from the first ones.

    States in ``fixed`` have their action and lead to states in ``fixed`` only, but for the first ones; in each other
    state that is reached one of the ``allowed`` actions is chosen. The results have the fixed actions too. With
    gamma = 0 nothing is reached from a state.
    """
    branches = [(dict(fixed), list(first))]
    while branches:
        chosen, waiting = branches.pop()
        while waiting:
            s = waiting.pop()
            if s not in chosen:
                after = process.supports[s] if process.discount else [()] * len(process.supports[s])
                chosen[s], *others = allowed[s]
                branches += [({**chosen, s: a}, [*waiting, *after[a]]) for a in reversed(others)]
                waiting += after[chosen[s]]
        yield chosen
