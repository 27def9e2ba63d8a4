"""Threshold functions of n variables: the maximal cones of two terms on the vertices of the n-cube.

Counts: S. Muroga, T. Tsuboi, C. R. Baugh, Enumeration of threshold functions of eight variables, IEEE Trans.
Computers 19 (1970); sequence A000609 of the On-Line Encyclopedia of Integer Sequences.
"""

from __future__ import annotations

from itertools import product

import pytest

from tropical.fans.activation.fan import ActivationFan


@pytest.mark.parametrize(
    ("n", "count"), [(0, 2), (1, 4), (2, 14), (3, 104), (4, 1882), pytest.param(5, 94572, marks=pytest.mark.slow)]
)
def test_threshold_functions(n: int, count: int) -> None:
    assert ActivationFan.of(list(product((0, 1), repeat=n)), 2).n_maximal_cones == count
