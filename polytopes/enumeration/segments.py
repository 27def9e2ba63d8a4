"""A program on a segment: the pieces on which every gate has one winner, and the values at their ends."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from attrs import frozen
from flint import fmpz

from polytopes.arithmetic.rationals import Vector, common_denominator
from polytopes.enumeration.gate_program import GateProgram, Pattern, Tape
from polytopes.enumeration.splitting_tree import Node, enter, leaves
from polytopes.enumeration.vertex_cell import VertexCell

SHARE = ((fmpz(1), fmpz(0)), (fmpz(0), fmpz(1)), (fmpz(1), fmpz(-1)))
"""The forms in (1, t) that are nonnegative for t from 0 to 1."""


@frozen(eq=False)
class SegmentPiece:
    """The part of a segment ``(1 - t) p + t q`` from ``start`` to ``end``, and the values of the program there."""

    start: Fraction
    end: Fraction
    values: tuple[Vector, Vector]
    pattern: Pattern


def segment_pieces(program: GateProgram, first: Vector, last: Vector) -> Iterator[SegmentPiece]:
    """Yield the pieces of a segment on which every gate has one winner, in no particular order.

    Forms that agree on a piece count as one; the smallest index is the winner. A segment from a point to itself has no
    piece.

    Args:
        program: a piecewise linear map on Q^d.
        first, last: the ends, in Q^d.

    >>> from polytopes import ProgramBuilder
    >>> build = ProgramBuilder(1)
    >>> program = build.finish(build.relu([1]))
    >>> pieces = segment_pieces(program, (Fraction(-1),), (Fraction(3),))
    >>> sorted((str(piece.start), str(piece.end), piece.pattern) for piece in pieces)
    [('0', '1/4', (0,)), ('1/4', '1', (1,))]
    """
    if first == last:
        return
    scale = common_denominator([*first, *last])
    tape: Tape = [[fmpz(scale), fmpz(0)]]
    for a, b in zip(first, last, strict=True):
        low, high = int(a * scale), int(b * scale)
        tape.append([fmpz(low), fmpz(high - low)])
    cell = VertexCell.whole_space(2)
    for form in SHARE:
        cell = cell.half(form)
    for node in leaves(program, enter(program, Node(cell, tape, 0, (), (), ()))):
        assert isinstance(node.geometry, VertexCell), "a segment is kept by its ends"
        start, end = sorted(Fraction(int(t), int(one)) for one, t in node.geometry.rays)
        done = program.resume(node.tape, node.stage, node.winners)
        forms = [[program.scales[slot] / scale * int(entry) for entry in done[slot]] for slot in program.outputs]
        values = [tuple(c + t * a for c, a in forms) for t in (start, end)]
        yield SegmentPiece(start, end, (values[0], values[1]), node.winners)
