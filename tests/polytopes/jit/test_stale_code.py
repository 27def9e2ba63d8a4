"""Compiled code is reused only while everything that was compiled into it stays the same."""

import subprocess
import sys
from pathlib import Path

import pytest

from polytopes.jit import stale_code
from polytopes.jit.stale_code import sources
from tests.paths import ROOT

BOUND = "BOUND = {}.0\n"
HELPER = (
    "from polytopes.jit.compilation import compiled\nfrom polytopes.{0}.constants import BOUND\n\n"
    "@compiled\ndef scaled(x):\n    return BOUND * x\n"
)
KERNEL = (
    "from polytopes.jit.compilation import entry\nfrom polytopes.{0}.helper import scaled\n\n"
    "@entry\ndef kernel(x):\n    return scaled(x)\n"
)
RUN = (
    "import sys, polytopes; polytopes.__path__.append(sys.argv[1])\n"
    "from polytopes.{0}.kernel import kernel\n"
    "print(kernel(1.0), sum(kernel.stats.cache_hits.values()))\n"
)


def run(folder: Path, name: str) -> list[str]:
    command = [sys.executable, "-c", RUN.format(name), str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


@pytest.mark.parametrize("elsewhere", [False, True])
def test_a_constant_two_modules_away_makes_compiled_code_stale(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, elsewhere: bool
) -> None:
    if elsewhere:
        monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "cache"))
    package = tmp_path / "made"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "helper.py").write_text(HELPER.format("made"))
    (package / "kernel.py").write_text(KERNEL.format("made"))
    (package / "constants.py").write_text(BOUND.format(2))
    assert run(tmp_path, "made") == ["2.0", "0"]
    assert run(tmp_path, "made") == ["2.0", "1"]
    (package / "constants.py").write_text(BOUND.format(3))
    assert run(tmp_path, "made") == ["3.0", "0"]
    (package / "constants.py").write_text(BOUND.format(2))
    assert run(tmp_path, "made") == ["2.0", "1"], "the code of before is still right"


@pytest.mark.parametrize(
    "kernel, compiled_in",
    [
        ("polytopes.enumeration.kernels.walk", "polytopes.enumeration.kernels.signs"),
        ("polytopes.enumeration.kernels.walk", "polytopes.jit.bundles"),
        ("polytopes.minkowski_sums.frontier.kernels.orders", "polytopes.jit.compilation"),
        ("tropical.fans.activation.kernels", "polytopes.enumeration.kernels.signs"),
    ],
)
def test_what_a_kernel_compiles_in_is_watched(kernel: str, compiled_in: str) -> None:
    __import__(kernel)
    assert compiled_in in sources(kernel)


def test_the_fingerprint_says_what_is_in_the_sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {name: tmp_path / f"{name}.py" for name in ("one", "two")}
    for path in files.values():
        path.write_text("1")
    monkeypatch.setattr(stale_code, "sources", lambda module: files)
    before = stale_code.fingerprint.__wrapped__("one")
    files["two"].write_text("2")
    assert stale_code.fingerprint.__wrapped__("one") != before
