"""Networks whose units all take affine forms of the input: their regions are the chambers of an arrangement.

One hidden layer of ReLU, leaky ReLU or absolute values is such a network, with any linear layers before and behind,
and so are several such layers side by side. Nothing is walked: the chambers are counted by the characteristic
polynomial.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from attrs import frozen

from polytopes.arithmetic.linalg import identity, integer_matrix
from polytopes.arrangements.arrangement import Arrangement
from polytopes.arrangements.characteristic_polynomial import essential_points
from polytopes.arrangements.modular import deciding_primes, steps
from polytopes.enumeration.gate_program import GateProgram

if TYPE_CHECKING:
    from tropical.networks.network import Network

MOST_STEPS = 10**8
"""Steps of the recursion, times primes, that never take longer than the walk would (measured: some seconds)."""


@frozen
class Chambers:
    """Numbers of chambers and of bounded chambers."""

    count: int
    bounded: int


def chambers_of(network: Network) -> Chambers | None:
    """Return the numbers of activation regions, and of bounded ones, of a network over the whole input space.

    None if its units depend on others, if some have more than two forms, or if the walk may be faster.

    Algorithm:
        A unit of a constant form has one winner everywhere; units whose forms are multiples of each other change at
        one hyperplane. So the regions are the chambers of the arrangement of the distinct hyperplanes of the units
        (Zaslavsky 1975, through :attr:`polytopes.arrangements.arrangement.Arrangement.characteristic_polynomial`).

    >>> from tropical import Network
    >>> chambers_of(Network.from_weights([([[1, 0], [0, 1], [1, 1]], [0, 0, -1]), ([[1, 1, 1]], [0])]))
    Chambers(count=7, bounded=1)
    """
    arrangement = arrangement_of(network.program)
    if arrangement is None or predicted_steps(arrangement) > MOST_STEPS:
        return None
    return Chambers(arrangement.n_chambers, arrangement.n_bounded_chambers)


def predicted_steps(arrangement: Arrangement) -> int:
    """Return an upper bound of the compiled steps that the characteristic polynomial takes."""
    points, rank = essential_points((arrangement if arrangement.is_central else arrangement.cone()).normals)
    return steps(len(points), rank) * len(deciding_primes(points, rank)) if rank else 0


def arrangement_of(program: GateProgram) -> Arrangement | None:
    """Return the hyperplanes where the gates change, or None if a gate has more than two forms or depends on another.

    >>> from polytopes import ProgramBuilder
    >>> build = ProgramBuilder(2)
    >>> arrangement_of(build.finish(build.relu(build.relu([1, 2])))) is None
    True
    """
    if any(rank != 2 for rank in program.gate_ranks) or not _is_shallow(program):
        return None
    start = integer_matrix(identity(program.input_dim + 1), program.input_dim + 1)
    # No form that a gate compares depends on the pattern.
    tape = program.run(start, (0,) * program.n_gates)
    pairs = ((tape[low], tape[high]) for low, high in (gate.selectors for gate in program.gates))
    rows = [[Fraction(int(b - a)) for a, b in zip(first, second, strict=True)] for first, second in pairs]
    return Arrangement.from_rows(rows, program.input_dim, drop_constant=True)


def _is_shallow(program: GateProgram) -> bool:
    """Whether no gate compares what depends on the output of another."""
    bent = [False] * (program.input_dim + 1)
    for stage in program.stages:
        bent += [any(row[j] and bent[s] for j, s in enumerate(stage.sources)) for row in stage.rows]
        if any(bent[slot] for gate in stage.gates for slot in gate.selectors):
            return False
        bent += [True] * len(stage.gates)
    return True
