"""Local complexity at data points, in any dimension: sums over the points in place of integrals over a domain."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from attrs import define, field
from flint import arb, ctx, fmpz

from polytopes.arithmetic.enclosures import Enclosure, RootTotal, bits_for
from polytopes.arithmetic.linalg import identity, integer_matrix
from polytopes.arithmetic.rationals import Vector, as_vector, common_denominator, dot
from polytopes.enumeration.gate_program import Tape
from polytopes.enumeration.limits import Limits
from polytopes.errors import InputError, ShapeError, VerificationFailed
from tropical.networks.sources import as_network
from tropical.regions.complexity.answer import LocalRank, MeanGradient, NoisyComplexity
from tropical.regions.complexity.layers import GateLayers, square_norm
from tropical.regions.complexity.many_points import BLOCK, ManyPoints, PointTotals
from tropical.regions.complexity.noise import Noise
from tropical.regions.complexity.point_complexity import PointComplexity
from tropical.regions.complexity.shared_points import shared_totals
from tropical.regions.surveys.units import Unit

if TYPE_CHECKING:
    from tropical.networks.network import Network
    from tropical.networks.sources import NetworkLike


MUCH = 100_000
"""Points times gates times inputs from which floats with proven errors are used."""
SOON = 20_000
"""Gates times inputs of networks for which a point is soon measured exactly."""
MOST_DIGITS = 15
"""Digits that floats give."""


@define
class _NoiseSums:
    """The sums over points with one noise, unit by unit."""

    noise: Noise
    totals: list[RootTotal]
    balls: list[arb] = field(factory=list)

    def add(self, gate: int, value: Fraction, square: Fraction, digits: int) -> None:
        """Add a point where a preactivation has this value and its gradient this square."""
        if self.noise.is_rational:
            self.totals[gate].add(self.noise.density(value), square)
            return
        with ctx.workprec(2 * bits_for(digits)):
            length = arb(fmpz(square.numerator * square.denominator)).sqrt() / fmpz(square.denominator)
            self.balls[gate] += self.noise.density(value) * length

    def result(self, units: Sequence[Unit], count: int, digits: int, exactly: bool) -> NoisyComplexity:
        """Return the means over the points."""
        n = Fraction(count)
        if self.noise.is_rational:
            whole = RootTotal(digits, exactly)
            for own in self.totals:
                whole.extend(own)
            parts = {unit: own.enclosure(n) for unit, own in zip(units, self.totals, strict=True)}
            return NoisyComplexity(self.noise, whole.enclosure(n), parts)
        with ctx.workprec(2 * bits_for(digits)):
            total = sum(self.balls, arb(0))
        found = {unit: Enclosure.around(own, digits) / n for unit, own in zip(units, self.balls, strict=True)}
        return NoisyComplexity(self.noise, Enclosure.around(total, digits) / n, found)


@define(kw_only=True)
class PointSums:
    """Sums over the points added so far; :meth:`answer` may be called at any time."""

    network: Network
    noises: Sequence[Noise] = ()
    digits: int = 15
    exactly: bool = False
    jobs: int = 1
    started: float = field(factory=time.perf_counter)
    _layers: GateLayers = field(init=False)
    _l2: RootTotal = field(init=False)
    _l1: Fraction = Fraction(0)
    _max: Fraction = Fraction(0)
    _ranks: dict[str, tuple[dict[int, int], dict[int, int]]] = field(init=False)
    _sums: list[_NoiseSums] = field(init=False)
    _n_exact: int = field(init=False, default=0)
    _on_walls: int = field(init=False, default=0)
    _totals: PointTotals | None = field(init=False, default=None)
    """What was measured in floats; replaced as a whole, so that work may be stopped anywhere."""
    _is_changing: bool = field(init=False, default=False)
    """Whether the sums of exact numbers are half changed."""

    def __attrs_post_init__(self) -> None:
        self._layers = GateLayers.of(self.network)
        if self.noises:
            self._layers.check_preactivations()
        n_gates = self._layers.program.n_gates
        self._l2 = self._total()
        self._ranks = {layer.name: ({}, {}) for layer in self._layers.layers}
        self._sums = [
            _NoiseSums(noise, [self._total() for _ in range(n_gates)], [arb(0)] * n_gates) for noise in self.noises
        ]

    def _total(self) -> RootTotal:
        return RootTotal(self.digits, self.exactly)

    @property
    def n_points(self) -> int:
        """The number of points added."""
        return self._n_exact + (0 if self._totals is None else self._totals.n_points)

    @property
    def seconds(self) -> float:
        """The time since the work began."""
        return time.perf_counter() - self.started

    def add(self, point: Vector) -> None:
        """Add a point; on a wall it belongs to the region where the first of the largest forms wins."""
        layers, program = self._layers, self._layers.program
        size = program.input_dim + 1
        pattern = program.pattern_at(point)
        tape = program.run(integer_matrix(identity(size), size), pattern)
        homogeneous: tuple[Fraction | int, ...] = (1, *point)
        forms = [program.true_form(slot, tape[slot]) for slot in program.outputs]
        is_on_wall = self._is_on_wall(tape, homogeneous)
        ranks = [(layers.rank_before(layer, tape), layers.rank_after(layer, tape)) for layer in layers.layers]
        values = list(self._values(tape, homogeneous)) if self._sums else []
        self._is_changing = True
        self._add_gradient(forms)
        self._on_walls += is_on_wall
        for layer, pair in zip(layers.layers, ranks, strict=True):
            for counts, rank in zip(self._ranks[layer.name], pair, strict=True):
                counts[rank] = counts.get(rank, 0) + 1
        for g, value, square in values:
            for own in self._sums:
                own.add(g, value, square, self.digits)
        self._n_exact += 1
        self._is_changing = False

    def _values(self, tape: Tape, homogeneous: Sequence[Fraction | int]) -> Iterator[tuple[int, Fraction, Fraction]]:
        """Yield every gate with its preactivation at a point, and the square of the length of its gradient."""
        layers, scale = self._layers, common_denominator(map(Fraction, homogeneous))
        integers = [fmpz(int(entry * scale)) for entry in homogeneous]
        for g in range(layers.program.n_gates):
            factor, form = layers.structure.preactivation(g, tape)
            yield g, factor * Fraction(int(dot(form, integers)), scale), layers.square_gradient(g, tape)

    def _add_gradient(self, forms: Sequence[Vector]) -> None:
        entries = [entry for form in forms for entry in form[1:]]
        self._l2.add(Fraction(1), square_norm(entries))
        self._l1 += sum(map(abs, entries))
        self._max += max(map(abs, entries))

    def _is_on_wall(self, tape: Tape, point: Sequence[Fraction | int]) -> bool:
        """Whether two different forms of a gate are largest at a point."""
        scale = common_denominator(map(Fraction, point))
        integers = [int(entry * scale) for entry in point]
        for gate in self._layers.program.gates:
            values = [dot(tape[slot], integers) for slot in gate.selectors]
            largest = max(values)
            winners = [tape[slot] for slot, value in zip(gate.selectors, values, strict=True) if value == largest]
            if any(form != winners[0] for form in winners):
                return True
        return False

    def answer(self, complete: bool) -> PointComplexity:
        """Return the means over the points added; without them if the work was stopped in the middle of a sum."""
        n, single, totals = max(self.n_points, 1), self.network.output_dim == 1, self._totals
        l1, largest = (Enclosure.of(own / n, self.digits) for own in (self._l1, self._max))
        gradient = MeanGradient(
            self._joined(self._l2.enclosure(Fraction(n)), None if totals is None else totals.l2),
            self._joined(l1, None if totals is None else totals.l1) if single else None,
            self._joined(largest, None if totals is None else totals.largest) if single else None,
        )
        known = self.n_points > 0 and not self._is_changing
        return PointComplexity(
            n_points=self.n_points,
            mean_gradient=gradient if known else None,
            local_rank={name: self._rank(name, n) for name in self._ranks} if known else {},
            noisy=tuple(self._noisy(k, n) for k in range(len(self._sums))) if not self._is_changing else (),
            points_on_walls=self._on_walls + (0 if totals is None else totals.on_walls),
            complete=complete,
            seconds=self.seconds,
            exactly=self.exactly,
        )

    def _joined(self, found: Enclosure, more: arb | None) -> Enclosure:
        """Return a mean over points with the sum over those that were measured in floats."""
        if more is None or self._totals is None or not self._totals.n_points:
            return found
        other = Enclosure.around(more, self.digits) / Fraction(max(self.n_points, 1))
        return Enclosure(found.lower + other.lower, found.upper + other.upper, None, self.digits)

    def _noisy(self, number: int, n: int) -> NoisyComplexity:
        units = self._layers.units
        found = self._sums[number].result(units, n, self.digits, self.exactly)
        if self._totals is None:
            return found
        sums = self._totals.sums[number]
        with ctx.workprec(2 * bits_for(self.digits)):
            whole = self._joined(found.value, sum(sums, arb(0)))
        parts = {unit: self._joined(found.per_unit[unit], own) for unit, own in zip(units, sums, strict=True)}
        return NoisyComplexity(found.noise, whole, parts)

    def _rank(self, name: str, n: int) -> LocalRank:
        before, after = (dict(own) for own in self._ranks[name])
        if self._totals is not None:
            place = list(self._ranks).index(name)
            for counts, more in zip((before, after), self._totals.ranks[place], strict=True):
                for rank, count in more.items():
                    counts[rank] = counts.get(rank, 0) + count
        means = [Enclosure.of(Fraction(sum(r * c for r, c in own.items()), n), self.digits) for own in (before, after)]
        shares = [
            {r: Enclosure.of(Fraction(c, n), self.digits) for r, c in sorted(own.items())} for own in (before, after)
        ]
        return LocalRank(name, means[0], means[1], shares[1], shares[0])

    def fill(self, points: Sequence[Vector], limits: Limits[PointSums]) -> PointComplexity:
        """Add all points.

        Raises:
            LimitReached: with the means over the points added as ``partial``.
        """
        many = self._many(len(points))
        left: Iterable[Sequence[Vector]] = [points]
        if many is not None:
            left = self._add_blocks(many, points, limits)
        for block in left:
            for point in block:
                self._check(limits)
                self.add(point)
                limits.report(self)
        if many is not None:
            self._check_first(many, points[0])
        return self.answer(complete=True)

    def _add_blocks(
        self, many: ManyPoints, points: Sequence[Vector], limits: Limits[PointSums]
    ) -> Iterator[Sequence[Vector]]:
        """Measure points in floats, and yield those that are left to exact arithmetic."""
        self._totals = many.none()
        parts: Iterator[tuple[PointTotals, list[Vector]]]
        if self.jobs == 1:
            parts = (many.measure(points[start : start + BLOCK]) for start in range(0, len(points), BLOCK))
        else:
            parts = shared_totals(self.network, self.noises, points, self.jobs)
        self._check(limits)
        for found, left in parts:
            self._totals = self._totals + found
            limits.report(self)
            self._check(limits)
            yield left

    def _check(self, limits: Limits[PointSums]) -> None:
        limits.check(self.n_points + 1, self.seconds, lambda: self.answer(complete=False), "points")

    def _many(self, n_points: int) -> ManyPoints | None:
        """Return what measures many points in floats, if they are many, and floats give all digits."""
        program = self._layers.program
        work = n_points * (program.n_gates + 1) * (program.input_dim + 1)
        if work <= MUCH or self.exactly or self.digits > MOST_DIGITS or not self._layers.has_preactivations:
            return None
        many = ManyPoints(layers=self._layers, noises=self.noises)
        return many if many.is_usable else None

    def _check_first(self, many: ManyPoints, point: Vector) -> None:
        """Compare what floats say of a point with exact arithmetic, if that is soon done."""
        program = self._layers.program
        if program.n_gates * program.input_dim > SOON:
            return
        exact, floats = (PointSums(network=self.network, noises=self.noises, digits=self.digits) for _ in range(2))
        floats._totals, left = many.measure([point])
        if left:
            return
        exact.add(point)
        first, second = exact.answer(complete=True), floats.answer(complete=True)
        for one, other in zip(first.numbers(), second.numbers(), strict=True):
            if one.upper < other.lower or other.upper < one.lower:
                raise VerificationFailed("two ways to measure a point contradict each other")


def complexity_at(
    network: NetworkLike,
    points: Sequence[Any],
    noise: Noise | Sequence[Noise] = (),
    *,
    digits: int = 15,
    exact: bool = False,
    timeout: float | None = None,
    progress: Callable[[PointSums], None] | None = None,
    jobs: int = 1,
) -> PointComplexity:
    """Return means over data points: local complexity with noise, the norm of the Jacobian, the ranks of layers.

    Local complexity at a point is the sum over the units of ``|grad z| rho(z)``, where z is the preactivation and rho
    the density of the noise on its bias. No region is enumerated, so that the dimension does not matter.

    Args:
        network: a network, or what :func:`tropical.load` reads without options.
        points: points in its input space, flat; at least one.
        noise, digits, exact: as for :func:`tropical.regions.complexity.local_complexity.local_complexity`.
        timeout, progress: as there; progress is called with the sums so far.
        jobs: processes that share many points of large networks; 0 for one on every core.

    Raises:
        InputError, ShapeError: if there is no point, or one lies in another space.
        UnsupportedError: if noise is asked for and a gate has more than two forms.
        LimitReached: with the means over the points so far as ``partial``.

    >>> from tropical import Network
    >>> from tropical.regions.complexity import Uniform
    >>> net = Network.from_weights([([[3, 4]], [0]), ([[1]], [0])])
    >>> found = complexity_at(net, [(1, 0), (0, 0)], Uniform(1))
    >>> str(found.noisy[0].value.exact), found.points_on_walls
    ('5/4', 1)
    """
    network = as_network(network)
    noises = (noise,) if isinstance(noise, Noise) else tuple(noise)
    return PointSums(network=network, noises=noises, digits=digits, exactly=exact, jobs=jobs).fill(
        checked_points(network, points), Limits(None, timeout, progress)
    )


def checked_points(network: Network, points: Sequence[Any]) -> list[Vector]:
    """Return points in the input space of a network.

    Raises:
        InputError, ShapeError: if there is none, or one lies in another space.
    """
    found = [as_vector(point) for point in points]
    if not found:
        raise InputError("no points are given; give at least one")
    for number, point in enumerate(found):
        if len(point) != network.input_dim:
            raise ShapeError(f"point {number} lies in Q^{len(point)}, the network is on Q^{network.input_dim}")
    return found
