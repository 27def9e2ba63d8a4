"""Where a network lies in a classification fan: the terms of its tropical rational function as a parameter."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from polytopes.errors import InputError
from polytopes.rationals import Vector
from polytopes.wording import exact_repr
from tropical.activation.data import DataSet
from tropical.activation.patterns import ActivationPattern
from tropical.classification.fan import ClassificationFan, Signs

if TYPE_CHECKING:
    from tropical.network import Network
    from tropical.rational import TropicalRational


@frozen(eq=False)
class Position:
    """A function g (/) h in the classification fan of its numbers of terms: parameter, pattern and signs."""

    fan: ClassificationFan
    parameter: tuple[Vector, ...] = field(repr=exact_repr)
    pattern: ActivationPattern
    signs: Signs

    @property
    def is_generic(self) -> bool:
        """Whether the parameter is in the interior of a maximal cone."""
        return self.pattern.is_maximal

    @property
    def loss(self) -> int:
        """The 0/1 loss on labelled data, ties as errors."""
        return self.fan.loss_of_signs(self.signs)


def position_of_rational(function: TropicalRational, data: Any, labels: Iterable[int] | None = None) -> Position:
    """Return where g (/) h lies in the classification fan of the data for the numbers of terms of g and h.

    Args:
        function: a tropical rational function in d variables; drop terms that are nowhere largest with ``pruned``.
        data: a :class:`DataSet`, or M x d rationals.
        labels: M numbers 1 and -1, if a loss is wanted.

    Raises:
        InputError: if g has no term.
        ShapeError: if dimensions differ.

    >>> from tropical.polynomial import TropicalPolynomial
    >>> from tropical.rational import TropicalRational
    >>> size = TropicalPolynomial.monomial([1]) + TropicalPolynomial.monomial([-1])
    >>> found = position_of_rational(TropicalRational.of(size) / 1, [[-2], [0], [2]])
    >>> found.signs, found.pattern.sets, found.is_generic
    ((1, -1, 1), ((1,), (2,), (0,)), True)
    """
    g, h = function.numerator, function.denominator
    if not g.n_terms:
        raise InputError("a numerator without terms is minus infinity; give a function with values")
    fan = ClassificationFan.of(data if isinstance(data, DataSet) else DataSet.of(data), (g.n_terms, h.n_terms), labels)
    parameter = (*g.forms, *h.forms)
    return Position(fan, parameter, fan.activation.pattern(parameter), fan.signs(parameter))


def position_of_network(
    network: Network, data: Any, labels: Iterable[int] | None = None, limit: int | None = None
) -> Position:
    """Return where a network with one output, or the difference of two, lies: see :func:`position_of_rational`.

    Args:
        network: its function is expanded into g (/) h, and terms that are nowhere largest are dropped.
        limit: the number of terms from which to give up.

    Raises:
        InputError: if the network has more than two outputs.
        LimitReached: at the limit.

    >>> from tropical.network import Network
    >>> net = Network.from_weights([([[1], [-1]], [0, 0]), ([[1, 1]], [-1])])    # |x| - 1
    >>> found = position_of_network(net, [[-2], [0], [2]])
    >>> found.fan.terms, found.signs
    ((2, 1), (1, -1, 1))
    """
    from tropical.convert import tropical_map

    components = tropical_map(network, limit=limit).components
    if len(components) > 2:
        raise InputError(f"a network with {len(components)} outputs; give one with a single score, or two classes")
    function = components[0] if len(components) == 1 else components[0] / components[1]
    return position_of_rational(function.pruned(), data, labels)
