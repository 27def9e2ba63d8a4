"""Data on top of pictures: labels of any kind, colors of classes, refusals; windows around data and vertices."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from polytopes.drawing.figures import save_picture
from polytopes.drawing.windows import box_around, check_bounds, window_around
from polytopes.errors import DomainError, InputError, ShapeError
from tests.tropical.cli.helpers import refused, tropical
from tropical import DataSet, Network, plot_boundary, plot_regions, save
from tropical.fans.data_files import read_labeled
from tropical.pictures.data_points import DataPoints, classes_of_labels
from tropical.pictures.plane import Plane

plt = pytest.importorskip("matplotlib.pyplot")
NETWORK = Network.from_weights([([[1, 0], [0, 1], [1, 1]], [0, 0, -1]), ([[1, 2, -1]], ["-1/2"])])
THREE = Network.from_weights([([[1, 0], [0, 1]], [0, 0]), ([[1, 0], [0, 1], [0, 0]], [0, 0, 1])])
DATA = [(0, 0), (1, 1), (2, 0)]


@pytest.fixture(autouse=True)
def close():
    yield
    plt.close("all")


def legend(axes) -> list[str]:
    return [text.get_text() for text in axes.get_legend().get_texts()]


@pytest.mark.parametrize(
    "labels",
    [
        [0, 1, 1],
        ["b", "a", "a"],
        np.array([0.0, 1.0, 1.0]),
        np.array([True, False, True]),
        [None, "x", 3],
        ["_a", "$", "$x$"],
    ],
)
def test_labels_of_any_kind(labels, tmp_path: Path) -> None:
    points = DataPoints.of(np.array(DATA), labels)
    assert points is not None and len(points.names) == len({str(label) for label in labels})
    figure = plot_regions(NETWORK, (-1, 3), data=DATA, labels=labels)
    save_picture(figure, tmp_path / "a.svg")


def test_labels_come_with_a_data_set() -> None:
    points = DataPoints.of(DataSet.of(DATA, [1, -1, 1]))
    assert points is not None and points.names == (-1, 1)


def test_points_without_labels_have_no_legend() -> None:
    assert plot_regions(Network.from_weights([([[1, 1]], [0])]), (-1, 1), data=DATA).axes[0].get_legend() is None


def test_classes_of_labels() -> None:
    signs = ["positive", "negative"]
    assert classes_of_labels([-1, 1], signs, True) == {-1: 1, 1: 0}
    assert classes_of_labels([1, 2], signs, True) == {2: 0, 1: 1}
    assert classes_of_labels([1], signs, True) == {1: 0}
    assert classes_of_labels(["negative"], signs, True) == {"negative": 1}
    assert classes_of_labels(["cat", "dog"], signs, True) is None
    assert classes_of_labels([0, 2], ["a", "b", "c"], False) == {0: 0, 2: 2}
    assert classes_of_labels([0, 5], ["a", "b", "c"], False) is None


def test_classes_and_labels_share_entries() -> None:
    axes = plot_regions(THREE, (-1, 3), colors="class", data=DATA, labels=[0, 1, 2], classes=["u", "v", "w"]).axes[0]
    assert legend(axes) == ["u", "v", "w"]
    axes = plot_boundary(THREE, (-1, 3), data=DATA, labels=[0, 1, 2]).axes[0]
    assert legend(axes) == ["class 0", "class 1", "class 2", "0", "1", "2"]


def test_regions_of_classes_are_those_of_the_boundary() -> None:
    """By the planar complex and by the boundary cell by cell."""
    first, second = plot_regions(THREE, (-1, 3), colors="class"), plot_boundary(THREE, (-1, 3))
    bold = [line for line in second.axes[0].lines if line.get_linewidth() > 1.5]
    [walls] = [c for c in first.axes[0].collections if c.get_linewidths()[0] == 1.8]
    assert {frozenset(map(tuple, line.get_xydata().tolist())) for line in bold} == {
        frozenset(map(tuple, path.vertices.tolist())) for path in walls.get_paths()
    }


def test_data_in_a_plane_are_projected() -> None:
    points = DataPoints.of([(1, 2, 3)], plane=Plane.along_axes(2, 0, [0, 0, 0]))
    assert points is not None and points.points == ((3, 1),)
    assert Plane.through([1, 0, 0], [2, 0, 0], [1, 5, 0]).coordinates([3, 4, 7]) == (2, 4)


def test_data_on_a_line() -> None:
    line = Network.from_weights([([[1], [1]], [0, -1]), ([[1, -2]], [0])])
    assert plot_regions(line, data=[[0], [1]], labels=["a", "b"]).axes[0].get_xlim() == (-0.125, 1.125)
    plot_regions(line, data=[[0, 1], [1, 3]])


@pytest.mark.parametrize(
    ("arguments", "kind", "words"),
    [
        ({"labels": [1]}, InputError, "no data"),
        ({"data": DATA, "labels": [1]}, ShapeError, "1 labels for 3 points"),
        ({"data": DATA, "labels": "abc"}, InputError, "a label for every point"),
        ({"data": [(1, 2, 3)]}, ShapeError, "3 coordinates; the picture needs 2"),
        ({"window": (1, 1)}, DomainError, "from 1 to 1"),
        ({"window": (None, 1)}, DomainError, "no end in coordinate 0"),
        ({"window": [(0, 1)] * 3}, ShapeError, "3 pairs"),
        ({"window": 3}, InputError, "window"),
        ({"colors": "class", "classes": ["a"]}, ShapeError, "for 2 classes"),
    ],
)
def test_refusals(arguments: dict[str, object], kind: type[Exception], words: str) -> None:
    with pytest.raises(kind, match=words):
        plot_regions(NETWORK, **arguments)  # type: ignore[arg-type]


# Windows


@given(st.lists(st.tuples(st.fractions(), st.fractions()), min_size=1, max_size=30))
def test_windows_hold_most_points_and_count_the_others(points) -> None:
    found = window_around(points)
    inside = [all(a < x < b for a, x, b in zip(found.lower, p, found.upper, strict=True)) for p in points]
    assert found.n_points == len(points)
    assert found.n_outside <= sum(not own for own in inside)
    assert inside.count(True) >= 1


def test_windows_of_one_point() -> None:
    for entry in (0, 1, 10**12, Fraction(1, 10**12)):
        check_bounds(*box_around([(Fraction(entry), Fraction(0))]))


def test_one_point_far_off() -> None:
    cluster = [(Fraction(k % 5), Fraction(k // 5)) for k in range(25)]
    found = window_around([*cluster, (Fraction(-47000), Fraction(3))])
    assert found.n_outside == 1 and found.lower[0] == Fraction(-1, 2)
    assert found.note("vertices") == "1 of 26 vertices lies outside"
    assert window_around(cluster).note("vertices") == ""


# The command line


def test_on_the_command_line(tmp_path: Path) -> None:
    net, data, picture = tmp_path / "n.json", tmp_path / "d.csv", tmp_path / "p.svg"
    save(NETWORK, net)
    data.write_text("width,height,kind,weight\n0,0,cat,1\n1,1,dog,1\n2,1/2,cow,1\n")
    found = read_labeled(data, "kind")
    assert found.labels == ("cat", "dog", "cow") and found.names == ("width", "height")
    given = ("--plot", picture, "--data", data, "--labels", "kind")
    for line in (("regions", net, "--colors", "class"), ("boundary", net), ("topology", net, "--level", 0),
                 ("complexity", net, "--box=-1,3"), ("subdivision", "max(x, y, 0)")):  # fmt: skip
        result = tropical(*line, *given)
        assert result.exit_code == 0, result.output
        text = picture.read_text()
        assert all(word in text for word in ("cat", "dog", "cow"))
        picture.unlink()
    assert tropical("regions", net, "--plot", picture, "--window=-1,2;0,1").exit_code == 0


def test_refusals_on_the_command_line(tmp_path: Path) -> None:
    net, data, picture = tmp_path / "n.json", tmp_path / "d.csv", tmp_path / "p.svg"
    save(NETWORK, net)
    data.write_text("1,2,3,4\n")
    assert "--window says what to draw" in refused("regions", net, "--window", "0,1")
    assert "--labels names a column" in refused("regions", net, "--plot", picture, "--labels", "kind")
    assert "4 coordinates; the inputs have 2" in refused("boundary", net, "--plot", picture, "--data", data)
    assert "exceeds" in refused("regions", net, "--plot", picture, "--window", "1,0")
    assert "would be overwritten" in refused("regions", net, "--plot", tmp_path / "d.csv", "--data", data)
    assert "of a training" in refused("complexity", net, net, "--box=0,1", "--plot", picture, "--window", "0,1")
