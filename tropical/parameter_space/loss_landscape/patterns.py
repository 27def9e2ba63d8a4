"""The activation patterns of one unit on data: sign vectors of the chambers of a central arrangement."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any, overload

from attrs import field, frozen

from polytopes.arithmetic.linalg import echelon
from polytopes.arithmetic.rationals import MatrixLike, Row, Vector, dot, exact_text, primitive
from polytopes.arrangements.arrangement import Arrangement
from polytopes.errors import VerificationFailed
from polytopes.messages import exact_repr
from polytopes.polyhedra.cone import Cone
from tropical.fans.data_set import DataSet
from tropical.parameter_space.loss_landscape.points import LayerPoints

Bits = tuple[int, ...]


@frozen
class UnitPattern:
    """An activation pattern a of one unit, and weights w with this pattern: a_i = 1 iff x_i . w > 0.

    ``coordinates`` are those of a multiple of w in the pivot columns of the points.
    """

    bits: Bits
    witness: Vector = field(repr=exact_repr)
    coordinates: Row = field(repr=False)

    @property
    def text(self) -> str:
        """The bits as a word of 0 and 1."""
        return "".join(map(str, self.bits))

    def as_dict(self) -> dict[str, Any]:
        """Return the pattern as it is written in documents."""
        return {"pattern": self.text, "weights": list(map(exact_text, self.witness))}


@frozen(slots=False, eq=False, repr=False)
class UnitPatterns(Sequence[UnitPattern]):
    """All patterns of one unit on data, in lexicographic order.

    >>> found = unit_patterns([[0], [1], [3]])
    >>> found, [pattern.text for pattern in found]
    (6 patterns of a unit on 3 points in Q^1 with bias, ['000', '001', '011', '100', '110', '111'])
    """

    points: LayerPoints
    patterns: tuple[UnitPattern, ...]

    @overload
    def __getitem__(self, index: int) -> UnitPattern: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[UnitPattern, ...]: ...
    def __getitem__(self, index: int | slice) -> UnitPattern | tuple[UnitPattern, ...]:
        return self.patterns[index]

    def __len__(self) -> int:
        return len(self.patterns)

    def __iter__(self) -> Iterator[UnitPattern]:
        return iter(self.patterns)

    def __repr__(self) -> str:
        points = self.points
        with_bias = "with bias" if points.bias else "without bias"
        patterns = "1 pattern" if len(self) == 1 else f"{len(self)} patterns"
        many = "1 point" if points.n_points == 1 else f"{points.n_points} points"
        return f"{patterns} of a unit on {many} in Q^{points.inputs} {with_bias}"

    @cached_property
    def cones(self) -> tuple[Cone, ...]:
        """The closures of the sets of units with each pattern, in the coordinates of the pivot columns."""
        return tuple(map(self._cone, self.patterns))

    def _cone(self, pattern: UnitPattern) -> Cone:
        signed = {
            primitive([entry if bit else -entry for entry in row])
            for row, bit in zip(self.points.matrix, pattern.bits, strict=True)
            if any(row)
        }
        return Cone.from_rows(sorted(signed), ambient_dim=self.points.rank)

    @cached_property
    def spans(self) -> tuple[tuple[Row, ...], ...]:
        """For each pattern a basis of U(a), the span of a * X: primitive rows in reduced echelon form."""
        matrix = self.points.matrix
        return tuple(
            echelon(list(zip(*(_kept(row, bit) for row, bit in zip(matrix, own.bits, strict=True)), strict=True)))[0]
            if any(own.bits)
            else ()
            for own in self.patterns
        )


def _kept(row: Row, bit: int) -> Row:
    return row if bit else (0,) * len(row)


def unit_patterns(data: DataSet | MatrixLike | LayerPoints, bias: bool = True) -> UnitPatterns:
    """Return the activation patterns of a unit w on data: all a with a_i = 1 iff x_i . w > 0, for w on no wall.

    Points that are 0 have no wall and the bit 0; equal and parallel points share one.

    Args:
        data: n points of Q^d, or a data set; labels and weights do not matter.
        bias: whether units have a bias, that is whether a 1 is appended to every point.

    Raises:
        InputError: if there is no point.
        VerificationFailed: if a witness has another pattern, or the number is not that of Zaslavsky's theorem.

    Algorithm:
        The patterns are the chambers of the arrangement of the hyperplanes x_i . w = 0, which are enumerated; their
        number is counted once more by the characteristic polynomial (Zaslavsky 1975).

    >>> [pattern.text for pattern in unit_patterns([[2, 2], [3, 3], [1, 0]], bias=False)]
    ['000', '001', '110', '111']
    """
    points = LayerPoints.of(data, bias)
    if not points.rank:
        zero = UnitPattern((0,) * points.n_points, points.lift(()), ())
        return UnitPatterns(points, (zero,))
    arrangement = Arrangement.central([row for row in points.matrix if any(row)], points.rank)
    found = sorted((_pattern(points, chamber.point) for chamber in arrangement.chambers()), key=lambda own: own.bits)
    if len({own.bits for own in found}) != len(found) or len(found) != arrangement.n_chambers:
        raise VerificationFailed(f"{len(found)} patterns were found, but there are {arrangement.n_chambers}")
    return UnitPatterns(points, tuple(found))


def _pattern(points: LayerPoints, chosen: Vector) -> UnitPattern:
    coordinates = primitive(chosen)
    witness = points.lift(coordinates)
    bits = points.pattern_at(witness)
    if bits is None or bits != tuple(int(dot(row, coordinates) > 0) for row in points.matrix):
        raise VerificationFailed("a unit does not have the pattern that it was found for")
    return UnitPattern(bits, witness, coordinates)
