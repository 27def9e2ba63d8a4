"""The function ``interpolate`` of torch: nearest entries, linear interpolation along each axis, means over areas."""

from __future__ import annotations

from fractions import Fraction
from math import floor
from typing import Any

from polytopes.arithmetic.rationals import as_fraction
from polytopes.errors import ShapeError, UnsupportedError
from tropical.networks.readers.common import charge_entries
from tropical.networks.readers.symbolic.graph import SourceGraph
from tropical.networks.readers.symbolic.resizing import ResizedAxis, interpolation, nearest
from tropical.networks.readers.symbolic.values import Value
from tropical.networks.readers.torch.windows import adaptive_avg_pool, spread_or_none

_LINEAR = {"linear": 1, "bilinear": 2, "trilinear": 3}
_NEAREST = {"nearest": ("asymmetric", "floor"), "nearest-exact": ("half_pixel", "round_prefer_ceil")}


def interpolate(
    graph: SourceGraph,
    x: Value,
    size: Any = None,
    scale_factor: Any = None,
    mode: str = "nearest",
    align_corners: bool | None = None,
    recompute_scale_factor: bool | None = None,
    antialias: bool = False,
) -> Value:
    axes = _axes(x, size, scale_factor, bool(recompute_scale_factor))
    if antialias or mode not in (*_LINEAR, *_NEAREST, "area"):
        named = "antialias" if antialias else f"the mode {mode!r}"
        raise UnsupportedError(f"{named}; nearest, nearest-exact, linear, bilinear, trilinear and area are read")
    if _LINEAR.get(mode, len(axes)) != len(axes):
        raise ShapeError(f"the mode {mode!r} for a tensor of shape {x.shape}")
    if mode == "area":
        return adaptive_avg_pool(graph, x, [axis.after for axis in axes])
    for place, axis in enumerate(axes, 2):
        charge_entries((axis.before, axis.after), "a tensor that is resized")
        if mode in _NEAREST:
            x = graph.take(x, place, nearest(axis, *_NEAREST[mode]))
        elif axis.before != axis.after or axis.scale != 1:
            coordinates = "align_corners" if align_corners else "half_pixel"
            x = graph.affine_along(x, interpolation(axis, coordinates), place)
    return x


def _axes(x: Value, size: Any, scale_factor: Any, recomputed: bool) -> list[ResizedAxis]:
    lengths = x.shape[2:]
    if size is not None:
        wanted = [int(n) for n in spread_or_none(size, len(lengths))]
        return [ResizedAxis(n, m, Fraction(m, n)) for n, m in zip(lengths, wanted, strict=True)]
    if isinstance(scale_factor, (int, float)):
        scale_factor = [scale_factor] * len(lengths)
    if scale_factor is None or len(scale_factor) != len(lengths):
        raise ShapeError(f"a tensor of shape {x.shape} needs a size or a scale factor for each of {len(lengths)} axes")
    found = []
    for n, factor in zip(lengths, map(as_fraction, scale_factor), strict=True):
        after = floor(n * factor)
        found.append(ResizedAxis(n, after, Fraction(after, n) if recomputed else factor))
    if min(axis.after for axis in found) < 1:
        raise ShapeError(f"the scale factors {list(scale_factor)} leave no entry of the shape {x.shape}")
    return found
