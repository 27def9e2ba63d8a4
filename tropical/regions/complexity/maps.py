"""Maps of local complexity in the plane: how long the walls are in each box of a grid."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise
from math import sqrt
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen

from polytopes.arithmetic.rationals import Vector, dot
from polytopes.errors import InputError, ShapeError
from tropical.networks.sources import asked
from tropical.regions.activation_regions import activation_regions
from tropical.regions.complexity.domains import checked_domain
from tropical.regions.complexity.region_geometry import RegionGeometry, lies_in

if TYPE_CHECKING:
    from polytopes.enumeration.domain_cell import Method
    from polytopes.polyhedra.domains import DomainLike
    from polytopes.polyhedra.polyhedron import Polyhedron
    from tropical.networks.network import Network
    from tropical.networks.sources import NetworkLike

Array = np.ndarray[Any, Any]
MOST_BOXES = 1_000_000


@frozen(eq=False)
class ComplexityMap:
    """Lengths of walls per box of a grid over the bounds of a domain, the lowest row first, as floats."""

    lower: Vector
    upper: Vector
    lengths: Array

    @property
    def total(self) -> float:
        """The length of all walls."""
        return float(self.lengths.sum())

    @property
    def densities(self) -> Array:
        """The lengths divided by the area of a box."""
        rows, columns = self.lengths.shape
        area = (self.upper[0] - self.lower[0]) * (self.upper[1] - self.lower[1]) / (rows * columns)
        return np.asarray(self.lengths / float(area))


def complexity_map(
    network: NetworkLike,
    domain: DomainLike,
    shape: tuple[int, int] = (40, 40),
    *,
    method: Method | None = None,
) -> ComplexityMap:
    """Return the length of the walls between activation regions in every box of a grid, for a network with two inputs.

    Walls are cut exactly at the lines of the grid; their lengths are rounded.

    Args:
        network: a network with two inputs, or what :func:`tropical.load` reads without options.
        domain: a bounded full-dimensional polyhedron in the plane.
        shape: numbers of rows and columns of the grid over its bounds.
        method: as for :func:`tropical.regions.activation_regions.activation_regions`.

    Raises:
        ShapeError: if the network has not two inputs.
        DomainError: as for :func:`tropical.regions.complexity.local_complexity.local_complexity`.

    >>> from polytopes import Polyhedron
    >>> from tropical import Network
    >>> net = Network.from_weights([([[1, 0]], [0]), ([[1]], [0])])
    >>> complexity_map(net, Polyhedron.box([-1, -1], [3, 1]), shape=(2, 2)).lengths.tolist()
    [[1.0, 0.0], [1.0, 0.0]]
    """
    network, given = asked(network, domain)
    if network.input_dim != 2:
        raise ShapeError(f"a map needs a network with two inputs, this one has {network.input_dim}")
    rows, columns = shape
    if rows < 1 or columns < 1 or rows * columns > MOST_BOXES:
        raise InputError(f"a grid of {rows} x {columns} boxes; give positive numbers, at most {MOST_BOXES:,} boxes")
    area = checked_domain(network, given)
    lower, upper = zip(*area.bounding_box(), strict=True)
    lengths = np.zeros(shape)
    steps = [(upper[k] - lower[k]) / n for k, n in enumerate((columns, rows))]
    for wall in walls(network, area, method):
        ends = [[(entry - low) / step for entry, low, step in zip(end, lower, steps, strict=True)] for end in wall]
        size = sqrt(sum(float(a - b) ** 2 for a, b in zip(*wall, strict=True)))
        for box, share in _shares(ends, (columns, rows)):
            lengths[box[1], box[0]] += float(share) * size
    return ComplexityMap(lower, upper, lengths)


def walls(network: Network, domain: Polyhedron, method: Method | None = None) -> Iterator[tuple[Vector, Vector]]:
    """Yield the ends of every wall between two activation regions in the plane, each once."""
    for region in activation_regions(network, domain, method=method):
        geometry = RegionGeometry.of(region.cell)
        for row, mask in zip(geometry.rows, geometry.incidence, strict=True):
            first, second = (v for i, v in enumerate(geometry.vertices) if mask >> i & 1)
            center = tuple((a + b) / 2 for a, b in zip(first, second, strict=True))
            if lies_in(center, domain.inequalities):
                continue
            beyond = network.program.pattern_at(center, [Fraction(-entry) for entry in row[1:]])
            if beyond > region.pattern:
                yield first, second


def _shares(ends: Sequence[Sequence[Fraction]], shape: tuple[int, int]) -> Iterator[tuple[tuple[int, ...], Fraction]]:
    """Yield the boxes of the unit grid that a segment crosses, with its share in each.

    A part on a line of the grid belongs to the box above or to the right, unless the grid ends there.
    """
    start, end = ends
    cuts = {Fraction(0), Fraction(1)}
    for a, b in zip(start, end, strict=True):
        low, high = min(a, b), max(a, b)
        cuts.update((k - a) / (b - a) for k in range(int(low), int(high) + 2) if low < k < high)
    times = sorted(cuts)
    for before, after in pairwise(times):
        middle = [a + (before + after) / 2 * (b - a) for a, b in zip(start, end, strict=True)]
        yield tuple(min(int(x), n - 1) for x, n in zip(middle, shape, strict=True)), after - before


def noise_map(network: Network, points: Array, density: Any) -> Array:
    """Return the sum over the units of ``|grad z| rho(z)`` at points, in floating point, for pictures.

    Args:
        network: an exact network whose gates compare two forms.
        points: n x d.
        density: the density of the noise, on arrays.
    """
    from tropical.regions.complexity.layers import GateLayers

    layers = GateLayers.of(network)
    layers.check_preactivations()
    found = np.zeros(len(points))
    for number, point in enumerate(points):
        exact = [Fraction(float(entry)) for entry in point]
        pattern = network.program.pattern_at(exact)
        for stage, gates in layers.stages_with_gates():
            tape = layers.tape(stage, pattern)
            for g in gates:
                z = layers.preactivation(g, tape)
                value = float(dot(z, (1, *exact)))
                found[number] += sqrt(float(sum(entry * entry for entry in z[1:]))) * float(density(value))
    return found
