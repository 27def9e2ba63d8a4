"""Lumping: states with the same future are merged into one class, stage by stage of a period."""

from __future__ import annotations

from collections.abc import Sequence

from polytopes.minkowski_sums.frontier.transfer_matrix import Arrow, TransferMatrix


def lump(matrix: TransferMatrix) -> TransferMatrix:
    """Return the matrix on classes; all states of a class send the same weight to each class of the next stage.

    States of one class have the same final weight, so the same future for any number of periods.

    >>> lump(TransferMatrix((((0, 1, 1), (1, 2, 1), (2, 1, 1)),), (3,)))
    TransferMatrix(arrows=(((0, 0, 1),),), sizes=(1,), start=((0, 1),), final=())
    """
    classes = _numbers(matrix.final) if matrix.final else [0] * matrix.sizes[0]
    while True:
        by_stage = [classes]
        for arrows, size in zip(reversed(matrix.arrows), reversed(matrix.sizes), strict=True):
            by_stage.append(_numbers(_signatures(arrows, size, by_stage[-1])))
        refined = _numbers(list(zip(classes, by_stage[-1], strict=True)))
        if max(refined) == max(classes):
            break
        classes = refined
    sources = [classes, *reversed(by_stage[1:-1])]
    targets = [*sources[1:], classes]
    between = [_between(*each) for each in zip(matrix.arrows, sources, targets, strict=True)]
    start: dict[int, int] = {}
    for state, weight in matrix.start:
        start[classes[state]] = start.get(classes[state], 0) + weight
    final = dict(zip(classes, matrix.final, strict=True)) if matrix.final else {}
    final_by_class = tuple(final[number] for number in sorted(final))
    return TransferMatrix(
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
    """Number different objects in the order of their first occurrence."""
    numbers: dict[object, int] = {}
    return [numbers.setdefault(signature, len(numbers)) for signature in signatures]


def _between(arrows: Sequence[Arrow], sources: Sequence[int], targets: Sequence[int]) -> tuple[Arrow, ...]:
    """Return the arrows from one representative of each class."""
    chosen: dict[int, int] = {}
    for state, number in enumerate(sources):
        chosen.setdefault(number, state)
    return tuple((sources[s], targets[t], w) for s, t, w in arrows if chosen[sources[s]] == s)
