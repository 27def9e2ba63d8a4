"""Pictures: the polygons are exact and fill the window; the files are what their names say."""

import xml.etree.ElementTree as ElementTree
from fractions import Fraction
from itertools import combinations, pairwise
from pathlib import Path

import pytest

import tropical
from polytopes.arithmetic.rationals import as_vector
from polytopes.drawing.figures import save_picture
from polytopes.drawing.windows import as_window
from polytopes.errors import DomainError, InputError, LimitReached, ShapeError
from polytopes.polyhedra.polyhedron import Polyhedron
from tests.paths import NETS
from tropical import Network
from tropical.pictures.linear_pieces import pieces
from tropical.pictures.planar_complex import PlanarComplex, planar_complex
from tropical.pictures.plane import Plane
from tropical.pictures.region_colors import map_colors
from tropical.pictures.regions import plot_regions
from tropical.pictures.view import View
from tropical.regions.activation_regions import activation_regions
from tropical.regions.linear_regions import linear_regions

pytest.importorskip("matplotlib")

SQUARE = Polyhedron.box([-1, -1], [1, 1])
THREE_LINES = Network.from_weights([([[1, 0], [0, 1], [1, 1]], [0, 0, -1]), ([[1, 1, 1]], [0])])
PARALLEL = Network.from_weights([([[1, 0], [1, 0]], [0, -1]), ([[1, 1]], [0])])
AFFINE = Network.from_weights([([[1, 2]], [3])])
DEAD = Network.from_weights([([[1, 0], [0, 1]], [0, 0]), ([[1, 0]], [0])])


def area(vertices: tuple[tuple[Fraction, ...], ...]) -> Fraction:
    """The area inside a closed broken line (Gauss)."""
    turns = (a[0] * b[1] - a[1] * b[0] for a, b in pairwise([*vertices, vertices[0]]))
    return abs(sum(turns, Fraction(0))) / 2


def total(complex: PlanarComplex) -> Fraction:
    return sum((area(polygon.vertices) for polygon in complex.polygons), Fraction(0))


@pytest.mark.parametrize(
    "name", ["int_2x8x8x1_s0", "dbl_2x8x1", "nobias_2x8x8x1", "par_2x8x1_eps1e-08", "tri_2x8x1_eps1e-09"]
)
@pytest.mark.parametrize("domain", [None, SQUARE], ids=["plane", "square"])
def test_polygons_fill_the_window(name: str, domain: Polyhedron | None) -> None:
    network = tropical.load(NETS / f"{name}.npz")
    complex = planar_complex(network, View(domain))
    assert len(complex.polygons) == sum(1 for _ in activation_regions(network, complex.window))
    if not complex.note:
        assert len(complex.polygons) == sum(1 for _ in activation_regions(network, domain))
    assert total(complex) == complex.window.volume()
    assert complex.n_maps == len({region.affine_map for region in linear_regions(network, complex.window)})


@pytest.mark.parametrize("name", ["int_2x8x8x1_s0", "int_2x8x8x1_s2", "nobias_2x8x8x1"])
def test_euler(name: str) -> None:
    """V - E + F = 1 for the polygons of a window, its outer sides counted among the edges."""
    complex = planar_complex(tropical.load(NETS / f"{name}.npz"))
    sides = [frozenset(side) for p in complex.polygons for side in pairwise([*p.vertices, p.vertices[0]])]
    vertices = {vertex for polygon in complex.polygons for vertex in polygon.vertices}
    assert len(vertices) - len(set(sides)) + len(complex.polygons) == 1
    shared = {frozenset(segment.ends) for segment in complex.segments}
    assert len(shared) == len(complex.segments)
    assert {side for side in sides if sides.count(side) == 2} == shared


def test_three_lines() -> None:
    complex = planar_complex(THREE_LINES)
    assert complex.bounds == ((Fraction(-1, 8), Fraction(9, 8)),) * 2
    assert (len(complex.polygons), len(complex.segments), complex.layers) == (7, 9, (0,))
    assert {len(line) for line in complex.boundaries(0, bends=True)} == {4}
    assert complex.boundaries(0, bends=False) == []


def test_layers_of_boundaries() -> None:
    """max(0, x) in layer 1, max(0, max(0, x) + y - 1) in layer 2: its boundary bends at x = 0."""
    layers = [([[1, 0], [0, 1], [0, -1]], [0, 0, 0]), ([[1, 1, -1]], [-1]), ([[1]], [0])]
    complex = planar_complex(Network.from_weights(layers), View(Polyhedron.box([-2, -2], [2, 2])))
    assert complex.layers == (0, 1)
    [bent] = complex.boundaries(1, bends=True)
    corners = {as_vector(point) for point in ((-2, 1), (0, 1), (1, 0), (2, -1))}
    assert set(bent) == corners
    hidden = [line for line in complex.boundaries(0, bends=False)]
    assert as_vector([0, -2]) in {end for line in hidden for end in line}


