"""What training found: bounds of the optimum, the network that attains the upper one, and the dual vector."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import cached_property
from typing import Any

from attrs import field, frozen

from polytopes.arithmetic.rationals import Vector, exact_text
from polytopes.arithmetic.surds import RadicalSum
from polytopes.errors import InputError, NoAnswerError, VerificationFailed
from polytopes.messages import exact_repr
from tropical.networks.network import Network
from tropical.parameter_space.convex_training.atoms import Norm
from tropical.parameter_space.convex_training.checker import (
    FORMAT,
    VERSION,
    Certificate,
    Refused,
    check_document,
    length,
)
from tropical.parameter_space.convex_training.problem import Problem
from tropical.parameter_space.convex_training.training_data import TrainingData


@frozen
class Unit:
    """The function ``sign max(0, weights . x)``; with a bias, that is the last weight."""

    sign: int
    weights: Vector = field(repr=exact_repr)

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON document."""
        return {"sign": self.sign, "weights": _texts(self.weights)}


def penalty_of(units: Sequence[Unit], norm: Norm) -> Fraction:
    """Return the sum of the norms of units; Euclidean ones that are not rational are rounded up as the checker does.

    >>> penalty_of([Unit(1, (Fraction(3), Fraction(4))), Unit(-1, (Fraction(0), Fraction(2)))], 2)
    Fraction(7, 1)
    """
    return sum((Fraction(length(unit.weights, str(norm))) for unit in units), Fraction(0))


def network_of(data: TrainingData, units: Sequence[Unit]) -> Network:
    """Return the sum of units as a network on the coordinates of the points.

    A convolution has a hidden unit for each filter and each window, and adds their outputs. A sum of no units is the
    affine function 0.
    """
    dim, size = len(data.points[0]), len(data.places[0])
    rows: list[list[Fraction]] = []
    biases: list[Fraction] = []
    for unit in units:
        for window in data.places:
            row = [Fraction(0)] * dim
            for place, weight in zip(window, unit.weights[:size], strict=True):
                row[place] += weight
            rows.append(row)
            biases.append(unit.weights[size] if data.bias else Fraction(0))
    if not rows:
        return Network.from_weights([([[0] * dim], [0])])
    signs = [unit.sign for unit in units for _ in data.places]
    return Network.from_weights([(rows, biases), ([signs], [0])])


@frozen
class Proof:
    """A proof that a dual vector is below a bound on the images of all units: see the checker.

    For the norms 1 and infinity the checker finds the lines that decide it; for norm 2 there are two trees of splits,
    nodes in the order of a walk, with integer coefficients over one denominator at the leaves.
    """

    kind: str = "lines"
    below: int = 1
    trees: tuple[list[Any], ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON document."""
        return {"kind": self.kind, "below": self.below, "trees": list(self.trees)}


@frozen(eq=False)
class Trained:
    """An optimal network with its proof, or bounds of the optimum, or the proof that no network fits.

    ``lower`` is shown by the dual vector and ``upper`` is attained by the units. Without a feasible network ``dual`` is
    0 on the image of every unit, and its product with the targets is 1.
    """

    program: Problem = field(repr=False)
    feasible: bool | None
    """None as long as it is not known."""
    lower: Fraction = field(repr=exact_repr)
    upper: Fraction | None = field(repr=exact_repr)
    units: tuple[Unit, ...] = field(repr=False)
    dual: Vector = field(repr=False)
    atoms: int | None = None
    complete: bool = True
    """Whether the work was not stopped."""
    proof: Proof = field(factory=Proof, repr=False)
    exact: RadicalSum | None = None
    """The optimum for the norm 2 as a sum of square roots, if it was found."""

    @property
    def value(self) -> Fraction | RadicalSum:
        """The optimum.

        Raises:
            NoAnswerError: if there is none, or only bounds are known.
        """
        if self.feasible is False:
            raise NoAnswerError("no network of this kind fits the targets; `dual` shows it")
        if self.exact is not None and self.exact.rational is None:
            return self.exact
        if self.exact is not None:
            return self.exact.rational or Fraction(0)
        if self.upper is None or self.lower != self.upper:
            raise NoAnswerError("only bounds of the optimum are known; take `lower` and `upper`")
        return self.upper

    @cached_property
    def fit(self) -> Vector:
        """The values of the network at the points."""
        data = self.program.data
        total = [Fraction(0)] * data.n_samples
        for unit in self.units:
            response = data.response(unit.weights)
            total = [a + unit.sign * b for a, b in zip(total, response, strict=True)]
        return tuple(total)

    @property
    def residual(self) -> Vector:
        """The targets less the fit."""
        return tuple(y - f for y, f in zip(self.program.data.targets, self.fit, strict=True))

    @property
    def certificate(self) -> Certificate:
        """The certificate, as a JSON document.

        Raises:
            InputError: if nothing is known of the optimum.
        """
        data, beta = self.program.data, self.program.beta
        if self.feasible is None:
            raise InputError("nothing is known yet of this problem, so there is no certificate; let it run for longer")
        return {
            "format": FORMAT,
            "version": VERSION,
            "points": [_texts(point) for point in data.points],
            "targets": _texts(data.targets),
            "target": "-1",
            "places": [list(window) for window in data.places],
            "bias": data.bias,
            "norm": str(self.program.norm),
            "loss": self.program.loss,
            "beta": "" if beta is None else exact_text(beta),
            "feasible": self.feasible,
            "lower": exact_text(self.lower) if self.feasible else "",
            "upper": "" if self.upper is None else exact_text(self.upper),
            "units": [unit.as_dict() for unit in self.units],
            "dual": _texts(self.dual),
            "proof": self.proof.as_dict(),
        }

    def check(self) -> None:
        """Verify the answer without the code that found it: by the checker of certificates.

        Raises:
            InputError: if nothing is known of the optimum.
            VerificationFailed: if the certificate is refused.
        """
        try:
            check_document(self.certificate)
        except Refused as reason:
            raise VerificationFailed(f"the certificate of the optimum is refused: {reason}") from None

    @cached_property
    def network(self) -> Network:
        """The network."""
        return network_of(self.program.data, self.units)


def _texts(numbers: Sequence[Fraction]) -> list[str]:
    return [exact_text(entry) for entry in numbers]
