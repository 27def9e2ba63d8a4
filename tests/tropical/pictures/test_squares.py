"""Pictures of landscapes of the squared loss: what they show of the numbers they are given."""

from __future__ import annotations

from fractions import Fraction

import pytest

from polytopes.errors import InputError
from tropical.parameter_space.loss_landscape import full_rank_fractions
from tropical.pictures.squares import Arc, plot_losses, plot_ranks

POINTS = [[0], [1], [3]]


def test_ranks() -> None:
    fractions = full_rank_fractions(POINTS, units=3)
    figure = plot_ranks(fractions, [0, 0.1, 0.2, 0.3], [Arc("01", (1, 0), (0, 1)), Arc("10", (0, 1), (1, 0))])
    heat, curves, circle = (axes for axes in figure.axes if axes.get_label() != "<colorbar>")
    assert heat.images[0].get_array().tolist() == [[float(part) for part in row[1:]] for row in fractions]
    assert [text.get_text() for text in heat.texts][-1] == ".67"
    assert list(curves.lines[0].get_ydata()) == [float(part) for part in fractions[-1]]
    assert len(circle.patches) >= 2 and {"01", "10"} <= {text.get_text() for text in circle.texts}


def test_losses() -> None:
    figure = plot_losses({Fraction(1, 2): 3, Fraction(0): 40, Fraction(7, 3): 1}, 100)
    bars = figure.axes[0].patches
    assert [bar.get_height() for bar in bars] == [40, 3, 1]
    assert bars[0].get_facecolor() != bars[1].get_facecolor() == bars[2].get_facecolor()
    many = plot_losses({Fraction(k, 7): k + 1 for k in range(60)}, 10_000)
    assert len(many.axes[0].get_xticks()) < 20


def test_nothing_to_draw() -> None:
    with pytest.raises(InputError, match="nothing to draw"):
        plot_losses({}, 3)
    with pytest.raises(InputError, match="nothing to draw"):
        plot_ranks([[Fraction(1)]])


def test_arcs_beyond_the_cut_of_angles() -> None:
    start, end = Arc("1", (-1, 0.5), (-1, -0.5)).angles
    assert 0 < end - start < 1


def test_fractions_of_random_subsets() -> None:
    whole = full_rank_fractions(POINTS, units=2)
    means = full_rank_fractions(POINTS, units=2, samples=4, seed=1)
    assert means[-1] == whole[-1] == [0, 0, Fraction(7, 18)]
    assert means == full_rank_fractions(POINTS, units=2, samples=4, seed=1)
    assert means[1][1:] == whole[1][1:]  # any two of these points have the same table
    with pytest.raises(InputError, match="no sample"):
        full_rank_fractions(POINTS, samples=0)
