"""Pictures of tropical polytopes: what is drawn, also of points that coincide, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from polytopes.drawing.shapes import in_cyclic_order
from polytopes.errors import NumberError, ShapeError
from tests.tropical.cli.helpers import refused, tropical
from tropical.convexity import TropicalPolytope
from tropical.pictures import plot_tropical_polytope
from tropical.pictures.mixed_subdivisions import corners_of

plt = pytest.importorskip("matplotlib.pyplot")


@pytest.mark.parametrize("points", [[[0, 0, 2], [0, 3, 1], [0, 4, 5]], [[0, 1, 2]] * 2, [[0, 0, 0], [0, 0, 3]]])
@pytest.mark.parametrize("make", [TropicalPolytope.of, TropicalPolytope.min])
def test_in_the_plane(points, make) -> None:
    from matplotlib.colors import to_rgba

    polytope = make(points)
    figure = plot_tropical_polytope(polytope)
    plane, mixed = figure.axes
    n = len(polytope.pseudovertices)
    assert len(mixed.patches) == n
    dots = [line for line in plane.lines if line.get_marker() == "o"]
    colors = [to_rgba(dot.get_markerfacecolor()) for dot in dots]
    assert colors == [patch.get_facecolor() for patch in mixed.patches]
    assert len(plane.patches) == sum(1 for _ in polytope.covectors(2, bounded=True))
    plt.close(figure)


def test_in_given_axes() -> None:
    figure, axes = plt.subplots()
    assert plot_tropical_polytope(TropicalPolytope.of([[0, 0, 0], [0, 1, 3]]), axes) is figure
    plt.close(figure)


def test_in_space() -> None:
    polytope = TropicalPolytope.of([[0, 0, 0, 0], [0, 1, 5, 3], [0, 2, 1, 7]])
    figure = plot_tropical_polytope(polytope)
    [axes] = figure.axes
    assert axes.name == "3d"
    assert len(axes.lines) == len(polytope.pseudovertices)
    plt.close(figure)


def test_mixed_cells_have_the_area_of_their_volumes() -> None:
    """The area of the corners of a cell, in multiples of a triangle, by the shoelace formula."""
    for cell in TropicalPolytope.of([[0, 0, 2], [0, 3, 1], [0, 4, 5], [0, 1, 4]]).mixed_cells():
        points = [(b, c) for _, b, c in corners_of(cell.covector)]
        cycle = in_cyclic_order(points)
        twice = sum(a[0] * b[1] - a[1] * b[0] for a, b in zip(cycle, cycle[1:] + cycle[:1], strict=True))
        assert twice == cell.volume


def test_refusals(tmp_path: Path) -> None:
    with pytest.raises(ShapeError, match="3 or 4"):
        plot_tropical_polytope(TropicalPolytope.of([[0, 1]]))
    with pytest.raises(NumberError):
        plot_tropical_polytope(TropicalPolytope.of([[0, 1, "-oo"], [0, 0, 0]]))
    points = tmp_path / "points.csv"
    points.write_text("0,1\n")
    assert "3 or 4" in refused("hull", points, "--plot", tmp_path / "hull.png")
    points.write_text("0,1,2\n0,0,0\n")
    assert tropical("hull", points, "--plot", tmp_path / "hull.png").exit_code == 0
    assert (tmp_path / "hull.png").stat().st_size > 1000
