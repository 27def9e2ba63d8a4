"""Pictures of verification: depths, parts and solutions are those of the search."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest

from polytopes.errors import InputError
from tests.tropical.verification.networks import box, small, text
from tropical.pictures.searches import _Grid, leaf_margins, leaves_by_depth, plot_search
from tropical.verification import parse_property, verify

pytest.importorskip("matplotlib")
BOX = box(("-2", "1.5"), ("-1", "2"))


def test_leaves_and_parts() -> None:
    network, prop = small(7), parse_property(text(BOX + "(assert (or (>= Y_1 1) (>= Y_0 500)))", 2, 2))
    found = verify(network, prop)
    depths = sum((leaves_by_depth(tree) for tree in found.trees), start=leaves_by_depth(found.trees[0]).__class__())
    assert sum(depths.values()) == found.n_leaves
    grid = _Grid(network, (np.array([-2.0, -1.0]), np.array([1.5, 2.0])))
    place = 12_345
    point = [Fraction(float(entry)) for entry in grid.inputs[:, place]]
    assert [float(y) for y in network(point)] == pytest.approx(grid.outputs[:, place].tolist())
    assert set(grid.depths(found.trees[0], prop.cases[0]).astype(int).tolist()) <= set(depths)
    assert not grid.satisfied(prop.cases[0]).any()
    margins = leaf_margins(found.trees)
    assert len(margins) == found.n_leaves
    assert found.margin is not None
    assert float(found.margin) == pytest.approx(min(margins))
    history = [(0.1, -math.inf, 5.0), (0.2, 1.0, 3.0), (0.3, 2.0, 2.0)]
    _, _, bars, lines, _ = plot_search(network, prop, found, history=history).axes
    assert sum(bar.get_height() for bar in bars.patches) == found.n_leaves
    assert lines.lines[0].get_ydata().tolist() == [5, 3, 2]


def test_a_point_is_marked_and_solutions_are_filled() -> None:
    network, prop = small(7), parse_property(text(BOX + "(assert (>= Y_0 -1000))", 2, 2))
    found = verify(network, prop)
    assert found.point is not None
    _, axes, _ = plot_search(network, prop, found).axes
    assert len(axes.images) == 2
    assert np.nansum(axes.images[1].get_array()) == 400**2
    assert axes.lines[0].get_xydata().tolist() == [list(map(float, found.point))]


def test_other_numbers_of_inputs_have_no_map_and_empty_sets_no_picture() -> None:
    network, prop = small(7), parse_property(text("(assert (>= Y_0 2))", 2, 2))
    depths, margins = plot_search(network, prop, verify(network, prop, limit=5)).axes
    assert (depths.get_xlabel(), margins.get_title()) == ("depth in the tree", "least margin 3.5")
    empty = parse_property(text(box(("1", "0"), ("0", "1")) + "(assert (>= Y_0 2))", 2, 2))
    with pytest.raises(InputError, match="no search to draw"):
        plot_search(network, empty, verify(network, empty))
