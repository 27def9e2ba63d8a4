"""What is known of the local complexity of a network."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from itertools import pairwise
from typing import Any

from attrs import frozen

from polytopes.arithmetic.enclosures import Enclosure
from polytopes.arithmetic.rationals import exact_text
from polytopes.errors import VerificationFailed
from tropical.regions.complexity.noise import Noise
from tropical.regions.surveys.units import Unit

Document = dict[str, Any]


@frozen
class MeanGradient:
    """The mean over the domain of the norm of the Jacobian; ``l1`` and ``max`` of networks with one output only."""

    l2: Enclosure
    l1: Enclosure | None
    max: Enclosure | None

    def as_dict(self, exactly: bool = False) -> Document:
        """Return the means as they are written in documents."""
        named = {"l2": self.l2, "l1": self.l1, "max": self.max}
        return {name: None if own is None else own.as_dict(exactly) for name, own in named.items()}


@frozen
class LocalRank:
    """The mean rank of the Jacobian of a layer, before and after its activation, and the fraction of every rank."""

    layer: str
    before: Enclosure
    after: Enclosure
    fractions: Mapping[int, Enclosure]
    """The fraction of the domain where the rank after the activation is this one."""
    fractions_before: Mapping[int, Enclosure]

    def as_dict(self, exactly: bool = False) -> Document:
        """Return the ranks as they are written in documents."""
        return {
            "layer": self.layer,
            "before": self.before.as_dict(exactly),
            "after": self.after.as_dict(exactly),
            "fractions": _shares(self.fractions, exactly),
            "fractions_before": _shares(self.fractions_before, exactly),
        }


def _shares(shares: Mapping[int, Enclosure], exactly: bool) -> Document:
    return {str(rank): share.as_dict(exactly) for rank, share in shares.items()}


@frozen
class LayerBound:
    """``mean gradient <= lipschitz_max * mass`` for a layer; the product is None where a path avoids the layer."""

    layer: str
    lipschitz_max: Enclosure | None
    mass: Enclosure

    @property
    def product(self) -> Enclosure | None:
        """The bound on the mean gradient."""
        return None if self.lipschitz_max is None else self.lipschitz_max * self.mass

    def as_dict(self, exactly: bool = False) -> Document:
        """Return the bound as it is written in documents."""
        largest, product = self.lipschitz_max, self.product
        return {
            "layer": self.layer,
            "lipschitz_max": None if largest is None else largest.as_dict(exactly),
            "mass": self.mass.as_dict(exactly),
            "product": None if product is None else product.as_dict(exactly),
        }


@frozen
class NoisyComplexity:
    """Local complexity with noise on the bias of one unit at a time, of the network and of each of its units."""

    noise: Noise
    value: Enclosure
    per_unit: Mapping[Unit, Enclosure]

    @property
    def per_layer(self) -> dict[str, float]:
        """The sums over the units of each layer, as floats."""
        found: dict[str, float] = {}
        for unit, value in self.per_unit.items():
            found[unit.layer] = found.get(unit.layer, 0.0) + float(value)
        return found

    def as_dict(self, exactly: bool = False, per_unit: bool = False) -> Document:
        """Return the numbers as they are written in documents."""
        found = {**self.noise.as_dict(), "value": self.value.as_dict(exactly)}
        if per_unit:
            found["per_unit"] = [
                {**unit.as_dict(), "value": own.as_dict(exactly)} for unit, own in self.per_unit.items()
            ]
        return found


@frozen(kw_only=True)
class LocalComplexity:
    """How a network bends in a domain; see the page of theory for the definitions.

    Boundaries are measures of walls, inside the domain, in its dimension less one. If ``complete`` is False they are
    lower bounds, and what needs all regions is None.
    """

    volume: Fraction | None
    n_regions: int
    n_maps: int | None
    neuron_boundary: Enclosure
    activation_boundary: Enclosure
    function_boundary: Enclosure
    per_unit: Mapping[Unit, Enclosure]
    mean_gradient: MeanGradient | None
    local_rank: Mapping[str, LocalRank]
    masses: Mapping[str, Enclosure]
    """For every layer the mean of the sum of the lengths of the gradients of its preactivations."""
    bounds: Mapping[str, LayerBound] | None
    noisy: tuple[NoisyComplexity, ...]
    complete: bool
    seconds: float
    exactly: bool = False

    @property
    def densities(self) -> dict[str, Enclosure] | None:
        """The boundaries divided by the volume of the domain."""
        if self.volume is None:
            return None
        return {name: own / self.volume for name, own in self._boundaries.items()}

    @property
    def _boundaries(self) -> dict[str, Enclosure]:
        return {
            "neuron_boundary": self.neuron_boundary,
            "activation_boundary": self.activation_boundary,
            "function_boundary": self.function_boundary,
        }

    def bound(self, layer: str) -> LayerBound:
        """Return the bound on the mean gradient by a layer.

        Raises:
            KeyError: if there is none: the network has several outputs, or the walk was stopped.
        """
        return (self.bounds or {})[layer]

    def sums(self) -> list[Enclosure]:
        """Return all sums over regions and walls, in one order for all networks with the same layers."""
        gradient, numbers = self.mean_gradient, [*self._boundaries.values(), *self.per_unit.values()]
        if gradient is not None:
            numbers += [own for own in (gradient.l2, gradient.l1, gradient.max) if own is not None]
        for rank in self.local_rank.values():
            numbers += [rank.before, rank.after]
            for shares in (rank.fractions, rank.fractions_before):
                numbers += [share for _, share in sorted(shares.items())]
        return [*numbers, *self.masses.values()]

    def verified_by(self, other: LocalComplexity) -> LocalComplexity:
        """Return this answer, if another one that was found in another way does not contradict it.

        Raises:
            VerificationFailed: if it does.
        """
        mine, others = self.sums(), other.sums()
        _need((self.n_regions, self.n_maps, len(mine)) == (other.n_regions, other.n_maps, len(others)), "two counts")
        for own, found in zip(mine, others, strict=True):
            _need(own.lower <= found.upper and found.lower <= own.upper, "sums that were found in two ways")
        return self

    def verified(self) -> LocalComplexity:
        """Return this answer, if its numbers do not contradict one another.

        Raises:
            VerificationFailed: if they do.
        """
        chain = (self.function_boundary, self.activation_boundary, self.neuron_boundary)
        for smaller, larger in pairwise(chain):
            _need(smaller.lower <= larger.upper, "the boundaries of the function, the activations and the units")
        low = sum((own.lower for own in self.per_unit.values()), Fraction(0))
        high = sum((own.upper for own in self.per_unit.values()), Fraction(0))
        _need(low <= self.neuron_boundary.upper and self.neuron_boundary.lower <= high, "the boundaries of the units")
        for bound in (self.bounds or {}).values():
            product = bound.product
            if product is not None and self.mean_gradient is not None:
                _need(self.mean_gradient.l2.lower <= product.upper, f"the mean gradient and the mass of {bound.layer}")
        for rank in self.local_rank.values():
            for shares in (rank.fractions, rank.fractions_before):
                low = sum((own.lower for own in shares.values()), Fraction(0))
                high = sum((own.upper for own in shares.values()), Fraction(0))
                _need(low <= 1 <= high, f"the fractions of the ranks of {rank.layer}")
        return self

    def as_dict(self, per_unit: bool = True) -> Document:
        """Return the numbers as they are written in documents."""
        exactly, densities = self.exactly, self.densities
        boundaries = {name: own.as_dict(exactly) for name, own in self._boundaries.items()}
        shares = {
            f"{name}_density": None if densities is None else densities[name].as_dict(exactly) for name in boundaries
        }
        units = [{**unit.as_dict(), "boundary": own.as_dict(exactly)} for unit, own in self.per_unit.items()]
        bounds = None if self.bounds is None else [own.as_dict(exactly) for own in self.bounds.values()]
        return {
            "volume": None if self.volume is None else exact_text(self.volume),
            "activation_regions": self.n_regions,
            "distinct_affine_maps": self.n_maps,
            **boundaries,
            **shares,
            **({"per_unit": units} if per_unit else {}),
            "mean_gradient": None if self.mean_gradient is None else self.mean_gradient.as_dict(exactly),
            "local_rank": [own.as_dict(exactly) for own in self.local_rank.values()] if self.complete else None,
            "bounds": bounds,
            "local_complexity": [own.as_dict(exactly, per_unit) for own in self.noisy],
            "points_on_walls": None,
            "complete": self.complete,
            "seconds": self.seconds,
        }


def _need(holds: bool, what: str) -> None:
    if not holds:
        raise VerificationFailed(f"{what} contradict one another")
