"""The points, rays and Jacobians that surveys give, checked by values of the network before they are given.

The surveys know affine maps of regions. Here the network itself is evaluated, layer by layer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cache
from random import Random
from typing import TYPE_CHECKING

import numpy as np
from attrs import field, frozen

from polytopes.arithmetic.rationals import Matrix, Row, Vector, dot
from polytopes.errors import NumberError, VerificationFailed

if TYPE_CHECKING:
    from polytopes.enumeration.gate_program import Pattern
    from polytopes.polyhedra.polyhedron import Polyhedron
    from tropical.networks.network import Network

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
    """The values of a network at points and its affine forms on regions, each computed once."""

    network: Network
    outputs: Callable[[Vector], Vector]
    forms: Callable[[Pattern], Sequence[Vector]]
    _checked: set[tuple[Pattern, Vector]] = field(factory=set)

    @classmethod
    def of(cls, network: Network, forms: Mapping[Pattern, Sequence[Vector]] | None = None) -> Evaluations:
        """Return what a network will be asked for; forms ``(c, a_1, ..., a_d)`` on some regions may be given."""
        given = forms or {}

        @cache
        def of_pattern(pattern: Pattern) -> Sequence[Vector]:
            return given[pattern] if pattern in given else network.program.forms(pattern)

        return cls(network, cache(network), of_pattern)

    def derivative(self, domain: Polyhedron | None, pattern: Pattern, point: Vector) -> Matrix:
        """Return the Jacobian of a region after a comparison of its forms with values near a point inside.

        This is at a small step from the point in a direction with random entries. Values of a wrong Jacobian agree at
        all small steps in one of 2^16 such directions at most; else in at most one point of the line.

        Raises:
            VerificationFailed: if values are others at all small steps within the domain.
        """
        forms = self.forms(pattern)
        if (pattern, point) not in self._checked:
            random = Random(len(point))
            direction = [random.choice((-1, 1)) * random.randrange(2**16, 2**17) for _ in point]
            self._compare(domain, forms, point, direction)
            self._checked.add((pattern, point))
        return tuple(form[1:] for form in forms)

    def _compare(
        self, domain: Polyhedron | None, forms: Sequence[Vector], point: Vector, direction: Sequence[int]
    ) -> None:
        for step in _steps(self._likely_bits(forms, point, direction)):
            there = _moved(point, direction, step)
            expected = tuple(form[0] + dot(form[1:], there) for form in forms)
            if (domain is None or domain.contains(there)) and self.outputs(there) == expected:
                return
        raise VerificationFailed(f"the network has another derivative at {_spelled(point)}")

    def _likely_bits(self, forms: Sequence[Vector], point: Vector, direction: Sequence[int]) -> int:
        """Return for which step 2^-bits values in floats are as expected; 1 if floats do not tell."""
        bits = 2 ** np.arange(8)
        try:
            table, start = np.array(forms, dtype=float), np.array(point, dtype=float)
            there = start + np.outer(0.5**bits, direction)
            with np.errstate(all="ignore"):
                values = self.network.float_call(there)
        except (OverflowError, NumberError):
            return 1
        with np.errstate(all="ignore"):
            gaps = np.abs(values - table[:, 0] - there @ table[:, 1:].T)
            right = (gaps <= 2.0**-40 * (1 + np.abs(there)) @ np.abs(table).max(axis=0)[1:, None]).all(axis=1)
        return int(bits[right.argmax()]) if right.any() else 1


def verify_l1(known: Evaluations, domain: Polyhedron | None, claim: Steepness) -> None:
    """Check a Lipschitz constant for l1: the largest column sum of a Jacobian that agrees with values.

    Raises:
        VerificationFailed: if it is not so, as by the other functions here.
    """
    J = known.derivative(domain, claim.pattern, claim.point)
    largest = max(sum(map(abs, column), Fraction(0)) for column in zip(*J, strict=True))
    _need(largest == claim.bounds[0], "l1", claim.point)


def verify_linf(known: Evaluations, domain: Polyhedron | None, claim: Steepness) -> None:
    """Check a Lipschitz constant for the maximum norm: the largest row sum."""
    J = known.derivative(domain, claim.pattern, claim.point)
    _need(max(sum(map(abs, row), Fraction(0)) for row in J) == claim.bounds[0], "the maximum norm", claim.point)


def verify_l2(known: Evaluations, domain: Polyhedron | None, claim: Steepness) -> None:
    """Check the square of a Lipschitz constant for l2.

    With the Jacobian J, ``t - J J^T`` is semidefinite for the upper bound t, but not for the lower one, or not definite
    if they are equal.
    """
    J = known.derivative(domain, claim.pattern, claim.point)
    _need(_is_between(J, *claim.bounds), "l2", claim.point)


def _need(holds: bool, norm: str, point: Vector) -> None:
    if not holds:
        raise VerificationFailed(f"the Lipschitz constant for {norm} is not attained at {_spelled(point)}")


def jacobian(network: Network, pattern: Pattern) -> Matrix:
    """Return the linear part of a network on the region with a pattern."""
    return tuple(form[1:] for form in network.program.forms(pattern))


def _steps(first: int) -> Iterator[Fraction]:
    bits = first
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
