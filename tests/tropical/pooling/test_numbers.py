"""The numbers of one layer: each as its own method gives it, and a reason for each that is missing."""

import pytest

from polytopes.errors import LimitReached, NoAnswerError, UnsupportedError
from polytopes.minkowski_sums.hypergraph import Hypergraph
from tropical.pooling.counts import PoolingCounts
from tropical.pooling.layer import MaxPooling
from tropical.pooling.numbers import Found, Missing, attempt, layer_numbers
from tropical.pooling.series import series_of

EVERYTHING = ("f_vector", "facets", "generating_function")


@pytest.mark.parametrize("activation", [None, "relu"])
@pytest.mark.parametrize("layer", [MaxPooling(6, 3, 1), MaxPooling((3, 4), 2, 1), MaxPooling(7, 3, 2, 1)])
def test_numbers_are_those_of_the_methods(layer: MaxPooling, activation: str | None) -> None:
    pool = PoolingCounts(layer, activation)  # type: ignore[arg-type]
    found = {each.name: each.value for each in layer_numbers(pool, EVERYTHING) if isinstance(each, Found)}
    assert found == {
        "dimension": pool.dimension,
        "vertices": pool.n_vertices(),
        "f_vector": pool.f_vector(),
        "facets": pool.n_facets(),
        "generating_function": series_of(pool),
        "facets_generating_function": series_of(pool, facets=True),
    }


def test_a_leaky_relu_has_regions_only() -> None:
    pool = PoolingCounts(MaxPooling(6, 3, 1), "leaky")
    names = [each.name for each in layer_numbers(pool, ["generating_function"])]
    assert names == ["vertices", "generating_function"]
    with pytest.raises(NoAnswerError):
        list(layer_numbers(pool, ["facets"]))


def test_what_is_not_asked_for_is_left_out_where_it_is_large() -> None:
    found = {each.name: each for each in layer_numbers(PoolingCounts(MaxPooling(2000, 3, 1)))}
    assert found["f_vector"] == Missing("f_vector", "the dimension is large", is_unasked=True)
    assert isinstance(found["facets"], Found)


def test_bounds_replace_a_number_that_is_out_of_reach() -> None:
    pool = PoolingCounts(MaxPooling((30, 30), 3, 1))
    names = {each.name: each for each in layer_numbers(pool, seconds=0.2)}
    assert list(names) == ["dimension", "vertices", "bounds"]
    vertices, bounds = names["vertices"], names["bounds"]
    assert isinstance(vertices, Missing) and vertices.stopped_by is not None
    assert isinstance(bounds, Found) and 1 <= bounds.value.lower <= bounds.value.upper


def test_windows_do_not_grow() -> None:
    pool = PoolingCounts(Hypergraph([(0, 1), (1, 2)], 3))
    *_, last = layer_numbers(pool, EVERYTHING[2:])
    assert isinstance(last, Missing) and "file" in last.reason and last.stopped_by is None


@pytest.mark.parametrize("error", [LimitReached, UnsupportedError])
def test_only_what_is_asked_for_stops_the_work(error: type[Exception]) -> None:
    def fail(seconds: float | None = None) -> int:
        raise error("too much")

    assert attempt("it", fail) == Missing("it", "too much", "limit")
    unasked = attempt("it", fail, 1.5)
    assert isinstance(unasked, Missing) and unasked.stopped_by is None
    assert unasked.is_unasked == (error is LimitReached)
