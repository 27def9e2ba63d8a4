"""The engine: the full-dimensional cells on which every gate of a program has one winner.

The domain is split gate by gate into a tree whose leaves are the cells. At a node only the gates that the parent left
open are looked at again; a gate that one form wins on the whole cell is closed for all cells below. Nothing is lost
to coincident hyperplanes (as it is when one flips a facet at a time), no set of visited cells is kept, and cells come
out one by one, in memory proportional to the depth.

A cell is handled through the few operations of :class:`CellGeometry`, by its rays in low dimension
(:mod:`polytopes.cell_vertices`) and by a witness and linear programmes in high (:mod:`polytopes.cell_witness`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Literal, Protocol, Self

from attrs import evolve, field, frozen
from flint import fmpz, fmpz_mat

from polytopes.cell_vertices import BOTH, NEGATIVE, POSITIVE, Form, VertexCell
from polytopes.cell_witness import WitnessCell
from polytopes.errors import DomainError, ShapeError
from polytopes.gates import Gate, GateProgram, Pattern, Tape, apply_rows
from polytopes.linalg import identity, integer_matrix, kernel
from polytopes.rationals import Row, Vector, dehomogeneous, dot, primitive

if TYPE_CHECKING:
    from polytopes.polyhedron import Polyhedron

Method = Literal["vertices", "witness"]

VERTICES_UP_TO = 6
"""Largest dimension in which cells are kept by rays unless a method is named (measured: docs/benchmarks)."""


class CellGeometry(Protocol):
    """What the engine asks of a full-dimensional cone in homogeneous coordinates."""

    @property
    def constraints(self) -> tuple[Form, ...]:
        """Linear forms that are nonnegative on the cone and together define it."""

    def signs(self, forms: Sequence[Form]) -> list[int]:
        """Return which signs each form takes, as NEGATIVE | POSITIVE bits."""

    def split(self, form: Form) -> tuple[Self, Self]:
        """Return the nonpositive and the nonnegative part of a form that takes both signs."""

    def half(self, form: Form) -> Self:
        """Return the nonnegative part only."""

    def interior(self) -> Row:
        """Return a vector in the interior."""

    def is_bounded_by(self, form: Form) -> bool:
        """Whether a form that is nonnegative on the cone vanishes only at its apex."""

    def facets(self) -> list[tuple[int, Row]]:
        """Return the irredundant constraints by index, each with a vector in the relative interior of its facet."""


@frozen(eq=False)
class Frame:
    """Coordinates y on the linear hull of the cone over the domain: z = sum_i y_i basis[i] for z = (1, x).

    The basis is in reduced echelon form, so that y_i = z[pivot_i] / basis[i][pivot_i].
    """

    basis: tuple[Row, ...]
    ambient_dim: int

    @property
    def size(self) -> int:
        """The number of coordinates y, that is the dimension of the domain plus one."""
        return len(self.basis)

    @cached_property
    def columns(self) -> fmpz_mat:
        """The matrix with z = columns y: the tape on which a program starts."""
        return integer_matrix(self.basis, self.ambient_dim + 1).transpose()

    def pull_back(self, row: Sequence[int]) -> tuple[fmpz, ...]:
        """Return a linear form in z as a form in y."""
        return tuple((integer_matrix([row], self.ambient_dim + 1) * self.columns).entries())

    def lift(self, vector: Sequence[int]) -> Row:
        """Return the vector z of coordinates y, as a primitive row."""
        columns = zip(*self.basis, strict=True)
        return primitive([sum(y * b for y, b in zip(vector, column, strict=True)) for column in columns])

    def extend(self, form: Sequence[int]) -> Row:
        """Return a row in z that agrees on the hull with a form in y."""
        row = [Fraction(0)] * (self.ambient_dim + 1)
        for entry, base in zip(form, self.basis, strict=True):
            pivot = next(j for j, value in enumerate(base) if value)
            row[pivot] = Fraction(int(entry), base[pivot])
        return primitive(row)


@frozen(eq=False)
class _Node:
    """A cell in the tree: the winners so far, and the gates of the present stage that are still open."""

    geometry: CellGeometry
    tape: Tape
    stage: int
    winners: tuple[int, ...]
    present: tuple[int, ...]
    """Winners of the gates of the present stage; -1 where open."""
    open: tuple[tuple[int, tuple[int, ...]], ...]
    """Open gates of the stage: (index, forms that may still win)."""


@frozen(eq=False)
class Cell:
    """A full-dimensional cell of the domain: the closure of a set on which every gate has one strict winner.

    Forms that coincide on the whole cell count as one; the smallest index is the winner.
    """

    program: GateProgram
    frame: Frame
    geometry: CellGeometry = field(repr=False)
    pattern: Pattern
    _tape: Tape | None = field(repr=False)
    """What the walk knew of the outputs; computed again from the pattern if it was let go."""
    _stage: int = field(repr=False)

    @cached_property
    def point(self) -> Vector:
        """A rational point in the (relative) interior."""
        return dehomogeneous(self.frame.lift(self.geometry.interior()))

    @cached_property
    def inequalities(self) -> tuple[Row, ...]:
        """Rows r with r . (1, x) >= 0 that define the cell within the hull of the domain; some may be redundant."""
        rows = dict.fromkeys(self._row(form) for form in self.geometry.constraints)
        return tuple(row for row in rows if any(row[1:]))

    @property
    def equations(self) -> tuple[Row, ...]:
        """Rows that vanish on the hull of the domain (none for a full-dimensional domain)."""
        return kernel(self.frame.basis, self.frame.ambient_dim + 1) if self._is_flat else ()

    @property
    def _is_flat(self) -> bool:
        return self.frame.size <= self.frame.ambient_dim

    @cached_property
    def facets(self) -> tuple[tuple[Row, Vector], ...]:
        """The irredundant inequalities, each with a rational point in the relative interior of its facet."""
        found = []
        for index, vector in self.geometry.facets():
            lifted = self.frame.lift(vector)
            if lifted[0] > 0:
                found.append((self._row(self.geometry.constraints[index]), dehomogeneous(lifted)))
        return tuple(found)

    def _row(self, form: Form) -> Row:
        return self.frame.extend([int(entry) for entry in form])

    @cached_property
    def forms(self) -> tuple[Vector, ...]:
        """The affine forms (c, a_1, ..., a_d) of the program's outputs on this cell, d = dimension of the space.

        On a lower-dimensional domain they are forms that agree with the outputs on its hull.
        """
        if self._tape is None:
            tape = self.program.run(self.frame.columns, self.pattern)
        else:
            tape = self.program.resume(self._tape, self._stage, self.pattern)
        return tuple(self._true_form(slot, tape[slot]) for slot in self.program.outputs)

    def _true_form(self, slot: int, form: Form) -> Vector:
        row = [Fraction(0)] * (self.frame.ambient_dim + 1)
        for entry, base in zip(form, self.frame.basis, strict=True):
            pivot = next(j for j, value in enumerate(base) if value)
            row[pivot] = self.program.scales[slot] * Fraction(int(entry), base[pivot])
        return tuple(row)

    def light(self) -> Cell:
        """Return the cell without the walk's workspace, to be kept in large numbers."""
        return evolve(self, tape=None)

    @cached_property
    def is_bounded(self) -> bool:
        """Whether the cell is bounded."""
        at_infinity = (1,) + (0,) * self.frame.ambient_dim
        return self.geometry.is_bounded_by(self.frame.pull_back(at_infinity))

    @cached_property
    def polyhedron(self) -> Polyhedron:
        """The cell as a polyhedron of its own."""
        from polytopes.polyhedron import Polyhedron

        return Polyhedron.from_rows(self.inequalities, self.equations, self.frame.ambient_dim)

    def neighbor_patterns(self) -> list[tuple[Row, Pattern]]:
        """Return (facet row, pattern of the cell beyond it) for every facet.

        Across a facet lies exactly one cell, because the map is continuous. Beyond the boundary of the domain the
        pattern is that of a cell outside: no cell of the domain has it, for where it first differs from this cell's
        pattern both see the same form, which vanishes on the facet. If no gate changes there it is this cell's own.
        """
        return [
            (row, self.program.pattern_at(point, [-entry for entry in self._inward(row)])) for row, point in self.facets
        ]

    def _inward(self, row: Row) -> Vector:
        """Return a direction in the hull of the domain along which the row grows.

        The echelon basis of the hull starts with a point; its other vectors are directions.
        """
        step = [Fraction(0)] * len(row)
        for base in self.frame.basis[1:]:
            weight = dot(row, base)
            step = [a + weight * b for a, b in zip(step, base, strict=True)]
        return tuple(step[1:])


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

    >>> from polytopes.gates import ProgramBuilder
    >>> build = ProgramBuilder(2)
    >>> program = build.finish(build.relu([1, 2]))
    >>> sorted(cell.pattern for cell in cells(program))
    [(0, 0), (0, 1), (1, 0), (1, 1)]
    """
    frame, root = _start(program, domain, method, relative)
    last = max((k for k, stage in enumerate(program.stages) if stage.gates), default=-1)
    start: Tape = frame.columns.tolist()
    stack = [_enter(program, _Node(root, start, 0, (), (), ()), last)]
    while stack:
        node = _settle(program, stack.pop())
        if node.stage > last:
            yield Cell(program, frame, node.geometry, node.winners, node.tape, node.stage)
        elif node.open:
            stack.extend(reversed(_branch(program, node)))
        else:
            stack.append(_enter(program, _leave(program, node), last))


def _start(
    program: GateProgram, domain: Polyhedron | None, method: Method | None, relative: bool
) -> tuple[Frame, CellGeometry]:
    size = program.input_dim + 1
    at_infinity = (1,) + (0,) * program.input_dim
    if domain is None:
        frame, rows = Frame(identity(size), program.input_dim), [at_infinity]
    else:
        _check_domain(program, domain, relative)
        basis = kernel(domain.equations, size)
        frame, rows = Frame(basis, program.input_dim), [at_infinity, *domain.inequalities]
    chosen = method or ("vertices" if frame.size <= VERTICES_UP_TO + 1 else "witness")
    root: CellGeometry = (VertexCell if chosen == "vertices" else WitnessCell).whole_space(frame.size)
    for row in rows:
        form = frame.pull_back(row)
        if root.signs([form]) == [BOTH]:
            root = root.half(form)
    return frame, root


def _check_domain(program: GateProgram, domain: Polyhedron, relative: bool) -> None:
    if domain.ambient_dim != program.input_dim:
        raise ShapeError(f"the domain lies in Q^{domain.ambient_dim}, the map is on Q^{program.input_dim}")
    if domain.is_empty:
        raise DomainError("the domain is empty; no point satisfies its inequalities")
    if domain.dim < domain.ambient_dim and not relative:
        raise DomainError(
            f"the domain has dimension {domain.dim} in Q^{domain.ambient_dim}, so no region in it is full-dimensional; "
            "give a full-dimensional domain, or ask for regions relative to its affine hull"
        )


def _enter(program: GateProgram, node: _Node, last: int) -> _Node:
    """Compute the linear forms of a stage and open its gates."""
    if node.stage > last:
        return node
    stage = program.stages[node.stage]
    tape = node.tape + apply_rows(stage, node.tape, len(node.tape[0]))
    everything = tuple((g, tuple(range(gate.rank))) for g, gate in enumerate(stage.gates))
    return evolve(node, tape=tape, present=(-1,) * len(stage.gates), open=everything)


def _leave(program: GateProgram, node: _Node) -> _Node:
    """Pass the outputs of the winners on and go to the next stage."""
    gates = program.stages[node.stage].gates
    passed = [node.tape[gate.outputs[winner]] for gate, winner in zip(gates, node.present, strict=True)]
    return _Node(node.geometry, node.tape + passed, node.stage + 1, node.winners + node.present, (), ())


def _settle(program: GateProgram, node: _Node) -> _Node:
    """Close every open gate that one form wins on the whole cell."""
    if not node.open:
        return node
    gates = program.stages[node.stage].gates
    forms = [form for g, rivals in node.open for form in _differences(node.tape, gates[g], rivals)]
    signs = iter(node.geometry.signs(forms))
    present, still_open = list(node.present), []
    for g, rivals in node.open:
        remaining = _undominated(rivals, signs)
        if len(remaining) == 1:
            present[g] = remaining[0]
        else:
            still_open.append((g, remaining))
    return evolve(node, present=tuple(present), open=tuple(still_open))


def _differences(tape: Tape, gate: Gate, rivals: tuple[int, ...]) -> Iterator[Form]:
    """Yield selector j minus selector i for all pairs i < j of rivals."""
    for position, i in enumerate(rivals):
        low = tape[gate.selectors[i]]
        for j in rivals[position + 1 :]:
            high = tape[gate.selectors[j]]
            yield [b - a for a, b in zip(low, high, strict=True)] if any(low) else high


def _undominated(rivals: tuple[int, ...], signs: Iterator[int]) -> tuple[int, ...]:
    """Drop every rival that another one beats or equals on the whole cell; equal ones leave the smallest index."""
    beaten: set[int] = set()
    for position, i in enumerate(rivals):
        for j in rivals[position + 1 :]:
            sign = next(signs)
            if not sign & POSITIVE:
                beaten.add(j)
            elif not sign & NEGATIVE:
                beaten.add(i)
    return tuple(i for i in rivals if i not in beaten)


def _branch(program: GateProgram, node: _Node) -> list[_Node]:
    """Split the cell by the first open gate, one child for each winner."""
    (g, rivals), *rest = node.open
    gate = program.stages[node.stage].gates[g]
    children = []
    for winner, geometry in _pieces(node, gate, rivals):
        present = (*node.present[:g], winner, *node.present[g + 1 :])
        children.append(evolve(node, geometry=geometry, present=present, open=tuple(rest)))
    return children


def _pieces(node: _Node, gate: Gate, rivals: tuple[int, ...]) -> list[tuple[int, CellGeometry]]:
    if len(rivals) == 2:
        [form] = _differences(node.tape, gate, rivals)
        return list(zip(rivals, node.geometry.split(form), strict=True))
    pieces = ((winner, _piece(node, gate, winner, rivals)) for winner in rivals)
    return [(winner, piece) for winner, piece in pieces if piece is not None]


def _piece(node: _Node, gate: Gate, winner: int, rivals: tuple[int, ...]) -> CellGeometry | None:
    """Return the part of the cell where ``winner`` beats all rivals, or None if it has no interior."""
    geometry = node.geometry
    best = node.tape[gate.selectors[winner]]
    for rival in rivals:
        if rival == winner:
            continue
        form = [a - b for a, b in zip(best, node.tape[gate.selectors[rival]], strict=True)]
        [signs] = geometry.signs([form])
        if not signs & POSITIVE:
            return None
        if signs & NEGATIVE:
            geometry = geometry.half(form)
    return geometry
