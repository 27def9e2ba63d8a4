"""Pictures in axes that are given, with data on top, and colored by values."""

from __future__ import annotations

import inspect
from typing import Any

import pytest

import tropical
from polytopes.errors import InputError
from tropical import Network, pictures
from tropical.topology import CellComplex

pyplot = pytest.importorskip("matplotlib.pyplot")
NETWORK = Network.from_weights([([[1, 0], [0, 1], [1, 1]], [0, 0, -1]), ([[1, 2, -1]], ["-1/2"])])
DATA, NAMES = [(0.2, 0.3), (1.0, 0.9), (-0.5, 1.0)], ["a", "b", "a"]


def test_three_pictures_in_one_figure() -> None:
    figure, (left, middle, right) = pyplot.subplots(1, 3)
    assert tropical.plot_regions(NETWORK, (-2, 2), ax=left) is figure
    assert tropical.plot_regions(NETWORK, (-2, 2), ax=middle, colors="gradient", data=DATA, labels=NAMES) is figure
    boundary = tropical.network_boundary(NETWORK, (-2, 2))
    assert tropical.plot_boundary(boundary, ax=right, data=DATA, labels=NAMES) is figure
    assert left.get_xlim() == middle.get_xlim() == (-2, 2)
    assert [text.get_text() for text in right.get_legend().get_texts()] == ["positive", "negative", "a", "b"]
    pyplot.close(figure)


def test_values_are_those_of_the_network() -> None:
    figure = tropical.plot_regions(NETWORK, (0, "1/2"), colors="value", figsize=(3, 2))
    assert tuple(figure.get_size_inches()) == (3, 2)
    shades = figure.axes[0].collections[0].get_array()
    # One region: x + y < 1 up to a corner, where the value in the middle is that at (1/4, 1/4).
    assert list(shades) == [float(NETWORK(["1/4", "1/4"])[0])]
    pyplot.close(figure)


def test_gradients_by_hand() -> None:
    figure = tropical.plot_regions(NETWORK, (-1, 2), colors="gradient")
    shades = {round(float(value), 9) for value in figure.axes[0].collections[0].get_array()}
    # Gradients: 0, (1, 0), (0, 2), (1, 2), and less (1, 1) beyond x + y = 1.
    expected = {0.0, 1.0, 2.0, 5**0.5, 2**0.5}
    assert shades == {round(value, 9) for value in expected}
    pyplot.close(figure)


def test_colors_that_are_none() -> None:
    two = Network.from_weights([([[1, 0], [0, 1]], [0, 0])])
    with pytest.raises(InputError, match="map, class, value, gradient, layer"):
        tropical.plot_regions(NETWORK, (-1, 1), colors="rainbow")  # type: ignore[arg-type]
    with pytest.raises(InputError, match="output"):
        tropical.plot_regions(two, (-1, 1), colors="value")


@pytest.mark.parametrize("draw", [tropical.plot_regions, tropical.plot_boundary])
def test_no_name_of_an_axis_is_cut_off_beside_a_legend(draw: Any) -> None:
    figure = draw(Network.from_weights([([[1, 2], [1, -1]], [0, 1]), ([[1, 0], [0, 2]], [1, 0])]), window=(-2, 3))
    figure.canvas.draw()
    shown, drawn = figure.bbox, figure.axes[0].get_tightbbox()
    assert figure.axes[0].get_legend() is not None
    assert shown.x0 <= drawn.x0 and drawn.x1 <= shown.x1 and shown.y0 <= drawn.y0 and drawn.y1 <= shown.y1
    pyplot.close(figure)


@pytest.mark.parametrize("name", [name for name in pictures.__all__ if name.startswith("plot_")])
def test_every_picture_takes_axes_and_a_size(name: str) -> None:
    parameters = inspect.signature(getattr(pictures, name)).parameters
    assert {"ax", "figsize"} <= parameters.keys()


def test_pictures_of_several_panels_share_a_figure() -> None:
    figure, grid = pyplot.subplots(2, 3)
    assert pictures.plot_barcode(CellComplex.of("abs(x) - abs(y)"), ax=grid[0, :2]) is figure
    assert pictures.plot_subdivision("max(x, y, 0)", ax=list(grid[1, 1:])) is figure
    assert pictures.plot_newton_polygon("max(2x, y, 0)", ax=grid[0, 2]) is figure
    assert pictures.plot_topology(CellComplex.of("abs(x) - 1"), ax=(grid[1, 0], grid[0, 0])) is figure
    with pytest.raises(InputError, match="1 axes for a picture of 2 panels; give one for each"):
        pictures.plot_barcode(CellComplex.of("abs(x)"), ax=grid[0, 0])
    pyplot.close(figure)
    alone = pictures.plot_barcode(CellComplex.of("abs(x)"), figsize=(4, 2))
    assert tuple(alone.get_size_inches()) == (4, 2)
    pyplot.close(alone)
