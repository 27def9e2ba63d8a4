"""Tropical functions as networks of one maxout layer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from polytopes.errors import NoAnswerError, ShapeError
from tropical.algebra.decision_boundary import DecisionBoundary
from tropical.algebra.files import from_json
from tropical.algebra.hypersurface import TropicalHypersurface
from tropical.algebra.polynomial import TropicalPolynomial
from tropical.algebra.rational_function import TropicalMap, TropicalRational
from tropical.networks.layers import Affine, Maxout
from tropical.networks.network import Network

if TYPE_CHECKING:
    from polytopes.arithmetic.rationals import Matrix


def as_map(source: object) -> TropicalMap | None:
    """Return a tropical function of any form as a map, None for what is none.

    The polynomials of a decision boundary are its outputs.

    >>> from tropical import parse
    >>> as_map(parse("max(x, 0)")).output_dim, as_map("no function")
    (1, None)
    """
    match source:
        case TropicalMap():
            return source
        case TropicalRational() | TropicalPolynomial():
            return TropicalMap.of([source])
        case TropicalHypersurface():
            return TropicalMap.of([source.polynomial])
        case DecisionBoundary():
            return TropicalMap.of(source.classes)
    return None


def network_of_document(text: str) -> Network:
    """Return the network of the tropical function in a JSON document."""
    function = as_map(from_json(text))
    assert function is not None, "documents hold functions"
    return maxout_network(function)


def maxout_network(function: TropicalMap | TropicalRational) -> Network:
    """Return a network that is the function: one maxout layer between two affine ones.

    Numerator and denominator of every component are a unit each; units with fewer forms repeat one.

    Raises:
        NoAnswerError: if a numerator has no term.
        ShapeError: if there is no variable.

    >>> from tropical import parse
    >>> maxout_network(parse("max(x, y, 0) - max(x + y, 1)"))([2, 3])
    (Fraction(-2, 1),)
    """
    units = forms_of_parts(function)
    rank = max(map(len, units))
    forms = [form for unit in units for form in (*unit, *[unit[0]] * (rank - len(unit)))]
    differences = [[(j == 2 * i) - (j == 2 * i + 1) for j in range(len(units))] for i in range(len(units) // 2)]
    layers = [
        ("forms", Affine([form[1:] for form in forms], [form[0] for form in forms])),
        ("maxima", Maxout(rank)),
        ("differences", Affine(differences)),
    ]
    return Network.chain(function.ambient_dim, layers)


def forms_of_parts(function: TropicalMap | TropicalRational) -> list[Matrix]:
    """Return the terms of numerator and denominator of every component in turn, as affine forms.

    Raises:
        NoAnswerError: if a numerator has no term.
        ShapeError: if there is no variable.
    """
    if not function.ambient_dim:
        raise ShapeError("a function without variables has no network; name one, as by '# variables: x' in its file")
    components = function.components if isinstance(function, TropicalMap) else (function,)
    found = [polynomial.forms for part in components for polynomial in (part.numerator, part.denominator)]
    if not all(found):
        raise NoAnswerError("a numerator without terms is minus infinity, which no network computes")
    return found
