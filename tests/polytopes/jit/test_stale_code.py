"""Compiled code is reused only while everything that was compiled into it stays the same."""

from pathlib import Path

import pytest

from polytopes.jit import stale_code
from polytopes.jit.stale_code import sources
from tests.fresh import run_fresh

HELPER = (
    "from polytopes.jit.compilation import compiled\nfrom polytopes.made.constants import BOUND\n\n"
    "@compiled\ndef scaled(x):\n    return BOUND * x\n"
)
KERNEL = (
    "from polytopes.jit.compilation import entry\nfrom polytopes.made.helper import scaled\n\n"
    "@entry\ndef kernel(x):\n    return scaled(x)\n"
)
RUNS = """
import os, sys
from pathlib import Path
import polytopes, polytopes.jit.compilation

sys.dont_write_bytecode = True  # it would be taken for that of the next source, which is as long and as old
polytopes.__path__.append(sys.argv[1])
for bound in sys.argv[2:]:
    (Path(sys.argv[1]) / "made" / "constants.py").write_text(f"BOUND = {bound}.0")
    if not os.fork():
        from polytopes.made.kernel import kernel
        print(kernel(1.0), sum(kernel.stats.cache_hits.values()), flush=True)
        os._exit(0)
    os.wait()
"""
"""Runs of a kernel with several bounds: its values, and whether compiled code was found."""


@pytest.mark.parametrize("elsewhere", [False, pytest.param(True, marks=pytest.mark.slow)])
def test_a_constant_two_modules_away_makes_compiled_code_stale(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, elsewhere: bool
) -> None:
    if elsewhere:
        monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "cache"))
    package = tmp_path / "made"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "helper.py").write_text(HELPER)
    (package / "kernel.py").write_text(KERNEL)
    found = run_fresh(RUNS, str(tmp_path), "2", "2", "3", "2").splitlines()
    assert found == ["2.0 0", "2.0 1", "3.0 0", "2.0 1"], "at last the code of before is still right"


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
