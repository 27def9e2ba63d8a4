"""Generating functions of families against closed forms, known tables and single counts."""

import csv
import json

import pytest

from polytopes.arithmetic.rational_series import RationalSeries, fitted_series, satisfies
from polytopes.errors import InputError, LimitReached, UnsupportedError
from polytopes.minkowski_sums import frontier, sliding_windows
from polytopes.minkowski_sums.frontier.lumping import lump
from polytopes.minkowski_sums.frontier.transfer_matrix import TransferMatrix
from polytopes.minkowski_sums.growing_families import Family, generating_function
from tests.paths import POOLING
from tropical.pooling.counts import PoolingCounts
from tropical.pooling.layer import MaxPooling

STRIPS = json.loads((POOLING / "pooling_2d_strip_gf.json").read_text())


@pytest.mark.parametrize("k", range(1, 8))
def test_lines(k: int) -> None:
    for s in range(1, k + 2):
        assert generating_function(Family.line(k, s)).series == sliding_windows.vertex_series(k, s)
        assert generating_function(Family.line(k, s, "relu")).series == sliding_windows.relu_series(k, s)


def test_leaky_lines() -> None:
    with (POOLING / "pooling_1d_relu_leaky_vertices.csv").open() as lines:
        for row in csv.DictReader(lines):
            n, k, s = (int(row[name]) for name in "nks")
            if row["leakyrelu_maxpool_regions"] and k <= 5:
                series = generating_function(Family.line(k, s, "leaky")).series
                assert series.term(n) == int(row["leakyrelu_maxpool_regions"]), row


@pytest.mark.parametrize("entry", STRIPS, ids=lambda entry: f"{entry['pool']} of height {entry['H']}")
def test_strips(entry: dict[str, str]) -> None:
    height, *rest = (int(entry[name]) for name in ("H", "kh", "kw", "sh", "sw"))
    activation = "relu" if entry["pool"].startswith("relu") else None
    proven = generating_function(Family.strip(height, (rest[0], rest[1]), (rest[2], rest[3]), activation=activation))
    assert proven.series == RationalSeries(map(int, entry["num"]), map(int, entry["den"]))
    assert proven.series.order == int(entry["order"]) <= proven.n_classes <= proven.n_states
    assert proven.n_terms > 2 * proven.series.order


def test_order_of_height_5() -> None:
    with (POOLING / "pooling_2d_growth.csv").open() as lines:
        known = {(row["pool"], row["H"]): row for row in csv.DictReader(lines)}
    proven = generating_function(Family.strip(5, (2, 2), (1, 1)))
    row = known["2x2s1", "5"]
    assert proven.series.order == int(row["order"]) == proven.series.growth.degree
    assert float(proven.series.growth) == pytest.approx(float(row["growth_per_window_column"]), rel=1e-13)


@pytest.mark.slow
def test_order_of_height_6() -> None:
    proven = generating_function(Family.strip(6, (2, 2), (1, 1)))
    assert proven.series.order == proven.series.growth.degree == 158
    assert float(proven.series.growth) == pytest.approx(238.1874398231126, rel=1e-14)
    assert proven.n_classes == 850


@pytest.mark.slow
def test_order_of_height_7() -> None:
    family = Family.strip(7, (2, 2), (1, 1))
    series = generating_function(family).series
    assert series.terms(10) == [frontier.count_vertices(family.hypergraph(n)) for n in range(10)]
    assert series.order == series.growth.degree == 698
    assert float(series.growth) == pytest.approx(679.297001246072, rel=1e-13)


def test_padding_above_and_below() -> None:
    family = Family.strip(3, (3, 3), (2, 2), padding=1)
    assert family.windows == ((0, 1, 3, 4, 6, 7), (1, 2, 4, 5, 7, 8))
    series = generating_function(family).series
    assert series.terms(7) == [frontier.count_vertices(family.hypergraph(n)) for n in range(7)]


@pytest.mark.parametrize(
    ("height", "window", "stride", "padding", "activation"),
    [
        (5, (3, 3), (2, 2), (1, 1), None),
        (4, (2, 2), (1, 1), (1, 1), None),
        (3, (3, 3), (1, 1), (1, 1), "relu"),
        (2, (2, 2), (1, 1), (0, 1), "leaky"),
        (2, (2, 5), (1, 2), (0, 2), None),
    ],
)
def test_padding_on_all_sides(height, window, stride, padding, activation) -> None:  # type: ignore[no-untyped-def]
    family = Family.strip(height, window, stride, padding, activation)
    graphs = [family.hypergraph(n) for n in range(9)]
    if activation == "leaky":
        counts = [frontier.count_signed(graph) for graph in graphs]
    else:
        counts = [frontier.count_vertices(g.with_shared_element() if activation else g) for g in graphs]
    proven = generating_function(family)
    assert proven.series.terms(9) == counts
    assert proven.n_terms > 2 * proven.series.order


@pytest.mark.parametrize(
    ("height", "window", "stride", "padding", "activation"),
    [
        (3, (3, 3), (2, 2), (1, 1), None),
        (4, (2, 2), (1, 1), (1, 0), None),
        (2, (2, 2), (1, 1), (0, 1), None),
        (2, (3, 3), (1, 1), (1, 1), "relu"),
        (2, (2, 2), (1, 1), (1, 1), "leaky"),
        (2, (2, 5), (2, 2), (0, 2), None),
        (2, (3, 2), (1, 2), (1, 1), None),
    ],
)
def test_zeros_in_the_padding(height, window, stride, padding, activation) -> None:  # type: ignore[no-untyped-def]
    family = Family.strip(height, window, stride, padding, activation, zero_padding=True)
    layers = [
        MaxPooling((height, width - 2 * padding[1]), window, stride, padding, padding_value="0")
        for width in (stride[1] * (n - 1) + window[1] for n in range(2, 7))
    ]
    assert [layer.output_shape[1] for layer in layers] == [*range(2, 7)]
    known = [PoolingCounts(layer, activation).n_vertices() for layer in layers]
    assert generating_function(family).series.terms(7)[2:] == known
    if activation != "leaky":
        facets = [PoolingCounts(layer, activation).n_facets() for layer in layers]
        assert generating_function(family, facets=True).series.terms(7)[2:] == facets


