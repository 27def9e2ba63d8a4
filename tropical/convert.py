"""Networks as tropical rational maps ``g (/) h`` without a redundant term.

The network is written as a combination of convex units (:mod:`tropical.convex_units`); positive coefficients make g,
negative ones h. Both are sums of units, their lifted Newton polytopes Minkowski sums (zonotopes for one hidden layer),
and their essential terms are the affine forms they take on the cells on which every unit has one winner. These are
streamed by the engine, so that a redundant term is never held, at no layer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from fractions import Fraction
from math import prod

from attrs import evolve, field, frozen

from polytopes.errors import LimitReached
from polytopes.gates import GateProgram
from polytopes.linalg import identity, integer_matrix
from polytopes.rationals import Row
from tropical.bounds import upper_bounds
from tropical.convex_units import ConvexUnits, convex_units
from tropical.network import Network
from tropical.patterns import program_blocks
from tropical.polynomial import TropicalPolynomial
from tropical.products import product_bound
from tropical.rational import TropicalMap, TropicalRational
from tropical.structure import SymbolicForm

Progress = Callable[[int, int], None]
"""Called now and then with the numbers of cells and of terms seen."""


@frozen
class LayerTerms:
    """The units of a layer: how many, their forms multiplied out before pruning, and their essential terms in all.

    ``largest`` is the most essential terms of one unit.
    """

    name: str
    n_units: int
    n_before: int
    n_after: int
    largest: int


@frozen
class SideTerms:
    """The numerator or denominator of an output.

    ``n_summands`` units are summed, generators of a zonotope if they have two terms; ``n_before`` is the product of
    their numbers of terms, ``n_after`` the number of essential terms of the sum, ``n_newton_vertices`` the number of
    vertices of its Newton polytope.
    """

    n_summands: int
    n_before: int
    n_after: int
    n_newton_vertices: int
    bound: int


@frozen(eq=False)
class Conversion:
    """A network as a tropical rational map, with the sizes of what was met on the way."""

    map: TropicalMap
    layers: tuple[LayerTerms, ...]
    outputs: tuple[tuple[SideTerms, SideTerms], ...]
    units: ConvexUnits = field(repr=False)


def tropical_map(network: Network, *, limit: int | None = None, progress: Progress | None = None) -> TropicalMap:
    """Return a network as a tropical rational map; numerators and denominators have essential terms only.

    Args:
        network: an exact network of any layers.
        limit: the most terms that a polynomial may have.
        progress: called now and then with the numbers of cells and terms found.

    Raises:
        LimitReached: if a polynomial has more terms; ``partial`` is their number so far.

    >>> net = Network.from_weights([([[1, 0], [0, 1]], [0, 0]), ([[1, -1]], [0])])     # relu(x) - relu(y)
    >>> print(tropical_map(net).components[0])
    max(x, 0) - max(y, 0)
    """
    units = convex_units(network.program)
    return _expanded(units, limit, progress)


def _expanded(units: ConvexUnits, limit: int | None, progress: Progress | None) -> TropicalMap:
    sides = [side for output in units.outputs for side in units.split(output)]
    found = iter(expand(units, sides, limit=limit, progress=progress))
    return TropicalMap(tuple(TropicalRational(g, h) for g, h in zip(found, found, strict=True)))


def convert(network: Network, *, limit: int | None = None, progress: Progress | None = None) -> Conversion:
    """Return :func:`tropical_map` together with a report of every layer and output; arguments and errors are its.

    >>> net = Network.from_weights([([[1, 0], [0, 1], [1, 1]], [0, 0, -1]), ([[1, 1, -1]], [0])])
    >>> found = convert(net)
    >>> found.layers
    (LayerTerms(name='relu0', n_units=3, n_before=6, n_after=6, largest=2),)
    >>> found.outputs[0][0]
    SideTerms(n_summands=2, n_before=4, n_after=4, n_newton_vertices=4, bound=4)
    """
    units = convex_units(network.program)
    sides = [side for output in units.outputs for side in units.split(output)]
    bounds = term_bounds(units, sides)
    result = _expanded(units, limit, progress)
    sizes = unit_sizes(units, limit)
    newton = [polynomial.n_terms for polynomial in expand(_at_infinity(units), [_linear(side) for side in sides])]
    polynomials = [p for part in result.components for p in (part.numerator, part.denominator)]
    reports = iter(_side(units, *each, sizes) for each in zip(sides, polynomials, newton, bounds, strict=True))
    return Conversion(result, _layers(units, sizes), tuple(zip(reports, reports, strict=True)), units)


def unit_sizes(units: ConvexUnits, limit: int | None = None) -> dict[int, int]:
    """Return the number of essential terms of every unit that the outputs need.

    Units of affine forms are looked at one by one; of a deeper layer all together, for they need the same units.
    """
    groups: dict[object, list[int]] = {}
    for k in sorted(units.needed(units.outputs)):
        unit = units.units[k]
        groups.setdefault((unit.layer, unit.level) if unit.level else k, []).append(k)
    found: dict[int, int] = {}
    for group in groups.values():
        program = units.program([{units.input_dim + 1 + k: Fraction(1)} for k in group])
        found |= {k: p.n_terms for k, p in zip(group, _polynomials(program, limit, None), strict=True)}
    return dict(sorted(found.items()))


def _side(
    units: ConvexUnits, side: SymbolicForm, found: TropicalPolynomial, newton: int, bound: int, sizes: dict[int, int]
) -> SideTerms:
    parts = units.parts(side)
    return SideTerms(len(parts), prod(sizes[k] for k in parts), found.n_terms, newton, bound)


def _layers(units: ConvexUnits, sizes: dict[int, int]) -> tuple[LayerTerms, ...]:
    names = dict.fromkeys(units.units[k].layer for k in sizes)
    reports = []
    for name in names:
        own = [k for k in sizes if units.units[k].layer == name]
        before = sum(prod(sizes[j] for j in units.parts(form)) for k in own for form in units.units[k].forms)
        counts = [sizes[k] for k in own]
        reports.append(LayerTerms(name, len(own), before, sum(counts), max(counts)))
    return tuple(reports)


# Expansion


def expand(
    units: ConvexUnits, forms: Sequence[SymbolicForm], *, limit: int | None = None, progress: Progress | None = None
) -> list[TropicalPolynomial]:
    """Return nonnegative combinations of convex units as tropical polynomials with essential terms only.

    Args:
        units: where the units are from.
        forms: an affine form plus units with positive coefficients each.
        limit, progress: as for :func:`tropical_map`.

    Algorithm:
        A convex piecewise linear function is the maximum of the affine forms it has on full-dimensional cells, and each
        of these is the largest inside its cell. Forms that need the same units share one walk.

    >>> from tropical.expressions import parse
    >>> from tropical.function_regions import maxout_network
    >>> units = convex_units(maxout_network(parse("max(x, 0)")).program)
    >>> [polynomial] = expand(units, [{0: Fraction(1), 2: Fraction(3)}])
    >>> print(polynomial)
    max(3 x + 1, 1)
    """
    groups: dict[frozenset[int], list[int]] = {}
    for i, form in enumerate(forms):
        groups.setdefault(units.needed([form]), []).append(i)
    found: dict[int, TropicalPolynomial] = {}
    for members in groups.values():
        program = units.program([forms[i] for i in members])
        found |= zip(members, _polynomials(program, limit, progress), strict=True)
    return [found[i] for i in range(len(forms))]


def _polynomials(program: GateProgram, limit: int | None, progress: Progress | None) -> Iterator[TropicalPolynomial]:
    """Yield the outputs of a program of convex functions as polynomials."""
    start = integer_matrix(identity(program.input_dim + 1), program.input_dim + 1)
    seen: list[dict[Row, None]] = [{} for _ in program.outputs]
    for n_cells, pattern in enumerate(_patterns(program)):
        tape = program.run(start, pattern)
        for slot, rows in zip(program.outputs, seen, strict=True):
            rows[tuple(map(int, tape[slot]))] = None
            if limit is not None and len(rows) > limit:
                raise LimitReached(f"a polynomial has more than {limit} essential terms; raise the limit", len(rows))
        if progress is not None and n_cells % 1000 == 0:
            progress(n_cells, sum(map(len, seen)))
    for slot, rows in zip(program.outputs, seen, strict=True):
        yield essential(rows, program.scales[slot], program.input_dim)


def _patterns(program: GateProgram) -> Iterator[Sequence[int]]:
    for block in program_blocks(program):
        if block.patterns is not None:
            yield from block.patterns.tolist()


def essential(rows: Iterable[Row], scale: Fraction, dim: int) -> TropicalPolynomial:
    """Return the polynomial of rows times ``scale`` that are known to be essential."""
    scaled = [tuple(scale.numerator * entry for entry in row) for row in rows]
    found = TropicalPolynomial.from_rows(scaled, scale.denominator, dim)
    found.__dict__["essential_terms"] = tuple(range(found.n_terms))
    return found


def _linear(form: SymbolicForm) -> SymbolicForm:
    return {key: value for key, value in form.items() if key}


def _at_infinity(units: ConvexUnits) -> ConvexUnits:
    """Return the units without constants: their terms are the vertices of the Newton polytopes."""
    changed = (evolve(unit, forms=tuple(map(_linear, unit.forms))) for unit in units.units)
    return evolve(units, units=tuple(changed))


# Bounds


def term_bounds(units: ConvexUnits, forms: Sequence[SymbolicForm]) -> list[int]:
    """Return for each convex form a number that its essential terms do not exceed, without expanding it.

    Algorithm:
        A sum of units has at most the terms of :func:`tropical.products.product_bound`, a maximum at most those of its
        forms together; and no form has more than the units it needs have cells
        (:func:`tropical.bounds.upper_bounds`).
    """
    sizes: list[int] = []
    for unit in units.units:
        sizes.append(sum(_sum_bound(units, form, sizes) for form in unit.forms))
    regions: dict[frozenset[int], int] = {}
    for form in forms:
        needed = units.needed([form])
        if needed not in regions:
            program = units.program([form])
            regions[needed] = min(bound.value for bound in upper_bounds(program, units.input_dim))
    return [min(_sum_bound(units, form, sizes), regions[units.needed([form])]) for form in forms]


def _sum_bound(units: ConvexUnits, form: SymbolicForm, sizes: Sequence[int]) -> int:
    return product_bound([sizes[k] for k in units.parts(form)], units.input_dim)


def conversion_bounds(network: Network) -> tuple[tuple[int, int], ...]:
    """Return for every output bounds of the terms of numerator and denominator, before any conversion.

    >>> conversion_bounds(Network.from_weights([([[1, 0], [0, 1], [1, 1]], [0, 0, -1]), ([[1, 1, -1]], [0])]))
    ((4, 2),)
    """
    units = convex_units(network.program)
    found = iter(term_bounds(units, [side for output in units.outputs for side in units.split(output)]))
    return tuple(zip(found, found, strict=True))
