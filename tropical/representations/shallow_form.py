"""Exact tests whether a piecewise linear map is a network with one hidden layer, with the network or a witness.

A continuous piecewise linear map f on R^d is ``A(x) + sum_i c_i max(h_i(x), 0)``, with A and the h_i affine, iff each
hyperplane that contains a piece of the bend locus of f lies in it entirely, and the jump of the gradient of f is the
same all along it. Then every hyperplane needs exactly one neuron.

A hyperplane is covered, up to sets of lower dimension, by facets of the activation regions of a network for f, where
the jump may be 0 because the network has a wall and f does not bend, and by interiors of regions, where it is 0. Both
answers are checked before they are returned.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from attrs import frozen

from polytopes.arithmetic.rationals import Row, Vector, dot
from polytopes.arithmetic.surds import RadicalSum
from polytopes.enumeration.vertex_cell import BOTH
from polytopes.errors import LimitReached
from polytopes.polyhedra.polyhedron import Polyhedron
from tropical.algebra.polynomial import TropicalPolynomial
from tropical.algebra.rational_function import TropicalMap, TropicalRational
from tropical.networks.function_networks import maxout_network
from tropical.networks.layers import Affine, ReLU, Sum
from tropical.networks.network import GraphBuilder, Network
from tropical.networks.sources import NetworkLike, as_network
from tropical.regions.activation_regions import ActivationRegion, activation_regions
from tropical.representations.equality import verify_bend, verify_equal

if TYPE_CHECKING:
    from polytopes.enumeration.gate_program import Pattern

PiecewiseLinear = NetworkLike | TropicalMap | TropicalRational | TropicalPolynomial


@frozen
class Bend:
    """A hyperplane ``row . (1, x) = 0`` where the map bends by ``jump max(row . (1, x), 0)``.

    ``row`` has primitive integers, the first coefficient of x positive; ``jump`` has an entry for each output.
    """

    row: Row
    jump: Vector

    @property
    def strength(self) -> RadicalSum:
        """The Euclidean norm of the jump of the gradient: ``|jump| |normal|``."""
        length = RadicalSum.root(sum(entry * entry for entry in self.row[1:]))
        if len(self.jump) == 1:
            return RadicalSum.of(abs(self.jump[0])) * length
        return RadicalSum.root(sum((entry * entry for entry in self.jump), Fraction(0))) * length


@frozen
class Witness:
    """A hyperplane with different jumps of the gradient at two points, so that one hidden layer does not give the map.

    Near ``points[i]`` the map is an affine one plus ``jumps[i] max(row . (1, x), 0)``; one jump may be 0.
    """

    row: Row
    jumps: tuple[Vector, Vector]
    points: tuple[Vector, Vector]


@frozen
class ShallowForm:
    """The map ``x -> affine(x) + sum of jump max(row . (1, x), 0)`` over the bends, with the fewest neurons possible.

    ``affine`` has a form (c, a_1, ..., a_d) for each output.
    """

    affine: tuple[Vector, ...]
    bends: tuple[Bend, ...]

    @property
    def n_neurons(self) -> int:
        """The least number of hidden neurons, an affine map aside: one for each hyperplane of the bend locus."""
        return len(self.bends)

    @property
    def seminorm(self) -> RadicalSum:
        """The seminorm ``sum |jump| |normal|`` in the Radon domain (Ongie, Willett, Soudry, Srebro, ICLR 2020).

        It is the representation cost of the function in an infinitely wide layer; affine maps have 0.
        """
        return RadicalSum.total(bend.strength for bend in self.bends)

    def network(self) -> Network:
        """Return the network: one hidden layer of :attr:`n_neurons` units, and an affine map beside it."""
        d = len(self.affine[0]) - 1
        graph = GraphBuilder((d,))
        beside = graph.add(Affine([form[1:] for form in self.affine], [form[0] for form in self.affine]), [0], "affine")
        if not self.bends:
            return graph.finish(beside)
        rows = [bend.row for bend in self.bends]
        hidden = graph.add(Affine([row[1:] for row in rows], [row[0] for row in rows]), [0], "hidden")
        jumps = list(zip(*(bend.jump for bend in self.bends), strict=True))
        top = graph.add(Affine(jumps), [graph.add(ReLU(), [hidden], "relu")], "jumps")
        return graph.finish(graph.add(Sum((1, 1)), [beside, top], "sum"))


def shallow_form(
    function: PiecewiseLinear, *, limit: int | None = None, progress: Callable[[int], None] | None = None
) -> ShallowForm | Witness:
    """Return a map as a network with one hidden layer and an affine map beside it, or a witness that it is not one.

    Args:
        function: a tropical polynomial, rational function or map, a network, or what :func:`tropical.load` reads
            without options.
        limit: the most activation regions that are looked at.
        progress: called with the number of activation regions after every one found.

    Raises:
        LimitReached: if there are more regions; ``partial`` is the number found.
        VerificationFailed: if the network is another function or the witness is none, by an error of this program.

    Algorithm:
        The hyperplanes of the facets of activation regions are collected with the jumps of the gradient there; those
        with no jump other than 0 are left out. If none cuts a region, and all jumps on each are equal, the map minus
        its bends has one affine form on all regions; else there is a point where the jump is different, or 0. Of
        several witnesses the one with the largest jump is returned. In the end the network is compared with the map
        on all cells of both together, or the witness with the map near its points.

    >>> from tropical import parse
    >>> found = shallow_form(parse("abs(x) + abs(y)"))
    >>> found.n_neurons, str(found.seminorm)
    (2, '4')
    >>> shallow_form(parse("max(x, y, 0)")).row
    (0, 1, -1)
    """
    network = _as_network(function)
    regions: list[ActivationRegion] = []
    for region in activation_regions(network):
        if limit is not None and len(regions) >= limit:
            raise LimitReached(f"more than {limit} activation regions", limit)
        regions.append(region)
        if progress is not None:
            progress(len(regions))
    jumps = _jumps(regions)
    witnesses = [*_unequal(jumps), *_cut(regions, jumps, network.output_dim)]
    if witnesses:
        witness = max(witnesses, key=_size)
        for jump, point in zip(witness.jumps, witness.points, strict=True):
            verify_bend(network, witness.row, jump, point)
        return witness
    bends = tuple(Bend(row, found[0][0]) for row, found in sorted(jumps.items()))
    form = ShallowForm(_affine_part(regions[0], bends), bends)
    verify_equal(network, form.network(), "the network with one hidden layer")
    return form


def is_shallow(function: PiecewiseLinear) -> bool:
    """Return whether a map is a network with one hidden layer of ReLU units plus an affine map.

    >>> from tropical import parse
    >>> is_shallow(parse("max(x, y, 0)")), is_shallow(parse("max(x, y) + max(y, 0)"))
    (False, True)
    """
    return isinstance(shallow_form(function), ShallowForm)


def _as_network(function: PiecewiseLinear) -> Network:
    if isinstance(function, TropicalPolynomial):
        function = TropicalRational.of(function)
    if isinstance(function, (TropicalMap, TropicalRational)):
        return maxout_network(function.pruned())
    return as_network(function)


_Jumps = dict[Row, list[tuple[Vector, Vector]]]
"""For each hyperplane the different jumps on it, each with a point."""


def _jumps(regions: Sequence[ActivationRegion]) -> _Jumps:
    """Return the jumps across facets of regions, for the hyperplanes on which some are not 0."""
    forms: dict[Pattern, tuple[Vector, ...]] = {region.pattern: region.cell.forms for region in regions}
    found: _Jumps = {}
    for region in regions:
        for (row, point), (_, beyond) in zip(region.cell.facets, region.neighbors(), strict=True):
            if beyond > region.pattern:
                jump = tuple(_quotient(q, p, row) for p, q in zip(region.cell.forms, forms[beyond], strict=True))
                known = found.setdefault(_oriented(row), [])
                if all(jump != other for other, _ in known):
                    known.append((jump, point))
    return {row: known for row, known in found.items() if any(any(jump) for jump, _ in known)}


def _quotient(beyond: Vector, here: Vector, row: Row) -> Fraction:
    """Return c with ``beyond - here = -c row``; the row is positive here."""
    j = next(j for j, entry in enumerate(row) if entry)
    return (here[j] - beyond[j]) / row[j]


def _oriented(row: Row) -> Row:
    lead = next(entry for entry in row[1:] if entry)
    return row if lead > 0 else tuple(-entry for entry in row)


def _unequal(jumps: _Jumps) -> Iterator[Witness]:
    for row, found in jumps.items():
        if len(found) > 1:
            ordered = sorted(found, key=lambda each: (-_norm_squared(each[0]), each))
            (jump, point), (other, elsewhere) = ordered[0], ordered[-1]
            yield Witness(row, (jump, other), (point, elsewhere))


def _cut(regions: Sequence[ActivationRegion], jumps: _Jumps, n_outputs: int) -> Iterator[Witness]:
    """Yield hyperplanes of jumps that cut the interior of a region, where the gradient does not jump."""
    nothing = (Fraction(0),) * n_outputs
    waiting = dict(jumps)
    for region in regions:
        cell, rows = region.cell, list(waiting)
        signs = cell.geometry.signs([cell.frame.pull_back(row) for row in rows])
        for row in (row for row, sign in zip(rows, signs, strict=True) if sign == BOTH):
            jump, point = max(waiting.pop(row), key=lambda each: _norm_squared(each[0]))
            inside = Polyhedron.from_rows(region.inequalities, [row], len(row) - 1).interior_point()
            yield Witness(row, (jump, nothing), (point, inside))


def _size(witness: Witness) -> tuple[Fraction, Row]:
    """Return the square of the larger jump of the gradient, to compare witnesses."""
    return max(map(_norm_squared, witness.jumps)) * _norm_squared(witness.row[1:]), witness.row


def _norm_squared(vector: Sequence[int | Fraction]) -> Fraction:
    return sum((Fraction(entry * entry) for entry in vector), Fraction(0))


def _affine_part(region: ActivationRegion, bends: Sequence[Bend]) -> tuple[Vector, ...]:
    """Return the forms of the map on a region minus the bends that are positive there."""
    point = (Fraction(1), *region.point)
    active = [bend for bend in bends if dot(bend.row, point) > 0]
    return tuple(
        tuple(value - sum(bend.jump[k] * bend.row[j] for bend in active) for j, value in enumerate(form))
        for k, form in enumerate(region.cell.forms)
    )
