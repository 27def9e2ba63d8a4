"""The last check of a reader: values of the network beside those of the library that it is from, in floating point.

The comparison finds a wrong activation, a wrong layout or a layer that was left out. It does not find a wrong last
digit: libraries round, and the tolerance lets them. No answer is decided by it; it can only refuse one.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable

import numpy as np

from polytopes.errors import VerificationFailed
from tropical.networks.network import Network
from tropical.networks.tensor import Array, Shape, size

SCALES = (1 / 16, 1.0, 16.0, 256.0)
"""Lengths of the entries of points: small ones show shifts, large ones show bounds such as that of ReLU6."""
PER_SCALE = 2
TOLERANCE = 1e-3
"""Difference that is let pass, as a part of the largest value of an output at points of the same scale."""
LEAST = 1e-5
"""More that is let pass, as a part of the largest value of all outputs."""
SHOWN = 4

Run = Callable[[Array], Array]
"""Takes a point in the shape of the input, and returns the entries of the value; it may raise CannotRun."""


class CannotRun(Exception):
    """The source cannot be run; the text is the end of a sentence that begins with the name of the way to run it.

    ``others`` says whether another way may work.
    """

    def __init__(self, reason: str, *, others: bool = True) -> None:
        super().__init__(reason)
        self.others = others


class NotCompared(UserWarning):
    """What was read could not be compared with its source."""


def sample_points(shape: Shape) -> Array:
    """Return points for a comparison, always the same ones: scales x points of each scale x the shape of the input.

    >>> sample_points((2, 3)).shape
    (4, 2, 2, 3)
    """
    normal = np.random.default_rng(0).standard_normal((len(SCALES), PER_SCALE, *shape))
    return np.asarray(normal * np.reshape(SCALES, (-1, *[1] * (len(shape) + 1))))


def check_values(network: Network, runs: Iterable[tuple[str, Run]]) -> None:
    """Compare a network with what it was read from, at a few points.

    Args:
        network: the network that was read.
        runs: ways to run the source, each with its name; the later ones, of higher precision, are used only if values
            differ in the earlier ones.

    Raises:
        VerificationFailed: if values differ grossly in all of them that can be run.

    Warns:
        NotCompared: if none of them can be run.
    """
    points = sample_points(network.input_shape)
    with np.errstate(over="ignore", invalid="ignore"):
        ours = network.float_call(points.reshape(-1, size(network.input_shape)))
    ours = ours.reshape(len(SCALES), PER_SCALE, -1)
    found, reasons = "", []
    for name, run in runs:
        try:
            difference = _difference(points, ours, run)
        except CannotRun as reason:
            reasons.append(f"{name} {reason}")
            if reason.others:
                continue
            break
        if not difference:
            return
        found = f"{difference} in {name.rstrip(',')}"
    if found:
        raise VerificationFailed(
            f"the network that was read differs from its source: {found}; check=False (--no-check) skips the comparison"
        )
    if reasons:
        text = f"the values of the network were not compared with its source: {reasons[0]}"
        warnings.warn(text, NotCompared, stacklevel=2)


def _difference(points: Array, ours: Array, run: Run) -> str:
    """Return in words how the values differ, the empty text if they do not; values beyond a float are passed over."""
    for group, here in zip(points, ours, strict=True):
        there = np.array([np.asarray(run(point), dtype=np.float64).ravel() for point in group])
        if there.shape != here.shape:
            return f"it has {here.shape[1]} outputs here, {there.shape[1]}"
        is_known = np.isfinite(here) & np.isfinite(there)
        here, there = np.where(is_known, here, 0), np.where(is_known, there, 0)
        largest = np.maximum(np.abs(here), np.abs(there)).max(axis=0)
        allowed = TOLERANCE * largest + LEAST * largest.max(initial=0)
        excess = np.abs(here - there) - allowed
        if excess.max(initial=0) > 0:
            k, i = np.unravel_index(excess.argmax(), excess.shape)
            return f"output {i} at {_text(group[k])} is {here[k, i]:.6g} here, {there[k, i]:.6g}"
    return ""


def _text(point: Array) -> str:
    entries = [f"{entry:.4g}" for entry in point.ravel()[:SHOWN]]
    return f"({', '.join([*entries, '...'] if point.size > SHOWN else entries)})"
