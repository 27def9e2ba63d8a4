"""Places in a picture: the long and the short side of a matrix lead to the same directions."""

from __future__ import annotations

import random
import tracemalloc
from importlib import import_module
from itertools import combinations

import numpy as np
import pytest
from typer.testing import CliRunner

from polytopes.errors import InputError
from tropical import DataSet
from tropical.cli.commands import app
from tropical.pictures.explorer import layout
from tropical.pictures.explorer.fan_scene import MOST_COLORS, FanRequest, fan_scene
from tropical.pictures.explorer.layout import folded_directions, three_directions


def colorings(n_rows, n_points, n_terms, seed=0):
    rng = np.random.default_rng(seed)
    matrix = rng.integers(0, n_terms, (n_rows, n_points))
    return matrix, np.where(matrix == 0, 1, -1)


def up_to_signs(places):
    """Coordinates with a fixed sign in every column."""
    found = np.array(places)
    largest = found[np.abs(found).argmax(axis=0), range(3)]
    return found * np.where(largest < 0, -1, 1)


@pytest.mark.parametrize(("n_rows", "n_points", "n_terms"), [(5, 4, 2), (30, 9, 3), (80, 25, 4), (200, 21, 2)])
def test_short_and_long_side_agree(n_rows, n_points, n_terms, monkeypatch):
    matrix, signs = colorings(n_rows, n_points, n_terms)
    features = np.hstack([signs, layout._equal_pairs(matrix)]).astype(float)
    monkeypatch.setattr(layout, "TILT", 0)  # of which it depends on the signs of the directions
    short = up_to_signs(folded_directions(matrix.tolist(), signs.tolist()))
    centered = features - features.mean(axis=0)
    right = np.linalg.svd(centered, full_matrices=False)[2][:3]
    flat = centered @ right.T
    expected = up_to_signs(flat / np.sqrt((flat**2).sum(axis=1)).max())
    assert np.abs(short - expected).max() < 1e-4
    assert np.abs(up_to_signs(three_directions(features)) - expected).max() < 1e-4


def test_common_pairs_by_counting():
    matrix, _ = colorings(8, 7, 3)
    found = layout._common_pairs(matrix, slice(None, None, 3))
    for i, own in enumerate(matrix):
        for j, other in enumerate(matrix[::3]):
            pairs = combinations(range(7), 2)
            assert found[i, j] == sum(own[p] == own[q] and other[p] == other[q] for p, q in pairs)


def test_places_are_in_the_ball_and_apart():
    matrix, signs = colorings(500, 60, 3)
    places = np.array(folded_directions(matrix.tolist(), signs.tolist()))
    assert places.shape == (500, 3) and np.abs(np.linalg.norm(places, axis=1).max() - 1) < 1e-4
    assert len({tuple(row) for row in places.tolist()}) == 500
    assert (np.ptp(places, axis=0) > 0.1).all()


def test_names_of_terms_do_not_matter():
    matrix, signs = colorings(40, 30, 3)
    renamed = np.array([2, 0, 1])[matrix]
    both = folded_directions([*matrix.tolist(), *renamed.tolist()], [*signs.tolist()] * 2)
    assert np.abs(np.array(both[:40]) - np.array(both[40:])).max() < 1e-4


@pytest.mark.parametrize("rows", [np.zeros((1, 5)), np.zeros((3, 7)), np.ones((2, 1)), np.zeros((0, 4))])
def test_rows_without_spread(rows):
    assert np.abs(np.array(three_directions(rows))).max(initial=0) == 0


def test_many_points_take_little_memory():
    """20,100 features of 2,000 cones: their matrix and its products would take gigabytes."""
    matrix, signs = colorings(2000, 200, 3)
    tracemalloc.start()
    places = folded_directions(matrix.tolist(), signs.tolist())
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(places) == 2000 and most < 200 * 10**6


def table(path, n_points, seed=0):
    rng = random.Random(seed)
    rows = {(rng.randint(-999, 999), rng.randint(-999, 999)) for _ in range(n_points)}
    path.write_text("x,y,label\n" + "".join(f"{x},{y},{rng.choice('+-')}\n" for x, y in rows))
    return path


def test_two_hundred_points(tmp_path):
    arguments = ["explore", str(table(tmp_path / "p.csv", 200)), "--terms", "2,1", "--limit", "40"]
    done = CliRunner().invoke(app, [*arguments, "-o", str(tmp_path / "p.html")])
    assert done.exit_code == 0, done.output
    assert "</html>" in (tmp_path / "p.html").read_text(encoding="utf-8")


@pytest.mark.slow
def test_two_hundred_points_without_a_limit(tmp_path):
    arguments = ["explore", str(table(tmp_path / "p.csv", 200)), "--terms", "2,1"]
    assert CliRunner().invoke(app, [*arguments, "-o", str(tmp_path / "p.html")]).exit_code == 0


@pytest.mark.parametrize("options", [["-o", "page.html"], ["--json"], ["--no-browser"]])
def test_more_points_than_a_page_shows(tmp_path, options, monkeypatch):
    """Before anything is counted, as a file or served; the way out is named."""
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(app, ["explore", str(table(tmp_path / "p.csv", 2500)), "--terms", "2,1", *options])
    assert done.exit_code == 2 and len(done.stderr.splitlines()) == 1
    assert "are too many for a page" in done.stderr and "a limit of 80" in done.stderr
    assert not (tmp_path / "page.html").exists()


def test_more_cones_than_a_page_shows(monkeypatch):
    monkeypatch.setattr(import_module("tropical.pictures.explorer.fan_scene"), "MOST_COLORS", 60)
    data = DataSet.of([[0], [1], [2]], [1, -1, 1])
    with pytest.raises(InputError, match=r"3 points in 21 cones are too many .* or a limit of 20 cones"):
        fan_scene(FanRequest(data, (2, 1)))
    assert fan_scene(FanRequest(data, (2, 1), limit=5))["counts"]["shown"] < 21
    assert MOST_COLORS == 2_000_000
