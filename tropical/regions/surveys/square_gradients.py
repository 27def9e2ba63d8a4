"""The squared Frobenius norm of the Jacobian over all activation regions, exactly: least, largest, and in the mean."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from attrs import define, field, frozen

from polytopes.arithmetic.enclosures import Enclosure
from polytopes.enumeration.limits import Limits
from polytopes.errors import DomainError, NoAnswerError, VerificationFailed
from tropical.networks.sources import asked
from tropical.regions.activation_regions import ActivationRegion, Walk
from tropical.regions.surveys.survey import Survey
from tropical.regions.vertices import refuse_many_vertices

if TYPE_CHECKING:
    from polytopes.enumeration.domain_cell import Method
    from polytopes.polyhedra.domains import DomainLike
    from polytopes.polyhedra.polyhedron import Polyhedron
    from tropical.networks.sources import NetworkLike

NO_MEAN = "a mean over an unbounded domain does not exist; give a bounded domain"


@frozen
class SquareGradients:
    """The least and the largest squared norm ``|J|_F^2`` over the regions, and its mean over the domain by volume.

    For a unit vector u in a uniformly random direction, the mean of ``|J u|^2`` is ``|J|_F^2`` over the number of
    inputs. If ``complete`` is False the first two are of the regions that were seen, and the mean is None.
    """

    least: Fraction | None
    largest: Fraction | None
    mean: Fraction | None
    n_regions: int
    complete: bool
    seconds: float

    def as_dict(self, digits: int = 15) -> dict[str, Any]:
        """Return the numbers as they are written in documents: fractions where these are short."""
        named = {"min": self.least, "max": self.largest, "mean": self.mean}
        return {
            **{name: None if own is None else Enclosure.of(own, digits).as_dict() for name, own in named.items()},
            "activation_regions": self.n_regions,
            "complete": self.complete,
        }


def square_gradients(
    network: NetworkLike,
    domain: DomainLike,
    *,
    limit: int | None = None,
    timeout: float | None = None,
    method: Method | None = None,
    progress: Callable[[Survey[Any]], None] | None = None,
) -> SquareGradients:
    """Return the least, largest and mean squared Frobenius norm of the Jacobian of a network in a domain.

    Args:
        network: a network, or what :func:`tropical.load` reads without options.
        domain: a bounded full-dimensional polyhedron in its input space.
        limit, timeout, method, progress: as for :func:`tropical.regions.counting.count_regions`.

    Raises:
        DomainError, ShapeError: if the domain is unbounded, lower-dimensional or in another space, or a box in which
            regions have too many vertices.
        LimitReached: with what was seen as ``partial``.
        VerificationFailed: if the volumes of the regions do not add up.

    >>> from polytopes import Polyhedron
    >>> from tropical import Network
    >>> net = Network.from_weights([([[1, 0], [0, 1]], [0, 0]), ([[1, 2]], [0])])
    >>> found = square_gradients(net, Polyhedron.box([-1, -1], [3, 1]))
    >>> str(found.least), str(found.largest), str(found.mean)
    ('0', '5', '11/4')
    """
    network, region = asked(network, domain)
    if region is None:
        raise DomainError(NO_MEAN)
    survey = SquareGradientSurvey(domain=region)
    return survey.fill(Walk(network, region, method), Limits(limit, timeout, progress))


@define(kw_only=True)
class SquareGradientSurvey(Survey[SquareGradients]):
    """The squared norms of the Jacobians of the regions added, weighted by volumes."""

    domain: Polyhedron
    _whole: Fraction = field(init=False)
    _volume: Fraction = field(init=False, default=Fraction(0))
    _sum: Fraction = field(init=False, default=Fraction(0))
    _least: Fraction | None = field(init=False, default=None)
    _largest: Fraction | None = field(init=False, default=None)

    def __attrs_post_init__(self) -> None:
        refuse_many_vertices(
            self.domain, "means by volumes are not for it, Lipschitz constants are (tropical lipschitz)"
        )
        try:
            self._whole = self.domain.volume()
        except NoAnswerError:
            raise DomainError(NO_MEAN) from None

    def add(self, region: ActivationRegion) -> None:
        """Add the Jacobian of one more region."""
        square = sum((entry * entry for form in region.cell.forms for entry in form[1:]), Fraction(0))
        volume = region.volume
        self._least = square if self._least is None else min(self._least, square)
        self._largest = square if self._largest is None else max(self._largest, square)
        self._sum += volume * square
        self._volume += volume

    def answer(self, complete: bool) -> SquareGradients:
        """Return the squared norms so far."""
        if complete and self._volume != self._whole:
            raise VerificationFailed("the volumes of the regions do not add up to that of the domain")
        mean = self._sum / self._whole if complete else None
        return SquareGradients(self._least, self._largest, mean, self.n_regions, complete, self.seconds)
