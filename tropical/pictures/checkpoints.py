"""Pictures of a training: the walls of a network at its checkpoints, and numbers along the way.

Walls and decision boundaries are exact, only their coordinates are rounded. Needs matplotlib.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from polytopes.drawing.figures import floats, new_panels, pyplot, style
from polytopes.errors import InputError, ShapeError
from tropical.networks.sources import NetworkLike, asked
from tropical.pictures.complexity import draw_walls
from tropical.pictures.data_points import DataPoints, draw_data
from tropical.pictures.planar_complex import planar_complex
from tropical.pictures.region_colors import LINES
from tropical.pictures.view import View
from tropical.regions.complexity.answer import LocalComplexity
from tropical.regions.complexity.domains import checked_domain
from tropical.regions.complexity.point_complexity import PointComplexity
from tropical.regions.surveys.decision_boundary import boundary_complex

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from polytopes.polyhedra.domains import DomainLike
    from polytopes.polyhedra.polyhedron import Polyhedron
    from tropical.networks.network import Network

MOST_PANELS = 6
HEADROOM = 1.15
UNEVEN = 20
"""Steps whose last is so many times the first are drawn on a logarithmic axis."""


def plot_checkpoints(
    networks: Sequence[NetworkLike],
    domain: DomainLike,
    titles: Sequence[str] | None = None,
    *,
    data: Any = None,
    labels: Any = None,
    ax: Any = None,
    figsize: tuple[float, float] | None = None,
) -> Figure:
    """Draw the walls of the checkpoints of a training side by side, with the decision boundary in bold and the data.

    Args:
        networks: at most six, with two inputs each, in order.
        domain: a bounded full-dimensional polyhedron in the plane.
        titles: one for each network.
        data: points, n x 2, drawn on top.
        labels: a label of any kind for every point; points of one label have one marker and color.
        ax: axes to draw in, one for each panel; a new figure if None.
        figsize: width and height of a new figure in inches.

    Raises:
        InputError: if there is no network, or more than six, or not a title for each.
        ShapeError: if a network has not two inputs, or there is not a label for each point.
    """
    pairs = [asked(network, domain) for network in networks]
    read, area = [network for network, _ in pairs], pairs[0][1] if pairs else None
    if not 1 <= len(read) <= MOST_PANELS:
        raise InputError(f"{len(read)} networks to draw side by side; give from 1 to {MOST_PANELS}")
    if titles is not None and len(titles) != len(read):
        raise InputError(f"{len(titles)} titles for {len(read)} networks; give one for each")
    points = DataPoints.of(data, labels)
    if points is not None:
        points.check_dim(2)
    for network in read:
        if network.input_dim != 2:
            raise ShapeError(f"a picture of walls needs networks with two inputs, this one has {network.input_dim}")
    part = checked_domain(read[0], area)
    pyplot()
    with style(ax):
        count = len(read)
        figure, axes = new_panels(2.1 * count, 2.2, count, ax=ax, figsize=figsize, sharey=True)
        for k, (own, network) in enumerate(zip(axes, read, strict=True)):
            draw_walls(own, planar_complex(network, View(part)))
            _draw_boundary(own, network, part)
            draw_data(own, points)
            legend = own.get_legend()
            if legend is not None:
                legend.remove()
            own.set_title("" if titles is None else titles[k], fontsize=9)
    return figure


def _draw_boundary(axes: Axes, network: Network, domain: Polyhedron) -> None:
    from matplotlib.collections import LineCollection

    ends = [floats(cell.vertices) for cell in boundary_complex(network, domain).maximal_cells if cell.dim == 1]
    axes.add_collection(LineCollection(ends, colors="white", linewidths=3.4, capstyle="round", zorder=3))
    axes.add_collection(LineCollection(ends, colors="black", linewidths=1.9, capstyle="round", zorder=4))


def plot_training(
    answers: Sequence[LocalComplexity | PointComplexity],
    steps: Sequence[float] | None = None,
    *,
    ax: Any = None,
    figsize: tuple[float, float] | None = None,
) -> Figure:
    """Draw densities of walls, mean gradients and ranks of layers along a training.

    Args:
        answers: what was measured at each checkpoint, in order.
        steps: where on the axis the checkpoints are; 0, 1, 2, ... if None.
        ax: axes to draw in, one for each panel; a new figure if None.
        figsize: width and height of a new figure in inches.

    Raises:
        InputError: if there is none, or one is not complete.
    """
    if not answers or not all(answer.complete for answer in answers):
        raise InputError("a picture of a training needs complete answers, at least one")
    places = list(range(len(answers))) if steps is None else list(steps)
    pyplot()
    with style(ax):
        figure, axes = new_panels(8.4, 2.7, 3, ax=ax, figsize=figsize)
        _draw_lines(axes[0], places, [_densities(answer) for answer in answers], "local complexity")
        _draw_lines(axes[1], places, [_gradients(answer) for answer in answers], "mean gradient")
        _draw_lines(axes[2], places, [_ranks(answer) for answer in answers], "rank after activation")
        for own in axes:
            own.set_xlabel("checkpoint" if steps is None else "step")
            if len(places) > 2 and places[-1] > UNEVEN * max(places[1], 1) > 0:
                first = max(places[1], 1)
                own.set_xscale("symlog", linthresh=first)
                own.set_xlim(places[0] - first / 4, places[-1] * HEADROOM)
                own.set_xticks(places, [f"{place:g}" for place in places])
                own.minorticks_off()
    return figure


def _densities(answer: LocalComplexity | PointComplexity) -> dict[str, float]:
    found = {str(own.noise): float(own.value) for own in answer.noisy}
    if isinstance(answer, LocalComplexity) and answer.densities is not None:
        names = {"neuron_boundary": "units", "activation_boundary": "activations", "function_boundary": "function"}
        found |= {names[key]: float(value) for key, value in answer.densities.items()}
    return found


def _gradients(answer: LocalComplexity | PointComplexity) -> dict[str, float]:
    gradient = answer.mean_gradient
    if gradient is None:
        return {}
    named = {"l2": gradient.l2, "l1": gradient.l1, "max": gradient.max}
    return {name: float(own) for name, own in named.items() if own is not None}


def _ranks(answer: LocalComplexity | PointComplexity) -> dict[str, float]:
    return {name: float(own.after) for name, own in answer.local_rank.items()}


def _draw_lines(axes: Axes, places: Sequence[float], rows: Sequence[dict[str, float]], title: str) -> None:
    for k, name in enumerate(dict.fromkeys(name for row in rows for name in row)):
        color, dashes, width = LINES[k % len(LINES)]
        values = [row.get(name, float("nan")) for row in rows]
        axes.plot(places, values, color=color, linestyle=dashes, linewidth=width, marker=".", markersize=4, label=name)
    axes.set_title(title, fontsize=9)
    highest = max((value for row in rows for value in row.values()), default=0.0)
    axes.set_ylim(0, HEADROOM * highest or 1)
    if axes.get_legend_handles_labels()[0]:
        axes.legend(frameon=False)
