"""The max-pooling layer that the commands ask about, spelled by options, or windows from a file."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from attrs import fields, frozen

from polytopes.errors import InputError
from polytopes.messages import shortened
from tropical.cli.arguments import refuse_unused
from tropical.cli.starting import Document

if TYPE_CHECKING:
    from tropical.pooling.counts import PoolingCounts
    from tropical.pooling.layer import MaxPooling
    from tropical.pooling.stacks import Composition

MOST_DIGITS = 9
"""Digits of a length."""
MOST_CHANNELS = 10**5
"""Numbers of regions are powers of this order."""


@frozen
class LayerOptions:
    """A layer, or windows, with an activation and further pools."""

    input: Annotated[str | None, typer.Option(metavar="N|HxW", help="Lengths of the input.", show_default=False)] = None
    window: Annotated[
        str | None, typer.Option("--window", "--kernel-size", metavar="K|KxL", help="Lengths of a window.")
    ] = None
    stride: Annotated[str | None, typer.Option(metavar="S|SxT", help="Strides; the window if not given.")] = None
    padding: Annotated[str | None, typer.Option(metavar="P|PxQ", help="Padding on both sides of each axis.")] = None
    dilation: Annotated[str | None, typer.Option(metavar="D|DxE", help="Steps between the inputs of a window.")] = None
    ceil_mode: Annotated[bool, typer.Option("--ceil-mode", help="Also windows that run over the end of the input.")] = (
        False
    )
    padding_value: Annotated[
        str, typer.Option(metavar="-inf|0", help="What stands in the padding: -inf as in torch, or zeros.")
    ] = "-inf"
    channels: Annotated[int, typer.Option(metavar="C", help="Copies of the layer side by side.")] = 1
    windows: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Windows of any kind: one a line, or a JSON list of lists.")
    ] = None
    activation: Annotated[
        str | None, typer.Option(metavar="relu|leaky", help="An activation before or after the pool.")
    ] = None
    then: Annotated[
        list[str] | None,
        typer.Option(metavar="K[/S[/P]]", help="A pool after it: window, stride and padding. May be repeated."),
    ] = None

    @property
    def is_given(self) -> bool:
        """Whether a layer is named at all."""
        return self.input is not None or self.window is not None or self.windows is not None

    def read(self) -> tuple[PoolingCounts, Document]:
        """Return what is counted, and its description for a document.

        Raises:
            InputError: for numbers that are not spelled as N or NxM, or make no layer.
        """
        from tropical.pooling.counts import PoolingCounts

        if self.windows is None:
            layer = self._layer()
            described = {**_described(layer), "output": list(layer.output_shape)}
            if self.then:
                both, after = _stacked(layer, self.then)
                described["then"] = after
                pool = PoolingCounts(both.function, self._activation(), self._channels())
            else:
                pool = PoolingCounts(layer, self._activation())
        else:
            from tropical.pooling.window_files import read_windows

            self._refuse_both()
            graph = read_windows(self.windows)
            pool = PoolingCounts(graph, self._activation(), self._channels())
            described = {"source": str(self.windows), "inputs": graph.size}
        numbers = {"channels": pool.channels, "activation": pool.activation, "windows": pool.n_windows}
        return pool, {**described, **numbers}

    def read_patterns(self) -> PoolingCounts | None:
        """Return what has the argmax patterns of a pool with others after it as regions; None without any after it."""
        from tropical.pooling.counts import PoolingCounts

        if not self.then:
            return None
        return PoolingCounts(_stacked(self._layer(), self.then)[0].patterns, None, self._channels())

    def _layer(self) -> MaxPooling:
        """Return the layer with all its channels, or with one if others come after it."""
        from tropical.pooling.layer import MaxPooling

        if self.input is None or self.window is None:
            missing = "--input" if self.input is None else "--window"
            raise InputError(f"{missing} is missing; give --input and --window, for example --input 10 --window 3")
        if self.padding_value not in ("-inf", "0"):
            raise InputError(f"--padding-value {shortened(self.padding_value)}; give -inf or 0")
        if self.padding_value == "0" and self.padding is None and not self.ceil_mode:
            raise InputError("--padding-value is about padding; give --padding too")
        shape = lengths(self.input, "--input")
        return MaxPooling(
            shape,
            per_axis(self.window, "--window", shape),
            None if self.stride is None else per_axis(self.stride, "--stride", shape),
            0 if self.padding is None else per_axis(self.padding, "--padding", shape),
            1 if self.dilation is None else per_axis(self.dilation, "--dilation", shape),
            self.ceil_mode,
            1 if self.then else self._channels(),
            "0" if self.padding_value == "0" else "-inf",
        )

    def _channels(self) -> int:
        if not 1 <= self.channels <= MOST_CHANNELS:
            raise InputError(f"--channels {self.channels}; give at least 1 and at most {MOST_CHANNELS}")
        return self.channels

    def _activation(self) -> Any:
        if self.activation not in (None, "relu", "leaky"):
            raise InputError(f"--activation {shortened(self.activation)}; give relu or leaky")
        return self.activation

    def _refuse_both(self) -> None:
        """Refuse options of a layer beside windows from a file."""
        others = {own.name: getattr(self, own.name) for own in fields(LayerOptions) if own.name not in OF_WINDOWS}
        defaults = {own.name: own.default for own in fields(LayerOptions)}
        given = {name: value for name, value in others.items() if value and value != defaults[name]}
        refuse_unused("and --windows are both given; give a layer or a file", **given)


OF_WINDOWS = ("windows", "channels", "activation")
"""Options that go with windows from a file."""


def _described(layer: MaxPooling) -> Document:
    rule = layer.placement
    return {
        "input": list(layer.input_shape),
        "window": list(rule.kernel_size),
        "stride": list(rule.stride),
        "padding": [pair[0] for pair in rule.padding],
        "dilation": list(rule.dilation),
        "ceil_mode": rule.ceil_mode,
        "padding_value": layer.padding_value,
    }


def _stacked(first: MaxPooling, spelled: list[str]) -> tuple[Composition, list[Document]]:
    """Return a pool with others after it, each spelled K, K/S or K/S/P for window, stride and padding.

    The channels are left to the caller.
    """
    from tropical.pooling.layer import MaxPooling
    from tropical.pooling.stacks import compose

    layers, described = [first], []
    for text in spelled:
        parts, shape = text.split("/"), layers[-1].output_shape
        if not 1 <= len(parts) <= 3:
            raise InputError(
                f"--then {shortened(text)}; give a window, or with stride and padding, such as 2/1 or 3/2/1"
            )
        numbers = [per_axis(part, "--then", shape) for part in parts]
        padding = numbers[2] if len(numbers) > 2 else 0
        layers.append(MaxPooling(shape, numbers[0], numbers[1] if len(numbers) > 1 else None, padding))
        rule = layers[-1].placement
        described.append(
            {
                "window": list(rule.kernel_size),
                "stride": list(rule.stride),
                "padding": [pair[0] for pair in rule.padding],
                "output": list(layers[-1].output_shape),
            }
        )
    return compose(*layers), described


def lengths(text: str, option: str) -> tuple[int, ...]:
    """Return numbers spelled as N, NxM or NxMxK.

    >>> lengths("14x16", "--input")
    (14, 16)
    """
    if not re.fullmatch(r"[0-9]+([x×X][0-9]+)*", text):
        raise InputError(f"{option} {shortened(text)}; give whole numbers as N, NxM or NxMxK, for example 14x16")
    parts = re.split("[x×X]", text)
    if max(len(part.lstrip("0")) for part in parts) > MOST_DIGITS:
        raise InputError(f"{option} {shortened(text)} is too large; lengths are below 10^{MOST_DIGITS}")
    return tuple(map(int, parts))


def per_axis(text: str, option: str, shape: tuple[int, ...]) -> tuple[int, ...]:
    """Return the numbers that an option spells: one, or one for each axis."""
    found = lengths(text, option)
    if len(found) not in (1, len(shape)):
        axes = f"or one for each of {len(shape)} axes" if len(shape) > 1 else "as the input has one axis"
        raise InputError(f"{option} {shortened(text)} has {len(found)} numbers; give one, {axes}")
    return found
