"""The ONNX operators Resize and Upsample: nearest entries, and linear interpolation, which is a linear map.

The coordinate of an entry of the result in the tensor is computed exactly from the stored scales. Where the nearest
entry would be another one in the float32 arithmetic of runtimes, the operator is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from math import ceil, floor
from typing import Any

import numpy as np
from attrs import frozen

from polytopes.errors import ShapeError, UnsupportedError
from tropical.networks.readers.common import charge_entries
from tropical.networks.readers.graph import SourceGraph
from tropical.networks.readers.onnx_call import Call, checked_axes
from tropical.networks.readers.values import Value, needs_constant
from tropical.networks.tensor import Tensor

Coordinate = Callable[[Any, Any, int, int], Any]
"""A place in the tensor from a place in the result, the scale, and the lengths of the tensor and the result."""

COORDINATES: dict[str, Coordinate] = {
    "asymmetric": lambda x, scale, n, m: x / scale,
    "half_pixel": lambda x, scale, n, m: (2 * x + 1) / (2 * scale) - x.__class__(1) / 2,
    "pytorch_half_pixel": lambda x, scale, n, m: (2 * x + 1) / (2 * scale) - x.__class__(1) / 2 if m > 1 else x * 0,
    "tf_half_pixel_for_nn": lambda x, scale, n, m: (2 * x + 1) / (2 * scale),
    "align_corners": lambda x, scale, n, m: x * (n - 1) / (m - 1) if m > 1 else x * 0,
}
HALF = Fraction(1, 2)
ROUNDINGS: dict[str, Callable[[Fraction], int]] = {
    "round_prefer_floor": lambda x: ceil(x - HALF),
    "round_prefer_ceil": lambda x: floor(x + HALF),
    "floor": floor,
    "ceil": ceil,
}


@frozen
class _Axis:
    """One axis that is resized: its length before and after, and the scale."""

    before: int
    after: int
    scale: Fraction


def resize(call: Call, graph: SourceGraph, values: Sequence[Value]) -> Value:
    """Scales are the second input in operator set 10, then the third; or lengths the fourth."""
    if call.version == 10:
        return _resized(call, graph, values[0], _scaled(values[0], values[1]), "asymmetric", "floor")
    if call.get("antialias", 0) or call.get("keep_aspect_ratio_policy", "stretch") != "stretch":
        raise UnsupportedError("antialias or keep_aspect_ratio_policy; resize without them")
    scales, sizes = call.optional(values, 2), call.optional(values, 3)
    given = call.get("axes", None)
    places = range(len(values[0].shape)) if given is None else checked_axes(given, len(values[0].shape))
    if sizes is not None and sizes.shape != (0,):
        lengths = _lengths(graph, values[0], sizes, places)
    elif scales is not None:
        lengths = _scaled(values[0], scales, places)
    else:
        raise ShapeError("there are no scales and no sizes")
    coordinates = call.get("coordinate_transformation_mode", "half_pixel")
    return _resized(call, graph, values[0], lengths, coordinates, call.get("nearest_mode", "round_prefer_floor"))


def upsample(call: Call, graph: SourceGraph, values: Sequence[Value]) -> Value:
    """Scales are an input, an attribute until operator set 8."""
    scales = call.optional(values, 1)
    if scales is None:
        tensor = Tensor.of(call.attributes["scales"])
        scales = Value(tensor.shape, constant=tensor)
    return _resized(call, graph, values[0], _scaled(values[0], scales), "asymmetric", "floor")


def _scaled(value: Value, scales: Value, places: Sequence[int] | None = None) -> dict[int, _Axis]:
    factors = needs_constant(scales, "the scales").fractions.ravel().tolist()
    axes = range(len(value.shape)) if places is None else places
    if len(factors) != len(axes) or min(factors, default=1) <= 0:
        raise ShapeError(f"{len(factors)} scales for {len(axes)} axes; give a positive number for each")
    return {
        axis: _Axis(value.shape[axis], floor(value.shape[axis] * factor), factor)
        for axis, factor in zip(axes, factors, strict=True)
        if factor != 1
    }


def _lengths(graph: SourceGraph, value: Value, sizes: Value, places: Sequence[int]) -> dict[int, _Axis]:
    lengths, full = needs_constant(sizes, "the sizes").integers.ravel().tolist(), graph.full_shape(value)
    if len(lengths) != len(places) or min(lengths, default=1) < 1:
        raise ShapeError(f"{len(lengths)} sizes for {len(places)} axes; give a positive number for each")
    return {
        axis: _Axis(full[axis], n, Fraction(n, full[axis]))
        for axis, n in zip(places, lengths, strict=True)
        if n != full[axis]
    }


def _resized(
    call: Call, graph: SourceGraph, value: Value, axes: dict[int, _Axis], coordinates: str, rounding: str
) -> Value:
    mode = call.get("mode", "nearest")
    if mode not in ("nearest", "linear") or coordinates not in COORDINATES or rounding not in ROUNDINGS:
        raise UnsupportedError(f"the modes {mode}, {coordinates}, {rounding}; nearest and linear resizing are read")
    graph.keep_apart(value, axes)
    charge_entries([axis.after for axis in axes.values()], "a tensor that is resized")
    for place, axis in axes.items():
        if axis.after < 1:
            raise ShapeError(f"axis {place} would have no entries")
        if mode == "nearest":
            value = graph.take(value, place, _nearest(axis, COORDINATES[coordinates], ROUNDINGS[rounding]))
        else:
            charge_entries((axis.before, axis.after), "an interpolation")
            value = graph.affine_along(value, _interpolation(axis, COORDINATES[coordinates]), place)
    return value


def _nearest(axis: _Axis, coordinate: Coordinate, rounding: Callable[[Any], int]) -> list[int]:
    """Return the index of the nearest entry for each entry of the result."""
    single = np.float32(axis.scale)
    found = []
    for x in range(axis.after):
        exact = coordinate(Fraction(x), axis.scale, axis.before, axis.after)
        rounded = Fraction(float(np.float32(coordinate(np.float32(x), single, axis.before, axis.after))))
        place, other = (min(max(rounding(at), 0), axis.before - 1) for at in (exact, rounded))
        if place != other:
            raise UnsupportedError(f"the scale {float(axis.scale)}, with which runtimes disagree on nearest entries")
        found.append(place)
    return found


def _interpolation(axis: _Axis, coordinate: Coordinate) -> Tensor:
    """Return the matrix of linear interpolation; beyond the ends the last entry is repeated."""
    rows = []
    for x in range(axis.after):
        at = coordinate(Fraction(x), axis.scale, axis.before, axis.after)
        at = min(max(at, Fraction(0)), Fraction(axis.before - 1))
        left = floor(at)
        row = [Fraction(0)] * axis.before
        row[left] += 1 - (at - left)
        row[min(left + 1, axis.before - 1)] += at - left
        rows.append(row)
    return Tensor.of(rows)
