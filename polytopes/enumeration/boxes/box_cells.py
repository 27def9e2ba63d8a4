"""The cells of a gate program over a box with many coordinates, in exact arithmetic."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import field, frozen

from polytopes.arithmetic.linalg import identity, kernel
from polytopes.arithmetic.rationals import Row, Vector, homogeneous, primitive
from polytopes.enumeration.boxes.box_cell import BoxCell
from polytopes.enumeration.boxes.box_programs import Point, is_surely_negative
from polytopes.enumeration.boxes.box_space import BoxSpace
from polytopes.enumeration.boxes.reduction import ReducedProgram, reduced_program
from polytopes.enumeration.gate_program import GateProgram, Pattern, Tape
from polytopes.enumeration.splitting_tree import Node, enter, leaves
from polytopes.enumeration.stage_watch import current_watch
from polytopes.enumeration.vertex_cell import Form
from polytopes.polyhedra.boxes import Box
from polytopes.polyhedra.cut_boxes import cube_point, part_of_box

if TYPE_CHECKING:
    from polytopes.enumeration.domain_frame import Frame
    from polytopes.polyhedra.cut_boxes import CutBox


@frozen(eq=False, slots=False)
class BoxProblem:
    """A program over a box cut by rows: its reduction, and the spaces of the forms in y and in the frame of the hull.

    ``start`` is the set as a cell over the box of its free coordinates.
    """

    program: GateProgram
    frame: Frame
    reduced: ReducedProgram
    space: BoxSpace
    whole: BoxSpace
    start: BoxCell

    @classmethod
    def of(cls, program: GateProgram, cut: CutBox, frame: Frame, keep_outputs: bool = True) -> BoxProblem:
        """Return the problem of a set that is not empty or a point."""
        stretch, columns = frame.basis[0][0], frame.sparse_columns()
        units = [columns[j + 1][k] for k, j in enumerate(cut.free, 1)]
        inner = cut.inner_box
        lower, upper = (
            tuple(bound * stretch / unit for bound, unit in zip(bounds, units, strict=True))
            for bounds in (inner.lower, inner.upper)
        )
        cuts = [
            (row[0] * stretch, *(entry * unit for entry, unit in zip(row[1:], units, strict=True)))
            for row in cut.inner_rows
        ]
        reduced = reduced_program(program, cut, columns, keep_outputs, cuts)
        space = BoxSpace(lower, upper, reduced.rows)
        start = BoxCell.whole(space)
        if reduced.cuts:
            assert cut.inside is not None, "the set is not empty"
            inside = [cut.inside[j] for j in cut.free]
            start = start.cut(reduced.cuts, _as_floats(cube_point(inner, inside)))
        return cls(program, frame, reduced, space, BoxSpace(lower, upper), start)

    def root(self) -> Node:
        """Return the node where the gates of the first stage of the reduced program are open."""
        watch = current_watch()
        if watch is not None:
            watch.reduce(self.program, self.reduced.winners)
        tape = as_tape(identity(self.space.size))
        return enter(self.reduced.program, Node(self.start, tape, 0, (), (), ()))

    def leaves(self) -> Iterator[Node]:
        """Return the leaves of the splitting tree of the reduced program, one by one."""
        return leaves(self.reduced.program, self.root())

    def lifted(self, node: Node) -> tuple[LiftedCell, Pattern]:
        """Return the cell of a leaf in the frame, and the winners of all gates."""
        assert isinstance(node.geometry, BoxCell)
        return LiftedCell(self, node.geometry, node), self.reduced.whole_pattern(node.winners)


def _as_floats(point: Vector) -> Point:
    """Return a point as floats if they hold it."""
    rounded = np.array([float(u) for u in point])
    return rounded if tuple(map(Fraction, rounded.tolist())) == point else point


def as_tape(rows: Sequence[Sequence[int]]) -> Tape:
    """Return integer rows as a tape."""
    from flint import fmpz

    return [[fmpz(entry) for entry in row] for row in rows]


@frozen(eq=False, slots=False)
class LiftedCell:
    """A cell over a box in the coordinates of the frame, computed from its reduced form when it is asked for."""

    problem: BoxProblem = field(repr=False)
    reduced: BoxCell = field(repr=False)
    node: Node = field(repr=False)

    @cached_property
    def _cell(self) -> BoxCell:
        return self.reduced.lifted(self.problem.whole)

    @cached_property
    def output_forms(self) -> tuple[Row, ...]:
        """The integer forms of the outputs over the frame."""
        program = self.problem.reduced.program
        tape = program.resume(self.node.tape, self.node.stage, self.node.winners)
        return self.problem.space.integer_forms([tape[slot] for slot in program.outputs])

    @property
    def constraints(self) -> tuple[Form, ...]:
        """The hyperplane at infinity, the sides of the box, and the cuts."""
        return self._cell.constraints

    def signs(self, forms: Sequence[Form]) -> list[int]:
        """Return for each form which signs it takes on the cell."""
        return self._cell.signs(forms)

    def split(self, form: Form) -> tuple[Any, Any]:
        """Return the nonpositive and the nonnegative part of a form that takes both signs."""
        return self._cell.split(form)

    def half(self, form: Form) -> Any:
        """Return the nonnegative part of a form that takes both signs."""
        return self._cell.half(form)

    def interior(self) -> Row:
        """Return a vector in the interior of the cone."""
        return self._cell.interior()

    def is_bounded_by(self, form: Form) -> bool:
        """Whether a form that is nonnegative on the cone vanishes only at its apex."""
        return self._cell.is_bounded_by(form)

    def highest(self, form: Form) -> Row:
        """Return a vector of the closed cone where a form is largest for its height."""
        return self._cell.highest(form)

    def face(self, form: Form) -> tuple[int, Row] | None:
        """Return the dimension of the face where a form that is nowhere positive is 0, and a vector inside it.

        None if it is empty. Bounds over the box come first, then multipliers of the rows that prove the form negative;
        then it is asked whether the form is a constraint that is a facet, and last where it is 0, exactly.
        """
        cell = self._cell
        floats = cell.space.float_forms([form])
        if floats.signs()[0] < 0 or is_surely_negative(floats, cell.floats):
            return None
        row = primitive([int(entry) for entry in form])
        vector = cell.facet_vector(tuple(-entry for entry in row))
        if vector is not None:
            return cell.space.n - 1, vector
        rows = tuple(dict.fromkeys(cell.rows))
        equations = _zero_with(row, rows)
        others = [other for other in rows if other not in equations]
        found = part_of_box(Box(cell.space.lower, cell.space.upper), others, equations)
        return None if found.inside is None else (found.dim, homogeneous(found.inside))

    def cut_facets(self) -> list[Row]:
        """Return the irredundant constraints that are no sides of the box, primitive."""
        return self._cell.facet_rows()

    def facet_forms(self) -> list[Form]:
        """Return the irredundant constraints."""
        return self._cell.facet_forms()

    def facets(self) -> list[tuple[int, Row]]:
        """Return the irredundant constraints, each with a vector in the relative interior of its facet."""
        return self._cell.facets()


def _zero_with(form: Row, rows: Sequence[Row]) -> list[Row]:
    """Return equations of where a form is 0 and rows are nonnegative: rows, if minus the form is a sum of multiples.

    >>> _zero_with((-1, -2, -3), [(1, 0, 3), (0, 1, 0), (1, 1, 1)])
    [(1, 0, 3), (0, 1, 0)]
    """
    relations = kernel(list(zip(form, *rows, strict=True)), len(rows) + 1)
    if len(relations) == 1:
        [(first, *factors)] = relations
        if first and all(first * factor >= 0 for factor in factors):
            return [row for row, factor in zip(rows, factors, strict=True) if factor]
    return [form]
