"""Decision boundaries: signed hypersurfaces, several classes, types, and the boundaries of networks."""

import random
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polytopes.complexes.polyhedral_complex import PolyhedralComplex
from polytopes.complexes.unions import same_support
from polytopes.errors import InputError, LimitReached, ShapeError
from polytopes.polyhedra.polyhedron import Polyhedron
from tests.tropical.strategies import functions, networks, polynomials
from tropical.algebra.decision_boundary import DecisionBoundary
from tropical.algebra.expressions import parse
from tropical.algebra.polynomial import TropicalPolynomial
from tropical.algebra.rational_function import TropicalMap, TropicalRational
from tropical.networks.layers import ReLU
from tropical.networks.network import Network
from tropical.regions.surveys.decision_boundary import network_boundary, score_network
from tropical.representations.conversion import decision_boundary


def complex_of(polyhedron):
    return PolyhedralComplex.from_polyhedra([polyhedron])


integers = st.integers(-2, 2)


@st.composite
def score_families(draw):
    dim, count = draw(st.integers(1, 3)), draw(st.integers(2, 3))
    return [draw(polynomials(dim=dim, max_size=4, entries=integers)) for _ in range(count)]


@settings(max_examples=35)
@given(score_families(), st.data())
def test_definition(scores, data):
    """A point is on the boundary iff two scores are the largest; cells, counts and complex agree."""
    boundary = DecisionBoundary(tuple(scores))
    complex_ = boundary.complex
    x = data.draw(st.tuples(*[st.fractions(-2, 2, max_denominator=2)] * boundary.ambient_dim))
    values = [F(x) for F in scores]
    assert complex_.contains(x) == (values.count(max(values)) > 1)
    assert complex_.is_complex() and complex_.f_vector() == boundary.f_vector()
    for cell in complex_.maximal_cells:
        values = [F(cell.interior_point()) for F in scores]
        assert values.count(max(values)) > 1
    assert boundary.n_components == len(complex_.connected_components())


@settings(max_examples=25)
@given(score_families())
def test_region_graph(scores):
    """Every region of one class is where its score is strictly the largest, across its edges as well."""
    boundary = DecisionBoundary(tuple(scores))
    sub = boundary.subdivision
    for label, F in enumerate(scores):
        others = [G for k, G in enumerate(scores) if k != label]
        for component in boundary.regions(label):
            for vertex in component:
                x = sub.dual_cell(vertex).interior_point()
                assert all(F(x) > G(x) for G in others)
    for a, b in boundary.region_graph.edges:
        [edge] = [cell for cell in sub.cells(1) if set(a) | set(b) <= set(cell)]
        x = sub.dual_cell(edge).interior_point()
        values = [F(x) for F in scores]
        assert values.count(max(values)) == 1


def test_shared_terms_make_a_full_dimensional_part():
    """max(x, 0) = max(x, y): a half-plane piece where both are x, and the edge y = 0 > x."""
    boundary = DecisionBoundary.of_rational(parse("max(x, 0) - max(x, y)"))
    assert not boundary.complex.is_pure and boundary.complex.dim == 2
    assert {cell.dim for cell in boundary.complex.maximal_cells} == {1, 2}
    assert [len(vertex) for vertex in boundary.tied_terms] == [2]
    assert (boundary.n_positive_regions, boundary.n_negative_regions, boundary.n_components) == (1, 1, 1)
    assert boundary.f_vector() == (1, 3, 1)


def test_touching_without_crossing():
    """|x| >= 0 with equality at 0: a point of the boundary that parts two positive regions."""
    boundary = DecisionBoundary.of_rational(parse("abs(x)"))
    assert boundary.complex.vertices == ((0,),) and boundary.f_vector() == (1,)
    assert (boundary.n_positive_regions, boundary.n_negative_regions) == (2, 0)
    isolated = DecisionBoundary.of_rational(parse("max(x, -x, y, -y)"))
    assert isolated.complex.f_vector() == (1,) == isolated.f_vector()
    assert isolated.complex.vertices == ((0, 0),) and isolated.n_positive_regions == 1


