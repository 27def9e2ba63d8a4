"""Local complexity with noise on the bias of one unit at a time, by the regions of the layers before it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from math import factorial
from typing import TYPE_CHECKING, Any

from flint import arb, ctx, fmpq, fmpz, fmpz_mat

from polytopes.arithmetic.enclosures import Enclosure, RootTotal, bits_for
from polytopes.arithmetic.linalg import determinant, integer_matrix
from polytopes.arithmetic.rationals import Vector, homogeneous
from polytopes.enumeration.cells import cells
from polytopes.enumeration.gate_program import Tape
from tropical.regions.complexity.answer import NoisyComplexity
from tropical.regions.complexity.layers import GateLayers
from tropical.regions.complexity.noise import Noise, rational
from tropical.regions.complexity.region_geometry import RegionGeometry

if TYPE_CHECKING:
    from polytopes.enumeration.domain_cell import Method
    from polytopes.polyhedra.polyhedron import Polyhedron

Simplices = Sequence[tuple[fmpq, tuple[int, ...]]]
"""The simplices of a region: the volume, and the numbers of the vertices, of each."""


def noisy_complexity(
    layers: GateLayers,
    domain: Polyhedron,
    noises: Sequence[Noise],
    volume: Fraction,
    digits: int,
    exactly: bool,
    method: Method | None = None,
) -> tuple[NoisyComplexity, ...]:
    """Return ``(1 / vol) sum over units of the integral of |grad z| rho(z)`` for each noise.

    Algorithm:
        On a region of the layers before a unit its preactivation z is affine. The region is triangulated, and the
        integral over a simplex is a divided difference (:mod:`tropical.regions.complexity.noise`).

    Raises:
        UnsupportedError: if a gate has more than two forms.
    """
    layers.check_preactivations()
    sums = [_Sums(noise, layers.program.n_gates, digits, exactly) for noise in noises]
    for stage, gates in layers.stages_with_gates():
        for cell in cells(layers.prefix(stage), domain, method):
            geometry = RegionGeometry.of(cell)
            simplices = _simplices(geometry)
            tape = layers.tape(stage, cell.pattern)
            for g, values in _values(layers, gates, tape, geometry.vertices):
                square = layers.square_gradient(g, tape)
                for own in sums:
                    own.add(g, square, values, simplices)
    return tuple(own.result(layers, volume) for own in sums)


def _values(
    layers: GateLayers, gates: Sequence[int], tape: Tape, vertices: Sequence[Vector]
) -> Iterator[tuple[int, list[fmpq]]]:
    """Yield the gates whose preactivation is not constant, with its values at the vertices."""
    found = [(g, *layers.structure.preactivation(g, tape)) for g in gates]
    found = [(g, scale, form) for g, scale, form in found if any(form[1:])]
    rows = [homogeneous(vertex) for vertex in vertices]
    size = len(rows[0])
    forms = fmpz_mat(len(found), size, [entry for _, _, form in found for entry in form])
    table = (forms * integer_matrix(rows, size).transpose()).tolist() if found else []
    for (g, scale, _), numbers in zip(found, table, strict=True):
        factors = (fmpq(scale.numerator, scale.denominator * row[0]) for row in rows)
        yield g, [factor * number for factor, number in zip(factors, numbers, strict=True)]


def _simplices(geometry: RegionGeometry) -> Simplices:
    vertices = geometry.vertices
    return [(rational(simplex_volume([vertices[i] for i in numbers])), numbers) for numbers in geometry.triangulation]


def simplex_volume(vertices: Sequence[Vector]) -> Fraction:
    """Return the volume of a simplex.

    >>> simplex_volume([(Fraction(0),), (Fraction(3),)])
    Fraction(3, 1)
    """
    first, *others = vertices
    edges = [[a - b for a, b in zip(vertex, first, strict=True)] for vertex in others]
    return abs(determinant(edges)) / factorial(len(others))


class _Sums:
    """The sums of one noise, unit by unit: exact ones, or balls that are made anew until they are precise."""

    def __init__(self, noise: Noise, n_gates: int, digits: int, exactly: bool) -> None:
        self.noise = noise
        self.digits = digits
        self.exactly = exactly
        self._totals = [RootTotal(digits, exactly) for _ in range(n_gates)]
        self._balls = [arb(0) for _ in range(n_gates)]

    def add(self, gate: int, square: Fraction, values: Sequence[fmpq], simplices: Simplices) -> None:
        """Add the integral over a region where the gradient of z has this square, and z these values at vertices."""
        if self.noise.is_void(values):
            return
        if self.noise.is_rational:
            found = self._integral(values, simplices)
            self._totals[gate].add(Fraction(int(found.p), int(found.q)), square)
            return
        bits = bits_for(self.digits) + SPARE
        tiny = self._tiny(square, values, simplices)
        if tiny is not None:
            self._balls[gate] += tiny
            return
        while True:
            with ctx.workprec(bits):
                found = self._integral(values, simplices) * _root(square)
                wanted = max(found.abs_upper(), arb(2) ** -LEAST_BITS) * arb(2) ** -bits_for(self.digits - 1)
                if found.rad() < wanted or bits > MOST_BITS:
                    self._balls[gate] += found
                    return
            bits *= 2

    def _tiny(self, square: Fraction, values: Sequence[fmpq], simplices: Simplices) -> arb | None:
        """Return a ball from 0 to a bound of the integral, by the largest density, if that is as good as nothing."""
        nearest = min(values) if min(values) > 0 else -max(values)
        if nearest <= 0:
            return None
        with ctx.workprec(CRUDE):
            density = self.noise.density(nearest)
            bound: arb = (density * _root(square) * sum((size for size, _ in simplices), fmpq(0))).abs_upper()
            if bound < arb(2) ** -(LEAST_BITS + bits_for(self.digits)):
                return bound * arb(0.5, 0.5)
        return None

    def _integral(self, values: Sequence[fmpq], simplices: Simplices) -> Any:
        means = self.noise.means(values, (numbers for _, numbers in simplices))
        return sum((mean * size for mean, (size, _) in zip(means, simplices, strict=True)), fmpq(0))

    def result(self, layers: GateLayers, volume: Fraction) -> NoisyComplexity:
        """Return the sums divided by the volume of the domain."""
        units = layers.units
        if self.noise.is_rational:
            total = RootTotal(self.digits, self.exactly)
            for own in self._totals:
                total.extend(own)
            parts = {unit: own.enclosure(volume) for unit, own in zip(units, self._totals, strict=True)}
            return NoisyComplexity(self.noise, total.enclosure(volume), parts)
        with ctx.workprec(2 * bits_for(self.digits)):
            whole = sum(self._balls, arb(0))
        parts = {
            unit: Enclosure.around(ball, self.digits) / volume for unit, ball in zip(units, self._balls, strict=True)
        }
        return NoisyComplexity(self.noise, Enclosure.around(whole, self.digits) / volume, parts)


LEAST_BITS = 200
"""Contributions below 2^-LEAST_BITS need no more digits."""
MOST_BITS = 10_000
SPARE = 64
"""Bits that most divided differences lose."""
CRUDE = 64
"""Precision of bounds."""


def _root(square: Fraction) -> arb:
    return arb(fmpz(square.numerator)).sqrt() / arb(fmpz(square.denominator)).sqrt()
