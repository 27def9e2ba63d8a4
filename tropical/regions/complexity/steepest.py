"""The largest derivative of an output by the preactivations of a layer, over cells given by their patterns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from polytopes.enumeration.packed_program import quotient
from tropical.regions.complexity.layers import GateLayer, GateLayers

if TYPE_CHECKING:
    from polytopes.enumeration.gate_program import Stage

Array = np.ndarray[Any, Any]
CHUNK = 2048
UNIT = 2.0**-53


def steepest(layers: GateLayers, chosen: Sequence[GateLayer], patterns: Array) -> dict[str, Fraction]:
    """Return for every chosen layer the largest absolute derivative of the only output by its preactivations.

    Algorithm:
        All derivatives are computed in floating point, backwards and for many cells at once; with absolute values in
        place of the weights and all slopes this bounds their errors. The exact derivatives are found on the cells where
        the largest may be, once for every pattern of the layer and those behind it.
    """
    if not chosen or not len(patterns):
        return {layer.name: Fraction(0) for layer in chosen}
    backward = _Backward(layers, layers.stage_of[min(layer.start for layer in chosen)])
    doubt = backward.doubt()
    found: dict[str, Fraction] = {}
    values = [backward.derivatives(patterns[start : start + CHUNK]) for start in range(0, len(patterns), CHUNK)]
    table = np.abs(np.concatenate(values))
    for layer in chosen:
        own, error = table[:, layer.start : layer.stop], doubt[layer.start : layer.stop].max()
        is_finite = np.isfinite(own).all() and np.isfinite(error)
        near = own >= own.max() - 2 * error if is_finite else np.ones(own.shape, dtype=bool)
        units: list[int] = np.flatnonzero(near.any(axis=0)).tolist()
        found[layer.name] = max(_exact(layers, layer, k, patterns[near[:, k]]) for k in units)
    return found


def _exact(layers: GateLayers, layer: GateLayer, number: int, patterns: Array) -> Fraction:
    """Return the largest absolute derivative by one preactivation of a layer on cells with these patterns.

    It depends on the winner of the unit and on those of later layers.
    """
    g = layer.start + number
    _, cells = np.unique(patterns[:, [g, *range(layer.stop, patterns.shape[1])]], axis=0, return_index=True)
    return max(abs(layers.derivatives(patterns[i].tolist()).get(g, Fraction(0))) for i in cells)


class _Backward:
    """The rows of a program in floats, and derivatives by all slots, from the output backwards."""

    def __init__(self, layers: GateLayers, last_stage: int) -> None:
        self.layers = layers
        self._stages = range(len(layers.program.stages) - 1, last_stage - 1, -1)
        program = layers.program
        self.program = program
        self._rows = [_floats(layers, s, stage) for s, stage in enumerate(program.stages)]
        ranks = max(program.gate_ranks, default=2)
        self._slopes = np.zeros((program.n_gates, ranks))
        for g, slopes in layers.slopes.items():
            self._slopes[g, : len(slopes)] = [_float(slope) for slope in slopes]

    def derivatives(self, patterns: Array) -> Array:
        """Return the derivatives by the preactivations of all gates, cell by cell."""
        adjoint = np.zeros((len(patterns), len(self.program.scales)))
        adjoint[:, self.program.outputs[0]] = 1.0
        found = np.zeros(patterns.shape)
        number = self.program.n_gates
        for s in self._stages:
            stage = self.program.stages[s]
            number -= len(stage.gates)
            gates = range(number, number + len(stage.gates))
            if all(g in self._relus for g in gates):
                # The outputs are zero and the preactivation, which is that of no other gate.
                chosen = [self.program.gates[g].outputs[1] for g in gates]
                passed = adjoint[:, self.program.gate_slots[number : gates.stop]] * patterns[:, number : gates.stop]
                found[:, number : gates.stop] = passed
                adjoint[:, chosen] += passed
            else:
                self._pull_gates(adjoint, found, patterns, gates)
            self._pull(adjoint, s, self._rows[s])
        return found

    def _pull_gates(self, adjoint: Array, found: Array, patterns: Array, gates: range) -> None:
        cells = np.arange(len(patterns))
        for g in reversed(gates):
            own, winners = adjoint[:, self.program.gate_slots[g]], patterns[:, g]
            found[:, g] = own * self._slopes[g, winners]
            adjoint[cells, np.array(self.program.gates[g].outputs)[winners]] += own

    @cached_property
    def _relus(self) -> frozenset[int]:
        """The gates max(0, z) that share their preactivation with no other."""
        relus = [g for g, slopes in self.layers.slopes.items() if list(slopes) == [0, 1]]
        uses = Counter(self.program.gates[g].outputs[1] for g in relus)
        return frozenset(g for g in relus if uses[self.program.gates[g].outputs[1]] == 1)

    def doubt(self) -> Array:
        """Return bounds on the errors of the derivatives on any cell."""
        program = self.program
        adjoint = np.zeros((1, len(program.scales)))
        adjoint[:, program.outputs[0]] = 1.0
        found, number, depth = np.zeros(program.n_gates), program.n_gates, 0
        for s in self._stages:
            stage = program.stages[s]
            number -= len(stage.gates)
            depth += len(stage.rows) + len(stage.gates) + 8
            for k in range(len(stage.gates) - 1, -1, -1):
                own = adjoint[0, program.gate_slots[number + k]]
                found[number + k] = own * np.abs(self._slopes[number + k]).max() * depth * 4 * UNIT
                for slot in set(stage.gates[k].outputs):
                    adjoint[0, slot] += own
            self._pull(adjoint, s, np.abs(self._rows[s]))
        return found

    def _pull(self, adjoint: Array, s: int, rows: Array) -> None:
        stage, first = self.program.stages[s], self.program.first_slots[s]
        if stage.rows and s != self._stages[-1]:
            adjoint[:, list(stage.sources)] += adjoint[:, first : first + len(stage.rows)] @ rows


def _floats(layers: GateLayers, s: int, stage: Stage) -> Array:
    """Return the true weights of a stage, rounded; the infinite ones of what is too large make all uncertain."""
    scales, first = layers.program.scales, layers.program.first_slots[s]
    rows = np.zeros((len(stage.rows), len(stage.sources)))
    for i, row in enumerate(stage.rows):
        for j, (source, entry) in enumerate(zip(stage.sources, row, strict=True)):
            if entry:
                above, below = scales[first + i], scales[source]
                rows[i, j] = quotient(entry * above.numerator * below.denominator, above.denominator * below.numerator)
    return rows


def _float(number: Fraction) -> float:
    try:
        return float(number)
    except OverflowError:
        return float("inf")
