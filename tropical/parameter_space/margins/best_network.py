"""The shortest leaky ReLU network with one unit of each sign that has margin 1 on labelled points, exactly."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from typing import Any

from attrs import define, field, frozen

from polytopes.arithmetic.rationals import Matrix, MatrixLike, RationalLike, Vector, exact_text
from polytopes.errors import LimitReached, VerificationFailed
from polytopes.optimization.quadratic_program import Nearest, nearest_point
from tropical.parameter_space.margins.leaky_units import LeakyUnits, checked_slope
from tropical.parameter_space.margins.linear import Inseparable, labelled, max_margin

Row = list[Fraction]
Choice = int | None
"""Which of the two pieces of a unit holds at a point: 1 (above 0), 0 (below), None if it is still open."""
Choices = tuple[Choice, ...]


@frozen
class BestNetwork:
    """The network ``s(w_plus.x) - s(w_minus.x)`` with ``y_i f(x_i) >= 1`` at all points, and its squared norm.

    ``lower_bound`` is proved; it equals ``norm_squared`` unless the search was stopped.
    """

    units: LeakyUnits
    norm_squared: Fraction
    lower_bound: Fraction
    embedding: Fraction
    """The squared norm of the network made of the best linear classifier: ``2 |w|^2 / (1 + alpha)^2``."""
    programs: int
    """The quadratic programs that were solved."""

    @property
    def w_plus(self) -> Vector:
        """The weights of the unit with outer weight 1."""
        return self.units.weights[1]

    @property
    def w_minus(self) -> Vector:
        """The weights of the unit with outer weight -1."""
        return self.units.weights[0]

    @property
    def is_best(self) -> bool:
        """Whether no network is proved to be shorter."""
        return self.lower_bound == self.norm_squared

    def as_dict(self) -> dict[str, Any]:
        """Return the network with numbers as exact texts."""
        return {
            "alpha": exact_text(self.units.alpha),
            "w_plus": list(map(exact_text, self.w_plus)),
            "w_minus": list(map(exact_text, self.w_minus)),
            "norm_squared": exact_text(self.norm_squared),
            "lower_bound": exact_text(self.lower_bound),
            "linear_embedding_norm_squared": exact_text(self.embedding),
            "programs": self.programs,
        }


def max_margin_network(
    points: MatrixLike,
    labels: Iterable[Any],
    alpha: RationalLike,
    limit: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> BestNetwork | Inseparable:
    """Return the network ``s(w_plus.x) - s(w_minus.x)`` of least norm with ``y_i f(x_i) >= 1`` at all points.

    Here s(z) = max(z, alpha z), and the norm is that of both weights together. As s increases strictly, the sign of f
    is that of ``(w_plus - w_minus).x``: such a network exists iff the points are linearly separable.

    Args:
        points: n x d rationals.
        labels: n numbers 1 or -1, or any two values: of two numbers the greater is 1, of two texts the last
            in alphabetical order.
        alpha: the slope below 0, above 0 and at most 1.
        limit: give up after so many quadratic programs.
        progress: called with the number of programs.

    Returns:
        The network (if there are several, one of them), or a certificate that the points are not linearly separable.

    Raises:
        ShapeError, InputError: as for :func:`max_margin`; if alpha is not above 0 and at most 1.
        LimitReached: at the limit, with the best network found and a lower bound.
        VerificationFailed: if the network does not have margin 1, or a program has no certificate.

    Algorithm:
        Branch and bound. A point with label 1 needs ``s(w_plus.x) >= 1 + s(w_minus.x)``, that is ``z - t >= 1`` and
        ``z - alpha t >= 1`` for z = w_plus.x >= 0 and t = w_minus.x, or both with alpha z in place of z <= 0: two
        polyhedra that cover all. A point with label -1 has the same with the units exchanged. Where it is still open
        which one holds, ``z - t >= 1`` follows from either, because s does not increase faster than z. Each node is a
        strictly convex program over a polyhedron, solved with multipliers that prove its bound.

    >>> found = max_margin_network([(1, "1/2"), (1, -1), (-1, "1/2")], [1, 1, -1], "1/2")
    >>> str(found.norm_squared), [str(entry) for entry in found.w_plus], [str(entry) for entry in found.w_minus]
    ('196/225', ['52/75', '4/75'], ['-46/75', '8/75'])
    """
    data, signs = labelled(points, labels)
    slope = checked_slope(alpha)
    linear = max_margin(data, signs)
    if isinstance(linear, Inseparable):
        return linear
    parts = [[entry / (1 + slope) for entry in linear.w], [-entry / (1 + slope) for entry in linear.w]]
    embedded = LeakyUnits.of(parts[::-1], slope)
    search = _Search(data, signs, slope, embedded, embedded.norm_squared)
    search.run(limit, progress)
    found = search.answer(embedded.norm_squared)
    if any(sign * found.units(point) < 1 for sign, point in zip(signs, data, strict=True)):
        raise VerificationFailed("the best network does not have margin 1")
    if not found.is_best:
        raise LimitReached(f"{search.programs} quadratic programs were not enough", found)
    return found


@define
class _Search:
    """The best network so far, and the nodes that are still open, each with a bound."""

    data: Matrix
    labels: Sequence[int]
    slope: Fraction
    best: LeakyUnits
    value: Fraction
    programs: int = 0
    open_nodes: list[tuple[Fraction, Choices]] = field(factory=list)

    def run(self, limit: int | None, progress: Callable[[int], None] | None) -> None:
        """Look at nodes, the last one first, until none is open or the limit is reached.

        Invariant: a network shorter than the best one so far lies in an open node.
        """
        self.open_nodes = [(Fraction(0), (None,) * len(self.data))]
        while self.open_nodes:
            if limit is not None and self.programs >= limit:
                return
            bound, solution, children = self._solve(self.open_nodes[-1][1])
            self.open_nodes.pop()
            self.programs += 1
            if progress is not None:
                progress(self.programs)
            if solution is not None and bound < self.value:
                self.best, self.value = solution, bound
            self.open_nodes += [(bound, child) for child in children]
            self.open_nodes = [node for node in self.open_nodes if node[0] < self.value]

    def answer(self, embedding: Fraction) -> BestNetwork:
        bound = min((node[0] for node in self.open_nodes), default=self.value)
        return BestNetwork(self.best, self.value, min(bound, self.value), embedding, self.programs)

    def _solve(self, choices: Choices) -> tuple[Fraction, LeakyUnits | None, list[Choices]]:
        """Return the bound of a node, its network if that has margin 1, else the nodes that it is divided into."""
        rows = [row for i, choice in enumerate(choices) for row in self._rows(i, choice)]
        target = [Fraction(0)] * (2 * len(self.data[0]))
        found = nearest_point(target, rows)
        if not isinstance(found, Nearest):
            if not found.check(rows):  # type: ignore[arg-type]
                raise VerificationFailed("a node of the search for a network is not shown to be empty")
            return self.value, None, []
        if not found.check(target, rows):
            raise VerificationFailed("a program of the search for a network is not solved")
        d = len(self.data[0])
        units = LeakyUnits.of([found.point[d:], found.point[:d]], self.slope)
        short = [
            (sign * units(point), i)
            for i, (sign, point) in enumerate(zip(self.labels, self.data, strict=True))
            if choices[i] is None
        ]
        least, place = min(short, default=(Fraction(1), 0))
        if least >= 1:
            return units.norm_squared, units, []
        halves: list[Choices] = [(*choices[:place], half, *choices[place + 1 :]) for half in (0, 1)]
        return units.norm_squared, None, halves

    def _rows(self, index: int, choice: Choice) -> list[Row]:
        """Return the rows of a point in the variables w_plus, w_minus."""
        x, own = self.data[index], self.labels[index] > 0
        if choice is None:
            return [self._row(x, Fraction(1), Fraction(1), own)]
        factor = Fraction(1) if choice else self.slope
        side = [entry * (1 if choice else -1) for entry in x]
        zero = [Fraction(0)] * len(x)
        return [
            self._row(x, factor, Fraction(1), own),
            self._row(x, factor, self.slope, own),
            [Fraction(0), *(side if own else zero), *(zero if own else side)],
        ]

    @staticmethod
    def _row(x: Vector, of_own: Fraction, of_other: Fraction, own: bool) -> Row:
        """The row ``of_own z - of_other t >= 1``, z the value of the unit of the point's own sign, t of the other."""
        first, second = [of_own * entry for entry in x], [-of_other * entry for entry in x]
        return [Fraction(-1), *(first if own else second), *(second if own else first)]
