"""Tropical oriented matroids: known answers, types of matrices, and sets that are no matroid or have no matrix."""

from __future__ import annotations

import json
from itertools import product
from math import comb
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polytopes.errors import InputError, ShapeError, UnsupportedError
from tests.paths import DATA
from tests.tropical.cli.helpers import document, refused, tropical
from tests.tropical.convexity.test_properties import Rows, matrices
from tropical.convexity import NotMatroid, Realised, TropicalPolytope, Unrealisable, realise
from tropical.fans.activation import OF_ARRANGEMENTS, ActivationPattern, first_violation

KNOWN = [e for e in json.loads((DATA / "tropical_matroids.json").read_text("utf-8")) if e["kind"] == "axioms"]
Types = list[tuple[tuple[int, ...], ...]]
NOT_REGULAR = (
    "1f11 22d3 22f2 268b 26c3 26d1 2e89 2e91 34d1 3c91 3e11 444f 44cb 648b 64c3 6c89 74c1 7c81 e889 f881"
)  # fmt: skip
"""A triangulation of the product of two simplices of dimension 3: for each simplex and each row its columns, as bits.

It was found by flips from a regular one; that such products have others is due to De Loera, Nonregular triangulations
of products of simplices, Discrete and Computational Geometry 15 (1996).
"""


def types_of(V: Rows) -> Types:
    polytope = TropicalPolytope.of(V)
    return [graph for dim in range(len(V[0])) for graph in polytope.covectors(dim)]


@pytest.mark.parametrize("entry", KNOWN, ids=lambda e: e["id"])
def test_known_sets_of_types(entry: dict[str, Any]) -> None:
    types, answer = entry["input"]["types"], entry["answer"]
    patterns = [ActivationPattern.of(own, entry["input"]["d"]) for own in types]
    for axiom in OF_ARRANGEMENTS:
        assert (first_violation(patterns, [axiom]) is None) == answer[axiom]
    found = realise(types)
    assert isinstance(found, Realised if all(answer.values()) else NotMatroid)


@settings(max_examples=25)
@given(matrices(3, 3))
def test_types_of_matrices(V: Rows) -> None:
    types = types_of(V)
    assert first_violation([ActivationPattern.of(own, len(V[0])) for own in types], OF_ARRANGEMENTS) is None
    found = realise(types)
    assert isinstance(found, Realised)
    assert found.check(types)
    assert set(types_of([list(map(int, row)) for row in found.matrix])) == set(types)
    connected = [graph for _, graph in TropicalPolytope.of(V).pseudovertices]
    assert realise(connected, len(V[0]))


@settings(max_examples=25)
@given(matrices(3, 3), st.data())
def test_nothing_can_be_left_out(V: Rows, data: st.DataObject) -> None:
    types = types_of(V)
    lost = data.draw(st.sampled_from(types))
    found = realise([own for own in types if own != lost], len(V[0])) if len(types) > 1 else None
    assert found is None or isinstance(found, NotMatroid)


@given(st.lists(st.tuples(*[st.integers(1, 7)] * 3), min_size=1, max_size=8, unique=True))
def test_elimination_by_definition(masks: list[tuple[int, ...]]) -> None:
    members = set(masks)
    fails = False
    for A, B in product(masks, repeat=2):
        choices = [{a, b, a | b} for a, b in zip(A, B, strict=True)]
        for p in range(3):
            fixed = [*choices[:p], {A[p] | B[p]}, *choices[p + 1 :]]
            fails = fails or not any(own in members for own in product(*fixed))
    found = first_violation([ActivationPattern.from_masks(own, 3) for own in masks], ["elimination"])
    assert (found is not None) == fails


def test_many_rows_and_columns() -> None:
    """Work does not grow with the sets of columns, nor does the number of rows with the depth of calls."""
    columns, rows = 101, 1500
    untied = [[k] for k in range(columns)]
    assert first_violation([ActivationPattern.of(untied, columns)], ["comparability", "surrounding"]) is None
    for own, missing in (([[*range(columns)]], [[0]]), ([[*untied[7]], [8, 9], [9, 100]], [[7], [8], [9, 100]])):
        found = first_violation([ActivationPattern.of(own, columns)], ["surrounding"])
        assert found is not None
        assert found.missing == ActivationPattern.of(missing, columns)
    every = range(columns)
    for types in ([[every]], [[every, [0, 1]], [every, [0, 2]]]):
        with pytest.raises(UnsupportedError, match="up to 20"):
            realise(types)
    tall = [ActivationPattern.of([own] + [low] * (rows - 1), 2) for own, low in ([[0], [0]], [[1], [1]], [[0, 1], [0]])]
    found = first_violation(tall, ["elimination"])
    assert found is not None
    assert (found.patterns, found.point) == (tuple(tall[:2]), 1)


