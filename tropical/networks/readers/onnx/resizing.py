"""The ONNX operators Resize and Upsample: nearest entries and linear interpolation, from the stored scales."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import floor

import numpy as np

from polytopes.errors import ShapeError, UnsupportedError
from tropical.networks.readers.common import charge_entries
from tropical.networks.readers.onnx.call import Call, checked_axes
from tropical.networks.readers.symbolic.graph import SourceGraph
from tropical.networks.readers.symbolic.resizing import COORDINATES, ROUNDINGS, ResizedAxis, interpolation, nearest
from tropical.networks.readers.symbolic.values import Value, needs_constant
from tropical.networks.tensor import Tensor


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


def _scaled(value: Value, scales: Value, places: Sequence[int] | None = None) -> dict[int, ResizedAxis]:
    factors = needs_constant(scales, "the scales").fractions.ravel().tolist()
    axes = range(len(value.shape)) if places is None else places
    if len(factors) != len(axes) or min(factors, default=1) <= 0:
        raise ShapeError(f"{len(factors)} scales for {len(axes)} axes; give a positive number for each")
    return {
        axis: ResizedAxis(value.shape[axis], _rounded_down(value.shape[axis], factor), factor)
        for axis, factor in zip(axes, factors, strict=True)
        if factor != 1
    }


def _rounded_down(length: int, factor: Fraction) -> int:
    """Return the length of the result, in the float32 in which the scales are stored, as all runtimes compute it."""
    return floor(np.float32(length) * np.float32(factor))


def _lengths(graph: SourceGraph, value: Value, sizes: Value, places: Sequence[int]) -> dict[int, ResizedAxis]:
    lengths, full = needs_constant(sizes, "the sizes").integers.ravel().tolist(), graph.full_shape(value)
    if len(lengths) != len(places) or min(lengths, default=1) < 1:
        raise ShapeError(f"{len(lengths)} sizes for {len(places)} axes; give a positive number for each")
    return {
        axis: ResizedAxis(full[axis], n, Fraction(n, full[axis]))
        for axis, n in zip(places, lengths, strict=True)
        if n != full[axis]
    }


def _resized(
    call: Call, graph: SourceGraph, value: Value, axes: dict[int, ResizedAxis], coordinates: str, rounding: str
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
            value = graph.take(value, place, nearest(axis, coordinates, rounding))
        else:
            charge_entries((axis.before, axis.after), "an interpolation")
            value = graph.affine_along(value, interpolation(axis, coordinates), place)
    return value
