"""The dichotomies that ReLU networks of given widths attain on a data set: all of them, or proven bounds.

They are decided exactly for

* one hidden layer, by the region engine on the space of parameters (:mod:`tropical.parameter_space.hidden_layer`);
* points on a line and one hidden layer, and hidden widths (1, k), by the order of the points
  (:mod:`tropical.parameter_space.sign_changes`);
* widths that end in ones, as without them: {f > 0} for f = a max(0, z) + c is a set {z > t} or {z < t}, or all, or
  nothing; conversely take max(0, f + C) - C, with C so large that f + C > 0 at all points.

For other widths f(p) is a polynomial of higher degree in the parameters. Random networks attain some dichotomies. More
are attained after chosen first layers: with all combinations of linear dichotomies of the data, and random ones, each
followed by all networks of the other widths on the points that this layer makes, as far as MOST_CELLS allows. They are
all if their number reaches an upper bound (2^M, or less if sign changes along lines are bounded).
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Sequence
from fractions import Fraction
from itertools import chain, combinations_with_replacement
from math import comb, isqrt
from random import Random
from typing import Any

from attrs import field, frozen

from polytopes.arithmetic.rationals import dot
from polytopes.errors import InputError, LimitReached, VerificationFailed
from polytopes.messages import shortened
from tropical.fans.classification.dichotomies import sign_vectors
from tropical.fans.classification.fan import ClassificationFan, Signs
from tropical.fans.data_set import DataSet
from tropical.networks.network import Network
from tropical.parameter_space.hidden_layer import Budget, layer_dichotomies
from tropical.parameter_space.position import signs_of_network
from tropical.parameter_space.sampling import sampled_dichotomies
from tropical.parameter_space.sign_changes import Layer, line_dichotomies, possible_dichotomies, sweep_dichotomies

Found = Iterator[tuple[Signs, list[Layer]]]
RANDOM_NETWORKS = 2000
"""Random networks for every first layer."""
MOST_CELLS = 20_000
"""Cells of the space of the other parameters that are examined after each first layer."""


@frozen(eq=False)
class AttainedDichotomies:
    """Dichotomies of a data set that networks of some widths attain, each with such a network.

    ``at_most`` is a proven bound on the number of all that are attained.
    """

    hidden: tuple[int, ...]
    networks: dict[Signs, Network] = field(repr=False)
    at_most: int

    @property
    def is_complete(self) -> bool:
        """Whether it is proven that there are no others."""
        return len(self.networks) == self.at_most

    @property
    def signs(self) -> list[Signs]:
        """The dichotomies in lexicographic order, - before +."""
        return sorted(self.networks)


def attained_dichotomies(
    data: DataSet,
    hidden: Sequence[int],
    limit: int | None = None,
    tries: int = 20,
    seed: int = 0,
    take: Callable[[Signs, Network], None] | None = None,
) -> AttainedDichotomies:
    """Return the dichotomies that fully connected ReLU networks with these hidden widths attain.

    Args:
        data: points; their labels do not matter.
        hidden: the widths of the hidden layers; none for an affine function.
        limit: give up after this many cells of parameter spaces.
        tries: where the widths cannot be decided exactly, the number of first layers, after RANDOM_NETWORKS for each.
        seed: of the random numbers.
        take: called with the signs and a network whenever a dichotomy is found.

    Raises:
        InputError: if a width is not positive, or points have no coordinates.
        LimitReached: at the limit; ``partial`` is what was found.
        VerificationFailed: if a network has other signs than it was made for.

    >>> square = DataSet.of([(0, 0), (1, 0), (0, 1), (1, 1)])
    >>> [len(attained_dichotomies(square, widths).networks) for widths in ((), (1,), (2,), (2, 2))]
    [14, 14, 16, 16]
    """
    widths = tuple(hidden)
    if not all(isinstance(width, int) and width > 0 for width in widths):
        raise InputError(f"hidden widths {shortened(widths)}; give positive integers")
    if not data.dim:
        raise InputError("points in dimension 0; a network needs an input")
    networks: dict[Signs, Network] = {}
    decided, few = is_decided(data, widths), without_last_ones(widths)
    most = 1 << len(data.rows) if decided and len(few) > 1 else possible_dichotomies(data, few)
    try:
        for signs, layers in _dichotomies(data, widths, networks, tries, Random(seed), Budget(limit)):
            if signs not in networks:
                networks[signs] = _verified(Network.from_weights(layers), data, signs)
                if take is not None:
                    take(signs, networks[signs])
            if len(networks) == most:
                break
    except LimitReached as stop:
        raise LimitReached(str(stop), AttainedDichotomies(widths, networks, most)) from None
    return AttainedDichotomies(widths, networks, len(networks) if decided else most)


def _verified(network: Network, data: DataSet, signs: Signs) -> Network:
    """Return a network after a check that its values at the data have these signs."""
    if signs_of_network(network, data) != signs:
        raise VerificationFailed(f"a network has other signs at the data than {signs}")
    return network


def is_decided(data: DataSet, hidden: Sequence[int]) -> bool:
    """Return whether all dichotomies of these widths are found, on this data and whatever the tries.

    >>> square = DataSet.of([(0, 0), (1, 0), (0, 1), (1, 1)])
    >>> [is_decided(square, widths) for widths in ((3,), (2, 1), (1, 3), (2, 2))]
    [True, True, True, False]
    """
    widths = without_last_ones(hidden)
    return len(widths) < 2 or (len(widths) == 2 and widths[0] == 1) or not data.rows


def without_last_ones(hidden: Sequence[int]) -> tuple[int, ...]:
    """Return hidden widths without the ones at the end, except for the first: they attain the same dichotomies.

    >>> without_last_ones((2, 1, 1)), without_last_ones((1, 1))
    ((2,), (1,))
    """
    widths = tuple(hidden)
    while len(widths) > 1 and widths[-1] == 1:
        widths = widths[:-1]
    return widths


def _dichotomies(
    data: DataSet, hidden: Sequence[int], known: Container[Signs], tries: int, random: Random, budget: Budget
) -> Found:
    """Yield dichotomies with the layers of networks."""
    widths = without_last_ones(hidden)
    for signs, layers in _of_widths(data, widths, known, tries, random, budget):
        for _ in range(len(hidden) - len(widths)):
            layers = _passed_on(data, layers)
        yield signs, layers


def _of_widths(
    data: DataSet, hidden: tuple[int, ...], known: Container[Signs], tries: int, random: Random, budget: Budget
) -> Found:
    if len(hidden) < 2:
        width = hidden[0] if hidden else 0
        if width and data.rows and data.rank <= 2:
            return line_dichotomies(data, width, known)
        return layer_dichotomies(data, width, known, budget)
    if len(hidden) == 2 and hidden[0] == 1 and data.rows:
        return sweep_dichotomies(data, hidden[1], known, budget.spend)
    at_random = sampled_dichotomies(data, hidden, RANDOM_NETWORKS * tries, known, random.getrandbits(32))
    return chain(at_random, _after_first_layers(data, hidden, known, tries, random, budget))


def _after_first_layers(
    data: DataSet, hidden: tuple[int, ...], known: Container[Signs], tries: int, random: Random, budget: Budget
) -> Found:
    """Yield what the other layers attain on the points that some first layers make."""
    for first in first_layers(data, hidden[0], tries, random):
        images = DataSet.of([_values(first, point) for point in data.points], dim=hidden[0])
        own = Budget(MOST_CELLS)
        try:
            for signs, layers in _dichotomies(images, hidden[1:], known, isqrt(tries), random, own):
                yield signs, [first, *layers]
        except LimitReached:
            pass
        budget.spend(own.spent)


def first_layers(data: DataSet, width: int, tries: int, random: Random) -> Iterator[Layer]:
    """Yield ``tries`` layers: first those that divide the points in different ways, one for each, then random ones.

    A unit is determined up to the size of its values by the points at which it is positive.
    """
    forms = [tuple(a - b for a, b in zip(*theta, strict=True)) for signs, theta in _linear(data) if max(signs) > 0]
    ways: Iterator[tuple[Any, ...]] = iter(())
    if forms and comb(len(forms) + width - 1, width) <= tries:
        listed = list(combinations_with_replacement(forms, width))
        random.shuffle(listed)
        ways = iter(listed)
    for _ in range(tries):
        units = next(ways, None) or [_random_form(data, forms, random) for _ in range(width)]
        rows = [list(map(Fraction, unit)) for unit in units]
        yield [row[1:] for row in rows], [row[0] for row in rows]


def _linear(data: DataSet) -> Iterator[tuple[Signs, Any]]:
    return sign_vectors(ClassificationFan.of(data, (1, 1))) if data.rows else iter(())


def _random_form(data: DataSet, forms: Sequence[Sequence[int]], random: Random) -> Sequence[int | Fraction]:
    """Return a form that divides the points in some way, or one with a random direction."""
    if forms and random.random() < 0.5:
        return random.choice(forms)
    direction = [random.randint(-9, 9) for _ in range(data.dim)]
    values = [dot(direction, point) for point in data.points] or [Fraction(0)]
    low, high = min(values), max(values)
    return [-(low - 1 + (high - low + 1) * Fraction(random.randint(0, 100), 100)), *direction]


def _values(layer: Layer, point: Sequence[Fraction]) -> list[Fraction]:
    """Return the values of the units of a layer at a point."""
    weights, biases = layer
    return [max(Fraction(0), dot(row, point) + bias) for row, bias in zip(weights, biases, strict=True)]


def _passed_on(data: DataSet, layers: list[Layer]) -> list[Layer]:
    """Return a network with one hidden unit more, after the others, whose values at the data are the same."""
    largest = Fraction(0)
    for point in data.points:
        values = list(point)
        for layer in layers[:-1]:
            values = _values(layer, values)
        [row], [bias] = layers[-1]
        largest = max(largest, abs(dot(row, values) + bias))
    [row], [bias] = layers[-1]
    return [*layers[:-1], ([row], [bias + largest + 1]), ([[Fraction(1)]], [-largest - 1])]
