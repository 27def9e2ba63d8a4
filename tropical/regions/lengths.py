"""The length of the image of a polyline under a network, exactly: how much the network stretches and folds it."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from attrs import define, evolve, field, frozen

from polytopes.arithmetic.enclosures import Enclosure, RootTotal, bits_for
from polytopes.arithmetic.rationals import Vector, exact_text
from polytopes.enumeration.segments import SegmentPiece, segment_pieces
from polytopes.errors import VerificationFailed
from tropical.networks.sources import as_network
from tropical.regions.complexity.points import checked_points

if TYPE_CHECKING:
    from tropical.networks.network import Network
    from tropical.networks.sources import NetworkLike


@frozen
class Breakpoint:
    """A point of a polyline, inside a segment, where the image changes its direction or its speed."""

    segment: int
    share: Fraction
    """How much of the segment lies before the point."""
    point: Vector
    image: Vector

    def as_dict(self) -> dict[str, Any]:
        """Return the point as it is written in documents."""
        return {
            "segment": self.segment,
            "share": exact_text(self.share),
            "point": [exact_text(entry) for entry in self.point],
            "image": [exact_text(entry) for entry in self.image],
        }


@frozen(kw_only=True)
class ImageLength:
    """The length of the image of a polyline, of the polyline, and the distance of the ends of the image.

    ``n_pieces`` counts the pieces of all segments on which every gate has one winner. If ``complete`` is False the
    numbers are of the first ``n_segments`` segments.
    """

    length: Enclosure
    input_length: Enclosure
    end_distance: Enclosure
    n_segments: int
    n_pieces: int
    breakpoints: tuple[Breakpoint, ...]
    complete: bool
    seconds: float
    exactly: bool = False

    @property
    def distortion(self) -> float | None:
        """The length of the image over that of the polyline; None if the latter is 0."""
        whole = float(self.input_length)
        return float(self.length) / whole if whole else None

    def as_dict(self) -> dict[str, Any]:
        """Return the numbers as they are written in documents."""
        named = {"length": self.length, "input_length": self.input_length, "end_distance": self.end_distance}
        return {
            **{name: own.as_dict(self.exactly) for name, own in named.items()},
            "distortion": self.distortion,
            "segments": self.n_segments,
            "pieces": self.n_pieces,
            "breakpoints": [own.as_dict() for own in self.breakpoints],
            "complete": self.complete,
            "seconds": self.seconds,
        }


def image_length(network: NetworkLike, points: Sequence[Any], *, digits: int = 15, exact: bool = False) -> ImageLength:
    """Return the length of the image of a polyline under a network, and its breakpoints.

    Args:
        network: a network, or what :func:`tropical.load` reads without options.
        points: the vertices of the polyline in its input space, in order; repeated points do no harm.
        digits: digits of the enclosures.
        exact: give all terms of the sums of square roots, however many and long.

    Raises:
        InputError: if there is no point.
        ShapeError: if a point has another number of coordinates than the network has inputs.
        VerificationFailed: if the pieces do not fit together, or their ends are not the values of the network.

    Algorithm:
        Each segment is cut where a gate changes its winner. On a piece the network is affine, so its image is a
        segment, between the exact values at the ends.

    >>> from tropical import Network
    >>> tent = Network.from_weights([([[1], [1]], [0, "-1/2"]), ([[2, -4]], [0])])
    >>> found = image_length(tent, [[0], [1]])
    >>> str(found.length.exact), [str(own.share) for own in found.breakpoints]
    ('2', ['1/2'])
    """
    network = as_network(network)
    work = LengthSums(network=network, digits=digits, exactly=exact)
    return work.fill(checked_points(network, points))


@define(kw_only=True)
class LengthSums:
    """The work of :func:`image_length`; :meth:`answer` tells at any time what is known."""

    network: Network
    digits: int = 15
    exactly: bool = False
    n_segments: int = 0
    n_pieces: int = 0
    _started: float = field(init=False, factory=time.perf_counter)
    _image: RootTotal = field(init=False)
    _input: RootTotal = field(init=False)
    _breakpoints: list[Breakpoint] = field(init=False, factory=list)
    _ends: tuple[Vector, Vector] | None = field(init=False, default=None)

    def __attrs_post_init__(self) -> None:
        bits_for(self.digits)
        self._image, self._input = (RootTotal(self.digits, self.exactly) for _ in range(2))

    def fill(self, points: Sequence[Vector], progress: Callable[[int], None] | None = None) -> ImageLength:
        """Add the segments between these points and return the answer."""
        value = self.network(points[0])
        self._ends = value, value
        for first, last in pairwise(points):
            value = self._add(first, last, value)
            if progress is not None:
                progress(self.n_segments)
        return self.answer(complete=True)

    def _add(self, first: Vector, last: Vector, value: Vector) -> Vector:
        """Add a segment that begins at a point with this value; return the value at its end."""
        pieces = sorted(segment_pieces(self.network.program, first, last), key=lambda piece: piece.start)
        joined = _joined(pieces)
        after = self.network(last)
        chain = [value, *(image for piece in joined for image in piece.values), after]
        cuts = [Fraction(0), *(t for piece in pieces for t in (piece.start, piece.end)), Fraction(1)]
        if chain[::2] != chain[1::2] or (pieces and cuts[::2] != cuts[1::2]):
            raise VerificationFailed("the pieces of a segment do not fit together")
        for piece in joined:
            self._image.add(Fraction(1), _square(*piece.values))
        self._input.add(Fraction(1), _square(first, last))
        for piece in joined[1:]:
            point = tuple(a + piece.start * (b - a) for a, b in zip(first, last, strict=True))
            self._breakpoints.append(Breakpoint(self.n_segments, piece.start, point, piece.values[0]))
        self.n_segments += 1
        self.n_pieces += len(pieces)
        assert self._ends is not None, "the value at the first point is known"
        self._ends = self._ends[0], after
        return after

    def answer(self, complete: bool) -> ImageLength:
        """Return the lengths so far.

        Raises:
            VerificationFailed: if the image is shorter than the distance of its ends.
        """
        square = Fraction(0) if self._ends is None else _square(*self._ends)
        distance = RootTotal(self.digits, self.exactly)
        distance.add(Fraction(1), square)
        found = ImageLength(
            length=self._image.enclosure(),
            input_length=self._input.enclosure(),
            end_distance=distance.enclosure(),
            n_segments=self.n_segments,
            n_pieces=self.n_pieces,
            breakpoints=tuple(self._breakpoints),
            complete=complete,
            seconds=time.perf_counter() - self._started,
            exactly=self.exactly,
        )
        if found.length.upper < found.end_distance.lower:
            raise VerificationFailed("an image is shorter than the distance of its ends")
        return found


def _joined(pieces: Sequence[SegmentPiece]) -> list[SegmentPiece]:
    """Return pieces in order, those on which the network is one affine map joined."""
    found: list[SegmentPiece] = []
    for piece in pieces:
        if found and _speed(found[-1]) == _speed(piece):
            last = found.pop()
            piece = evolve(piece, start=last.start, values=(last.values[0], piece.values[1]))
        found.append(piece)
    return found


def _speed(piece: SegmentPiece) -> Vector:
    share = piece.end - piece.start
    return tuple((b - a) / share for a, b in zip(*piece.values, strict=True))


def _square(first: Vector, last: Vector) -> Fraction:
    return sum(((a - b) ** 2 for a, b in zip(first, last, strict=True)), Fraction(0))
