"""Ctrl-C while libraries are being loaded: always exit code 130, and one JSON document if one was asked for."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.paths import ROOT
from tropical.cli import commands
from tropical.cli.running import TimeUp, time_limit
from tropical.cli.starting import nothing_found

assert commands, "the commands declare their documents"

SMALL = ROOT / "tests" / "data" / "nets" / "int_2x8x8x1_s0.npz"

REGIONS = "tropical.cli.networks.regions"
SLOW = {
    "flint",
    "highspy",
    "matplotlib",
    "networkx",
    "numba",
    "numpy",
    "scipy",
    "sympy",
    "polytopes.arithmetic.rationals",
}

INTERRUPTED_AT = """
import os, signal, sys

class Interrupt:
    def find_spec(self, name, path=None, target=None):
        if name == WANTED:
            os.kill(os.getpid(), signal.SIGINT)

sys.meta_path.insert(0, Interrupt())
from tropical.__main__ import main
main()
"""
"""A run in which Ctrl-C comes as the import of a module begins."""


def run_interrupted(module: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    code = INTERRUPTED_AT.replace("WANTED", repr(module))
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize(
    "module",
    ["typer", "numpy", *(pytest.param(name, marks=pytest.mark.slow) for name in ("rich.console", REGIONS))],
)
def test_interrupt_before_anything_is_found(module: str) -> None:
    result = run_interrupted(module, "regions", SMALL, "--linear", "--json")
    assert result.returncode == 130, result.stderr
    content = json.loads(result.stdout)
    assert content == nothing_found("regions", "interrupt", lambda parameter: parameter == "linear")
    assert result.stderr.splitlines() == ["interrupted before anything was found"]


@pytest.mark.parametrize(
    "module", [pytest.param("tropical.networks.readers.npz", marks=pytest.mark.slow), "tropical.regions.counting"]
)
def test_an_import_is_not_broken(module: str, tmp_path: Path) -> None:
    """The count begins, since what it needs is imported first, and tells what it found."""
    path = tmp_path / "net.npz"
    rng = np.random.default_rng(1)
    shapes = ((24, 6), (24, 24), (1, 24))
    layers = {f"W{k}": rng.integers(-9, 10, shape) for k, shape in enumerate(shapes)}
    np.savez(path, **layers, **{f"b{k}": rng.integers(-9, 10, shape[0]) for k, shape in enumerate(shapes)})
    result = run_interrupted(module, "regions", path, "--json")
    assert result.returncode == 130, result.stderr
    content = json.loads(result.stdout)
    assert (content["complete"], content["stopped_by"]) == (False, "interrupt")
    assert content["activation_regions"] >= 0
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("command", [pytest.param("info", marks=pytest.mark.slow), "extrema"])
def test_interrupt_of_other_commands(command: str) -> None:
    result = run_interrupted("flint", command, SMALL, "--json")
    assert result.returncode == 130, result.stderr
    assert json.loads(result.stdout) == nothing_found(command, "interrupt")
    result = run_interrupted("typer", command, SMALL)
    assert (result.returncode, result.stdout) == (130, "")
    [line] = result.stderr.splitlines()
    assert "interrupted" in line


def test_a_terminal_of_few_characters() -> None:
    command = [sys.executable, "-m", "tropical", "info", str(SMALL)]
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, env=environment)
    assert (result.returncode, result.stderr) == (0, "")
    assert r"Q^2 \u2192 Q^1" in result.stdout.replace("\n", " ")


def test_help_loads_no_library() -> None:
    """This keeps it quick: neither the arithmetic nor any other part of the library is needed for it."""
    code = f"import sys, tropical.cli.commands; print(*sorted({SLOW} & set(sys.modules)))"
    result = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert result.stdout.strip() == ""


def test_a_clock_that_ends_while_llvm_hands_over_code_is_answered_after_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """An exception in the callback would be lost, and the code with it: "no compiled object yet"."""
    import numba
    from numba.core.codegen import CodeLibrary

    from polytopes.jit.compilation import entry

    handed_over = []

    def interrupted(library: Any, code: Any) -> None:
        if code is not None:
            handed_over.append(True)
            os.kill(os.getpid(), signal.SIGALRM)
        vars(library)["code"] = code

    code = property(lambda library: vars(library).get("code"), interrupted)
    monkeypatch.setattr(numba.config, "CACHE_DIR", str(tmp_path))
    monkeypatch.setattr(CodeLibrary, "_compiled_object", code, raising=False)

    @entry
    def successor(number: int) -> int:
        return number + 1

    with pytest.raises(TimeUp), time_limit(time.monotonic() + 3600):
        assert successor(1) == 2
        assert handed_over
        os.kill(os.getpid(), signal.SIGALRM)
        time.sleep(60)
    assert handed_over
