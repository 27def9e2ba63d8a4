"""The command 'tropical explore'."""

from __future__ import annotations

import json
from fractions import Fraction

import pytest

from tests.tropical.cli.helpers import tropical
from tropical.networks.network import Network
from tropical.networks.readers import save

TABLE = "x,y,label\n0,0,+\n1,0,-\n0,1,-\n1,1,+\n"


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "xor.csv"
    path.write_text(TABLE, encoding="utf-8")
    return path


def run(*arguments):
    return tropical("explore", *arguments)


def test_the_scene(table):
    answer = run(table, "--terms", "2,1", "--json")
    assert answer.exit_code == 0
    scene = json.loads(answer.stdout)
    assert scene["counts"]["maximal_cones"] == 75 and scene["levels"][0]["components"] == 2
    assert scene["title"] == "xor.csv" and scene["data"]["names"] == {"1": "+", "-1": "-"}


def test_a_part_beyond_the_limit(table):
    scene = json.loads(run(table, "--terms", "2,1", "--limit", "20", "--json").stdout)
    assert scene["counts"]["maximal_cones"] == 75 > scene["counts"]["shown"] == len(scene["cones"]) >= 20


def test_a_page(table, tmp_path):
    assert run(table, "--terms", "1,1", "-o", tmp_path / "page.html").exit_code == 0
    assert "xor.csv" in (tmp_path / "page.html").read_text(encoding="utf-8")


def test_a_network(tmp_path):
    path = tmp_path / "net.json"
    save(Network.from_weights([([[1, 0], [0, 1]], [0, 0]), ([[1, 1]], [-1])]), path)
    answer = run(path, "--box", "-1,1", "--json")
    assert answer.exit_code == 0 and json.loads(answer.stdout)["counts"]["activation_regions"] == 4


@pytest.mark.parametrize("dim", [2, 3])
def test_data_over_a_network(tmp_path, dim):
    """Labels of any kind; the names of the columns are those of the axes; the window is around the data."""
    path, data = tmp_path / "net.json", tmp_path / "points.csv"
    eye = [[int(i == j) for j in range(dim)] for i in range(dim)]
    save(Network.from_weights([(eye, [0] * dim), ([[1] * dim], [-1])]), path)
    names = ["length", "width", "height"][:dim]
    rows = [(0, "cat"), (2, "dog"), (1, "bird")]
    data.write_text("\n".join([",".join([*names, "kind"]), *(",".join([*[str(x)] * dim, kind]) for x, kind in rows)]))
    scene = json.loads(run(path, "--data", data, "--labels", "kind", "--json").stdout)
    assert scene["columns"] == names and scene["data"]["labels"] == ["bird", "cat", "dog"]
    assert scene["data"]["kinds"] == [1, 2, 0] and scene["data"]["places"][1] == [2] * dim
    assert [[float(Fraction(entry)) for entry in corner] for corner in scene["window"]] == [[-0.25] * dim, [2.25] * dim]
    assert "--labels names a column of --data" in run(path, "--labels", "kind", "--json").stderr
    data.write_text("1\n2\n")
    assert "points with 1 coordinates" in run(path, "--data", data, "--json").stderr


@pytest.mark.parametrize(("dim", "way_out"), [(1, "draws its graph"), (4, "give a plane")])
def test_networks_that_are_not_drawn(tmp_path, dim, way_out):
    """Before anything is served."""
    path = tmp_path / "net.json"
    save(Network.from_weights([([[1] * dim], [0])]), path)
    for options in (["--no-browser"], ["--json"]):
        answer = run(path, *options)
        assert answer.exit_code == 2 and way_out in answer.stderr and not answer.stdout.startswith("http")


@pytest.fixture
def steps(tmp_path):
    """Checkpoints whose names a shell sorts otherwise than their numbers."""
    paths = [tmp_path / f"step{k}.json" for k in (2, 10)]
    for k, path in enumerate(paths):
        save(Network.from_weights([([[1, k], [0, 1]], [0, 0]), ([[1, 1]], [-1])]), path)
    return paths


