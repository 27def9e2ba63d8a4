"""The transfer matrix of a period of a frontier that repeats, as a product of sparse matrices, and its exact powers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from attrs import frozen

from polytopes.errors import UnsupportedError
from polytopes.minkowski_sums.frontier.machine import Array

LARGEST_WEIGHT = 1 << 32

Arrow = tuple[int, int, int]
"""Source, target and weight."""


@frozen
class TransferMatrix:
    """The arrows from stage to stage of a period M; the last stage is the first one again.

    ``sizes`` are the sizes of the stages that arrows start from, ``start`` are states and weights before the first
    period, ``final`` are the weights of states after the last one (1 if not given).
    """

    arrows: tuple[tuple[Arrow, ...], ...]
    sizes: tuple[int, ...]
    start: tuple[tuple[int, int], ...] = ((0, 1),)
    final: tuple[int, ...] = ()

    def sums(self) -> Iterator[int]:
        """Yield the sum of the weights of all paths through 0, 1, 2, ... periods."""
        steps = [_Step.of(arrows, size) for arrows, size in zip(self.arrows, self._targets, strict=True)]
        first = [0] * self.sizes[0]
        for state, weight in self.start:
            first[state] += weight
        values = _digits(first)
        while True:
            yield self._weighed(values)
            for step in steps:
                values = step.taken(values)

    def annihilated_by(self, recurrence: Sequence[int], delay: int = 0) -> bool:
        """Return whether c_0 M^(r + delay) v + ... + c_r M^delay v = 0; M is a period, v the final weights.

        Then c_0 V_n + ... + c_r V_(n - r) = 0 for all n >= r + delay, V_n being the sums. The converse need not hold.

        Args:
            recurrence: c_0, ..., c_r.
            delay: the exponent in the equation.
        """
        steps = [
            _Step.of([(target, source, weight) for source, target, weight in arrows], size)
            for arrows, size in zip(reversed(self.arrows), reversed(self.sizes), strict=True)
        ]
        positive = self._combined(steps, [max(c, 0) for c in recurrence], delay)
        return positive == self._combined(steps, [max(-c, 0) for c in recurrence], delay)

    def _combined(self, steps: Sequence[_Step], coefficients: Sequence[int], delay: int) -> list[int]:
        """Return the sum of the products of coefficients, not negative, with the vectors M^i v (Horner)."""
        final = self.final or (1,) * self.sizes[0]
        values = _digits([0] * self.sizes[0])
        for i, c in enumerate((*coefficients, *([0] * delay))):
            if i:
                for step in steps:
                    values = step.taken(values)
            if c:
                values = _digits([value + c * weight for value, weight in zip(_numbers(values), final, strict=True)])
        return _numbers(values)

    @property
    def _targets(self) -> tuple[int, ...]:
        return (*self.sizes[1:], self.sizes[0])

    def _weighed(self, values: Array) -> int:
        from polytopes.minkowski_sums.frontier.sums import column_sums

        if not self.final:
            return column_sums(values)[0]
        return sum(number * weight for number, weight in zip(_numbers(values), self.final, strict=True))


@frozen(eq=False)
class _Step:
    """The arrows of a stage as moves for the kernel, and the largest sum of the weights out of one state."""

    moves: Array
    weights: Array
    most: int
    n_targets: int

    @classmethod
    def of(cls, arrows: Sequence[Arrow], n_targets: int) -> _Step:
        """Prepare arrows."""
        kinds = {weight: kind for kind, weight in enumerate(sorted({weight for _, _, weight in arrows}))}
        if max(kinds) >= LARGEST_WEIGHT:
            raise UnsupportedError(
                f"a step has weight {max(kinds)}, and 2**32 is too much; take smaller windows or numbers"
            )
        out: dict[int, int] = {}
        for source, _, weight in arrows:
            out[source] = out.get(source, 0) + weight
        moves = np.array([(source, target, 0, kinds[weight], 0) for source, target, weight in arrows], np.int64)
        return cls(moves, np.array(sorted(kinds), np.uint64).reshape(-1, 1), max(out.values()), n_targets)

    def taken(self, values: Array) -> Array:
        """Return the numbers after the step."""
        from polytopes.minkowski_sums.frontier.kernels.adding import accumulate

        high = int(values[:, :, -1].sum(dtype=np.float64) * (1 + 2.0**-20)) + len(values) + 1
        bits = high.bit_length() + 64 * (values.shape[2] - 1) + self.most.bit_length()
        following = np.zeros((self.n_targets, 1, bits // 64 + 1), np.uint64)
        accumulate(values, following, self.moves, len(self.moves), self.weights)
        return following


def _digits(numbers: Sequence[int]) -> Array:
    """Return numbers in base 2**64, as the kernel takes them."""
    size = 8 * (max(map(int.bit_length, numbers)) // 64 + 1)
    joined = b"".join(number.to_bytes(size, "little") for number in numbers)
    return np.frombuffer(joined, np.uint64).reshape(len(numbers), 1, -1)


def _numbers(values: Array) -> list[int]:
    size, joined = 8 * values.shape[2], values.tobytes()
    return [int.from_bytes(joined[i : i + size], "little") for i in range(0, len(joined), size)]
