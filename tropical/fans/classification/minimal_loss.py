"""The smallest 0/1 loss of n terms less m, with a parameter that attains it and a certificate that none has less.

Distinct points get classes of g or of h one after the other. The prefix with the fewest errors, its own and those that
later points make with either sign, is extended first; a prefix that no forms realize is refuted. So only prefixes with
less than the smallest loss are ever refuted, and together their refutations prove that it is the smallest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from heapq import heappop, heappush
from itertools import accumulate, count
from typing import Any

from attrs import field, frozen

from polytopes.arithmetic.rationals import as_fraction, dot
from polytopes.errors import VerificationFailed
from polytopes.messages import exact_repr
from tropical.checker import Refused
from tropical.fans.activation.certificates import colors_of, refutation, verify_refutation
from tropical.fans.activation.parameters import Parameter, parameter_texts
from tropical.fans.classification.fan import ClassificationFan, Signs, checked_fan
from tropical.fans.classification.orbits import SignedOrbit, representative
from tropical.fans.classification.verification import verify_signs


@frozen
class Prefix:
    """Classes of the first distinct points, by first appearance, the bit set of those in g, and the loss so far."""

    colors: tuple[int, ...]
    positive: int
    loss: int

    def children(self, cost: tuple[int, int], terms: tuple[int, int]) -> Iterator[Prefix]:
        """Yield the prefixes that give a class to the next point, which costs ``cost`` in g and in h."""
        n_classes = max(self.colors, default=-1) + 1
        n_positive = self.positive.bit_count()
        for color in range(n_classes):
            side = 0 if self.positive >> color & 1 else 1
            yield Prefix((*self.colors, color), self.positive, self.loss + cost[side])
        if n_positive < terms[0]:
            yield Prefix((*self.colors, n_classes), self.positive | 1 << n_classes, self.loss + cost[0])
        if n_classes - n_positive < terms[1]:
            yield Prefix((*self.colors, n_classes), self.positive, self.loss + cost[1])


@frozen
class MinimalLoss:
    """The smallest loss, ties as errors, a parameter of a maximal cone that has it, and its signs.

    ``refutations`` are of prefixes of unsigned classes, as in :mod:`tropical.fans.activation.certificates`.
    """

    loss: int
    signs: Signs
    parameter: Parameter = field(repr=exact_repr)
    refutations: tuple[dict[str, Any], ...] = field(repr=False)


def minimal_loss(fan: ClassificationFan, at_least: Callable[[int], None] | None = None) -> MinimalLoss:
    """Return the smallest 0/1 loss on labeled data, with ties as errors.

    Args:
        fan: a classification fan of data with labels.
        at_least: called with a lower bound whenever a greater one is proven.

    Raises:
        InputError: if the data has no labels.
        VerificationFailed: if the certificate of the loss is refused.

    >>> fan = ClassificationFan.of([(0, 0), (1, 0), (0, 1), (1, 1)], (1, 1), labels=[1, -1, -1, 1])
    >>> found = minimal_loss(fan)
    >>> found.loss, fan.loss(found.parameter), len(found.refutations)
    (1, 1, 1)
    """
    checked_fan(fan)
    costs, search = fan.costs, fan.activation.search
    rest = (*accumulate((min(cost) for cost in reversed(costs)), initial=0),)[::-1]
    realized: dict[tuple[int, ...], bool] = {}
    refutations: list[dict[str, Any]] = []
    order, waiting = count(), [(rest[0], 0, 0, Prefix((), 0, 0))]
    proven = -1
    while True:
        bound, _, _, prefix = heappop(waiting)
        if at_least is not None and bound > proven:
            proven = bound
            at_least(bound)
        if prefix.colors and prefix.colors not in realized:
            is_realized = search.is_realized(prefix.colors, max(prefix.colors) + 1)
            realized[prefix.colors] = is_realized
            if not is_realized:
                refutations.append(refutation(search, prefix.colors))
        if not realized.get(prefix.colors, True):
            continue
        size = len(prefix.colors)
        if size == len(costs):
            return _verified(fan, _found(fan, prefix, refutations))
        for child in prefix.children(costs[size], fan.terms):
            heappush(waiting, (child.loss + rest[size + 1], -size, next(order), child))


def _verified(fan: ClassificationFan, found: MinimalLoss) -> MinimalLoss:
    try:
        verify_minimal_loss(minimal_loss_certificate(fan, found))
    except Refused as reason:
        raise VerificationFailed(f"the smallest loss is not {found.loss}: {reason}") from None
    verify_signs(fan, found.parameter, found.signs)
    return found


def _found(fan: ClassificationFan, prefix: Prefix, refutations: Sequence[dict[str, Any]]) -> MinimalLoss:
    forms: Parameter = ()
    if prefix.colors:
        fan.activation.search.is_realized(prefix.colors, max(prefix.colors) + 1)
        forms = fan.activation.search.parameter
    colors, parameter = representative(fan, SignedOrbit(prefix.colors, prefix.positive), forms)
    return MinimalLoss(prefix.loss, fan.signs_of_colors(colors), parameter, tuple(refutations))


def minimal_loss_certificate(fan: ClassificationFan, found: MinimalLoss | None = None) -> dict[str, Any]:
    """Return the smallest loss with all that proves it, as plain lists and texts of numbers.

    >>> fan = ClassificationFan.of([[0], [1], [2]], (1, 1), labels=[1, -1, 1])
    >>> verify_minimal_loss(minimal_loss_certificate(fan))
    1
    """
    found = found or minimal_loss(fan)
    return {
        **fan.data.as_dict(),
        "terms": list(fan.terms),
        "loss": found.loss,
        "parameter": parameter_texts(found.parameter),
        "refutations": list(found.refutations),
    }


def verify_minimal_loss(certificate: dict[str, Any]) -> int:
    """Verify a :func:`minimal_loss_certificate` in fractions, without the search, and return its loss.

    Raises:
        Refused: with what is wrong, or the first prefix of classes about which nothing is said.
    """
    points = [tuple(map(as_fraction, point)) for point in certificate["points"]]
    costs: dict[tuple[Fraction, ...], list[int]] = {}
    for point, label, weight in zip(points, certificate["labels"] or (), certificate["weights"], strict=True):
        costs.setdefault(point, [0, 0])[0 if label < 0 else 1] += weight
    loss, terms = certificate["loss"], tuple(certificate["terms"])
    if _loss(points, certificate) != loss:
        raise Refused(f"the parameter has another loss than {loss}")
    rows = [[Fraction(1), *point] for point in costs]
    refutations = {colors_of(entry): entry["arcs"] for entry in certificate["refutations"]}
    for colors, arcs in refutations.items():
        verify_refutation(rows, colors, arcs)
    waiting = [Prefix((), 0, 0)]
    pairs = [(cost[0], cost[1]) for cost in costs.values()]
    while waiting:
        prefix = waiting.pop()
        size = len(prefix.colors)
        if prefix.loss + sum(map(min, pairs[size:])) >= loss or prefix.colors in refutations:
            continue
        if size == len(pairs):
            raise Refused(f"nothing is said of the classes {prefix.colors} of loss {prefix.loss}")
        waiting += prefix.children(pairs[size], (terms[0], terms[1]))
    return int(loss)


def _loss(points: list[tuple[Fraction, ...]], certificate: dict[str, Any]) -> int:
    """Return the loss of the parameter."""
    forms = [tuple(map(as_fraction, row)) for row in certificate["parameter"]]
    n, m = certificate["terms"]
    if len(forms) != n + m:
        raise Refused(f"a parameter of {len(forms)} terms where {n} and {m} are meant")
    total = 0
    for point, label, weight in zip(points, certificate["labels"] or (), certificate["weights"], strict=True):
        values = [dot(form, (Fraction(1), *point)) for form in forms]
        gap = max(values[:n]) - max(values[n:])
        total += weight if gap * label <= 0 else 0
    return total