def test_a_training(steps, tmp_path):
    answer = run(steps[1], steps[0], "--window=-1,1", "--json")
    scene = json.loads(answer.stdout)
    assert scene["checkpoints"] == [str(steps[0]), str(steps[1])] and "numbers in their names" in answer.stderr
    assert [frame["counts"]["activation_regions"] for frame in scene["frames"]] == [4, 4]
    given = json.loads(run(steps[1], steps[0], "--order", "given", "--window=-1,1", "--json").stdout)
    assert given["frames"] == scene["frames"][::-1]
    pattern = json.loads(run(tmp_path / "step*.json", "--window=-1,1", "--json").stdout)
    assert pattern == scene
    assert run(*steps, "-o", tmp_path / "page.html").exit_code == 0
    assert '"kind":"training"' in (tmp_path / "page.html").read_text(encoding="utf-8")
    assert json.loads(run(steps[0], "--window=-1,1", "--json").stdout)["window"] == [[-1, -1], [1, 1]]


@pytest.mark.parametrize(
    ("others", "options", "reason"),
    [
        (["step2.json"], [], "named twice among the checkpoints"),
        (["empty.npz"], [], "empty.npz: the file is empty"),
        (["points.csv"], [], "points.csv: several files are shown if they are networks"),
        (["none.json"], [], "none.json"),
        (["model.joblib"], [], "model.joblib: pickles are not opened"),
        ([], ["--order", "names"], "--order is about the checkpoints of a training"),
        (["step10.json"], ["--window", "1,0"], "--window"),
        (["step10.json"], ["--pool"], "several files are shown if they are networks"),
        (["step10.json"], ["--data", "header.csv"], "header.csv: no point, only a header"),
        (["step10.json"], ["--limit", "1"], "more than 1 activation regions"),
    ],
)
def test_refusals_of_trainings(steps, tmp_path, others, options, reason):
    (tmp_path / "empty.npz").touch()
    (tmp_path / "points.csv").write_text(TABLE)
    (tmp_path / "header.csv").write_text("x,y,label\n")
    given = [tmp_path / own if own.endswith(".csv") else own for own in options]
    answer = run(steps[0], *(tmp_path / name for name in others), *given, "--json")
    assert answer.exit_code == 2 and reason in answer.stderr.splitlines()[-1]


def test_windows(tmp_path):
    path = tmp_path / "windows.txt"
    path.write_text("0 1 2\n1 2 3\n", encoding="utf-8")
    answer = run(path, "--pool", "--json")
    assert answer.exit_code == 0 and json.loads(answer.stdout)["counts"]["linear_regions"] == 7
    assert run(path, "--pool", "--terms", "1,1", "--json").exit_code == 2
    answer = run(path, "--pool", "--limit", "3", "--json")
    assert answer.exit_code == 2 and "more than 3 vertices" in answer.stderr


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ([], "--terms N,M"),
        (["--terms", "2"], "two numbers"),
        (["--terms", "0,1"], "at least one term"),
        (["--terms", "2,1", "--data", "other.csv"], "--data has no meaning"),
        (["--terms", "2,1", "--box", "0,1"], "--box has no meaning"),
        (["--terms", "2,1", "--serve", "--json"], "--serve goes with neither"),
        (["--terms", "2,1", "--port", "0", "-o", "page.html"], "--port goes with neither"),
        (["--terms", "2,1", "--no-browser", "--json"], "--no-browser goes with neither"),
        (["--terms", "2,1", "--input-shape", "2"], "--input-shape has no meaning"),
    ],
)
def test_refusals(table, arguments, reason):
    answer = run(table, *arguments)
    assert answer.exit_code == 2 and reason in answer.stderr and len(answer.stderr.splitlines()) == 1


def test_a_missing_file(tmp_path):
    answer = run(tmp_path / "none.csv", "--terms", "1,1")
    assert answer.exit_code == 2 and "none.csv" in answer.stderr


def test_it_is_said_where_the_page_is(table, tmp_path):
    page = tmp_path / "page.html"
    answer = run(table, "--terms", "1,1", "-o", page)
    assert answer.exit_code == 0 and answer.stdout == "" and f"the page is in {page}; open it" in answer.stderr


def test_an_expression(tmp_path):
    answer = run("max(x, y, 0)", "--json")
    assert answer.exit_code == 0 and json.loads(answer.stdout)["counts"]["linear_regions"] == 3
    assert "No such file" in run("my data.csv", "--terms", "2,1", "--json").stderr
