"""Checkpoints of a small training, and data with labels."""

from __future__ import annotations

from tropical.networks.network import Network
from tropical.pictures.explorer.training.request import TrainingRequest

POINTS = ((0, 1), (1, 0), (2, 2), (-1, -1), (1, 1))
LABELS = (1, 0, 1, 0, 1)
WINDOW = (("-2", "2"), ("-2", "2"))


def checkpoint(k: int) -> Network:
    """A network 2-3-1 whose weights move with k; at k = 2 two units coincide, and at k = 3 one is 0."""
    return Network.from_weights(
        [([[1, 0], [k - 1, 3 - k], [1, k - 2]], [0, 0, -1 if k % 2 else 0]), ([[1, -1, k]], [f"{k}/4"])]
    )


def training(count: int = 5, **options) -> TrainingRequest:
    networks = tuple(map(checkpoint, range(count)))
    given = {"points": POINTS, "labels": LABELS, **options}
    return TrainingRequest(networks, tuple(f"step{k}" for k in range(count)), **given)
