"""Classifiers sign(g - h) on a data set, g and h maxima of n and m affine forms, and their 0/1 loss.

The parameter Theta has the forms of g in its first n rows and those of h in its last m. In a maximal cone of the
activation fan for n + m terms every point has one term, and so one sign: + for a term of g and - for one of h.

``ties`` says how a point with g = h counts. As an error, {err <= k} is open. As correct, {err <= k} contains all
parameters with g = h everywhere, is a union of cones through them, and so is always connected.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from functools import cached_property
from typing import Any, Literal

from attrs import frozen

from polytopes.arithmetic.rationals import MatrixLike, dot
from polytopes.errors import InputError, ShapeError
from polytopes.messages import made_by, shortened
from tropical.fans.activation.fan import ActivationFan
from tropical.fans.activation.parameters import parameter_rows
from tropical.fans.data_set import DataSet

Ties = Literal["errors", "correct"]
Signs = tuple[int, ...]
"""For every point 1, -1, or 0 where g = h."""


@made_by("write ClassificationFan.of(points, (n, m), labels)", DataSet, tuple)
@frozen(slots=False, eq=False, repr=False)
class ClassificationFan:
    """The activation fan of a data set for n + m terms, n of them in g and m in h; nothing is enumerated before use.

    >>> fan = ClassificationFan.of([(0, 0), (1, 0), (0, 1), (1, 1)], (2, 1), labels=[1, -1, -1, 1])
    >>> fan
    ClassificationFan of 4 points in Q^2 for 2 terms less 1
    >>> fan.signs([(0, 1, -1), (0, -1, 1), ("1/2", 0, 0)]), fan.loss([(0, 1, -1), (0, -1, 1), ("1/2", 0, 0)])
    ((-1, 1, 1, -1), 4)
    """

    data: DataSet
    terms: tuple[int, int]

    @classmethod
    def of(cls, data: Any, terms: Sequence[int], labels: Iterable[Any] | None = None) -> ClassificationFan:
        """Return the fan of a :class:`DataSet` (or of points, M x d rationals) for (n, m) terms.

        Raises:
            InputError: if terms are not two positive integers, or labels are given twice.
        """
        if (
            not isinstance(terms, Sequence)
            or len(terms) != 2
            or not all(isinstance(count, int) and count > 0 for count in terms)
        ):
            raise InputError(f"terms {shortened(terms)}; give two positive integers, those of g and those of h")
        if not isinstance(data, DataSet):
            return cls(DataSet.of(data, labels), (terms[0], terms[1]))
        if labels is not None:
            data = DataSet.of(data.points, labels, data.weights, data.dim)
        return cls(data, (terms[0], terms[1]))

    def __repr__(self) -> str:
        n, m = self.terms
        return f"ClassificationFan of {self.data.n_points} points in Q^{self.data.dim} for {n} terms less {m}"

    @property
    def n_terms(self) -> int:
        """n + m."""
        return sum(self.terms)

    @cached_property
    def activation(self) -> ActivationFan:
        """The activation fan."""
        return ActivationFan(self.data, self.n_terms)

    @property
    def n_cones(self) -> int:
        """The number of maximal cones of the activation fan."""
        return self.activation.n_maximal_cones

    def signs_of_colors(self, colors: Iterable[int]) -> Signs:
        """Return the signs of the points of a maximal cone."""
        n = self.terms[0]
        return tuple(1 if color < n else -1 for color in colors)

    def gaps(self, theta: MatrixLike) -> tuple[Fraction, ...]:
        """Return g(p) - h(p) at every point, for a parameter: (n + m) x (d + 1) rationals, the rows of g first.

        Raises:
            ShapeError: if the matrix has another shape.
        """
        forms = parameter_rows(theta, self.data)
        if len(forms) != self.n_terms:
            raise ShapeError(f"a parameter of {len(forms)} terms for a fan of {self.n_terms}")
        n = self.terms[0]
        found = []
        for point in self.data.points:
            values = [dot(form, (Fraction(1), *point)) for form in forms]
            found.append(Fraction(max(values[:n]) - max(values[n:])))
        return tuple(found)

    def signs(self, theta: MatrixLike) -> Signs:
        """Return the sign of g - h at every point; the arguments are those of :meth:`gaps`."""
        return tuple((gap > 0) - (gap < 0) for gap in self.gaps(theta))

    def loss(self, theta: MatrixLike, ties: Ties = "errors") -> int:
        """Return the 0/1 loss of a parameter: the weight of the points without the sign of their label."""
        return self.loss_of_signs(self.signs(theta), ties)

    def loss_of_signs(self, signs: Sequence[int], ties: Ties = "errors") -> int:
        """Return the 0/1 loss of signs of the points; ``ties`` says how a sign 0 counts.

        Raises:
            InputError: if the data has no labels, or ``ties`` is neither word.
        """
        check_ties(ties)
        least = 0 if ties == "correct" else 1
        triples = zip(signs, self.labels, self.data.weights, strict=True)
        return sum(weight for sign, label, weight in triples if sign * label < least)

    @property
    def labels(self) -> tuple[int, ...]:
        """The labels of the data.

        Raises:
            InputError: if it has none.
        """
        if len(self.data.labels) != self.data.n_points:
            raise InputError("data without labels has no loss; give a label 1 or -1 for every point")
        return self.data.labels

    @cached_property
    def costs(self) -> tuple[tuple[int, int], ...]:
        """For every distinct point the loss there if its sign is +, and if it is -; a tie costs both together."""
        found = [[0, 0] for _ in self.data.rows]
        for place, label, weight in zip(self.data.position, self.labels, self.data.weights, strict=True):
            found[place][0 if label < 0 else 1] += weight
        return tuple((plus, minus) for plus, minus in found)


def check_ties(ties: str) -> None:
    """Refuse any word but "errors" and "correct"."""
    if ties not in ("errors", "correct"):
        raise InputError(f"ties {shortened(ties)}; give 'errors' or 'correct'")


def checked_fan(fan: object) -> ClassificationFan:
    """Return the fan that a question is asked of.

    Raises:
        InputError: if it is none, such as the points alone.
    """
    if not isinstance(fan, ClassificationFan):
        raise InputError(f"{shortened(fan)} is no fan; write ClassificationFan.of(data, terms, labels)")
    return fan
