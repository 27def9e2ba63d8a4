"""The problem of training a network with one hidden ReLU layer."""

from __future__ import annotations

import math
from fractions import Fraction
from functools import cached_property
from typing import Any

from attrs import field, frozen

from polytopes.arithmetic.rationals import Matrix, Vector, as_fraction, as_matrix, as_vector, exact_text
from polytopes.errors import InputError
from polytopes.messages import shortened
from tropical.parameter_space.convex_training.atoms import Norm
from tropical.parameter_space.convex_training.losses import LOSSES, Loss
from tropical.parameter_space.convex_training.training_data import TrainingData

NORMS: dict[object, Norm] = {1: 1, 2: 2, "1": 1, "2": 2, "inf": "inf", math.inf: "inf"}


def _norm(value: Any) -> Norm:
    if isinstance(value, bool) or not isinstance(value, (int, float, str)) or value not in NORMS:
        raise InputError(f"the norm {shortened(value)}; give 1, 2 or inf")
    return NORMS[value]


def _beta(value: Any) -> Fraction | None:
    if value is None:
        return None
    beta = as_fraction(value)
    if beta <= 0:
        raise InputError(f"beta is {exact_text(beta)}; give a positive number")
    return beta


@frozen
class Problem:
    """Points, targets, and what is least: see :class:`~tropical.parameter_space.convex_training.ConvexProgram`."""

    points: Matrix = field(converter=as_matrix)
    targets: Vector = field(converter=as_vector)
    norm: Norm = field(default=1, converter=_norm)
    loss: str = "interpolate"
    beta: Fraction | None = field(default=None, converter=_beta)
    filter: int | None = None
    circular: bool = False
    stride: int = 1
    bias: bool = False

    def __attrs_post_init__(self) -> None:
        if self.loss not in LOSSES:
            raise InputError(f"the loss {shortened(self.loss)}; give interpolate, squared or hinge")
        if self.loss == "interpolate" and self.beta is not None:
            raise InputError("beta goes with the losses squared and hinge; leave it out, or name one of them")
        if self.loss != "interpolate" and self.beta is None:
            raise InputError(f"the loss {self.loss} needs beta, the factor of the penalty")
        _ = self.data
        if self.loss == "hinge":
            for i, label in enumerate(self.targets):
                if abs(label) != 1:
                    raise InputError(f"target {i} is {exact_text(label)}; labels for the loss hinge are 1 and -1")

    @cached_property
    def data(self) -> TrainingData:
        """The points and targets, with the rows that units see."""
        return TrainingData.of(
            self.points,
            self.targets,
            filter=self.filter,
            stride=self.stride,
            circular=self.circular,
            bias=self.bias,
        )

    @property
    def dual_loss(self) -> Loss:
        """The loss with its dual."""
        return LOSSES[self.loss](self.targets, Fraction(1) if self.beta is None else self.beta)
