"""All optima of the squared loss at once: between finitely many values of beta, the residual is affine in beta."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction

from attrs import field, frozen

from polytopes.arithmetic.linalg import solve
from polytopes.arithmetic.rationals import RationalLike, Vector, as_fraction, dot, exact_text
from polytopes.errors import InputError, VerificationFailed
from polytopes.messages import exact_repr
from tropical.parameter_space.convex_training.atoms import Atoms
from tropical.parameter_space.convex_training.cutting_planes import CuttingPlanes, combined
from tropical.parameter_space.convex_training.losses import Squared


@frozen
class Piece:
    """The optima for beta from ``low`` to ``high``: the residual is ``constant + beta * slope``.

    ``high`` is None for the last piece, on which the network 0 is optimal. ``units`` is the number of units of a
    network that is optimal on the whole piece.
    """

    low: Fraction = field(repr=exact_repr)
    high: Fraction | None = field(repr=exact_repr)
    constant: Vector = field(repr=False)
    slope: Vector = field(repr=False)
    units: int

    def residual(self, beta: Fraction) -> Vector:
        """Return the targets less the fit."""
        return tuple(a + beta * b for a, b in zip(self.constant, self.slope, strict=True))


@frozen
class RegularizationPath:
    """The optima of the squared loss for all beta > 0, as pieces by increasing beta."""

    targets: Vector = field(repr=False)
    pieces: tuple[Piece, ...]

    @property
    def breakpoints(self) -> Vector:
        """The values of beta between two pieces; the last is the least for which the network 0 is optimal."""
        return tuple(piece.low for piece in self.pieces[1:])

    def piece(self, beta: RationalLike) -> Piece:
        """Return the piece at a value of beta, the lower one at a breakpoint.

        Raises:
            InputError: if beta is not positive.
        """
        value = as_fraction(beta)
        if value <= 0:
            raise InputError(f"beta is {exact_text(value)}; give a positive number")
        return self.pieces[bisect_left(self.breakpoints, value)]

    def residual(self, beta: RationalLike) -> Vector:
        """Return the targets less the optimal fit, which is unique."""
        return self.piece(beta).residual(as_fraction(beta))

    def value(self, beta: RationalLike) -> Fraction:
        """Return the optimum: ``z . y - |z|^2 / 2`` for the residual z, a quadratic polynomial on each piece."""
        z = self.residual(beta)
        return Fraction(dot(z, self.targets) - Fraction(1, 2) * dot(z, z))

    def penalty(self, beta: RationalLike) -> Fraction:
        """Return the penalty of the optimal networks, ``z . (y - z) / beta``."""
        z = self.residual(beta)
        return Fraction(dot(z, [y - entry for y, entry in zip(self.targets, z, strict=True)])) / as_fraction(beta)

    def as_dict(self) -> list[dict[str, object]]:
        """Return the pieces as a JSON document."""
        return [
            {
                "low": exact_text(piece.low),
                "high": None if piece.high is None else exact_text(piece.high),
                "constant": [exact_text(entry) for entry in piece.constant],
                "slope": [exact_text(entry) for entry in piece.slope],
                "units": piece.units,
            }
            for piece in self.pieces
        ]


def regularization_path(
    targets: Vector, atoms: Atoms, progress: Callable[[int], None] | None = None
) -> RegularizationPath:
    """Return all optima of the squared loss over atoms.

    Args:
        targets: the targets.
        atoms: all atoms.
        progress: called with the number of optima that were solved for.

    Algorithm:
        The optimum at one beta gives atoms with nonzero coefficients. As long as the solution of their linear system
        keeps signs and no atom is violated it is optimal: an interval of beta, found exactly. What is left on both
        sides is searched in the same way. A set of atoms with signs has one interval, which may be a point, and there
        are finitely many sets, so this ends.
    """
    last = atoms.support(targets)[0]
    found = [Piece(last, None, targets, (Fraction(0),) * len(targets), 0)]
    waiting = [(Fraction(0), last)]
    solved = 0
    while waiting:
        low, high = waiting.pop()
        if low >= high:
            continue
        beta = simplest_between((3 * low + high) / 4, (low + 3 * high) / 4)
        piece = _piece_at(targets, atoms, beta)
        found.append(piece)
        assert piece.high is not None, "the network 0 is not optimal below the last piece"
        waiting += [(low, piece.low), (piece.high, high)]
        solved += 1
        if progress is not None:
            progress(solved)
    return RegularizationPath(targets, tuple(_joined(sorted(found, key=lambda piece: (piece.low, piece.high or last)))))


def _piece_at(targets: Vector, atoms: Atoms, beta: Fraction) -> Piece:
    optimum = CuttingPlanes(Squared(targets, beta), atoms).run()
    used = [(k, 1 if factor > 0 else -1) for k, factor in optimum.coefficients.items()]
    images = [[sign * entry for entry in atoms.image_of(k)] for k, sign in used]
    gram = [[dot(a, b) for b in images] for a in images]
    start = solve(gram, [dot(image, targets) for image in images]) if images else ()
    fall = solve(gram, [1] * len(images)) if images else ()
    if start is None or fall is None:
        raise VerificationFailed("the atoms of an optimum are dependent")
    fit = combined(atoms, {k: sign * m for (k, sign), m in zip(used, start, strict=True)})
    constant = tuple(y - f for y, f in zip(targets, fit, strict=True))
    slope = combined(atoms, {k: sign * m for (k, sign), m in zip(used, fall, strict=True)})
    low, high = _range(beta, atoms, constant, slope, list(zip(start, fall, strict=True)))
    return Piece(low, high, constant, slope, len(used))


def _range(
    beta: Fraction, atoms: Atoms, constant: Vector, slope: Vector, weights: Sequence[tuple[Fraction, Fraction]]
) -> tuple[Fraction, Fraction]:
    """Return the least and the greatest beta at which all weights ``a - b beta`` and margins are non-negative."""
    low, high = Fraction(0), None
    for a, b in _conditions(atoms, constant, slope, weights):
        if a + b * beta < 0:
            raise VerificationFailed("an optimum does not satisfy its own conditions")
        if b > 0:
            low = max(low, -a / b)
        elif b < 0:
            high = -a / b if high is None else min(high, -a / b)
    if high is None:
        raise VerificationFailed("a network is optimal for all large beta, but not 0")
    return low, high


def _conditions(
    atoms: Atoms, constant: Vector, slope: Vector, weights: Sequence[tuple[Fraction, Fraction]]
) -> Iterator[tuple[Fraction, Fraction]]:
    """Yield pairs (a, b) for which ``a + b beta >= 0`` is needed."""
    yield from ((a, -b) for a, b in weights)
    values, below = atoms.products(constant)
    rates, above = atoms.products(slope)
    for value, rate, size in zip(values, rates, atoms.sizes, strict=True):
        a, b = Fraction(value, below * size), Fraction(rate, above * size)
        yield a, 1 + b
        yield -a, 1 - b


def _joined(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """Yield pieces without points, and neighbors with one residual as one."""
    current: Piece | None = None
    for piece in pieces:
        if piece.low == piece.high:
            continue
        if current is None:
            current = piece
        elif (piece.constant, piece.slope) == (current.constant, current.slope):
            current = Piece(current.low, piece.high, current.constant, current.slope, min(current.units, piece.units))
        elif current.high != piece.low or current.residual(piece.low) != piece.residual(piece.low):
            raise VerificationFailed("two pieces of the path do not meet")
        else:
            yield current
            current = piece
    if current is not None:
        yield current


def simplest_between(low: Fraction, high: Fraction) -> Fraction:
    """Return the fraction with the least denominator in an open interval of positive numbers.

    >>> simplest_between(Fraction(3, 10), Fraction(4, 10))
    Fraction(1, 3)
    """
    whole = low.numerator // low.denominator
    if whole + 1 < high:
        return Fraction(whole + 1)
    rest, most = low - whole, high - whole
    if not rest:
        return whole + Fraction(1, most.denominator // most.numerator + 1)
    return whole + 1 / simplest_between(1 / most, 1 / rest)
