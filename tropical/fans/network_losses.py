"""Losses of networks on data with labels, exactly: which points are classified wrongly, and the hinge loss."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from attrs import frozen

from polytopes.arithmetic.rationals import MatrixLike, Vector, as_matrix
from polytopes.errors import InputError, ShapeError
from tropical.fans.labels import class_numbers
from tropical.networks.sources import NetworkLike, as_network


@frozen
class NetworkLosses:
    """The points that a network classifies wrongly, ties included, and the mean hinge loss."""

    wrong: tuple[int, ...]
    hinge: Fraction

    @property
    def errors(self) -> int:
        """The 0/1 loss: how many points are classified wrongly."""
        return len(self.wrong)


def network_losses(network: NetworkLike, points: MatrixLike, labels: Sequence[Any]) -> NetworkLosses:
    """Return the 0/1 loss and the mean hinge loss of a network on points with labels.

    The hinge loss of a point of class y is max(0, 1 - m) for the margin m: by how much output y exceeds all others; of
    a network with one output f it is f for the positive class and -f for the negative one. A point is classified
    wrongly if its margin is not positive.

    Args:
        network: what :func:`tropical.load` reads; with one output for two classes, or one for each class.
        points: M x d rationals.
        labels: a label for each, read by :func:`tropical.fans.labels.class_numbers`.

    Raises:
        InputError: if the labels do not fit the outputs, or there are no points.
        ShapeError: if there are not as many labels as points.

    >>> from tropical import Network
    >>> net = Network.from_weights([([[1]], [-1])])
    >>> network_losses(net, [[0], [1], ["3/2"]], ["-", "+", "+"])
    NetworkLosses(wrong=(1,), hinge=Fraction(1, 2))
    """
    own, matrix = as_network(network), as_matrix(points)
    if not matrix:
        raise InputError("no points; a loss needs at least one")
    if len(labels) != len(matrix):
        raise ShapeError(f"{len(labels)} labels for {len(matrix)} points; give one each")
    classes = class_numbers(labels, own.output_dim)
    margins = [_margin(own(point), number) for point, number in zip(matrix, classes, strict=True)]
    hinge = sum((max(1 - margin, Fraction(0)) for margin in margins), Fraction(0)) / len(margins)
    return NetworkLosses(tuple(i for i, margin in enumerate(margins) if margin <= 0), hinge)


def _margin(values: Vector, number: int) -> Fraction:
    if len(values) == 1:
        return values[0] if number else -values[0]
    return values[number] - max(value for i, value in enumerate(values) if i != number)
