"""Pictures of the theory of maxout networks: moments by rank, and gradients by depth between their bounds."""

from __future__ import annotations

from collections.abc import Sequence
from math import log
from typing import TYPE_CHECKING, Any

import numpy as np

from polytopes.arithmetic.rationals import RationalLike
from polytopes.drawing.figures import new_panels, pyplot, style
from polytopes.errors import InputError
from tropical.initialization.gradients import OWN_GAIN, GradientBounds, checked_widths, gradient_bounds
from tropical.initialization.moments import MaxoutMoments
from tropical.initialization.sampling import sampled_square_gradients
from tropical.pictures.region_colors import LINES

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

FACTORS = (0.5, 1.0, 2.0)
"""Of the variance that is drawn in the middle: too small, as given, too large."""
WIDTH = 0.3
"""Of a column of dots, in layers."""


def plot_moments(
    moments: Sequence[MaxoutMoments], *, ax: Any = None, figsize: tuple[float, float] | None = None
) -> Figure:
    """Draw M, L and S against the rank, with log K, on logarithmic axes.

    Args:
        ax: axes to draw in; a new figure if None.
        figsize: width and height of a new figure in inches.

    Raises:
        InputError: if there are fewer than two ranks.
    """
    if len(moments) < 2:
        raise InputError("a picture of moments needs at least two ranks")
    pyplot()
    ranks = [own.rank for own in moments]
    with style(ax):
        figure, [axes] = new_panels(3.6, 3.0, ax=ax, figsize=figsize)
        for color, name, values in (
            (LINES[1][0], "$L(K)$", [own.l for own in moments]),
            (LINES[0][0], "$M(K)$", [own.m for own in moments]),
            (LINES[2][0], "$S(K)$", [own.s for own in moments]),
        ):
            axes.plot(ranks, list(map(float, values)), color=color, label=name, linewidth=1.2)
        beyond = [rank for rank in ranks if rank > 1]
        axes.plot(beyond, [log(rank) for rank in beyond], color="black", linestyle=":", linewidth=1, label=r"$\log K$")
        axes.set(xscale="log", yscale="log", xlabel="rank $K$")
        axes.legend(frameon=False)
    return figure


def plot_gradients(
    widths: Sequence[int],
    rank: int,
    c: RationalLike = OWN_GAIN,
    *,
    samples: int = 60,
    seed: int = 0,
    ax: Any = None,
    figsize: tuple[float, float] | None = None,
) -> Figure:
    """Draw ``|J u|^2`` of random networks as dots after every hidden layer, between the bounds of its mean.

    There are three panels, for half of c, c, and twice c. The line is the mean along the data without biases; the
    crosses are the means of the dots.

    Args:
        widths, rank, c: as for :func:`tropical.initialization.gradients.gradient_bounds`.
        samples, seed: of :func:`tropical.initialization.sampling.sampled_square_gradients`.
        ax: axes to draw in, one for each panel; a new figure if None.
        figsize: width and height of a new figure in inches.

    Raises:
        InputError: as there, or if there is no hidden layer.
    """
    sizes = checked_widths(widths)
    if len(sizes) < 3:
        raise InputError("a picture of gradients needs a hidden layer; give at least three widths")
    middle = float(gradient_bounds(sizes, rank, c, digits=15).c)
    pyplot()
    with style(ax):
        figure, axes = new_panels(7.2, 2.6, 3, ax=ax, figsize=figsize, sharey=True)
        for panel, factor in zip(axes, FACTORS, strict=True):
            _draw_panel(panel, sizes, rank, factor * middle, samples, seed)
            panel.set_title(f"$c = {factor * middle:.3g}$", fontsize=9)
        axes[0].set_ylabel(r"$|J u|^2$")
        axes[1].legend(frameon=False, loc="lower left")
    return figure


def _draw_panel(axes: Axes, sizes: Sequence[int], rank: int, c: float, samples: int, seed: int) -> None:
    bounds = [_after(sizes[: n + 1], rank, c) for n in range(1, len(sizes) - 1)]
    layers = np.arange(1, len(sizes) - 1)
    low, along, high = ([float(getattr(own, name)) for own in bounds] for name in ("lower", "along_data", "upper"))
    drawn = sampled_square_gradients(sizes, rank, c, samples, seed)
    shift = np.random.default_rng(seed).uniform(-WIDTH, WIDTH, drawn.shape)
    color = LINES[2][0]
    axes.fill_between(layers, low, high, color=color, alpha=0.15, linewidth=0, label="bounds of the mean")
    axes.plot(layers, along, color=color, linewidth=1.2, label="mean along the data")
    axes.plot((layers + shift).ravel(), drawn.ravel(), ".", color="0.45", markersize=1.6, markeredgewidth=0)
    axes.plot(
        layers, drawn.mean(axis=0), "x", color="black", markersize=4, markeredgewidth=0.8, label="mean of samples"
    )
    axes.set(yscale="log", xlabel="hidden layers")
    axes.locator_params(axis="x", integer=True)


def _after(sizes: Sequence[int], rank: int, c: float) -> GradientBounds:
    """Return the bounds after the hidden layers alone: an output layer as wide as the last one changes no mean."""
    return gradient_bounds((*sizes, sizes[-1]), rank, c)
