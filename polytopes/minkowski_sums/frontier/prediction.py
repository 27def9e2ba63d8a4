"""What a count along the frontier will cost, before it is made.

The number of states grows by a nearly constant factor with the width of the frontier. So pieces of the hypergraph with
narrower frontiers are gone through first, without adding, and what is found there is carried on to the whole width.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from math import exp, log, log2

from attrs import frozen

from polytopes.errors import LimitReached
from polytopes.minkowski_sums.frontier.machine import BLOCK, Array, Budget, Machine
from polytopes.minkowski_sums.frontier.ordering import Orders, best_order, local_orders, widest
from polytopes.minkowski_sums.frontier.pieces import joined, numbered, rows
from polytopes.minkowski_sums.frontier.schedule import WIDEST, schedule
from polytopes.minkowski_sums.hypergraph import Hypergraph, Part

SEEN = 20_000
"""Pieces with more states are not gone through to the end."""
NANOSECONDS = 250
"""For a move, about."""
PER_DIGIT = 8
"""Nanoseconds more for each digit that a move adds, besides the first few."""
FACTOR = 6.0
"""From one width to the next, where there are no pieces to tell."""
BEND = 0.05
"""By so much, at most, the logarithm of the factor is taken to grow with every width."""
MANY = 1e300
EASY = 11
"""Frontiers up to this width are walked along without a prediction, unless for faces within a time limit."""
MARGIN = 4
"""What is predicted to take so many times more than is allowed is not begun."""
PREDICTING = 0.15
"""The part of the time that is allowed for a count that its prediction may take."""
FEW_ROWS = 3
MANY_WINDOWS = 600


@frozen
class Cost:
    """What a count needs. If it is not ``exact`` states and moves are estimates, often right up to a factor of 2."""

    width: int
    """Atoms that are looked at together at most."""
    states: int
    """At a time, at most."""
    moves: int
    """In all steps together."""
    memory: int
    """Bytes."""
    digits: int
    """64-bit digits that are added for a move, on average."""
    exact: bool

    @property
    def seconds(self) -> float:
        """The time on one core, roughly."""
        return self.moves * (NANOSECONDS + PER_DIGIT * self.digits) * 1e-9


def cost(hypergraph: Hypergraph, *, faces: bool = False, orders: Orders = ()) -> Cost:
    """Return what :func:`polytopes.minkowski_sums.frontier.count_vertices`, or with ``faces`` ``f_vector``, will cost.

    This takes a fraction of a second, also where the count would take years.

    >>> cost(Hypergraph.of([(i, i + 1, i + 2) for i in range(20)]))
    Cost(width=3, states=3, moves=136, memory=5608, digits=1, exact=True)
    """
    listed = [tuple(order) for order in orders]
    parts = {part.hypergraph: part for part in hypergraph.parts}.values()
    costs = [_cost(part, faces, listed) for part in parts] or [Cost(0, 1, 0, 0, 0, True)]
    return Cost(
        max(each.width for each in costs),
        max(each.states for each in costs),
        sum(each.moves for each in costs),
        max(each.memory for each in costs),
        max(each.digits for each in costs),
        all(each.exact for each in costs),
    )


def refuse_hopeless(part: Part, faces: bool, orders: Orders, memory: int, seconds: float | None) -> None:
    """Stop before a count that is predicted to go far beyond its limits."""
    hurried = faces and seconds is not None
    if not hurried and widest(part.hypergraph, best_order(part.hypergraph, local_orders(part, orders))) <= EASY:
        return
    expected = _cost(part, faces, orders, None if seconds is None else PREDICTING * seconds)
    need = None
    if expected.memory > MARGIN * memory:
        need = f"{expected.memory / 2**30:.3g} GiB, and {memory / 2**30:.3g} are allowed"
    elif seconds is not None and expected.seconds > MARGIN * seconds:
        need = f"{expected.seconds:.3g} seconds, and {seconds:g} are allowed"
    if need:
        raise LimitReached(
            f"{len(part.windows)} windows with a frontier of {expected.width} elements would take about "
            f"{expected.states:.2g} states and {need}; allow more, or ask for bounds"
        )


def _cost(part: Part, faces: bool, orders: Orders, seconds: float | None = None) -> Cost:
    """Return the cost for a block; the estimate is rougher if there is little time for it."""
    budget = Budget(seconds=seconds)
    hypergraph = part.hypergraph
    n_windows = len(hypergraph.windows)
    width = widest(hypergraph, best_order(hypergraph, local_orders(part, orders)))
    states: dict[int, float] = {}
    moves: dict[int, float] = {}
    for piece in _pieces(hypergraph):
        own = widest(piece, best_order(piece)) if len(piece.windows) < n_windows else width
        if own in states and len(piece.windows) < n_windows:
            continue
        seen = _walk(piece, faces, budget) if own <= WIDEST else None
        if seen is None:
            break
        if len(piece.windows) == n_windows:
            return _as_cost(hypergraph, faces, width, *seen, exact=True)
        states[own], moves[own] = seen[0], seen[1] / len(piece.windows)
    each = _carried_on(moves, width)
    return _as_cost(hypergraph, faces, width, _carried_on(states, width), each * n_windows, exact=False)


def _pieces(hypergraph: Hypergraph) -> Iterator[Hypergraph]:
    """Yield the first few rows of windows, more and more of them, at last the whole if it is not very long."""
    units = rows(hypergraph.windows)
    if len(units) < FEW_ROWS:
        units = [[window] for window in hypergraph.windows]
    n = 1
    while n < len(units) and n < MANY_WINDOWS:
        yield numbered(joined(units[:n]))
        n += 1 + n // 8
    if len(hypergraph.windows) <= MANY_WINDOWS:
        yield hypergraph


def _walk(hypergraph: Hypergraph, faces: bool, budget: Budget) -> tuple[float, float] | None:
    """Return the numbers of states at a time and of moves in all; None if there are too many, or no time."""
    try:
        return _steps(hypergraph, faces, budget)
    except LimitReached:
        return None


def _steps(hypergraph: Hypergraph, faces: bool, budget: Budget) -> tuple[float, float] | None:
    machine = Machine(schedule(hypergraph, best_order(hypergraph)), faces)
    states, peak, n_moves = machine.start(), 1, 0
    for step in machine.plan.steps:
        held: list[Array] = []
        for moves, _, n_found in machine.blocks(step, states, held, budget):
            n_moves += len(moves)
            if n_found > SEEN:
                return None
        states = held[0]
        peak = max(peak, len(states))
    return peak, n_moves


def _carried_on(known: dict[int, float], width: int) -> float:
    """Carry the last numbers on to a larger width: their logarithms grow at the last rate, which grows as before."""
    if not known:
        return min(FACTOR**width, MANY)
    widths = sorted(known)[-3:]
    rates = [log(known[b] / known[a]) / (b - a) for a, b in pairwise(widths)] or [log(FACTOR)]
    bend = 2 * (rates[-1] - rates[0]) / (widths[-1] - widths[0]) if len(rates) > 1 else 0.0
    bend = min(max(bend, 0.0), BEND)
    more = width - widths[-1]
    middle = (widths[-1] - widths[-2] + more) / 2 if len(widths) > 1 else 0.0
    return exp(min(log(known[widths[-1]]) + more * max(rates[-1] + bend * middle, 0.0), log(MANY)))


def _as_cost(hypergraph: Hypergraph, faces: bool, width: int, states: float, moves: float, exact: bool) -> Cost:
    n_words = -(-width // (64 // min(width, WIDEST)))
    n_digits = 1 + sum(log2(len(window)) for window in hypergraph.windows) / 64
    n_values = n_digits * (hypergraph.size if faces else 1)
    memory = states * (16 * n_words + 16 * n_values + 16) + min(moves, BLOCK) * 40
    digits = n_values * (_mean_terms(hypergraph) / 4 if faces else 1 / 2)  # both grow from the first window to the last
    return Cost(width, round(states), round(moves), round(memory), round(digits), exact)


def _mean_terms(hypergraph: Hypergraph) -> float:
    """Return the mean number of terms of the polynomials for the atoms that are chosen: half the elements too many."""
    atoms = {atom[0]: len(atom) - 1 for atom in hypergraph.atoms}
    terms = [1 + sum(atoms.get(element, 0) for element in window) / 2 for window in hypergraph.windows]
    return sum(terms) / len(terms)
