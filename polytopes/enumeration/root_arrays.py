"""Cells without lines in the flat arrays from which a count by sections begins; those of domains are kept."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from math import gcd
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from flint import fmpz

from polytopes.arithmetic.linalg import integer_matrix
from polytopes.enumeration.domain_cell import domain_start
from polytopes.enumeration.gate_program import GateProgram
from polytopes.enumeration.kernels.section_arrays import INTEGRAL, WIDTH, Chain, Root
from polytopes.enumeration.kernels.section_count import ROOT
from polytopes.enumeration.kernels.signs import TINY, UNIT
from polytopes.enumeration.orthants import MOST_LINES, independent_columns
from polytopes.enumeration.packed_chain import packed_chain
from polytopes.enumeration.packed_program import quotient
from polytopes.enumeration.vertex_cell import Form, VertexCell
from polytopes.jit.bundles import Table, address

if TYPE_CHECKING:
    from polytopes.polyhedra.boxes import Box
    from polytopes.polyhedra.polyhedron import Polyhedron

Array = np.ndarray[Any, Any]
SHORT = 12
"""Integers of so many bits are kept as they are in any program."""


class KeptRoot(NamedTuple):
    """A root with the table of its arrays, and what it is of: a domain, or all of the space where a program is one."""

    source: Polyhedron | GateProgram
    arrays: Root
    tables: list[Table]
    place: int

    @classmethod
    def of(cls, source: Polyhedron | GateProgram, arrays: Root) -> KeptRoot:
        """Return the root with its table."""
        tables = ROOT.tables(arrays)
        return cls(source, arrays, tables, address(tables[0]))

    @property
    def size(self) -> int:
        """The number of homogeneous coordinates."""
        return len(self.arrays.constant) - 2

    @property
    def n_nodes(self) -> int:
        """The number of nodes with which a count begins."""
        return 1 << len(self.arrays.gates)


ROOTS_KEPT = 4
_roots: OrderedDict[tuple[int, bool], KeptRoot] = OrderedDict()
"""The last few domains, by their id, which no other has while they are kept, and whether programs are of integers."""
_opened: OrderedDict[int, tuple[GateProgram, KeptRoot | None]] = OrderedDict()
"""The last few programs over the whole space, by their id, which no other has while they are kept."""
_cells: OrderedDict[tuple[int, bool], tuple[VertexCell, Root]] = OrderedDict()
"""The last few cells of domains in arrays, in the same way."""


def root_of_domain(domain: Polyhedron, dim: int, exact: bool) -> KeptRoot | None:
    """Return a domain of full dimension in Q^dim as a root; None if it has lines, or is another domain.

    A domain in which one network after the other is counted is read once, a box also if it is given anew.
    """
    key = id(domain), exact
    known = _roots.get(key)
    if known is None:
        known = _same_box(domain.given_box, exact) or _read_domain(domain, exact)
        if known is None:
            return None
        known = _roots[key] = known._replace(source=domain)
        while len(_roots) > ROOTS_KEPT:
            _roots.popitem(last=False)
    return known if known.size == dim + 1 else None


def _same_box(box: Box | None, exact: bool) -> KeptRoot | None:
    if box is not None:
        for (_, kind), known in _roots.items():
            if kind == exact and getattr(known.source, "given_box", None) == box:
                return known
    return None


def _read_domain(domain: Polyhedron, exact: bool) -> KeptRoot | None:
    dim = domain.ambient_dim
    if domain.is_empty or not domain.is_full_dimensional or not dim:
        return None
    _, cell = domain_start(dim, domain, "vertices")
    if not isinstance(cell, VertexCell) or cell.lines or len(cell.constraints) > WIDTH:
        return None
    constant = [fmpz(int(k == 0)) for k in range(dim + 1)]
    return KeptRoot.of(domain, kept_root(cell, constant, exact))


def root_of_space(program: GateProgram, c: Chain) -> KeptRoot | None:
    """Return all of Q^d as a root, opened by the first independent gates of a chain; None if a line is left.

    Algorithm:
        With the form at infinity and those of the gates as rows of a matrix, the columns of its inverse are the rays
        on which all are positive (:mod:`polytopes.enumeration.orthants`).
    """
    key = id(program)
    known = _opened.get(key)
    if known is None:
        arrays = _opened_space(program, c)
        known = _opened[key] = program, None if arrays is None else KeptRoot.of(program, arrays)
        while len(_opened) > ROOTS_KEPT:
            _opened.popitem(last=False)
    return known[1]


def opens_space(program: GateProgram) -> bool:
    """Whether a program is a chain that opens the whole space, so that no line is common to all its cells."""
    c = packed_chain(program)
    return c is not None and root_of_space(program, c) is not None


def _opened_space(program: GateProgram, c: Chain) -> Root | None:
    dim, gates, exact = program.input_dim, c.lines[: len(program.stages[0].gates)].tolist(), is_exact(c)
    gates = [k for k, first in enumerate(gates) if k == first]  # one for each hyperplane
    if not 0 < dim <= MOST_LINES or len(gates) < dim:
        return None
    n, infinity = dim + 1, [1] + [0] * dim
    rows = [infinity, *(_form_in_input(program, k) for k in gates[:dim])]
    try:
        rational: Any = integer_matrix(rows, n).inv()
    except ZeroDivisionError:
        rows = [infinity, *(_form_in_input(program, k) for k in gates)]
        chosen = independent_columns(integer_matrix(rows, n).transpose())
        if len(chosen) < n:
            return None
        gates = [gates[k - 1] for k in chosen[1:]]
        rational = integer_matrix([rows[k] for k in chosen], n).inv()
    inverse, denominator = rational.numer_denom()
    flat = [int(entry) for entry in inverse.entries()]
    vertices = np.zeros((n, n + 1))
    for k in range(n):
        column = flat[k::n]
        content = gcd(*column) if denominator > 0 else -gcd(*column)
        put_vertex(vertices, k, [entry // content for entry in column] if content != 1 else column, n, exact)
    walls, constant = np.zeros((1, 2 * n)), np.zeros(n + 2)
    walls[0, 0] = constant[0] = constant[-1] = 1.0
    tight = np.array([((1 << n) - 1) ^ (1 << k) for k in range(n)], dtype=np.uint64)
    return Root(walls, vertices, constant, tight, np.array(gates[:dim], dtype=np.int64))


def _form_in_input(program: GateProgram, gate: int) -> list[int]:
    """Return the integer form that a gate of the first stage compares with 0."""
    stage, first = program.stages[0], program.first_slots[0]
    slot, form = stage.gates[gate].selectors[1], [0] * (program.input_dim + 1)
    if slot < first:
        form[slot] = 1
        return form
    for source, entry in zip(stage.sources, stage.rows[slot - first], strict=True):
        form[source] = entry
    return form


def is_exact(c: Chain) -> bool:
    """Whether all forms of a chain are integers."""
    return bool(c.stages[:, INTEGRAL].all())


def kept_root(cell: VertexCell, constant: Form, exact: bool) -> Root:
    """Return the arrays of the cell of a domain; those of the last few are kept."""
    key = id(cell), exact
    known = _cells.get(key)
    if known is None:
        known = _cells[key] = cell, root_arrays(cell.constraints, cell.rays, cell.tight, constant, exact)
        while len(_cells) > ROOTS_KEPT:
            _cells.popitem(last=False)
    return known[1]


def root_arrays(
    constraints: Sequence[Form],
    rays: Sequence[Sequence[fmpz | int]],
    tight: Sequence[int],
    constant: Form,
    exact: bool,
) -> Root:
    """Return a cell in arrays: its constraints and rays, the bits of those that are tight, the form that is 1."""
    rows = [[int(entry) for entry in row] for row in (*constraints, *rays)]
    count, n = len(constraints), len(constant)
    walls, vertices = np.zeros((count, 2 * n)), np.zeros((len(rays), n + 1))
    if max(max(map(abs, row)) for row in rows) < 1 << SHORT:
        walls[:, :n], vertices[:, :n] = rows[:count], rows[count:]
    else:
        for wall, form in zip(walls, constraints, strict=True):
            wall[:n], wall[n:] = floats(form, 1, 1)
        for place, ray in enumerate(rows[count:]):
            put_vertex(vertices, place, ray, n, exact)
    values, error = floats(constant, 1, 1)
    one = np.array([*values, error, np.abs(values).max()])
    return Root(walls, vertices, one, np.array(tight, dtype=np.uint64), np.zeros(0, dtype=np.int64))


def put_vertex(vertices: Array, place: int, ray: Sequence[fmpz | int], n: int, exact: bool) -> None:
    """Write an exact vector as a vertex: as it is if its integers are short, else scaled by a power of 2.

    In a program of integers all below 2^53 are short; in others large ones would only spoil what is computed from them.
    """
    entries = [int(entry) for entry in ray]
    bits = max(abs(entry).bit_length() for entry in entries)
    kept = bits <= (53 if exact else SHORT)
    scale = 1 if kept else 1 << bits
    vertices[place, :n] = [quotient(entry, scale) for entry in entries]
    vertices[place, n] = 0.0 if kept else 2 * UNIT


def floats(form: Form, numerator: int, denominator: int) -> tuple[Array, float]:
    """Return a multiple of an integer form in floats, zero only where it is zero, with the largest error."""
    entries = [int(entry) * numerator for entry in form]
    values = np.array([quotient(entry, denominator) for entry in entries])
    values[[bool(entry) and not value for entry, value in zip(entries, values, strict=True)]] = TINY
    exact = denominator == 1 and all(abs(entry) <= 2**53 for entry in entries)
    return values, 0.0 if exact else float((np.abs(values) * 2 * UNIT).max() + 2 * TINY)
