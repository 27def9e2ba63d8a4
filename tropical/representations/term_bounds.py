"""Bounds of the numbers of essential terms of sums of convex units, without expanding them."""

from __future__ import annotations

from collections.abc import Sequence

from polytopes.enumeration.compiled_walk import blocks
from polytopes.enumeration.domain_cell import is_compiled
from polytopes.enumeration.gate_program import GateProgram
from tropical.algebra.products import product_bound
from tropical.networks.symbolic_forms import SymbolicForm
from tropical.regions.bounds import upper_bounds
from tropical.representations.convex_units import ConvexUnits

MOST_CELLS = 20_000
"""The most cells counted for a bound, in well under a second."""


def term_bounds(units: ConvexUnits, forms: Sequence[SymbolicForm], cells: int = MOST_CELLS) -> list[int]:
    """Return for each convex form an upper bound of the number of its essential terms.

    Args:
        units: the units that the forms combine.
        forms: an affine form plus units with positive coefficients each.
        cells: the most cells that are counted; with 0 only formulas are used.

    Algorithm:
        A sum of units has at most :func:`tropical.algebra.products.product_bound` terms, a maximum at most those of its
        forms together. Also, a form has at most as many terms as the units that it needs have cells, which are bounded
        by formulas (:func:`tropical.regions.bounds.upper_bounds`) and by counts (:func:`counted_bound`).
    """
    sizes: list[int] = []
    for unit in units.units:
        sizes.append(sum(_sum_bound(units, form, sizes) for form in unit.forms))
    of_cells: dict[frozenset[int], int] = {}
    found = []
    for form in forms:
        value, needed = _sum_bound(units, form, sizes), units.needed([form])
        if needed not in of_cells:
            program = units.program([form])
            formulas = (bound.value for bound in upper_bounds(program, units.input_dim))
            of_cells[needed] = min(*formulas, counted_bound(program, cells))
        found.append(min(value, of_cells[needed]))
    return found


def _sum_bound(units: ConvexUnits, form: SymbolicForm, sizes: Sequence[int]) -> int:
    return product_bound([sizes[k] for k in units.parts(form)], units.input_dim)


def counted_bound(program: GateProgram, cells: int) -> int:
    """Return a bound of the number of cells of a program: a count for its first stages, times formulas for the others.

    Args:
        program: a piecewise linear map on Q^d.
        cells: stages are counted as long as there are no more cells than this.

    >>> from tropical import Network
    >>> net = Network.from_weights([([[1], [2], [3]], [0, 1, 2]), ([[1, 1, 1]] * 4, [0] * 4), ([[1] * 4], [0])])
    >>> counted_bound(net.program, 0), counted_bound(net.program, 100)
    (20, 4)
    """
    dim, counted, value = program.input_dim, None, 1
    for k, stage in enumerate(program.stages):
        if not stage.gates:
            continue
        part = GateProgram(dim, program.stages[: k + 1], (), program.scales)
        found = _count(part, cells) if cells and is_compiled(part, dim, None) else None
        if found is None:
            break
        counted, value = part, found
    before = 1 if counted is None else _by_layers(counted)
    return value * (_by_layers(program) // before)


def _by_layers(program: GateProgram) -> int:
    """Return the bound that is a product over the stages."""
    [value] = (bound.value for bound in upper_bounds(program, program.input_dim) if bound.name == "layer by layer")
    return value


def _count(program: GateProgram, most: int) -> int | None:
    """Return the number of cells of a program, None if there are more than ``most``."""
    total = 0
    for block in blocks(program, keep=False):
        total += block.count
        if total > most:
            return None
    return total
