"""The open sets where one class has the only largest score, as unions of activation regions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np
from networkx.utils import UnionFind

from polytopes.arithmetic.rationals import dot
from polytopes.enumeration.gate_program import Pattern
from tropical.networks.network import Network
from tropical.regions.activation_regions import ActivationRegion
from tropical.regions.surveys.tied_faces import Ties


def region_counts(
    scores: Network,
    regions: Sequence[tuple[ActivationRegion, Ties]],
    unbounded: Iterable[Pattern],
    neighbors: Callable[[ActivationRegion, int], Iterable[Pattern]],
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return the numbers of components of the sets where one score is the only largest one, and of bounded ones.

    Two regions of one class are joined if they share a facet in whose interior no scores tie.

    Args:
        scores: a network of scores less the largest.
        regions: its regions, each with the classes whose score is the largest on all of it.
        unbounded: the patterns of those that are not bounded.
        neighbors: gives for a region of one class the patterns across such facets.
    """
    class_of: dict[Pattern, int] = {}
    for region, winners in regions:
        if len(winners) == 1:
            [class_of[region.pattern]] = winners
    parts = UnionFind(class_of)
    counts = [list(class_of.values()).count(label) for label in range(scores.output_dim)]
    for region, _ in regions:
        own = class_of.get(region.pattern)
        if own is None or counts[own] == 1:
            continue
        for beyond in neighbors(region, own):
            if class_of.get(beyond) == own and parts[beyond] != parts[region.pattern]:
                parts.union(beyond, region.pattern)
                counts[own] -= 1
    open_ = {parts[pattern] for pattern in unbounded if pattern in class_of}
    closed = [class_of[part] for part in {parts[pattern] for pattern in class_of} - open_]
    return tuple(counts), tuple(closed.count(label) for label in range(scores.output_dim))


def untied_neighbors(region: ActivationRegion, own: int) -> Iterator[Pattern]:
    """Yield the patterns beyond the facets of a region in which no other score equals that of its class."""
    cell = region.cell
    rivals = [k for k in range(len(cell.integer_forms)) if k != own]
    signs = cell.signs_at_rays
    if signs is not None and (np.abs(signs[:, rivals]) == 1).all():
        yield from (beyond for _, beyond in region.neighbors())
        return
    forms = [cell.integer_forms[k] for k in rivals]
    for (_, vector), (_, beyond) in zip(cell.inner_facets, region.neighbors(), strict=True):
        if all(dot(form, vector) for form in forms):
            yield beyond
