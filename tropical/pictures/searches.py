"""Pictures of verification: leaves of a search by depth and margin, bounds over time, parts of a set of two inputs.

Parts and solutions are drawn on a grid of points, in floating point; what is drawn decides nothing. Needs matplotlib.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from polytopes.drawing.figures import DARK, TINTS, draw_legend, floats, new_panels, pyplot, style
from polytopes.drawing.windows import as_window
from polytopes.errors import InputError
from tropical.networks.sources import NetworkLike, as_network
from tropical.pictures.data_points import DataPoints, draw_data
from tropical.verification.case import Case
from tropical.verification.nets import nearest
from tropical.verification.property import Property
from tropical.verification.property_search import program_levels
from tropical.verification.search import Branch

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from tropical.networks.network import Network
    from tropical.verification.property_search import Verdict

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
GRID = 400
"""Points of the grid along each axis."""


History = Sequence[tuple[float, float, float]]
"""Seconds, and what a greatest value was known to be at least and at most by then."""


def plot_search(
    network: NetworkLike,
    prop: Property,
    found: Verdict,
    *,
    window: object = None,
    data: Any = None,
    labels: Any = None,
    history: History = (),
    ax: Any = None,
    figsize: tuple[float, float] | None = None,
) -> Figure:
    """Draw how many leaves of the search lie at each depth and, over two bounded inputs, the map of these depths.

    In the map a part is as dark as its depth in the tree; inputs that satisfy the property are filled, and the exact
    point that was found is marked. A histogram has the margins by which conditions were refuted at leaves, if they are
    known: those of a search in one process are.

    Args:
        network: an exact network.
        prop: the property that was decided.
        found: the verdict on it.
        window: bounds of the part of the map that is shown, a pair for each input or one for both; a box around all
            inputs if None.
        data, labels: points on top of the map, as for :func:`tropical.pictures.regions.plot_regions`.
        history: how the bounds of the exact margin met, for another panel.
        ax: axes to draw in, one for each panel; a new figure if None.
        figsize: width and height of a new figure in inches.

    Raises:
        InputError: if there is no search to draw, since no input satisfies the conditions on inputs.
        MissingExtraError: if matplotlib is not installed.
    """
    network = as_network(network)
    pyplot()
    if found.is_empty or not prop.cases:
        raise InputError("no input satisfies the conditions on the inputs; there is no search to draw")
    corners = _corners(prop) if network.input_dim == 2 else None
    points = DataPoints.of(data, labels)
    if corners is None and (window is not None or points is not None):
        raise InputError("a window and data are for the map of two bounded inputs, and there is none; leave them out")
    if points is not None:
        points.check_dim(2)
    if window is not None:
        shown = as_window(window, 2)
        low, high = floats([shown.lower, shown.upper])
        corners = np.array(low), np.array(high)
    margins = leaf_margins(found.trees)
    with style(ax):
        columns = 1 + (corners is not None) + bool(margins) + bool(history)
        figure, axes = new_panels(3.4 * columns, 3.0, columns, ax=ax, figsize=figsize)
        panels = iter(axes)
        _draw_depths(next(panels), found)
        if corners is not None:
            own = next(panels)
            _draw_map(own, _Grid(network, corners), prop, found)
            draw_data(own, points)
            draw_legend(own, below=True)
        if margins:
            _draw_margins(next(panels), margins)
        if history:
            _draw_history(next(panels), history)
    return figure


def leaves_by_depth(tree: Branch) -> Counter[int]:
    """Return the number of leaves of a tree at each depth.

    >>> tree = Branch()
    >>> _ = tree.split(0)[1].split(1)
    >>> sorted(leaves_by_depth(tree).items())
    [(1, 1), (2, 2)]
    """
    found: Counter[int] = Counter()
    stack = [(tree, 0)]
    while stack:
        node, depth = stack.pop()
        if node.below is None:
            found[depth] += 1
        else:
            stack += [(part, depth + 1) for part in node.below]
    return found


def leaf_margins(trees: Sequence[Branch]) -> list[float]:
    """Return the margins of the leaves of trees, as far as they are known."""
    margins = (node.margin for tree in trees for node in tree.nodes() if node.below is None)
    return [margin for margin in margins if margin is not None and margin < np.inf]


def _corners(prop: Property) -> tuple[Array, Array] | None:
    """Return the corners of a box around all cases, None if there is none, or it is flat or too large for floats."""
    ends = [[case.lower, case.upper] for case in prop.cases]
    if any(end is None for pair in ends for side in pair for end in side):
        return None
    table = np.array([[[nearest(end) if end else 0.0 for end in side] for side in pair] for pair in ends])
    if not (np.abs(table) < 1e300).all():
        return None
    low, high = table[:, 0].min(axis=0), table[:, 1].max(axis=0)
    return (low, high) if (low < high).all() else None


def _draw_depths(axes: Axes, found: Verdict) -> None:
    from matplotlib.ticker import MaxNLocator

    total = sum((leaves_by_depth(tree) for tree in found.trees), Counter[int]())
    axes.bar(list(total), list(total.values()), color=TINTS[0], width=0.9)
    axes.set_xlabel("depth in the tree")
    axes.set_ylabel("leaves" if found.complete else "leaves, and open nodes")
    axes.set_title(f"{found.verdict}: {found.n_nodes:,} nodes")
    axes.set_xlim(-0.7, max(total, default=0) + 0.7)
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))


def _draw_margins(axes: Axes, margins: Sequence[float]) -> None:
    """Draw margins in classes of equal ratio."""
    low, high = max(min(margins), 1e-300), max(margins)
    axes.hist(np.maximum(margins, low), bins=np.geomspace(low / 1.2, max(high, low) * 1.2, 25).tolist(), color=TINTS[3])
    axes.set_xscale("log")
    axes.set_xlabel("margin of the leaf")
    axes.set_ylabel("leaves")
    axes.set_title(f"least margin {min(margins):.3g}")


def _draw_history(axes: Axes, history: History) -> None:
    """Draw the bounds of the margin against the seconds that had passed."""
    seconds, low, high = np.array(history).T
    for values, color, label in ((high, DARK[1], "at most"), (low, DARK[0], "at least")):
        axes.step(seconds, np.where(np.isfinite(values), values, np.nan), where="post", color=color, label=label)
    axes.set_xlabel("seconds")
    axes.set_ylabel("margin")
    axes.legend(frameon=False)


class _Grid:
    """The values of all inputs, units and outputs at the points of a grid, in floating point."""

    def __init__(self, network: Network, bounds: tuple[Array, Array]) -> None:
        self.low, self.high = bounds
        sides = [np.linspace(a, b, GRID) for a, b in zip(self.low, self.high, strict=True)]
        x, y = np.meshgrid(*sides)
        self.inputs = np.stack([x.ravel(), y.ravel()])
        levels = program_levels(network.program)
        self.values = [np.ones(x.size), *self.inputs]
        self.z: list[Array] = []
        for form in levels.forms:
            self.z.append(self.at(form))
            self.values.append(np.maximum(self.z[-1], 0.0))
        self.outputs = np.stack([self.at(form) for form in levels.outputs])

    def at(self, form: Any) -> Array:
        """Return the values of a form in inputs and units."""
        total = np.zeros(self.inputs.shape[1])
        for variable, entry in form.items():
            total += float(entry) * self.values[variable]
        return total

    def depths(self, tree: Branch, case: Case) -> Array:
        """Return the depth of the leaf of the tree of a case in which each point lies."""
        found = np.zeros(self.inputs.shape[1])
        ends = [[float(end or 0) for end in side] for side in (case.lower, case.upper)]
        stack = [(tree, 0, np.arange(len(found)), ends)]
        while stack:
            node, depth, places, ends = stack.pop()
            if node.below is None:
                found[places] = depth
                continue
            parts = [[list(side) for side in ends] for _ in node.below]
            number = node.unit - len(self.z)
            if number < 0:
                is_above = self.z[node.unit][places] >= 0
            else:
                middle = (ends[0][number] + ends[1][number]) / 2
                parts[0][1][number] = parts[1][0][number] = middle
                is_above = self.inputs[number][places] >= middle
            stack += [(node.below[1], depth + 1, places[is_above], parts[1])]
            stack += [(node.below[0], depth + 1, places[~is_above], parts[0])]
        return found

    def inside(self, case: Case) -> Mask:
        """Return which points satisfy the conditions on inputs of a case."""
        low, high = (np.array([[float(end or 0)] for end in side]) for side in (case.lower, case.upper))
        found: Mask = np.logical_and.reduce((self.inputs >= low) & (self.inputs <= high))
        return found & self._hold(case.rows, np.concatenate([np.ones((1, found.size)), self.inputs]))

    def satisfied(self, case: Case) -> Mask:
        """Return which points satisfy a case."""
        pairs = np.concatenate([np.ones((1, self.inputs.shape[1])), self.inputs, self.outputs])
        held: Mask = np.logical_or.reduce([self._hold(rows, pairs) for rows in case.outputs])
        return self.inside(case) & held

    @staticmethod
    def _hold(rows: Sequence[Sequence[int]], points: Array) -> Mask:
        table = np.array([[float(entry) for entry in row] for row in rows]).reshape(-1, len(points))
        found: Mask = np.logical_and.reduce(table @ points >= 0)
        return found


def _draw_map(axes: Axes, grid: _Grid, prop: Property, found: Verdict) -> None:
    from matplotlib.ticker import MaxNLocator

    depths = np.full(grid.inputs.shape[1], np.nan)
    solutions: Mask = np.zeros(grid.inputs.shape[1], dtype=np.bool_)
    for case, tree in zip(prop.cases, found.trees, strict=True):
        own = grid.inside(case)
        depths[own] = grid.depths(tree, case)[own]
        solutions = solutions | grid.satisfied(case)
    shape, extent = (GRID, GRID), (grid.low[0], grid.high[0], grid.low[1], grid.high[1])
    options: dict[str, Any] = {"origin": "lower", "extent": extent, "aspect": "auto", "interpolation": "nearest"}
    image = axes.imshow(
        depths.reshape(shape), cmap="Blues", vmin=0, vmax=max(1.0, np.nanmax(np.append(depths, 0.0))), **options
    )
    axes.figure.colorbar(image, ax=axes, label="depth of the part", ticks=MaxNLocator(integer=True))
    filled = np.where(solutions, 1.0, np.nan).reshape(shape)
    axes.imshow(filled, cmap="autumn", vmin=0, vmax=2, alpha=0.8, **options)
    if found.point is not None:
        axes.plot(*map(float, found.point), marker="*", color="black", markersize=9, linestyle="none", clip_on=False)
    axes.set_xlim(grid.low[0], grid.high[0])
    axes.set_ylim(grid.low[1], grid.high[1])
    axes.set_xlabel("$x_1$")
    axes.set_ylabel("$x_2$")
