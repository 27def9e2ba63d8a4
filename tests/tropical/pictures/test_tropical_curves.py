"""Pictures of subdivisions and boundaries: what is drawn, not how it looks."""

import pytest

from polytopes.drawing.figures import CLASS_TINTS, save_picture
from polytopes.errors import DomainError, ShapeError
from tropical.algebra.decision_boundary import DecisionBoundary
from tropical.algebra.expressions import parse, parse_polynomial
from tropical.algebra.polynomial import TropicalPolynomial
from tropical.networks.network import Network
from tropical.pictures.boundaries import plot_boundary
from tropical.pictures.tropical_curves import plot_subdivision
from tropical.regions.surveys.decision_boundary import network_boundary

plt = pytest.importorskip("matplotlib.pyplot")
LINE = parse_polynomial("max(x, y, 0)")


@pytest.fixture(autouse=True)
def close():
    yield
    plt.close("all")


def bold(axes):
    return [line for line in axes.lines if line.get_linewidth() > 1.5]


def filled(axes):
    """The polygons, without the samples of the legend."""
    return [patch for patch in axes.patches if not patch.get_label()]


def test_a_line_and_its_triangle():
    figure = plot_subdivision(LINE)
    left, right = figure.axes
    assert len(left.patches) == 1 and len(right.patches) == 3
    [points] = [line for line in left.lines if line.get_marker() == "o"]
    assert sorted(map(tuple, points.get_xydata())) == [(0, 0), (0, 1), (1, 0)]
    ends = {tuple(line.get_xydata()[i]) for line in bold(right) for i in (0, -1)}
    assert ends == {(0, 0), (-1, 0), (0, -1), (1, 1)}


def test_signs_have_colors():
    figure = plot_subdivision(DecisionBoundary.of_signs(LINE, [1, -1, -1]))
    left, right = figure.axes
    assert len(bold(left)) == len(bold(right)) == 2
    assert [text.get_text() for text in right.get_legend().get_texts()] == ["positive", "negative"]
    colors = [plt.matplotlib.colors.to_hex(patch.get_facecolor()) for patch in filled(right)]
    assert sorted(colors) == sorted(c.lower() for c in (CLASS_TINTS[0], CLASS_TINTS[1], CLASS_TINTS[1]))


def test_unused_points_are_hollow():
    figure = plot_subdivision(TropicalPolynomial.from_terms({(0, 0): 0, (2, 0): 0, (0, 2): 0, (1, 1): -5}))
    markers = [line for line in figure.axes[0].lines if line.get_marker() == "o"]
    dots = {line.get_markerfacecolor(): len(line.get_xdata()) for line in markers}
    assert dots["white"] == 1 and len(dots) == 2


def test_the_real_line():
    figure = plot_subdivision(parse_polynomial("max(3x, x + 3, 2)"))
    assert len(figure.axes[0].lines) == 3
    graph = plot_boundary(DecisionBoundary.of_rational(parse("max(2x, 1) - max(x + 3, 0)")))
    assert [text.get_text() for text in graph.axes[0].get_legend().get_texts()] == ["positive", "negative"]


def test_full_dimensional_ties_are_hatched():
    figure = plot_boundary(DecisionBoundary.of_rational(parse("max(x, 0) - max(x, y)")), (-2, 2))
    assert sorted(patch.get_hatch() or "" for patch in filled(figure.axes[0])) == ["", "", "///"]
    assert figure.axes[0].get_xlim() == (-2, 2)


def test_touching_points_are_drawn():
    figure = plot_boundary(DecisionBoundary.of_rational(parse("abs(x) + abs(y)")))
    assert any(len(line.get_xdata()) == 1 for line in bold(figure.axes[0]))


def test_networks_and_space():
    network = Network.from_weights([([[1, 0], [0, 1]], [0, 0]), ([[1, 1]], [-1])])
    figure = plot_boundary(network_boundary(network))
    assert len(bold(figure.axes[0])) == 3
    surface = plot_boundary(DecisionBoundary.of_rational(parse("max(x, y, z, -x - y - z) - 1")))
    surface.canvas.draw()
    assert len(surface.axes[0].collections[0].get_paths()) == 4


def test_bytes_are_reproducible(tmp_path):
    for name in ("a.svg", "b.svg"):
        save_picture(plot_subdivision(LINE), tmp_path / name)
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()


def test_refusals():
    with pytest.raises(ShapeError, match="4 variables"):
        plot_subdivision(parse_polynomial("x4"))
    with pytest.raises(ShapeError, match="restrict it to a plane"):
        plot_boundary(DecisionBoundary.of_rational(parse("x4")))
    with pytest.raises(DomainError):
        plot_boundary(DecisionBoundary.of_rational(parse("1e400 - x - y")))
