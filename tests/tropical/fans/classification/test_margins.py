"""Margins: the widest parameter against one program for linear forms, random parameters, scaling."""

from __future__ import annotations

from fractions import Fraction
from random import Random

import pytest
from hypothesis import given

from polytopes.errors import InputError, NoAnswerError, ShapeError
from polytopes.optimization.linear_program import Optimal, maximize
from tests.tropical.fans.classification.strategies import labeled_data, terms
from tropical.fans.classification.fan import ClassificationFan
from tropical.fans.classification.margins import margins, widest_parameter
from tropical.fans.classification.minimal_loss import minimal_loss
from tropical.fans.data_set import DataSet


@given(labeled_data(4, 2), terms)
def test_the_widest_parameter_has_its_margin_and_no_random_one_has_more(data: DataSet, terms: tuple[int, int]) -> None:
    fan, random = ClassificationFan.of(data, terms), Random(1)
    if minimal_loss(fan).loss:
        with pytest.raises(NoAnswerError):
            widest_parameter(fan)
        return
    found = widest_parameter(fan)
    assert found.margin == min(margins(fan, found.parameter)) > 0
    assert all(abs(entry) <= 1 for row in found.parameter for entry in row)
    for _ in range(20):
        theta = [[Fraction(random.randint(-9, 9), 9) for _ in range(data.dim + 1)] for _ in range(fan.n_terms)]
        assert min(margins(fan, theta)) <= found.margin


@given(labeled_data(4, 2))
def test_one_term_each_is_one_linear_program(data: DataSet) -> None:
    """The difference of two forms with entries in [-1, 1] is any form with entries in [-2, 2]."""
    fan = ClassificationFan.of(data, (1, 1))
    width = data.dim + 1
    rows = [[0, *(y * x for x in (1, *point)), -1] for point, y in zip(data.points, data.labels, strict=True)]
    for k in range(width):
        rows += [[2, *(sign * (i == k) for i in range(width)), 0] for sign in (1, -1)]
    answer = maximize([0] * width + [1], rows)
    assert isinstance(answer, Optimal)
    if answer.value:
        assert widest_parameter(fan).margin == answer.value
    else:
        with pytest.raises(NoAnswerError):
            widest_parameter(fan)


def test_refusals() -> None:
    fan = ClassificationFan.of([[0], [0]], (1, 1))
    with pytest.raises(NoAnswerError, match="equal points"):
        widest_parameter(fan, [1, -1])
    with pytest.raises(ShapeError, match="1 signs for 2 points"):
        widest_parameter(fan, [1])
    with pytest.raises(InputError, match="other than 1 and -1"):
        widest_parameter(fan, [1, 0])
    with pytest.raises(InputError, match="without labels"):
        widest_parameter(fan)
    with pytest.raises(NoAnswerError, match="no point"):
        widest_parameter(ClassificationFan.of(DataSet.of([], [], dim=1), (1, 1)))
