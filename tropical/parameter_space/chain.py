"""Chains of affine layers with units between them: slopes of units at a point, and derivatives by all parameters."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from attrs import frozen

from polytopes.arithmetic.rationals import dot
from polytopes.errors import NoAnswerError, UnsupportedError
from polytopes.messages import shortened_row
from tropical.networks.layers.activation import Abs, LeakyReLU, ReLU
from tropical.networks.layers.base import Layer
from tropical.networks.layers.linear import Affine, Input
from tropical.networks.network import Network

Rows = list[list[Fraction]]


@frozen(eq=False)
class Chain:
    """The affine layers of a chain (weights, biases), and the slopes below 0 of the units after each but the last."""

    affine: tuple[tuple[Rows, list[Fraction]], ...]
    slopes: tuple[list[Fraction] | None, ...]

    @classmethod
    def of(cls, network: Network) -> Chain:
        affine: list[tuple[Rows, list[Fraction]]] = []
        slopes: list[list[Fraction] | None] = []
        for place, node in enumerate(network.nodes):
            layer = node.layer
            if isinstance(layer, Input):
                continue
            if tuple(node.inputs) != (place - 1,):
                raise _unsupported(layer)
            if isinstance(layer, Affine):
                affine.append((layer.weight.fractions.tolist(), layer.bias.fractions.tolist()))
                slopes.append(None)
            elif affine and slopes[-1] is None and isinstance(layer, ReLU | LeakyReLU | Abs):
                slopes[-1] = _slopes(layer, len(affine[-1][1]))
            else:
                raise _unsupported(layer)
        return cls(tuple(affine), tuple(slopes))

    @property
    def n_parameters(self) -> int:
        """The number of weights and biases."""
        return sum(len(bias) * (len(weight[0]) + 1) for weight, bias in self.affine)

    @property
    def are_biases(self) -> list[bool]:
        """Whether each parameter is a bias, in the order of the derivatives."""
        return [k == len(weight[0]) for weight, bias in self.affine for _ in bias for k in range(len(weight[0]) + 1)]

    def bends_at(self, point: Sequence[Fraction]) -> bool:
        """Whether a unit bends at a point."""
        try:
            self.factors(point)
        except NoAnswerError:
            return True
        return False

    def factors(self, point: Sequence[Fraction], at_zero: Fraction | None = None) -> list[list[Fraction]]:
        """Return the slope of every unit at a point, ``at_zero`` where it bends.

        Raises:
            NoAnswerError: if a unit bends there and ``at_zero`` is None.
        """
        found, values = [], list(point)
        for (weight, bias), slopes in zip(self.affine, self.slopes, strict=True):
            values = [dot(row, values) + b for row, b in zip(weight, bias, strict=True)]
            below = [Fraction(1)] * len(values) if slopes is None else slopes
            if at_zero is None and any(_bend(values, below)):
                raise NoAnswerError(f"a unit bends at the point {shortened_row(point)}; derivatives differ around it")
            own = [
                at_zero if at_zero is not None and bends else Fraction(1) if value > 0 else slope
                for value, slope, bends in zip(values, below, _bend(values, below), strict=True)
            ]
            values = [_passed_on(value, slope) for value, slope in zip(values, below, strict=True)]
            found.append(own)
        return found

    def inputs(self, point: Sequence[Fraction], factors: Sequence[Sequence[Fraction]]) -> Rows:
        """Return what enters every affine layer, and the outputs, with prescribed slopes of the units."""
        found = [list(point)]
        for (weight, bias), own in zip(self.affine, factors, strict=True):
            values = [dot(row, found[-1]) + b for row, b in zip(weight, bias, strict=True)]
            found.append([a * b for a, b in zip(own, values, strict=True)])
        return found

    def deltas(self, output: int, factors: Sequence[Sequence[Fraction]]) -> Rows:
        """Return the derivatives of an output by the values of every affine layer, in the order of the layers."""
        found: Rows = []
        after = [Fraction(int(i == output)) for i in range(len(self.affine[-1][1]))]
        for (weight, _), own in zip(reversed(self.affine), reversed(factors), strict=True):
            found.append([a * b for a, b in zip(after, own, strict=True)])
            after = [dot(column, found[-1]) for column in zip(*weight, strict=True)]
        return found[::-1]

    def gradients(self, point: Sequence[Fraction], factors: Sequence[Sequence[Fraction]]) -> Rows:
        """Return the derivatives of each output by all parameters, with prescribed slopes of the units."""
        inputs = self.inputs(point, factors)
        return [self._gradient(inputs, self.deltas(output, factors)) for output in range(len(inputs[-1]))]

    @staticmethod
    def _gradient(inputs: Rows, deltas: Rows) -> list[Fraction]:
        return [
            entry
            for before, own in zip(inputs, deltas, strict=False)  # the outputs enter no layer
            for delta in own
            for entry in (*(delta * x for x in before), delta)
        ]


def _bend(values: Sequence[Fraction], below: Sequence[Fraction]) -> list[bool]:
    return [not value and slope != 1 for value, slope in zip(values, below, strict=True)]


def _passed_on(value: Fraction, slope: Fraction) -> Fraction:
    return value if value > 0 else slope * value


def _unsupported(layer: Layer) -> UnsupportedError:
    return UnsupportedError(
        f"a layer {type(layer).__name__} in this place; give a chain of affine layers with ReLU, leaky ReLU or "
        "absolute values between them"
    )


def _slopes(layer: ReLU | LeakyReLU | Abs, size: int) -> list[Fraction]:
    if isinstance(layer, LeakyReLU):
        return layer._slopes((size,))
    return [Fraction(0 if isinstance(layer, ReLU) else -1)] * size
