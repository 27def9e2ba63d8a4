"""The benchmark of fans and classifiers: brute force agrees with the library, and the page has what is asked."""

from __future__ import annotations

import json

import pytest

from tests.benchmarks.fans import HULLS, LARGE, OURS, SHAPES, answered, hull_questions, labeled, measured, questions
from tests.paths import ROOT
from tropical.fans.classification.fan import ClassificationFan
from tropical.fans.classification.landscape import landscape
from tropical.fans.data_set import DataSet

ROWS = json.loads((ROOT / "docs" / "data" / "fans.json").read_text(encoding="utf-8"))["rows"]


@pytest.mark.parametrize("shape", [(3, 1, (2, 1)), (4, 2, (1, 1)), (4, 2, (1, 2))])
def test_all_answers_agree(shape: tuple[int, int, tuple[int, int]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.benchmarks.fans.SECONDS", 0)
    for tools in questions(*shape).values():
        assert len(tools) >= 2
        answered(tools)
    answered(hull_questions(4, 2, 3))


def test_answers_that_differ_are_told() -> None:
    with pytest.raises(RuntimeError, match="one says 2, this library 1"):
        answered({OURS: lambda: 1, "one": lambda: 2})
    assert measured(lambda: 5)["answer"] == 5


def test_the_page_has_all_rows() -> None:
    shapes = [(row["points"], row["dim"], tuple(row["terms"]), row["question"]) for row in ROWS]
    asked = [(*shape, question) for shape in (*SHAPES, *LARGE) for question in questions(*shape)]
    assert shapes == [*asked, *((points, dim, (n_terms,), "facets") for points, dim, n_terms in HULLS)]


def test_the_landscapes_of_the_page_are_found_again() -> None:
    for row in ROWS:
        if row["question"] == "landscape" and row["cones"] < 2_000:
            data: DataSet = labeled(row["points"], row["dim"])
            levels = landscape(ClassificationFan.of(data, row["terms"])).levels
            found = [[level.loss, level.cones, level.components] for level in levels]
            assert found == row["answers"][OURS]["answer"]
            assert sum(level.cones for level in levels) == row["cones"]
