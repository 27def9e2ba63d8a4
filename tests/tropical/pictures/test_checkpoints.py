"""Pictures of trainings: walls at checkpoints, and numbers along the way."""

from __future__ import annotations

from pathlib import Path

import pytest

from polytopes import Polyhedron
from polytopes.errors import InputError, ShapeError
from tropical import Network, local_complexity
from tropical.pictures import plot_checkpoints, plot_training, save_picture

SQUARE = Polyhedron.box([-1, -1], [1, 1])
NETS = [Network.from_weights([([[1, k], [k, -1]], [0, 0]), ([[1, -1]], ["1/4"])]) for k in (1, 2, 3)]


@pytest.fixture(autouse=True)
def plots() -> None:
    pytest.importorskip("matplotlib")


def test_checkpoints(tmp_path: Path) -> None:
    figure = plot_checkpoints(NETS, SQUARE, ["0", "1", "2"], data=[(0, 0), (1, "1/2"), (-1, 0)], labels=[0, 1, 1])
    assert [axes.get_title() for axes in figure.axes] == ["0", "1", "2"]
    assert all(len([c for c in axes.collections if c.get_label() in "01"]) == 2 for axes in figure.axes)
    save_picture(figure, tmp_path / "walls.svg")
    assert (tmp_path / "walls.svg").stat().st_size > 5_000
    save_picture(plot_checkpoints(NETS[:1], SQUARE), tmp_path / "one.png")


def test_steps_far_apart(tmp_path: Path) -> None:
    answers = [local_complexity(network, SQUARE) for network in NETS]
    figure = plot_training(answers, (0, 10, 1000))
    assert [axes.get_xscale() for axes in figure.axes] == ["symlog"] * 3
    save_picture(figure, tmp_path / "training.svg")
    assert [axes.get_xscale() for axes in plot_training(answers).axes] == ["linear"] * 3


def test_refused() -> None:
    wide = Network.from_weights([([[1, 2, 3]], [0])])
    with pytest.raises(InputError, match="from 1 to 6"):
        plot_checkpoints([], SQUARE)
    with pytest.raises(InputError, match="1 titles for 3"):
        plot_checkpoints(NETS, SQUARE, ["a"])
    with pytest.raises(InputError, match="2 labels for 1 points"):
        plot_checkpoints(NETS, SQUARE, data=[(0, 0)], labels=[0, 1])
    with pytest.raises(ShapeError, match="this one has 3"):
        plot_checkpoints([wide], SQUARE)
