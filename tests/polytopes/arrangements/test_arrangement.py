"""Arrangements: every count by the characteristic polynomial, by enumeration, and by the flats."""

import csv
from collections import Counter
from fractions import Fraction
from itertools import combinations

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from polytopes.arithmetic.linalg import rank
from polytopes.arrangements.arrangement import Arrangement
from polytopes.arrangements.characteristic_polynomial import multiply
from polytopes.arrangements.flats import characteristic_polynomial_from_flats
from polytopes.errors import InputError, NumberError, ShapeError
from polytopes.library import arrangements as library
from polytopes.polyhedra.polyhedron import Polyhedron
from tests.paths import DATA

TABLE = DATA / "arrangements.csv"
KNOWN = [(row["case"], row["quantity"], row["value"]) for row in csv.DictReader(TABLE.open())]


def named(case):
    """Build the arrangement of a row of known answers; affine ones are tabulated with the hyperplane at infinity."""
    kind, *numbers = case.replace("_in_R", "_").split("_")
    match kind, [int(number) for number in numbers]:
        case "affgeneric", [n, dim]:
            return library.generic(n, dim).arrangement.cone()
        case "generic", [n, dim]:
            return library.generic(n, dim, central=True).arrangement
        case "shi", [n]:
            return library.shi(n).arrangement.cone()
        case _, [n]:
            return getattr(library, kind)(n).arrangement


rows = st.lists(
    st.tuples(st.integers(-2, 2), st.integers(-2, 2), st.integers(-2, 2)).filter(lambda row: any(row[1:])),
    max_size=6,
)
arrangements = rows.map(lambda found: Arrangement.from_rows(found, 2))


@pytest.mark.parametrize(("case", "quantity", "value"), KNOWN)
def test_known_answers(case, quantity, value):
    arrangement = named(case)
    if quantity == "regions":
        assert arrangement.n_chambers == int(value)
    else:
        assert " ".join(map(str, arrangement.characteristic_polynomial)) == value


@pytest.mark.parametrize("case", ["braid_5", "resonance_4", "threshold_3", "shi_4", "generic_12_in_R3"])
def test_enumeration_and_flats_agree_with_the_polynomial(case):
    arrangement = named(case)
    chambers = [chamber.signs for chamber in arrangement.chambers()]
    assert len(chambers) == len(set(chambers)) == arrangement.n_chambers
    by_flats = characteristic_polynomial_from_flats(arrangement.hyperplanes, arrangement.ambient_dim)
    assert by_flats == arrangement.characteristic_polynomial


# --- construction -------------------------------------------------------------------------------------------------


def test_multiples_are_one_hyperplane_and_order_is_kept():
    arrangement = Arrangement.from_rows([[0, "1/2", "-1/2"], [0, -3, 3], [2, 0, 4], [0.5, 0, 1]])
    assert arrangement.hyperplanes == ((0, 1, -1), (1, 0, 2))


def test_equality_is_equality_of_sets():
    left, right = Arrangement.from_rows([[0, 1], [1, 1]]), Arrangement.from_rows([[-2, -2], [0, 5]])
    assert left == right and hash(left) == hash(right)
    assert left != Arrangement.from_rows([[0, 1]])
    assert Arrangement((), 1) != Arrangement((), 2)


@pytest.mark.parametrize("row", [[0, 0, 0], [1, 0, 0]])
def test_a_zero_normal_is_refused_unless_it_may_be_dropped(row):
    with pytest.raises(InputError, match=r"row 1 .* normal is zero"):
        Arrangement.from_rows([[0, 1, 0], row])
    assert len(Arrangement.from_rows([[0, 1, 0], row], drop_constant=True)) == 1


def test_bad_rows_are_refused():
    with pytest.raises(ShapeError):
        Arrangement.from_rows([[0, 1], [0, 1, 2]])
    with pytest.raises(ShapeError, match="give ambient_dim"):
        Arrangement.from_rows([])
    with pytest.raises(NumberError):
        Arrangement.from_rows([[0, float("nan")]])
    with pytest.raises(InputError, match="indices start at 0"):
        Arrangement.from_rows([[0, 1]]).restriction(1)


def test_repr_does_not_compute():
    assert repr(library.resonance(7).arrangement) == "Arrangement of 127 hyperplanes in Q^7"


# --- degenerate ones ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dim", [0, 1, 3])
def test_the_empty_arrangement_has_one_chamber(dim):
    empty = Arrangement.from_rows([], dim)
    assert empty.characteristic_polynomial == (1,) + (0,) * dim
    assert empty.n_chambers == 1
    assert empty.n_bounded_chambers == (1 if dim == 0 else 0)
    assert empty.is_central and empty.is_generic
    assert [chamber.signs for chamber in empty.chambers()] == [()]
    assert [flat.dim for flat in empty.flats()] == [dim]


def test_parallel_hyperplanes():
    strips = Arrangement.from_rows([[k, 1, 1, 0] for k in range(4)])
    assert strips.characteristic_polynomial == (1, -4, 0, 0)
    assert (strips.n_chambers, strips.n_bounded_chambers, strips.n_relatively_bounded_chambers) == (5, 0, 3)
    assert strips.restriction(0) == Arrangement((), 2)
    assert not strips.is_central and not strips.is_essential
    assert sum(1 for _ in strips.chambers()) == 5


def test_concurrent_away_from_the_origin_is_central():
    lines = Arrangement.from_rows([[-1, 1, 0], [-1, 0, 1], [-2, 1, 1]])
    assert lines.is_central and lines.is_generic
    assert lines.characteristic_polynomial == (1, -3, 2)
    assert lines.n_bounded_chambers == 0