def test_without_boundary():
    boundary = DecisionBoundary.of_rational(parse("abs(x) + abs(y) + 1"))
    assert boundary.complex.n_maximal_cells == 0 and boundary.f_vector() == () and boundary.n_components == 0
    assert boundary.n_positive_regions == 1
    equal = DecisionBoundary.of_rational(parse("max(x, y) - max(x, y)"))
    assert equal.n_positive_regions == equal.n_negative_regions == 0 and equal.f_vector() == (0, 1, 2)
    assert same_support(equal.complex, complex_of(Polyhedron.whole_space(2)))


def test_signs():
    F = TropicalPolynomial.from_terms({2: 0, 1: 1, 0: 0})
    alternating = DecisionBoundary.of_signs(F, [1, -1, 1])
    assert alternating.f_vector() == (2,) and alternating.n_positive_regions == 2
    assert DecisionBoundary.of_signs(F, [1, 1, -1]).f_vector() == (1,)
    for wrong in ([1, 1], [1, 0, 1]):
        with pytest.raises(ShapeError, match="1 or -1"):
            DecisionBoundary.of_signs(F, wrong)


def test_three_classes():
    """max(x, y, 0), one class a term: the tropical line, with a triple point."""
    x, y = TropicalPolynomial.variables(2)
    one = TropicalPolynomial.constant(0, 2)
    boundary = DecisionBoundary.of_scores(TropicalMap.of([x, y, one]))
    assert boundary.f_vector() == (1, 3) and boundary.n_classes == 3
    assert [len(boundary.regions(k)) for k in range(3)] == [1, 1, 1]
    [triple] = boundary.mixed_cells(2)
    assert boundary.classes_on(triple) == {0, 1, 2}
    with_fractions = DecisionBoundary.of_scores(TropicalMap.of([TropicalRational(x, x + y), y, one]))
    assert with_fractions.n_classes == 3


@settings(max_examples=20)
@given(functions, st.randoms(), st.integers(1, 3))
def test_types_do_not_depend_on_coordinates(f, order, scale):
    """Shifting, scaling and mirroring the plane, or reordering coordinates, keep the type; exchanged signs need not."""
    boundary = DecisionBoundary.of_rational(f)
    moved = f.substitute([[0, scale], [-scale, 0]], [order.randint(-3, 3), 1])
    assert boundary.same_type(DecisionBoundary.of_rational(moved))
    assert boundary.same_type(DecisionBoundary.of_rational(f**2))


def test_types_tell_signs_apart():
    f = parse("max(x, y, 0) - max(x + y, -1)")
    a, b = DecisionBoundary.of_rational(f), DecisionBoundary.of_rational(f.inverse())
    assert a.same_type(a) and not a.same_type(b) and sorted(a.f_vector()) == sorted(b.f_vector())
    assert not a.same_type(DecisionBoundary.of_rational(parse("x", ambient_dim=2)))
    assert not a.same_type(DecisionBoundary.of_rational(parse("x")))


def two_classes(terms, heights):
    """The first three terms are positive, the others negative."""
    pairs = list(zip(terms, heights, strict=True))
    return DecisionBoundary((TropicalPolynomial.from_terms(pairs[:3]), TropicalPolynomial.from_terms(pairs[3:])))


def test_labeled_types_and_secondary_cones():
    """Coefficients in one relatively open secondary cone have one labelled type; the others have another."""
    terms = [(2, 0), (1, 1), (0, 2), (1, 0), (0, 1), (0, 0)]
    source = random.Random(2)
    types = set()
    for _ in range(30):
        first, second = ([source.randint(-2, 2) for _ in terms] for _ in range(2))
        a, b = (two_classes(terms, heights) for heights in (first, second))
        order = [height for polynomial in b.classes for height in polynomial.coefficients]
        assert (a.labeled_type == b.labeled_type) == a.subdivision.secondary_cone().interior_contains(order)
        types |= {a.labeled_type, b.labeled_type}
    assert len(types) > 10


def test_refusals():
    with pytest.raises(InputError, match="no class has a term"):
        DecisionBoundary((TropicalPolynomial.zero(2), TropicalPolynomial.zero(2)))
    with pytest.raises(ShapeError):
        DecisionBoundary((TropicalPolynomial.zero(2), TropicalPolynomial.constant(0, 1)))


# Networks


def as_map(network):
    """The map of a network of affine layers and ReLU, multiplied out term by term with no use of its regions."""
    values = list(TropicalMap.identity(network.input_dim).components)
    for layer in (node.layer for node in network.nodes[1:]):
        if isinstance(layer, ReLU):
            values = [value + 0 for value in values]
        else:
            rows, shift = layer.weight.fractions.tolist(), layer.bias.fractions.tolist()
            values = [combination(row, values, b).pruned() for row, b in zip(rows, shift, strict=True)]
    return TropicalMap.of(value.pruned() for value in values)


