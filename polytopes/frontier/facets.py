"""Facets of sums of simplices: dynamic programming over the two colours of the elements.

Facets of a connected family are the ordered splits of the elements into a top S and a rest T, both not empty, such that
the traces of the windows on S connect S, and the windows inside T connect T, which may be one element. A split that
cuts an atom has all traces it could have on the rest of it, and no window inside, so T is one element of the atom.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import product

from attrs import frozen

from polytopes.frontier.counts import Orders, local_orders
from polytopes.frontier.machine import MEMORY, Budget
from polytopes.frontier.ordering import best_order
from polytopes.frontier.schedule import Step, schedule
from polytopes.hypergraph import Hypergraph, Part

LOOSE = 0
"""The label of an element of T that no window inside T contains so far."""
STATE = 500
"""Bytes that a state takes, about."""


@frozen(cache_hash=True)
class Colours:
    """A label for each slot: positive for the pieces of S, negative for those of T, numbered as they come.

    ``done`` has bit 0 if S is complete, and bit 1 if T is.
    """

    labels: tuple[int, ...]
    done: int = 0


def count_facets(
    hypergraph: Hypergraph, *, orders: Orders = (), memory: int = MEMORY, seconds: float | None = None
) -> int:
    """Return the number of facets of the sum of conv(e_i : i in W) over the windows W.

    Args and errors are those of :func:`polytopes.frontier.count_vertices`.

    >>> count_facets(Hypergraph.of([(0, 1, 2), (1, 2, 3), (2, 3, 4)]))
    9
    """
    budget, orders = Budget(memory, seconds), [tuple(order) for order in orders]
    parts = hypergraph.parts
    samples = {part.hypergraph: part for part in parts}
    times = Counter(part.hypergraph for part in parts)
    return sum(times[key] * _facets(part, budget, orders) for key, part in samples.items())


def _facets(part: Part, budget: Budget, orders: Orders) -> int:
    """Return the number of splits of a block. Those with one element in T are one for each element.

    Taking an element out of a block leaves the rest connected.
    """
    plan = schedule(part.hypergraph, best_order(part.hypergraph, local_orders(part, orders)))
    states = {Colours(()): 1}
    known: dict[tuple[object, ...], dict[Colours, Counter[Colours]]] = defaultdict(dict)
    budget.steps, budget.steps_done, budget.partial = len(plan.steps), 0, lambda: None
    for step in plan.steps:
        moves = known[step.shape]
        following: Counter[Colours] = Counter()
        for state, count in states.items():
            if state not in moves:
                moves[state] = Counter(_successors(state, step))
            for target, times in moves[state].items():
                following[target] += times * count
        states = following
        budget.steps_done += 1
        budget.check(STATE * sum(map(len, known.values())), len(states))
    return part.hypergraph.size + states.get(Colours((), 3), 0)


def _successors(state: Colours, step: Step) -> list[Colours]:
    """Return what becomes of a state for each colouring of the new atoms."""
    found = []
    for tops in product((True, False), repeat=step.total - step.before):
        if (any(tops) and state.done & 1) or (not all(tops) and state.done & 2):
            continue
        fresh = max([0, *state.labels]) + 1
        labels = [*state.labels, *((fresh + i if top else LOOSE) for i, top in enumerate(tops))]
        inside = [slot for slot in range(step.total) if step.window >> slot & 1]
        upper = {labels[slot] for slot in inside if labels[slot] > 0}
        if upper:
            labels = [min(upper) if label in upper else label for label in labels]
        else:
            lower = {labels[slot] for slot in inside} - {LOOSE}
            joined = min([-len(labels), *labels]) - 1
            labels = [joined if i in inside or label in lower else label for i, label in enumerate(labels)]
        after = _forget(labels, step, state.done)
        if after is not None:
            found.append(after)
    return found


def _forget(labels: list[int], step: Step, done: int) -> Colours | None:
    """Return the state of the slots that are kept, or None if a piece was lost from sight that is not all."""
    kept = [labels[slot] for slot in step.keep]
    for label in set(labels) - set(kept):
        side = 1 if label > 0 else 2
        if label == LOOSE or done & side or any((other > 0) == (label > 0) for other in kept):
            return None
        done |= side
    if labels.count(LOOSE) > kept.count(LOOSE):
        return None
    return Colours(_numbered(kept), done)


def _numbered(labels: list[int]) -> tuple[int, ...]:
    """Number the pieces of each side as they come."""
    names: dict[int, int] = {LOOSE: LOOSE}
    counts = [0, 0]
    for label in labels:
        if label not in names:
            counts[label < 0] += 1
            names[label] = -counts[1] if label < 0 else counts[0]
    return tuple(names[label] for label in labels)
