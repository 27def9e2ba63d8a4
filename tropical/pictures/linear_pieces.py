"""The activation regions of a network with one input: the pieces of its graph, and how it is drawn."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from attrs import frozen

from polytopes.arithmetic.rationals import Vector
from polytopes.drawing.figures import draw_note, floats
from polytopes.drawing.windows import check_bounds
from polytopes.errors import ShapeError
from tropical.networks.network import Network
from tropical.pictures.region_colors import LINES
from tropical.pictures.view import View
from tropical.regions.activation_regions import ActivationRegion

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@frozen
class Piece:
    """An interval on which a network is one affine map, and its values at the two ends."""

    region: ActivationRegion
    ends: tuple[Fraction, Fraction]
    values: tuple[Vector, Vector]


@frozen
class Graph:
    """The pieces in increasing order, and a note on breakpoints that are not shown."""

    pieces: tuple[Piece, ...]
    note: str = ""


def pieces(network: Network, view: View | None = None) -> Graph:
    """Return the activation regions of a network on Q as intervals in increasing order.

    >>> net = Network.from_weights([([[1], [1]], [0, -1]), ([[1, -2]], [0])])
    >>> [tuple(map(str, piece.ends)) for piece in pieces(net).pieces]
    [('-1/8', '0'), ('0', '1'), ('1', '9/8')]
    """
    if network.input_dim != 1:
        raise ShapeError(f"a graph over a line needs a network with one input, this one has {network.input_dim}")
    found = []
    regions, _, note = (view or View()).regions(network)
    for region in regions:
        (low,), (high,) = region.vertices
        found.append(Piece(region, (low, high), (region.affine_map([low]), region.affine_map([high]))))
    return Graph(tuple(sorted(found, key=lambda piece: piece.ends)), note)


def draw_graph(axes: Axes, graph: Graph) -> None:
    """Draw the values over an interval; dots are the breakpoints."""
    parts: Sequence[Piece] = graph.pieces
    check_bounds([parts[0].ends[0]], [parts[-1].ends[1]])
    n_outputs = len(parts[0].values[0])
    xs = [float(piece.ends[0]) for piece in parts] + [float(parts[-1].ends[1])]
    for output in range(n_outputs):
        color, dashes, width = LINES[output % len(LINES)]
        exact = [piece.values[0][output] for piece in parts] + [parts[-1].values[1][output]]
        [ys] = floats([exact])
        name = f"$f_{{{output + 1}}}$" if n_outputs > 1 else None
        axes.plot(xs, ys, color=color, linestyle=dashes, linewidth=width, label=name)
        axes.plot(xs[1:-1], ys[1:-1], "o", color=color, markersize=2.5)
    axes.set_xlim(xs[0], xs[-1])
    draw_note(axes, graph.note)
