"""Pictures of local complexity: walls as thick as the bend, densities on a grid, and units.

Walls are exact; lengths in grids and densities of noise are drawn in floating point. Needs matplotlib.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, pi, sqrt
from typing import TYPE_CHECKING, Any

import numpy as np

from polytopes.drawing.figures import draw_legend, floats, new_panels, pyplot, set_limits, style
from polytopes.errors import InputError
from tropical.networks.sources import NetworkLike, asked
from tropical.pictures.data_points import DataPoints, draw_data
from tropical.pictures.planar_complex import PlanarComplex, planar_complex
from tropical.pictures.region_colors import LINES, map_colors
from tropical.pictures.view import View
from tropical.regions.complexity.answer import LocalComplexity
from tropical.regions.complexity.domains import checked_domain
from tropical.regions.complexity.maps import ComplexityMap, complexity_map, noise_map

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from polytopes.polyhedra.domains import DomainLike
    from tropical.networks.network import Network
    from tropical.pictures.plane import Plane
    from tropical.regions.complexity.noise import Noise

THINNEST, THICKEST = 0.3, 2.4
MOST_BARS = 120
PALER = 0.55
"""How far the colours of regions go towards white, so that the walls stand out."""


def plot_complexity(
    network: NetworkLike,
    domain: DomainLike,
    answer: LocalComplexity | None = None,
    *,
    plane: Plane | None = None,
    noise: Noise | None = None,
    shape: tuple[int, int] = (40, 40),
    window: object = None,
    data: Any = None,
    labels: Any = None,
    ax: Any = None,
    figsize: tuple[float, float] | None = None,
) -> Figure:
    """Draw the walls of a network in the plane, a heat map of their lengths, and bars of the boundaries of units.

    A wall is as thick as the jump of the Jacobian there, and dotted where the function does not bend.

    Args:
        network: an exact network.
        domain: a bounded full-dimensional polyhedron in its input space.
        answer: what was measured, for the bars of the units; they are left out if None.
        plane: a plane along two coordinate axes, for networks with other than two inputs.
        noise: also draw the sum over the units of ``|grad z| rho(z)``, on a grid of this shape.
        shape: rows and columns of the grid.
        window: bounds of the part of the domain that is shown, a pair for each coordinate of the picture.
        data, labels: points on top of the walls, as for :func:`tropical.pictures.regions.plot_regions`.
        ax: axes to draw in, one for each panel; a new figure if None.
        figsize: width and height of a new figure in inches.

    Raises:
        InputError: if the plane does not lie along coordinate axes: lengths in it would be others.
        DomainError, ShapeError: as for :func:`tropical.pictures.regions.plot_regions`.
    """
    network, given = asked(network, domain)
    domain = checked_domain(network, given)
    pyplot()
    if plane is not None:
        if plane.marks:
            raise InputError("a plane through three points changes lengths; choose a plane along two coordinate axes")
        domain, network = plane.section(domain), plane.restrict(network)
    points = DataPoints.of(data, labels, plane)
    if points is not None:
        points.check_dim(2)
    shown = View.of(network, domain, window=window).settled(network).domain
    assert shown is not None
    domain = shown
    complex, grid = planar_complex(network, View(domain)), complexity_map(network, domain, shape)
    drawn = ["walls", "lengths", *(["noise"] if noise is not None else []), *(["units"] if answer is not None else [])]
    with style(ax):
        figure, axes = new_panels(3.4 * len(drawn), 3.0, len(drawn), ax=ax, figsize=figsize)
        for name, own in zip(drawn, axes, strict=True):
            if name == "walls":
                draw_data(own, points)
                draw_walls(own, complex)
            elif name == "lengths":
                _draw_heat(own, grid, grid.densities, "length of walls per area")
            elif name == "noise" and noise is not None:
                _draw_heat(own, grid, _noise_densities(network, grid, noise), f"with noise, {noise}")
            elif answer is not None:
                _draw_units(own, answer)
    return figure


def draw_walls(axes: Axes, complex: PlanarComplex) -> None:
    """Draw regions in pale tints, and walls as thick as the jump of the Jacobian, dotted where nothing bends."""
    from matplotlib.collections import LineCollection, PolyCollection

    faces = [tuple(part + (1 - part) * PALER for part in color) for color in map_colors(complex)]
    colors = [faces[polygon.affine_map] for polygon in complex.polygons]
    outlines = [floats(polygon.vertices) for polygon in complex.polygons]
    axes.add_collection(PolyCollection(outlines, facecolors=colors, edgecolors=colors, linewidths=0.3))
    steepest = max((float(segment.jump) for segment in complex.segments), default=0.0) or 1.0
    for layer in complex.layers:
        color = LINES[layer % len(LINES)][0]
        for bends in (False, True):
            own = [s for s in complex.segments if s.layer == layer and s.bends == bends]
            widths = [THINNEST + (THICKEST - THINNEST) * sqrt(float(s.jump) / steepest) for s in own]
            lines = LineCollection(
                [floats(s.ends) for s in own],
                colors=color,
                linewidths=widths or 1.0,
                linestyles="-" if bends else ":",
                capstyle="round" if bends else "butt",
            )
            axes.add_collection(lines)
        axes.plot([], [], color=color, label=f"layer {layer + 1}")
    _fit(axes, complex.bounds)
    draw_legend(axes, below=True)
    axes.set_title("walls, as thick as the bend", fontsize=9)


def _draw_heat(axes: Axes, grid: ComplexityMap, values: Any, title: str) -> None:
    (left, bottom), (right, top) = floats([grid.lower, grid.upper])
    image = axes.imshow(values, origin="lower", extent=(left, right, bottom, top), cmap="magma_r", aspect="auto")
    axes.figure.colorbar(image, ax=axes, shrink=0.8)
    _fit(axes, list(zip(grid.lower, grid.upper, strict=True)))
    axes.set_title(title, fontsize=9)


def _fit(axes: Axes, bounds: Sequence[Any]) -> None:
    set_limits(axes, *floats(zip(*bounds, strict=True)))
    axes.tick_params(direction="out", length=2.5)


def _noise_densities(network: Network, grid: ComplexityMap, noise: Noise) -> Any:
    rows, columns = grid.lengths.shape
    (left, bottom), (right, top) = floats([grid.lower, grid.upper])
    xs = left + (np.arange(columns) + 0.5) * (right - left) / columns
    ys = bottom + (np.arange(rows) + 0.5) * (top - bottom) / rows
    points = np.stack(np.meshgrid(xs, ys), axis=-1).reshape(-1, 2)
    scale = float(noise.scale)

    def density(z: float) -> float:
        if noise.is_rational:
            return 1 / (2 * scale) if abs(z) <= scale else 0.0
        return exp(-((z / scale) ** 2) / 2) / (sqrt(2 * pi) * scale)

    return noise_map(network, points, density).reshape(rows, columns)


def _draw_units(axes: Axes, answer: LocalComplexity) -> None:
    largest = sorted(answer.per_unit.items(), key=lambda item: -float(item[1]))[:MOST_BARS]
    shown = [item for item in answer.per_unit.items() if item in largest]
    layers = list(dict.fromkeys(unit.layer for unit in answer.per_unit))
    colors = [LINES[layers.index(unit.layer) % len(LINES)][0] for unit, _ in shown]
    axes.bar(range(len(shown)), [float(value) for _, value in shown], color=colors, width=0.8)
    for k, layer in enumerate(layers):
        axes.bar([0], [0], color=LINES[k % len(LINES)][0], label=layer)
    axes.set_xlabel("unit" if len(shown) == len(answer.per_unit) else f"the {len(shown)} units with most")
    axes.set_title("boundary of each unit", fontsize=9)
    axes.margins(x=0.01)
    draw_legend(axes, below=True)
