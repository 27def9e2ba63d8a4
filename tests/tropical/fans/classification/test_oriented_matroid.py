"""Oriented matroids of points: patterns of two terms, axioms, orthogonality, known numbers."""

from __future__ import annotations

from itertools import product
from math import comb

import pytest
from hypothesis import given

from polytopes.errors import InputError
from tests.tropical.fans.activation.strategies import data_sets
from tropical.fans.activation.faces import pattern_cones
from tropical.fans.activation.fan import ActivationFan
from tropical.fans.classification.dichotomies import sign_vectors
from tropical.fans.classification.fan import ClassificationFan
from tropical.fans.classification.oriented_matroid import OrientedMatroid, first_violation
from tropical.fans.data_set import DataSet


@given(data_sets(5, 2))
def test_covectors_are_the_patterns_of_two_terms(data: DataSet) -> None:
    matroid = OrientedMatroid.of(data)
    value = {(0,): 1, (1,): -1, (0, 1): 0}
    patterns = pattern_cones(ActivationFan(data, 2))
    assert matroid.covectors == {tuple(value[terms] for terms in cone.pattern.sets) for cone in patterns}
    assert set(matroid.topes) == {signs for signs, _ in sign_vectors(ClassificationFan.of(data, (1, 1)))}
    assert matroid.is_acyclic and first_violation(matroid.covectors) is None


@given(data_sets(4, 2))
def test_covectors_are_all_signs_orthogonal_to_the_circuits(data: DataSet) -> None:
    matroid = OrientedMatroid.of(data)
    orthogonal = {
        signs
        for signs in product((1, 0, -1), repeat=data.n_points)
        if all(are_orthogonal(signs, circuit) for circuit in matroid.circuits)
    }
    assert matroid.covectors == orthogonal


def are_orthogonal(first: tuple[int, ...], second: tuple[int, ...]) -> bool:
    products = {a * b for a, b in zip(first, second, strict=True)} - {0}
    return len(products) != 1


def test_general_position() -> None:
    matroid = OrientedMatroid.of(DataSet.of([(0, 0), (4, 0), (5, 3), (2, 5), (-1, 3)]))
    assert matroid.is_uniform and matroid.rank == 3
    assert len(matroid.topes) == 2 * sum(comb(4, k) for k in range(3)) and len(matroid.cocircuits) == 2 * comb(5, 2)
    assert len(matroid.circuits) == 2 * comb(5, 4)
    assert not OrientedMatroid.of(DataSet.of([(0, 0), (1, 1), (2, 2), (3, 0)])).is_uniform


def test_violations() -> None:
    assert first_violation([(1,), (-1,)]) == ("zero", ())
    assert first_violation([(0, 0), (1, 0), (-1, 0), (0, 1), (0, -1)]) == ("composition", ((-1, 0), (0, -1)))
    opposite = [(0, 0), (1, 1), (-1, -1), (1, -1), (-1, 1)]
    found = first_violation(opposite)
    assert found is not None and found[0] == "elimination"
    with pytest.raises(InputError, match="different lengths"):
        first_violation([(0,), (0, 0)])
