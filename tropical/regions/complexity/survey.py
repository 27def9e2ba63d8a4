"""The survey of local complexity: sums over all activation regions and over the walls between them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from attrs import define, field

from polytopes.arithmetic.enclosures import Enclosure, RootTotal
from polytopes.arithmetic.rationals import Row, Vector, dot
from polytopes.enumeration.gate_program import Pattern
from polytopes.errors import VerificationFailed
from tropical.regions.activation_regions import ActivationRegion
from tropical.regions.complexity.answer import LayerBound, LocalComplexity, LocalRank, MeanGradient
from tropical.regions.complexity.domains import bounded_volume
from tropical.regions.complexity.layers import GateLayer, GateLayers, square_norm
from tropical.regions.complexity.noise import Noise
from tropical.regions.complexity.noisy_complexity import noisy_complexity
from tropical.regions.complexity.region_geometry import RegionGeometry, lies_in
from tropical.regions.surveys.survey import Survey

if TYPE_CHECKING:
    from polytopes.polyhedra.polyhedron import Polyhedron
    from tropical.networks.network import Network


@define
class _LayerSums:
    """The sums of one layer. Regions come with those of one prefix of their patterns together."""

    layer: GateLayer
    mass: RootTotal
    before: dict[int, Fraction] = field(factory=dict)
    after: dict[int, Fraction] = field(factory=dict)
    steepest: Fraction = Fraction(0)
    _prefix: Pattern | None = None
    _wider: Pattern | None = None
    _squares: list[Fraction] = field(factory=list)
    _ranks: tuple[int, int] = (0, 0)

    def add(self, layers: GateLayers, pattern: Pattern, volume: Fraction, tape: Any) -> None:
        """Add a region with this volume and the tape of its pattern."""
        layer = self.layer
        prefix, wider = pattern[: layer.known], pattern[: layer.stop]
        if prefix != self._prefix:
            self._prefix, self._wider = prefix, None
            gradients = [layers.preactivation(g, tape)[1:] for g in layer.gates] if layers.has_preactivations else []
            self._squares = [square_norm(gradient) for gradient in gradients if any(gradient)]
        if wider != self._wider:
            self._wider = wider
            self._ranks = layers.rank_before(layer, tape), layers.rank_after(layer, tape)
        for square in self._squares:
            self.mass.add(volume, square)
        for volumes, rank in zip((self.before, self.after), self._ranks, strict=True):
            volumes[rank] = volumes.get(rank, Fraction(0)) + volume


@define(kw_only=True)
class ComplexitySurvey(Survey[LocalComplexity]):
    """The walls, mean gradient, ranks and masses of the regions added, in exact arithmetic.

    Every wall is seen from two regions; it is counted from the one with the smaller pattern.
    """

    network: Network
    domain: Polyhedron
    noises: Sequence[Noise] = ()
    digits: int = 15
    exactly: bool = False
    _layers: GateLayers = field(init=False)
    _whole: Fraction = field(init=False)
    _volume: Fraction = field(init=False, default=Fraction(0))
    _neurons: list[RootTotal] = field(init=False)
    _all_neurons: RootTotal = field(init=False)
    _activations: RootTotal = field(init=False)
    _functions: RootTotal = field(init=False)
    _l2: RootTotal = field(init=False)
    _l1: Fraction = field(init=False, default=Fraction(0))
    _max: Fraction = field(init=False, default=Fraction(0))
    _sums: list[_LayerSums] = field(init=False)
    _cuts: frozenset[str] = field(init=False)
    _maps: set[tuple[Vector, ...]] = field(init=False, factory=set)

    def __attrs_post_init__(self) -> None:
        self._whole = bounded_volume(self.network, self.domain)
        self._layers = GateLayers.of(self.network)
        if self.noises:
            self._layers.check_preactivations()
        self._neurons = [self._total() for _ in self._layers.units]
        self._all_neurons, self._activations, self._functions, self._l2 = (self._total() for _ in range(4))
        self._sums = [_LayerSums(layer, self._total()) for layer in self._layers.layers]
        single = self.network.output_dim == 1
        self._cuts = frozenset(layer.name for layer in self._layers.layers if single and self._layers.is_cut(layer))

    def _total(self) -> RootTotal:
        return RootTotal(self.digits, self.exactly)

    def add(self, region: ActivationRegion) -> None:
        """Add the volume of one more region, its Jacobian and its walls."""
        geometry = RegionGeometry.of(region.cell)
        forms = region.cell.forms
        self._add_walls(region, geometry, forms)
        self._add_gradient(geometry.volume, forms)
        tape = region.cell.tape
        for own in self._sums:
            own.add(self._layers, region.pattern, geometry.volume, tape)
        if self._cuts:
            self._add_derivatives(region.pattern)
        self._maps.add(forms)
        self._volume += geometry.volume

    def _add_walls(self, region: ActivationRegion, geometry: RegionGeometry, forms: Sequence[Vector]) -> None:
        program, pattern = region.network.program, region.pattern
        for k, row in enumerate(geometry.rows):
            center = geometry.center(k)
            if lies_in(center, self.domain.inequalities):
                continue
            away = [Fraction(-entry) for entry in row[1:]]
            beyond, slopes = program.beyond(center, away)
            if beyond > pattern:
                bends = any(dot(form[1:], away) != slope for form, slope in zip(forms, slopes, strict=True))
                self._add_wall(row, geometry.facet_volumes[k], _changes(pattern, beyond), bends)

    def _add_wall(self, row: Row, size: Fraction, units: Sequence[int], bends: bool) -> None:
        square = sum(entry * entry for entry in row[1:])
        for total in (self._activations, *([self._functions] if bends else [])):
            total.add(size, square)
        for g in units:
            self._neurons[g].add(size, square)
            self._all_neurons.add(size, square)

    def _add_gradient(self, volume: Fraction, forms: Sequence[Vector]) -> None:
        entries = [entry for form in forms for entry in form[1:]]
        self._l2.add(volume, square_norm(entries))
        self._l1 += volume * sum(map(abs, entries))
        self._max += volume * max(map(abs, entries))

    def _add_derivatives(self, pattern: Pattern) -> None:
        found = self._layers.derivatives(pattern)
        for own in self._sums:
            if own.layer.name in self._cuts:
                slopes = (abs(found.get(g, Fraction(0))) for g in own.layer.gates)
                own.steepest = max(own.steepest, *slopes)

    def answer(self, complete: bool) -> LocalComplexity:
        """Return the sums, verified; those of walls only, as lower bounds, if regions are missing."""
        if complete and self._volume != self._whole:
            raise VerificationFailed("the volumes of the regions do not add up to that of the domain")
        whole, single = self._whole, self.network.output_dim == 1
        per_unit = {unit: own.enclosure() for unit, own in zip(self._layers.units, self._neurons, strict=True)}
        gradient = MeanGradient(
            self._l2.enclosure(whole),
            Enclosure.of(self._l1 / whole, self.digits) if single else None,
            Enclosure.of(self._max / whole, self.digits) if single else None,
        )
        noisy = self._noisy() if complete and self.noises else ()
        known = self._sums if complete and self._layers.has_preactivations else ()
        masses = {own.layer.name: own.mass.enclosure(whole) for own in known}
        return LocalComplexity(
            volume=whole if complete else None,
            n_regions=self.n_regions,
            n_maps=len(self._maps) if complete else None,
            neuron_boundary=self._all_neurons.enclosure(),
            activation_boundary=self._activations.enclosure(),
            function_boundary=self._functions.enclosure(),
            per_unit=per_unit,
            mean_gradient=gradient if complete else None,
            local_rank={own.layer.name: self._rank(own) for own in self._sums} if complete else {},
            masses=masses,
            bounds={own.layer.name: self._bound(own, masses) for own in self._sums} if masses and single else None,
            noisy=noisy,
            complete=complete,
            seconds=self.seconds,
            exactly=self.exactly,
        ).verified()

    def _noisy(self) -> Any:
        method = None if self.walk is None else self.walk.method
        return noisy_complexity(self._layers, self.domain, self.noises, self._whole, self.digits, self.exactly, method)

    def _rank(self, own: _LayerSums) -> LocalRank:
        return LocalRank(
            own.layer.name,
            self._mean(own.before),
            self._mean(own.after),
            self._fractions(own.after),
            self._fractions(own.before),
        )

    def _mean(self, volumes: Mapping[int, Fraction]) -> Enclosure:
        total = sum((rank * volume for rank, volume in volumes.items()), Fraction(0))
        return Enclosure.of(total / self._whole, self.digits)

    def _fractions(self, volumes: Mapping[int, Fraction]) -> dict[int, Enclosure]:
        return {rank: Enclosure.of(volumes[rank] / self._whole, self.digits) for rank in sorted(volumes)}

    def _bound(self, own: _LayerSums, masses: Mapping[str, Enclosure]) -> LayerBound:
        name = own.layer.name
        largest = Enclosure.of(own.steepest, self.digits) if name in self._cuts else None
        return LayerBound(name, largest, masses[name])


def _changes(pattern: Pattern, other: Pattern) -> list[int]:
    """Return the gates whose winner differs."""
    return [g for g, (a, b) in enumerate(zip(pattern, other, strict=True)) if a != b]
