"""What the pages of the documentation say is what the code does."""

from __future__ import annotations

import doctest
import importlib.util
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
PAGES = [
    page for page in (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))) if ">>>" in page.read_text("utf-8")
]
THEORY = [
    *sorted((ROOT / "docs").glob("*-theory.md")),
    *(ROOT / "docs" / f"{name}.md" for name in ("exact-verdicts", "piecewise-linear-classifiers", "why-exact")),
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


def test_every_line_of_the_rosetta_page_is_executed(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("PyNormaliz")
    monkeypatch.chdir(ROOT / "docs")
    names: dict[str, Any] = {}
    for cell in CELL.findall((ROOT / "docs" / "rosetta.md").read_text("utf-8")):
        exec(re.sub("^:.*\n", "", cell), names)
    results = names["results"]
    assert len(results) > 50
    assert results["cube(n).polyhedron"].vertices[-1] == (1, 1, 1) and results["load(path)"] == names["P"]
    assert results["P.ehrhart_polynomial()"](2) == 9 and results["H.n_chambers"] == 7


def gallery() -> list[Any]:
    """The questions of the first page, from the script that makes their pictures."""
    spec = importlib.util.spec_from_file_location("gallery", ROOT / "docs/gallery.py")
    assert spec is not None and spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    entries: list[Any] = script.GALLERY
    return entries


def test_the_questions_of_the_first_page_and_of_the_readme_have_their_pictures() -> None:
    readme, first_page = ((ROOT / name).read_text("utf-8") for name in ("README.md", "docs/index.md"))
    for entry in gallery():
        assert (ROOT / f"docs/images/gallery/{entry.name}.png").stat().st_size < 60_000
        assert (ROOT / f"docs/howto/{entry.page}.md").exists()
        for page in (readme, first_page):
            assert entry.question in page and entry.command in page and f"gallery/{entry.name}.png" in page


@pytest.mark.slow
def test_the_questions_of_the_first_page_are_answered(tmp_path: Path) -> None:
    for entry in gallery():
        more = ["-o", str(tmp_path / f"{entry.name}.html")] if entry.name == "explorer" else []
        command = [sys.executable, "-m", *shlex.split(entry.command), *more]
        assert subprocess.run(command, cwd=ROOT, capture_output=True).returncode == 0, entry.command


@pytest.mark.parametrize("page", THEORY, ids=lambda page: page.stem)
def test_theory_and_how_to_pages_name_each_other(page: Path) -> None:
    asked = re.findall(r"\{doc\}`/?howto/([a-z-]+)`", page.read_text("utf-8"))
    assert asked
    for name in set(asked) - {"explorer"}:
        assert page.stem in (ROOT / f"docs/howto/{name}.md").read_text("utf-8"), name
