"""Exact gradient descent for the hinge loss of leaky ReLU networks, and the bounds on its updates and its weights."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from typing import Any

from attrs import field, frozen

from polytopes.arithmetic.rationals import (
    Matrix,
    MatrixLike,
    RationalLike,
    as_fraction,
    as_matrix,
    dot,
    exact_text,
)
from polytopes.errors import InputError, LimitReached, NoAnswerError, ShapeError, VerificationFailed
from polytopes.messages import exact_repr, shortened
from tropical.parameter_space.margins.integer_descent import IntegerDescent
from tropical.parameter_space.margins.leaky_units import LeakyUnits, checked_slope
from tropical.parameter_space.margins.linear import MaxMargin, labelled, max_margin

MOST_STEPS = 1_000_000
"""Steps after which a descent is given up if no limit is given."""


@frozen
class DescentBounds:
    """Upper bounds on U, the sum over the steps of the number of active points, and on the squared norm of weights."""

    updates: Fraction
    norm_squared: Fraction

    def as_dict(self) -> dict[str, str]:
        """Return the bounds as exact texts."""
        return {"updates": exact_text(self.updates), "norm_squared": exact_text(self.norm_squared)}


@frozen
class Descent:
    """A descent: its last weights, and for every step the number of active points and the squared norm before it.

    If ``converged``, all ``y_i f(x_i) >= 1`` at the last weights, and the last entry of ``active`` is 0.
    """

    units: LeakyUnits
    eta: Fraction
    converged: bool
    active: tuple[int, ...] = field(repr=False)
    norms_squared: tuple[Fraction, ...] = field(repr=False)
    outputs: tuple[Fraction, ...] = field(repr=exact_repr)
    bounds: DescentBounds | None
    no_bounds: str | None
    """Why there are no bounds."""
    margin_factor_squared: Fraction | None
    frames: tuple[tuple[int, Matrix], ...] = field(repr=False)
    """Some steps, with the weights before them."""

    @property
    def steps(self) -> int:
        """T, the number of steps that were made."""
        return len(self.active) - 1

    @property
    def updates(self) -> int:
        """U, the number of active points, summed over the steps."""
        return sum(self.active[:-1])

    def as_dict(self) -> dict[str, Any]:
        """Return the descent with numbers as exact texts."""
        factor = self.margin_factor_squared
        return {
            "alpha": exact_text(self.units.alpha),
            "units": len(self.units.weights) // 2,
            "eta": exact_text(self.eta),
            "converged": self.converged,
            "T": self.steps,
            "U": self.updates,
            "W": [list(map(exact_text, row)) for row in self.units.weights],
            "outputs": list(map(exact_text, self.outputs)),
            "W_norm_squared": exact_text(self.units.norm_squared),
            "margin_factor_squared": None if factor is None else exact_text(factor),
            "bounds": None if self.bounds is None else self.bounds.as_dict(),
            "no_bounds": self.no_bounds,
        }


def hinge_descent(
    points: MatrixLike,
    labels: Iterable[Any],
    alpha: RationalLike,
    m: int = 1,
    eta: RationalLike | None = None,
    start: MatrixLike | None = None,
    weights: Sequence[int] | None = None,
    limit: int | None = None,
    progress: Callable[[int, int], None] | None = None,
    classifier: MaxMargin | None = None,
) -> Descent:
    """Train ``f(x) = sum_j (-1)^j s(w_j.x)``, j = 1, ..., 2m, s(z) = max(z, alpha z), by exact gradient descent.

    The loss is ``sum_i max(0, 1 - y_i f(x_i))``, and s'(0) = 1. A step adds ``eta (-1)^j sum y_i s'(w_j.x_i) x_i`` to
    w_j, the sum over the active points, those with ``y_i f(x_i) < 1``. The descent ends when no point is active.

    Args:
        points: n x d rationals.
        labels: n numbers 1 or -1, or any two values: of two numbers the greater is 1, of two texts the last
            in alphabetical order.
        alpha: the slope below 0, above 0 and at most 1.
        m: units of each sign.
        eta: the step; ``1 / (m n max |x|^2)`` if None.
        start: 2m x d rationals, the first weights; 0 if None.
        weights: how often each point counts.
        limit: give up after so many steps; MOST_STEPS if None.
        progress: called with the step and the number of active points.
        classifier: the linear classifier of largest margin, if it is known.

    Returns:
        The descent, with bounds if the data are linearly separable, ``eta <= 1 / (m n max |x|^2)`` and
        ``|w_j| <= sqrt(alpha) / (m min |x|)`` at the start. Both bounds were checked before every step.

    Raises:
        ShapeError: if there is no point, lengths differ, or the first weights have another shape.
        InputError: if alpha is not above 0 and at most 1, eta not above 0, m not positive, or labels not of two values.
        NoAnswerError: if a point is 0, or points with different labels are equal: then some point is always active; or
            if a step is 0 though points are active.
        LimitReached: at the limit, with the descent so far.
        VerificationFailed: if a bound is exceeded, or a point is active at the end.

    Algorithm:
        All weights are integer multiples of one number, the steps being combinations of ``eta y_i x_i`` and
        ``alpha eta y_i x_i`` with integer coefficients. So it is done in integers.

    Source:
        Theorem 3.1 of Karhadkar, George, Murray, Montúfar, Needell, Benign overfitting in leaky ReLU networks with
        moderate input dimension, 2024; the constants are proved on the page on margins and kernels.

    >>> found = hinge_descent([(1, "1/2"), (1, -1), (-1, "1/2")], [1, 1, -1], "1/2")
    >>> found.steps, found.updates, str(found.units.norm_squared), str(found.bounds.updates)
    (2, 5, '341/288', '48')
    """
    data, signs = labelled(points, labels)
    counts = (1,) * len(data) if weights is None else tuple(weights)
    slope, size = checked_slope(alpha), _greatest_step(data, counts, m)
    _refuse_endless(data, signs)
    step = size if eta is None else as_fraction(eta)
    if step <= 0:
        raise InputError(f"eta = {exact_text(step)}; a step is above 0")
    first = _first_weights(start, m, len(data[0]))
    linear = max_margin(data, signs) if classifier is None else classifier
    bounds, reason = _bounds(linear, data, first, slope, m, step, size)
    work = IntegerDescent.of(data, signs, counts, first, slope, step)
    exceeded = False
    for k, (active, norm) in enumerate(work.run()):
        if progress is not None:
            progress(k, active)
        if bounds is not None:
            exceeded |= work.updates > bounds.updates or norm > bounds.norm_squared
        if exceeded:
            raise VerificationFailed(f"the bounds on gradient descent do not hold at step {k}")
        if active and k >= (MOST_STEPS if limit is None else limit):
            found = _answer(work, data, step, bounds, reason, linear)
            raise LimitReached(f"points are active after {k} steps", found)
    found = _answer(work, data, step, bounds, reason, linear)
    if any(sign * value < 1 for sign, value in zip(signs, found.outputs, strict=True)):
        raise VerificationFailed("a point is active at the end of a descent")
    return found


def _greatest_step(data: Matrix, counts: Sequence[int], m: int) -> Fraction:
    """Return the step up to which the bounds are proved."""
    if m != int(m) or m < 1:
        raise InputError(f"{shortened(m)} units of each sign; give a positive integer")
    if len(counts) != len(data) or any(count < 1 for count in counts):
        raise InputError("weights of points are positive integers, one for each")
    longest = max(Fraction(dot(point, point)) for point in data)
    return 1 / (m * sum(counts) * longest) if longest else Fraction(1)


def _refuse_endless(data: Matrix, labels: Sequence[int]) -> None:
    """Refuse points of which one is active whatever the weights are."""
    seen: dict[tuple[Fraction, ...], int] = {}
    for index, (point, label) in enumerate(zip(data, labels, strict=True)):
        if not any(point):
            raise NoAnswerError(f"point {index} is 0, where every network without biases is 0: descent never ends")
        if seen.setdefault(point, label) != label:
            raise NoAnswerError(f"point {index} is among the others with the other label: descent never ends")


def _first_weights(start: MatrixLike | None, m: int, dim: int) -> Matrix:
    if start is None:
        return ((Fraction(0),) * dim,) * (2 * m)
    found = as_matrix(start, dim)
    if len(found) != 2 * m:
        raise ShapeError(f"{len(found)} rows of first weights for {m} units of each sign; give {2 * m}")
    return found


def _bounds(
    linear: object, data: Matrix, first: Matrix, slope: Fraction, m: int, step: Fraction, size: Fraction
) -> tuple[DescentBounds | None, str | None]:
    """Return the bounds, or why there are none."""
    if not isinstance(linear, MaxMargin):
        return None, "the data are not linearly separable"
    if step > size:
        return None, f"the step exceeds {exact_text(size)}"
    shortest = min(Fraction(dot(point, point)) for point in data)
    longest = max(Fraction(dot(row, row)) for row in first)
    if longest * m * m * shortest > slope:
        return None, "the first weights are too long"
    of_updates, of_norm = (4, 18) if longest else (2, 8)
    squared = linear.norm_squared / slope**2 / m
    return DescentBounds(of_updates * squared / step, of_norm * squared), None


def _answer(
    work: IntegerDescent,
    data: Matrix,
    step: Fraction,
    bounds: DescentBounds | None,
    reason: str | None,
    linear: object,
) -> Descent:
    units = LeakyUnits.of(work.weights(work.current), Fraction(work.low, work.high))
    factor = units.norm_squared / linear.norm_squared if isinstance(linear, MaxMargin) else None
    return Descent(
        units,
        step,
        not work.active[-1],
        tuple(work.active),
        tuple(Fraction(norm, work.unit**2) for norm in work.norms),
        tuple(units(point) for point in data),
        bounds,
        reason,
        factor,
        tuple((k, work.weights(matrix)) for k, matrix in work.frames),
    )
