"""Planes in the input space of a network, and the network restricted to one: a map on Q^2, exactly."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import sqrt
from typing import TYPE_CHECKING

from attrs import field, frozen

from polytopes.arithmetic.rationals import RationalLike, Vector, as_fraction, as_vector, dot
from polytopes.errors import NumberError, ShapeError
from tropical.networks.layers import Affine, Reshape
from tropical.networks.network import Network
from tropical.networks.node import Node, unused_name

if TYPE_CHECKING:
    from polytopes.polyhedra.polyhedron import Polyhedron


@frozen
class Plane:
    """The plane ``base + s first + t second`` in Q^d, with coordinates (s, t).

    ``labels`` are the names of the two coordinates in formulas; ``marks`` are points to be shown in a picture,
    in the coordinates of the plane.
    """

    base: Vector
    first: Vector
    second: Vector
    labels: tuple[str, str] = ("s", "t")
    marks: tuple[Vector, ...] = field(default=())

    @classmethod
    def along_axes(cls, i: int, j: int, base: Sequence[RationalLike]) -> Plane:
        """Return the plane through ``base`` along the axes i and j, with coordinates (x_i, x_j).

        >>> Plane.along_axes(0, 2, [5, 6, 7])([1, 2])
        (Fraction(1, 1), Fraction(6, 1), Fraction(2, 1))
        """
        point = list(as_vector(base))
        dim = len(point)
        if i == j or not {i, j} <= set(range(dim)):
            raise ShapeError(f"axes {i},{j}: give two different indices from 0 to {dim - 1}")
        point[i] = point[j] = Fraction(0)
        first, second = (tuple(Fraction(int(k == axis)) for k in range(dim)) for axis in (i, j))
        return cls(tuple(point), first, second, (f"x_{{{i + 1}}}", f"x_{{{j + 1}}}"))

    @classmethod
    def through(cls, p: Sequence[RationalLike], q: Sequence[RationalLike], r: Sequence[RationalLike]) -> Plane:
        """Return the plane through three points, which are its marks.

        The directions are exactly orthogonal and, up to rounding of one factor each, of length 1, so that a picture
        in the coordinates of the plane shows true angles and lengths.

        Raises:
            ShapeError: if the points lie on a line.
        """
        base = as_vector(p)
        u, w = (_minus(as_vector(point, len(base)), base) for point in (q, r))
        overlap = dot(u, w) / dot(u, u) if any(u) else Fraction(0)
        v = tuple(b - overlap * a for a, b in zip(u, w, strict=True))
        if not any(u) or not any(v):
            raise ShapeError("the three points lie on a line; give points that span a plane")
        a, b = _inverse_length(u), _inverse_length(v)
        marks = ((Fraction(0), Fraction(0)), (1 / a, Fraction(0)), (overlap / a, 1 / b))
        return cls(base, tuple(a * entry for entry in u), tuple(b * entry for entry in v), marks=marks)

    def __call__(self, coordinates: Sequence[RationalLike]) -> Vector:
        """Return the point with these coordinates."""
        s, t = as_vector(coordinates, 2)
        return tuple(b + s * u + t * v for b, u, v in zip(self.base, self.first, self.second, strict=True))

    def coordinates(self, point: Sequence[RationalLike]) -> Vector:
        """Return the coordinates (s, t) of the orthogonal projection of a point to the plane.

        The two directions are orthogonal, as all constructors make them.

        >>> Plane.along_axes(0, 2, [5, 6, 7]).coordinates([1, 2, 3])
        (Fraction(1, 1), Fraction(3, 1))
        """
        offset = _minus(as_vector(point, len(self.base)), self.base)
        return tuple(dot(offset, u) / dot(u, u) for u in (self.first, self.second))

    @property
    def matrix(self) -> tuple[Vector, ...]:
        """The d x 2 matrix whose columns are the two directions."""
        return tuple(zip(self.first, self.second, strict=True))

    def restrict(self, network: Network) -> Network:
        """Return the network on Q^2 whose value at (s, t) is that of ``network`` at the point of the plane.

        >>> net = Network.from_weights([([[1, 2, 3]], [0])])
        >>> Plane.along_axes(0, 1, [0, 0, 1]).restrict(net)([1, 1])
        (Fraction(6, 1),)
        """
        if len(self.base) != network.input_dim:
            raise ShapeError(f"a plane in Q^{len(self.base)} for a network with {network.input_dim} inputs")
        start = Network.chain(2, [(_PLANE, Affine(self.matrix, self.base)), (_SHAPE, Reshape(network.input_shape))])
        names = {node.name for node in start.nodes}
        nodes = list(start.nodes)
        for node in network.nodes[1:]:
            nodes.append(Node(unused_name(node.name, names), node.layer, tuple(i + 2 for i in node.inputs)))
            names.add(nodes[-1].name)
        return Network(nodes)

    def section(self, domain: Polyhedron) -> Polyhedron:
        """Return the polyhedron of the coordinates of all points of ``domain`` in the plane."""
        return domain.affine_preimage(self.matrix, self.base)


_PLANE, _SHAPE = "plane", "input shape"


def parse_plane(text: str, dim: int, domain: Polyhedron | None = None) -> Plane:
    """Return the plane in ``'I,J'``, ``'I,J;x1,...,xd'`` or ``'p1,...,pd;q1,...,qd;r1,...,rd'``.

    The first two lie along coordinate axes (counted from 0), through an interior point of the domain (the origin if
    none is given) or through the given point; the last is the plane through three points.

    Raises:
        NumberError: if a coordinate is no rational number.
        ShapeError: if indices or lengths do not fit ``dim``, or the points lie on a line.

    >>> parse_plane("0,2;5,6,7", 3).base
    (Fraction(0, 1), Fraction(6, 1), Fraction(0, 1))
    """
    axes, *points = text.split(";")
    if len(points) == 2:
        return Plane.through(*(_point(part, dim) for part in (axes, *points)))
    i, j = _two_axes(axes, len(points))
    if points:
        base = _point(points[0], dim)
    else:
        base = as_vector([0] * dim) if domain is None else domain.interior_point()
    return Plane.along_axes(i, j, base)


def _two_axes(text: str, n_points: int) -> tuple[int, int]:
    way_out = "give two axes 'I,J', axes and a point 'I,J;x1,...,xd', or three points 'p;q;r'"
    try:
        axes = tuple(map(int, text.split(",")))
    except ValueError:
        raise NumberError(f"axes are integers; {way_out}") from None
    if len(axes) != 2 or n_points > 1:
        raise ShapeError(way_out)
    return axes[0], axes[1]


def _point(text: str, dim: int) -> Vector:
    values = as_vector(text.split(","))
    if len(values) != dim:
        raise ShapeError(f"a point with {len(values)} coordinates in dimension {dim}")
    return values


def _minus(left: Vector, right: Vector) -> Vector:
    return tuple(a - b for a, b in zip(left, right, strict=True))


def _inverse_length(vector: Vector) -> Fraction:
    """Return a rational close to 1/|vector|, scaled first so that no float overflows."""
    scale = max(map(abs, vector))
    return as_fraction(1 / sqrt(sum(float(entry / scale) ** 2 for entry in vector))) / scale
