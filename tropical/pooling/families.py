"""Generating functions of layers that grow along their last axis, window by window."""

from __future__ import annotations

from math import prod
from typing import Any

from attrs import frozen

from polytopes import chains
from polytopes.families import Family, generating_function
from polytopes.rational_series import RationalSeries
from tropical.pooling.counts import Activation, Pool
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
        pool: a layer; one channel of it is looked at. Where its first and last windows along the last axis are cut by
            padding or ``ceil_mode``, those of all layers of the family are.
        limits: ``memory`` and ``seconds``, as for :func:`polytopes.families.generating_function`.

    Raises:
        LimitReached: over a limit.

    >>> series_of(Pool(Pooling(10, 3, stride=1))).series
    RationalSeries(numerator=(1, 1), denominator=(1, -2, -1, 1))
    >>> series_of(Pool(Pooling((3, 9), 2, stride=1))).series
    RationalSeries(numerator=(1, 1, -1), denominator=(1, -13, 31, -20, 4))
    >>> series_of(Pool(Pooling(10, 3, stride=1, padding=1))).series.terms(6)
    [1, 1, 2, 5, 11, 25]
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
    if pool.zero is not None and pool.source.is_cut:
        return "zeros fill up the windows at the ends"
    if _is_interleaved(pool.source):
        return "the dilation lets the windows fall apart into interleaved layers; look at one without dilation"
    if not pool.n_windows:
        return "no window reads any input"
    found = generating_function(_family(pool.source, pool.activation), **limits)
    proof = f"proven by {found.n_classes} classes of states and {found.n_terms} terms"
    named = f"layers with n windows along the last axis{_at_the_ends(pool.source)}{_around(pool)}"
    return LayerSeries(found.series, named, proof)


def _is_interleaved(layer: Pooling) -> bool:
    return layer.placement.stride[-1] % layer.placement.dilation[-1] != 0


def _around(pool: Pool) -> str:
    return "" if pool.activation is None else f", with {pool.activation} activation"


def _at_the_ends(layer: Pooling) -> str:
    first, last = layer.overhang(-1)
    return f", the first cut by {first} and the last by {last}" if first or last else ""


def _single_line(pool: Pool) -> tuple[int, int] | None:
    """Return window and stride of a layer with one axis or one line, for which there is a closed form."""
    found = pool.lines
    if found is None or pool.activation == "leaky" or any(line.is_cut for line in found):
        return None
    kinds = {(line.window, line.stride) for line in found}
    return kinds.pop() if len(kinds) == 1 and sum(found.values()) == pool.channels else None


def _family(layer: Pooling, activation: Activation | None) -> Family:
    """Return the layers with the same windows and ends, of all lengths along the last axis."""
    rule, height = layer.placement, prod(layer.input_shape[:-1])
    width = rule.span(-1)
    alone = Pooling(
        (*layer.input_shape[:-1], width),
        rule.kernel_size,
        rule.stride,
        (*rule.padding[:-1], (0, 0)),
        rule.dilation,
        rule.ceil_mode,
    )
    windows = [[place % width * height + place // width for place in window] for window in alone.reads if window]
    first, last = layer.overhang(-1)
    beyond = width * height - 1 - max(map(max, windows))  # inputs after the last one that is read are cut off anyway
    return Family(windows, rule.stride[-1] * height, activation, (first * height, max(last * height - beyond, 0)))
