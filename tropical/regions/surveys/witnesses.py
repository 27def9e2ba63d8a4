"""The points, rays and Jacobians that surveys give, checked by values of the network before they are given.

The surveys know affine maps of regions. Here the network itself is evaluated, layer by layer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from fractions import Fraction
from functools import cache, partial
from typing import TYPE_CHECKING

from attrs import frozen

from polytopes.arithmetic.linalg import identity, integer_matrix
from polytopes.arithmetic.rationals import Matrix, Row, Vector, dot
from polytopes.errors import VerificationFailed

if TYPE_CHECKING:
    from polytopes.enumeration.gate_program import Pattern
    from polytopes.polyhedra.polyhedron import Polyhedron
    from tropical.networks.network import Network

MOST_DIRECTIONS = 16
"""Inputs up to which a Jacobian is compared in all directions; else in so many of them."""
LARGEST_MATRIX = 40
"""Rows of matrices whose definiteness is decided."""
SMALLEST_STEP = 2**14
"""Bits of the step from a point inside a region after which it should lie in the region."""


@frozen
class Claim:
    """What is said to be extremal: ``value`` at a point, or None where it is infinite along a ray from there.

    ``number`` is the extremal number as a function of the outputs of a network. Along a ray it grows for a maximum and
    falls for a minimum; it may do either if ``is_maximum`` is None.
    """

    value: Fraction | None
    point: Vector
    ray: Row | None
    is_maximum: bool | None
    number: Callable[[Vector], Fraction]


@frozen
class Steepness:
    """A Lipschitz constant is said to be attained inside a region: between bounds, equal ones if it is rational."""

    bounds: tuple[Fraction, Fraction]
    pattern: Pattern
    point: Vector


def verify_extrema(network: Callable[[Vector], Vector], domain: Polyhedron | None, claims: Iterable[Claim]) -> None:
    """Check that extremal values are taken at their points, and that along rays values change for ever.

    Raises:
        VerificationFailed: if not, or a point or a ray leaves the domain.
    """
    outputs = cache(network)
    for claim in claims:
        if domain is not None and not _is_within(domain, claim):
            raise VerificationFailed(f"the point {_spelled(claim.point)} of an extremum is not in the domain")
        start = claim.number(outputs(claim.point))
        if claim.value is not None:
            if start != claim.value:
                raise VerificationFailed(f"the network does not take an extremal value at {_spelled(claim.point)}")
            continue
        assert claim.ray is not None, "where values are infinite there is a ray"
        first, second = (claim.number(outputs(_moved(claim.point, claim.ray, t))) for t in (1, 2))
        rise = first - start
        if not rise or claim.is_maximum is (rise < 0) or second - first != rise:
            raise VerificationFailed(f"the network is bounded along the ray {claim.ray} from {_spelled(claim.point)}")


def _is_within(domain: Polyhedron, claim: Claim) -> bool:
    ray = claim.ray
    if ray is not None and (
        any(dot(row[1:], ray) < 0 for row in domain.inequalities) or any(dot(row[1:], ray) for row in domain.equations)
    ):
        return False
    return domain.contains(claim.point)


@frozen
class Evaluations:
    """The values of a network at points and its Jacobians on regions, each computed once."""

    input_dim: int
    outputs: Callable[[Vector], Vector]
    jacobian: Callable[[Pattern], Matrix]

    @classmethod
    def of(cls, network: Network) -> Evaluations:
        """Return what a network will be asked for."""
        return cls(network.input_dim, cache(network), cache(partial(jacobian, network)))


def verify_l1(known: Evaluations, domain: Polyhedron | None, claim: Steepness) -> None:
    """Check a Lipschitz constant for l1 by two points: along a coordinate values change by as much.

    Raises:
        VerificationFailed: if it is not so, as by the other functions here.
    """
    J = known.jacobian(claim.pattern)
    sums = [sum(map(abs, column), Fraction(0)) for column in zip(*J, strict=True)]
    change = _change(known.outputs, domain, J, claim.point, identity(len(sums))[sums.index(max(sums))])
    _need(sum(map(abs, change), Fraction(0)) == claim.bounds[0], "l1", claim.point)


def verify_linf(known: Evaluations, domain: Polyhedron | None, claim: Steepness) -> None:
    """Check a Lipschitz constant for the maximum norm by two points, along the signs of a row of the Jacobian."""
    J = known.jacobian(claim.pattern)
    row = max(J, key=lambda row: sum(map(abs, row), Fraction(0)))
    change = _change(known.outputs, domain, J, claim.point, tuple(1 if entry >= 0 else -1 for entry in row))
    _need(max(map(abs, change)) == claim.bounds[0], "the maximum norm", claim.point)


def verify_l2(known: Evaluations, domain: Polyhedron | None, claim: Steepness) -> None:
    """Check the square of a Lipschitz constant for l2.

    The Jacobian J is compared with values along the coordinates; ``t - J J^T`` is semidefinite for the upper bound t,
    but not for the lower one, or not definite if they are equal.
    """
    J = known.jacobian(claim.pattern)
    for direction in identity(known.input_dim)[:MOST_DIRECTIONS]:
        _change(known.outputs, domain, J, claim.point, direction)
    _need(_is_between(J, *claim.bounds), "l2", claim.point)


def _need(holds: bool, norm: str, point: Vector) -> None:
    if not holds:
        raise VerificationFailed(f"the Lipschitz constant for {norm} is not attained at {_spelled(point)}")


def jacobian(network: Network, pattern: Pattern) -> Matrix:
    """Return the linear part of a network on the region with a pattern."""
    program, size = network.program, network.input_dim + 1
    tape = program.run(integer_matrix(identity(size), size), pattern)
    return tuple(tuple(program.scales[slot] * int(entry) for entry in tape[slot][1:]) for slot in program.outputs)


def _change(
    outputs: Callable[[Vector], Vector], domain: Polyhedron | None, J: Matrix, point: Vector, direction: Sequence[int]
) -> Vector:
    """Return by how much values change along a direction, for a step of length 1; it is J times the direction.

    Raises:
        VerificationFailed: if no small step from the point within the domain changes values so.
    """
    expected, start = tuple(dot(row, direction) for row in J), outputs(point)
    for step in _steps():
        there = _moved(point, direction, step)
        if domain is None or domain.contains(there):
            change = tuple((b - a) / step for a, b in zip(start, outputs(there), strict=True))
            if change == expected:
                return change
    raise VerificationFailed(f"the network has another derivative at {_spelled(point)}")


def _steps() -> Iterator[Fraction]:
    bits = 1
    while bits < SMALLEST_STEP:
        yield Fraction(1, 1 << bits)
        bits *= 2


def _is_between(J: Matrix, low: Fraction, high: Fraction) -> bool:
    """Return whether the largest eigenvalue of ``J J^T`` lies between bounds, as far as the matrix is not large."""
    wide = J if len(J) <= len(J[0]) else tuple(zip(*J, strict=True))
    if len(wide) > LARGEST_MATRIX:
        return True
    gram = [[dot(row, other) for other in wide] for row in wide]
    below = is_semidefinite(_less(low, gram), strictly=low == high)
    return is_semidefinite(_less(high, gram)) and not below


def _less(t: Fraction, matrix: Sequence[Sequence[Fraction]]) -> list[list[Fraction]]:
    """Return ``t - matrix``."""
    return [[t * (i == j) - entry for j, entry in enumerate(row)] for i, row in enumerate(matrix)]


def is_semidefinite(matrix: Sequence[Sequence[Fraction]], strictly: bool = False) -> bool:
    """Return whether a symmetric matrix is positive semidefinite, or ``strictly`` positive definite, by elimination.

    >>> [is_semidefinite([[1, a], [a, 1]], strictly=a == 1) for a in (0, 1, 2)]
    [True, False, False]
    """
    rows = [list(row) for row in matrix]
    for k, pivots in enumerate(rows):
        pivot = pivots[k]
        if pivot < 0 or (not pivot and (strictly or any(pivots[k:]))):
            return False
        if pivot:
            for row in rows[k + 1 :]:
                factor = row[k] / pivot
                row[k:] = [a - factor * b for a, b in zip(row[k:], pivots[k:], strict=True)]
    return True


def _moved(point: Vector, direction: Sequence[int], step: int | Fraction) -> Vector:
    return tuple(x + step * entry for x, entry in zip(point, direction, strict=True))


def _spelled(point: Vector) -> str:
    return f"({', '.join(map(str, point))})"