@pytest.mark.parametrize(
    "family",
    [
        *(
            Family.line(k, s, activation)
            for k, s in ((2, 1), (3, 1), (5, 2), (3, 3), (4, 6))
            for activation in (None, "relu")
        ),
        *(Family.strip(h, (2, 2), (1, 1)) for h in (2, 3, 4)),
        Family.strip(5, (3, 3), (2, 2)),
        Family.strip(3, (3, 3), (2, 2), (1, 1)),
        Family.strip(4, (2, 3), (1, 2), (0, 1)),
        Family([(0, 1), (1, 2), (0, 3)], 1),
        Family([(0, 1, 2, 5)], 2, cut=(1, 2)),
        Family([(0, 1), (1, 2, 3)], 4),
        Family([(0,), (0, 1), (1, 2, 3)], 2, cut=1),
        Family([(0, 1, 2, 3), (2, 3, 4, 5)], 4),
    ],
)
def test_facets(family: Family) -> None:
    graphs = [family.hypergraph(n) for n in range(10)]
    counts = [frontier.count_facets(g.with_shared_element() if family.activation else g) for g in graphs]
    proven = generating_function(family, facets=True)
    assert proven.series.terms(10) == counts


def test_published_numbers_of_facets() -> None:
    for k, s in ((2, 1), (3, 1), (4, 3), (5, 2), (7, 3)):
        terms = generating_function(Family.line(k, s), facets=True).series.terms(20)
        assert terms == [sliding_windows.count_facets(n, k, s) for n in range(20)]
    strip = generating_function(Family.strip(3, (2, 2), (1, 1)), facets=True).series
    assert strip.terms(30)[2:] == [4 * n * n - 9 * n + 12 for n in range(3, 31)]


def test_facets_of_pieces_are_counted_piece_by_piece() -> None:
    with pytest.raises(UnsupportedError, match="not connected"):
        generating_function(Family([(0, 2)], 1), facets=True)


def test_cut_lines() -> None:
    for k, s, cut in ((3, 1, 1), (5, 2, 2), (7, 2, 3), (4, 4, 2), (3, 2, 5)):
        series = generating_function(Family([range(k)], s, cut=cut)).series
        ends = [s * (n - 1) + k - cut for n in range(12)]
        assert series.terms(12) == [sliding_windows.count_vertices_cut(n, k, s, cut, ends[n]) for n in range(12)]


def test_lines_cut_otherwise_at_both_ends() -> None:
    for k, s, first, last in ((3, 1, 1, 0), (5, 2, 0, 2), (7, 2, 3, 1), (3, 2, 1, 2)):
        series = generating_function(Family([range(k)], s, cut=(first, last))).series
        ends = [max(s * (n - 1) + k - last, first) for n in range(12)]
        assert series.terms(12) == [sliding_windows.count_vertices_cut(n, k, s, first, ends[n]) for n in range(12)]


def test_all_faces_and_signs() -> None:
    family = Family.strip(3, (2, 2), (1, 1))
    faces = generating_function(family, faces=1).series
    assert faces.terms(6) == [sum(frontier.f_vector(family.hypergraph(n))) for n in range(6)]
    doubled = generating_function(family, faces=2).series
    assert doubled.term(3) == sum(2**i * f for i, f in enumerate(frontier.f_vector(family.hypergraph(3))))
    leaky = generating_function(Family.strip(3, (2, 2), (1, 1), activation="leaky")).series
    assert leaky.terms(6) == [frontier.count_signed(family.hypergraph(n)) for n in range(6)]


def test_families_that_fall_apart() -> None:
    family = Family([(0, 3), (1, 4), (2, 3)], 3)
    series = generating_function(family).series
    assert series.terms(8) == [frontier.count_vertices(family.hypergraph(n)) for n in range(8)]


def test_classes() -> None:
    two_alike = TransferMatrix((((0, 1, 1), (0, 2, 1), (1, 0, 2), (2, 0, 1), (2, 0, 1)),), (3,))
    lumped = lump(two_alike)
    assert lumped.sizes == (1,)
    sums, alike = two_alike.sums(), lumped.sums()
    assert [next(sums) for _ in range(6)] == [next(alike) for _ in range(6)] == [2**n for n in range(6)]


def test_guesses() -> None:
    assert fitted_series([1, 2, 6, 24, 120, 720, 5040, 40320]) is None
    fibonacci = RationalSeries((1,), (1, -1, -1))
    assert fitted_series(fibonacci.terms(12)) == fibonacci
    assert satisfies(fibonacci, fibonacci.terms(9)) and not satisfies(fibonacci, [*fibonacci.terms(9), 0])


def test_what_is_refused() -> None:
    for windows, shift in (([], 1), ([(0,)], 0), ([()], 1), ([(-1, 0)], 1)):
        with pytest.raises(InputError, match="family"):
            Family(windows, shift)
    with pytest.raises(InputError, match="fits"):
        Family.strip(2, (3, 3), (1, 1))
    with pytest.raises(UnsupportedError, match="leaky"):
        generating_function(Family.line(3, 1, "leaky"), faces=1)
    with pytest.raises(LimitReached):
        generating_function(Family.strip(6, (2, 2), (1, 1)), seconds=0)