def test_boundaries_without_a_bend() -> None:
    complex = planar_complex(DEAD, View(SQUARE))
    assert (len(complex.polygons), complex.n_maps) == (4, 2)
    assert [set(line) for line in complex.boundaries(0, bends=False)] == [
        {as_vector(p) for p in ((-1, 0), (0, 0), (1, 0))}
    ]


@pytest.mark.parametrize(
    ("network", "n"),
    [(THREE_LINES, 7), (PARALLEL, 3), (AFFINE, 1), (DEAD, 4)],
    ids=["lines", "parallel", "affine", "dead"],
)
def test_whole_plane(network: Network, n: int) -> None:
    """Also without a vertex, or without any boundary, every region meets the window."""
    complex = planar_complex(network)
    assert len(complex.polygons) == n
    assert total(complex) == complex.window.volume() > 0


def test_unbounded_domain_is_clipped() -> None:
    quadrant = Polyhedron.from_rows([(0, 1, 0), (0, 0, 1)])
    complex = planar_complex(THREE_LINES, View(quadrant))
    assert len(complex.polygons) == 2
    assert total(complex) == complex.window.volume()
    assert complex.bounds == ((0, Fraction(9, 8)),) * 2


def test_window() -> None:
    complex = planar_complex(THREE_LINES, View(window=as_window((0, "1/2"), 2)))
    assert len(complex.polygons) == 1
    assert total(complex) == Fraction(1, 4)


def test_refusals() -> None:
    with pytest.raises(ShapeError, match="two inputs"):
        planar_complex(Network.from_weights([([[1, 2, 3]], [0])]))
    with pytest.raises(ShapeError, match="plane"):
        plot_regions(Network.from_weights([([[1, 2, 3]], [0])]))
    with pytest.raises(DomainError, match="interior"):
        planar_complex(THREE_LINES, View(Polyhedron.box([0, 0], [1, 0])))
    with pytest.raises(LimitReached):
        planar_complex(THREE_LINES, View(limit=6))
    assert len(planar_complex(THREE_LINES, View(limit=7)).polygons) == 7


# Planes


def test_plane_along_axes() -> None:
    network = tropical.load(NETS / "int_4x8x1_s0.npz")
    plane = Plane.along_axes(3, 1, [5, 6, 7, 8])
    assert plane([1, 2]) == as_vector([5, 2, 7, 1])
    assert plane.labels == ("x_{4}", "x_{2}")
    for point in ([0, 0], [1, "1/3"], [-5, 7]):
        assert plane.restrict(network)(point) == network(plane(point))


def test_plane_through_points() -> None:
    p, q, r = [1, 2, 3, 4], [0, 0, "1/7", 1], [9, 1, 1, "1e9"]
    plane = Plane.through(p, q, r)
    assert [plane(mark) for mark in plane.marks] == [as_vector(point) for point in (p, q, r)]
    assert sum(a * b for a, b in zip(plane.first, plane.second, strict=True)) == 0
    for direction in (plane.first, plane.second):
        assert abs(sum(entry**2 for entry in direction) - 1) < Fraction(1, 10**12)
    with pytest.raises(ShapeError, match="line"):
        Plane.through([0, 0], [1, 1], [2, 2])
    with pytest.raises(ShapeError, match="line"):
        Plane.through([0, 0], [0, 0], [2, 1])


def test_regions_of_a_slice_are_those_of_the_space() -> None:
    """The patterns in a plane, found by the engine in Q^4 relative to the flat domain, and by restriction."""
    network = tropical.load(NETS / "int_4x8x1_s1.npz")
    flat = Polyhedron.box([-1, -1, "1/3", "1/5"], [1, 1, "1/3", "1/5"])
    expected = {region.pattern for region in activation_regions(network, flat, relative=True)}
    plane = Plane.along_axes(0, 1, [0, 0, "1/3", "1/5"])
    domain = plane.section(Polyhedron.box([-1] * 4, [1] * 4))
    assert domain == SQUARE
    found = {polygon.region.pattern for polygon in planar_complex(plane.restrict(network), View(domain)).polygons}
    assert found == expected


