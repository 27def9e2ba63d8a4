"""Lower-dimensional domains, such as images of which a few pixels are free, in coordinates of their affine hull.

A network restricted to the hull has as many inputs as the hull has dimensions, and the same units. There floats with
error bounds say of most regions what is asked, which they do not in coordinates of the space.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from attrs import frozen

from polytopes.arithmetic.rationals import Row, Vector, dehomogeneous, primitive
from polytopes.enumeration.domain_cell import FACETS_UP_TO, check_domain, hull_basis
from polytopes.enumeration.domain_frame import Frame
from polytopes.polyhedra.polyhedron import Polyhedron
from tropical.networks.layers import Affine, LinearLayer, Rearrangement, Reshape
from tropical.networks.network import GraphBuilder, Network
from tropical.networks.points import check_exact
from tropical.networks.tensor import Array, exact_array
from tropical.regions.activation_regions import Walk


@frozen
class FlatDomain:
    """A domain as the image of a full-dimensional one under ``t -> origin + sum_i t_i directions[i]``.

    Of a box the coordinates t are those that are not fixed.

    >>> flat = FlatDomain.of(Polyhedron.box([-1, 5], [2, 5]))
    >>> flat.domain == Polyhedron.box([-1], [2]), *map(str, flat.lifted([Fraction(1, 2)]))
    (True, '1/2', '5')
    >>> flat.restricted(Network.from_weights([([[1, 1]], [0])]))([Fraction(1, 2)])
    (Fraction(11, 2),)
    """

    domain: Polyhedron
    origin: Vector
    directions: tuple[Vector, ...]

    @classmethod
    def of(cls, domain: Polyhedron) -> FlatDomain:
        """Return a domain with more than one point in coordinates of its hull."""
        frame = Frame(hull_basis(domain), domain.ambient_dim)
        point, *directions = frame.basis
        box = domain.given_box
        if box is not None:
            inner = Polyhedron.box([box.lower[k] for k in box.free], [box.upper[k] for k in box.free])
        else:
            rows = []
            for row in domain.inequalities:
                constant, *linear = map(int, frame.pull_back(row))
                rows.append((Fraction(constant, point[0]), *linear))
            inner = Polyhedron.from_rows(rows, ambient_dim=len(directions))
        return cls(inner, dehomogeneous(point), tuple(tuple(map(Fraction, base[1:])) for base in directions))

    @classmethod
    def of_walk(cls, walk: Walk) -> FlatDomain | None:
        """Return the domain of a walk that may be lower-dimensional, if it is, and has more than one point.

        Raises:
            ShapeError, DomainError: as :func:`tropical.regions.activation_regions.activation_regions`.
        """
        domain = walk.domain
        if domain is None or not walk.relative:
            return None
        check_domain(domain, walk.network.input_dim, relative=True)
        return None if domain.is_full_dimensional or not domain.dim else cls.of(domain)

    def walk(self, walk: Walk) -> Walk:
        """Return a walk over this domain as one over the same regions in the coordinates t."""
        return Walk(self.restricted(walk.network), self.domain, walk.method)

    def restricted(self, network: Network) -> Network:
        """Return a network as a function of the coordinates t.

        In up to eight coordinates the affine layers before its first gates are made one, so that a chain of layers
        stays one; in more, the point of the hull is the first layer.
        """
        graph = _Restriction(self, network)
        for index in range(1, len(network.nodes)):
            graph.add(index)
        return graph.finish()

    def lifted(self, point: Sequence[Fraction]) -> Vector:
        """Return the point of the domain with these coordinates."""
        return tuple(x + move for x, move in zip(self.origin, self._moved(point), strict=True))

    def lifted_ray(self, ray: Sequence[int]) -> Row:
        """Return the direction with these coordinates as a primitive row."""
        return primitive(self._moved(ray))

    def _moved(self, coordinates: Sequence[Fraction | int]) -> list[Fraction]:
        total = [Fraction(0)] * len(self.origin)
        for t, direction in zip(coordinates, self.directions, strict=True):
            if t:
                total = [x + t * entry if entry else x for x, entry in zip(total, direction, strict=True)]
        return total


class _Restriction:
    """A network in coordinates of a hull, node by node.

    An affine node before the first gates is known by its values at the origin and one step from it in each direction.
    It becomes a layer where another node reads it.
    """

    def __init__(self, flat: FlatDomain, network: Network) -> None:
        self._flat, self._network = flat, network
        self._graph = GraphBuilder((len(flat.directions),))
        self._places: dict[int, int] = {}
        self._values: dict[int, Array] = {}
        if len(flat.directions) <= FACETS_UP_TO:
            steps = [[x + e for x, e in zip(flat.origin, direction, strict=True)] for direction in flat.directions]
            points = [exact_array(point).reshape(network.input_shape) for point in (flat.origin, *steps)]
            self._values[0] = np.stack(points)

    def add(self, index: int) -> None:
        node, values = self._network.nodes[index], self._values
        is_affine = isinstance(node.layer, (LinearLayer, Rearrangement))
        if 0 in values and is_affine and all(i in values for i in node.inputs):
            values[index] = node.layer.forward(*[values[i] for i in node.inputs] or [values[0]])
            check_exact(values[index], node.name)
        else:
            self._places[index] = self._graph.add(node.layer, [self._place(i) for i in node.inputs], f"f.{node.name}")

    def _place(self, index: int) -> int:
        if index not in self._places:
            node, shape = self._network.nodes[index], self._network.shapes[index]
            flat = self._graph.add(self._layer(index), [0], f"f.{node.name}")
            shaped = flat if len(shape) == 1 else self._graph.add(Reshape(shape), [flat], f"f.{node.name}")
            self._places[index] = shaped
        return self._places[index]

    def _layer(self, index: int) -> Affine:
        if index not in self._values:
            return Affine(list(zip(*self._flat.directions, strict=True)), self._flat.origin)
        start, *others = self._values[index].reshape(len(self._flat.directions) + 1, -1)
        return Affine(np.stack([other - start for other in others], axis=1), start)

    def finish(self) -> Network:
        """Return the network; gates whose values are not read are kept, so that patterns stay the same."""
        self._place(len(self._network.nodes) - 1)
        return Network(tuple(self._graph.nodes))
