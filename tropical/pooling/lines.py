"""Layers that fall apart into windows that slide along lines, each with a closed formula.

Windows spread out by a dilation d, with a stride s, see every d-th input only. With g = gcd(s, d), window j and window
j' share an input only if d/g divides j - j'. So the layer falls apart into d/g layers without dilation, of stride s/g.
If the windows overlap along one axis at most, the inputs of a window that move together along it (with the others
fixed) are as good as that many inputs of a longer line.
"""

from __future__ import annotations

from collections import Counter
from itertools import product
from math import gcd, prod

from attrs import frozen

from tropical.pooling.layer import Pooling


@frozen(order=True)
class Line:
    """Windows of one length that slide along a line of inputs: ``stride * (n_windows - 1) + window`` of them."""

    n_windows: int
    window: int
    stride: int

    @property
    def overlaps(self) -> bool:
        """Whether some windows share an input."""
        return self.n_windows > 1 and self.stride < self.window


def lines(layer: Pooling) -> dict[Line, int] | None:
    """Return the lines that one channel of a layer falls apart into, and how often each occurs.

    None if windows overlap along several axes, or reach over an end of the input.

    >>> lines(Pooling(9, 3, stride=1, dilation=2)) == {Line(3, 3, 1): 1, Line(2, 3, 1): 1}
    True
    >>> lines(Pooling((6, 8), (2, 3), stride=(2, 1)))
    {Line(n_windows=6, window=6, stride=2): 3}
    """
    if layer.is_cut:
        return None
    rule = layer.placement
    axes = [
        _undilated(Line(count, window, stride), dilation)
        for count, window, stride, dilation in zip(
            layer.output_shape, rule.kernel_size, rule.stride, rule.dilation, strict=True
        )
    ]
    found: Counter[Line] = Counter()
    for combination in product(*(axis.items() for axis in axes)):
        copies = prod(count for _, count in combination)
        moving = [line for line, _ in combination if line.overlaps]
        if len(moving) > 1:
            return None
        found.update({_joined([line for line, _ in combination]): copies * _strips([line for line, _ in combination])})
    return dict(found)


def _undilated(line: Line, dilation: int) -> dict[Line, int]:
    """Return the lines without dilation that windows on one axis fall apart into."""
    shared = gcd(line.stride, dilation)
    classes = dilation // shared
    return dict(
        Counter(
            Line(-(-(line.n_windows - first) // classes), line.window, line.stride // shared)
            for first in range(min(classes, line.n_windows))
        )
    )


def _strips(axes: list[Line]) -> int:
    """Return how many copies of their joined line there are: one for each place along the axes without overlap."""
    return prod(line.n_windows for line in axes if not line.overlaps) if any(line.overlaps for line in axes) else 1


def _joined(axes: list[Line]) -> Line:
    """Return one line with the windows of a product of axes of which at most one has overlaps."""
    area = prod(line.window for line in axes)
    for line in axes:
        if line.overlaps:
            return Line(line.n_windows, area, line.stride * (area // line.window))
    return Line(prod(line.n_windows for line in axes), area, area)
