"""What a tangent kernel says: rank, determinant, the smallest eigenvalue as an algebraic number, a bound by pairs."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from attrs import evolve, field, frozen
from flint import arb_mat, fmpq

from polytopes.arithmetic.algebraic_numbers import SmallestRoot, smallest_eigenvalue
from polytopes.arithmetic.ball_matrices import least_eigenvalue
from polytopes.arithmetic.enclosures import Enclosure
from polytopes.arithmetic.linalg import determinant, rank
from polytopes.arithmetic.rationals import Matrix, exact_text
from polytopes.errors import LimitReached, VerificationFailed
from tropical.parameter_space.tangent_kernels.separation import PairBound, pair_bound
from tropical.parameter_space.tangent_kernels.tangent_kernel import TangentKernel


@frozen
class KernelAnswer:
    """What is known of a kernel; None where the work was stopped before, or where there is no pair."""

    kernel: TangentKernel = field(repr=False)
    rank: int | None = None
    part_ranks: tuple[int, ...] | None = None
    determinant: Fraction | None = None
    pair_bound: PairBound | None = None
    smallest: SmallestRoot | None = None
    multiplicity: int | None = None

    def as_dict(self, digits: int = 15) -> dict[str, Any]:
        """Return the answer with numbers as exact texts."""
        bound = self.pair_bound
        return {
            "kernel": [list(map(exact_text, row)) for row in self.kernel.matrix],
            "rank": self.rank,
            "rank_of_layers": None if self.part_ranks is None else list(self.part_ranks),
            "det": None if self.determinant is None else exact_text(self.determinant),
            "pair_bound": None if bound is None else {"value": exact_text(bound.value), "rows": list(bound.rows)},
            "lambda_min": None if self.smallest is None else self._smallest(self.smallest, digits),
        }

    def _smallest(self, number: SmallestRoot, digits: int) -> dict[str, Any]:
        return {
            **enclosed(number, digits).as_dict(),
            "minimal_polynomial": list(map(str, number.coefficients)),
            "multiplicity": self.multiplicity,
        }


def enclosed(number: SmallestRoot, digits: int = 15) -> Enclosure:
    """Return an algebraic number to some digits, and exactly if it is rational."""
    if number.value is not None:
        return Enclosure.of(number.value, digits)
    return Enclosure(*number.enclosure(4 * digits), None, digits)


def kernel_answer(
    kernel: TangentKernel, limit: int | None = None, progress: Callable[[KernelAnswer], None] | None = None
) -> KernelAnswer:
    """Return rank, determinant and smallest eigenvalue of a kernel, each exactly, and a bound on the last by pairs.

    Args:
        kernel: an exact kernel.
        limit: give up before the determinant if it has more rows than this.
        progress: called with what is known so far.

    Raises:
        LimitReached: at the limit, with what is known.
        VerificationFailed: if the smallest eigenvalue does not pass its checks.

    Algorithm:
        The smallest eigenvalue is a root of the characteristic polynomial. It is checked without it: bounds on the
        smallest eigenvalue of K in ball arithmetic must agree with it.

    >>> from tropical import Network
    >>> net = Network.from_weights([([[1, 0], [0, 1]], [0, 0]), ([[1, 2]], [0])])
    >>> found = kernel_answer(TangentKernel.of(net, [[1, 0], [1, 3]], biases=False))
    >>> found.rank, str(found.determinant), found.smallest.coefficients, str(found.pair_bound.value)
    (2, '116', (116, -62, 1), '29')
    """
    matrix = kernel.matrix
    tell = progress or (lambda answer: None)
    found = KernelAnswer(kernel, rank(matrix), tuple(map(rank, kernel.parts)))
    if len(matrix) > 1:
        found = evolve(found, pair_bound=pair_bound(matrix))
    tell(found)
    if limit is not None and len(matrix) > limit:
        raise LimitReached(f"a kernel of {len(matrix)} rows, more than {limit}", found)
    found = evolve(found, determinant=determinant(matrix))
    tell(found)
    smallest, multiplicity = smallest_eigenvalue(matrix)
    found = evolve(found, smallest=smallest, multiplicity=multiplicity)
    _check(matrix, found, smallest)
    return found


def _check(matrix: Matrix, found: KernelAnswer, smallest: SmallestRoot) -> None:
    """Refuse a smallest eigenvalue that ball arithmetic does not confirm, or that exceeds the bound by pairs."""
    low, high = smallest.interval
    right = (low > 0) == bool(found.determinant) == (found.rank == len(matrix))
    if low > 0:
        around = least_eigenvalue(lambda: _balls(matrix))
        right &= around.lower <= high and low <= around.upper
    right &= found.pair_bound is None or not found.pair_bound.value < low
    if not right:
        raise VerificationFailed("the smallest eigenvalue of a tangent kernel does not pass its checks")


def _balls(matrix: Matrix) -> arb_mat:
    entries = [fmpq(entry.numerator, entry.denominator) for row in matrix for entry in row]
    return arb_mat(len(matrix), len(matrix), entries)
