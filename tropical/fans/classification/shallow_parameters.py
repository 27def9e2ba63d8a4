"""Shallow networks as parameters of a classification fan, in which a term keeps its number while weights change.

A network with at most one layer of gates is f(x) = l(x) + sum c_j v_j(x), where v_j is the maximum or the minimum of
some affine forms o_jk. A gate for which c_j v_j is convex adds the maximum of the forms c_j o_jk to g, any other that
of the forms - c_j o_jk to h. So f = g - h. A term of g chooses one form of each of its gates; its number says which.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import product
from math import prod
from typing import TYPE_CHECKING, Any

from attrs import frozen

from polytopes.arithmetic.rationals import Matrix, Vector
from polytopes.errors import InputError, ShapeError, UnsupportedError, VerificationFailed
from tropical.fans.classification.fan import ClassificationFan, Ties
from tropical.fans.classification.trajectory import Trajectory, trajectory
from tropical.fans.data_set import DataSet
from tropical.networks.sources import NetworkLike, as_network

if TYPE_CHECKING:
    from tropical.networks.network import Network

MOST_TERMS = 512
"""Terms of g and h together."""


@frozen
class _Unit:
    """A gate of a network: ``factor`` times the maximum of some ``forms``; the factor may be negative or 0."""

    factor: Fraction
    forms: tuple[Vector, ...]

    def scaled(self, factor: Fraction) -> list[Vector]:
        """Return the forms times a number."""
        return [tuple(factor * entry for entry in form) for form in self.forms]


@frozen
class _Shallow:
    """A function ``rest`` + sum of units."""

    rest: Vector
    units: tuple[_Unit, ...]


def shallow_parameters(networks: Sequence[NetworkLike]) -> tuple[tuple[int, int], tuple[Matrix, ...]]:
    """Return numbers (n, m) of terms, and for each network the parameter of its function g - h in that fan.

    The function is the output, or of two outputs the second less the first, which is positive where the second class
    has the greater score. Terms of no use are not left out: term i means the same in all networks. A unit whose factor
    has both signs among them has terms in g and in h, those of one side being 0.

    Args:
        networks: the checkpoints of a training in order, all of one shape; what :func:`tropical.load` reads.

    Raises:
        InputError: if there is none, shapes differ, there are more than two outputs, or too many terms.
        UnsupportedError: if a network has more than one layer of gates, or a gate that is no maximum or minimum.

    >>> from tropical import Network
    >>> nets = [Network.from_weights([([[1], [-1]], [0, 0]), ([[1, c]], [0])]) for c in (1, 2)]
    >>> terms, parameters = shallow_parameters(nets)
    >>> terms, [[int(entry) for entry in form] for form in parameters[1]]     # x^+ + 2 (-x)^+ = max(0, -2x, x, -x) - 0
    ((4, 1), [[0, 0], [0, -2], [0, 1], [0, -1], [0, 0]])
    """
    if not networks:
        raise InputError("no network; give the checkpoints of a training in order")
    found = [_shallow(as_network(network)) for network in networks]
    first = found[0]
    for k, own in enumerate(found):
        if len(own.rest) != len(first.rest) or [len(u.forms) for u in own.units] != [len(u.forms) for u in first.units]:
            raise InputError(f"networks 0 and {k} have different shapes; give the checkpoints of one training")
    units = range(len(first.units))
    sides = [[j for j in units if any(sign * own.units[j].factor > 0 for own in found)] for sign in (1, -1)]
    n, m = (prod(len(first.units[j].forms) for j in side) for side in sides)
    if n + m > MOST_TERMS:
        raise InputError(
            f"{n} + {m} terms of g and h, one for each choice of a form in every unit; at most {MOST_TERMS} are looked "
            "at: give a linear network, or one with fewer hidden units"
        )
    return (n, m), tuple(tuple(_forms(own, sides)) for own in found)


def training_path(
    networks: Sequence[NetworkLike], data: Any, labels: Iterable[Any] | None = None, ties: Ties = "errors"
) -> Trajectory:
    """Return the path of a training of shallow networks through the classification fan of its data.

    Between checkpoints it is straight in the parameters of g and h. For linear classifiers and for units whose factors
    stay the same that is the path along which the weights go straight.

    Args:
        networks: the checkpoints, as for :func:`shallow_parameters`.
        data: a :class:`DataSet`, or M x d rationals.
        labels: M numbers 1 and -1, or any two values; the greater, of two texts the last in alphabetical order, stands
            for a positive output, or the second class.
        ties: as for :func:`trajectory`.

    Raises:
        InputError, UnsupportedError: as :func:`shallow_parameters`.
        ShapeError: if the networks and the data have different dimensions.
        VerificationFailed: if g - h and a network differ at a point.

    >>> from tropical import Network
    >>> nets = [Network.from_weights([([[slope]], [-1])]) for slope in (0, 2)]
    >>> path = training_path(nets, [[0], [1], [2]], labels=[-1, 1, 1])
    >>> path.losses, [str(crossing.place) for crossing in path.crossings]
    ((2, 0), ['1/4', '1/2'])
    """
    if not isinstance(data, DataSet):
        data = DataSet.of(data)
    read = [as_network(network) for network in networks]
    terms, parameters = shallow_parameters(read)
    if read[0].input_dim != data.dim:
        raise ShapeError(f"networks with {read[0].input_dim} inputs, and points with {data.dim} coordinates")
    fan = ClassificationFan.of(data, terms, labels)
    for k, (network, theta) in enumerate(zip(read, parameters, strict=True)):
        values = [network(point) for point in data.points]
        if tuple(own[0] if len(own) == 1 else own[1] - own[0] for own in values) != fan.gaps(theta):
            raise VerificationFailed(f"the parameter of checkpoint {k} is another function than the network")
    return trajectory(fan, parameters, ties)


def _forms(own: _Shallow, sides: Sequence[Sequence[int]]) -> Iterator[Vector]:
    """Yield the forms of g and then of h."""
    zero = (Fraction(0),) * len(own.rest)
    for sign, rest, side in zip((1, -1), (own.rest, zero), sides, strict=True):
        choices = [own.units[j].scaled(max(sign * own.units[j].factor, Fraction(0))) for j in side]
        for chosen in product(*choices):
            yield tuple(sum(column, Fraction(0)) for column in zip(rest, *chosen, strict=True))


def _shallow(network: Network) -> _Shallow:
    """Return a network as an affine form and multiples of maxima."""
    if network.output_dim > 2:
        raise InputError(f"a network with {network.output_dim} outputs; give one with a single score, or two classes")
    program = network.program
    gated = [stage for stage in program.stages if stage.gates]
    if len(gated) > 1:
        raise UnsupportedError(
            f"a network with {len(gated)} layers of gates: its function is no fixed difference of two maxima of affine "
            "forms whose coefficients are weights; give a linear network or one with a single hidden layer"
        )
    tape = _symbolic_tape(network)
    width, outputs = network.input_dim + 1, [_true(network, slot, tape) for slot in program.outputs]
    value = outputs[0] if len(outputs) == 1 else tuple(b - a for a, b in zip(*outputs, strict=True))
    units = []
    for j, gate in enumerate(program.gates):
        forms = [tuple(Fraction(entry) for entry in tape[slot][:width]) for slot in gate.outputs]
        selectors = [tuple(Fraction(entry) for entry in tape[slot][:width]) for slot in gate.selectors]
        sign = _orientation(selectors, forms)
        units.append(_Unit(sign * value[width + j], tuple(tuple(sign * entry for entry in form) for form in forms)))
    return _Shallow(value[:width], tuple(units))


def _symbolic_tape(network: Network) -> list[list[int]]:
    """Return the slots of the program as integer forms in 1, the inputs, and the values of the gates."""
    program = network.program
    size = program.input_dim + 1 + program.n_gates
    tape = [[int(i == k) for k in range(size)] for i in range(program.input_dim + 1)]
    gate = program.input_dim + 1
    for stage in program.stages:
        before = [tape[slot] for slot in stage.sources]
        for row in stage.rows:
            used = [(factor, own) for factor, own in zip(row, before, strict=True) if factor]
            tape.append([sum(factor * own[k] for factor, own in used) for k in range(size)])
        for _ in stage.gates:
            tape.append([int(k == gate) for k in range(size)])
            gate += 1
    return tape


def _true(network: Network, slot: int, tape: list[list[int]]) -> Vector:
    scale = network.program.scales[slot]
    return tuple(scale * entry for entry in tape[slot])


def _orientation(selectors: Sequence[Vector], outputs: Sequence[Vector]) -> int:
    """Return 1 if the output of the largest selector is the largest output, -1 if it is the smallest.

    It is so if differences of outputs are one multiple of those of selectors.
    """
    ratios: set[Fraction] = set()
    is_multiple = True
    for selector, output in zip(selectors[1:], outputs[1:], strict=True):
        for s, first, o, base in zip(selector, selectors[0], output, outputs[0], strict=True):
            if s != first:
                ratios.add((o - base) / (s - first))
            elif o != base:
                is_multiple = False
    if not is_multiple or len(ratios) > 1:
        raise UnsupportedError("a unit that is neither the maximum nor the minimum of affine forms")
    return 1 if not ratios or ratios.pop() >= 0 else -1
