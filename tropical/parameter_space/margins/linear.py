"""Linear classifiers without a constant: whether one is right on all points, and the one of largest margin."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any

from attrs import field, frozen

from polytopes.arithmetic.rationals import Matrix, MatrixLike, Row, Vector, as_matrix, dot, exact_text
from polytopes.errors import ShapeError, VerificationFailed
from polytopes.messages import exact_repr
from polytopes.optimization.certificates import Farkas
from polytopes.optimization.feasibility import strictly_feasible
from polytopes.optimization.quadratic_program import Nearest, nearest_point
from tropical.fans.labels import signs_of_labels


@frozen
class MaxMargin:
    """The shortest w with ``y_i w.x_i >= 1`` at all points, and multipliers that show it.

    ``w`` is the sum of ``multipliers[i] y_i x_i``; the multipliers are not negative, and 0 where ``y_i w.x_i > 1``.
    The hyperplane orthogonal to w is at distance ``1/|w|`` from the nearest points, and no other is farther from them.
    """

    w: Vector = field(repr=exact_repr)
    multipliers: Vector = field(repr=exact_repr)
    tight: tuple[int, ...]
    """The points with ``y_i w.x_i = 1``."""

    @property
    def norm_squared(self) -> Fraction:
        """The square of the length of w; it is the sum of the multipliers."""
        return Fraction(dot(self.w, self.w))

    @property
    def margin_squared(self) -> Fraction:
        """The square of the largest distance to the nearest points."""
        return 1 / self.norm_squared

    @property
    def support(self) -> tuple[int, ...]:
        """The points with positive multipliers."""
        return tuple(i for i, factor in enumerate(self.multipliers) if factor)

    def as_dict(self) -> dict[str, Any]:
        """Return the answer with numbers as exact texts."""
        return {
            "separable": True,
            "w": list(map(exact_text, self.w)),
            "norm_squared": exact_text(self.norm_squared),
            "margin_squared": exact_text(self.margin_squared),
            "support": list(self.support),
            "tight": list(self.tight),
            "multipliers": list(map(exact_text, self.multipliers)),
            "farkas": None,
        }


@frozen
class Inseparable:
    """Integers >= 0, not all 0, with ``sum_i multipliers[i] y_i x_i = 0``: so no w has all ``y_i w.x_i > 0``."""

    multipliers: Row = field(repr=exact_repr)

    def as_dict(self) -> dict[str, Any]:
        """Return the answer with numbers as exact texts."""
        names = ("w", "norm_squared", "margin_squared", "support", "tight", "multipliers")
        return {"separable": False, **dict.fromkeys(names), "farkas": [exact_text(m) for m in self.multipliers]}


def labelled(points: MatrixLike, labels: Iterable[Any]) -> tuple[Matrix, tuple[int, ...]]:
    """Return points and their labels as exact numbers.

    Raises:
        ShapeError: if there is no point, or lengths differ.
        InputError: if labels are not of two values.
    """
    data, signs = as_matrix(points), signs_of_labels(labels)
    if not data:
        raise ShapeError("no points; give at least one")
    if len(signs) != len(data):
        raise ShapeError(f"{len(signs)} labels for {len(data)} points; give one each")
    return data, signs


def signed_points(data: Matrix, labels: Sequence[int]) -> list[Vector]:
    """Return each point times its label."""
    return [tuple(label * entry for entry in point) for point, label in zip(data, labels, strict=True)]


def max_margin(points: MatrixLike, labels: Iterable[Any]) -> MaxMargin | Inseparable:
    """Return the linear classifier ``sign(w.x)`` of largest margin, or a certificate that none is right on all points.

    A constant is a coordinate of the points that is 1.

    Args:
        points: n x d rationals.
        labels: n numbers 1 or -1, which may be all the same, or any two values: of two numbers the greater
            is 1, of two texts the last in alphabetical order.

    Raises:
        ShapeError: if there is no point, or lengths differ.
        InputError: if labels are not of two values.
        VerificationFailed: if an answer does not pass its check.

    Algorithm:
        An exact decision by :func:`polytopes.optimization.strictly_feasible`, then the point of
        ``{w : y_i w.x_i >= 1}`` nearest to 0, by an exact active set method.

    >>> found = max_margin([(1, "1/2"), (1, -1), (-1, "1/2")], [1, 1, -1])
    >>> [str(entry) for entry in found.w], found.support == found.tight
    (['1', '0'], False)
    >>> max_margin([(1, 2), (2, 4)], [1, -1]).multipliers
    (2, 1)
    """
    data, signs = labelled(points, labels)
    rows = signed_points(data, signs)
    decision = strictly_feasible(rows)
    if not decision.check(rows):  # type: ignore[arg-type]
        raise VerificationFailed("the certificate of linear separability does not hold")
    if isinstance(decision, Farkas):
        return Inseparable(decision.multipliers)
    target, sides = [Fraction(0)] * len(data[0]), [(Fraction(-1), *row) for row in rows]
    found = nearest_point(target, sides)
    if not isinstance(found, Nearest) or not found.check(target, sides):
        raise VerificationFailed("the largest margin does not satisfy its conditions")
    tight = tuple(i for i, row in enumerate(rows) if dot(row, found.point) == 1)
    return MaxMargin(found.point, found.multipliers, tight)
