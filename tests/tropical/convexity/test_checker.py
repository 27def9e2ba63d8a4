"""The checker of documents of tropical polytopes accepts what is right, and refuses whatever was changed."""

from __future__ import annotations

import ast
import copy
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.paths import ROOT
from tests.tropical.cli.helpers import document, refused, tropical
from tropical.convexity.checker import NotACertificate, Refused, check_document
from tropical.convexity.entries import as_point
from tropical.convexity.halfspaces import HalfSpace
from tropical.convexity.polytope import TropicalPolytope

OPTIONAL = ("at", "halfspaces", "cells", "subdivision")
CHECKER = ROOT / "tropical/convexity/checker.py"
TABLES = {
    "generic": ("0,0,0\n0,1,3\n0,4,2\n", ("--at", "0,-1,-1", "--at=0,1,2", "--halfspaces", "--cells", "--subdivision")),
    "degenerate": ("0,0,0\n0,0,1\n0,1,0\n0,1,1\n0,0,1\n", ("--at=0,1/2,-oo", "--halfspaces", "--subdivision")),
    "infinite": ("0,-1,-4\n-oo,0,-2\n-oo,-oo,0\n", ("--at=-oo,0,-3", "--at=0,0,0", "--cells", "--subdivision")),
    "arrangement": ("0,1,1,2\n1,0,1,1/3\n1,1,0,0\n", ("--arrangement", "--at", "0,0,0,1")),
    "min": ("0,1,oo\n1,0,1\n1,1,0\n", ("--min", "--at", "0,oo,2")),
    "one": ("5\n", ()),
    "fewer half-spaces": ("0,0,3,1\n0,3,3,1\n0,2,2,0\n", ("--halfspaces", "--irredundant")),
}


