"""Where a network lies in a classification fan: the terms of its tropical rational function as a parameter."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from polytopes.arithmetic.rationals import Vector, exact_text
from polytopes.errors import InputError
from polytopes.messages import exact_repr
from tropical.fans.activation.fan import with_lower_forms
from tropical.fans.activation.patterns import ActivationPattern
from tropical.fans.activation.realization import cone_dimension
from tropical.fans.classification.fan import ClassificationFan, Signs
from tropical.fans.data_set import DataSet
from tropical.networks.sources import NetworkLike, as_network

if TYPE_CHECKING:
    from tropical.algebra.rational_function import TropicalRational


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
        """The 0/1 loss on labeled data, ties as errors."""
        return self.fan.loss_of_signs(self.signs)

    def with_terms(self, terms: Sequence[int]) -> Position:
        """Return where the same function lies in the fan for (n, m) terms; the ones added are nowhere largest.

        Raises:
            InputError: if the function needs more terms.

        >>> from tropical import TropicalPolynomial, TropicalRational
        >>> found = position_of_rational(TropicalRational.of(TropicalPolynomial.monomial([1])) / 1, [[0], [2]])
        >>> found.with_terms((2, 1)).parameter
        ((Fraction(0, 1), Fraction(1, 1)), (Fraction(-1, 1), Fraction(1, 1)), (Fraction(1, 1), Fraction(0, 1)))
        """
        fan = ClassificationFan.of(self.fan.data, terms)
        n, needed = self.fan.terms[0], self.fan.terms
        if any(own > given for own, given in zip(needed, fan.terms, strict=True)):
            raise InputError(f"a function of {needed[0]} terms less {needed[1]}; give at least as many")
        sides = zip((self.parameter[:n], self.parameter[n:]), fan.terms, strict=True)
        parameter = tuple(form for side, size in sides for form in with_lower_forms(side, size))
        return Position(fan, parameter, fan.activation.pattern(parameter), self.signs)

    def as_dict(self) -> dict[str, Any]:
        """Return the position with numbers as texts; ``colors`` is None on a wall."""
        sets = self.pattern.sets
        return {
            "terms": list(self.fan.terms),
            "signs": list(self.signs),
            "loss": self.loss if self.fan.data.labels else None,
            "colors": [terms[0] for terms in sets] if self.is_generic else None,
            "pattern": [list(terms) for terms in sets],
            "cone_dimension": cone_dimension(self.fan.data, self.pattern),
            "parameter": [list(map(exact_text, form)) for form in self.parameter],
        }


def position_of_rational(function: TropicalRational, data: Any, labels: Iterable[Any] | None = None) -> Position:
    """Return where g (/) h lies in the classification fan of the data for the numbers of terms of g and h.

    Args:
        function: a tropical rational function in d variables; drop terms that are nowhere largest with ``pruned``.
        data: a :class:`DataSet`, or M x d rationals.
        labels: M numbers 1 and -1, or any two values, if a loss is wanted; of two numbers the greater is 1, of two
            texts the last in alphabetical order.

    Raises:
        InputError: if g has no term.
        ShapeError: if dimensions differ.

    >>> from tropical import TropicalPolynomial, TropicalRational
    >>> size = TropicalPolynomial.monomial([1]) + TropicalPolynomial.monomial([-1])
    >>> found = position_of_rational(TropicalRational.of(size) / 1, [[-2], [0], [2]])
    >>> found.signs, found.pattern.sets, found.is_generic
    ((1, -1, 1), ((1,), (2,), (0,)), True)
    """
    g, h = function.numerator, function.denominator
    if not g.n_terms:
        raise InputError("a numerator without terms is minus infinity; give a function with finite values")
    fan = ClassificationFan.of(data if isinstance(data, DataSet) else DataSet.of(data), (g.n_terms, h.n_terms), labels)
    parameter = (*g.forms, *h.forms)
    return Position(fan, parameter, fan.activation.pattern(parameter), fan.signs(parameter))


def signs_of_network(network: NetworkLike, data: DataSet) -> Signs:
    """Return the signs that a network with one output, or the second of two less the first, has at the points.

    So + is the second class, as in :func:`training_path`, and labels 0 and 1 are as they are in training.

    Raises:
        InputError: if the network has more than two outputs.

    >>> from tropical import Network
    >>> signs_of_network(Network.from_weights([([[1], [-1]], [0, 1])]), DataSet.of([[0], [1], ["1/2"]]))
    (1, -1, 0)
    """
    network = as_network(network)
    _check_outputs(network.output_dim)
    values = (network(point) for point in data.points)
    gaps = [value[1] - value[0] if len(value) == 2 else value[0] for value in values]
    return tuple((gap > 0) - (gap < 0) for gap in gaps)


def _check_outputs(number: int) -> None:
    if number > 2:
        raise InputError(f"a network with {number} outputs; give one with a single score, or two classes")


def position_of_network(
    network: NetworkLike, data: Any, labels: Iterable[Any] | None = None, limit: int | None = None
) -> Position:
    """Return where a network with one output, or the second of two less the first, lies in the fan of the data.

    See :func:`position_of_rational`.

    Args:
        network: its function is expanded into g (/) h, and terms that are nowhere largest are dropped.
        limit: give up if there are more terms than this.

    Raises:
        InputError: if the network has more than two outputs.
        LimitReached: at the limit.

    >>> from tropical import Network
    >>> net = Network.from_weights([([[1], [-1]], [0, 0]), ([[1, 1]], [-1])])    # |x| - 1
    >>> found = position_of_network(net, [[-2], [0], [2]])
    >>> found.fan.terms, found.signs
    ((2, 1), (1, -1, 1))
    """
    network = as_network(network)
    from tropical.representations.conversion import tropical_map

    _check_outputs(network.output_dim)
    components = tropical_map(network, limit=limit).components
    function = components[0] if len(components) == 1 else components[1] / components[0]
    return position_of_rational(function.pruned(), data, labels)
