"""The windows of a max-pooling layer on its inputs, exactly as torch places them.

The regions of the layer are those of the functions max over W of x_i, one for each window W of each channel: the normal
cones of the vertices of the sum of simplices over the windows, the *max-pooling polytope*.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from math import prod
from typing import Literal

from attrs import field, frozen

from polytopes.errors import InputError, ShapeError
from polytopes.messages import made_by
from polytopes.minkowski_sums.hypergraph import Hypergraph
from tropical.networks.layers.base import flag, integer
from tropical.networks.layers.windows import PADDING, Numbers, Windows, numbers, pad_pairs
from tropical.networks.tensor import Shape

PaddingValue = Literal["-inf", "0"]
"""The value of the padding: minus infinity as in torch, or zeros as after a layer of zero padding."""


def _no_stride(value: Numbers | None) -> tuple[int, ...] | None:
    return None if value is None else numbers(value)


@made_by("write MaxPooling(lengths, kernel_size), such as MaxPooling((28, 28), 2)")
@frozen(slots=False)
class MaxPooling:
    """A max-pooling layer on one input shape, with torch's arguments.

    Args:
        input_shape: the spatial lengths; one number is a 1-D input.
        kernel_size, stride, padding, dilation: one number, or one for each axis; the stride is the kernel size if not
            given. Padding may also be a pair (before, after) for each axis.
        ceil_mode: also windows that run over the end of the padded input.
        channels: the number of copies of the layer, as for a tensor channels x lengths (or a batch).
        padding_value: "-inf" as in torch: windows are cut off. "0": a window with a position in the padding also
            has the constant 0. Nothing stands beyond the padding, where windows may end in ``ceil_mode``.

    Raises:
        ShapeError: where torch refuses the layer: a window larger than the padded input, padding of more than half a
            window, strides of zero.

    >>> layer = MaxPooling(10, 3, stride=1)
    >>> layer.n_windows, layer.hypergraph
    (8, Hypergraph of 8 windows on 10 elements)
    >>> MaxPooling((112, 112), 3, stride=2, padding=1).output_shape
    (56, 56)
    """

    input_shape: Shape = field(converter=numbers)
    kernel_size: tuple[int, ...] = field(converter=numbers)
    stride: tuple[int, ...] | None = field(converter=_no_stride, default=None)
    padding: tuple[tuple[int, ...], ...] = field(converter=pad_pairs, default=0)
    dilation: tuple[int, ...] = field(converter=numbers, default=1)
    ceil_mode: bool = field(converter=flag, default=False)
    channels: int = field(converter=integer, default=1)
    padding_value: PaddingValue = "-inf"

    def __attrs_post_init__(self) -> None:
        if min(self.input_shape, default=0) < 1 or self.channels < 1:
            raise ShapeError(f"an input of {self.channels} x {_spelled(self.input_shape)}; give positive lengths")
        if self.padding_value not in ("-inf", "0"):
            raise InputError(f"padding with {self.padding_value!r}; give '-inf' or '0'")
        pairs = zip(self.placement.kernel_size, self.placement.padding, strict=True)
        if any(2 * max(padding) > length for length, padding in pairs):
            raise ShapeError(
                f"padding {_spelled(map(max, self.placement.padding))} for windows of "
                f"{_spelled(self.placement.kernel_size)}; torch allows at most half a window"
            )
        _ = self.output_shape

    @cached_property
    def placement(self) -> Windows:
        """The windows as a rule, with every argument spelled out for each axis."""
        stride = self.kernel_size if self.stride is None else self.stride
        axes = len(self.input_shape)
        return Windows.over(axes, self.kernel_size, stride, self.padding, self.dilation, self.ceil_mode)

    @cached_property
    def output_shape(self) -> Shape:
        """The number of windows along each axis."""
        return self.placement.counts(self.input_shape)

    @property
    def n_windows(self) -> int:
        """The number of windows of one channel, those wholly in the padding included."""
        return prod(self.output_shape)

    @property
    def is_cut(self) -> bool:
        """Whether some window exceeds the input."""
        return any(map(self.is_cut_along, range(len(self.input_shape))))

    def is_cut_along(self, axis: int) -> bool:
        """Return whether some window exceeds the input along one axis."""
        return any(self.overhang(axis))

    def overhang(self, axis: int) -> tuple[int, int]:
        """Return how far the first window reaches over the start of the input along an axis, and the last over the end.

        >>> MaxPooling(8, 3, stride=2, padding=1, ceil_mode=True).overhang(0)
        (1, 2)
        """
        rule = self.placement
        before = rule.padding[axis][0]
        end = (self.output_shape[axis] - 1) * rule.stride[axis] - before + rule.span(axis)
        return before, max(end - self.input_shape[axis], 0)

    def outside(self, axis: int) -> int:
        """Return how far the last window reaches over the end of the padding along an axis, as ``ceil_mode`` allows.

        >>> MaxPooling(8, 3, stride=2, padding=1, ceil_mode=True).outside(0)
        1
        """
        return max(self.overhang(axis)[1] - self.placement.padding[axis][1], 0)

    @property
    def may_read_zeros(self) -> bool:
        """Whether zeros stand in the padding, and some window has a position there along one of the axes."""
        return self.padding_value == "0" and any(map(self._reads_padding, range(len(self.input_shape))))

    def _reads_padding(self, axis: int) -> bool:
        rule, length = self.placement, self.input_shape[axis]
        before, after = rule.padding[axis]
        if before:
            return True
        for j in reversed(range(self.output_shape[axis])):
            start = j * rule.stride[axis]
            if start + rule.span(axis) <= length:
                return False
            first = max(-(-(length - start) // rule.dilation[axis]), 0)
            if first < rule.kernel_size[axis] and start + first * rule.dilation[axis] < length + after:
                return True
        return False

    @cached_property
    def _places(self) -> list[list[int]]:
        """The flat index of every position of every window, negative off the input."""
        table: list[list[int]] = self.placement.indices(self.input_shape).tolist()
        return table

    @cached_property
    def reads(self) -> tuple[tuple[int, ...], ...]:
        """The inputs of one channel that each window reads, none for a window wholly off the input."""
        return tuple(tuple(place for place in places if place >= 0) for places in self._places)

    @cached_property
    def hypergraph(self) -> Hypergraph:
        """The windows of one channel that are not constant.

        Where zeros stand in the padding, one more element, the last one, is the constant 0.

        >>> MaxPooling(3, 2, padding=1, ceil_mode=True, padding_value="0").hypergraph.windows
        ((0, 3), (1, 2))
        >>> MaxPooling(3, 2, ceil_mode=True, padding_value="0").hypergraph.windows
        ((0, 1), (2,))
        """
        size, zeros = prod(self.input_shape), self.padding_value == "0"
        windows = [
            [*window, size] if zeros and PADDING in places else window
            for window, places in zip(self.reads, self._places, strict=True)
            if window
        ]
        return Hypergraph(windows, size + zeros)

    @property
    def leftover(self) -> tuple[int, ...]:
        """The inputs of one channel that no window reads; the layer is constant along them."""
        read = set(self.hypergraph.used)
        return tuple(place for place in range(prod(self.input_shape)) if place not in read)


def _spelled(lengths: Iterable[int]) -> str:
    return "x".join(map(str, lengths))