def combination(row, values, constant):
    total = TropicalRational.of(TropicalPolynomial.constant(constant, values[0].ambient_dim))
    for a, value in zip(row, values, strict=True):
        if a:
            total = total * value**a
    return total


@settings(max_examples=15)
@given(networks(dims=(1, 2), outputs=(1,)))
def test_network_and_tropical_function_agree(network):
    """The zero set from the regions and the one from the signed subdivision are the same set, with equal counts."""
    [f] = as_map(network).components
    tropical, found = DecisionBoundary.of_rational(f), network_boundary(network)
    assert same_support(tropical.complex, found.complex)
    assert found.regions == (tropical.n_positive_regions, tropical.n_negative_regions)
    assert found.n_components == tropical.n_components
    assert all(tie == {0, 1} for tie in found.ties)


@settings(max_examples=10)
@given(networks(dims=(2,), outputs=(3,)))
def test_several_classes_agree(network):
    tropical, found = DecisionBoundary.of_scores(as_map(network)), network_boundary(network)
    assert same_support(tropical.complex, found.complex)
    assert found.regions == tuple(len(tropical.regions(k)) for k in range(3))
    for cell, tie in zip(found.complex.maximal_cells, found.ties, strict=True):
        values = network(cell.interior_point())
        assert tie == {k for k, value in enumerate(values) if value == max(values)}


def random_network(seed, *sizes):
    source = random.Random(seed)
    layers = [
        ([[source.randint(-9, 9) for _ in range(n)] for _ in range(m)], [source.randint(-9, 9) for _ in range(m)])
        for n, m in pairwise(sizes)
    ]
    return Network.from_weights(layers)


@pytest.mark.parametrize("method", ["vertices", "witness"])
def test_three_inputs_by_both_methods(method):
    network = random_network(7, 3, 4, 3, 1)
    [f] = as_map(network).components
    tropical, found = DecisionBoundary.of_rational(f), network_boundary(network, method=method)
    assert same_support(tropical.complex, found.complex)
    assert found.regions == (tropical.n_positive_regions, tropical.n_negative_regions)


def test_in_a_box():
    """max(|x|, |y|) - 1 on the unit square around (1, 0): one segment, one region of each class."""
    first = ([[1, 0], [-1, 0], [0, 1], [0, -1]], [0, 0, 0, 0])
    absolute = ([[1, 1, 0, 0], [0, 0, 1, 1], [1, 1, -1, -1]], [0, 0, 0])
    network = Network.from_weights([first, absolute, ([[0, 1, 1]], [-1])])
    box = Polyhedron.box(["1/2", "-1/2"], ["3/2", "1/2"])
    found = network_boundary(network, box)
    assert same_support(found.complex, complex_of(Polyhedron.box([1, "-1/2"], [1, "1/2"])))
    assert found.regions == (1, 1)
    everywhere = network_boundary(network)
    assert everywhere.regions == (1, 1) and everywhere.complex.is_bounded and everywhere.n_components == 1
    assert everywhere.complex.boundary().n_maximal_cells == 0


@pytest.mark.parametrize("method", ["vertices", "witness"])
@pytest.mark.parametrize("seed", range(3))
def test_in_a_slice(seed, method):
    """With fixed coordinates it is that of the network with these put in, moved to where they are; ties included."""
    W = [[(3 * i + 5 * j + seed * i * j) % 7 - 3 for j in range(4)] for i in range(5)]
    W[1], W[2] = W[0], [0, 0, W[2][2], W[2][3]]
    b, top = [(seed + i) % 3 - 1 for i in range(5)], [[1, -2, 3, -1, 1], [2, 1, -1, -2, 1]][: 1 + seed % 2]
    b[2] = -(W[2][2] * 2 + W[2][3])  # a unit that is 0 on all of the slice
    wide = Network.from_weights([(W, b), (top, [1] * len(top))])
    inside = [row[:2] for row in W], [c + 2 * row[2] + row[3] for c, row in zip(b, W, strict=True)]
    inner = Network.from_weights([inside, (top, [1] * len(top))])
    found = network_boundary(wide, [(-2, 2), (-1, 3), (2, 2), (1, 1)], method=method, relative=True)
    expected = network_boundary(inner, [(-2, 2), (-1, 3)])
    assert set(found.complex.vertices) == {(*vertex, 2, 1) for vertex in expected.complex.vertices}
    assert found.complex.f_vector() == found.relative_complex.f_vector() == expected.complex.f_vector()
    assert found.n_activation_regions == expected.n_activation_regions and found.regions == expected.regions
    for name in ("bounded_regions", "n_components", "is_bounded"):
        assert getattr(found, name) == getattr(expected, name)
    assert sorted(map(sorted, found.ties)) == sorted(map(sorted, expected.ties))


