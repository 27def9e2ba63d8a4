"""Predicted costs of a count along the frontier.

The number of states grows by a nearly constant factor with the width of the frontier. So the states of pieces of the
hypergraph with narrower frontiers are found, without sums, and their numbers are extrapolated to the whole width.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from math import exp, log, log2

from attrs import frozen

from polytopes.errors import LimitReached
from polytopes.minkowski_sums.frontier.machine import BLOCK, Array, Budget, Machine
from polytopes.minkowski_sums.frontier.ordering import Orders, best_order, local_orders, widest
from polytopes.minkowski_sums.frontier.schedule import WIDEST, schedule
from polytopes.minkowski_sums.frontier.window_rows import joined, numbered, rows
from polytopes.minkowski_sums.hypergraph import Hypergraph, Part

SEEN = 20_000
"""Pieces with more states are not followed to the end."""
NANOSECONDS = 250
"""The time of a move, roughly."""
PER_DIGIT = 8
"""Further nanoseconds for each digit that a move adds."""
FACTOR = 6.0
"""The growth from one width to the next if no piece tells it."""
BEND = 0.05
"""The largest assumed increase of the logarithm of the factor from one width to the next."""
MANY = 1e300
EASY = 11
"""Up to this width there is no prediction before a count, except for faces within a time limit."""
MARGIN = 4
"""A count that is predicted to exceed a limit by this factor is not begun."""
PREDICTING = 0.15
"""The part of the time limit of a count that its prediction may take."""
FEW_ROWS = 3
MANY_WINDOWS = 600


@frozen
class Cost:
    """The cost of a count. Unless ``exact``, states and moves are estimates, often right up to a factor of 2."""

    width: int
    """The largest number of atoms in a frontier."""
    states: int
    """The largest number of states at a time."""
    moves: int
    """The number of moves in all steps."""
    memory: int
    """Bytes."""
    digits: int
    """The mean number of 64-bit digits that are added for a move."""
    exact: bool

    @property
    def seconds(self) -> float:
        """The time on one core, roughly."""
        return self.moves * (NANOSECONDS + PER_DIGIT * self.digits) * 1e-9


def cost(hypergraph: Hypergraph, *, faces: bool = False, orders: Orders = ()) -> Cost:
    """Return what :func:`polytopes.minkowski_sums.frontier.count_vertices`, or with ``faces`` ``f_vector``, will cost.

    This takes a fraction of a second even if the count would take years.

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
    """Refuse a count that is predicted to go far beyond its limits."""
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
    """Return the cost for a block; the estimate is rougher with less time."""
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
    """Yield the first rows of windows, more and more of them, and finally all windows if they are not very many."""
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
    """Return the largest number of states at a time and the number of moves; None over a limit."""
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
    """Extrapolate to a larger width: logarithms go on growing at the last rate, which goes on increasing."""
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
    """Return an estimate of the mean number of terms of the polynomials that a window multiplies by."""
    atoms = {atom[0]: len(atom) - 1 for atom in hypergraph.atoms}
    terms = [1 + sum(atoms.get(element, 0) for element in window) / 2 for window in hypergraph.windows]
    return sum(terms) / len(terms)
