"""Local complexity of a network in a domain: how densely it bends, how steep it is, and the ranks of its layers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from polytopes.enumeration.limits import Limits
from tropical.regions.activation_regions import Walk
from tropical.regions.complexity.answer import LocalComplexity
from tropical.regions.complexity.domains import checked_domain
from tropical.regions.complexity.noise import Noise
from tropical.regions.complexity.survey import ComplexitySurvey
from tropical.regions.surveys.survey import Survey

if TYPE_CHECKING:
    from polytopes.enumeration.domain_cell import Method
    from polytopes.polyhedra.polyhedron import Polyhedron
    from tropical.networks.network import Network


def local_complexity(
    network: Network,
    domain: Polyhedron | None,
    noise: Noise | Sequence[Noise] = (),
    *,
    digits: int = 15,
    exact: bool = False,
    limit: int | None = None,
    timeout: float | None = None,
    method: Method | None = None,
    progress: Callable[[Survey[Any]], None] | None = None,
) -> LocalComplexity:
    """Return the measures of the walls of a network in a domain, its mean gradient and its local ranks, exactly.

    Args:
        network: an exact network.
        domain: a bounded full-dimensional polyhedron in its input space.
        noise: noise on the bias of one unit at a time, such as ``Uniform("1/4")`` or ``Gaussian("0.05")``.
        digits: digits of the enclosures.
        exact: give the terms of all sums of square roots, however many and long.
        limit, timeout, method, progress: as for :func:`tropical.regions.counting.count_regions`.

    Raises:
        DomainError, ShapeError: if the domain is unbounded, lower-dimensional or in another space.
        UnsupportedError: if noise is asked for and a gate has more than two forms.
        LimitReached: with lower bounds of the boundaries as ``partial``.
        VerificationFailed: if the numbers contradict one another.

    >>> from polytopes import Polyhedron
    >>> from tropical.regions.complexity import Uniform
    >>> from tropical import Network
    >>> net = Network.from_weights([([[1, 1], [1, -1]], [0, 0]), ([[1, -1]], [0])])
    >>> found = local_complexity(net, Polyhedron.box([-1, -1], [1, 1]), Uniform("1/4"))
    >>> str(found.neuron_boundary.exact), str(found.noisy[0].value.exact)
    ('4 sqrt(2)', '15/16 sqrt(2)')

    Sources: Patel, Montúfar, On the local complexity of linear regions in deep ReLU networks, arXiv 2412.18283.
    """
    noises = (noise,) if isinstance(noise, Noise) else tuple(noise)
    survey = survey_of(network, domain, noises, digits, exact)
    return survey.fill(Walk(network, domain, method), Limits(limit, timeout, progress))


def survey_of(
    network: Network, domain: Polyhedron | None, noises: Sequence[Noise], digits: int = 15, exact: bool = False
) -> ComplexitySurvey:
    """Return the survey that answers; arguments and errors as for :func:`local_complexity`."""
    return ComplexitySurvey(
        network=network, domain=checked_domain(network, domain), noises=noises, digits=digits, exactly=exact
    )
