"""Files that the commands read."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tropical.cli.helpers import BIG, SQUARE, XOR
from tropical import Network, save


@pytest.fixture
def big(tmp_path: Path) -> Path:
    """A network with far more regions than a test can wait for."""
    path = tmp_path / "big.json"
    save(Network.from_weights(BIG), path)
    return path


@pytest.fixture
def square(tmp_path: Path) -> Path:
    """Four labelled points that no affine form parts."""
    path = tmp_path / "square.csv"
    path.write_text(SQUARE)
    return path


@pytest.fixture
def xor(tmp_path: Path) -> Path:
    """A network that classifies these points."""
    path = tmp_path / "xor.json"
    save(XOR, path)
    return path
