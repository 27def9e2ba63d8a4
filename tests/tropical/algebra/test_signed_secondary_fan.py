"""Signed secondary fans: types against random coefficients, regions against signed hypersurfaces."""

from __future__ import annotations

import json
from random import Random
from typing import Any

import networkx as nx
import pytest

from polytopes.errors import InputError
from tropical.algebra.decision_boundary import DecisionBoundary
from tropical.algebra.polynomial import TropicalPolynomial
from tropical.algebra.signed_secondary_fan import SignedSecondaryFan

CASES: list[tuple[Any, Any]] = [
    ([(0, 0), (1, 1)], [(1, 0), (0, 1)]),
    ([(0, 0), (2, 0), (0, 2)], [(1, 1), (1, 0)]),
    ([(0,), (2,), (4,)], [(1,), (3,)]),
    ([(0,), (1,)], [(1,), (2,)]),
]


@pytest.mark.parametrize(("positive", "negative"), CASES)
def test_types_are_those_of_random_coefficients(positive: Any, negative: Any) -> None:
    fan, random = SignedSecondaryFan.of(positive, negative), Random(5)
    types = {(one.mixed, one.positive_regions, one.negative_regions) for one in fan.boundary_types}
    assert sum(one.triangulations for one in fan.boundary_types) == len(fan.cones)
    met = set()
    for _ in range(150):
        bend = random.choice((0, 15))
        heights = [random.randint(-50, 50) - bend * sum(x * x for x in s) for s in (*positive, *negative)]
        if any(cone.cone.interior_contains(heights) for cone in fan.cones):
            boundary = boundary_of(positive, negative, heights)
            met.add((fan.type_of(heights), boundary.n_positive_regions, boundary.n_negative_regions))
    assert met == types


def boundary_of(positive: Any, negative: Any, heights: list[int]) -> DecisionBoundary:
    n = len(positive)
    g = TropicalPolynomial.from_forms([(c, *s) for c, s in zip(heights[:n], positive, strict=True)])
    h = TropicalPolynomial.from_forms([(c, *s) for c, s in zip(heights[n:], negative, strict=True)])
    return DecisionBoundary((g, h))


def test_square_with_signs_on_the_diagonals() -> None:
    """XOR: the two triangulations have the same edges in the boundary but for the diagonal, which joins + or -."""
    fan = SignedSecondaryFan.of(*CASES[0])
    assert len(fan.cones) == 2 and fan.dual_graph.number_of_edges() == 1
    assert sorted((one.positive_regions, one.negative_regions) for one in fan.boundary_types) == [(1, 2), (2, 1)]
    assert [one.triangulations for one in fan.boundary_types] == [1, 1]
    assert len(fan.types_up_to_isomorphism()) == 2
    assert len(fan.type_of([0, 0, 0, 0])) == 5


def test_flips_of_one_sign_keep_the_boundary() -> None:
    """On the line with exponents 0, 1, 2 of + and 3 of -: the exponent 1 may be idle or not."""
    fan = SignedSecondaryFan.of([(0,), (1,), (2,)], [(3,)])
    assert len(fan.cones) == 4
    assert sorted((one.mixed, one.triangulations) for one in fan.boundary_types) == [
        (((0, 3),), 1),
        (((1, 3),), 1),
        (((2, 3),), 2),
    ]
    assert all(one.components == 1 for one in fan.boundary_types)
    assert nx.is_connected(fan.dual_graph)


def test_shared_exponents_choose_a_side() -> None:
    fan = SignedSecondaryFan.of([(0,)], [(0,)])
    assert sorted((one.positive_regions, one.negative_regions) for one in fan.boundary_types) == [(0, 1), (1, 0)]
    assert fan.type_of([0, 0]) == ((0, 1),)


def test_documents_and_refusals() -> None:
    fan = SignedSecondaryFan.of(*CASES[0])
    assert json.loads(json.dumps([one.as_dict() for one in fan.boundary_types]))[0]["triangulations"] == 1
    with pytest.raises(InputError, match="at least one of each"):
        SignedSecondaryFan.of([(0, 0)], [])
