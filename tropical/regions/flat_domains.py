"""Lower-dimensional domains, such as images of which a few pixels are free, in coordinates of their affine hull.

A network restricted to the hull has as many inputs as the hull has dimensions, and the same units.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from attrs import frozen

from polytopes.arithmetic.rationals import Vector, dehomogeneous
from polytopes.enumeration.domain_cell import hull_basis
from polytopes.enumeration.domain_frame import Frame
from polytopes.polyhedra.polyhedron import Polyhedron
from tropical.networks.layers import Affine, Reshape
from tropical.networks.network import GraphBuilder, Network


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
        rows = []
        for row in domain.inequalities:
            constant, *linear = map(int, frame.pull_back(row))
            rows.append((Fraction(constant, point[0]), *linear))
        inner = Polyhedron.from_rows(rows, ambient_dim=len(directions))
        return cls(inner, dehomogeneous(point), tuple(tuple(map(Fraction, base[1:])) for base in directions))

    def restricted(self, network: Network) -> Network:
        """Return a network as a function of the coordinates t."""
        graph = GraphBuilder((len(self.directions),))
        flat = graph.add(Affine(list(zip(*self.directions, strict=True)), self.origin), [0], "hull")
        place = [graph.add(Reshape(network.input_shape), [flat], "point of the hull")]
        for node in network.nodes[1:]:
            place.append(graph.add(node.layer, [place[i] for i in node.inputs], f"f.{node.name}"))
        return graph.finish(place[-1])

    def lifted(self, point: Sequence[Fraction]) -> Vector:
        """Return the point of the domain with these coordinates."""
        total = list(self.origin)
        for t, direction in zip(point, self.directions, strict=True):
            total = [x + t * entry for x, entry in zip(total, direction, strict=True)]
        return tuple(total)
