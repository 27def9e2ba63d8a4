"""Activation patterns of data for fixed slopes, against the patterns of parameters, and labelings by signed forms."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from polytopes.errors import InputError, NoAnswerError, ShapeError
from tests.tropical.cli.helpers import document, refused, tropical
from tests.tropical.convexity.test_properties import Rows
from tropical.convexity import HyperplaneArrangement, SlopePatterns, offset_slice, patterns_with_slopes
from tropical.fans import ActivationPattern, DataSet
from tropical.fans.activation import OF_ARRANGEMENTS, first_violation
from tropical.pictures import plot_offsets

NUMBERS = st.integers(-2, 2)


def tables(most: int, width: int) -> st.SearchStrategy[Rows]:
    return st.lists(st.lists(NUMBERS, min_size=width, max_size=width), min_size=1, max_size=most)


@st.composite
def bridges(draw: st.DrawFn) -> tuple[Rows, Rows]:
    """Data and slopes of one dimension, with repeated points and equal slopes."""
    width = draw(st.integers(1, 2))
    return draw(tables(4, width)), draw(tables(3, width))


@given(bridges(), st.data())
def test_patterns_are_those_of_parameters(bridge: tuple[Rows, Rows], data: st.DataObject) -> None:
    X, slopes = bridge
    found = patterns_with_slopes(X, slopes)
    offsets = data.draw(st.lists(NUMBERS, min_size=len(slopes), max_size=len(slopes)))
    theta = [(a, *slope) for a, slope in zip(offsets, slopes, strict=True)]
    pattern = ActivationPattern.of_parameter(DataSet.of(X), theta)
    assert found.pattern(offsets) == pattern.sets
    assert found.uses_all_terms(offsets) == (len(set().union(*pattern.sets)) == len(slopes))
    values = [max(a + sum(s * x for s, x in zip(slope, point, strict=True)) for a, *slope in theta) for point in X]
    assert list(found.values_at_data(offsets)) == values
    assert found.fit(values).solvable
    assert found.pattern(found.offsets(pattern.sets)) == pattern.sets


@settings(max_examples=20)
@given(bridges())
def test_patterns_with_offsets_are_the_cells(bridge: tuple[Rows, Rows]) -> None:
    X, slopes = bridge
    assume(len(X) <= 3)
    found = patterns_with_slopes(X, slopes)
    cells = {graph for dim in range(len(slopes)) for graph in found.polytope.covectors(dim)}
    parts = [[k for k in range(len(slopes)) if mask >> k & 1] for mask in range(1, 1 << len(slopes))]
    for pattern in product(map(tuple, parts), repeat=len(X)):
        try:
            offsets = found.offsets(pattern)
        except NoAnswerError:
            assert pattern not in cells
        else:
            assert pattern in cells
            assert found.pattern(offsets) == pattern
    assert first_violation([ActivationPattern.of(own, len(slopes)) for own in cells], OF_ARRANGEMENTS) is None


@settings(max_examples=30)
@given(bridges(), st.data())
def test_labelings_by_definition(bridge: tuple[Rows, Rows], data: st.DataObject) -> None:
    """Signs of cells, and components of equal ones as cells joined by flipping one tie."""
    X, slopes = bridge
    found = patterns_with_slopes(X, slopes)
    signs = data.draw(st.lists(st.sampled_from([1, -1]), min_size=len(slopes), max_size=len(slopes)))
    vectors = set()
    for dim in range(len(slopes)):
        for graph in found.polytope.covectors(dim):
            own = [{signs[k] for k in part} for part in graph]
            vectors.add(tuple(part.pop() if len(part) == 1 else 0 for part in own))
    assert found.sign_vectors(signs) == vectors
    components = found.sign_components(signs)
    assert set(components) == {vector for vector in vectors if all(vector)}
    cells = [cell for parts in components.values() for part in parts for cell in part]
    assert sorted(cells) == sorted(found.polytope.covectors(len(slopes) - 1))
    for vector, parts in components.items():
        for part in parts:
            assert all(tuple(signs[own[0]] for own in cell) == vector for cell in part)
    if len(set(signs)) == 1:
        assert len(components) == 1
        assert found.sign_walls(signs) == ()
    assert found.sign_vectors(["+" if sign == 1 else "-" for sign in signs]) == vectors
    assert found.sign_vectors([signs] * len(X)) == vectors


@settings(max_examples=20)
@given(tables(3, 3), st.lists(st.lists(st.sampled_from("+-"), min_size=3, max_size=3), min_size=3, max_size=3))
def test_components_by_definition(W: Rows, signs: list[list[str]]) -> None:
    """Cells are in one component iff walls lead from one to the other on which every row has one sign.

    Each sign vector has one: where a row has one sign is an open tropical half-space, and these are convex.
    """
    lines = HyperplaneArrangement.of(W)
    cells = list(lines.polytope.covectors(2))
    component = {cell: number for number, cell in enumerate(cells)}
    for wall in lines.polytope.covectors(1):
        if all(len({row[k] for k in part}) == 1 for part, row in zip(wall, signs, strict=False)):
            beside = [cell for cell in cells if all(set(a) <= set(b) for a, b in zip(cell, wall, strict=True))]
            assert len(beside) == 2
            old, new = component[beside[0]], component[beside[1]]
            component = {cell: new if number == old else number for cell, number in component.items()}
    found = lines.sign_components(signs[: len(W)])
    parts = {frozenset(part) for parts in found.values() for part in parts}
    assert len(parts) == len(found)
    numbers = set(component.values())
    assert parts == {frozenset(cell for cell in cells if component[cell] == number) for number in numbers}


@settings(max_examples=40)
@given(tables(4, 1), tables(5, 1), st.data())
def test_planes_of_offsets(X: Rows, slopes: Rows, data: st.DataObject) -> None:
    """Patterns and signs in a plane are those of all offsets; ties of fixed forms are in every pattern they lead."""
    assume(len(slopes) >= 3)
    width = len(slopes)
    found = patterns_with_slopes(X, slopes)
    offsets, move = (data.draw(st.lists(NUMBERS, min_size=width, max_size=width)) for _ in range(2))
    plane = offset_slice(found, offsets)
    moved = [a + move[0] + (move[k] if k in (1, 2) else 0) for k, a in enumerate(offsets)]
    cell = plane.merged.pattern([0, moved[1] - moved[0], moved[2] - moved[0]])
    assert plane.named(cell) == found.pattern(moved)
    signs = data.draw(st.lists(st.sampled_from([1, -1]), min_size=width, max_size=width))
    for cell, vector in plane.labelings(signs).items():
        a, b, c = plane.merged.offsets(cell)
        inner = [offsets[k] - offsets[0] + 0 * a for k in range(width)]
        inner[1:3] = [b - a, c - a]
        pattern = found.pattern(inner)
        assert pattern == plane.named(cell)
        own = [{signs[k] for k in part} for part in pattern]
        assert vector == tuple(part.pop() if len(part) == 1 else 0 for part in own)


def test_picture_of_a_plane() -> None:
    """Cells are named by all forms, walls between labelings are bold, the offsets are marked."""
    found = patterns_with_slopes([[0], [1], [2], [4]], [[0], [1], [2], [3]])
    axes = plot_offsets(found, "++--", through=[1, 0, -3, -5]).axes[0]
    texts = {text.get_text() for text in axes.texts}
    assert {"1113", "0023", "2222"} <= texts
    marked = [line.get_xydata() for line in axes.lines if line.get_marker() == "o"]
    assert [np.asarray(point).tolist() for point in marked] == [[[-1.0, -4.0]]]
    legend = axes.get_legend()
    assert legend is not None
    assert [text.get_text() for text in legend.get_texts()] == ["++++", "+++-", "++0-", "++--", "+---", "----"]
    with pytest.raises(ShapeError, match="those of 1 and 2 vary"):
        plot_offsets(found)
    with pytest.raises(ShapeError, match="at least 3"):
        plot_offsets(patterns_with_slopes([[0]], [[0], [1]]))


def test_converse() -> None:
    """Every matrix of apices arises: slopes are unit vectors, data its rows without the first column."""
    apices = [[0, 3, Fraction(1, 2)], [0, -1, 2], [0, 0, 5], [0, 3, Fraction(1, 2)]]
    data = [[-entry for entry in row[1:]] for row in apices]
    found = patterns_with_slopes(data, [[0, 0], [1, 0], [0, 1]])
    other = HyperplaneArrangement.of(apices)
    assert isinstance(found, SlopePatterns)
    assert found.polytope == other.polytope
    assert found.f_vector == other.f_vector


def test_refusals() -> None:
    found = patterns_with_slopes([[0], [1]], [[0], [1]])
    with pytest.raises(ShapeError):
        found.sign_vectors("+")
    with pytest.raises(InputError):
        found.sign_vectors([[1, 2], [1, 1]])
    with pytest.raises(ShapeError):
        found.offsets([[0]])
    with pytest.raises(InputError):
        found.offsets([[0], []])
    with pytest.raises(NoAnswerError, match="cycle"):
        found.offsets([[1], [0]])


def test_command(tmp_path: Path) -> None:
    data, slopes, plot = tmp_path / "data.csv", tmp_path / "slopes.csv", tmp_path / "offsets.svg"
    data.write_text("x,y\n0,0\n1,5\n2,2\n4,5\n")
    slopes.write_text("0\n1\n2\n")
    asked = ("hull", data, "--slopes", slopes)
    found = document(*asked, "--signs", "+,+,-", "--fit", "y", "--at=0,-1,-4", "--cells", "--plot", plot)
    assert (found["patterns"], found["torus_f_vector"], found["f_vector"]) == (49, [10, 24, 15], [10, 12, 3])
    assert found["sign_vectors"] == ["++++", "+++-", "++--", "+---", "----"]
    assert (found["n_sign_vectors"], len(found["sign_components"]), len(found["cells"])) == (9, 5, 49)
    assert found["fit"] == {"interpolates": False, "error": "2", "offsets": ["2", "2", "-1"]}
    assert found["at"][0]["pattern"] == [[0], [0, 1], [1], [2]]
    assert plot.stat().st_size > 1000
    more, plane = tmp_path / "more.csv", tmp_path / "plane.svg"
    more.write_text("0\n1\n2\n3\n")
    wide = ("hull", data, "--slopes", more, "--fit", "y", "--plot", plane)
    assert document(*wide, "--at=0,-1,-4,-6", "--signs", "+,+,-,-")["d"] == 4
    assert plane.stat().st_size > 1000
    plane.unlink()
    document(*wide, "--at=0,-1,-4,-6", "--limit", 3, code=3)
    assert plane.exists()
    assert "not now" in tropical(*asked, "--fit", "y", "--plot", plot, "--limit", 3).stderr
    assert "--at" in refused(*wide)
    assert "--at" in refused(*wide, "--at=0,0,0,0", "--at=0,-1,-4,-6")
    more.write_text("0\n1\n")
    assert "3 forms or more" in refused(*wide)
    assert "labelings" in tropical(*asked, "--fit", "y", "--signs=+,-,-").stdout
    for limit, proven in ((3, [3]), (12, [10, 6, 4])):
        known = document(*asked, "--fit", "y", "--signs=+,+,-", "--limit", limit, code=3)
        assert (known["fit"], known["stopped_by"], known["complete"]) == (found["fit"], "limit", False)
        assert (known["torus_f_vector"], known["patterns"], known["values"]) == (proven, sum(proven), found["values"])
        assert all(a <= b for a, b in zip(known["f_vector"], found["f_vector"], strict=False))
        assert known["maximal_patterns"] is known["sign_vectors"] is known["generic"] is None
    assert "at least 10 6 4" in " ".join(tropical(*asked, "--fit", "y", "--limit", 12).stdout.split())
    assert "3 slopes" in refused(*asked, "--fit", "y", "--signs", "+,-")
    assert "+ or -" in refused(*asked, "--signs", "+,1,-")
    assert "slopes" in refused("hull", data, "--signs", "+,-")
    assert "dimension" in refused(*asked)
    assert "no column" in refused(*asked, "--fit", "z")
    assert "leave it out" in refused(*asked, "--halfspaces")
    assert "3 slopes" in refused(*asked, "--fit", "y", "--at", "0,1")
