"""Escobar, Gallardo, González-Anaya, González, Montúfar, Morales, Enumeration of max-pooling responses (2209.14978).

One test for each published number or statement; numbers of examples and tables are from the paper's public worksheets.
"""

import pytest
from flint import fmpz_mat, fmpz_poly

from polytopes.errors import InputError
from polytopes.minkowski_sums.frontier import count_vertices, f_vector
from polytopes.minkowski_sums.hypergraph import Hypergraph
from polytopes.minkowski_sums.simplex_sum import SimplexSum
from tropical.pooling import published
from tropical.pooling.layer import MaxPooling


def line(n_windows: int, window: int, stride: int) -> Hypergraph:
    return MaxPooling(stride * (n_windows - 1) + window, window, stride).hypergraph


def grid(width: int) -> Hypergraph:
    """Q_n: the 2 x 2 windows with stride 1 on 3 x n inputs."""
    return MaxPooling((3, width), 2, 1).hypergraph


def test_example_of_section_3() -> None:
    """On windows 012, 123, 234: (01, 123, 23) is no face, as it puts 2 below 1 and 1 = 2; (012, 123, 23) is one."""
    P = SimplexSum(line(3, 3, 1))
    found = {face.subsets: face.dim for face in P.faces()}
    assert ((0, 1), (1, 2, 3), (2, 3)) not in found
    assert found[(0, 1, 2), (1, 2, 3), (2, 3)] == 3


def test_f_vector_of_two_windows() -> None:
    assert f_vector(line(2, 3, 1)) == (7, 11, 6, 1)


def test_f_vectors_of_q_2_and_q_3() -> None:
    assert f_vector(grid(2)) == (14, 37, 43, 26, 8, 1)
    assert f_vector(grid(3)) == (150, 692, 1432, 1705, 1256, 574, 154, 21, 1)


def test_windows_of_three_with_stride_1() -> None:
    """sum of b_{n+1} x^n = (3 + x - x^2) / (1 - 2x - x^2 + x^3)."""
    known = [3, 7, 16, 36, 81, 182, 409, 919, 2065, 4640]
    assert published.theorem_4_5(3, 1).terms(10) == known
    assert [count_vertices(line(n, 3, 1)) for n in range(1, 11)] == known


def test_windows_of_four_with_stride_2() -> None:
    known = [1, 4, 14, 48, 164, 560, 1912, 6528, 22288, 76096]
    assert published.theorem_4_2(4, 2).terms(10) == published.theorem_4_3(4, 2).terms(10) == known
    assert [count_vertices(line(n, 4, 2)) for n in range(1, 10)] == known[1:]


@pytest.mark.parametrize("window", range(1, 9))
def test_theorem_4_5_holds_for_all_strides(window: int) -> None:
    for stride in range(1, window + 2):
        counted = [count_vertices(line(n, window, stride)) for n in range(1, 7)]
        assert published.theorem_4_5(window, stride).terms(6) == counted


def test_theorem_4_2_and_where_it_fails() -> None:
    """It holds for ceil(k/2) <= s <= k - 2, also for s = k - 1 and s = k, and fails from n = 3 on below ceil(k/2)."""
    for window in range(2, 12):
        for stride in range(1, window + 1):
            failure = published.first_failure(published.theorem_4_2, window, stride, 12)
            assert (failure is None) == (2 * stride >= window), (window, stride)
            assert failure is None or failure[0] == 3


def test_the_floor_of_half_the_window_is_not_enough() -> None:
    """For k = 3, s = 1 = floor(k/2) the formula of large strides gives 15 in place of 16."""
    assert published.first_failure(published.theorem_4_2, 3, 1, 5) == (3, 15, 16)
    assert len(list(SimplexSum(line(3, 3, 1)).vertices())) == 16


def test_theorem_4_3_and_where_it_fails() -> None:
    for window in range(1, 12):
        for stride in range(1, window + 1):
            failure = published.first_failure(published.theorem_4_3, window, stride, 12)
            assert (failure is None) == (window % stride == 0), (window, stride)


def test_regimes_are_checked() -> None:
    for formula, window, stride in ((published.theorem_4_2, 5, 2), (published.theorem_4_3, 5, 2)):
        with pytest.raises(InputError, match="is about"):
            formula(window, stride)
    with pytest.raises(InputError, match="two or more"):
        published.theorem_4_19(3, 1, 1)


@pytest.mark.parametrize(("r", "s"), [(1, 1), (2, 1), (3, 1), (1, 2), (2, 2), (3, 2), (1, 3), (2, 3), (3, 3)])
def test_lemma_4_11(r: int, s: int) -> None:
    """det(A - x I) of the matrix itself; the characteristic polynomial of flint is det(x I - A)."""
    k = s * (r + 1)
    characteristic = fmpz_mat(published.transfer_matrix(k, s)).charpoly() * (-1) ** k
    assert fmpz_poly(list(published.lemma_4_11(k, s))) == characteristic


def test_determinants_of_the_worksheet() -> None:
    """k = 8, s = 2: x^8 - 4x^7 + 4x^5 + 10x^4; k = 4, s = 1: x^4 - 2x^3 - x^2 + 2."""
    assert published.lemma_4_11(8, 2) == (0, 0, 0, 0, 10, 4, 0, -4, 1)
    assert published.lemma_4_11(4, 1) == (2, 0, -1, -2, 1)


def test_theorem_4_19() -> None:
    for window in range(2, 6):
        for stride in range(1, window + 1):
            for n in range(1, 6):
                graph = line(n, window, stride)
                assert published.theorem_4_19(n, window, stride) == len(SimplexSum(graph).facets)
                assert published.theorem_4_19(n, window, stride) == f_vector(graph)[-2]


def test_theorem_4_19_needs_windows_of_two() -> None:
    """Windows of one input give a point, which has no facets."""
    assert published.theorem_4_19(3, 1, 1, anywhere=True) == 3
    assert len(SimplexSum(line(3, 1, 1)).facets) == 0


def test_theorem_5_3() -> None:
    """OEIS A357484."""
    known = [1, 14, 150, 1536, 15594, 158050, 1601356, 16223814, 164366170]
    assert published.theorem_5_3().terms(10)[1:] == known
    assert [1, *(count_vertices(grid(width)) for width in range(2, 10))] == known


def test_table_2() -> None:
    assert tuple(SimplexSum(line(n, 3, 1)).n_edges for n in range(1, 6)) == published.TABLE_2
    assert tuple(f_vector(line(n, 3, 1))[1] for n in range(1, 6)) == published.TABLE_2


def test_table_3() -> None:
    """The empty face counts."""
    assert tuple(1 + sum(f_vector(line(n, 3, 1))) for n in range(1, 6)) == published.TABLE_3
    assert tuple(1 + sum(1 for _ in SimplexSum(line(n, 3, 1)).faces()) for n in range(1, 6)) == published.TABLE_3
