"""Subdivisions that are too large stop at a limit, by the clock or at Ctrl-C, with what is known."""

from __future__ import annotations

import json
import math
import signal
import subprocess
import sys
import time
from itertools import accumulate
from pathlib import Path

import pytest

from polytopes.errors import LimitReached
from polytopes.polyhedra.face_lattice import face_levels, faces_up_to
from tests.paths import ROOT
from tests.tropical.cli.helpers import document, tropical
from tropical.algebra.expressions import parse
from tropical.algebra.operations import terms_up_to

DONE = {"source", "dim", "points", "heights", "unused_points", "f_vector", "is_triangulation", "maximal_cells"}
DONE |= {"hypersurface", "complete", "stopped_by", "seconds", "version"}


def simplex(path: Path, n: int) -> Path:
    """A maximum of n variables: a simplex with all its faces."""
    path.write_text(f"max({', '.join(f'x{i + 1}' for i in range(n))})\n")
    return path


def twelve(path: Path) -> Path:
    """A sum of twelve maxima of three forms each."""
    path.write_text(" + ".join(f"max(x{i + 1}, x{(i + 1) % 12 + 1}, 0)" for i in range(12)) + "\n")
    return path


def test_what_is_complete_says_so(tmp_path: Path) -> None:
    found = document("subdivision", simplex(tmp_path / "f.txt", 4))
    assert found.keys() == DONE and (found["complete"], found["stopped_by"]) == (True, None)
    assert found["f_vector"] == [4, 6, 4, 1]


@pytest.mark.parametrize("n", [6, 9])
def test_a_simplex_at_the_limit(tmp_path: Path, n: int) -> None:
    """It has 2^n - 1 cells; the faces of the dome are those of a cone on a simplex with one vertex more."""
    source = simplex(tmp_path / "f.txt", n)
    full = document("subdivision", source, "--limit", 2 ** (n + 1))
    assert full["f_vector"] == [math.comb(n, k + 1) for k in range(n)]
    found = document("subdivision", source, "--limit", 2 ** (n + 1) - 1, code=3)
    assert (found["complete"], found["stopped_by"]) == (False, "limit")
    assert found.keys() == DONE - {"f_vector", "hypersurface", "unused_points"}
    assert found["maximal_cells"] == [list(range(n))] and len(found["points"]) == n
    shown = tropical("subdivision", source, "--limit", 2 ** (n + 1) - 1)
    assert shown.stdout.splitlines() == [f"regular triangulation of {n} points in dimension {n}", "1 maximal cell"]
    assert "allow more with --limit" in shown.stderr and "stopped at the limit" in shown.stderr


def test_too_many_terms(tmp_path: Path) -> None:
    found = document("subdivision", twelve(tmp_path / "f.txt"), code=3)
    assert (found["complete"], found["stopped_by"]) == (False, "limit")
    wide = document("subdivision", simplex(tmp_path / "w.txt", 500), code=3)
    assert (wide["complete"], wide["stopped_by"], wide["dim"]) == (False, "limit", 500)


def test_limits_of_terms_and_faces() -> None:
    with terms_up_to(9):
        assert parse("max(x, 0, 1 - x) + max(y, 0, 2 - y)").numerator.n_terms == 9
    for text in ("max(x, 0, 1 - x) + max(y, 0, 2 - y)", "max(max(x, y, 0) - max(x, 1), max(y, 2, x) - max(y, 3))"):
        with pytest.raises(LimitReached, match="may be more than 8"), terms_up_to(8):
            parse("0 + " + text + " + max(z, 1)")
    cube = [sum(1 << v for v in range(8) if v >> i & 1 == side) for i in range(3) for side in range(2)]
    sizes = [1, 8, 12, 6, 1]
    assert [len(level) for level in face_levels(cube, 8)] == sizes
    for most in range(1, 28):
        with pytest.raises(LimitReached) as stop, faces_up_to(most):
            face_levels(cube, 8)
        assert len(stop.value.partial) == sum(total <= most for total in accumulate(reversed(sizes)))
    with faces_up_to(28):
        assert len(face_levels(cube, 8)) == 5


@pytest.mark.parametrize("name", ["wide", "twelve"])
def test_the_clock(tmp_path: Path, name: str) -> None:
    source = simplex(tmp_path / "f.txt", 2999) if name == "wide" else twelve(tmp_path / "f.txt")
    began = time.monotonic()
    found = document("subdivision", source, "--timeout", 0.2, "--limit", 10**9, code=3)
    assert (found["complete"], found["stopped_by"]) == (False, "timeout")
    assert time.monotonic() - began < 10


INTERRUPTED = """
import os, signal, time
from polytopes.polyhedra import face_lattice

main = os.getpid()

def stopped(*arguments):
    os.kill(main, signal.SIGINT)
    time.sleep(60)

face_lattice.face_levels = stopped
import tropical.__main__
tropical.__main__.main()
"""
"""A run in which Ctrl-C comes when faces are wanted."""


def test_an_interrupt(tmp_path: Path) -> None:
    source = simplex(tmp_path / "f.txt", 4)
    command = [sys.executable, "-c", INTERRUPTED, "subdivision", str(source), "--json"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=50)
    assert result.returncode == 130, result.stderr
    found = json.loads(result.stdout)
    assert (found["complete"], found["stopped_by"]) == (False, "interrupt")


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signals(tmp_path: Path, number: signal.Signals) -> None:
    source = simplex(tmp_path / "f.txt", 60)
    command = [sys.executable, "-m", "tropical", "subdivision", str(source), "--limit", str(10**9), "--json"]
    running = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    time.sleep(4)
    running.send_signal(number)
    out, _ = running.communicate(timeout=20)
    found = json.loads(out)
    assert running.returncode == 128 + number
    assert (found["complete"], found["stopped_by"]) == (False, "interrupt")
