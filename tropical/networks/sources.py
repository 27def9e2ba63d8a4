"""What a question is asked of, as a user gives it: anything that ``load`` reads, and a box by its bounds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tropical.networks.network import Network

if TYPE_CHECKING:
    from polytopes.polyhedra.domains import DomainLike
    from polytopes.polyhedra.polyhedron import Polyhedron

NetworkLike = object
"""A :class:`Network`, or a source that :func:`tropical.load` reads without options."""


def as_network(source: NetworkLike) -> Network:
    """Return the network itself, or the one that is read from something else.

    Args:
        source: a Network, a path, a torch module, a scikit-learn model, a tropical function or its text, ...; what
            needs options (the activation of a state dictionary, the shape of an input) is read by
            :func:`tropical.load` first.

    Raises:
        ToolkitError: as for :func:`tropical.load`.

    >>> from tropical import Network
    >>> as_network(Network.from_weights([([[1]], [0])])).input_dim
    1
    """
    if isinstance(source, Network):
        return source
    from tropical.networks.readers.loading import load

    return load(source)


def asked(source: NetworkLike, domain: DomainLike = None) -> tuple[Network, Polyhedron | None]:
    """Return the network and the polyhedron in its input space that a question is asked of.

    ``domain`` is read by :func:`polytopes.polyhedra.domains.as_domain`.
    """
    from polytopes.polyhedra.domains import as_domain

    network = as_network(source)
    return network, as_domain(domain, network.input_dim)
