"""The path norm of a network with one hidden layer, its excess over the least norm, and balanced networks."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING

from attrs import frozen

from polytopes.arithmetic.rationals import Row, Vector, primitive
from polytopes.arithmetic.surds import RadicalSum
from polytopes.errors import UnsupportedError, VerificationFailed
from tropical.networks.layers import Affine, ReLU
from tropical.networks.sources import as_network
from tropical.representations.shallow_form import ShallowForm, shallow_form

if TYPE_CHECKING:
    from tropical.networks.network import Network
    from tropical.networks.sources import NetworkLike


@frozen
class HiddenUnit:
    """A unit ``outer max(inner . x + bias, 0)``."""

    inner: Vector
    bias: Fraction
    outer: Vector

    @property
    def squares(self) -> tuple[Fraction, Fraction]:
        """``|inner|^2`` and ``|outer|^2``."""
        return _square(self.inner), _square(self.outer)

    @property
    def size(self) -> RadicalSum:
        """``|outer| |inner|``."""
        inner, outer = self.squares
        return RadicalSum.root(inner * outer)

    @property
    def hyperplane(self) -> Row | None:
        """The hyperplane where it bends, as a primitive row with a positive lead; None if it bends nowhere."""
        if not any(self.inner) or not any(self.outer):
            return None
        row = primitive((self.bias, *self.inner))
        lead = next(entry for entry in row[1:] if entry)
        return row if lead > 0 else tuple(-entry for entry in row)


@frozen
class PathNorm:
    """The path norm of a network with one hidden layer, and the seminorm of its function.

    ``merged`` are groups of units with one hyperplane that together have less than the sum of their norms, because
    their jumps cancel or are not parallel.
    """

    units: tuple[HiddenUnit, ...]
    form: ShallowForm

    @cached_property
    def value(self) -> RadicalSum:
        """The path norm ``sum |outer| |inner|`` over the units."""
        return RadicalSum.total(unit.size for unit in self.units).simplified()

    @cached_property
    def excess(self) -> RadicalSum:
        """The path norm less the seminorm; never negative."""
        return (self.value - self.form.seminorm).simplified()

    @cached_property
    def merged(self) -> tuple[tuple[int, ...], ...]:
        """The groups of units, by their indices, that one unit could replace for less."""
        strengths = {bend.row: bend.strength for bend in self.form.bends}
        groups: dict[Row, list[int]] = {}
        for k, unit in enumerate(self.units):
            if unit.hyperplane is not None:
                groups.setdefault(unit.hyperplane, []).append(k)
        return tuple(
            tuple(own)
            for row, own in groups.items()
            if (RadicalSum.total(self.units[k].size for k in own) - strengths.get(row, RadicalSum.of(0))).sign
        )

    @cached_property
    def squared_scalings(self) -> tuple[RadicalSum, ...]:
        """The number ``s^2 = |outer| / |inner|`` for each unit: ``s inner`` and ``outer / s`` have one norm.

        Units whose size is 0 have 0: they are constants.
        """
        return squared_scalings(self.units)


def squared_scalings(units: Sequence[HiddenUnit]) -> tuple[RadicalSum, ...]:
    """Return ``|outer| / |inner|`` for each unit, 0 for those whose size is 0."""
    squares = [unit.squares for unit in units]
    return tuple(RadicalSum.root(outer / inner if inner and outer else 0) for inner, outer in squares)


def path_norm(network: NetworkLike) -> PathNorm:
    """Return the path norm ``sum |v_k| |w_k|`` of a network ``c + sum v_k max(w_k . x + b_k, 0)``, with its excess.

    Args:
        network: affine layer, ReLU, affine layer; or what :func:`tropical.load` reads without options.

    Raises:
        UnsupportedError: if the network is not of this kind.
        VerificationFailed: if the path norm is less than the seminorm of the function, by an error of this program.

    >>> from tropical import Network
    >>> net = Network.from_weights([([[1, 0], [-1, 0], [0, 2]], [0, 0, 1]), ([[2, -1, 1]], [0])])
    >>> found = path_norm(net)
    >>> str(found.value), str(found.excess), found.merged
    ('5', '2', ((0, 1),))
    """
    network = as_network(network)
    form = shallow_form(network)
    if not isinstance(form, ShallowForm):
        raise VerificationFailed("a network with one hidden layer was found not to be one")
    found = PathNorm(_units(network), form)
    if found.excess.sign < 0 or bool(found.excess.sign) != bool(found.merged):
        raise VerificationFailed("the path norm and the seminorm of a network do not fit together")
    return found


def balanced(network: NetworkLike) -> Network:
    """Return about the same network with ``|outer| = |inner|`` for all units, where half the squares are the path norm.

    Its weights are square roots, rounded to floats; :attr:`PathNorm.squared_scalings` has them exactly.
    Arguments and errors are those of :func:`path_norm`.

    >>> from tropical import Network
    >>> net = balanced(Network.from_weights([([[4]], [0]), ([[1]], [0])]))
    >>> [str(weights.fractions[0][0]) for weights in (net.nodes[1].layer.weight, net.nodes[3].layer.weight)]
    ['2', '2']
    """
    from tropical.networks.network import Network

    network = as_network(network)
    units, last = _units(network), network.nodes[-1].layer
    assert isinstance(last, Affine), "the last layer of a network with units"
    scales = [Fraction(float(square) ** 0.5) for square in squared_scalings(units)]
    # A unit whose size is 0 is the constant outer max(bias, 0).
    constants = [unit for unit, scale in zip(units, scales, strict=True) if not scale]
    shift = [
        sum((unit.outer[k] * max(unit.bias, Fraction(0)) for unit in constants), bias)
        for k, bias in enumerate(last.bias.fractions)
    ]
    kept = [(unit, scale) for unit, scale in zip(units, scales, strict=True) if scale]
    if not kept:
        return Network.from_weights([([[0] * network.input_dim], [0]), ([[0]] * network.output_dim, shift)])
    inner = [[scale * entry for entry in unit.inner] for unit, scale in kept]
    biases = [scale * unit.bias for unit, scale in kept]
    outer = list(zip(*([entry / scale for entry in unit.outer] for unit, scale in kept), strict=True))
    return Network.from_weights([(inner, biases), (outer, shift)])


def _units(network: Network) -> tuple[HiddenUnit, ...]:
    match [node.layer for node in network.nodes[1:]]:
        case [Affine() as first, ReLU(), Affine() as last] if len(network.input_shape) == 1:
            columns = zip(*last.weight.fractions, strict=True)
            rows = zip(first.weight.fractions, first.bias.fractions, columns, strict=True)
            return tuple(HiddenUnit(tuple(inner), bias, tuple(outer)) for inner, bias, outer in rows)
    kinds = ", ".join(layer.kind for layer in network.layers)
    raise UnsupportedError(f"path norms are of networks of an affine layer, relu and an affine layer; this has {kinds}")


def _square(vector: Sequence[Fraction]) -> Fraction:
    return sum((entry * entry for entry in vector), Fraction(0))
