"""What the pages of the documentation say is what the code does."""

from __future__ import annotations

import doctest
import re
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
PAGES = [
    page for page in (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))) if ">>>" in page.read_text("utf-8")
]
CELL = re.compile(r"^```\{code-cell\} python\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_examples_give_what_is_printed(page: Path) -> None:
    failed, tried = doctest.testfile(str(page), module_relative=False, encoding="utf-8")
    assert tried and not failed


def test_the_cells_of_the_conventions_run() -> None:
    """They are executed for the documentation too, where nobody compares what they show with the text."""
    names: dict[str, Any] = {}
    for cell in CELL.findall((ROOT / "docs" / "conventions.md").read_text("utf-8")):
        exec(cell, names)  # names carry over from cell to cell
    assert names["by_rows"] == names["by_matrix"]
    count = names["count"]
    assert (count.activation_regions, count.linear_regions, count.distinct_affine_maps) == (5, 3, 3)
