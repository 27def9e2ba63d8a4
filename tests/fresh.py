"""Code run in an interpreter that has imported nothing yet."""

from __future__ import annotations

import subprocess
import sys

from tests.paths import ROOT


def run_fresh(code: str, *arguments: str) -> str:
    """Standard output of the code, which must not fail."""
    command = [sys.executable, "-c", code, *arguments]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout.strip()
