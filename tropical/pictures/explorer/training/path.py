"""The path of a training through the classification fan of its data, for a page."""

from __future__ import annotations

from math import floor
from typing import TYPE_CHECKING, Any

from polytopes.arithmetic.rationals import exact_text
from polytopes.errors import InputError, ShapeError, UnsupportedError
from tropical.fans.labels import class_numbers

if TYPE_CHECKING:
    from tropical.fans.classification.trajectory import Trajectory
    from tropical.pictures.explorer.training.request import TrainingRequest

MOST_CROSSINGS = 5000
"""Crossings of a path that are shown."""


def path_scene(request: TrainingRequest) -> dict[str, Any]:
    """Return the ``path`` through the fan of the data, or None and in a ``note`` why there is none."""
    from tropical.fans.classification.shallow_parameters import training_path
    from tropical.fans.data_set import DataSet

    if not request.points:
        return _none("Data with labels (--data) would show the losses, and the path of the training through their fan.")
    kinds = len(set(request.labels))
    if kinds > 2:
        return _none(f"The fan is that of two classes; the labels are of {kinds} kinds, so there is no path.")
    try:
        signs = [2 * own - 1 for own in class_numbers(request.labels, 1)] if request.labels else None
        path = training_path(request.networks, DataSet.of(request.points, signs))
    except (InputError, ShapeError, UnsupportedError) as error:
        return _none(f"No path through the fan of the data: {error}.")
    if len(path.crossings) > MOST_CROSSINGS:
        return _none(
            f"The path through the fan crosses {len(path.crossings):,} walls; 'tropical trajectory' lists them."
        )
    return {"path": _scene(path), "note": ""}


def _none(note: str) -> dict[str, Any]:
    return {"path": None, "note": note}


def _scene(path: Trajectory) -> dict[str, Any]:
    return {
        "terms": list(path.fan.terms),
        "walls": path.n_walls,
        "distinct_cones": path.n_cones,
        "highest_loss": path.highest_loss,
        "losses": None if path.losses is None else list(path.losses),
        "cones": [
            {
                "from": float(own.start),
                "to": float(own.end),
                "loss": own.loss,
                "codimension": own.codimension,
                "signs": list(own.signs),
            }
            for own in path.cones
        ],
        "crossings": [
            {
                "at": exact_text(own.place),
                "place": float(own.place),
                "step": floor(own.place),
                "kind": own.kind,
                "points": list(own.points),
                "loss": own.loss,
                "codimension": own.codimension,
            }
            for own in path.crossings
        ],
    }
