"""The checker of training certificates accepts what is right, and refuses whatever was changed."""

from __future__ import annotations

import ast
import copy
import json
import subprocess
import sys
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from tests.paths import ROOT
from tests.tropical.cli.helpers import tropical
from tests.tropical.parameter_space.convex_training.answers import entries, name
from tropical.parameter_space.convex_training import ConvexProgram, save_certificate
from tropical.parameter_space.convex_training.checker import (
    NotACertificate,
    Refused,
    check_document,
    check_file,
    written,
)

CHECKER = ROOT / "tropical/parameter_space/convex_training/checker.py"
POINTS, TARGETS = [[1, 0], [0, 1], [-1, 1], [1, 1]], [1, -1, 2, 1]
PROBLEMS = [
    ConvexProgram(POINTS, TARGETS),
    ConvexProgram(POINTS, TARGETS, "inf", "squared", "1/10"),
    ConvexProgram(POINTS, [1, -1, 1, 1], 1, "hinge", 1),
    ConvexProgram([[1, 1], [2, 2], [1, 0]], [1, 1, 0]),
]


def test_it_uses_the_standard_library_only() -> None:
    tree = ast.parse(CHECKER.read_text())
    used = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    used |= {str(node.module).partition(".")[0] for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert used <= sys.stdlib_module_names
    assert len(CHECKER.read_text().splitlines()) < 400


@pytest.mark.parametrize("entry", entries("interpolate"), ids=name)
def test_accepts_known_answers(entry) -> None:
    given = entry["input"]
    ConvexProgram(given["X"], given["y"], given["norm"]).optimum().check()


def changes(value: Any) -> Iterator[tuple[Any, str]]:
    """All documents that differ from one in one number, sign or truth value."""
    places: list[tuple[Any, Any]] = []

    def visit(node: Any, path: tuple[Any, ...]) -> None:
        items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
        for key, entry in items:
            visit(entry, (*path, key))
        if not isinstance(node, (dict, list)):
            places.append((path, node))

    visit(value, ())
    for path, node in places:
        if path[0] in ("target", "format", "points", "targets", "places"):
            continue  # these say what the claim is about; they are compared with the table
        changed = copy.deepcopy(value)
        inner = changed
        for key in path[:-1]:
            inner = inner[key]
        if isinstance(node, bool):
            inner[path[-1]] = not node
        elif isinstance(node, int):
            inner[path[-1]] = node + 1
        else:
            try:
                inner[path[-1]] = str(Fraction(node) + Fraction(1, 1000))
            except ValueError:
                inner[path[-1]] = "2" if node in ("1", "inf") else "1"
        yield changed, str(path)


@pytest.mark.parametrize("problem", PROBLEMS, ids=lambda problem: problem.loss)
def test_refuses_every_change(problem) -> None:
    found = problem.optimum()
    found.check()
    for changed, place in changes(found.certificate):
        if problem.loss == "hinge" and "units" in place:
            continue  # other networks have the same loss
        with pytest.raises((Refused, NotACertificate)):
            check_document(changed)
            pytest.fail(f"{place} was changed")


def test_refuses_other_bytes(tmp_path: Path) -> None:
    path = tmp_path / "certificate"
    save_certificate(PROBLEMS[0].optimum(), path)
    content = path.read_bytes()
    check_file(path)
    for i in range(60, len(content), 7):
        path.write_bytes(content[:i] + bytes([content[i] ^ 1]) + content[i + 1 :])
        with pytest.raises((Refused, NotACertificate)):
            check_file(path)
    for cut in (b"", content[:-1], content[:200], content + b"\n"):
        path.write_bytes(cut)
        with pytest.raises((Refused, NotACertificate)):
            check_file(path)


def test_a_weaker_claim_is_refused_too() -> None:
    document = PROBLEMS[1].optimum().certificate
    document["lower"] = "0"
    with pytest.raises(Refused, match="bounds"):
        check_document(document)


def test_deep_and_wide_nonsense(tmp_path: Path) -> None:
    path = tmp_path / "certificate"
    path.write_text('{"format":"training certificate","x":' + "[" * 10**5)
    with pytest.raises(Refused):
        check_file(path)
    document = PROBLEMS[0].optimum().certificate
    for key in document.keys() - {"target"}:
        for value in (None, [], {}, "x", [[]], -1):
            with pytest.raises((Refused, NotACertificate)):
                check_document({**document, key: value} if value != document[key] else {})


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "data.csv"
    path.write_text("a,b,y\n1,0,1\n0,1,-1\n-1,1,2\n1,1,1\n")
    return path


def test_the_command(table: Path, tmp_path: Path) -> None:
    path = tmp_path / "certificate"
    assert tropical("train", table, "--target", "y", "--bias", "--certificate", path).exit_code == 0
    run = tropical("check", path, table)
    assert run.exit_code == 0
    assert run.stdout.startswith("verified: the optimum is ")
    assert "with biases" in run.stdout
    other = tmp_path / "other.csv"
    other.write_text(table.read_text().replace("2", "3"))
    assert tropical("check", path, other).exit_code == 1
    assert tropical("check", path, table, "--box=0,1").exit_code == 2
    assert tropical("check", path, tmp_path / "missing.csv").exit_code == 2
    assert "target 'y'" in run.stdout
    assert "window" not in run.stdout
    filters = ("--filter", 1, "--stride", 2)
    assert tropical("train", table, "--target", "1", *filters, "--certificate", tmp_path / "filters").exit_code == 0
    said = tropical("check", tmp_path / "filters", table).stdout
    assert "(target '1', interpolate, norm 1, filters over 1 window)" in said
    document = json.loads(path.read_text().partition("\n")[0])
    document["upper"] = "1"
    path.write_text(written(document))
    run = tropical("check", path, table)
    assert (run.exit_code, run.stdout) == (1, "refused: other bounds are claimed than are proven\n")


def test_alone(tmp_path: Path) -> None:
    path = tmp_path / "certificate"
    save_certificate(PROBLEMS[3].optimum(), path)
    run = subprocess.run([sys.executable, "-I", CHECKER, path], capture_output=True, text=True, check=True)
    assert run.stdout == "verified: no network with one hidden ReLU layer fits the targets\n"