def test_restriction_keeps_the_input_shape() -> None:
    layers = tropical.load(NETS / "int_4x8x1_s0.npz")
    with pytest.raises(ShapeError, match="plane in Q\\^3"):
        Plane.along_axes(0, 1, [0, 0, 0]).restrict(layers)


# One input


def test_pieces_of_a_line() -> None:
    network = Network.from_weights([([[1], [1], [2]], [0, -1, -6]), ([[1, -2, 1]], [0])])
    found = pieces(network, View(Polyhedron.box([-1], [4]))).pieces
    assert [piece.ends for piece in found] == [(-1, 0), (0, 1), (1, 3), (3, 4)]
    assert [piece.values for piece in found] == [((0,), (0,)), ((0,), (1,)), ((1,), (-1,)), ((-1,), (0,))]
    for piece in found:
        assert tuple(network([end]) for end in piece.ends) == piece.values
    assert len(pieces(network).pieces) == 4


# Drawing


@pytest.mark.parametrize("ending", ["png", "svg", "pdf"])
def test_files(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"regions.{ending}"
    contents = []
    for _ in range(2):
        figure = plot_regions(THREE_LINES, data=[[0, 0], [1, 1]], labels=["a", "b"], axis_labels=["left", "up"])
        save_picture(figure, path)
        contents.append(path.read_bytes())
    assert contents[0] == contents[1]
    assert contents[0].startswith({"pdf": b"%PDF", "svg": b"<?xml", "png": b"\x89PNG"}[ending])


def test_what_is_drawn(tmp_path: Path) -> None:
    """Seven filled polygons, in an SVG whose words are words."""
    path = tmp_path / "regions.svg"
    save_picture(plot_regions(DEAD, SQUARE, axis_labels=["left", "up"]), path)
    text = {
        "".join(element.itertext()).strip()
        for element in ElementTree.parse(path).iter()
        if element.tag.endswith("text")
    }
    assert {"left", "up", "layer 1", "same affine map"} <= text


def test_figure_has_the_polygons_of_the_complex() -> None:
    from matplotlib.collections import PolyCollection

    axes = plot_regions(THREE_LINES).axes[0]
    [drawn] = [collection for collection in axes.collections if isinstance(collection, PolyCollection)]
    expected = [polygon.vertices for polygon in planar_complex(THREE_LINES).polygons]
    assert len(drawn.get_paths()) == 7
    for path, vertices in zip(drawn.get_paths(), expected, strict=True):
        assert {tuple(map(float, v)) for v in vertices} == {tuple(v) for v in path.vertices.tolist()}
    assert axes.get_xlim() == (-0.125, 1.125)


@pytest.mark.parametrize("name", ["he_2x16x1_s0", "int_2x8x8x1_s0", "nobias_2x8x8x1"])
def test_colors(name: str) -> None:
    """One colour a map, all different; adjacent ones clearly so."""
    complex = planar_complex(tropical.load(NETS / f"{name}.npz"), View(SQUARE))
    colors = map_colors(complex)
    assert len(colors) == len(set(colors)) == complex.n_maps
    for a, b in complex.map_graph.edges:
        assert max(abs(x - y) for x, y in zip(colors[a], colors[b], strict=True)) > 0.05
    assert all(a != b for a, b in combinations(colors, 2))


def test_pictures_of_other_dimensions(tmp_path: Path) -> None:
    line = Network.from_weights([([[1], [1]], [0, -1]), ([[1, -2], [1, 1]], [0, 0])])
    axes = plot_regions(line).axes[0]
    assert axes.get_xlim() == (-0.125, 1.125)
    network = tropical.load(NETS / "int_4x8x1_s0.npz")
    axes = plot_regions(network, plane=Plane.through([0] * 4, [1, 0, 0, 0], [0, 1, 0, 1])).axes[0]
    assert {text.get_text() for text in axes.texts} == {"$p$", "$q$", "$r$"}


def test_unknown_endings(tmp_path: Path) -> None:
    for name in ("regions.gif", "regions", "pdf"):
        with pytest.raises(InputError, match="pdf, pgf, png, svg"):
            save_picture(plot_regions(THREE_LINES), tmp_path / name)


def test_the_legend_is_clear_of_the_bar_in_axes_of_a_caller():
    from matplotlib import pyplot

    for layout in (None, "constrained"):
        figure, axes = pyplot.subplots(figsize=(4, 4), layout=layout)
        plot_regions(THREE_LINES, (-2, 2), colors="gradient", ax=axes)
        figure.canvas.draw()
        bar = next(other for other in figure.axes if other is not axes)
        assert not bar.get_tightbbox().overlaps(axes.get_legend().get_window_extent())
        pyplot.close(figure)
