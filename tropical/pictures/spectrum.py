"""Pictures of the spectra of kernel matrices. Eigenvalues are drawn in floating point. Needs matplotlib."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from polytopes.drawing.figures import new_panels, pyplot, style
from tropical.pictures.region_colors import LINES

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MARKERS = "osD^v<>P"
SMALLEST = 1e-13
"""Eigenvalues below this part of the greatest one are rounding errors of 0, and are drawn at the bottom."""


def plot_spectrum(
    kernels: Mapping[str, Sequence[Sequence[float]]],
    marks: Mapping[str, float],
    *,
    ax: Any = None,
    figsize: tuple[float, float] | None = None,
) -> Figure:
    """Draw the eigenvalues of symmetric matrices, the greatest first, and numbers to compare them with as lines.

    Args:
        kernels: positive semidefinite matrices by their names. The first is also drawn entry by entry.
        marks: numbers by their names; those that are 0 cannot be drawn and are named in the legend.
        ax: axes to draw in, one for each panel; a new figure if None.
        figsize: width and height of a new figure in inches.
    """
    pyplot()
    spectra = {name: np.linalg.eigvalsh(np.array(matrix))[::-1] for name, matrix in kernels.items()}
    top = max(float(values.max(initial=0)) for values in spectra.values()) or 1.0
    positive = [float(v) for values in spectra.values() for v in values if v > SMALLEST * top]
    drawn = [value for value in marks.values() if value > 0]
    bottom = min([*positive, *drawn, top]) / 3
    with style(ax):
        figure, (left, right) = new_panels(7.2, 3.0, 2, ax=ax, figsize=figsize, width_ratios=(1, 1.5))
        first = np.array(next(iter(kernels.values())))
        largest = float(np.abs(first).max()) or 1.0
        image = left.imshow(first, cmap="RdBu_r", vmin=-largest, vmax=largest)
        left.set_title(f"entries of {next(iter(kernels))}", fontsize=10)
        figure.colorbar(image, ax=left, shrink=0.85)
        for k, (name, values) in enumerate(spectra.items()):
            color = LINES[k % len(LINES)][0]
            places = np.arange(1, len(values) + 1)
            shown = np.where(values > SMALLEST * top, values, bottom)
            right.plot(places, shown, color=color, marker=MARKERS[k % len(MARKERS)], ms=4, lw=0.8, label=name)
            zero = values <= SMALLEST * top
            if zero.any():
                right.plot(places[zero], shown[zero], "x", color=color, ms=8, mew=1.2)
        for k, (name, value) in enumerate(marks.items()):
            if value > 0:
                right.axhline(value, color="0.35", lw=0.9, ls=("-", "--", ":", "-.")[k % 4], label=name)
            else:
                right.plot([], [], " ", label=f"{name} = 0")
        right.set_yscale("log")
        right.set_ylim(bottom / 1.5, top * 1.8)
        right.set_xlabel("number of the eigenvalue")
        right.set_ylabel("eigenvalue (crosses at the bottom: 0)" if _any_zero(spectra, top) else "eigenvalue")
        if max(map(len, spectra.values())) < 12:
            right.set_xticks(range(1, max(map(len, spectra.values())) + 1))
        right.legend(loc="center left", bbox_to_anchor=(1.02, 0.5), frameon=False)
    return figure


def _any_zero(spectra: Mapping[str, np.ndarray], top: float) -> bool:
    return any((values <= SMALLEST * top).any() for values in spectra.values())
