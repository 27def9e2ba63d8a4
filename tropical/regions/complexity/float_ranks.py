"""Ranks of the gradients of layers on a cell, proven by floating point where they are as large as they can be."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from attrs import define, field

from tropical.regions.complexity.extended_floats import ROUND, FloatProgram, Gradients
from tropical.regions.complexity.layers import GateLayer, GateLayers

Array = np.ndarray[Any, Any]
HALF = 2.0**-52
"""Twice the largest relative error of an operation with floats of 53 bits."""


@define(eq=False)
class FloatRanks:
    """Ranks before and after every layer; they are computed exactly where floats do not prove them.

    Algorithm:
        The rank of k gradients is at most k, and at most the rank of the outputs of the layer before, if they depend on
        these only. If the outputs that are not constant there have independent gradients, the rank is that of the
        weights on them. A rank is as large as the sides of a matrix allow if the Gram matrix of its shorter side is
        regular, which an approximate inverse proves.
    """

    layers: GateLayers
    floats: FloatProgram
    _rows: dict[int, tuple[int, int]] = field(init=False)
    """The stage and the row of every linear slot."""
    _chained: list[bool] = field(init=False)
    _exact: dict[tuple[int, bool, tuple[int, ...]], int] = field(factory=dict)

    def __attrs_post_init__(self) -> None:
        self._chained = [self.layers.is_chained(number) for number in range(len(self.layers.layers))]
        self._rows = {
            own.first + i: (number, i) for number, own in enumerate(self.floats.stages) for i in range(len(own.weights))
        }

    def of(self, gradients: Gradients, winners: Sequence[int]) -> list[tuple[int, int]]:
        """Return the ranks before and after every layer on the cell where these forms win."""
        found: list[tuple[int, int]] = []
        independent: set[int] | None = None
        program = self.layers.program
        for number, layer in enumerate(self.layers.layers):
            known = independent if self._chained[number] else None
            compared = [slot for g in layer.gates for slot in program.gates[g].selectors]
            passed = [program.gates[g].outputs[winners[g]] for g in layer.gates]
            before = self._exact.get((number, False, ())) if not layer.known else None
            if before is None:
                before = self._rank(gradients, compared, known)
            after = _subset_rank(gradients, compared, passed, before)
            if after is None:
                after = self._rank(gradients, passed, known)
            ranks = tuple(
                self._exactly(number, layer, after=k == 1, winners=winners) if own is None else own
                for k, own in enumerate((before, after))
            )
            if not layer.known:
                self._exact[number, False, ()] = ranks[0]
            found.append((ranks[0], ranks[1]))
            outputs = [program.gate_slots[g] for g in layer.gates if gradients.lengths[program.gate_slots[g]]]
            independent = set(outputs) if ranks[1] == len(outputs) else None
        return found

    def _rank(self, gradients: Gradients, slots: Sequence[int], independent: set[int] | None) -> int | None:
        """Return the rank of gradients; None if it is not proven. The slots that are read may be independent."""
        chosen = [slot for slot in dict.fromkeys(slots) if gradients.lengths[slot]]
        if not chosen:
            return 0
        size = gradients.rows.shape[1]
        if independent is not None and len(independent) < min(len(chosen), size):
            weights = self._weights(chosen, gradients, independent)
            return None if weights is None else proven_rank(weights, np.zeros(len(chosen)))
        if len(chosen) > size:
            return None
        rows = gradients.rows[chosen].astype(np.float64)
        return proven_rank(rows, gradients.errors[chosen])

    def _weights(self, slots: Sequence[int], gradients: Gradients, independent: set[int]) -> Array | None:
        """Return the weights of linear slots of one stage on slots with independent gradients."""
        places = [self._rows.get(slot) for slot in slots]
        if None in places:
            return None
        stages = {place[0] for place in places if place is not None}
        if len(stages) > 1:
            return None
        stage = self.floats.stages[stages.pop()]
        read = [j for j, source in enumerate(stage.sources.tolist()) if gradients.lengths[source]]
        if not {int(stage.sources[j]) for j in read} <= independent:
            return None
        rows = [place[1] for place in places if place is not None]
        return stage.weights[np.ix_(rows, read)].astype(np.float64)

    def _exactly(self, number: int, layer: GateLayer, after: bool, winners: Sequence[int]) -> int:
        known = tuple(winners[: layer.stop if after else layer.known])
        key = number, after, known
        if key not in self._exact:
            tape = self.layers.whole_tape(winners)
            self._exact[key] = self.layers.rank_after(layer, tape) if after else self.layers.rank_before(layer, tape)
        return self._exact[key]


def _subset_rank(gradients: Gradients, slots: Sequence[int], chosen: Sequence[int], rank: int | None) -> int | None:
    """Return the rank of gradients chosen among others, if those that are not 0 are independent."""
    known, wanted = ({slot for slot in own if gradients.lengths[slot]} for own in (slots, chosen))
    return len(wanted) if rank == len(known) and wanted <= known else None


def proven_rank(matrix: Array, errors: Array) -> int | None:
    """Return the shorter side of a matrix if its rank is proven to be that, else None.

    Args:
        matrix: in floats of 53 bits, rounded from longer ones.
        errors: bounds of the lengths of the errors of its rows, before they were rounded.

    >>> proven_rank(np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]), np.zeros(3))
    2
    >>> proven_rank(np.array([[1.0, 2.0], [2.0, 4.0]]), np.zeros(2)) is None
    True
    """
    lengths = np.sqrt((matrix**2).sum(axis=1))
    if not (np.isfinite(lengths).all() and (lengths > 0).all()):
        return None
    rows = matrix / lengths[:, None]
    doubt = float(np.sqrt(((errors / lengths + (matrix.shape[1] + 8) * HALF) ** 2).sum())) * ROUND
    rows = rows if len(rows) <= rows.shape[1] else rows.T
    gram, k = rows @ rows.T, len(rows)
    size = float(np.sqrt((rows**2).sum())) * ROUND
    delta = 2 * size * doubt + doubt * doubt + (rows.shape[1] + 2) * HALF * size * size
    try:
        inverse = np.linalg.inv(gram)
    except np.linalg.LinAlgError:
        return None
    rest, large = float(np.linalg.norm(np.eye(k) - inverse @ gram)), float(np.linalg.norm(inverse))
    rounding = (k + 4) * HALF * large * float(np.linalg.norm(gram))
    return k if (rest + rounding + large * delta) * ROUND < 1 else None
