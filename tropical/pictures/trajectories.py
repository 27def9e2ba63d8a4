"""Pictures of the path of a training through a fan. Needs matplotlib."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from polytopes.drawing.figures import new_figure, pyplot, style
from polytopes.errors import InputError
from tropical.pictures.region_colors import LINES

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from tropical.fans.classification.trajectory import Trajectory


def plot_trajectory(path: Trajectory, ax: Axes | None = None, figsize: tuple[float, float] | None = None) -> Figure:
    """Draw the loss along the path of a training: a step for each cone, a dot at each wall, a tick at each checkpoint.

    Args:
        path: what :func:`tropical.fans.classification.trajectory` returns, for data with labels.
        ax: axes to draw in; new ones if None.
        figsize: the size of new axes, in inches.

    Raises:
        InputError: if the data has no labels.
    """
    if path.losses is None:
        raise InputError("a path on data without labels has no loss to draw; give labels 1 and -1")
    from matplotlib.ticker import MaxNLocator

    pyplot()
    with style(ax):
        figure, axes = new_figure(*(figsize or (5.2, 2.6)), ax)
        color = LINES[0][0]
        places = list(chain.from_iterable((float(cone.start), float(cone.end)) for cone in path.cones))
        losses = list(chain.from_iterable((cone.loss or 0, cone.loss or 0) for cone in path.cones))
        axes.plot(places, losses, color=color, linewidth=1.4, label="loss in a cone")
        walls = [(float(own.place), own.loss or 0) for own in path.crossings]
        if walls:
            axes.plot(*zip(*walls, strict=True), ".", color=LINES[1][0], markersize=5, label="loss on a wall")
        steps = range(len(path.losses))
        axes.plot(steps, path.losses, "o", color=color, markersize=4, markerfacecolor="white", label="checkpoint")
        axes.set_xlabel("checkpoint")
        axes.set_ylabel("0/1 loss")
        axes.yaxis.set_major_locator(MaxNLocator(integer=True))
        axes.set_ylim(bottom=-0.04 * max(path.highest_loss or 0, 1))
        axes.legend(frameon=False)
    return figure
