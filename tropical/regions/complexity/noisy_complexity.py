"""Local complexity with noise on the bias of one unit at a time, by the regions of the layers before it."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import factorial
from typing import TYPE_CHECKING, Any

from flint import arb, ctx, fmpq, fmpz

from polytopes.arithmetic.enclosures import Enclosure, RootTotal, bits_for
from polytopes.arithmetic.linalg import determinant
from polytopes.arithmetic.rationals import Vector, dot
from polytopes.enumeration.cells import cells
from tropical.regions.complexity.answer import NoisyComplexity
from tropical.regions.complexity.layers import GateLayers, square_norm
from tropical.regions.complexity.noise import Noise
from tropical.regions.complexity.region_geometry import RegionGeometry

if TYPE_CHECKING:
    from polytopes.enumeration.domain_cell import Method
    from polytopes.polyhedra.polyhedron import Polyhedron

Simplices = Sequence[tuple[Fraction, tuple[int, ...]]]
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
            for g in gates:
                z = layers.preactivation(g, tape)
                if any(z[1:]):
                    values = [z[0] + dot(z[1:], vertex) for vertex in geometry.vertices]
                    for own in sums:
                        own.add(g, square_norm(z[1:]), values, simplices)
    return tuple(own.result(layers, volume) for own in sums)


def _simplices(geometry: RegionGeometry) -> Simplices:
    vertices = geometry.vertices
    return [(simplex_volume([vertices[i] for i in numbers]), numbers) for numbers in geometry.triangulation]


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

    def add(self, gate: int, square: Fraction, values: Sequence[Fraction], simplices: Simplices) -> None:
        """Add the integral over a region where the gradient of z has this square, and z these values at vertices."""
        if self.noise.is_rational:
            self._totals[gate].add(self._integral(values, simplices), square)
            return
        bits = bits_for(self.digits)
        while True:
            with ctx.workprec(bits):
                found = self._integral(values, simplices) * arb(fmpz(square.numerator)).sqrt()
                found /= arb(fmpz(square.denominator)).sqrt()
                wanted = max(found.abs_upper(), arb(2) ** -LEAST_BITS) * arb(2) ** -bits_for(self.digits - 1)
                if found.rad() < wanted or bits > MOST_BITS:
                    self._balls[gate] += found
                    return
            bits *= 2

    def _integral(self, values: Sequence[Fraction], simplices: Simplices) -> Any:
        return sum((self._part(size, [values[i] for i in numbers]) for size, numbers in simplices), 0)

    def _part(self, size: Fraction, values: Sequence[Fraction]) -> Any:
        mean = self.noise.mean(values)
        return size * mean if self.noise.is_rational else arb(fmpq(size.numerator, size.denominator)) * mean

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
