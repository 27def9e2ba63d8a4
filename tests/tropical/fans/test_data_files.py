"""Data sets from tables: every number exactly as it is spelled."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polytopes.arithmetic.rationals import exact_text
from polytopes.errors import FileFormatError, InputError
from tropical.fans.activation.argmax_classes import most_colorings
from tropical.fans.data_files import label_names, read_data, read_labeled
from tropical.fans.data_set import DataSet


def read(folder: Path, text: str, labels: str | None = None, weights: str | None = None) -> DataSet:
    path = folder / "data.csv"
    path.write_text(text, encoding="utf-8")
    return read_data(path, labels, weights)


def test_numbers_are_those_they_spell(tmp_path: Path) -> None:
    data = read(tmp_path, "0.1,1/3\n-2e-3, 7 \n")
    assert data.points == ((Fraction(1, 10), Fraction(1, 3)), (Fraction(-1, 500), Fraction(7)))
    assert data.weights == (1, 1) and data.labels == ()


@pytest.mark.parametrize(
    "text",
    [
        "x,y\n1,2\n",
        "1;2\n",
        "1\t2\n",
        "1 2\n",
        "  x y\n 1   2 \n",
        "\ufeff1,2\r\n",
        "# points\n\n1,2\n\n",
        '"1","2"\n',
    ],
)
def test_headers_delimiters_and_comments(tmp_path: Path, text: str) -> None:
    assert read(tmp_path, text).points == ((1, 2),)


def test_names_with_spaces(tmp_path: Path) -> None:
    assert read(tmp_path, "my column\n1\n2\n").points == ((1,), (2,))
    assert read(tmp_path, "a b,c d\n1,2\n").points == ((1, 2),)
    spaced = read(tmp_path, "0 0 cat\n1 0 dog\n", labels="-1")
    assert spaced.points == ((0, 0), (1, 0)) and spaced.labels == (-1, 1)


def test_one_column_and_none(tmp_path: Path) -> None:
    assert read(tmp_path, "1\n2\n").dim == 1
    assert read(tmp_path, "label\n+\n-\n").points == ((), ())
    empty = read(tmp_path, "x,y,label\n")
    assert (empty.n_points, empty.dim, empty.labels) == (0, 2, ())


@pytest.mark.parametrize(
    ("values", "signs"),
    [
        (("1", "-1"), (1, -1)),
        (("0", "1"), (-1, 1)),
        (("1", "2"), (-1, 1)),
        (("+", "-"), (1, -1)),
        (("cat", "dog"), (-1, 1)),
        (("1", "1"), (1, 1)),
        (("-1", "-1"), (-1, -1)),
        (("0", "0"), (-1, -1)),
        (("-", "-"), (-1, -1)),
        (("1.0", "1"), (1, 1)),
    ],
)
def test_labels(tmp_path: Path, values: tuple[str, str], signs: tuple[int, int]) -> None:
    assert read(tmp_path, f"5,{values[0]}\n6,{values[1]}\n", labels="1").labels == signs
    assert read(tmp_path, f"x,Label\n5,{values[0]}\n6,{values[1]}\n").labels == signs


def test_columns_by_name_and_number(tmp_path: Path) -> None:
    text = "kind,x,y,count\na,1,2,3\nb,4,5,6\n"
    for labels, weights in (("kind", "count"), ("0", "3"), ("0", "-1")):
        data = read(tmp_path, text, labels, weights)
        assert data.points == ((1, 2), (4, 5)) and data.labels == (-1, 1) and data.weights == (3, 6)


@settings(max_examples=30)
@given(st.lists(st.lists(st.fractions(), min_size=2, max_size=2), min_size=1, max_size=4))
def test_written_and_read(tmp_path_factory: pytest.TempPathFactory, points: list[list[Fraction]]) -> None:
    text = "".join(",".join(map(exact_text, point)) + "\n" for point in points)
    assert read(tmp_path_factory.getbasetemp(), text).points == tuple(map(tuple, points))


@pytest.mark.parametrize(
    ("text", "labels", "error", "message"),
    [
        ("", None, FileFormatError, "no line with data"),
        ("1,2\n3\n", None, FileFormatError, "line 2: 1 cells, but 2"),
        ("1,2\n3,x\n", None, FileFormatError, "line 2: 'x' is not a rational number"),
        ("1,2\n3,nan\n", None, FileFormatError, "line 2: 'nan'"),
        ("1,2\n3,\n", None, FileFormatError, "line 2: '' is not"),
        ("1,2\n3,1/0\n", None, FileFormatError, "line 2: '1/0'"),
        ("1.2.3,4..5\n1,2\n", None, FileFormatError, "line 1: '1.2.3' is not"),
        ("nan,-inf\n1,2\n", None, FileFormatError, "line 1: 'nan'"),
        ("0 0\n1,2\n", None, FileFormatError, "line 2: 2 cells, but 1"),
        ("0 0\n1 2\n3 4,5\n", None, FileFormatError, "line 3: 2 cells, but 1"),
        ("0 0\n1 2 3\n4 5\n", None, FileFormatError, "line 2: 3 cells, but 2"),
        ('1,2\n"3\n",4\n', None, FileFormatError, "line"),
        ("1,2\n", "5", InputError, "no column 5"),
        ("1,2\n", "y", InputError, "no column 'y'; the file has no header"),
        ("x,y\n1,2\n", "z", InputError, "the columns are 'x, y'"),
        ("1,a\n2,b\n3,c\n", "1", InputError, "3 different labels"),
        ("x,weight\n1,0\n", None, InputError, "line 2: weight 0"),
        ("x,weight\n1,1/2\n", None, InputError, "line 2: weight 1/2"),
        ("x,weight\n1,1\n", "1", InputError, "both labels and weights"),
    ],
)
def test_refusals(tmp_path: Path, text: str, labels: str | None, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        read(tmp_path, text, labels)
    with pytest.raises(FileFormatError, match="cannot be read"):
        read_data(tmp_path / "missing.csv")


def test_a_point_without_a_label_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "data.csv"
    path.write_text("x,y\n0,cat\n1,\n2,cat\n")
    with pytest.raises(InputError, match="line 3: no label"):
        read_data(path, labels="y")


def test_quotes_after_a_space_are_read(tmp_path: Path) -> None:
    path = tmp_path / "data.csv"
    path.write_text('x, "label"\n0, "a"\n1, "b"\n')
    assert read_data(path).labels == (-1, 1)


def test_a_bound_for_very_many_terms_costs_nothing() -> None:
    assert most_colorings(DataSet.of([[0], [1]]), 10**6) == 10**12


def test_integers_are_labels_however_they_are_written(tmp_path: Path) -> None:
    """numpy.savetxt writes them with 18 decimals and an exponent."""
    path = tmp_path / "data.csv"
    path.write_text("x,kind\n5,0.000000000000000000e+00\n6,1.000000000000000000e+00\n7,+2.0\n")
    assert read_labeled(path, "kind").labels == (0, 1, 2)
    path.write_text("x,kind\n5,0.000000000000000000e+00\n6,1.000000000000000000e+00\n")
    assert label_names(path, "kind") == {-1: "0", 1: "1"}
    path.write_text("x,kind\n5,0.5\n6,1.0\n7,1e1\n")
    assert read_labeled(path, "kind").labels == ("0.5", "1.0", "1e1")
