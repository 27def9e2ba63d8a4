"""Choices by a comparison, in graphs of other libraries: read where they are seen to be continuous.

A comparison is kept as the difference d of its sides. The choice of a where d > 0, and of b elsewhere, is continuous
if a - b = k d, entry by entry, for numbers k: then it is b + k max(0, d). That a - b is such a multiple is read off the
forms of a, b and d in the values of earlier nodes, exactly. Whether a comparison is strict does not matter where the
function is continuous. What jumps already is left to :mod:`tropical.networks.readers.symbolic.jumps`.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from attrs import evolve

from polytopes.errors import UnsupportedError
from tropical.networks.layers import Constant, ReLU, Reshape, Scale, Sum
from tropical.networks.readers.symbolic.graph import SourceGraph
from tropical.networks.readers.symbolic.jumps import chosen
from tropical.networks.readers.symbolic.values import Value, bare, common_shape, constant
from tropical.networks.tensor import Array, Shape, Tensor, size

JUMP = "jumps where its condition changes, or is not seen to be continuous; only continuous functions are read"


def greater(graph: SourceGraph, left: Value, right: Value) -> Value:
    """Return the comparison ``left > right``, or with equality, entry by entry."""
    difference = graph.combine([left, right], [1, -1])
    return Value(difference.shape, batch=difference.batch, condition=difference)


def negation(graph: SourceGraph, value: Value) -> Value:
    """Return the opposite of a comparison.

    Raises:
        UnsupportedError: for a value of another kind.
    """
    if value.condition is None:
        raise UnsupportedError("reads what is neither constant nor a comparison")
    return evolve(value, condition=graph.combine([value.condition], [-1]))


def where(graph: SourceGraph, condition: Value, first: Value, second: Value) -> Value:
    """Choose by a constant, or by a comparison if the result is continuous.

    Raises:
        UnsupportedError: if it is not seen to be continuous, or chooses by anything else.
    """
    if condition.constant is not None:
        mask = np.asarray(condition.constant.integers != 0, dtype=object) * 1
        parts = [_masked(graph, first, mask), _masked(graph, second, 1 - mask)]
        return graph.combine(parts, [1, 1])
    difference = condition.condition
    if difference is None:
        raise UnsupportedError("chooses by what is neither constant nor a comparison")
    if first.jumping is not None or second.jumping is not None:
        return chosen(graph, difference, first, second)
    shape = common_shape([difference.shape, first.shape, second.shape])
    change = _linear(graph, first, shape) - _linear(graph, second, shape)
    factor = change.divided_by(_linear(graph, difference, shape))
    beyond = graph.unary(ReLU(), graph.broadcast(difference, shape))
    bent = graph.scale(beyond, factor.reshape(shape), Tensor.of(0))
    return graph.combine([graph.broadcast(second, shape), bent], [1, 1])


def _masked(graph: SourceGraph, value: Value, mask: Array) -> Value:
    if value.constant is None:
        return graph.scale(value, Tensor.of(mask), Tensor.of(0))
    return constant(Tensor.over(np.asarray(value.constant.integers * mask, dtype=object), value.constant.denominator))


class _Form:
    """Entry by entry, a constant and a linear combination of the entries of nodes at the same place."""

    def __init__(self, terms: dict[int, Array]) -> None:
        self.terms = terms

    def __sub__(self, other: _Form) -> _Form:
        difference = dict(self.terms)
        for node, factor in other.terms.items():
            _add(difference, node, -factor)
        return _Form(difference)

    def divided_by(self, other: _Form) -> Tensor:
        """Return the numbers k for which this form is k times the other one.

        Raises:
            UnsupportedError: if there are none.
        """
        nodes = sorted(self.terms.keys() | other.terms.keys())
        zero = np.zeros(self.terms[CONSTANT].shape, dtype=object)
        mine, others = ([form.terms.get(node, zero).tolist() for node in nodes] for form in (self, other))
        return Tensor.of(
            [_ratio(a, b) for a, b in zip(zip(*mine, strict=True), zip(*others, strict=True), strict=True)]
        )


CONSTANT = -1
"""Stands for the constant among the nodes of a form."""


def _ratio(numerators: Sequence[Fraction], denominators: Sequence[Fraction]) -> Fraction:
    """Return k with numerators = k denominators, where the denominators are not all zero but for the constant."""
    if not any(numerators):
        return Fraction(0)
    pivot = next((i for i, b in enumerate(denominators) if b and i > 0), None)
    if pivot is None:
        raise UnsupportedError(JUMP)
    factor = Fraction(numerators[pivot]) / denominators[pivot]
    if any(a != factor * b for a, b in zip(numerators, denominators, strict=True)):
        raise UnsupportedError(JUMP)
    return factor


def _linear(graph: SourceGraph, value: Value, shape: Shape) -> _Form:
    """Return a value in terms of the first nodes, going back from it, that are not sums or multiples of others."""
    pending = {graph.place(graph.broadcast(value, shape), bare(shape)): np.full(size(shape), Fraction(1))}
    nodes, alike = graph.builder.nodes, graph.alike()
    terms = {CONSTANT: np.full(size(shape), Fraction(0))}

    while pending:
        index = max(pending)
        factor, layer, inputs = pending.pop(index), nodes[index].layer, nodes[index].inputs
        match layer:
            case Constant():
                terms[CONSTANT] = terms[CONSTANT] + factor * layer.value.fractions.ravel()
            case Scale():
                scale, shift = (
                    np.broadcast_to(part.fractions, graph.builder.shapes[index]).ravel()
                    for part in (layer.factor, layer.shift)
                )
                terms[CONSTANT] = terms[CONSTANT] + factor * shift
                _add(pending, inputs[0], factor * scale)
            case Sum():
                for i, coefficient in zip(inputs, layer.coefficients, strict=True):
                    _add(pending, i, factor * coefficient)
            case Reshape():
                _add(pending, inputs[0], factor)
            case _:
                _add(terms, alike[index], factor)
    return _Form(terms)


def _add(terms: dict[int, Array], node: int, factor: Array) -> None:
    terms[node] = terms[node] + factor if node in terms else factor