def test_at_a_point():
    """Where all coordinates are fixed there is one region, and a boundary if the scores tie there."""
    network = random_network(7, 2, 3, 1)
    moved = Network.from_weights([([[1, 1]], [-3])])
    for net, point, cells in ((network, (1, 2), 0), (moved, (1, 2), 1), (moved, (0, 3), 1), (moved, (-1, 2), 0)):
        found = network_boundary(net, [(x, x) for x in point], relative=True)
        assert found.n_activation_regions == 1 and found.complex.n_maximal_cells == cells
        assert set(found.complex.vertices) == {point} if cells else not found.complex.vertices


def test_scores():
    network = random_network(3, 2, 3, 3)
    scores = score_network(network)
    x = (Fraction(1, 3), Fraction(2))
    values = network(x)
    assert scores(x) == tuple(value - max(values) for value in values)


def test_constant_networks_and_limits():
    zero = Network.from_weights([([[0, 0]], [0])])
    assert network_boundary(zero).complex.maximal_cells == (Polyhedron.whole_space(2),)
    assert network_boundary(zero).regions == (0, 0)
    one = Network.from_weights([([[0, 0]], [1])])
    assert network_boundary(one).complex.n_maximal_cells == 0 and network_boundary(one).regions == (1, 0)
    with pytest.raises(LimitReached, match="more than 3") as stop:
        network_boundary(random_network(1, 2, 5, 1), limit=3)
    assert stop.value.partial.n_activation_regions == 3 and not stop.value.partial.complete


@given(networks(dims=(1, 2), outputs=(1, 2, 3)))
def test_boundary_of_network_against_activation_regions(network):
    """The converted network and its activation regions have one boundary, and the same regions, bounded ones too."""
    converted, walked = decision_boundary(network), network_boundary(network)
    assert same_support(converted.complex, walked.complex)
    assert converted.n_components == walked.n_components and converted.is_bounded == walked.is_bounded
    labels = range(converted.n_classes)
    assert tuple(len(converted.regions(label)) for label in labels) == walked.regions
    assert tuple(len(converted.bounded_regions(label)) for label in labels) == walked.bounded_regions


@settings(max_examples=30)
@given(score_families())
def test_signed_f_vectors(scores):
    """Cells are counted once each; mixed ones are dual to the boundary, and inner ones to what is bounded."""
    boundary = DecisionBoundary(tuple(scores))
    sub, signed = boundary.subdivision, boundary.signed_f_vectors()
    assert tuple(map(sum, zip(*signed.values(), strict=True))) == sub.f_vector()
    for classes, counts in signed.items():
        cells = [[cell for cell in sub.cells(k) if boundary.classes_on(cell) == classes] for k in range(sub.dim + 1)]
        assert counts == tuple(map(len, cells)) and any(counts)
    assert all(
        (cell in sub.interior_cells(k)) == sub.dual_cell(cell).is_bounded
        for k in range(sub.dim + 1)
        for cell in sub.cells(k)
    )
    for label in range(boundary.n_classes):
        for part in boundary.regions(label):
            assert (part in boundary.bounded_regions(label)) == all(sub.dual_cell(v).is_bounded for v in part)


def test_bounded_boundary():
    diamond = DecisionBoundary.of_rational(parse("1 - abs(x) - abs(y)"))
    assert diamond.is_bounded and len(diamond.bounded_regions(0)) == 1 and diamond.bounded_regions(1) == ()
    assert diamond.f_vector() == (4, 4) and diamond.subdivision.interior_cells(0) == ((0,),)
    line = DecisionBoundary.of_rational(parse("x", ambient_dim=2))
    assert not line.is_bounded and line.subdivision.interior_cells(1) == ()
