"""Where functions lie in classification fans, against their values at the points."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polytopes.errors import InputError
from tropical import Network, TropicalPolynomial, TropicalRational
from tropical.fans.classification.shallow_parameters import training_path
from tropical.fans.data_set import DataSet
from tropical.parameter_space.position import position_of_network, position_of_rational, signs_of_network

FORMS = st.lists(st.tuples(st.integers(-3, 3), st.integers(-2, 2)), min_size=1, max_size=3, unique_by=lambda f: f[1])
POINTS = st.lists(st.fractions(-3, 3, max_denominator=4), min_size=1, max_size=5)


def polynomial(forms: list[tuple[int, int]]) -> TropicalPolynomial:
    return TropicalPolynomial.from_terms({(slope,): constant for constant, slope in forms})


@given(FORMS, FORMS, POINTS)
def test_signs_and_patterns_are_those_of_the_values(
    above: list[tuple[int, int]], below: list[tuple[int, int]], points: list[Fraction]
) -> None:
    found = position_of_rational(TropicalRational.of(polynomial(above)) / polynomial(below), [[x] for x in points])
    n = found.fan.terms[0]
    assert found.signs == found.fan.signs(found.parameter)
    for x, sign, terms in zip(points, found.signs, found.pattern.sets, strict=True):
        gap = max(c + s * x for c, s in above) - max(c + s * x for c, s in below)
        assert sign == (gap > 0) - (gap < 0)
        values = [form[0] + form[1] * x for form in found.parameter]
        assert set(terms) == {i for i, value in enumerate(values) if value == max(values)}
        assert min(terms) < n or sign < 0
    more = found.with_terms((n + 2, found.fan.terms[1] + 1))
    assert more.signs == found.signs and more.fan.terms == (n + 2, found.fan.terms[1] + 1)


def test_loss_counts_errors_and_ties() -> None:
    network = Network.from_weights([([[1], [-1]], [0, 0]), ([[1, 1]], [-1])])
    points = [[-2], [0], [1], [2]]
    found = position_of_network(network, points, labels=[1, 1, 1, -1])
    assert found.signs == (1, -1, 0, 1) == signs_of_network(network, DataSet.of(points))
    assert found.loss == 3 and found.as_dict()["loss"] == 3


def test_two_outputs_are_compared() -> None:
    network = Network.from_weights([([[1], [-1]], [0, 1])])
    found = position_of_network(network, [[0], [1], ["1/2"]], labels=[1, 0, 1])
    assert found.signs == (1, -1, 0) == signs_of_network(network, found.fan.data) and found.loss == 1
    assert found.loss == training_path([network], found.fan.data).highest_loss


def test_refusals() -> None:
    three = Network.from_weights([([[1], [2], [3]], [0, 0, 0])])
    for function in (lambda: position_of_network(three, [[0]]), lambda: signs_of_network(three, DataSet.of([[0]]))):
        with pytest.raises(InputError, match="3 outputs"):
            function()
    found = position_of_rational(TropicalRational.of(polynomial([(0, 1), (0, -1)])) / 1, [[0]])
    with pytest.raises(InputError, match="at least as many"):
        found.with_terms((1, 1))