def test_genericity():
    triangle = Arrangement.from_rows([[0, 1, 0], [0, 0, 1], [-1, 1, 1]])
    assert triangle.is_generic and triangle.n_bounded_chambers == 1
    assert not Arrangement.from_rows([[0, 1, 0], [1, 1, 0], [0, 0, 1]]).is_generic
    assert not library.braid(4).arrangement.is_generic
    assert library.generic(9, 3).arrangement.is_generic


def brute_force_uniform(arrangement):
    matroid = arrangement.normals if arrangement.is_central else arrangement.cone().normals
    size = rank(matroid) if matroid else 0
    return all(rank(chosen) == size for chosen in combinations(matroid, size) if size)


@given(arrangements)
def test_genericity_is_that_all_bases_are_bases(arrangement):
    assert arrangement.is_generic == brute_force_uniform(arrangement)


# --- identities ---------------------------------------------------------------------------------------------------


@given(arrangements)
def test_deletion_restriction(arrangement):
    if len(arrangement):
        whole = arrangement.characteristic_polynomial
        deleted = arrangement.deletion(0).characteristic_polynomial
        restricted = (0, *arrangement.restriction(0).characteristic_polynomial)
        assert whole == tuple(a - b for a, b in zip(deleted, restricted, strict=True))


@given(arrangements)
def test_polynomial_from_flats(arrangement):
    by_flats = characteristic_polynomial_from_flats(arrangement.hyperplanes, arrangement.ambient_dim)
    assert by_flats == arrangement.characteristic_polynomial


@given(arrangements)
def test_coning_multiplies_by_t_minus_1(arrangement):
    cone = arrangement.cone().characteristic_polynomial
    assert cone == multiply(arrangement.characteristic_polynomial, (1, -1))


@given(arrangements)
def test_essentialization(arrangement):
    essential = arrangement.essentialization()
    assert essential.is_essential
    assert essential.n_chambers == arrangement.n_chambers
    assert essential.n_bounded_chambers == arrangement.n_relatively_bounded_chambers


@given(arrangements)
def test_chambers_by_enumeration(arrangement):
    chambers = list(arrangement.chambers())
    assert len({chamber.signs for chamber in chambers}) == len(chambers) == arrangement.n_chambers
    assert all(arrangement.covector(chamber.point) == chamber.signs for chamber in chambers)
    bounded = sum(chamber.closure.is_bounded for chamber in chambers)
    assert bounded == arrangement.n_bounded_chambers


@given(arrangements)
def test_covectors_and_f_vector(arrangement):
    covectors = list(arrangement.covectors())
    assert len(set(covectors)) == len(covectors) == sum(arrangement.f_vector())
    assert sum((-1) ** k * count for k, count in enumerate(arrangement.f_vector())) == 1
    grid = [Fraction(k, 3) for k in range(-9, 10)]
    assert {arrangement.covector((x, y)) for x in grid for y in grid} <= set(covectors)


@given(arrangements)
def test_covectors_are_the_f_vector_by_dimension(arrangement):
    by_dimension = Counter()
    for signs in arrangement.covectors():
        zero = [row for row, sign in zip(arrangement.normals, signs, strict=True) if sign == 0]
        by_dimension[arrangement.ambient_dim - (rank(zero) if zero else 0)] += 1
    assert tuple(by_dimension[k] for k in range(3)) == arrangement.f_vector()


def test_f_vector_of_the_braid_arrangement_counts_ordered_set_partitions():
    assert library.braid(4).arrangement.f_vector() == (0, 1, 14, 36, 24)


# --- flats --------------------------------------------------------------------------------------------------------


def test_flats_of_the_braid_arrangement_are_set_partitions():
    arrangement = library.braid(5).arrangement
    assert [len(arrangement.flats(k)) for k in range(6)] == [1, 10, 25, 15, 1, 0]


def test_flats_know_their_hyperplanes():
    arrangement = library.shi(3).arrangement
    for flat in arrangement.flats():
        point = flat.lift(tuple(Fraction(17 + 5 * k, 3) for k in range(flat.dim)))
        on = tuple(i for i, sign in enumerate(arrangement.covector(point)) if sign == 0)
        assert set(flat.hyperplanes) <= set(on)
        assert rank([arrangement.normals[i] for i in flat.hyperplanes]) == flat.codim


def test_intersection_poset_is_graded_and_boolean_for_coordinates():
    graph = library.coordinate(3).arrangement.intersection_poset()
    assert nx.is_isomorphic(graph.to_undirected(), nx.hypercube_graph(3))
    assert (graph.number_of_nodes(), graph.number_of_edges()) == (8, 12)
    assert all(larger.codim + 1 == smaller.codim for larger, smaller in graph.edges)
    assert {(flat.codim, value) for flat, value in graph.nodes(data="mobius")} == {(0, 1), (1, -1), (2, 1), (3, -1)}


# --- domains ------------------------------------------------------------------------------------------------------


def test_chambers_of_a_box():
    arrangement = library.generic(6, 2).arrangement
    box = Polyhedron.box([-1, -1], [1, 1])
    inside = {chamber.signs for chamber in arrangement.chambers(box)}
    everywhere = {chamber.signs: chamber.closure for chamber in arrangement.chambers()}
    assert inside == {signs for signs, closure in everywhere.items() if (closure & box).dim == 2}


@pytest.mark.slow
@pytest.mark.parametrize(("case", "count"), [("resonance_6", 1066044), ("threshold_6", 15028134)])
def test_large_counts(case, count):
    assert named(case).n_chambers == count