@pytest.fixture(params=TABLES)
def answer(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    text, options = TABLES[request.param]
    points = tmp_path / "points.csv"
    points.write_text(text)
    return document("hull", points, *options)


def other_number(text: str) -> str:
    """Return another number than a text spells; of words, another one."""
    try:
        return str(Fraction(text) + Fraction(1, 1000))
    except ValueError:
        return text + "x"


def changes(value: Any) -> Iterator[tuple[Any, str]]:
    """All documents that differ from one in one number, coordinate or truth value, or lack one entry of a list."""
    places: list[tuple[Any, ...]] = []

    def visit(node: Any, path: tuple[Any, ...]) -> None:
        items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
        for key, entry in items:
            visit(entry, (*path, key))
        if path:
            places.append(path)

    visit(value, ())
    for path in places:
        if path[0] in ("source", "seconds", "version") or (len(path) == 1 and path[0] in OPTIONAL):
            continue
        if path[0] == "points" or (path[2:3] == ("x",) and path[0] == "at"):
            continue  # these are questions, which the command compares with the table
        changed = copy.deepcopy(value)
        inner = changed
        for key in path[:-1]:
            inner = inner[key]
        node = inner[path[-1]]
        if isinstance(node, bool):
            inner[path[-1]] = not node
        elif isinstance(node, int):
            inner[path[-1]] = node + 1
        elif isinstance(node, str):
            inner[path[-1]] = "7" if node in ("-oo", "oo", "max", "min") else other_number(node)
        elif isinstance(node, (list, dict)) and isinstance(inner, list) and path[0] != "at":
            del inner[path[-1]]
        else:
            continue
        yield changed, str(path)


def test_it_uses_the_standard_library_only() -> None:
    tree = ast.parse(CHECKER.read_text())
    used = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    used |= {str(node.module).partition(".")[0] for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert used <= sys.stdlib_module_names
    assert len(CHECKER.read_text().splitlines()) < 440


def test_refuses_every_change(answer: Any) -> None:
    check_document(answer)
    for changed, place in changes(answer):
        with pytest.raises((Refused, NotACertificate)):
            check_document(changed)
            pytest.fail(f"{place} was changed")


def test_half_spaces_that_can_be_left_out(tmp_path: Path) -> None:
    """Of six minimal ones five are enough: no other five are taken, nor all, and for others nothing is claimed."""
    points = tmp_path / "points.csv"
    points.write_text(TABLES["fewer half-spaces"][0])
    every, few = (document("hull", points, *own) for own in (["--halfspaces"], ["--halfspaces", "--irredundant"]))
    assert [len(found["halfspaces"]) for found in (every, few)] == [6, 5]
    [lost] = [half for half in every["halfspaces"] if half not in few["halfspaces"]]
    for half in few["halfspaces"]:
        others = [lost if own == half else own for own in few["halfspaces"]]
        hull = TropicalPolytope.from_halfspaces(
            HalfSpace(tuple(map(Fraction, own["apex"])), tuple(own["sectors"])) for own in others
        )
        is_same = all(map(TropicalPolytope.of(every["points"]).contains, hull.points))
        with nullcontext() if is_same else pytest.raises(Refused, match="more in common"):
            check_document({**few, "halfspaces": others})
    with pytest.raises(Refused, match="can be left out"):
        check_document({**every, "irredundant": True})
    with pytest.raises(Refused, match="is not listed"):
        check_document({**every, "halfspaces": few["halfspaces"]})
    del few["halfspaces"]
    with pytest.raises(Refused, match="no half-space"):
        check_document(few)
    assert "give --halfspaces too" in refused("hull", points, "--irredundant")


def test_what_is_added_is_refused(tmp_path: Path) -> None:
    """A graph that is no cell, a cell once more, and what an empty list does not prove."""
    points = tmp_path / "points.csv"
    for text in (TABLES["infinite"][0], "0,1,1\n1,0,1\n1,1,0\n"):
        points.write_text(text)
        found = document("hull", points, "--cells")
        for graph in ([[0, 1, 2]] * 3, found["cells"][0]["covector"]):
            for more in ({}, {"inside": False}, {"inside": True}):
                with pytest.raises(Refused, match="none, or listed twice"):
                    check_document({**found, "cells": [*found["cells"], {"covector": graph, **more}]})
    none = {"complete": False, "stopped_by": "limit", "pseudovertices": [], "f_vector": [0], "torus_f_vector": [0]}
    known = {key: value for key, value in found.items() if key != "cells"}
    known |= {**none, "dim": 0, "tropical_rank": 1, "generic": None}
    check_document(known)
    for is_generic in (True, False):
        with pytest.raises(Refused):
            check_document({**known, "generic": is_generic})
    with pytest.raises(Refused, match="another length"):
        check_document({**known, "f_vector": [], "dim": -1, "tropical_rank": 0})


def test_other_types_are_refused(answer: Any) -> None:
    for key in answer.keys() - {"source", "seconds", "version"}:
        for value in (None, [], {}, "x", [[]], -1, [None], [-1]):
            if value != answer[key] and (key, value) not in (("at", []), ("arrangement", None)):
                with pytest.raises((Refused, NotACertificate)):
                    check_document({**answer, key: value})
                    pytest.fail(f"{key} was {value}")


def with_other_types(value: Any) -> Iterator[None]:
    """Write each integer of a document in turn as a float, and as the truth value that is equal to it."""
    for key, entry in list(value.items() if isinstance(value, dict) else enumerate(value)):
        if type(entry) is int:
            for other in (float(entry), bool(entry)) if entry in (0, 1) else (float(entry),):
                value[key] = other
                yield
            value[key] = entry
        elif isinstance(entry, (dict, list)):
            yield from with_other_types(entry)


def test_integers_are_no_floats_and_no_truth_values(answer: Any) -> None:
    for _ in with_other_types(answer):
        with pytest.raises((Refused, NotACertificate)):
            check_document(answer)
            pytest.fail("a number of another type was taken")
    check_document(answer)


def test_points_are_asked_for_once(tmp_path: Path) -> None:
    points = tmp_path / "points.csv"
    points.write_text(TABLES["generic"][0])
    found = document("hull", points, "--at=0,1,2", "--at=0,2/2,2")
    assert len(found["at"]) == 1
    with pytest.raises(Refused, match="twice"):
        check_document({**found, "at": 2 * found["at"]})


@pytest.mark.parametrize("name", TABLES)
def test_witnesses_against_polytropes(name: str, tmp_path: Path) -> None:
    """The half-space has all the points, not the row, by its definition; no half-space with other sectors is taken."""
    text, options = TABLES[name]
    points = tmp_path / "points.csv"
    points.write_text(text)
    found = document("hull", points, *[option for option in options if option in ("--min", "--arrangement")])
    witness = found["polytrope_witness"]
    assert (witness is None) == found["polytrope"]
    if witness is not None:
        convention = found["convention"]
        half = HalfSpace(tuple(map(Fraction, witness["apex"])), tuple(witness["sectors"]), convention=convention)
        assert all(half.contains(as_point(row, found["d"], convention)) for row in found["points"])
        assert not half.contains(as_point(witness["point"], found["d"], convention))


def test_too_many_coordinates_are_refused(tmp_path: Path) -> None:
    points = tmp_path / "points.csv"
    points.write_text("5\n")
    found = document("hull", points)
    wide = {**found, "points": [["0"] * 60], "d": 60}
    with pytest.raises(Refused, match="coordinates"):
        check_document(wide)


def test_what_is_missing_is_refused(tmp_path: Path) -> None:
    """A document without a pseudovertex, or a stopped one that claims more than it lists."""
    points = tmp_path / "points.csv"
    points.write_text(TABLES["generic"][0])
    for limit in (4, 9):
        stopped = document("hull", points, "--limit", limit, code=3)
        assert not stopped["complete"]
        check_document(stopped)
        more = {**stopped, "f_vector": [number + 9 for number in stopped["f_vector"]]}
        whole = {**stopped, "complete": True, "stopped_by": None}
        for reason in (False, "", "done", 0):
            with pytest.raises(Refused, match="what stopped the work"):
                check_document({**stopped, "stopped_by": reason})
        for forged in (more, whole, {**stopped, "generic": True}) if limit == 4 else (more, whole):
            with pytest.raises(Refused):
                check_document(forged)


def test_the_command(tmp_path: Path) -> None:
    points, other, path = tmp_path / "points.csv", tmp_path / "other.csv", tmp_path / "hull.json"
    points.write_text("a,b,c\n" + TABLES["infinite"][0] + "-oo,-oo,-oo\n")
    other.write_text(TABLES["generic"][0])
    found = document("hull", points, "-o", path)
    assert "number 3" in found["assumed"]
    run = tropical("check", path, points)
    assert (run.exit_code, run.stdout) == (
        0,
        "verified: 2 pseudovertices of 3 points, 2 3 1 cells by dimension (max)\n",
    )
    run = tropical("check", path, other)
    assert (run.exit_code, run.stdout) == (1, "refused: it is of other points\n")
    assert tropical("check", path, points, "--box=0,1").exit_code == 2
    assert tropical("check", path, tmp_path / "nothing").exit_code == 2
    run = subprocess.run([sys.executable, "-I", CHECKER, path], capture_output=True, text=True, check=True)
    assert run.stdout.startswith("verified: 2 pseudovertices")
    path.write_text(path.read_text().replace('"n":', '"d": 3, "n":'))
    assert tropical("check", path, points).stdout == "refused: malformed: a name is given twice\n"
    path.write_text(json.dumps({**found, "f_vector": [2, 3, 2]}))
    run = subprocess.run([sys.executable, "-I", CHECKER, path], capture_output=True, text=True, check=False)
    assert (run.returncode, run.stderr) == (1, "refused: f_vector is another one\n")


def test_what_was_known_when_the_clock_stopped_it(tmp_path: Path) -> None:
    """However much was listed: writing it down takes longer here than the alarm waits before it rings again."""
    chance = Random(0)
    points = tmp_path / "points.csv"
    rows = [[str(chance.randint(0, 10**6)) for _ in range(6)] for _ in range(14)]
    points.write_text("\n".join(map(",".join, rows)))
    stopped = document("hull", points, "--timeout", 2, code=3)
    assert stopped["stopped_by"] == "timeout"
    assert len(stopped["pseudovertices"]) == stopped["f_vector"][0] > 0


def test_stopped_before_anything_was_known(answer: Any) -> None:
    unknown = {**answer, "complete": False, "stopped_by": "timeout", "pseudovertices": None, "f_vector": None}
    with pytest.raises(Refused, match="stopped before"):
        check_document(unknown)
    with pytest.raises(Refused, match="malformed"):
        check_document({**unknown, "complete": True, "stopped_by": None})
