"""Cells without lines in the flat arrays from which a count by sections begins; those of domains are kept."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from flint import fmpz

from polytopes.enumeration.domain_cell import domain_start
from polytopes.enumeration.kernels.section_arrays import INTEGRAL, WIDTH, Chain, Root
from polytopes.enumeration.kernels.section_count import ROOT
from polytopes.enumeration.kernels.signs import TINY, UNIT
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
    """The cell of a domain in arrays, with their table, and how many coordinates and vertices it has."""

    domain: Polyhedron
    arrays: Root
    tables: list[Table]
    place: int
    size: int
    n_vertices: int


ROOTS_KEPT = 4
_roots: OrderedDict[tuple[int, bool], KeptRoot] = OrderedDict()
"""The last few domains, by their id, which no other has while they are kept, and whether programs are of integers."""
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
        known = _roots[key] = known._replace(domain=domain)
        while len(_roots) > ROOTS_KEPT:
            _roots.popitem(last=False)
    return known if known.size == dim + 1 else None


def _same_box(box: Box | None, exact: bool) -> KeptRoot | None:
    if box is not None:
        for (_, kind), known in _roots.items():
            if kind == exact and known.domain.given_box == box:
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
    arrays = kept_root(cell, constant, exact)
    tables = ROOT.tables(arrays)
    return KeptRoot(domain, arrays, tables, address(tables[0]), dim + 1, len(cell.rays))


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
    return Root(walls, vertices, one, np.array(tight, dtype=np.uint64))


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
