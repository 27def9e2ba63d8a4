"""Pictures of polyhedra, complexes, fans and arrangements: what is drawn, counted by faces."""

from __future__ import annotations

from itertools import product
from math import comb

import numpy as np
import pytest

from polytopes import Arrangement, Cone, Fan, Polyhedron, normal_fan, regular_subdivision
from polytopes.drawing import save_picture
from polytopes.drawing.figures import picture_format
from polytopes.drawing.shapes import area, polygon_in_space, spot_for
from polytopes.drawing.solids import schlegel
from polytopes.errors import InputError, NoAnswerError, ShapeError
from polytopes.library.polytopes import permutohedron

plt = pytest.importorskip("matplotlib.pyplot")
CUBE4 = Polyhedron.box([0] * 4, [1] * 4)


@pytest.fixture(autouse=True)
def close():
    yield
    plt.close("all")


def drawn(figure) -> tuple[int, int, int]:
    """Numbers of dots, segments and polygons."""
    axes = figure.axes[0]
    dots = sum(len(line.get_xdata()) for line in axes.lines if line.get_marker() == "o")
    if axes.name != "3d":
        return dots, sum(line.get_marker() != "o" for line in axes.lines), len(axes.patches)
    kinds = {type(c).__name__: c for c in axes.collections}
    segments = len(kinds["Line3DCollection"]._segments3d) if "Line3DCollection" in kinds else 0
    polygons = len(kinds["Poly3DCollection"]._faces) if "Poly3DCollection" in kinds else 0
    return dots, segments, polygons


@pytest.mark.parametrize(
    ("polyhedron", "numbers"),
    [
        (Polyhedron.box([0, 0], [2, 1]), (4, 4, 1)),
        (Polyhedron(inequalities=[(1, 1, 1)]), (0, 1, 1)),
        (Polyhedron(rays=[(1, 0), (1, 2)]), (1, 2, 1)),
        (Polyhedron(inequalities=[(0, 1, 0), (1, -1, 0)]), (0, 2, 1)),
        (Polyhedron(lines=[(1, 1)]), (0, 1, 0)),
        (Polyhedron(vertices=[(3, 4)]), (1, 0, 0)),
        (Polyhedron(vertices=[("1e12", 0), ("1e12", 1)]), (2, 1, 0)),
        (Polyhedron(vertices=[(0,), (2,)]), (2, 1, 0)),
        (Polyhedron.empty(2), (0, 0, 0)),
        (Polyhedron.whole_space(2), (0, 0, 1)),
        (Polyhedron.box([0] * 3, [1, 1, 2]), (8, 12, 6)),
        (Polyhedron(rays=np.eye(3, dtype=int)), (1, 3, 3)),
        (Polyhedron(vertices=[(0, 0, 0), (1, 0, 0), (0, 1, 1)]), (3, 3, 1)),
        (Polyhedron(vertices=[(1, 2, 3)]), (1, 0, 0)),
        (Polyhedron.whole_space(3), (0, 0, 0)),
        (permutohedron(4).object, (24, 36, 14)),
        (CUBE4, (16, 32, 6)),
        (Polyhedron(vertices=[(0, 0, 0, 0), (1, 2, 3, 4)]), (2, 1, 0)),
        (Polyhedron(vertices=[(1, 2, 3, 4)]), (1, 0, 0)),
    ],
)  # fmt: skip
def test_faces_are_drawn(polyhedron: Polyhedron, numbers: tuple[int, int, int], tmp_path) -> None:
    figure = polyhedron.plot(labels=True)
    assert drawn(figure) == numbers
    save_picture(figure, tmp_path / "p.png")


def test_windows_cut() -> None:
    figure = Polyhedron.box([0, 0], [2, 2]).plot(window=[(-1, 1), (1, 3)])
    assert drawn(figure) == (1, 2, 1)
    assert figure.axes[0].get_xlim() == (-1, 1)


def test_schlegel_diagrams_keep_the_facet_and_are_inside() -> None:
    """The vertices of the facet stay in the position they have, and the others are strictly inside of it."""
    points = np.array(list(product([0.0, 1.0], repeat=4)))
    forms = np.array([[0, *row] for row in np.eye(4)] + [[1, *(-row)] for row in np.eye(4)])
    order = [4, *[k for k in range(8) if k != 4]]
    facet = [k for k in range(16) if points[k][0] == 1]
    seen = schlegel(points, facet, forms[order])
    own, others = seen[facet], seen[[k for k in range(16) if k not in facet]]
    between = np.linalg.norm(own[:, None] - own[None], axis=2)
    assert np.allclose(between, np.linalg.norm(points[facet][:, None] - points[facet][None], axis=2))
    assert np.abs(others).max() < np.abs(own).max()
    assert drawn(Polyhedron.box([0] * 3, [1] * 3).schlegel_diagram(facet=2)) == (8, 12, 1)
    simplex = Polyhedron(vertices=[(0,) * 5, *np.eye(5, dtype=int)[:4]])  # of dimension 4 in Q^5
    assert drawn(simplex.plot()) == (5, 10, 4)


