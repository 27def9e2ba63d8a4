"""The root of the splitting tree: a domain as a cell, in coordinates in which it is full-dimensional."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from polytopes.arithmetic.linalg import identity, kernel
from polytopes.arithmetic.rationals import Row, homogeneous, primitive
from polytopes.enumeration.boxes.box_cells import BoxProblem
from polytopes.enumeration.chains import is_chain
from polytopes.enumeration.domain_frame import Frame
from polytopes.enumeration.gate_program import GateProgram
from polytopes.enumeration.splitting_tree import CellGeometry, Node, enter
from polytopes.enumeration.vertex_cell import BOTH, VertexCell
from polytopes.enumeration.witness_cell import WitnessCell
from polytopes.errors import DomainError, ShapeError
from polytopes.polyhedra.representation import MANY

if TYPE_CHECKING:
    from polytopes.polyhedra.polyhedron import Polyhedron

Method = Literal["vertices", "witness"]

VERTICES_UP_TO = 5
"""Largest dimension in which cells are kept by rays unless a method is named (measured: in docs/benchmarks). A walk
by points takes less time for small networks in dimension 5, but many times more for deep ones over small boxes."""


FACETS_UP_TO = 8
"""Largest dimension in which cells whose facets may be asked for are kept by rays: by points, facets take linear
programs, a hundred times as long. Listed without vertices, cells kept by rays take less time than those kept by points
for several layers in dimension 6, and in 7 for two; but in 7 and 8 four to eighteen times as long for one layer, and in
8 about twice as long in boxes."""

SECTIONS_UP_TO = 8
"""Largest dimension in which cells are counted by sections unless a method is named."""

MAX_RANK, MAX_GATES = 64, 20_000
"""Largest rank of a gate and largest number of gates that the compiled walk takes."""


def is_supported(program: GateProgram) -> bool:
    """Whether the compiled walk takes this program."""
    return program.n_gates <= MAX_GATES and max(program.gate_ranks, default=2) <= MAX_RANK


POINTS_UP_TO = 64
"""Largest dimension of cells kept by a point that the compiled walk takes: beyond, few signs are certain in floats."""


def is_compiled(program: GateProgram, dim: int, method: Method | None) -> bool:
    """Whether counts in a domain of this dimension go through the compiled walk."""
    return is_supported(program) and (choose_method(dim, method) == "vertices" or dim <= POINTS_UP_TO)


def choose_method(dim: int, method: Method | None) -> Method:
    """Return the method asked for, or the one for the dimension of the domain."""
    return method or ("vertices" if dim <= VERTICES_UP_TO else "witness")


def choose_count_method(program: GateProgram, dim: int, method: Method | None) -> Method:
    """Return the method asked for, or the one for counting the cells of a program in a domain of this dimension."""
    if method is None and dim <= SECTIONS_UP_TO and is_chain(program):
        return "vertices"
    return choose_method(dim, method)


def choose_facet_method(program: GateProgram, dim: int, method: Method | None) -> Method:
    """Return the method asked for, or the one for cells of a program whose facets may be asked for.

    >>> from polytopes import ProgramBuilder
    >>> program = ProgramBuilder(1).finish([1])
    >>> choose_facet_method(program, 7, None), choose_facet_method(program, 9, None), choose_method(7, None)
    ('vertices', 'witness', 'witness')
    """
    if method is None and dim <= FACETS_UP_TO and is_supported(program):
        return "vertices"
    return choose_method(dim, method)


STARTS_KEPT = 4
_starts: OrderedDict[tuple[int, int, Method], tuple[Polyhedron | None, tuple[Frame, CellGeometry]]] = OrderedDict()
"""The last few domains as cells, by the id of the domain, which is kept with them so that no other has it."""


def root_node(
    program: GateProgram, domain: Polyhedron | None, method: Method | None, relative: bool
) -> tuple[Frame, Node]:
    """Return the frame of a domain and the node where the gates of the first stage are open.

    The first constraint of its cell is the hyperplane at infinity. Arguments and errors as for
    :func:`polytopes.enumeration.cells.cells`.
    """
    if domain is not None:
        check_domain(domain, program.input_dim, relative)
    frame, cell = domain_start(program.input_dim, domain, method)
    return frame, enter(program, Node(cell, frame.columns.tolist(), 0, (), (), ()))


def domain_frame(program: GateProgram, domain: Polyhedron | None, method: Method | None, relative: bool) -> Frame:
    """Return the frame of a domain; arguments and errors as for :func:`root_node`, of which it is a part."""
    if domain is not None and domain.dim > POINTS_UP_TO:
        check_domain(domain, program.input_dim, relative)
        return Frame(hull_basis(domain), program.input_dim)
    return root_node(program, domain, method, relative)[0]


def domain_start(dim: int, domain: Polyhedron | None, method: Method | None) -> tuple[Frame, CellGeometry]:
    """Return the frame of a domain in Q^dim that is not refused, and its cell; those of the last few are kept."""
    key = id(domain), dim, choose_method(dim if domain is None else domain.dim, method)
    known = _starts.get(key)
    if known is None:
        known = _starts[key] = domain, _start(dim, domain, key[-1])
        while len(_starts) > STARTS_KEPT:
            _starts.popitem(last=False)
    return known[1]


def _start(dim: int, domain: Polyhedron | None, method: Method) -> tuple[Frame, CellGeometry]:
    size = dim + 1
    at_infinity = (1,) + (0,) * dim
    if domain is None:
        frame, rows = Frame(identity(size), dim), [at_infinity]
    else:
        frame, rows = Frame(hull_basis(domain), dim), [at_infinity, *domain.inequalities]
    forms = [frame.pull_back(row) for row in rows]
    if method == "witness":
        inside = at_infinity if domain is None else homogeneous(domain.interior_point())
        walls = tuple(primitive([int(entry) for entry in form]) for form in forms)
        return frame, WitnessCell(frame.size, walls, frame.coordinates(inside))
    root = VertexCell.whole_space(frame.size)
    for form in forms:
        if root.signs([form]) == [BOTH]:
            root = root.half(form)
    return frame, root


def box_problem(
    program: GateProgram,
    domain: Polyhedron | None,
    method: Method | None,
    relative: bool,
    keep_outputs: bool = True,
) -> BoxProblem | None:
    """Return what is to be enumerated if the domain is a box, perhaps cut by rows, with cells kept by a point; or None.

    Arguments and errors as for :func:`polytopes.enumeration.cells.cells`. Without ``keep_outputs`` the reduced program
    has no outputs, which cells do not depend on.
    """
    if domain is None or domain.dim <= 0 or choose_method(domain.dim, method) == "vertices":
        return None
    cut = domain.cut_box
    if cut is None:
        return None
    check_domain(domain, program.input_dim, relative)
    return BoxProblem.of(program, cut, Frame(cut.hull_basis, program.input_dim), keep_outputs)


def hull_basis(domain: Polyhedron) -> Sequence[Row]:
    """Return the basis of the linear hull of the cone over a domain, in reduced echelon form."""
    is_cut = domain.given_box is not None or domain.ambient_dim >= MANY
    cut = domain.cut_box if is_cut else None
    return kernel(domain.equations, domain.ambient_dim + 1) if cut is None else cut.hull_basis


def check_domain(domain: Polyhedron, dim: int, relative: bool) -> None:
    """Refuse a domain of a map on Q^dim that lies in another space, is empty, or lower-dimensional if not relative."""
    if domain.ambient_dim != dim:
        raise ShapeError(f"the domain lies in Q^{domain.ambient_dim}, the map is on Q^{dim}")
    if domain.is_empty:
        raise DomainError("the domain is empty; no point satisfies its inequalities")
    if domain.dim < domain.ambient_dim and not relative:
        raise DomainError(
            f"the domain has dimension {domain.dim} in Q^{domain.ambient_dim}, so no region in it is full-dimensional; "
            "give a full-dimensional domain, or ask for regions relative to its affine hull"
        )