def test_axioms_hold_and_there_is_no_matrix() -> None:
    """Of a triangulation that is not regular: its simplices are trees, two of which meet in a face, and as many as fit.

    Two trees meet in a face iff their comparability graph has no cycle, which is the third axiom.
    """
    types = [tuple(tuple(k for k in range(4) if int(part, 16) >> k & 1) for part in own) for own in NOT_REGULAR.split()]
    assert len(set(types)) == comb(6, 3) and all(sum(map(len, own)) == 7 for own in types)
    found = realise(types)
    assert isinstance(found, Unrealisable) and not found
    assert found.check(types) and sum(one.factor for one in found.proof if one.is_strict) > 0
    used = {one.cell for one in found.proof}
    rest = [own for own in types if ActivationPattern.of(own, 4).masks not in used]
    assert not found.check(rest)
    content = found.as_dict()
    assert content["realised"] is False and content["matrix"] is None and len(content["proof"]) == len(found.proof)


def test_no_matrix_on_the_command_line(tmp_path: Path) -> None:
    """On the command line the same answer."""
    types = [[[k for k in range(4) if int(part, 16) >> k & 1] for part in own] for own in NOT_REGULAR.split()]
    path = tmp_path / "types.json"
    path.write_text(json.dumps({"types": types}))
    answer = document("axioms", path, "--realise")
    assert (answer["realised"], answer["matrix"]) == (False, None) and answer["proof"]


def test_refusals() -> None:
    with pytest.raises(ShapeError):
        realise([])
    with pytest.raises(ShapeError):
        realise([[[0]], [[0], [0]]])
    with pytest.raises(InputError):
        realise([[[0], []]])
    with pytest.raises(InputError):
        realise([[[0], [3]]], 3)


def test_command(tmp_path: Path) -> None:
    types = tmp_path / "types.json"
    whole = next(e["input"] for e in KNOWN if e["id"] == "axioms-all-types-A")
    types.write_text(json.dumps(whole))
    found = document("axioms", types, "--realise")
    assert all(found[axiom] for axiom in OF_ARRANGEMENTS)
    assert found["realised"] is True
    assert found["violation"] is None
    assert set(types_of([list(map(int, row)) for row in found["matrix"]])) == {
        tuple(map(tuple, own)) for own in whole["types"]
    }
    whole["types"].remove([[0], [0]])
    types.write_text(json.dumps(whole))
    found = document("axioms", types)
    assert found["violation"] == {"axiom": "boundary", "types": [], "position": None, "missing": [[0], [0]]}
    assert found["realised"] is None
    assert "is missing" in tropical("axioms", types).stdout
    points = tmp_path / "points.csv"
    points.write_text("0,0,0\n0,1,3\n")
    tropical("hull", points, "--cells", "-o", types)
    assert document("axioms", types, "--realise")["realised"] is True


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('{"types": []}', "no type"),
        ('{"types": [[[0], []]]}', "row 1"),
        ('{"types": [[[0]], [[0], [1]]]}', "rows"),
        ('{"types": [[[-1]]]}', "integers"),
        ('{"types": [[[true]]]}', "integers"),
        ('{"types": [[[3]]], "d": 2}', "below 2"),
        ('{"types": [[[0]]], "n": "1"}', '"n"'),
        ('{"types": [[[0], [99999999999]]]}', "up to 10,000 columns"),
        ('{"types": [[[0]]], "d": 99999999999}', "up to 10,000 columns"),
        ('{"types": 3}', "no types"),
        ("[1", "JSON"),
    ],
)
def test_bad_files(tmp_path: Path, content: str, said: str) -> None:
    path = tmp_path / "types.json"
    path.write_text(content)
    assert said in refused("axioms", path)
