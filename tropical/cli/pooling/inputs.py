"""What ``tropical pool`` is asked about: a layer spelled on the command line, or windows from a file."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import frozen

from polytopes.errors import InputError
from polytopes.messages import shortened

if TYPE_CHECKING:
    from tropical.pooling.counts import PoolingCounts
    from tropical.pooling.layer import MaxPooling

MOST_CHANNELS = 10**5
"""Numbers of regions are powers of this order."""


@frozen
class LayerOptions:
    """The options that say what is counted, as they were spelled."""

    input: str | None
    window: str | None
    stride: str | None
    padding: str | None
    dilation: str | None
    ceil_mode: bool
    padding_value: str
    channels: int
    windows: Path | None
    activation: str | None
    then: tuple[str, ...] = ()


def read_pool(options: LayerOptions) -> tuple[PoolingCounts, dict[str, Any]]:
    """Return what is counted, and its description for the document.

    Raises:
        InputError: for numbers that are not spelled as N or NxM, or make no layer.
    """
    from tropical.pooling.counts import PoolingCounts
    from tropical.pooling.files import read_windows

    if options.windows is not None:
        _refuse_both(options)
        if options.then:
            raise InputError("--then goes on from a layer, and --windows is given; give --input and --window")
        graph = read_windows(options.windows)
        pool = PoolingCounts(graph, _activation(options), _channels(options))
        return pool, {"source": str(options.windows), "inputs": graph.size}
    return _layer_pool(options)


def _layer(options: LayerOptions) -> MaxPooling:
    """Return the layer with all its channels, or with one if others come after it."""
    from tropical.pooling.layer import MaxPooling

    if options.input is None or options.window is None:
        missing = "--input" if options.input is None else "--window"
        raise InputError(f"{missing} is missing; give --input and --window, for example --input 10 --window 3")
    if options.padding_value not in ("-inf", "0"):
        raise InputError(f"--padding-value {shortened(options.padding_value)}; give -inf or 0")
    shape = lengths(options.input, "--input")
    return MaxPooling(
        shape,
        per_axis(options.window, "--window", shape),
        None if options.stride is None else per_axis(options.stride, "--stride", shape),
        0 if options.padding is None else per_axis(options.padding, "--padding", shape),
        1 if options.dilation is None else per_axis(options.dilation, "--dilation", shape),
        options.ceil_mode,
        1 if options.then else _channels(options),
        "0" if options.padding_value == "0" else "-inf",
    )


def _layer_pool(options: LayerOptions) -> tuple[PoolingCounts, dict[str, Any]]:
    from tropical.pooling.counts import PoolingCounts

    layer = _layer(options)
    rule = layer.placement
    described = {
        "input": list(layer.input_shape),
        "window": list(rule.kernel_size),
        "stride": list(rule.stride),
        "padding": [pair[0] for pair in rule.padding],
        "dilation": list(rule.dilation),
        "ceil_mode": rule.ceil_mode,
        "padding_value": layer.padding_value,
        "output": list(layer.output_shape),
    }
    if options.then:
        return _stack(layer, options, described)
    return PoolingCounts(layer, _activation(options)), described


def _stack(layer: MaxPooling, options: LayerOptions, described: dict[str, Any]) -> tuple[PoolingCounts, dict[str, Any]]:
    """Return the function of a pool with others after it."""
    from tropical.cli.pooling.stacks import stacked
    from tropical.pooling.counts import PoolingCounts

    both, after = stacked(layer, options.then)
    return PoolingCounts(both.function, _activation(options), _channels(options)), {**described, "then": after}


def read_patterns(options: LayerOptions) -> PoolingCounts | None:
    """Return what has the argmax patterns of a pool with others after it as regions; None without any after it."""
    from tropical.cli.pooling.stacks import stacked
    from tropical.pooling.counts import PoolingCounts

    if not options.then:
        return None
    first = _layer(options)
    return PoolingCounts(stacked(first, options.then)[0].patterns, None, _channels(options))


def _channels(options: LayerOptions) -> int:
    if not 1 <= options.channels <= MOST_CHANNELS:
        raise InputError(f"--channels {options.channels}; give at least 1 and at most {MOST_CHANNELS}")
    return options.channels


def _activation(options: LayerOptions) -> Any:
    if options.activation not in (None, "relu", "leaky"):
        raise InputError(f"--activation {shortened(options.activation)}; give relu or leaky")
    return options.activation


def _refuse_both(options: LayerOptions) -> None:
    others = ("input", "window", "stride", "padding", "dilation")
    given = [f"--{name}" for name in others if getattr(options, name) is not None]
    given += ["--ceil-mode"] * options.ceil_mode + ["--padding-value"] * (options.padding_value != "-inf")
    if given:
        raise InputError(f"--windows and {given[0]} are both given; give a file or a layer")


def lengths(text: str, option: str) -> tuple[int, ...]:
    """Return numbers spelled as N, NxM or NxMxK.

    >>> lengths("14x16", "--input")
    (14, 16)
    """
    if not re.fullmatch(r"[0-9]{1,9}([x×X][0-9]{1,9})*", text):
        raise InputError(f"{option} {shortened(text)}; give whole numbers as N, NxM or NxMxK, for example 14x16")
    return tuple(map(int, re.split("[x×X]", text)))


def per_axis(text: str, option: str, shape: tuple[int, ...]) -> tuple[int, ...]:
    """Return the numbers that an option spells: one, or one for each axis."""
    found = lengths(text, option)
    if len(found) not in (1, len(shape)):
        axes = f"or one for each of {len(shape)} axes" if len(shape) > 1 else "as the input has one axis"
        raise InputError(f"{option} {shortened(text)} has {len(found)} numbers; give one, {axes}")
    return found
