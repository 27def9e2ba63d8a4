"""Networks as tropical rational maps ``g (/) h`` without a redundant term.

The network is written as a combination of convex units (:mod:`tropical.representations.convex_units`); positive
coefficients make g, negative ones h. Both are sums of units, their lifted Newton polytopes Minkowski sums (zonotopes
for one hidden layer), and their essential terms are the affine forms they take on the cells on which every unit has one
winner. The cells are enumerated one by one, so that no redundant term is ever held, in any layer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import prod

from attrs import field, frozen

from polytopes.arithmetic.linalg import identity
from polytopes.errors import NoAnswerError
from tropical.algebra.decision_boundary import DecisionBoundary
from tropical.algebra.polynomial import TropicalPolynomial
from tropical.algebra.rational_function import TropicalMap, TropicalRational
from tropical.networks.network import Network
from tropical.networks.sources import NetworkLike, as_network
from tropical.networks.symbolic_forms import SymbolicForm, substituted
from tropical.representations.convex_units import ConvexUnits, convex_units
from tropical.representations.equality import Quotient, quotients_of, verify_quotients
from tropical.representations.expansion import Progress, at_infinity, expand, linear_part
from tropical.representations.term_bounds import MOST_CELLS, term_bounds


@frozen
class LayerTerms:
    """The ``n_units`` convex units of a layer, with ``n_before`` terms in all before pruning and ``n_after`` after it.

    ``largest`` is the most essential terms of one unit, ``n_newton_vertices`` the number of vertices of the Newton
    polytopes of all units together.
    """

    name: str
    n_units: int
    n_before: int
    n_after: int
    largest: int
    n_newton_vertices: int


@frozen
class SideTerms:
    """The numerator or denominator of an output.

    ``n_summands`` units are summed. If all have two terms, the Newton polytope is a zonotope, and they are its
    generators. ``n_before`` is the product of their numbers of terms, ``n_after`` the number of essential terms of the
    sum, ``n_newton_vertices`` the number of vertices of its Newton polytope.
    """

    n_summands: int
    n_before: int
    n_after: int
    n_newton_vertices: int
    bound: int
    is_zonotope: bool


@frozen(eq=False)
class Conversion:
    """A network as a tropical rational map, with the numbers of units and terms of its layers and outputs."""

    map: TropicalMap
    layers: tuple[LayerTerms, ...]
    outputs: tuple[tuple[SideTerms, SideTerms], ...]
    units: ConvexUnits = field(repr=False)


def tropical_map(network: NetworkLike, *, limit: int | None = None, progress: Progress | None = None) -> TropicalMap:
    """Return a network as a tropical rational map; numerators and denominators have essential terms only.

    Args:
        network: a network of any layers, or what :func:`tropical.load` reads without options.
        limit: the most terms that a polynomial may have.
        progress: called now and then with the numbers of cells and terms found.

    Raises:
        LimitReached: if a polynomial has more terms; ``partial`` is their number so far.
        VerificationFailed: if the map is another function (:mod:`tropical.representations.equality`).

    >>> net = Network.from_weights([([[1, 0], [0, 1]], [0, 0]), ([[1, -1]], [0])])     # relu(x) - relu(y)
    >>> print(tropical_map(net).components[0])
    max(x, 0) - max(y, 0)
    """
    network = as_network(network)
    units = convex_units(network.program)
    return _verified(network, _quotients(expand(units, _sides(units), limit=limit, progress=progress)))


def _sides(units: ConvexUnits) -> list[SymbolicForm]:
    """Return numerator and denominator of every output as combinations of units."""
    return [side for output in units.outputs for side in units.split(output)]


def _quotients(polynomials: Sequence[TropicalPolynomial]) -> TropicalMap:
    pairs = zip(polynomials[::2], polynomials[1::2], strict=True)
    return TropicalMap(tuple(TropicalRational(g, h) for g, h in pairs))


def _verified(network: Network, found: TropicalMap) -> TropicalMap:
    verify_quotients(network, quotients_of(found), "the tropical rational map")
    return found


def convert(network: NetworkLike, *, limit: int | None = None, progress: Progress | None = None) -> Conversion:
    """Return :func:`tropical_map` together with a report of every layer and output; arguments and errors are the same.

    >>> net = Network.from_weights([([[1, 0], [0, 1], [1, 1]], [0, 0, -1]), ([[1, 1, -1]], [0])])
    >>> found = convert(net)
    >>> found.layers
    (LayerTerms(name='relu0', n_units=3, n_before=6, n_after=6, largest=2, n_newton_vertices=6),)
    >>> found.outputs[0][0]
    SideTerms(n_summands=2, n_before=4, n_after=4, n_newton_vertices=4, bound=4, is_zonotope=True)
    """
    network = as_network(network)
    units = convex_units(network.program)
    sides, needed = _sides(units), sorted(units.needed(units.outputs))
    bounds = term_bounds(units, sides)
    alone = [{units.input_dim + 1 + k: Fraction(1)} for k in needed]
    forms = [*sides, *alone]
    found = expand(units, forms, limit=limit, progress=progress)
    newton = [polynomial.n_terms for polynomial in expand(at_infinity(units), list(map(linear_part, forms)))]
    polynomials, n = found[: len(sides)], len(sides)
    sizes = {k: polynomial.n_terms for k, polynomial in zip(needed, found[n:], strict=True)}
    reports = [_side(units, *each, sizes) for each in zip(sides, polynomials, newton[:n], bounds, strict=True)]
    pairs = tuple(zip(reports[::2], reports[1::2], strict=True))
    layers = _layers(units, sizes, dict(zip(needed, newton[n:], strict=True)))
    return Conversion(_verified(network, _quotients(polynomials)), layers, pairs, units)


def _side(
    units: ConvexUnits, side: SymbolicForm, found: TropicalPolynomial, newton: int, bound: int, sizes: Mapping[int, int]
) -> SideTerms:
    counts = [sizes[k] for k in units.parts(side)]
    return SideTerms(len(counts), prod(counts), found.n_terms, newton, bound, set(counts) <= {2})


def _layers(units: ConvexUnits, sizes: Mapping[int, int], newton: Mapping[int, int]) -> tuple[LayerTerms, ...]:
    reports = []
    for name in dict.fromkeys(units.units[k].layer for k in sizes):
        own = [k for k in sizes if units.units[k].layer == name]
        before = sum(prod(sizes[j] for j in units.parts(form)) for k in own for form in units.units[k].forms)
        counts = [sizes[k] for k in own]
        vertices = sum(newton[k] for k in own)
        reports.append(LayerTerms(name, len(own), before, sum(counts), max(counts), vertices))
    return tuple(reports)


def decision_polynomials(
    network: Network, *, limit: int | None = None, progress: Progress | None = None
) -> tuple[TropicalPolynomial, ...]:
    """Return tropical polynomials g_1, ..., g_m such that g_i - g_j is the difference of outputs i and j of a network.

    Of a network with one output they are g and h with ``g (/) h`` that output, so that the boundary is {g = h}.
    Arguments and errors are those of :func:`tropical_map`, and NoAnswerError for a network without outputs.

    Algorithm:
        From the coefficients of every unit the smallest one among the outputs is subtracted; of a single output, the
        smaller one of its coefficient and 0.

    >>> net = Network.from_weights([([[1, 0], [0, 1]], [0, 0]), ([[1, -1], [-1, 1], [0, 1]], [0, 0, 1])])
    >>> for polynomial in decision_polynomials(net):
    ...     print(polynomial)
    max(2 x, 0)
    max(2 y, 0)
    max(x + 2 y + 1, x + 1, 2 y + 1, 1)
    """
    if not network.output_dim:
        raise NoAnswerError("a network without outputs decides nothing; give one with at least one output")
    units = convex_units(network.program)
    outputs = units.outputs if len(units.outputs) > 1 else (*units.outputs, {})
    first = units.input_dim + 1
    keys = {key for output in outputs for key in output if key >= first}
    smallest = {key: min(output.get(key, Fraction(0)) for output in outputs) for key in keys}
    less = {0: Fraction(1), 1: Fraction(-1)}
    found = tuple(expand(units, [substituted(less, [f, smallest]) for f in outputs], limit=limit, progress=progress))
    verify_quotients(network, _differences(found, network.output_dim), "a difference of the polynomials")
    return found


def _differences(found: Sequence[TropicalPolynomial], n_outputs: int) -> list[Quotient]:
    """Return what decision polynomials claim: g_0 - g_i is the difference of the outputs, with a last one of 0."""
    weights = identity(len(found))
    pairs = [(i, tuple(a - b for a, b in zip(weights[0], weights[i], strict=True))) for i in range(1, len(found))]
    return [Quotient(difference[:n_outputs], found[0], found[i]) for i, difference in pairs]


def decision_boundary(
    network: NetworkLike, *, limit: int | None = None, progress: Progress | None = None
) -> DecisionBoundary:
    """Return the decision boundary of a network by conversion: of its sign, or of the largest of several outputs.

    The classes are the :func:`decision_polynomials`; arguments and errors are theirs.

    >>> net = Network.from_weights([([[1, 0], [0, 1]], [0, 0]), ([[1, 1]], [-1])])     # relu(x) + relu(y) - 1
    >>> decision_boundary(net).f_vector()
    (2, 3)
    """
    network = as_network(network)
    polynomials = decision_polynomials(network, limit=limit, progress=progress)
    return DecisionBoundary(polynomials, by_sign=network.output_dim == 1)


def conversion_bounds(network: NetworkLike, cells: int = MOST_CELLS) -> tuple[tuple[int, int], ...]:
    """Return for every output bounds of the numbers of terms of numerator and denominator, without converting.

    Args:
        network: an exact network of any layers.
        cells: the most cells of the first layers that are counted; with 0 the bounds are formulas alone.

    >>> conversion_bounds(Network.from_weights([([[1, 0], [0, 1], [1, 1]], [0, 0, -1]), ([[1, 1, -1]], [0])]))
    ((4, 2),)
    """
    network = as_network(network)
    units = convex_units(network.program)
    found = term_bounds(units, _sides(units), cells)
    return tuple(zip(found[::2], found[1::2], strict=True))
