"""What a complex may be made of: networks, tropical functions, and expressions as text."""

from __future__ import annotations

from polytopes.errors import InputError
from polytopes.messages import shortened
from tropical.algebra.decision_boundary import DecisionBoundary
from tropical.algebra.polynomial import TropicalPolynomial
from tropical.algebra.rational_function import TropicalMap, TropicalRational
from tropical.networks.network import Network
from tropical.representations.expression_network import expression_network
from tropical.representations.maxout import maxout_network

Source = Network | TropicalPolynomial | TropicalRational | TropicalMap | DecisionBoundary | str
"""A network; a function as a quotient of polynomials, or classes by one each; or an expression."""


def as_network(source: Source) -> Network:
    """Return a function as a network: of an expression with a gate for each maximum, of a quotient with two.

    The outputs of a decision boundary are the polynomials of its classes.

    Raises:
        InputError: if it is something else, or a text that is not an expression.

    >>> as_network("max(x, y) - 1")([3, 2])
    (Fraction(2, 1),)
    """
    match source:
        case Network():
            return source
        case str():
            return expression_network(source)
        case TropicalPolynomial():
            return maxout_network(TropicalRational.of(source))
        case TropicalRational() | TropicalMap():
            return maxout_network(source)
        case DecisionBoundary():
            return maxout_network(TropicalMap.of(source.classes))
    raise InputError(f"{shortened(source)} is no network, tropical function or expression")
