"""What wide networks of one input learn by gradient flow of the output layer, exactly: cubic splines.

A network ``sum a_k max(w_k x - b_k, 0)`` with fair signs w_k, biases from a density p and ``a_k = 0`` at the start
reaches, as its width grows, the interpolant of the kernel
``k(x, z) = 1/2 integral p(c) [(x - c)_+ (z - c)_+ + (c - x)_+ (c - z)_+] dc``. Unscaled mirror flows have the same
limit (Liang, Montufar, ICLR 2025). For absolute values the kernel is ``integral p(c) |x - c| |z - c| dc``.
"""

from __future__ import annotations

from bisect import bisect_right
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

from attrs import frozen

from polytopes.arithmetic.rationals import RationalLike, Vector, VectorLike, as_fraction, dot, exact_text
from polytopes.errors import InputError, VerificationFailed
from polytopes.messages import shortened
from tropical.representations.splines.bias_density import BiasDensity
from tropical.representations.splines.bias_kernel import BiasKernel, Unit
from tropical.representations.splines.cubic_piece import CubicPiece
from tropical.representations.splines.line_points import sorted_points

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@frozen
class WideInterpolant:
    """The function that a network of infinite width learns.

    ``coefficients`` are c with ``h = sum c_i k(x_i, .)``; ``functional`` is ``G(h) = y . c``, which h minimizes among
    all interpolants.
    """

    x: Vector
    y: Vector
    density: BiasDensity
    activation: Unit
    coefficients: Vector
    pieces: tuple[CubicPiece, ...]

    def __call__(self, t: RationalLike) -> Fraction:
        """Return the value at a point."""
        x = as_fraction(t)
        return self.pieces[bisect_right(self._ends, x)](x)

    @cached_property
    def _ends(self) -> list[Fraction]:
        return [piece.end for piece in self.pieces if piece.end is not None]

    @property
    def functional(self) -> Fraction:
        """The least ``y . K^-1 y``."""
        return Fraction(dot(self.y, self.coefficients))

    @property
    def slopes(self) -> tuple[Fraction, Fraction]:
        """The slopes at minus and plus infinity."""
        return self.pieces[0].coefficients[1], self.pieces[-1].coefficients[1]

    @cached_property
    def parts(self) -> tuple[Fraction, ...]:
        """The parts of the functional: G1, G2, G3 of ReLU units; one for absolute values.

        ``G1 = integral h''^2 / p``, ``G2 = (h'(-inf) + h'(inf))^2``,
        ``G3 = (integral h'' |x| - 2 h(0))^2 / E[B^2]``. For absolute values it is ``1/4 integral h''^2 / p``.
        """
        bending, moment = Fraction(0), Fraction(0)
        for piece in self.pieces[1:-1]:
            assert piece.start is not None, "inner pieces are bounded"
            height = self.density(piece.start)
            if height:
                bending += piece.squared_bend() / height
                moment += piece.absolute_moment()
        if self.activation == "abs":
            return (bending / 4,)
        left, right = self.slopes
        return bending, (left + right) ** 2, (moment - 2 * self(0)) ** 2 / self.density.second_moment

    def as_dict(self) -> dict[str, Any]:
        """Return the function as it is written in documents."""
        return {
            "activation": self.activation,
            "density": self.density.as_list(),
            "coefficients": [exact_text(entry) for entry in self.coefficients],
            "pieces": [piece.as_dict() for piece in self.pieces],
            "functional": exact_text(self.functional),
            "parts": [exact_text(part) for part in self.parts],
            "slopes_at_infinity": [exact_text(slope) for slope in self.slopes],
        }

    def random_network(self, width: int, seed: int = 0) -> RandomFeatures:
        """Return the least-norm network of random features through the data, in floats, to compare with.

        Args:
            width: the number of units.
            seed: of numpy's generator.
        """
        import numpy as np

        random = np.random.default_rng(seed)
        parts = [[float(entry) for entry in part] for part in self.density.parts]
        chosen = random.choice(len(parts), size=width, p=[(b - a) * height for a, b, height in parts])
        starts, ends = (np.array([part[k] for part in parts])[chosen] for k in (0, 1))
        biases = random.uniform(starts, ends)
        signs = random.choice([-1.0, 1.0], size=width)
        network = RandomFeatures(biases, signs, np.zeros(width), self.activation)
        features = network.features(np.array(self.x, dtype=float))
        weights = np.linalg.lstsq(features, np.array(self.y, dtype=float), rcond=None)[0]
        return RandomFeatures(biases, signs, weights, self.activation)


@frozen(eq=False)
class RandomFeatures:
    """A network ``sum a_k max(w_k (x - b_k), 0)``, or ``sum a_k |x - b_k|``, in floats."""

    biases: NDArray[np.float64]
    signs: NDArray[np.float64]
    weights: NDArray[np.float64]
    activation: Unit

    def features(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the outputs of the units, a row for each point."""
        import numpy as np

        forms = points[:, None] - self.biases[None, :]
        return np.abs(forms) if self.activation == "abs" else np.maximum(forms * self.signs, 0)

    def __call__(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the values at points."""
        values: NDArray[np.float64] = self.features(points) @ self.weights
        return values


def wide_interpolant(
    x: VectorLike, y: VectorLike, density: BiasDensity | None = None, activation: Unit | str = "relu"
) -> WideInterpolant:
    """Return the function through data that a network of infinite width learns.

    Args:
        x: distinct points of the line, in any order; repeated ones are merged.
        y: their values.
        density: of biases; uniform on [-1, 1] if None.
        activation: "relu" or "abs".

    Raises:
        InputError: if there is no point, one point has two values, or networks with these biases do not reach the
            values; the error names a combination of the data that is then 0.
        VerificationFailed: if the function that was found is none, by an error of this program.

    Algorithm:
        ``K c = y`` is solved in rational numbers. The second derivative of h is ``p/2 sum c_i |t - x_i|``, so h is a
        cubic between data and breaks of p. It is integrated from the left, and checked at all data, by its slope at
        infinity and by the functional, which is ``y . c`` and again ``G1 + G2 + G3``.

    >>> h = wide_interpolant(["-1/2", 0, "1/2"], [0, 1, 1])
    >>> [str(part) for part in h.parts], str(h.functional), str(h("1/4"))
    (['980552/33075', '36/25', '6400/1323'], '3772/105', '7363/6720')
    """
    if activation not in ("relu", "abs"):
        raise InputError(f"activation {shortened(activation)}; it may be relu or abs")
    own = BiasDensity.uniform(1) if density is None else density
    points, values = sorted_points(x, y)
    kernel = BiasKernel.of(points, own, activation)
    coefficients = kernel.solved(values)
    found = WideInterpolant(points, values, own, activation, coefficients, kernel.integrated(coefficients))
    _check(found, kernel)
    return found


def _check(found: WideInterpolant, kernel: BiasKernel) -> None:
    """Check the function at all data, its slope at infinity, and the functional by its parts."""
    right = kernel.right_slope(found.coefficients)
    if any(found(x) != y for x, y in zip(found.x, found.y, strict=True)) or found.slopes[1] != right:
        raise VerificationFailed("the interpolant of the kernel does not pass through the data")
    if sum(found.parts) != found.functional:
        raise VerificationFailed("the functional of the interpolant is not the sum of its parts")
