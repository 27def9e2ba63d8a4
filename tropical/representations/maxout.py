"""Linear regions of tropical rational functions and maps, through a shallow network that computes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from polytopes.errors import NoAnswerError, ShapeError
from tropical.algebra.rational_function import TropicalMap, TropicalRational
from tropical.networks.layers import Affine, Maxout
from tropical.networks.network import Network
from tropical.regions.linear_regions import LinearRegion, linear_regions

if TYPE_CHECKING:
    from polytopes.arithmetic.rationals import Matrix
    from polytopes.polyhedra.polyhedron import Polyhedron


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


def function_regions(
    function: TropicalMap | TropicalRational, domain: Polyhedron | None = None
) -> tuple[LinearRegion, ...]:
    """Return the linear regions of a tropical rational function or map: its maximal connected affine pieces.

    Args:
        function: in d variables.
        domain: a polyhedron in Q^d; the whole space if None.

    Algorithm:
        The cells on which numerator and denominator are affine, joined through facets where the difference is the same
        (:func:`tropical.regions.linear_regions.linear_regions`).

    >>> from tropical import parse
    >>> len(function_regions(parse("max(x, y, x + y) - max(x, x + 2y)")))
    4
    """
    pruned = function.pruned()
    return linear_regions(maxout_network(pruned), domain)
