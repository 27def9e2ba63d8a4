"""Combinations of convex units as tropical polynomials; only essential terms are ever made.

A convex piecewise linear function is the maximum of the affine forms it has on full-dimensional cells, and each of
these is the largest one inside its cell. So the essential terms of a sum of units are its forms on the cells on which
every unit has one winner; for units of two affine forms these cells are the chambers of an arrangement, and the terms
are the vertices of a zonotope. The cells are enumerated one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction

from attrs import evolve

from polytopes.arithmetic.linalg import identity, integer_matrix
from polytopes.arithmetic.rationals import Row
from polytopes.enumeration.blocks import program_blocks
from polytopes.enumeration.gate_program import GateProgram
from polytopes.errors import LimitReached
from tropical.algebra.polynomial import TropicalPolynomial
from tropical.algebra.products import product_bound
from tropical.algebra.terms import multiplied
from tropical.networks.symbolic_forms import SymbolicForm
from tropical.representations.convex_units import ConvexUnits

Progress = Callable[[int, int], None]
"""Called now and then with the numbers of cells and of terms seen."""


def expand(
    units: ConvexUnits, forms: Sequence[SymbolicForm], *, limit: int | None = None, progress: Progress | None = None
) -> list[TropicalPolynomial]:
    """Return nonnegative combinations of convex units as tropical polynomials with essential terms only.

    Args:
        units: the units that the forms combine.
        forms: an affine form plus units with positive coefficients each.
        limit: the most terms that a polynomial may have.
        progress: called now and then with the numbers of cells and of terms seen.

    Raises:
        LimitReached: if a polynomial has more terms; ``partial`` is their number so far.

    Algorithm:
        See the module. Forms that need nearly the same units share an enumeration (:func:`shared_walks`). A multiple of
        one maximum of affine forms, plus an affine form, needs none: its terms are those of the upper hull.

    >>> from tropical import parse
    >>> from tropical.networks import maxout_network
    >>> from tropical.representations.convex_units import convex_units
    >>> units = convex_units(maxout_network(parse("max(x, 0)")).program)
    >>> [polynomial] = expand(units, [{0: Fraction(1), 2: Fraction(3)}])
    >>> print(polynomial)
    max(3 x + 1, 1)
    """
    found: dict[int, TropicalPolynomial] = {}
    known: dict[int, TropicalPolynomial] = {}
    for i, form in enumerate(forms):
        if _is_one_maximum(units, form):
            found[i] = _one_maximum(units, form, known)
            if limit is not None and found[i].n_terms > limit:
                raise _too_many(limit, found[i].n_terms)
    rest = [i for i in range(len(forms)) if i not in found]
    for group in shared_walks([units.needed([forms[i]]) for i in rest], units.input_dim):
        members = [rest[j] for j in group]
        program = units.program([forms[i] for i in members])
        found |= zip(members, _polynomials(program, limit, progress), strict=True)
    return [found[i] for i in range(len(forms))]


def _is_one_maximum(units: ConvexUnits, form: SymbolicForm) -> bool:
    """Return whether a form has at most one unit, a maximum of affine forms."""
    parts = units.parts(form)
    return not parts or (len(parts) == 1 and not units.units[min(parts)].level)


def _one_maximum(units: ConvexUnits, form: SymbolicForm, known: dict[int, TropicalPolynomial]) -> TropicalPolynomial:
    """Return such a form as a polynomial; ``known`` has the units expanded so far."""
    coordinates = range(1, units.input_dim + 1)
    shift = TropicalPolynomial.monomial([form.get(j, Fraction(0)) for j in coordinates], form.get(0, Fraction(0)))
    for k, factor in units.parts(form).items():
        if k not in known:
            table = [[row.get(j, Fraction(0)) for j in (0, *coordinates)] for row in units.units[k].forms]
            known[k] = TropicalPolynomial.from_forms(table, units.input_dim).normal_form()
        shift *= known[k] ** factor
    return evolve(shift, all_essential=True)


def _too_many(limit: int, n_terms: int) -> LimitReached:
    return LimitReached(f"a polynomial has more than {limit} essential terms; raise the limit", n_terms)


def shared_walks(needed: Sequence[frozenset[int]], dim: int) -> list[list[int]]:
    """Return the indices of sets of units in groups whose cells are enumerated together.

    A set joins a group if the cells of all their units are estimated to be at most those of two enumerations, where n
    units are taken to have as many cells as n hyperplanes in general position in dimension ``dim``.

    >>> shared_walks([frozenset({1, 2, 3}), frozenset({1, 2, 4}), frozenset({5})], 2)
    [[0, 1], [2]]
    """
    groups: list[tuple[frozenset[int], list[int]]] = []
    for i in sorted(range(len(needed)), key=lambda i: -len(needed[i])):
        own = needed[i]
        for g, (union, members) in enumerate(groups):
            if _cells(own | union, dim) <= _cells(own, dim) + _cells(union, dim):
                groups[g] = (own | union, [*members, i])
                break
        else:
            groups.append((own, [i]))
    return [members for _, members in groups]


def _cells(units: frozenset[int], dim: int) -> int:
    return product_bound([2] * len(units), dim)


def _polynomials(program: GateProgram, limit: int | None, progress: Progress | None) -> Iterator[TropicalPolynomial]:
    """Yield the outputs of a program of convex functions as polynomials."""
    start = integer_matrix(identity(program.input_dim + 1), program.input_dim + 1)
    seen: list[dict[Row, None]] = [{} for _ in program.outputs]
    for n_cells, pattern in enumerate(_patterns(program)):
        tape = program.run(start, pattern)
        for slot, rows in zip(program.outputs, seen, strict=True):
            rows[tuple(map(int, tape[slot]))] = None
            if limit is not None and len(rows) > limit:
                raise _too_many(limit, len(rows))
        if progress is not None and n_cells % 1000 == 0:
            progress(n_cells, sum(map(len, seen)))
    for slot, rows in zip(program.outputs, seen, strict=True):
        scale = program.scales[slot]
        scaled = multiplied(rows, scale.numerator)
        yield TropicalPolynomial.from_rows(scaled, scale.denominator, program.input_dim, all_essential=True)


def _patterns(program: GateProgram) -> Iterator[Sequence[int]]:
    for block in program_blocks(program):
        if block.patterns is not None:
            yield from block.patterns.tolist()


def linear_part(form: SymbolicForm) -> SymbolicForm:
    """Return a form without its constant."""
    return {key: value for key, value in form.items() if key}


def at_infinity(units: ConvexUnits) -> ConvexUnits:
    """Return the units without constants; their essential terms are the vertices of the Newton polytopes."""
    changed = (evolve(unit, forms=tuple(map(linear_part, unit.forms))) for unit in units.units)
    return evolve(units, units=tuple(changed))
