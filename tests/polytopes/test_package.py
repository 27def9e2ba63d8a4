"""The names that the package itself offers."""

from __future__ import annotations

import subprocess
import sys

import pytest

import polytopes


def test_every_name_is_offered() -> None:
    assert set(polytopes.__all__) == set(polytopes._HOME) <= set(dir(polytopes))
    for name in polytopes.__all__:
        assert getattr(polytopes, name).__name__ == name
    with pytest.raises(AttributeError, match="no attribute 'Polyhedra'"):
        polytopes.Polyhedra  # noqa: B018


def test_the_import_loads_no_module() -> None:
    code = "import polytopes, sys; print([name for name in sys.modules if name.startswith(('polytopes.', 'numpy'))])"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"
