"""The greatest value of the least condition of a property: its exact margin, and maxima of outputs."""

from __future__ import annotations

import heapq
import math
import time
from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import count
from typing import Any

import numpy as np
from attrs import define, field, frozen

from polytopes.arithmetic.rationals import MatrixLike, Vector
from polytopes.errors import DomainError, InputError, VerificationFailed
from polytopes.optimization.linear_program import Optimal, maximize
from polytopes.polyhedra.domains import DomainLike
from tropical.networks.network import Network
from tropical.networks.sources import NetworkLike, as_network
from tropical.verification.evaluation import Clause, condition_values, outside, slack
from tropical.verification.exact_cells import ExactCell
from tropical.verification.kernels.arrays import EMPTY, SPLIT
from tropical.verification.nets import State, below, nearest
from tropical.verification.output_questions import least_of
from tropical.verification.property import Property
from tropical.verification.property_search import Search
from tropical.verification.search import Branch, FloatSearch, sides

ROUNDING = Fraction(1, 2**48)
"""The goal in floating point is less than the greatest value by this part, which covers the rounding of comparisons."""


@frozen
class Maximum:
    """The greatest value of the least condition over all clauses, with a point where it is taken.

    If it is not complete, the greatest value is from ``value`` to ``upper``. There is no value if no input satisfies
    the conditions on inputs.
    """

    value: Fraction | None
    upper: Fraction | None
    point: Vector | None
    clause: Clause | None
    n_nodes: int
    stopped_by: str | None
    seconds: float

    @property
    def complete(self) -> bool:
        """Whether the value is the greatest one."""
        return self.stopped_by is None


@define(eq=False, order=False)
class _Open:
    case: int
    path: tuple[tuple[int, int], ...]
    state: State
    alive: list[int] = field(factory=list)


def maximum(
    network: NetworkLike,
    prop: Property | MatrixLike,
    domain: DomainLike = None,
    *,
    limit: int | None = None,
    timeout: float | None = None,
    progress: Callable[[int, float, float], None] | None = None,
) -> Maximum:
    """Return the exact greatest value, over the inputs of each clause, of the least of its conditions.

    A property is satisfied by some input if and only if the value is not negative. Conditions are counted as they are
    written in the property.

    Args:
        network: a network, or what :func:`tropical.load` reads without options.
        prop: a property; every input is bounded, and every clause has a condition on outputs. Or rows: the least of
            the functionals ``row . (1, y)`` of the outputs y is maximized over a domain.
        domain: for rows, a bounded polyhedron or bounds (:func:`~polytopes.polyhedra.domains.as_domain`).
        limit: stop after this many nodes.
        timeout: stop after this many seconds, but not before all cases were looked at, so that there is a bound.
        progress: called with the number of nodes, the best value and the upper bound.

    Raises:
        DomainError: if an input has no bound, or a clause no condition on outputs.
        ShapeError: if the property or the rows are about another number of inputs or outputs.
        InputError: if a domain is given beside a property.
        VerificationFailed: if the network has another value at the point found.

    Algorithm: best first branch and bound over the signs of units; where all are closed, a linear program in exact
    arithmetic.

    >>> from tropical.verification import parse_property
    >>> absolute = Network.from_weights([([[1], [-1]], [0, 0]), ([[1, 1]], [0])])
    >>> text = "(declare-const X_0 Real) (declare-const Y_0 Real) (assert (<= X_0 1)) (assert (>= X_0 -2))"
    >>> found = maximum(absolute, parse_property(text + "(assert (>= Y_0 2.5))"))
    >>> str(found.value), *map(str, found.point)
    ('-1/2', '-2')
    >>> str(maximum(absolute, [(0, 1), ("5/2", -1)], (-2, 1)).value)
    '5/4'
    """
    network = as_network(network)
    if not isinstance(prop, Property):
        prop = least_of(network, prop, domain)
    elif domain is not None:
        raise InputError("a domain is given beside a property, which has the domains of its own clauses; leave it out")
    check_bounded(prop)
    return Climb(network, prop).run(limit, timeout, progress)


def check_bounded(prop: Property) -> None:
    """Refuse a property without a greatest value of its least conditions, or one that is not sought by bounds.

    Raises:
        DomainError: if an input has no bound, or a clause no condition on outputs.
    """
    for case in prop.cases:
        if None in (*case.lower, *case.upper):
            raise DomainError("a greatest value by bounds: an input has no bound; give bounds to every input")
        if () in case.outputs:
            raise DomainError("a greatest value by bounds: a clause has no condition on outputs, hence no least one")


