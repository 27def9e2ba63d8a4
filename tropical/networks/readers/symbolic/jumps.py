"""Values that jump, as functions of one entry of an earlier value; they are read once they have become continuous.

Sign is such a value. So is what is computed from it entry by entry, with the same numbers for all entries, until a
product or a choice takes the jumps away: ``sign(x) |x|``, or the soft threshold that torch exports.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import reduce

from polytopes.errors import UnsupportedError
from tropical.networks.layers import Abs, LeakyReLU, ReLU, Reshape, Scale
from tropical.networks.readers.symbolic.graph import SourceGraph
from tropical.networks.readers.symbolic.pieces import Jumping, Pieces
from tropical.networks.readers.symbolic.values import Value, common_shape
from tropical.networks.tensor import Tensor

ALONE = "combines a value that jumps with others than multiples and functions of the same entries; it is not continuous"


def sign(graph: SourceGraph, value: Value) -> Value:
    """Return 1 where a value is positive, and -1 where it is negative."""
    return _value(graph, [value], lambda pieces: pieces[0].sign())


def product(graph: SourceGraph, values: Sequence[Value]) -> Value:
    """Return a product of which one factor jumps."""
    return _value(graph, values, lambda pieces: pieces[0].times(pieces[1]))


def combination(graph: SourceGraph, values: Sequence[Value], coefficients: Sequence[int | Fraction]) -> Value:
    """Return a linear combination of values of which one jumps."""

    def total(pieces: Sequence[Pieces]) -> Pieces:
        terms = [part.scaled(Fraction(c)) for part, c in zip(pieces, coefficients, strict=True)]
        return reduce(Pieces.plus, terms)

    return _value(graph, values, total)


def chosen(graph: SourceGraph, difference: Value, first: Value, second: Value) -> Value:
    """Return the first value where the difference is positive, the second one where it is negative.

    Raises:
        UnsupportedError: if this is not seen to be continuous.
    """
    value = _value(graph, [difference, first, second], lambda p: p[1].chosen_where(p[0], p[2]))
    if value.jumping is not None:
        raise UnsupportedError(ALONE)
    return value


def _value(graph: SourceGraph, values: Sequence[Value], function: Callable[[Sequence[Pieces]], Pieces]) -> Value:
    """Return a function of values that are functions of one and the same value, which has the shape of the result."""
    moving = [value for value in values if value.constant is None]
    shape = common_shape([value.shape for value in values])
    found = [_as_jumping(graph, value) for value in values]
    nodes = {part.node for part in found if part.node is not None}
    if len(nodes) != 1 or any(value.shape != shape for value in moving):
        raise UnsupportedError(ALONE)
    [node] = nodes
    result = function([part.function for part in found])
    batch = next((value.batch for value in moving if value.batch is not None), None)
    if not result.is_continuous:
        return Value(shape, batch=batch, jumping=Jumping(node, result))
    return _continuous(graph, Value(shape, node, batch=batch), result)


def _continuous(graph: SourceGraph, value: Value, function: Pieces) -> Value:
    """Add a continuous function: its first part, and a ReLU for each change of the slope."""
    slope, shift = function.parts[0]
    terms, zero = [graph.scale(value, Tensor.of(slope), Tensor.of(shift))], Tensor.of(0)
    for place, (before, _), (after, _) in zip(function.breaks, function.parts, function.parts[1:], strict=False):
        beyond = graph.unary(ReLU(), graph.scale(value, Tensor.of(1), Tensor.of(-place)))
        terms.append(graph.scale(beyond, Tensor.of(after - before), zero))
    return graph.combine(terms, [1] * len(terms))


def _as_jumping(graph: SourceGraph, value: Value) -> Jumping:
    """Return a value as a function of the first value, going back from it, that no layer of one variable gives."""
    if value.jumping is not None:
        return value.jumping
    if value.constant is not None:
        return Jumping(None, Pieces.constant(_uniform(value.constant)))
    node, above = graph.place(value), []
    while isinstance(graph.builder.nodes[node].layer, (Scale, Abs, ReLU, LeakyReLU, Reshape)):
        above.append(graph.builder.nodes[node].layer)
        [node] = graph.builder.nodes[node].inputs
    function = Pieces.identity()
    for layer in reversed(above):
        match layer:
            case Scale():
                function = function.scaled(_uniform(layer.factor)).shifted(_uniform(layer.shift))
            case Abs():
                function = function.absolute()
            case ReLU():
                function = function.absolute().plus(function).scaled(Fraction(1, 2))
            case LeakyReLU():
                slope, size = _uniform(layer.slope), function.absolute()
                function = function.scaled((1 + slope) / 2).plus(size.scaled((1 - slope) / 2))
    return Jumping(graph.alike()[node], function)


def _uniform(tensor: Tensor) -> Fraction:
    """Return the one number that all entries are."""
    if len(set(tensor.numerators)) != 1:
        raise UnsupportedError(ALONE)
    return Fraction(tensor.numerators[0], tensor.denominator)
