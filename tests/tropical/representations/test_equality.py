"""What is constructed is checked before it is given: right answers pass, wrong ones do not."""

from __future__ import annotations

import importlib
from fractions import Fraction
from random import Random
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from polytopes.errors import InputError, VerificationFailed
from polytopes.polyhedra.polyhedron import Polyhedron
from tests.tropical.strategies import functions, networks, polynomials
from tropical.algebra.expressions import parse
from tropical.algebra.polynomial import TropicalPolynomial
from tropical.algebra.rational_function import TropicalMap, TropicalRational
from tropical.networks.function_networks import maxout_network
from tropical.networks.network import Network
from tropical.regions.activation_regions import activation_regions
from tropical.representations import equality
from tropical.representations.conversion import convert, decision_polynomials, tropical_map
from tropical.representations.convex_decompositions import DecompositionPolyhedron, decomposition_polyhedron
from tropical.representations.equality import Terms, generators_of, quotients_of, verify_equal, verify_quotients
from tropical.representations.synthesis import relu_network

CONVERSION = importlib.import_module("tropical.representations.conversion")
SYNTHESIS = importlib.import_module("tropical.representations.synthesis")


def spoiled(function: TropicalRational, random: Random) -> TropicalRational:
    """Another function: a term moved, left out, or one more, such that it matters."""
    sides = [function.numerator, function.denominator]
    k = random.randrange(2)
    forms = [list(form) for form in sides[k].forms]
    match random.randrange(3):
        case 0:
            random.choice(forms)[random.randrange(len(forms[0]))] += Fraction(random.choice([1, -1]), 10**6)
        case 1 if len(forms) > 1:
            forms.remove(random.choice(forms))
        case _:
            forms.append([Fraction(1000), *[Fraction(0)] * function.ambient_dim])
    sides[k] = TropicalPolynomial.from_forms(forms)
    return TropicalRational(*sides)


@given(networks(outputs=(1, 2)), st.randoms(use_true_random=False))
def test_other_maps_are_found_out(network: Network, random: Random) -> None:
    found = tropical_map(network)
    verify_quotients(network, quotients_of(found), "the map")
    wrong = spoiled(found.components[0], random)
    if not wrong.same_function(found.components[0]):
        with pytest.raises(VerificationFailed, match="the map is another function at"):
            verify_quotients(network, quotients_of(TropicalMap((wrong, *found.components[1:]))), "the map")


@settings(max_examples=20)
@given(networks(dims=(1, 2), outputs=(1,)), networks(dims=(1, 2), outputs=(1,)))
def test_networks_are_compared_as_functions(A: Network, B: Network) -> None:
    assert verify_equal(A, A, "it")
    if A.input_dim == B.input_dim and not tropical_map(A).same_function(tropical_map(B)):
        with pytest.raises(VerificationFailed, match="it is another function at"):
            verify_equal(A, B, "it")


