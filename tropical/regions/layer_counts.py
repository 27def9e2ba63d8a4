"""How many activation regions a network has after each of its layers with gates."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from polytopes.enumeration.domain_cell import Method
from polytopes.errors import VerificationFailed
from tropical.networks.network import Network
from tropical.networks.sources import asked
from tropical.regions.counting import count_regions

if TYPE_CHECKING:
    from polytopes.polyhedra.domains import DomainLike
    from tropical.networks.sources import NetworkLike


def regions_by_layer(
    network: NetworkLike,
    domain: DomainLike = None,
    *,
    method: Method | None = None,
    relative: bool = False,
) -> tuple[int, ...]:
    """Return the numbers of activation regions after each layer with gates; the last is that of the network.

    Later layers cut the regions of those before, so the numbers do not fall.

    Args:
        network: a network, or what :func:`tropical.load` reads without options.
        domain, method, relative: as for :func:`tropical.regions.counting.count_regions`.

    Raises:
        DomainError, ShapeError: as there.
        VerificationFailed: if the numbers fall.

    >>> from tropical import Network
    >>> fold = ([[1, 0], [0, 1]], [0, 0])
    >>> net = Network.from_weights([fold, ([[1, 1]], [-1]), ([[1]], [0])], activation="abs")
    >>> regions_by_layer(net)
    (4, 8)
    """
    network, domain = asked(network, domain)
    found = [
        count_regions(part, domain, method=method, relative=relative, bounded=False).activation_regions
        for part in prefixes(network)
    ]
    check_rising(found)
    return tuple(found)


def prefixes(network: Network) -> list[Network]:
    """Return the networks that end with each layer with gates, with all layers before it."""
    return [Network(network.nodes[: k + 1]) for k, layer in enumerate(network.layers, 1) if layer.n_gates]


def check_rising(counts: Sequence[int]) -> None:
    """Check numbers of regions after layers.

    Raises:
        VerificationFailed: if a layer has fewer regions than the one before.
    """
    if any(after < before for before, after in pairwise(counts)):
        raise VerificationFailed("a layer has fewer regions than the one before it")
