"""Generating functions of layers that grow along their last axis, window by window."""

from __future__ import annotations

from math import prod
from typing import Any

from attrs import frozen

from polytopes import chains
from polytopes.families import Family, generating_function
from polytopes.rational_series import RationalSeries
from tropical.pooling.counts import Pool
from tropical.pooling.layer import Pooling


@frozen
class LayerSeries:
    """The numbers of regions of a family of layers, as a power series.

    Attributes:
        series: the coefficient of x^n is the number of regions of the member with n windows, from n = 0 on.
        counts: what the members are, in words.
        proof: why the series is right.
    """

    series: RationalSeries
    counts: str
    proof: str


def series_of(pool: Pool, **limits: Any) -> LayerSeries | str:
    """Return the series of the family that grows along the last axis, or the reason why there is none here.

    Args:
        pool: a layer that is not cut along its last axis; one channel of it is looked at.
        limits: ``memory`` and ``seconds``, as for :func:`polytopes.families.generating_function`.

    Raises:
        LimitReached: over a limit.

    >>> series_of(Pool(Pooling(10, 3, stride=1))).series
    RationalSeries(numerator=(1, 1), denominator=(1, -2, -1, 1))
    >>> series_of(Pool(Pooling((3, 9), 2, stride=1))).series
    RationalSeries(numerator=(1, 1, -1), denominator=(1, -13, 31, -20, 4))
    """
    if not isinstance(pool.source, Pooling):
        return "windows from a file do not say how they go on"
    line = _single_line(pool)
    if line is not None:
        window, stride = line
        named = f"n windows of {window} inputs with stride {stride} on a line"
        if pool.activation == "relu":
            return LayerSeries(chains.relu_series(window, stride), f"{named}, and the constant 0", "closed form")
        return LayerSeries(chains.vertex_series(window, stride), named, "closed form")
    if pool.source.is_cut_along(-1) or (pool.zero is not None and pool.source.is_cut):
        return "windows are cut off at the ends, or filled up with zeros"
    if _is_interleaved(pool.source):
        return "the dilation lets the windows fall apart into interleaved layers; look at one without dilation"
    found = generating_function(Family(_period(pool.source), _shift(pool.source), pool.activation), **limits)
    proof = f"proven by {found.n_classes} classes of states and {found.n_terms} terms"
    return LayerSeries(found.series, f"layers with n windows along the last axis {_around(pool)}".strip(), proof)


def _is_interleaved(layer: Pooling) -> bool:
    return layer.placement.stride[-1] % layer.placement.dilation[-1] != 0


def _around(pool: Pool) -> str:
    return "" if pool.activation is None else f"and {pool.activation} activation"


def _single_line(pool: Pool) -> tuple[int, int] | None:
    """Return window and stride of a layer with one axis or one line, for which there is a closed form."""
    found = pool.lines
    if found is None or pool.activation == "leaky" or any(line.is_cut for line in found):
        return None
    kinds = {(line.window, line.stride) for line in found}
    return kinds.pop() if len(kinds) == 1 and sum(found.values()) == pool.channels else None


def _shift(layer: Pooling) -> int:
    return layer.placement.stride[-1] * prod(layer.input_shape[:-1])


def _period(layer: Pooling) -> list[list[int]]:
    """Return the windows that are first along the last axis, with the inputs numbered along the other axes first."""
    width, height = layer.input_shape[-1], prod(layer.input_shape[:-1])
    across = layer.output_shape[-1]
    first = [window for window in layer.reads[::across] if window]
    return [[place % width * height + place // width for place in window] for window in first]