def test_fans() -> None:
    plane = Fan.from_rays([(1, 0), (0, 1), (-1, -1)], [(0, 1), (1, 2), (0, 2)])
    assert drawn(plane.plot()) == (1, 3, 3)
    assert sorted(text.get_text() for text in plane.plot().axes[0].texts) == ["(-1, -1)", "(0, 1)", "(1, 0)"]
    assert drawn(normal_fan(Polyhedron.box([0] * 3, [1] * 3)).plot()) == (1, 6, 12)
    assert drawn(normal_fan(permutohedron(4).object).plot()) == (1, 14, 36)
    assert drawn(Fan.from_rays([(1, -1), (-1, 1)], [(0,), (1,)], [(1, 1)]).plot()) == (1, 2, 0)
    assert drawn(Fan.from_cones([], 2).plot()) == (1, 0, 0)
    assert drawn(Fan.from_cones([Cone.from_rows([], ambient_dim=2)]).plot()) == (1, 0, 0)
    assert drawn(Fan.from_cones([Cone.from_rays([(1, 0, 0)])]).plot()) == (1, 1, 0)


def test_arrangements() -> None:
    """n lines in general position have C(n - 1, 2) bounded chambers."""
    n = 5
    lines = Arrangement.from_rows([[k * k, k, 1] for k in range(n)])
    assert drawn(lines.plot(window=(-100, 100))) == (0, n, comb(n - 1, 2))
    assert drawn(Arrangement.central([[1, 0], [0, 1], [1, 1]]).plot()) == (0, 3, 0)
    assert drawn(Arrangement.from_rows([[0, 1, 1], [2, 1, 1]]).plot()) == (0, 2, 0)
    assert drawn(Arrangement.from_rows([[0, 1], [-1, 1]]).plot()) == (2, 1, 0)
    assert drawn(Arrangement.from_rows([], 2).plot()) == (0, 0, 0)
    assert drawn(Arrangement.central(np.eye(3, dtype=int)).plot()) == (0, 0, 3)


def test_complexes() -> None:
    sub = regular_subdivision([(0, 0), (1, 0), (0, 1), (1, 1)], [0, 0, 0, -1])
    assert drawn(sub.complex().plot())[2] == 2
    assert drawn(sub.dual_complex().plot())[2] == 4


def test_refusals() -> None:
    with pytest.raises(ShapeError, match="edge_graph"):
        Polyhedron.box([0] * 5, [1] * 5).plot()
    with pytest.raises(ShapeError, match="not drawn"):
        Polyhedron.whole_space(4).plot()
    with pytest.raises(ShapeError, match="leave it out"):
        CUBE4.plot(window=(0, 1))
    with pytest.raises(NoAnswerError, match="dimension 3 or 4"):
        Polyhedron.box([0, 0], [1, 1]).schlegel_diagram()
    with pytest.raises(NoAnswerError, match="facet 8"):
        CUBE4.schlegel_diagram(8)
    with pytest.raises(ShapeError, match="4 dimensions"):
        normal_fan(CUBE4).plot()
    with pytest.raises(ShapeError, match="this one has 4"):
        Arrangement.central(np.eye(4, dtype=int)).plot()
    with pytest.raises(InputError, match="projection"):
        Polyhedron.box([0] * 3, [1] * 3).plot(ax=plt.figure().add_subplot())


def test_shapes() -> None:
    assert area(polygon_in_space([(0, 0, 5), (1, 1, 5), (1, 0, 5), (0, 1, 5)])) == 1
    assert spot_for((2, 1), [(0, 0), (2, 0), (0, 2)]) is None
    assert spot_for((0.5, 0.5), [(0, 0), (2, 0), (0, 2)]) is not None


def test_pgf_needs_latex(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("polytopes.drawing.figures.which", lambda name: None)
    with pytest.raises(InputError, match="LaTeX"):
        picture_format("a.pgf")
    monkeypatch.setattr("polytopes.drawing.figures.which", lambda name: name)
    assert picture_format("a.pgf") == "pgf"


def test_a_cube_of_dimension_four_is_within_its_figure() -> None:
    figure = CUBE4.plot()
    figure.canvas.draw()
    shown = np.asarray(figure.canvas.buffer_rgba())[:, :, :3]
    assert all((side == 255).all() for side in (shown[0], shown[-1], shown[:, 0], shown[:, -1]))
