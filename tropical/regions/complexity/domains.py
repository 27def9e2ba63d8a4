"""The domains over which local complexity is an integral: bounded and full-dimensional ones."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from polytopes.errors import DomainError, ShapeError

if TYPE_CHECKING:
    from polytopes.polyhedra.polyhedron import Polyhedron
    from tropical.networks.network import Network

NO_VOLUME = "walls of an unbounded domain have no finite volume; give a bounded domain"


def checked_domain(network: Network, domain: Polyhedron | None) -> Polyhedron:
    """Return a domain that is bounded and full-dimensional, in the space of inputs.

    Raises:
        ShapeError: if it lies in another space.
        DomainError: if it is unbounded, empty or lower-dimensional.
    """
    if domain is None:
        raise DomainError(NO_VOLUME)
    if domain.ambient_dim != network.input_dim:
        raise ShapeError(f"the domain lies in Q^{domain.ambient_dim}, the network is on Q^{network.input_dim}")
    if domain.is_empty:
        raise DomainError("the domain is empty; no point satisfies its inequalities")
    if not domain.is_bounded:
        raise DomainError(NO_VOLUME)
    if not domain.is_full_dimensional:
        raise DomainError(
            f"the domain has dimension {domain.dim} in Q^{domain.ambient_dim}; local complexity is a mean over a "
            "full-dimensional domain: give one"
        )
    return domain


def bounded_volume(network: Network, domain: Polyhedron | None) -> Fraction:
    """Return the volume of a domain over which means are taken; errors as of :func:`checked_domain`."""
    return checked_domain(network, domain).volume()
