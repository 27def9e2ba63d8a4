"""Squared gradients of random maxout networks, drawn in floating point: for pictures, and to compare with bounds."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from polytopes.errors import InputError
from tropical.initialization.gradients import checked_widths
from tropical.initialization.moments import checked_rank

Array = np.ndarray[Any, Any]


def sampled_square_gradients(
    widths: Sequence[int], rank: int, c: float, samples: int = 100, seed: int = 0, *, along_data: bool = False
) -> Array:
    """Return draws of ``|J_l u|^2`` after every hidden layer l of random maxout networks, samples x hidden layers.

    Args:
        widths: ``n_0, ..., n_L``; the last layer is left out.
        rank: the number of forms of each unit.
        c: weights have variance c / fan-in, biases the same.
        samples: networks that are drawn, each with a normal point x of its own.
        seed: of ``numpy.random.default_rng``.
        along_data: take ``u = x / |x|`` and no biases; else a direction of its own.

    Raises:
        InputError: for widths or a rank that are none, no samples, or c <= 0.

    >>> sampled_square_gradients([3, 5, 4, 1], rank=2, c=1.0, samples=7).shape
    (7, 2)
    """
    sizes, k = checked_widths(widths), checked_rank(rank)
    if samples < 1 or not 0 < c < float("inf"):
        raise InputError(f"{samples} samples with c = {c}; give positive numbers")
    numbers = np.random.default_rng(seed)
    found = np.zeros((samples, len(sizes) - 2))
    for row in found:
        x = numbers.standard_normal(sizes[0])
        u = x if along_data else numbers.standard_normal(sizes[0])
        u = u / np.linalg.norm(u)
        for layer, (fan_in, fan_out) in enumerate(pairwise(sizes[:-1])):
            weight = numbers.standard_normal((fan_out, k, fan_in)) * np.sqrt(c / fan_in)
            bias = 0.0 if along_data else numbers.standard_normal((fan_out, k)) * np.sqrt(c / fan_in)
            forms = weight @ x + bias
            winner = forms.argmax(axis=1)[:, None]
            x = np.take_along_axis(forms, winner, axis=1)[:, 0]
            u = np.take_along_axis(weight @ u, winner, axis=1)[:, 0]
            row[layer] = u @ u
    return found
