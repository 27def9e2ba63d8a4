"""The engine: the full-dimensional cells on which every gate of a program has one winner.

The domain is split gate by gate into a tree whose leaves are the cells. Coincident hyperplanes do no harm (as they do
when cells are found by crossing one facet at a time), no set of visited cells is kept, and cells come one by one, in
memory proportional to the depth.

A cell is handled through the few operations of :class:`polytopes.enumeration.splitting_tree.CellGeometry`, by its rays
in low dimension (:mod:`polytopes.enumeration.vertex_cell`) and by a witness and linear programs in high
(:mod:`polytopes.enumeration.witness_cell`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from attrs import evolve, field, frozen

from polytopes.arithmetic.linalg import kernel
from polytopes.arithmetic.rationals import Row, Vector, dehomogeneous, primitive
from polytopes.enumeration.boxes.box_cells import LiftedCell
from polytopes.enumeration.domain_cell import Method, box_problem, root_node
from polytopes.enumeration.domain_frame import Frame
from polytopes.enumeration.exact_tapes import ExactTapes
from polytopes.enumeration.gate_program import GateProgram, Pattern, Tape
from polytopes.enumeration.patterns_beyond import exact_pattern_beyond
from polytopes.enumeration.splitting_tree import CellGeometry, leaves
from polytopes.enumeration.vertex_cell import Form, VertexCell

if TYPE_CHECKING:
    from polytopes.polyhedra.cone import Cone
    from polytopes.polyhedra.polyhedron import Polyhedron

__all__ = ["Cell", "Method", "cells"]


@frozen(eq=False)
class Cell:
    """A full-dimensional cell of the domain: the closure of a set on which every gate has one strict winner.

    Forms that coincide on the whole cell count as one; the smallest index is the winner.
    """

    program: GateProgram
    frame: Frame
    _geometry: CellGeometry | Callable[[], CellGeometry] = field(repr=False)
    """The geometry, or a function that finds it when it is asked for."""
    pattern: Pattern
    _tape: Tape | None = field(repr=False, default=None)
    """The tape of the walk; if it was dropped, outputs are computed again from the pattern."""
    _stage: int = field(repr=False, default=0)

    @cached_property
    def geometry(self) -> CellGeometry:
        """The cell as a cone in homogeneous coordinates."""
        return self._geometry() if callable(self._geometry) else self._geometry

    @cached_property
    def point(self) -> Vector:
        """A rational point in the (relative) interior."""
        return dehomogeneous(self._interior())

    def _interior(self) -> Row:
        return self.frame.lift(self.geometry.interior())

    @cached_property
    def inner_inequalities(self) -> tuple[Row, ...]:
        """Rows in coordinates of the frame that define the cell together with that of infinity; redundant ones too."""
        rows = dict.fromkeys(primitive([int(entry) for entry in form]) for form in self.geometry.constraints)
        return tuple(row for row in rows if any(row[1:]))

    @cached_property
    def inequalities(self) -> tuple[Row, ...]:
        """Rows r with r . (1, x) >= 0 that define the cell within the hull of the domain; some may be redundant."""
        inner = self.inner_inequalities
        return inner if self.frame.is_identity else tuple(map(self.frame.extend, inner))

    @cached_property
    def equations(self) -> tuple[Row, ...]:
        """Rows that vanish on the hull of the domain (none for a full-dimensional domain)."""
        return kernel(self.frame.basis, self.frame.ambient_dim + 1) if self._is_flat else ()

    @property
    def _is_flat(self) -> bool:
        return self.frame.size <= self.frame.ambient_dim

    @cached_property
    def inner_facets(self) -> tuple[tuple[int, Row], ...]:
        """The numbers of the constraints that are facets, each with coordinates of a point inside its facet."""
        height = self.frame.basis[0][0]
        return tuple((index, vector) for index, vector in self.geometry.facets() if height * vector[0] > 0)

    @cached_property
    def facets(self) -> tuple[tuple[Row, Vector], ...]:
        """The irredundant inequalities, each with a rational point in the relative interior of its facet."""
        points = (dehomogeneous(self.frame.lift(vector)) for _, vector in self.inner_facets)
        rows = (self._row(self.geometry.constraints[index]) for index, _ in self.inner_facets)
        return tuple(zip(rows, points, strict=True))

    @property
    def facet_rows(self) -> tuple[Row, ...]:
        """The irredundant inequalities."""
        return tuple(map(self._row, self._facet_forms))

    @cached_property
    def _facet_forms(self) -> list[Form]:
        """The constraints that are facets."""
        geometry = self.geometry
        if isinstance(geometry, LiftedCell):
            return geometry.facet_forms()
        return [geometry.constraints[index] for index, _ in self.inner_facets]

    def _row(self, form: Form) -> Row:
        return self.frame.extend([int(entry) for entry in form])

    @property
    def tape(self) -> Tape:
        """The integer forms in all slots of the program on this cell, in the coordinates of the frame."""
        if self._tape is None:
            return self.program.run(self.frame.columns, self.pattern)
        return self.program.resume(self._tape, self._stage, self.pattern)

    @cached_property
    def forms(self) -> tuple[Vector, ...]:
        """The affine forms (c, a_1, ..., a_d) of the program's outputs on this cell, d = dimension of the space.

        On a lower-dimensional domain they are forms that agree with the outputs on its hull.
        """
        outputs = zip(self.program.outputs, self.integer_forms, strict=True)
        return tuple(self._true_form(slot, form) for slot, form in outputs)

    @cached_property
    def integer_forms(self) -> Sequence[Sequence[Any]]:
        """The forms of the outputs in coordinates of the frame, in integers: positive multiples of the true ones."""
        return self._output_forms()

    @property
    def signs_at_rays(self) -> Any:
        """The signs of the outputs at the rays, if floats told them when the cell was found; else None."""
        return None

    def _output_forms(self) -> Sequence[Sequence[Any]]:
        if isinstance(self.geometry, LiftedCell):
            return self.geometry.output_forms
        tape = self.tape
        return [tape[slot] for slot in self.program.outputs]

    def _true_form(self, slot: int, form: Sequence[Any]) -> Vector:
        if self.frame.is_identity:
            return tuple(self.program.scales[slot] * int(entry) for entry in form)
        row = [Fraction(0)] * (self.frame.ambient_dim + 1)
        for entry, base in zip(form, self.frame.basis, strict=True):
            pivot = next(j for j, value in enumerate(base) if value)
            row[pivot] = self.program.scales[slot] * Fraction(int(entry), base[pivot])
        return tuple(row)

    def light(self) -> Cell:
        """Return the cell without the tape of the walk and what was computed from it, to keep many of them."""
        geometry = self._geometry
        return evolve(self, tape=None, geometry=evolve(geometry) if isinstance(geometry, LiftedCell) else geometry)

    @cached_property
    def is_bounded(self) -> bool:
        """Whether the cell is bounded."""
        return self._is_bounded()

    def _is_bounded(self) -> bool:
        at_infinity = (1,) + (0,) * self.frame.ambient_dim
        return self.geometry.is_bounded_by(self.frame.pull_back(at_infinity))

    @cached_property
    def volume(self) -> Fraction:
        """The exact volume of a bounded cell; 0 on a domain of lower dimension.

        Raises:
            NoAnswerError: if the cell is unbounded.
        """
        return self._volume()

    def _volume(self) -> Fraction:
        return self.polyhedron.volume()

    @cached_property
    def polyhedron(self) -> Polyhedron:
        """The cell as a polyhedron of its own."""
        from polytopes.polyhedra.polyhedron import Polyhedron

        geometry = self.geometry
        if isinstance(geometry, VertexCell) and not geometry.lines and self.frame.is_identity:
            return Polyhedron(_cone(geometry))
        return Polyhedron.from_rows(self.inequalities, self.equations, self.frame.ambient_dim)

    def patterns_beyond(self) -> list[Pattern]:
        """Return the pattern of the cell beyond every facet, in the order of :meth:`neighbor_patterns`."""
        return [beyond for _, beyond in self.neighbor_patterns()]

    def facet_row(self, number: int) -> Row:
        """Return the inequality of a facet by its number in :meth:`neighbor_patterns`."""
        return self.neighbor_patterns()[number][0]

    def neighbor_patterns(self) -> list[tuple[Row, Pattern]]:
        """Return (facet row, pattern of the cell beyond it) for every facet.

        Across a facet lies exactly one cell, because the map is continuous. Beyond the boundary of the domain the
        pattern is that of a cell outside: no cell of the domain has it, for where it first differs from this cell's
        pattern both see the same form, which vanishes on the facet. If no gate changes there it is this cell's own.
        """
        tapes = _tapes_on(self.program, self.frame)
        rows = zip(self.facet_rows, self._facet_forms, strict=True)
        return [(row, exact_pattern_beyond(tapes, self.pattern, tuple(map(int, form)))) for row, form in rows]

    def neighbors_across_cuts(self) -> list[tuple[Row, Pattern]]:
        """Return (primitive form in the frame, pattern beyond it) for all facets of a cell of a box that are no sides.

        The form is positive in the cell, and vanishes on the facet.
        """
        geometry = self.geometry
        assert isinstance(geometry, LiftedCell), "the domain is walked as a box"
        tapes = _tapes_on(self.program, self.frame)
        return [(row, exact_pattern_beyond(tapes, self.pattern, row)) for row in geometry.cut_facets()]


def _tapes_on(program: GateProgram, frame: Frame) -> ExactTapes:
    """Return the exact tapes of a program in a frame; those asked for last are kept."""
    known = _last_tapes.get(frame)
    if known is None or known.program is not program:
        known = _last_tapes[frame] = ExactTapes.on(program, frame.columns)
    return known


_last_tapes: WeakKeyDictionary[Frame, ExactTapes] = WeakKeyDictionary()


def _cone(geometry: VertexCell) -> Cone:
    """Return a cone without lines with all that is known of it."""
    from polytopes.polyhedra.cone import Cone
    from polytopes.polyhedra.systems import System

    rows = sorted(primitive([int(entry) for entry in geometry.constraints[k]]) for k, _ in geometry.facets())
    rays = sorted(primitive([int(entry) for entry in ray]) for ray in geometry.rays)
    halfspaces, generators = System(tuple(rows), (), minimal=True), System(tuple(rays), (), minimal=True)
    return Cone(geometry.size, halfspaces, generators, geometry.interior())


def cells(
    program: GateProgram,
    domain: Polyhedron | None = None,
    method: Method | None = None,
    relative: bool = False,
) -> Iterator[Cell]:
    """Yield the full-dimensional cells of ``domain`` on which every gate of ``program`` has one winner.

    Args:
        program: a piecewise linear map on Q^d.
        domain: a polyhedron in Q^d; all of Q^d if None.
        method: "vertices" or "witness"; chosen by dimension if None.
        relative: count cells of full dimension within a lower-dimensional domain.

    Raises:
        ShapeError: if domain and program differ in dimension.
        DomainError: if the domain is empty, or lower-dimensional and ``relative`` is not set.

    >>> from polytopes import ProgramBuilder
    >>> build = ProgramBuilder(2)
    >>> program = build.finish(build.relu([1, 2]))
    >>> sorted(cell.pattern for cell in cells(program))
    [(0, 0), (0, 1), (1, 0), (1, 1)]
    """
    problem = box_problem(program, domain, method, relative)
    if problem is not None:
        for node in problem.leaves():
            geometry, winners = problem.lifted(node)
            yield Cell(program, problem.frame, geometry, winners, None, 0)
        return
    frame, root = root_node(program, domain, method, relative)
    for node in leaves(program, root):
        yield Cell(program, frame, node.geometry, node.winners, node.tape, node.stage)
