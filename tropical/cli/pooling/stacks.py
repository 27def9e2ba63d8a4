"""Pools after a pool, spelled on the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from polytopes.errors import InputError
from polytopes.messages import shortened

if TYPE_CHECKING:
    from tropical.pooling.layer import MaxPooling
    from tropical.pooling.stacks import Composition


def stacked(first: MaxPooling, spelled: tuple[str, ...]) -> tuple[Composition, list[dict[str, Any]]]:
    """Return a pool with others after it, each spelled K, K/S or K/S/P for window, stride and padding.

    The channels are left to the caller.
    """
    from tropical.cli.pooling.inputs import per_axis
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
