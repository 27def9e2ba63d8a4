"""Local complexity from the compiled walk: certified enclosures, a few microseconds for each cell and wall."""

from __future__ import annotations

import time
from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import define, field

from polytopes.arithmetic.enclosures import Enclosure
from polytopes.enumeration.cell_measures import (
    L1,
    L2,
    LARGEST,
    MASSES,
    VOLUME,
    LayerSlots,
    MeasuredBlock,
    can_measure,
    measured_blocks,
    total,
)
from polytopes.enumeration.limits import Limits
from polytopes.enumeration.linear_pieces import PieceCounter
from polytopes.errors import VerificationFailed
from tropical.regions.complexity.answer import LayerBound, LocalComplexity, LocalRank, MeanGradient
from tropical.regions.complexity.domains import bounded_volume
from tropical.regions.complexity.layers import GateLayer, GateLayers
from tropical.regions.complexity.steepest import steepest
from tropical.regions.surveys.units import Unit

if TYPE_CHECKING:
    from polytopes.polyhedra.polyhedron import Polyhedron
    from tropical.networks.network import Network

Array = np.ndarray[Any, Any]
CHUNK = 1 << 14


def is_compiled(network: Network, domain: Polyhedron) -> bool:
    """Whether a network is measured by the compiled walk in a bounded full-dimensional domain."""
    return can_measure(network.program, domain)


