"""States with the same future are put into one class (lumping, or bisimulation), layer by layer of a period."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from attrs import frozen

from polytopes.errors import UnsupportedError
from polytopes.frontier.machine import Array

LARGEST_WEIGHT = 1 << 32

Arrow = tuple[int, int, int]
"""Source, target and weight."""


@frozen
class Layers:
    """The arrows from layer to layer of a period; the last layer is the first one again.

    ``sizes`` are those of the layers that arrows start from. Before the first period there are the states and weights
    of ``start``; after the last one states count as ``final`` says, or once each.
    """

    arrows: tuple[tuple[Arrow, ...], ...]
    sizes: tuple[int, ...]
    start: tuple[tuple[int, int], ...] = ((0, 1),)
    final: tuple[int, ...] = ()

    def sums(self) -> Iterator[int]:
        """Yield the sum of the weights of all ways through 0, 1, 2, ... periods."""
        from polytopes.frontier.kernels.adding import accumulate

        compiled = [_as_moves(arrows) for arrows in self.arrows]
        most = max(weight.bit_length() for _, weight in self.start) // 64 + 1
        values = np.zeros((self.sizes[0], 1, most), np.uint64)
        for state, weight in self.start:
            values[state, 0] = np.frombuffer(weight.to_bytes(8 * most, "little"), np.uint64)
        targets = (*self.sizes[1:], self.sizes[0])
        while True:
            yield self._weighed(values)
            for (moves, weights, most), n_targets in zip(compiled, targets, strict=True):
                high = int(values[:, :, -1].sum(dtype=np.float64) * (1 + 2.0**-20)) + len(values) + 1
                bits = high.bit_length() + 64 * (values.shape[2] - 1) + most.bit_length()
                following = np.zeros((n_targets, 1, bits // 64 + 1), np.uint64)
                accumulate(values, following, moves, len(moves), weights)
                values = following

    def _weighed(self, values: Array) -> int:
        from polytopes.frontier.sums import column_sums

        if not self.final:
            return column_sums(values)[0]
        numbers = (int.from_bytes(row.tobytes(), "little") for row in values)
        return sum(number * weight for number, weight in zip(numbers, self.final, strict=True))


def _as_moves(arrows: Sequence[Arrow]) -> tuple[Array, Array, int]:
    """Return the moves and weights for the kernel, and the largest sum of the weights out of one state."""
    kinds = {weight: kind for kind, weight in enumerate(sorted({weight for _, _, weight in arrows}))}
    if max(kinds) >= LARGEST_WEIGHT:
        raise UnsupportedError(
            f"a step has weight {max(kinds)}, and 2**32 is too much; take smaller windows or numbers"
        )
    out: dict[int, int] = {}
    for source, _, weight in arrows:
        out[source] = out.get(source, 0) + weight
    moves = np.array([(source, target, 0, kinds[weight], 0) for source, target, weight in arrows], np.int64)
    return moves, np.array(sorted(kinds), np.uint64).reshape(-1, 1), max(out.values())


def lump(layers: Layers) -> Layers:
    """Return the layers of classes: in one class the same weight goes to each class of the next layer.

    States of one class count the same in the end, so they have the same future for any number of periods.

    >>> lump(Layers((((0, 1, 1), (1, 2, 1), (2, 1, 1)),), (3,)))
    Layers(arrows=(((0, 0, 1),),), sizes=(1,), start=((0, 1),), final=())
    """
    classes = _numbers(layers.final) if layers.final else [0] * layers.sizes[0]
    while True:
        by_layer = [classes]
        for arrows, size in zip(reversed(layers.arrows), reversed(layers.sizes), strict=True):
            by_layer.append(_numbers(_signatures(arrows, size, by_layer[-1])))
        refined = _numbers(list(zip(classes, by_layer[-1], strict=True)))
        if max(refined) == max(classes):
            break
        classes = refined
    sources = [classes, *reversed(by_layer[1:-1])]
    targets = [*sources[1:], classes]
    between = [_between(*each) for each in zip(layers.arrows, sources, targets, strict=True)]
    start: dict[int, int] = {}
    for state, weight in layers.start:
        start[classes[state]] = start.get(classes[state], 0) + weight
    final = dict(zip(classes, layers.final, strict=True)) if layers.final else {}
    final_by_class = tuple(final[number] for number in sorted(final))
    return Layers(
        tuple(between), tuple(max(each) + 1 for each in sources), tuple(sorted(start.items())), final_by_class
    )


def _signatures(arrows: Sequence[Arrow], size: int, classes: Sequence[int]) -> list[tuple[tuple[int, int], ...]]:
    """For each source, the weights that go to each class."""
    sums: list[dict[int, int]] = [{} for _ in range(size)]
    for source, target, weight in arrows:
        own = sums[source]
        own[classes[target]] = own.get(classes[target], 0) + weight
    return [tuple(sorted(own.items())) for own in sums]


def _numbers(signatures: Sequence[object]) -> list[int]:
    """Number what is different as it comes."""
    numbers: dict[object, int] = {}
    return [numbers.setdefault(signature, len(numbers)) for signature in signatures]


def _between(arrows: Sequence[Arrow], sources: Sequence[int], targets: Sequence[int]) -> tuple[Arrow, ...]:
    """Return the arrows from one representative of each class."""
    chosen: dict[int, int] = {}
    for state, number in enumerate(sources):
        chosen.setdefault(number, state)
    return tuple((sources[s], targets[t], w) for s, t, w in arrows if chosen[sources[s]] == s)
