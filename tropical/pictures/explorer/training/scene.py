"""The scene of a training: a frame for each checkpoint, losses on the data, and the path through their fan."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from math import isinf
from typing import TYPE_CHECKING, Any

from polytopes.arithmetic.rationals import exact_text
from polytopes.enumeration.packed_program import quotient
from polytopes.errors import InputError, LimitReached
from tropical._version import __version__
from tropical.fans.labels import class_numbers
from tropical.fans.network_losses import NetworkLosses, network_losses
from tropical.pictures.data_points import label_text
from tropical.pictures.explorer.region_scene import Show, data_scene, show_nothing
from tropical.pictures.explorer.training.frames import Frame, frame_of, rounded
from tropical.pictures.explorer.training.path import path_scene

if TYPE_CHECKING:
    from tropical.pictures.explorer.fan_scene import Scene
    from tropical.pictures.explorer.training.request import TrainingRequest

Say = Callable[[str], None]
MOST_EXACT, MOST_BYTES = 8_000_000, 32_000_000
"""Bytes of all frames of a page: with exact numbers, and at all."""
MOST_CLASSES = 11
"""Classes whose labels are listed, after the first."""
LONGEST = 60
"""Digits of exact losses; longer ones are given as floats only."""


def training_scene(request: TrainingRequest, say: Say = lambda _: None) -> Scene:
    """Return the scene of a training, with all frames; ``say`` is told what is being done.

    Raises:
        DomainError: if the domain has no interior in the picture.
        LimitReached: if a checkpoint has more regions than the limit, or all have more than a page can hold.

    >>> from tropical import Network
    >>> nets = tuple(Network.from_weights([([[a, 1], [1, 0]], [0, 0]), ([[1, -1]], ["1/4"])]) for a in (0, 1, 2))
    >>> from tropical.pictures.explorer.training.request import TrainingRequest
    >>> request = TrainingRequest(nets, ("a", "b", "c"), ((0, 1), (1, 0), (2, 2)), ("+", "-", "+"))
    >>> scene = training_scene(request)
    >>> [frame["counts"]["activation_regions"] for frame in scene["frames"]], scene["path"]["losses"]
    ([4, 4, 4], [0, 1, 1])
    """
    scene = outline(request, say)
    if request.is_drawn:
        scene["frames"] = _frames(request, say)
    return scene


def opening_scene(request: TrainingRequest, say: Say = lambda _: None, show: Show = show_nothing) -> Scene:
    """Return the scene of a training with the frame of the last checkpoint only; a page asks for the others.

    Errors are those of :func:`training_scene`; ``show`` is given polygons as for
    :func:`tropical.pictures.explorer.region_scene.regions_scene`.
    """
    scene = outline(request, say)
    if request.is_drawn:
        scene["frames"][-1] = named_frame(request, len(request.names) - 1, say, show)
    return scene


def outline(request: TrainingRequest, say: Say = lambda _: None) -> Scene:
    """Return the scene of a training without frames, which are asked for one by one."""
    if request.is_drawn:
        say("looking for the window")
    base = request.last if request.is_drawn else None
    say("losses on the data, and the path through their fan")
    losses, loss_note = _losses(request)
    curves, path = _curves(losses), path_scene(request)
    far = "The mean hinge loss is beyond the range of floats, so it has no curve." if len(curves) == 1 else ""
    return {
        "kind": "training",
        "version": __version__,
        "title": request.title,
        "checkpoints": list(request.names),
        "frames": [None] * len(request.names) if base is not None else None,
        "columns": [] if base is None else list(base.columns),
        "data": None if base is None else data_scene(base.data),
        "wrong": [list(own.wrong) for own in losses] or None,
        "curves": curves,
        "path": path["path"],
        "notes": list(filter(None, [loss_note, far, path["note"]])),
    }


def _frames(request: TrainingRequest, say: Say) -> list[Frame]:
    """Return all frames; of many the exact numbers are left out.

    Raises:
        LimitReached: as :func:`training_scene`.
    """
    found: list[Frame] = []
    exact_size = short_size = 0
    count = len(request.names)
    for k, name in enumerate(request.names):
        say(f"checkpoint {k + 1} of {count}: {name}")
        frame = named_frame(request, k)
        short = rounded(frame)
        exact_size += _bytes(frame)
        short_size += _bytes(short)
        if short_size > MOST_BYTES:
            way_out = "give fewer of them or a smaller --window; without -o and --json any number of them is shown"
            raise LimitReached(f"the pictures of {k + 1} checkpoints are too large for one page; {way_out}")
        if exact_size > MOST_EXACT:
            found = [own if own["exact"] is None else rounded(own) for own in found]
        found.append(short if exact_size > MOST_EXACT else frame)
    return found


def named_frame(request: TrainingRequest, number: int, say: Say = lambda _: None, show: Show = show_nothing) -> Frame:
    """Return the frame of a checkpoint; an error says which it is.

    Raises:
        LimitReached, DomainError: as :func:`training_scene`.
    """
    try:
        return frame_of(request.picture(number), say, show)
    except LimitReached as error:
        way_out = "give a smaller --window or --box, or a greater --limit"
        raise LimitReached(f"{request.names[number]}: {error}; {way_out}") from None


def _bytes(frame: Frame) -> int:
    return len(json.dumps(frame, separators=(",", ":")))


def _losses(request: TrainingRequest) -> tuple[list[NetworkLosses], str]:
    """Return the losses at all checkpoints and what the labels mean, or none and the reason."""
    if not request.labels:
        return [], "The points have no labels, so there are no losses." if request.points else ""
    try:
        found = [network_losses(own, request.points, request.labels) for own in request.networks]
        return found, _classes(request.labels, request.networks[0].output_dim)
    except InputError as error:
        return [], f"No losses: {error}."


def _classes(labels: Sequence[Any], n_outputs: int) -> str:
    """Return which label is which class, as a sentence.

    >>> _classes(["yes", "no"], 1), _classes([2, 0], 3)
    ('Label no stands for y1 < 0, yes for y1 > 0.', 'Label 0 stands for y1, 2 for y3.')
    """
    meant = sorted(dict(zip(class_numbers(labels, n_outputs), labels, strict=True)).items())
    names = ["y1 < 0", "y1 > 0"] if n_outputs == 1 else [f"y{k + 1}" for k in range(n_outputs)]
    (first, label), *others = [(names[number], label_text(label)) for number, label in meant]
    rest = [f"{label} for {name}" for name, label in others[:MOST_CLASSES]] + ["..."] * (len(others) > MOST_CLASSES)
    return f"Label {', '.join([f'{label} stands for {first}', *rest])}."


def _curves(losses: list[NetworkLosses]) -> list[dict[str, Any]]:
    if not losses:
        return []
    texts, values = (
        [exact_text(own.hinge) for own in losses],
        [quotient(*own.hinge.as_integer_ratio()) for own in losses],
    )
    errors = [own.errors for own in losses]
    curves: list[dict[str, Any]] = [{"name": "0/1 loss", "values": errors, "exact": list(map(str, errors))}]
    if not any(map(isinf, values)):
        exact = [text if len(text) <= LONGEST else None for text in texts]
        curves.append({"name": "mean hinge loss", "values": values, "exact": exact})
    return curves