class Climb:
    """The open nodes by their upper bounds, and the best value found.

    :meth:`run` may be called again after it was stopped, and goes on; whatever is interrupted is done again.
    """

    def __init__(self, network: Network, prop: Property) -> None:
        self.network, self.property = network, prop
        self.search = Search.of(network, prop)
        self.heap: list[tuple[float, int, _Open]] = []
        self.numbers = count()
        self.value: Fraction | None = None
        self.point: Vector | None = None
        self.clause: Clause | None = None
        self.n_nodes = 0
        self._starts: list[int] | None = None
        self._n_cases = 0

    def _begin(self) -> None:
        """Try points in all cases, and open them, those first that were not opened when this was interrupted."""
        if self._starts is None:
            self.search.begin(guess=False)
            self._starts = [number for number, _ in self.search.stack]
            self._n_cases = len(self._starts)
        while self._starts:
            number = self._starts[-1]
            for guess in self._case(number).starts():
                self._try(number, guess)
            heapq.heappush(self.heap, (-math.inf, next(self.numbers), _Open(number, (), self._case(number).net.root)))
            self._starts.pop()

    @property
    def upper(self) -> Fraction | None:
        """What the greatest value is at most; None if nothing is known."""
        if self._starts is None or self._starts:
            return None
        top = max((-bound for bound, _, _ in self.heap), default=-math.inf)
        if top == -math.inf:
            return self.value
        most = None if math.isinf(top) else Fraction(top) + abs(Fraction(top)) * ROUNDING
        return most if most is None or self.value is None else max(most, self.value)

    @property
    def is_done(self) -> bool:
        """Whether the value is the greatest one."""
        return self._starts == [] and (not self.heap or (self.value is not None and -self.heap[0][0] <= self._goal()))

    def run(
        self, limit: int | None, timeout: float | None, progress: Callable[[int, float, float], None] | None
    ) -> Maximum:
        started = time.monotonic()
        self._begin()
        stopped_by: str | None = None
        while not self.is_done and stopped_by is None:
            bound, _, node = heapq.heappop(self.heap)
            try:
                self._step(node, -bound)
            except BaseException as error:
                heapq.heappush(self.heap, (bound, next(self.numbers), node))
                if not isinstance(error, KeyboardInterrupt):
                    raise
                stopped_by = "interrupt"
            self.n_nodes += 1
            if progress is not None:
                progress(self.n_nodes, -math.inf if self.value is None else nearest(self.value), -bound)
            if limit is not None and self.n_nodes >= limit and self.heap:
                stopped_by = "limit"
            elif self._is_late(started, timeout) and self.heap:
                stopped_by = "timeout"
        return self._answer(stopped_by, time.monotonic() - started)

    def _is_late(self, started: float, timeout: float | None) -> bool:
        """Whether the time is up; first there is a bound of every case."""
        return timeout is not None and time.monotonic() - started > timeout and self.n_nodes >= self._n_cases

    def _answer(self, stopped_by: str | None, seconds: float) -> Maximum:
        upper = self.value if stopped_by is None else self.upper
        if self.point is not None and self.clause is not None:
            found = slack(self.property, self.clause, self.point, self.network(self.point))
            if found.inputs or min(found.rows) != self.value:
                raise VerificationFailed("the network has another value at the point of the maximum")
        return Maximum(self.value, upper, self.point, self.clause, self.n_nodes, stopped_by, seconds)

    def _case(self, number: int) -> FloatSearch:
        case = self.search.cases[number]
        assert isinstance(case, FloatSearch), "every input is bounded"
        return case

    def _goal(self) -> float:
        """Return what a bound must exceed to matter."""
        if self.value is None:
            return -math.inf
        return below(self.value - abs(self.value) * ROUNDING)

    def _try(self, number: int, point: Vector) -> None:
        """Take a point if it is better than the best one."""
        case = self.property.cases[number]
        if outside(case, point):
            return
        outputs = self.search.program(point)
        for c in range(len(case.outputs)):
            least = min(condition_values(case, c, point, outputs))
            if self.value is None or least > self.value:
                self.value, self.point, self.clause = least, point, Clause(number, c)

    def _step(self, node: _Open, most: float) -> None:
        """Work at a node, whose greatest value is at most ``most``."""
        case = self._case(node.case)
        net = case.net
        net.node.goal[:] = self._goal(), 0.0
        state, branch, is_new = node.state, Branch(), True
        while True:
            if net.visit(state, is_root=not node.path) == EMPTY or not net.node.alive.any():
                return
            alive = [int(c) for c in np.flatnonzero(net.node.alive)]
            if is_new:
                self._try_points(node.case, alive)
            state, unit = net.found(state), int(net.node.state[SPLIT])
            if unit < 0:
                self._solve(node, state, alive)
                return
            closed = case.close_exactly(branch, node.path, state)
            if closed is None:
                return
            if not closed:
                break
            is_new = False
        bound = min(most, float(net.node.bounds[alive].max()))
        for side in (0, 1):
            part = _Open(node.case, (*node.path, (unit, side)), net.child(state, unit, side))
            heapq.heappush(self.heap, (-bound, next(self.numbers), part))

    def _try_points(self, number: int, alive: Sequence[int]) -> None:
        """Try the points at which the node that was just worked at promises more than the best value."""
        case = self._case(number)
        for c in alive:
            if case.net.node.heights[c] > self._goal():
                for point in case.rationals(case.net.node.points[c]):
                    self._try(number, point)

    def _solve(self, node: _Open, state: State, alive: Sequence[int]) -> None:
        """Find the greatest value of each conjunction where all units are closed."""
        case = self._case(node.case)
        cell = ExactCell.of(case.levels, case.document, node.path, sides(state))
        rows = [(*row, Fraction(0)) for row in cell.rows()]
        n = case.levels.n_inputs
        for c in alive:
            conditions = [(*form, Fraction(-1)) for form in cell.conditions(c)]
            answer: Any = maximize([*[0] * n, 1], [*rows, *conditions], ambient_dim=n + 1)
            if isinstance(answer, Optimal):
                self._try(node.case, case.levels.lifted(answer.point[:n]))
