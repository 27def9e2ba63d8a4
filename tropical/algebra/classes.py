"""Tropical functions of every form, and their texts, as the classes of a decision boundary or of a subdivision."""

from __future__ import annotations

from polytopes.errors import InputError
from polytopes.messages import shortened
from tropical.algebra.decision_boundary import DecisionBoundary
from tropical.algebra.files import from_text
from tropical.algebra.hypersurface import TropicalHypersurface
from tropical.algebra.polynomial import TropicalPolynomial
from tropical.algebra.rational_function import TropicalMap, TropicalRational

FunctionLike = object
"""A tropical polynomial, rational function, map, hypersurface or boundary, or the text of a function."""
_WAY_OUT = "give one, or its text, such as 'max(x, y, 0)'"


def decided(function: FunctionLike) -> DecisionBoundary:
    """Return the boundary that a function decides: of its sign, or of several outputs of the largest one.

    Raises:
        InputError: for anything else.

    >>> decided("abs(x) + abs(y) - 1")
    DecisionBoundary in Q^2, 4 + 1 terms
    """
    given = _read(function)
    if isinstance(given, DecisionBoundary):
        return given
    if isinstance(given, TropicalPolynomial):
        given = TropicalRational.of(given)
    if isinstance(given, TropicalMap) and given.output_dim > 1:
        return DecisionBoundary.of_scores(given)
    [rational] = given.components if isinstance(given, TropicalMap) else [given]
    return DecisionBoundary.of_rational(rational.pruned())


def subdivided(function: FunctionLike) -> DecisionBoundary:
    """Return a function as the classes whose terms are subdivided: one for a polynomial, two for a difference.

    Raises:
        InputError: for anything else.

    >>> subdivided("max(x, y, 0)"), subdivided("max(x, y) - max(x + y, 0)").n_classes
    (DecisionBoundary in Q^2, 3 terms, 2)
    """
    given = _read(function)
    return DecisionBoundary((given,)) if isinstance(given, TropicalPolynomial) else decided(given)


def _read(function: FunctionLike) -> TropicalPolynomial | TropicalRational | TropicalMap | DecisionBoundary:
    given = from_text(function) if isinstance(function, str) else function
    if isinstance(given, TropicalHypersurface):
        return given.polynomial
    if not isinstance(given, (TropicalPolynomial, TropicalRational, TropicalMap, DecisionBoundary)):
        raise InputError(f"{shortened(given)} is no tropical function; {_WAY_OUT}")
    return given