def test_where_much_is_to_be_seen_a_part_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rest is looked at in values at random points."""
    network = Network.from_weights([([[1, 0], [0, 1], [1, 1], [1, -1]], [0, 0, -1, 2]), ([[1, 1, -1, 3]], [0])])
    found = tropical_map(network)
    assert verify_quotients(network, quotients_of(found), "the map") and verify_equal(network, network, "it")
    monkeypatch.setattr(equality, "MOST_FORMS", 2)
    assert not verify_quotients(network, quotients_of(found), "the map")
    assert not verify_equal(network, network, "it", most=3)
    steep = TropicalRational(
        found.components[0].numerator + TropicalPolynomial.from_forms([[-10, 9, 9]]),
        found.components[0].denominator,
    )
    with pytest.raises(VerificationFailed, match="the map is another function"):
        verify_quotients(network, quotients_of(TropicalMap.of([steep])), "the map")


@given(polynomials(max_size=6), polynomials(max_size=6))
def test_leading_terms(F: TropicalPolynomial, G: TropicalPolynomial) -> None:
    """On a region of both together each has one leading term, on its union with another in general not."""
    network = maxout_network(TropicalRational(F, G))
    for region in activation_regions(network):
        rows = generators_of(region)
        forms = [Terms(part).leading(rows) for part in (F, G)]
        assert forms == [F.forms[F.winners(region.point)[0]], G.forms[G.winners(region.point)[0]]]
    whole = [(1, 0, 0), *((0, *(s * e for e in axis)) for axis in ((1, 0), (0, 1)) for s in (1, -1))]
    assert (Terms(F).leading(whole) is None) == (F.normal_form().n_terms > 1)


@pytest.mark.parametrize("size", [1, 10**20, 10**400])
def test_terms_of_any_length(size: int) -> None:
    """Floats only choose whose values are computed: they are of no use for terms that are nearly equal, or huge."""
    F = TropicalPolynomial.from_forms([[size, 3 * size], [size, 3 * size + 1], [size - 1, 3 * size + 2]])
    assert Terms(F).leading([(1, 0)]) == F.forms[F.winners([0])[0]] and F.forms[F.winners([0])[0]][0] == size
    assert Terms(F).leading([(1, 1)]) == (size - 1, 3 * size + 2) or Terms(F).leading([(1, 1)]) == (size, 3 * size + 1)
    assert Terms(F).leading([(1, 2), (0, 1)]) == (size - 1, 3 * size + 2)
    assert Terms(F).leading([(1, 0), (0, 1)]) is None


WRONG = TropicalPolynomial.from_forms([[1, 0, 0], [0, 1, 1]])


@pytest.mark.parametrize("construct", [tropical_map, convert, decision_polynomials])
@pytest.mark.parametrize("n_outputs", [1, 2])
def test_wrong_conversions_are_not_given(monkeypatch: pytest.MonkeyPatch, construct: Any, n_outputs: int) -> None:
    outer = [[1, -1, 2], [0, 1, 1]][:n_outputs]
    network = Network.from_weights([([[1, 0], [0, 1], [1, -1]], [0, 0, -1]), (outer, [0] * n_outputs)])
    expand = CONVERSION.expand
    monkeypatch.setattr(CONVERSION, "expand", lambda *a, **k: [WRONG, *expand(*a, **k)[1:]])
    with pytest.raises(VerificationFailed, match="is another function at"):
        construct(network)


@settings(max_examples=25)
@given(functions)
def test_networks_of_functions(function: TropicalRational) -> None:
    """The network passes its own check, and the slow one: the function that it is expanded into."""
    network = relu_network(function)
    assert tropical_map(network).components[0].same_function(function)


def test_wrong_networks_of_functions_are_not_given(monkeypatch: pytest.MonkeyPatch) -> None:
    combined = SYNTHESIS._combined
    monkeypatch.setattr(SYNTHESIS, "_combined", lambda f, g, factor: combined(f, g, abs(factor)))
    with pytest.raises(VerificationFailed, match="the ReLU network is another function"):
        relu_network(parse("max(x, y, 0) - max(x + y, 1)"))


def test_wrong_decompositions_are_not_given(monkeypatch: pytest.MonkeyPatch) -> None:
    found = decomposition_polyhedron(parse("abs(x) - abs(y)"))
    assert found.decomposition(found.polyhedron.vertices[0]).same_function(parse("abs(x) - abs(y)"))
    original = DecompositionPolyhedron._function

    def wrong(self: DecompositionPolyhedron, y: Any) -> Any:
        first, *rest = original(self, y)
        return [(first[0] + 1, *first[1:]), *rest]

    monkeypatch.setattr(DecompositionPolyhedron, "_function", wrong)
    with pytest.raises(VerificationFailed, match="difference of convex"):
        found.decomposition(found.polyhedron.vertices[0])
    with pytest.raises(VerificationFailed, match="a convex function"):
        found.convex_function(found.polyhedron.rays[0])
    monkeypatch.undo()
    spoiled_forms = evolve(found, forms=(found.forms[0], *((f[0] + 1, *f[1:]) for f in found.forms[1:])))
    with pytest.raises((VerificationFailed, InputError)):
        spoiled_forms.decomposition(found.polyhedron.vertices[0])


def test_only_convex_directions() -> None:
    found = decomposition_polyhedron(parse("abs(x) - abs(y)"))
    assert isinstance(found.polyhedron, Polyhedron)
    for ray in found.polyhedron.rays:
        assert found.convex_function(ray).n_terms == 2
        with pytest.raises(InputError, match="not convex"):
            found.convex_function([-entry for entry in ray])