@define(kw_only=True)
class CompiledMeasures:
    """All cells of a network with their measures; :meth:`answer` tells what is proven at any time."""

    network: Network
    domain: Polyhedron
    digits: int = 15
    n_regions: int = 0
    started: float = field(factory=time.perf_counter)
    is_certain: bool = True
    _layers: GateLayers = field(init=False)
    _whole: Fraction = field(init=False)
    _blocks: list[MeasuredBlock] = field(factory=list)
    _counter: PieceCounter | None = None

    def __attrs_post_init__(self) -> None:
        self._whole = bounded_volume(self.network, self.domain)
        self._layers = GateLayers.of(self.network)

    @property
    def seconds(self) -> float:
        """The time since the work began."""
        return time.perf_counter() - self.started

    def fill(self, limits: Limits[Any]) -> LocalComplexity | None:
        """Measure all cells and return the answer; None if floats do not give all digits.

        Raises:
            LimitReached: with lower bounds as ``partial``.
            VerificationFailed: if volumes do not add up, or the two sides of a wall have different areas.
        """
        slots = [self._slots(k) for k in range(len(self._layers.layers))]
        numbering, blocks = measured_blocks(self.network.program, self.domain, slots)
        self._counter = PieceCounter(numbering, faceted=True, memory=None)
        for block in blocks:
            if not block.is_certain:
                return None
            count = len(block.cells)
            room = count if limits.limit is None else min(count, limits.limit - self.n_regions)
            if room:
                part = block if room == count else block.first(room)
                self._counter.add(part.records)
                self._blocks.append(part)
            self.n_regions += room
            limits.check(self.n_regions + count - room, self.seconds, self.partial, "activation regions")
            limits.report(self)
        return self._answer()

    def _slots(self, number: int) -> LayerSlots:
        layers, program = self._layers, self.network.program
        layer = layers.layers[number]
        gates = [program.gates[g] for g in layer.gates]
        before = dict.fromkeys(slot for gate in gates for slot in gate.selectors)
        pairs = [(gate.selectors[0], gate.selectors[1]) for gate in gates] if layers.has_preactivations else []
        return LayerSlots(
            tuple(before),
            tuple(program.gate_slots[g] for g in layer.gates),
            tuple(pairs),
            layers.is_chained(number),
        )

    def _answer(self) -> LocalComplexity | None:
        assert self._counter is not None, "cells were counted"
        patterns = np.concatenate([block.records.patterns for block in self._blocks])
        cells = np.concatenate([block.cells for block in self._blocks])
        low, high = total(cells[:, VOLUME : VOLUME + 3])
        if not low <= self._whole <= high:
            raise VerificationFailed("the volumes of the regions do not add up to that of the domain")
        areas, sides = self._walls()
        maps = self._counter.maps()
        units, neurons = self._units(areas, sides, patterns)
        ranks = self._ranks(patterns)
        single = self.network.output_dim == 1
        known = self._layers.layers if self._layers.has_preactivations else ()
        masses = {layer.name: self._mean(cells, MASSES + 3 * k) for k, layer in enumerate(known)}
        found = LocalComplexity(
            volume=self._whole,
            n_regions=self.n_regions,
            n_maps=self._counter.n_maps,
            neuron_boundary=neurons,
            activation_boundary=self._sum(areas),
            function_boundary=self._sum(areas[maps[sides[:, 0]] != maps[sides[:, 1]]]),
            per_unit=units,
            mean_gradient=MeanGradient(
                self._mean(cells, L2),
                self._mean(cells, L1) if single else None,
                self._mean(cells, LARGEST) if single else None,
            ),
            local_rank={
                layer.name: self._rank(layer, cells, ranks[:, 2 * k : 2 * k + 2])
                for k, layer in enumerate(self._layers.layers)
            },
            masses=masses,
            bounds=self._bounds(masses, patterns) if masses and single else None,
            noisy=(),
            complete=True,
            seconds=self.seconds,
        )
        return found.verified() if all(own.is_precise for own in found.sums()) else None

    def _walls(self) -> tuple[Array, Array]:
        """Return the area of every wall, and the cells on its two sides."""
        assert self._counter is not None, "cells were counted"
        n_rows = self._counter.numbering.n_rows
        areas = np.concatenate([block.areas[block.records.facets >= n_rows] for block in self._blocks])
        places, sides = self._counter.walls()
        first, second = areas[places[:, 0]], areas[places[:, 1]]
        gap = np.abs((first[:, 0] - second[:, 0]) + (first[:, 1] - second[:, 1]))
        if not (gap <= (first[:, 2] + second[:, 2]) * 2 + first[:, 0] * 2.0**-95).all():
            raise VerificationFailed("a wall has different areas seen from its two sides")
        return first, sides

    def _units(self, areas: Array, sides: Array, patterns: Array) -> tuple[dict[Unit, Enclosure], Enclosure]:
        """Return the boundary of every unit and their sum; a wall counts for every unit whose winner changes."""
        walls, gates = [], []
        for start in range(0, len(sides), CHUNK):
            part = sides[start : start + CHUNK]
            wall, gate = np.nonzero(patterns[part[:, 0]] != patterns[part[:, 1]])
            walls.append(wall + start)
            gates.append(gate)
        wall, gate = (np.concatenate([np.zeros(0, dtype=np.int64), *parts]) for parts in (walls, gates))
        order = np.argsort(gate, kind="stable")
        ends = np.searchsorted(gate[order], np.arange(len(self._layers.units) + 1))
        units = {
            unit: self._sum(areas[wall[order[ends[g] : ends[g + 1]]]]) for g, unit in enumerate(self._layers.units)
        }
        return units, self._sum(areas[wall])

    def _ranks(self, patterns: Array) -> Array:
        """Return the ranks of all layers on all cells; where floats do not decide they are computed exactly."""
        ranks = np.concatenate([block.ranks for block in self._blocks])
        for k, layer in enumerate(self._layers.layers):
            for column, length in ((2 * k, layer.known), (2 * k + 1, layer.stop)):
                unknown = np.flatnonzero(ranks[:, column] < 0)
                known: dict[bytes, int] = {}
                for i in unknown.tolist():
                    key = patterns[i, :length].tobytes()
                    if key not in known:
                        known[key] = self._exact_rank(layer, patterns[i].tolist(), after=column % 2 == 1)
                    ranks[i, column] = known[key]
        return ranks

    def _exact_rank(self, layer: GateLayer, pattern: Sequence[int], after: bool) -> int:
        tape = self._layers.whole_tape(pattern)
        return self._layers.rank_after(layer, tape) if after else self._layers.rank_before(layer, tape)

    def _rank(self, layer: GateLayer, cells: Array, ranks: Array) -> LocalRank:
        shares = [self._shares(cells, ranks[:, k]) for k in (0, 1)]
        before, after = (self._weighted(own) for own in shares)
        return LocalRank(layer.name, before, after, shares[1], shares[0])

    def _shares(self, cells: Array, ranks: Array) -> dict[int, Enclosure]:
        found = np.unique(ranks).tolist()
        if len(found) == 1:
            return {found[0]: Enclosure.of(1, self.digits)}
        return {rank: self._mean(cells[ranks == rank], VOLUME) for rank in found}

    def _weighted(self, shares: dict[int, Enclosure]) -> Enclosure:
        if len(shares) == 1:
            return Enclosure.of(next(iter(shares)), self.digits)
        low = sum((rank * own.lower for rank, own in shares.items()), Fraction(0))
        high = sum((rank * own.upper for rank, own in shares.items()), Fraction(0))
        return Enclosure(low, high, None, self.digits)

    def _bounds(self, masses: dict[str, Enclosure], patterns: Array) -> dict[str, LayerBound]:
        cuts = [layer for layer in self._layers.layers if self._layers.is_cut(layer)]
        largest = {name: Enclosure.of(own, self.digits) for name, own in steepest(self._layers, cuts, patterns).items()}
        return {name: LayerBound(name, largest.get(name), mass) for name, mass in masses.items()}

    def _mean(self, cells: Array, column: int) -> Enclosure:
        return self._sum(cells[:, column : column + 3]) / self._whole

    def _sum(self, columns: Array) -> Enclosure:
        low, high = total(columns)
        if high == 0:
            return Enclosure.of(0, self.digits)
        return Enclosure(max(low, Fraction(0)), high, None, self.digits)

    def partial(self) -> LocalComplexity:
        """Return lower bounds by the cells so far: half of the facets seen, because every wall has two sides."""
        zero = Enclosure.of(0, self.digits)
        areas, gates = np.zeros((0, 3)), np.zeros(0, dtype=np.int64)
        if self._blocks and self._counter is not None:
            n_rows = self._counter.numbering.n_rows
            facets = np.concatenate([block.records.facets for block in self._blocks])
            areas = np.concatenate([block.areas for block in self._blocks])[facets >= n_rows] / 2
            ranks = self.network.program.gate_ranks
            gates = np.repeat(np.arange(len(ranks)), ranks)[facets[facets >= n_rows] - n_rows]
        per_unit = {unit: self._sum(areas[gates == g]) for g, unit in enumerate(self._layers.units)}
        seen = self._sum(areas)
        return LocalComplexity(
            volume=None,
            n_regions=self.n_regions,
            n_maps=None,
            neuron_boundary=seen,
            activation_boundary=seen,
            function_boundary=zero,
            per_unit=per_unit,
            mean_gradient=None,
            local_rank={},
            masses={},
            bounds=None,
            noisy=(),
            complete=False,
            seconds=self.seconds,
        )
