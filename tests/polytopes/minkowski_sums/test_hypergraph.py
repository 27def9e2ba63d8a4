"""Hypergraphs and their reductions."""

import pytest

from polytopes.errors import InputError
from polytopes.minkowski_sums.hypergraph import Hypergraph


def test_windows_are_sorted_sets_and_keep_their_order() -> None:
    h = Hypergraph([(3, 1, 1), (0, 2), (2, 0)], 4)
    assert h.windows == ((1, 3), (0, 2), (0, 2))
    assert h.essential.windows == ((1, 3), (0, 2))


def test_nothing_at_all() -> None:
    h = Hypergraph.of([])
    assert (h.size, h.dimension, h.components, h.atoms, h.parts) == (0, 0, (), (), ())


def test_unused_elements_are_components() -> None:
    h = Hypergraph([(1,)], 3)
    assert h.components == ((0,), (1,), (2,))
    assert (h.dimension, h.used, h.parts) == (0, (1,), ())


def test_dilation_splits() -> None:
    h = Hypergraph.of([(i, i + 2, i + 4) for i in range(4)])
    assert h.components == ((0, 2, 4, 6), (1, 3, 5, 7))
    assert [part.hypergraph.windows for part in h.parts] == [((0, 1, 2), (1, 2, 3))] * 2
    assert [part.windows for part in h.parts] == [(0, 2), (1, 3)]


def test_blocks_are_cut_at_single_elements() -> None:
    triangle = [(0, 1), (1, 2), (0, 2)]
    h = Hypergraph.of([*triangle, (2, 3, 4), (3, 4, 5), (5,), (5, 6), *triangle])
    assert [part.elements for part in h.parts] == [(0, 1, 2), (2, 3, 4, 5), (5, 6)]
    assert [part.windows for part in h.parts] == [(0, 1, 2), (3, 4), (6,)]


def test_shared_element() -> None:
    h = Hypergraph.of([(0, 1), (1, 2)])
    assert h.with_shared_element().windows == ((0, 1, 3), (1, 2, 3))
    assert h.with_shared_element([1]).windows == ((0, 1), (1, 2, 3))


@pytest.mark.parametrize(("windows", "size"), [([()], 2), ([(0, 2)], 2), ([(-1, 0)], 2)])
def test_what_is_refused(windows: list[tuple[int, ...]], size: int) -> None:
    with pytest.raises(InputError, match="window 0"):
        Hypergraph(windows, size)
