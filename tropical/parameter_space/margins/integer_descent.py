"""The steps of a descent for the hinge loss of leaky ReLU networks, in integers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from math import lcm

from attrs import define, field
from flint import fmpz, fmpz_mat

from polytopes.arithmetic.rationals import Matrix, common_denominator
from polytopes.errors import NoAnswerError
from tropical.parameter_space.margins.linear import signed_points

FRAMES = 64
"""Weights that are kept along the way, at most twice as many."""


@define
class IntegerDescent:
    """Weights as integer multiples of 1 / ``unit``; points as multiples of 1 / ``scale``; alpha = low / high."""

    points: fmpz_mat
    pushes: fmpz_mat
    """The steps ``eta y_i x_i / high``, times how often the point counts, as the weights are."""
    current: fmpz_mat
    labels: Sequence[int]
    counts: Sequence[int]
    low: int
    high: int
    unit: int
    threshold: fmpz
    active: list[int] = field(factory=list)
    norms: list[int] = field(factory=list)
    frames: list[tuple[int, fmpz_mat]] = field(factory=list)
    updates: int = 0

    @classmethod
    def of(
        cls,
        data: Matrix,
        labels: Sequence[int],
        counts: Sequence[int],
        first: Matrix,
        slope: Fraction,
        step: Fraction,
    ) -> IntegerDescent:
        low, high = slope.numerator, slope.denominator
        pushes = [
            [step * count * entry / high for entry in row]
            for row, count in zip(signed_points(data, labels), counts, strict=True)
        ]
        entries = [entry for row in (*pushes, *first) for entry in row]
        unit, scale = common_denominator(entries), lcm(*(entry.denominator for point in data for entry in point))
        return cls(
            _integers(data, scale),
            _integers(pushes, unit),
            _integers(first, unit),
            labels,
            counts,
            low,
            high,
            unit,
            fmpz(high * unit * scale),
        )

    def run(self) -> Iterator[tuple[int, Fraction]]:
        """Yield the number of active points and the squared norm before every step, until no point is active.

        Raises:
            NoAnswerError: if a step is 0 though points are active.
        """
        every = 1
        while True:
            values = (self.current * self.points.transpose()).tolist()
            factors = [[self.high if value >= 0 else self.low for value in row] for row in values]
            active = self._active(values, factors)
            count, norm = sum(self.counts[i] for i in active), self._norm()
            self.active.append(count)
            self.norms.append(norm)
            k = len(self.active) - 1
            if not k % every or not count:
                self.frames.append((k, self.current))
            if len(self.frames) > 2 * FRAMES:
                self.frames, every = self.frames[::2], 2 * every
            yield count, Fraction(norm, self.unit**2)
            if not count:
                return
            step = self._step(set(active), factors)
            if not any(step.entries()):
                raise NoAnswerError(
                    f"after {k} steps the weights no longer change, though points are active: descent never ends; "
                    "begin with other weights"
                )
            self.current = self.current + step
            self.updates += count

    def _step(self, active: set[int], factors: Sequence[Sequence[int]]) -> fmpz_mat:
        kept = [
            [(-1, 1)[j % 2] * factor if i in active else 0 for i, factor in enumerate(row)]
            for j, row in enumerate(factors)
        ]
        return fmpz_mat(kept) * self.pushes

    def _active(self, values: Sequence[Sequence[fmpz]], factors: Sequence[Sequence[int]]) -> list[int]:
        totals = [fmpz(0)] * len(self.labels)
        for j, (row, own) in enumerate(zip(values, factors, strict=True)):
            sign = (-1, 1)[j % 2]
            totals = [total + sign * value * factor for total, value, factor in zip(totals, row, own, strict=True)]
        return [i for i, total in enumerate(totals) if self.labels[i] * total < self.threshold]

    def _norm(self) -> int:
        return int(sum((entry * entry for entry in self.current.entries()), fmpz(0)))

    def weights(self, matrix: fmpz_mat) -> Matrix:
        """Return weights as rational numbers."""
        return tuple(tuple(Fraction(int(entry), self.unit) for entry in row) for row in matrix.tolist())


def _integers(rows: Sequence[Sequence[Fraction]], scale: int) -> fmpz_mat:
    return fmpz_mat([[int(entry * scale) for entry in row] for row in rows])
