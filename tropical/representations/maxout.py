"""Linear regions of tropical rational functions and maps, through a shallow network that computes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tropical.algebra.rational_function import TropicalMap, TropicalRational
from tropical.networks.function_networks import maxout_network
from tropical.regions.linear_regions import LinearRegion, linear_regions

if TYPE_CHECKING:
    from polytopes.polyhedra.domains import DomainLike


def function_regions(function: TropicalMap | TropicalRational, domain: DomainLike = None) -> tuple[LinearRegion, ...]:
    """Return the linear regions of a tropical rational function or map: its maximal connected affine pieces.

    Args:
        function: in d variables.
        domain: a polyhedron in Q^d, or bounds (:func:`~polytopes.polyhedra.domains.as_domain`); the whole space if
            None.

    Algorithm:
        The cells on which numerator and denominator are affine, joined through facets where the difference is the same
        (:func:`tropical.regions.linear_regions.linear_regions`).

    >>> from tropical import parse
    >>> len(function_regions(parse("max(x, y, x + y) - max(x, x + 2y)")))
    4
    """
    pruned = function.pruned()
    return linear_regions(maxout_network(pruned), domain)
