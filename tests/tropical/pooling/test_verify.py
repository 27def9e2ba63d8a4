"""All ways to count a layer agree, and a wrong number is noticed."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polytopes.minkowski_sums.hypergraph import Hypergraph
from polytopes.minkowski_sums.simplex_sum import SimplexSum
from tropical.pictures.polytopes import plot_polytope
from tropical.pooling.layer import MaxPooling
from tropical.pooling.verify import Answer, Check, Way, agree, by_signs, every_way, verify_published


@st.composite
def graphs(draw: st.DrawFn) -> Hypergraph:
    size = draw(st.integers(1, 5))
    return Hypergraph(draw(st.lists(st.sets(st.integers(0, size - 1), min_size=1), max_size=4)), size)


@settings(max_examples=12)
@given(graphs())
def test_all_ways_agree(graph: Hypergraph) -> None:
    ways = list(every_way(graph))
    assert len(ways) >= 5
    for name in ("vertices", "facets", "f_vector"):
        assert len({getattr(way, name) for way in ways} - {None}) == 1, name


@given(graphs())
def test_signed_sums_are_the_numbers_of_faces(graph: Hypergraph) -> None:
    counts: dict[int, int] = {}
    for face in SimplexSum(graph).faces():
        counts[face.dim] = counts.get(face.dim, 0) + 1
    assert by_signs(graph) == tuple(counts[dim] for dim in sorted(counts))


def test_published_formulas_agree_with_counts_and_hulls() -> None:
    checks = list(verify_published(3, 4))
    assert len(checks) > 50 and all(check.agrees for check in checks)
    assert {check.statement for check in checks} >= {"Theorem 4.2", "Theorem 4.3", "Theorem 4.5", "Theorem 4.19"}
    assert {"Theorem 5.3", ""} <= {check.statement for check in checks}
    assert sum(check.hull is not None for check in checks) > 40


def test_a_wrong_number_is_noticed() -> None:
    right, wrong = Answer(4, 0.0), Answer(5, 0.0)
    assert Check("layer", "vertices", "", None, right, right).agrees
    assert not Check("layer", "vertices", "", wrong, right, None).agrees


@pytest.mark.parametrize(
    ("P", "lines"),
    [
        (SimplexSum(MaxPooling(4, 3, 1).hypergraph), 11),
        (SimplexSum.of([(0, 1), (1, 2), (0, 2)]), 6),
        (SimplexSum(MaxPooling(5, 3, 1).hypergraph), 34),
        (SimplexSum.of([(0, 1)]), 1),
        (SimplexSum.of([(0,)]), 0),
    ],
)
def test_pictures_have_a_line_for_every_edge(P: SimplexSum, lines: int) -> None:
    pytest.importorskip("matplotlib").use("Agg")
    import matplotlib.pyplot

    figure = plot_polytope(P)
    [axes] = figure.axes
    assert len(axes.lines) == lines
    figure.canvas.draw()
    matplotlib.pyplot.close(figure)


def test_ways_that_contradict_each_other_are_noticed() -> None:
    ways = [Way("one", 3, None, (3, 3, 1), 0.0), Way("two", 3, 3, None, 0.0)]
    assert agree(ways) and agree([])
    assert not agree([*ways, Way("three", None, 4, None, 0.0)])
