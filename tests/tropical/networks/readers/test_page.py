"""The page on networks names what the readers' tables have, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterable

import pytest

from tests.paths import ROOT
from tropical.networks.readers.keras.layers import LAYERS
from tropical.networks.readers.onnx import constants, operators
from tropical.networks.readers.sklearn.steps import STEPS
from tropical.networks.readers.torch.functions import METHODS
from tropical.networks.readers.torch.modules import MODULES

PAGE = (ROOT / "docs/howto/networks.md").read_text(encoding="utf-8")
ONNX = {*operators.ON_ALL, *operators.ON_INPUTS, *operators.OF_LEARNING, *constants.FOLDERS}


def named(row: str) -> set[str]:
    """The names in a row of the table of all names."""
    [cells] = re.findall(rf"^\| {row} \| (.+) \|$", PAGE, re.MULTILINE)
    return set(re.findall(r"`(\w+)`", cells))


def without_axes(names: Iterable[str]) -> set[str]:
    """Names of layers and functions for one, two and three axes as one."""
    return {re.sub(r"(?<=\w)[123][dD](?=Transpose|$)", "", name) for name in names if name}


@pytest.mark.parametrize(
    ("row", "names"),
    [
        ("ONNX operators", ONNX),
        ("torch modules", without_axes(MODULES)),
        ("torch functions and methods", without_axes(METHODS)),
        ("Keras layers", without_axes(LAYERS)),
        ("scikit-learn steps", set(STEPS)),
    ],
)
def test_every_operator_is_named(row: str, names: set[str]) -> None:
    assert named(row) == names


def test_operators_are_told_apart() -> None:
    """The table of conditions names every operator of ONNX in its first column, and If, which is read elsewhere."""
    [table] = re.findall(r"^\| operators \| read \|\n\|---\|---\|\n((?:\|.+\n)+)", PAGE, re.MULTILINE)
    first = " ".join(line.split(" | ")[0] for line in table.splitlines())
    assert set(re.findall(r"\b[A-Z]\w+", first)) == (ONNX - {"Scatter"}) | {"If"}, "Scatter is the old ScatterElements"
