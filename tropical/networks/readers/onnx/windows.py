"""The ONNX operators whose windows slide over a tensor: convolutions and pooling, with their ways of padding."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from polytopes.errors import ShapeError, UnsupportedError
from tropical.networks.layers import AvgPool, Conv, GlobalAvgPool, MaxPool
from tropical.networks.readers.onnx.call import Call
from tropical.networks.readers.symbolic.graph import SourceGraph
from tropical.networks.readers.symbolic.operations import conv_transpose as transposed
from tropical.networks.readers.symbolic.values import Value, needs_constant
from tropical.networks.tensor import Shape


def _pads(
    call: Call, shape: Shape, kernel: Shape, stride: Shape, dilation: Shape, clamped: bool
) -> list[tuple[int, int]]:
    """Return the padding (before, after) of each axis.

    SAME pads for ceil(length / stride) windows; UPPER or LOWER says on which side an odd number is larger. If the
    padding would be negative, a convolution pads nothing (``clamped``).
    """
    mode, axes = call.get("auto_pad", "NOTSET"), len(kernel)
    if mode not in ("", "NOTSET") and "pads" in call.attributes:
        raise ShapeError(f"auto_pad {mode!r} and pads are both given; give one of them")
    if mode == "VALID":
        return [(0, 0)] * axes
    if mode in ("", "NOTSET"):
        pads = call.get("pads", [0] * (2 * axes))
        if len(pads) != 2 * axes:
            raise ShapeError(f"pads {list(pads)} should be {2 * axes} numbers, two per axis")
        return list(zip(pads[:axes], pads[axes:], strict=True))
    if mode not in ("SAME_UPPER", "SAME_LOWER"):
        raise UnsupportedError(f"auto_pad {mode!r}; NOTSET, VALID, SAME_UPPER and SAME_LOWER are read")
    if set(dilation) != {1}:
        raise UnsupportedError(f"auto_pad {mode} with dilations {dilation}, where runtimes disagree; use pads")
    pairs = []
    for length, k, s, d in zip(shape[2:], kernel, stride, dilation, strict=True):
        total = (-(-length // s) - 1) * s + d * (k - 1) + 1 - length
        if total < 0 and not clamped:
            raise UnsupportedError(
                f"auto_pad {mode} with a stride beyond the window, where runtimes disagree; use pads"
            )
        small, large = max(0, total) // 2, max(0, total) - max(0, total) // 2
        pairs.append((small, large) if mode == "SAME_UPPER" else (large, small))
    return pairs


def _window_arguments(call: Call, value: Value, kernel: Shape, clamped: bool = False) -> dict[str, Any]:
    if len(value.shape) != len(kernel) + 2:
        raise ShapeError(f"a kernel of {len(kernel)} axes on a tensor of shape {value.shape}")
    stride = tuple(call.get("strides", [1] * len(kernel)))
    dilation = tuple(call.get("dilations", [1] * len(kernel)))
    for name, numbers in (("strides", stride), ("dilations", dilation)):
        if len(numbers) != len(kernel) or min(numbers) < 1:
            raise ShapeError(f"{name} {list(numbers)} should be {len(kernel)} positive numbers, one per axis")
    padding = _pads(call, value.shape, kernel, stride, dilation, clamped)
    return {"stride": stride, "padding": padding, "dilation": dilation}


def conv(call: Call, graph: SourceGraph, values: Sequence[Value]) -> Value:
    weight = needs_constant(values[1], "the kernel")
    bias = call.optional(values, 2)
    if tuple(call.get("kernel_shape", weight.shape[2:])) != weight.shape[2:]:
        raise ShapeError(f"kernel_shape {call.attributes['kernel_shape']} of a kernel of shape {weight.shape}")
    arguments = _window_arguments(call, values[0], weight.shape[2:], clamped=True)
    if bias is not None:
        arguments["bias"] = needs_constant(bias, "the bias")
    return graph.channelwise(Conv(weight, groups=call.get("group", 1), **arguments), values[0])


def max_pool(call: Call, graph: SourceGraph, values: Sequence[Value]) -> Value:
    kernel = tuple(call.attributes["kernel_shape"])
    arguments = _window_arguments(call, values[0], kernel)
    return graph.channelwise(MaxPool(kernel, ceil_mode=bool(call.get("ceil_mode", 0)), **arguments), values[0])


def average_pool(call: Call, graph: SourceGraph, values: Sequence[Value]) -> Value:
    kernel = tuple(call.attributes["kernel_shape"])
    arguments = _window_arguments(call, values[0], kernel)
    counted = bool(call.get("count_include_pad", 0))
    ceil = bool(call.get("ceil_mode", 0))
    return graph.channelwise(AvgPool(kernel, ceil_mode=ceil, count_include_pad=counted, **arguments), values[0])


def global_average_pool(call: Call, graph: SourceGraph, values: Sequence[Value]) -> Value:
    return graph.channelwise(GlobalAvgPool(), values[0])


def conv_transpose(call: Call, graph: SourceGraph, values: Sequence[Value]) -> Value:
    weight, bias = needs_constant(values[1], "the kernel"), call.optional(values, 2)
    kernel, axes = weight.shape[2:], len(weight.shape) - 2
    if tuple(call.get("kernel_shape", kernel)) != kernel or len(values[0].shape) != axes + 2:
        raise ShapeError(f"a kernel of shape {weight.shape} on a tensor of shape {values[0].shape}")
    stride, dilation = (tuple(call.get(name, [1] * axes)) for name in ("strides", "dilations"))
    extra = tuple(call.get("output_padding", [0] * axes))
    if not len(stride) == len(dilation) == len(extra) == axes or min(stride + dilation) < 1 or min(extra) < 0:
        raise ShapeError(f"strides {stride}, dilations {dilation}, output_padding {extra}: give {axes} numbers of each")
    if any(e >= max(s, d) for e, s, d in zip(extra, stride, dilation, strict=True)):
        raise ShapeError(f"output_padding {extra} is not less than the strides {stride} or dilations {dilation}")
    spans = [d * (k - 1) + 1 for d, k in zip(dilation, kernel, strict=True)]
    lengths = [(n - 1) * s + e + span for n, s, e, span in zip(values[0].shape[2:], stride, extra, spans, strict=True)]
    return transposed(
        graph,
        values[0],
        weight,
        None if bias is None else needs_constant(bias, "the bias"),
        stride=stride,
        padding=_cuts(call, lengths, [n * s for n, s in zip(values[0].shape[2:], stride, strict=True)]),
        output_padding=extra,
        dilation=dilation,
        groups=call.get("group", 1),
    )


def _cuts(call: Call, lengths: Sequence[int], same: Sequence[int]) -> list[tuple[int, int]]:
    """Return what is cut off a transposed convolution, in front and behind, for each axis.

    Args:
        call: the call; ``output_shape`` or SAME say how long the result is, pads what is cut off.
        lengths: the lengths of the result if nothing is cut off.
        same: those with SAME.
    """
    mode, axes = call.get("auto_pad", "NOTSET"), len(lengths)
    wanted = call.get("output_shape", same if mode.startswith("SAME") else None)
    if mode == "VALID":
        return [(0, 0)] * axes
    if wanted is None:
        pads = call.get("pads", [0] * (2 * axes))
        if len(pads) != 2 * axes or min(pads) < 0:
            raise ShapeError(f"pads {list(pads)} should be {2 * axes} numbers from 0 on, two per axis")
        return list(zip(pads[:axes], pads[axes:], strict=True))
    cuts = [length - n for length, n in zip(lengths, list(wanted)[-axes:], strict=True)]
    if any(cut < 0 or cut % 2 for cut in cuts):
        raise UnsupportedError("output_shape or SAME with uneven cuts, where runtimes disagree; use pads")
    return [(cut // 2, cut // 2) for cut in cuts]
