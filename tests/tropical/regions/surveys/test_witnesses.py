"""The points and rays of surveys are checked by values of the network before they are given."""

from __future__ import annotations

import importlib
from fractions import Fraction
from typing import Any

import pytest
import sympy
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from polytopes.arithmetic.algebraic_numbers import LargestRoot
from polytopes.errors import VerificationFailed
from polytopes.polyhedra.polyhedron import Polyhedron
from tests.tropical.strategies import box, networks
from tropical.networks.network import Network
from tropical.regions.activation_regions import activation_regions
from tropical.regions.surveys.difference import difference, difference_network
from tropical.regions.surveys.extrema import extrema
from tropical.regions.surveys.lipschitz import lipschitz_constants
from tropical.regions.surveys.witnesses import (
    Claim,
    Evaluations,
    Steepness,
    is_semidefinite,
    jacobian,
    verify_extrema,
    verify_l1,
    verify_l2,
    verify_linf,
)

EXTREMA = importlib.import_module("tropical.regions.surveys.extrema")
DIFFERENCE = importlib.import_module("tropical.regions.surveys.difference")
LIPSCHITZ = importlib.import_module("tropical.regions.surveys.lipschitz")
HAT = Network.from_weights([([[1], [1], [1]], [1, 0, -1]), ([[1, -2, 1]], [0])])
"""max(0, 1 - |x|)."""
STEEP = Network.from_weights([([[1, 2], [3, -1]], [0, 0]), ([[1, 1], [0, 1]], [0, 0])])


def first(outputs: Any) -> Any:
    return outputs[0]


@pytest.mark.parametrize(
    ("value", "point", "ray", "is_maximum"),
    [
        (1, 1, None, True),  # taken elsewhere
        (2, 0, None, True),
        (0, 5, None, False),  # outside the domain
        (None, 0, (1,), True),  # bounded
        (None, 0, (1,), False),
    ],
)
def test_wrong_extrema(value: int | None, point: int, ray: Any, is_maximum: bool) -> None:
    place = (Fraction(point),)
    good = Claim(Fraction(1), (Fraction(0),), None, True, first)
    claim = Claim(None if value is None else Fraction(value), place, ray, is_maximum, first)
    verify_extrema(HAT, box(1, 3), [good])
    with pytest.raises(VerificationFailed):
        verify_extrema(HAT, box(1, 3) if ray is None else None, [good, claim])


def test_rays() -> None:
    """Values have to go on as they begin, in the right direction, within the domain."""
    size = Network.from_weights([([[1], [-1]], [0, 0]), ([[1, 1]], [0])])
    half = Polyhedron.from_rows([(0, 1)])
    claim = Claim(None, (Fraction(1),), (1,), True, first)
    verify_extrema(size, half, [claim])
    for wrong in (evolve(claim, is_maximum=False), evolve(claim, ray=(-1,)), evolve(claim, ray=(0,))):
        with pytest.raises(VerificationFailed):
            verify_extrema(size, half, [wrong])
    with pytest.raises(VerificationFailed):  # first down, then up
        verify_extrema(size, None, [evolve(claim, ray=(-3,))])


def test_survey_answers_are_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    peaks, vertex = EXTREMA.output_peaks, EXTREMA.exact_vertex
    for module in (EXTREMA, DIFFERENCE):
        monkeypatch.setattr(module, "output_peaks", lambda cell: [evolve(p, value=p.value + 1) for p in peaks(cell)])
    with pytest.raises(VerificationFailed, match="extremal value"):
        extrema(HAT, box(1), method="witness")
    with monkeypatch.context() as patch, pytest.raises(VerificationFailed, match="at a vertex"):
        patch.setattr(EXTREMA, "exact_vertex", lambda *at: (2, vertex(*at)[1] + 1))
        extrema(HAT, box(1))
    with pytest.raises(VerificationFailed, match="extremal value"):
        difference(HAT, Network.from_weights([([[1]], [0])]), box(1))


@pytest.mark.parametrize("norm", ["column_sum_norm", "row_sum_norm", "largest_eigenvalue"])
def test_lipschitz_answers_are_checked(monkeypatch: pytest.MonkeyPatch, norm: str) -> None:
    original = getattr(LIPSCHITZ, norm)
    wrong = LargestRoot((-30, 1)) if norm == "largest_eigenvalue" else Fraction(30)
    monkeypatch.setattr(LIPSCHITZ, norm, lambda matrix: (original(matrix), wrong)[1])
    with pytest.raises(VerificationFailed, match="not attained"):
        lipschitz_constants(STEEP)


def test_wrong_lipschitz_constants() -> None:
    found = lipschitz_constants(STEEP, box(2))
    assert found.l1 is not None and found.linf is not None and found.l2_squared is not None
    low, high = found.l2_squared.value.interval
    right = [
        (verify_l1, Steepness((found.l1.value,) * 2, found.l1.pattern, found.l1.point)),
        (verify_linf, Steepness((found.linf.value,) * 2, found.linf.pattern, found.linf.point)),
        (verify_l2, Steepness((low, high), found.l2_squared.pattern, found.l2_squared.point)),
    ]
    known = Evaluations.of(STEEP)
    for verify, claim in right:
        verify(known, box(2), claim)
        for factor in (Fraction(1, 2), Fraction(2)):
            with pytest.raises(VerificationFailed, match="not attained"):
                verify(known, box(2), evolve(claim, bounds=tuple(factor * bound for bound in claim.bounds)))
        with pytest.raises(VerificationFailed, match="another derivative"):
            verify(known, box(2), evolve(claim, point=tuple(-x for x in claim.point)))
        with pytest.raises(VerificationFailed, match="another derivative"):  # no step within the domain
            verify(known, box(2), evolve(claim, point=tuple(1000 * x for x in claim.point)))


@settings(max_examples=30)
@given(networks(outputs=(1, 2)), st.booleans())
def test_right_answers_pass(network: Network, bounded: bool) -> None:
    domain = box(network.input_dim) if bounded else None
    extrema(network, domain)
    lipschitz_constants(network, domain)
    assert difference(network, network, domain).equal
    other = Network.from_weights([([[1] * network.input_dim] * network.output_dim, [1] * network.output_dim)])
    found = difference(network, other, domain)
    joint = difference_network(network, other)
    assert found.equal is all(not any(map(any, region.cell.forms)) for region in activation_regions(joint, domain))


@settings(max_examples=30)
@given(networks(outputs=(1, 2)))
def test_jacobians(network: Network) -> None:
    for region in activation_regions(network):
        assert jacobian(network, region.pattern) == region.affine_map.matrix


@given(
    st.integers(1, 4).flatmap(
        lambda n: st.lists(st.lists(st.integers(-2, 2), min_size=n, max_size=n), min_size=n, max_size=n)
    )
)
def test_definiteness(rows: list[list[int]]) -> None:
    symmetric = sympy.Matrix(rows) + sympy.Matrix(rows).T
    for matrix in (symmetric, sympy.Matrix(rows) * sympy.Matrix(rows).T):
        entries = [[Fraction(int(entry)) for entry in matrix.row(i)] for i in range(len(rows))]
        assert is_semidefinite(entries) == bool(matrix.is_positive_semidefinite)
        assert is_semidefinite(entries, strictly=True) == bool(matrix.is_positive_definite)
