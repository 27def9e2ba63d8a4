"""Growing layers as unions of pieces that share no input: families of connected strips, with multiplicities.

Along an axis with a dilation d and a stride s the windows fall into d / gcd(s, d) classes that share no input
(:mod:`tropical.pooling.lines`), and windows that do not overlap split too. So along every axis but the last one
the windows are those of some connected rows. Along the last axis, which grows, class r has the windows r, r + c,
r + 2 c, ...; the ends that padding cuts depend on it.
"""

from __future__ import annotations

from collections import Counter
from itertools import product
from math import gcd, prod

from attrs import evolve, frozen

from polytopes.errors import ShapeError
from polytopes.minkowski_sums.growing_families import Family
from polytopes.minkowski_sums.hypergraph import Hypergraph
from tropical.pooling.counts import Activation
from tropical.pooling.layer import MaxPooling

Padded = bool
Rows = tuple[int, tuple[tuple[tuple[int, ...], Padded], ...]]
"""A number of rows, and windows on them with whether they have a position in the padding."""


@frozen
class Growing:
    """A layer that grows along its last axis, everything else being as it is: n windows are ``period`` q + rest.

    The input of the member with n windows has the length ``stride n + extra`` along that axis. ``pieces(rest)`` are
    families and numbers of windows beyond q, with multiplicities.
    """

    layer: MaxPooling
    activation: Activation | None = None

    @property
    def period(self) -> int:
        """The number of classes of windows along the last axis."""
        rule = self.layer.placement
        return int(rule.dilation[-1] // gcd(rule.stride[-1], rule.dilation[-1]))

    @property
    def extra(self) -> int:
        """How much longer the last axis of the input is than the strides of all windows."""
        return int(self.layer.input_shape[-1] - self.layer.placement.stride[-1] * self.layer.output_shape[-1])

    def member(self, n: int) -> MaxPooling | None:
        """Return one channel of the layer with n windows along the last axis; None if its input would be too short.

        >>> Growing(MaxPooling((3, 9), 2, stride=1)).member(2).input_shape
        (3, 3)
        """
        shape = (*self.layer.input_shape[:-1], self.layer.placement.stride[-1] * n + self.extra)
        try:
            member: MaxPooling = evolve(self.layer, input_shape=shape, channels=1)
        except ShapeError:
            return None
        return member if member.output_shape[-1] == n else None

    def pieces(self, rest: int) -> dict[tuple[Family, int], int]:
        """Return the families whose members q, or q + 1, make up the layer with period q + rest windows."""
        found: Counter[tuple[Family, int]] = Counter()
        axes = [_rows_of_axis(self.layer, axis).items() for axis in range(len(self.layer.input_shape) - 1)]
        for combination in product(*axes):
            times = prod(each for _, each in combination)
            for number in range(self.period):
                back = (rest - 1 - number) % self.period
                family = self._family([rows for rows, _ in combination], number, back)
                if family is not None:
                    found[family, int(number < rest)] += times
        return dict(found)

    def _family(self, rows: list[Rows], number: int, back: int) -> Family | None:
        """Return the family of a class of windows, whose last one is ``back`` before the last of all."""
        rule, zeros = self.layer.placement, self.layer.padding_value == "0"
        width, stride, dilation = rule.kernel_size[-1], rule.stride[-1], rule.dilation[-1]
        height = prod(n for n, _ in rows)
        windows: list[list[int]] = []
        with_zero: list[int] = []
        for choice in product(*(windows for _, windows in rows)):
            cells = [0]
            for (n, _), (window, _) in zip(rows, choice, strict=True):
                cells = [cell * n + row for cell in cells for row in window]
            with_zero += [len(windows)] * (zeros and any(padded for _, padded in choice))
            windows.append([column * height + cell for column in range(width) for cell in cells])
        if not windows:
            return None

        def columns(over: int, j: int) -> int:
            """Return how many columns a window has among the last ``over`` positions, j windows before the end."""
            return max(-(-(over - stride * j) // dilation), 0)

        first, last = self.layer.overhang(-1)
        cut = (columns(first, number) * height, columns(last, back) * height)
        outside = (0, columns(self.layer.outside(-1), back) * height)
        shift = stride // gcd(stride, dilation) * height
        return Family(windows, shift, self.activation, cut, with_zero, zeros, outside)


def _rows_of_axis(layer: MaxPooling, axis: int) -> Counter[Rows]:
    """Return the connected pieces of the windows along one axis, each with its rows numbered."""
    rule, length = layer.placement, layer.input_shape[axis]
    (before, after), stride, dilation = rule.padding[axis], rule.stride[axis], rule.dilation[axis]
    windows: list[tuple[list[int], Padded]] = []
    for j in range(layer.output_shape[axis]):
        places = [j * stride - before + i * dilation for i in range(rule.kernel_size[axis])]
        window = [place for place in places if 0 <= place < length]
        if window:
            windows.append((window, any(place < 0 or length <= place < length + after for place in places)))
    found: Counter[Rows] = Counter()
    for component in Hypergraph([window for window, _ in windows], length).components:
        place = {row: i for i, row in enumerate(component)}
        own = [(tuple(place[row] for row in window), padded) for window, padded in windows if window[0] in place]
        if own:
            found[len(component), tuple(own)] += 1
    return found
