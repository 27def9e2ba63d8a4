"""The bends of a network of one input, or along a segment in any dimension, with the units that switch there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from attrs import frozen

from polytopes.arithmetic.enclosures import Enclosure, RootTotal
from polytopes.arithmetic.rationals import (
    RationalLike,
    Vector,
    VectorLike,
    as_fraction,
    as_vector,
    dehomogeneous,
    exact_text,
)
from polytopes.enumeration.segments import SegmentPiece, segment_pieces
from polytopes.errors import DomainError, ShapeError, VerificationFailed
from tropical.networks.sources import as_network
from tropical.regions.activation_regions import activation_regions
from tropical.regions.surveys.units import Unit, units

if TYPE_CHECKING:
    from tropical.networks.network import Network
    from tropical.networks.sources import NetworkLike


@frozen(kw_only=True)
class Breakpoints:
    """The places where a network bends along a line: ``x`` increases, and ``values`` are those of the network there.

    On an interval its ends are the first and the last of ``x``, and there is a slope between any two neighbors; on the
    whole line there are the bends only, with a slope before, between and after them. ``switching`` has the units that
    switch at each bend. ``total_variation`` is the sum of the Euclidean norms of the jumps of the slope. The lengths
    are of the graph and of the image; they are None on the whole line.
    """

    x: Vector
    values: tuple[Vector, ...]
    slopes: tuple[Vector, ...]
    switching: tuple[tuple[Unit, ...], ...]
    n_activation_regions: int
    total_variation: Enclosure
    is_bounded: bool
    anchor: tuple[Fraction, Vector]
    """A point with its value, on the first piece."""
    graph_length: Enclosure | None = None
    image_length: Enclosure | None = None

    @property
    def bends(self) -> Vector:
        """The places without the ends of the interval."""
        return self.x[1:-1] if self.is_bounded else self.x

    def as_dict(self) -> dict[str, Any]:
        """Return the breakpoints as they are written in documents; vectors of one number are that number."""
        lengths = {"graph_length": self.graph_length, "image_length": self.image_length}
        return {
            "x": [exact_text(x) for x in self.x],
            "values": [_texts(value) for value in self.values],
            "slopes": [_texts(slope) for slope in self.slopes],
            "units": [
                {"x": exact_text(x), "units": [unit.as_dict() for unit in own]}
                for x, own in zip(self.bends, self.switching, strict=True)
            ],
            "anchor": {"x": exact_text(self.anchor[0]), "value": _texts(self.anchor[1])},
            "activation_regions": self.n_activation_regions,
            "total_variation": self.total_variation.as_dict(),
            **{name: None if length is None else length.as_dict() for name, length in lengths.items()},
        }


def breakpoints(
    network: NetworkLike, lower: RationalLike | None = None, upper: RationalLike | None = None
) -> Breakpoints:
    """Return all places where a network of one input bends, in an interval or on the whole line.

    Args:
        network: a network of one input, or what :func:`tropical.load` reads without options.
        lower, upper: the ends of the interval; the whole line if both are None.

    Raises:
        ShapeError: if the network has another number of inputs.
        DomainError: if only one end is given, or the interval has no interior.
        VerificationFailed: if pieces do not fit together, by an error of this program.

    Algorithm:
        The interval is cut where a gate changes its winner; neighbors with one slope are joined. The values at all
        cuts are compared with the network. On the whole line the activation regions tell how far the cuts reach, and
        their number is compared too.

    >>> from tropical import Network
    >>> tent = Network.from_weights([([[1], [1]], [0, "-1/2"]), ([[2, -4]], [0])])
    >>> found = breakpoints(tent)
    >>> [str(x) for x in found.x], [str(slope) for (slope,) in found.slopes]
    (['0', '1/2'], ['0', '2', '-2'])
    """
    network = as_network(network)
    if network.input_dim != 1:
        raise ShapeError(f"{network.input_dim} inputs; breakpoints are of networks of one input, or along a segment")
    if lower is None and upper is None:
        return _on_the_line(network)
    if lower is None or upper is None:
        raise DomainError("one end of an interval; give both, or none for the whole line")
    low, high = as_fraction(lower), as_fraction(upper)
    if low >= high:
        raise DomainError(f"the interval from {exact_text(low)} to {exact_text(high)} has no interior")
    return _found(network, (low,), (high,), _Scale(low, high - low, bounded=True))


def along_segment(network: NetworkLike, first: VectorLike, last: VectorLike) -> Breakpoints:
    """Return all places t in [0, 1] where a network bends on the segment ``p + t (q - p)``.

    Args:
        network: a network, or what :func:`tropical.load` reads without options.
        first, last: the ends p and q, in its input space.

    Raises:
        ShapeError: if a point has another number of coordinates than the network has inputs.
        DomainError: if the points are equal.
        VerificationFailed: as for :func:`breakpoints`.

    The length of the graph is that in the product of input and output space.

    >>> from tropical import Network
    >>> net = Network.from_weights([([[1, -1]], [0]), ([[1]], [0])])
    >>> found = along_segment(net, [0, 1], [1, 0])
    >>> [str(t) for t in found.x], str(found.graph_length.exact), str(found.image_length.exact)
    (['0', '1/2', '1'], '1/2 sqrt(2) + 1/2 sqrt(6)', '1')
    """
    network = as_network(network)
    ends = as_vector(first), as_vector(last)
    for point in ends:
        if len(point) != network.input_dim:
            raise ShapeError(f"a point with {len(point)} coordinates for a network of {network.input_dim} inputs")
    if ends[0] == ends[1]:
        raise DomainError("the ends of the segment are equal; give two points")
    return _found(network, *ends, _Scale(Fraction(0), Fraction(1), bounded=True))


@frozen
class _Scale:
    """The coordinate ``start + share size`` on a segment, and whether its ends count."""

    start: Fraction
    size: Fraction
    bounded: bool

    def at(self, share: Fraction) -> Fraction:
        return self.start + share * self.size


def _on_the_line(network: Network) -> Breakpoints:
    regions = list(activation_regions(network))
    ends = {dehomogeneous(row)[0] for region in regions for row in region.vertex_rows}
    if len(regions) == 1:
        ends = {Fraction(0)}
    low, high = min(ends) - 1, max(ends) + 1
    found = _found(network, (low,), (high,), _Scale(low, high - low, bounded=False))
    if found.n_activation_regions != len(regions):
        raise VerificationFailed("the line and a segment with all breakpoints have different activation regions")
    return found


def _found(network: Network, first: Vector, last: Vector, scale: _Scale) -> Breakpoints:
    pieces = sorted(segment_pieces(network.program, first, last), key=lambda piece: piece.start)
    _check(network, pieces, first, last)
    names = units(network)
    cuts, values, slopes = [pieces[0].start], [pieces[0].values[0]], [_slope(pieces[0], scale)]
    switching: list[tuple[Unit, ...]] = []
    for before, piece in pairwise(pieces):
        slope = _slope(piece, scale)
        if slope != slopes[-1]:
            cuts.append(piece.start)
            values.append(piece.values[0])
            slopes.append(slope)
            changed = zip(names, before.pattern, piece.pattern, strict=True)
            switching.append(tuple(unit for unit, old, new in changed if old != new))
    cuts.append(pieces[-1].end)
    values.append(pieces[-1].values[1])
    square = _square(first, last)
    kept = slice(None) if scale.bounded else slice(1, -1)
    lengths = [_length(cuts, values, own) for own in (square, Fraction(0))] if scale.bounded else [None, None]
    return Breakpoints(
        x=tuple(map(scale.at, cuts[kept])),
        values=tuple(values[kept]),
        slopes=tuple(slopes),
        switching=tuple(switching),
        n_activation_regions=len(pieces),
        total_variation=_total(_square(a, b) for a, b in pairwise(slopes)),
        is_bounded=scale.bounded,
        anchor=(scale.at(cuts[0]), values[0]),
        graph_length=lengths[0],
        image_length=lengths[1],
    )


def _check(network: Network, pieces: Sequence[SegmentPiece], first: Vector, last: Vector) -> None:
    """Check that the pieces cover the segment and that their values are those of the network."""
    cuts = [Fraction(0), *(t for piece in pieces for t in (piece.start, piece.end)), Fraction(1)]
    values = [piece.values[k] for piece in pieces for k in (0, 1)]
    if cuts[::2] != cuts[1::2] or values[1:-1:2] != values[2::2]:
        raise VerificationFailed("the pieces of a segment do not fit together")
    places = [piece.start for piece in pieces] + [pieces[-1].end]
    for t, value in zip(places, [*values[::2], values[-1]], strict=True):
        if network([a + t * (b - a) for a, b in zip(first, last, strict=True)]) != value:
            raise VerificationFailed("the values at a breakpoint are not those of the network")


def _slope(piece: SegmentPiece, scale: _Scale) -> Vector:
    size = (piece.end - piece.start) * scale.size
    return tuple((b - a) / size for a, b in zip(*piece.values, strict=True))


def _length(cuts: Sequence[Fraction], values: Sequence[Vector], square: Fraction) -> Enclosure:
    """Return the length of the image, of the graph if ``square`` is the squared length of the segment."""
    steps = zip(pairwise(cuts), pairwise(values), strict=True)
    return _total((b - a) ** 2 * square + _square(v, w) for (a, b), (v, w) in steps)


def _total(squares: Iterable[Fraction]) -> Enclosure:
    total = RootTotal()
    for square in squares:
        total.add(Fraction(1), square)
    return total.enclosure()


def _square(first: Vector, last: Vector) -> Fraction:
    return sum(((a - b) ** 2 for a, b in zip(first, last, strict=True)), Fraction(0))


def _texts(vector: Vector) -> str | list[str]:
    texts = [exact_text(entry) for entry in vector]
    return texts[0] if len(texts) == 1 else texts
