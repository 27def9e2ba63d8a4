"""What a complex may be made of: networks and what they are read from, tropical functions, expressions as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tropical.algebra.decision_boundary import DecisionBoundary
from tropical.algebra.polynomial import TropicalPolynomial
from tropical.algebra.rational_function import TropicalMap, TropicalRational
from tropical.networks.network import Network
from tropical.networks.sources import NetworkLike, as_network
from tropical.representations.expression_network import expression_network
from tropical.representations.maxout import maxout_network

if TYPE_CHECKING:
    from polytopes.polyhedra.domains import DomainLike
    from polytopes.polyhedra.polyhedron import Polyhedron

FunctionLike = NetworkLike
"""A network or what :func:`tropical.load` reads, a tropical function, or an expression such as ``"max(x, y) - 1"``."""


def network_of(source: FunctionLike) -> Network:
    """Return a function as a network: of an expression with a gate for each maximum, of a quotient with two.

    A text that ends in a dot and letters is the path of a file, any other an expression. The outputs of a decision
    boundary are the polynomials of its classes.

    Raises:
        InputError: if a text is not an expression.
        ToolkitError: as for :func:`tropical.load`.

    >>> network_of("max(x, y) - 1")([3, 2])
    (Fraction(2, 1),)
    """
    match source:
        case str() if is_written(source):
            return expression_network(source)
        case TropicalPolynomial():
            return maxout_network(TropicalRational.of(source))
        case TropicalRational() | TropicalMap():
            return maxout_network(source)
        case DecisionBoundary():
            return maxout_network(TropicalMap.of(source.classes))
    return as_network(source)


def is_written(text: str) -> bool:
    """Return whether a text is an expression and not the path of a file, which ends in a dot and letters.

    >>> is_written("abs(x) + y/2"), is_written("folder/net.json"), is_written("1/2 x + 0.5")
    (True, False, True)
    """
    return not text.rpartition(".")[2].isalpha() or "." not in text


def asked(source: FunctionLike, domain: DomainLike) -> tuple[Network, Polyhedron | None]:
    """Return the network and the polyhedron in its input space that a question is asked of."""
    from polytopes.polyhedra.domains import as_domain

    network = network_of(source)
    return network, as_domain(domain, network.input_dim)
