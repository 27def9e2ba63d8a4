"""Networks that compute a tropical rational map, the inverse of :mod:`tropical.representations.conversion`."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from tropical.algebra.rational_function import TropicalMap, TropicalRational
from tropical.networks.function_networks import forms_of_parts
from tropical.networks.layers import Affine, Layer, ReLU
from tropical.networks.network import Network
from tropical.networks.symbolic_forms import SymbolicForm, substituted
from tropical.representations.conversion import tropical_map
from tropical.representations.equality import quotients_of, verify_quotients

if TYPE_CHECKING:
    from polytopes.arithmetic.rationals import Vector
    from tropical.networks.sources import NetworkLike

CONSTANT = -1
"""The key of the constant in forms over the values of the layer before."""


def relu_depth(function: TropicalMap | TropicalRational) -> int:
    """Return the number of hidden layers of :func:`relu_network`: ``ceil(log2(n))``, n the terms of its longest part.

    >>> from tropical import parse
    >>> relu_depth(parse("max(x, y, 0, 1 - x, 3 y) - max(x, y)"))
    3
    """
    return max((len(terms) - 1).bit_length() for terms in forms_of_parts(function))


def relu_network(function: NetworkLike) -> Network:
    """Return a ReLU network that computes the function, with :func:`relu_depth` hidden layers.

    Args:
        function: a tropical rational function or map, whose numerators and denominators are taken as they are; prune
            them first for a smaller network. Of what else :func:`tropical.load` reads
            :func:`~tropical.representations.conversion.tropical_map` is taken, which has no term too many.

    Raises:
        NoAnswerError: if a numerator has no term.
        VerificationFailed: if the network is another function (:mod:`tropical.representations.equality`).

    Algorithm:
        The terms of every part are joined pair by pair, ``max(a, b) = relu(a - b) + relu(b) - relu(-b)``, one hidden
        layer per round (Arora, Basu, Mianjy, Mukherjee, Understanding deep neural networks with rectified linear units,
        ICLR 2018).

    >>> from tropical import parse
    >>> network = relu_network(parse("max(x, y, 0) - max(x + y, 1)"))
    >>> [layer.n_gates for layer in network.layers if layer.n_gates], network([2, 3])
    ([4, 3], (Fraction(-2, 1),))
    """
    if not isinstance(function, TropicalMap | TropicalRational):
        function = tropical_map(function)
    parts = [[_form(term) for term in terms] for terms in forms_of_parts(function)]
    width, layers = function.ambient_dim, list[Layer]()
    for _ in range(relu_depth(function)):
        hidden = _Layer()
        parts = [hidden.joined(forms) for forms in parts]
        layers += [_affine(hidden.units, width), ReLU()]
        width = len(hidden.units)
    ends = [form for [form] in parts]
    outputs = [_combined(g, h, -1) for g, h in zip(ends[::2], ends[1::2], strict=True)]
    network = Network.chain(function.ambient_dim, [*layers, _affine(outputs, width)])
    whole = function if isinstance(function, TropicalMap) else TropicalMap.of([function])
    verify_quotients(network, quotients_of(whole), "the ReLU network")
    return network


def _form(term: Vector) -> SymbolicForm:
    return {j - 1: value for j, value in enumerate(term) if value}


class _Layer:
    """Collects the units of a hidden layer, forms over the layer before; equal units are made once."""

    def __init__(self) -> None:
        self.units: list[SymbolicForm] = []
        self._place: dict[frozenset[tuple[int, Fraction]], int] = {}

    def joined(self, forms: Sequence[SymbolicForm]) -> list[SymbolicForm]:
        """Return the maxima of pairs of forms as forms over this layer; an odd form is passed on."""
        return [self._maximum(forms[i : i + 2]) for i in range(0, len(forms), 2)]

    def _maximum(self, forms: Sequence[SymbolicForm]) -> SymbolicForm:
        """Return the maximum of one or two forms; for a constant and another form it needs one unit only."""
        b, *others = sorted(forms, key=lambda form: bool(form.keys() - {CONSTANT}))
        total = _combined(self._relu(b), self._relu(_combined({}, b, -1)), -1)
        for a in others:
            total = _combined(total, self._relu(_combined(a, b, -1)), 1)
        return total

    def _relu(self, form: SymbolicForm) -> SymbolicForm:
        """Return max(0, form): a unit, or a constant if the form is constant."""
        if not form.keys() - {CONSTANT}:
            return {key: value for key, value in form.items() if value > 0}
        key = frozenset(form.items())
        if key not in self._place:
            self._place[key] = len(self.units)
            self.units.append(form)
        return {self._place[key]: Fraction(1)}


def _combined(form: SymbolicForm, other: SymbolicForm, factor: int) -> SymbolicForm:
    """Return ``form + factor other``."""
    return substituted({0: Fraction(1), 1: Fraction(factor)}, [form, other])


def _affine(forms: Sequence[SymbolicForm], width: int) -> Affine:
    matrix = [[form.get(j, Fraction(0)) for j in range(width)] for form in forms]
    return Affine(matrix, [form.get(CONSTANT, Fraction(0)) for form in forms])
