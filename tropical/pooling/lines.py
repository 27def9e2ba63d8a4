"""Layers that split into windows that slide along lines, each with a closed formula.

Windows with dilation d and stride s read every d-th input only. With g = gcd(s, d), window j and window j' share an
input only if d/g divides j - j'. So the layer splits into d/g layers without dilation, of stride s/g. If the windows
overlap along at most one axis, the inputs of a window at one place along it count as that many inputs of a longer line.
"""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from itertools import product
from math import gcd, prod

from attrs import frozen

from polytopes.errors import VerificationFailed
from polytopes.minkowski_sums import sliding_windows
from polytopes.minkowski_sums.acyclic_choices import acyclic_choices
from tropical.pooling.layer import MaxPooling

SHORT = 4
"""Windows of the lines for which formulas are compared with other counts."""
LISTED = 1500
"""Choices that are listed for it."""


@frozen(order=True)
class Line:
    """The windows [s j, s j + k) for j < n, cut to [low, high).

    Attributes:
        n_windows, window, stride: n, k and s.
        low, high: bounds of the input; the line is *cut* if some window exceeds them.
    """

    n_windows: int
    window: int
    stride: int
    low: int = 0
    high: int = -1

    def __attrs_post_init__(self) -> None:
        last = self.stride * (self.n_windows - 1) + self.window
        object.__setattr__(self, "low", max(self.low, 0))
        object.__setattr__(self, "high", last if self.high == -1 else min(self.high, last))

    @property
    def is_cut(self) -> bool:
        """Whether some window exceeds the input."""
        return self.low > 0 or self.high < self.stride * (self.n_windows - 1) + self.window

    @property
    def overlaps(self) -> bool:
        """Whether some windows share an input."""
        return self.n_windows > 1 and self.stride < self.window

    @property
    def n_read(self) -> int:
        """The number of windows that read some input."""
        first = max((self.low - self.window) // self.stride + 1, 0)
        last = min((self.high - 1) // self.stride, self.n_windows - 1)
        return max(last - first + 1, 0) if self.low < self.high else 0

    @property
    def dimension(self) -> int | None:
        """The dimension of the polytope; None for a line that is cut."""
        if self.is_cut:
            return None
        if self.overlaps:
            return self.stride * (self.n_windows - 1) + self.window - 1
        return self.n_windows * (self.window - 1)

    def n_vertices(self) -> int:
        """Return the number of vertices.

        Raises:
            VerificationFailed: if the formula is wrong for a short line of these windows, as by the other methods.

        >>> Line(8, 3, 1).n_vertices(), Line(4, 3, 2, 1, 8).n_vertices()
        (919, 36)
        """
        _check_vertices(self.short, False)
        return _n_vertices(self, False)

    def n_vertices_with_zero(self) -> int:
        """Return the number of vertices if one more element, the constant 0, lies in all windows; none may be cut.

        >>> Line(6, 3, 1).n_vertices_with_zero()
        312
        """
        _check_vertices(self.short, True)
        return _n_vertices(self, True)

    def n_facets(self) -> int:
        """Return the number of facets; no window may be cut."""
        self._check_faces()
        return sliding_windows.count_facets(self.n_windows, self.window, self.stride)

    def f_vector(self) -> tuple[int, ...]:
        """Return f_0, ..., f_d, the polytope included; no window may be cut."""
        self._check_faces()
        return sliding_windows.f_vector(self.n_windows, self.window, self.stride)

    def selections(self) -> tuple[int, ...]:
        """Return how many vertices choose 0, 1, 2, ... different elements; no window may be cut."""
        _check_selections(self.short)
        return sliding_windows.selections(self.n_windows, self.window, self.stride)

    @property
    def short(self) -> Line:
        """The line with at most SHORT windows, so few that their choices can be listed, and cut in the same way."""
        few = max(n for n in range(1, SHORT + 1) if n == 1 or self.window**n <= LISTED)
        less = max(self.n_windows - few, 0)
        return Line(self.n_windows - less, self.window, self.stride, self.low, max(self.high - less * self.stride, 0))

    def windows(self) -> list[range]:
        """Return the windows, without those that read nothing."""
        starts = (self.stride * j for j in range(self.n_windows))
        cut = (range(max(start, self.low), min(start + self.window, self.high)) for start in starts)
        return [window for window in cut if window]

    def _check_faces(self) -> None:
        _check_vertices(self.short, False)
        _check_faces(self.short)


def _n_vertices(line: Line, has_zero: bool) -> int:
    n, k, s = line.n_windows, line.window, line.stride
    if has_zero:
        return sliding_windows.relu_series(k, s).term(n)
    if line.is_cut:
        return sliding_windows.count_vertices_cut(n, k, s, line.low, line.high)
    return sliding_windows.count_vertices(n, k, s)


@lru_cache
def _check_vertices(line: Line, has_zero: bool) -> None:
    """Compare the formula for the vertices with the number of acyclic choices."""
    number = _n_vertices(line, has_zero)
    if line.window**line.n_windows <= LISTED and number != len(_choices(line, has_zero)):
        raise VerificationFailed(f"{line} has {len(_choices(line, has_zero))} vertices, its formula says {number}")


def _choices(line: Line, has_zero: bool) -> list[tuple[int, ...]]:
    """Return the acyclic choices of elements, one from each window."""
    zero = line.stride * (line.n_windows - 1) + line.window
    windows = [(*window, zero) if has_zero else tuple(window) for window in line.windows()]
    return [choice for choice, _ in acyclic_choices(windows, zero + 1)]


@lru_cache
def _check_faces(line: Line) -> None:
    """Compare the f-vector with what else is known: the vertices, the facets, the dimension, Euler's relation."""
    n, k, s = line.n_windows, line.window, line.stride
    vector = sliding_windows.f_vector(n, k, s)
    facets = sliding_windows.count_facets(n, k, s)
    known = _n_vertices(line, False), facets if len(vector) > 1 else 1, line.dimension, 1
    alternating = sum((-1) ** i * number for i, number in enumerate(vector))
    if (vector[0], vector[-2:][0], len(vector) - 1, alternating) != known:
        raise VerificationFailed(f"{line} has not the f-vector {vector}")


@lru_cache
def _check_selections(line: Line) -> None:
    """Compare the numbers of elements chosen with the acyclic choices."""
    found = sliding_windows.selections(line.n_windows, line.window, line.stride)
    if line.window**line.n_windows > LISTED:
        return
    sizes = Counter(len(set(choice)) for choice in _choices(line, False))
    if Counter({size: number for size, number in enumerate(found) if number}) != sizes:
        raise VerificationFailed(f"{line} has not the selections {found}")


def lines(layer: MaxPooling) -> dict[Line, int] | None:
    """Return the lines into which one channel of a layer splits, and how often each occurs.

    None if windows overlap along several axes, or are cut along one of several axes, or by zeros.

    >>> lines(MaxPooling(9, 3, stride=1, dilation=2)) == {Line(3, 3, 1): 1, Line(2, 3, 1): 1}
    True
    >>> lines(MaxPooling((6, 8), (2, 3), stride=(2, 1)))
    {Line(n_windows=6, window=6, stride=2, low=0, high=16): 3}
    """
    axes = [_lines_of_axis(layer, axis) for axis in range(len(layer.input_shape))]
    if layer.may_read_zeros or (len(axes) > 1 and any(line.is_cut for axis in axes for line in axis)):
        return None
    if len(axes) == 1:
        return axes[0]
    found: Counter[Line] = Counter()
    for combination in product(*(axis.items() for axis in axes)):
        along = [line for line, _ in combination]
        if sum(line.overlaps for line in along) > 1:
            return None
        found[_joined(along)] += prod(copies for _, copies in combination) * _strips(along)
    return dict(found)


def _lines_of_axis(layer: MaxPooling, axis: int) -> dict[Line, int]:
    """Return the lines without dilation into which the windows along one axis split."""
    rule, length, count = layer.placement, layer.input_shape[axis], layer.output_shape[axis]
    stride, dilation, before = rule.stride[axis], rule.dilation[axis], rule.padding[axis][0]
    shared = gcd(stride, dilation)
    classes = dilation // shared
    found: Counter[Line] = Counter()
    for first in range(min(classes, count)):
        start = first * stride - before
        low, high = -(start // dilation), (length - 1 - start) // dilation + 1
        n_windows = (count - 1 - first) // classes + 1
        found[Line(n_windows, rule.kernel_size[axis], stride // shared, low, max(high, 0))] += 1
    return dict(found)


def _strips(axes: list[Line]) -> int:
    """Return the number of copies of the joined line: one for each place along the axes without overlap."""
    return prod(line.n_windows for line in axes if not line.overlaps) if any(line.overlaps for line in axes) else 1


def _joined(axes: list[Line]) -> Line:
    """Return one line with the windows of a product of axes of which at most one has overlaps."""
    area = prod(line.window for line in axes)
    for line in axes:
        if line.overlaps:
            return Line(line.n_windows, area, line.stride * (area // line.window))
    return Line(prod(line.n_windows for line in axes), area, area)
