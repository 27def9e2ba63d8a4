"""Classes of regular triangulations: known numbers, orbits of all of them, TOPCOM, and matrices for all types."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from typing import Any

import pytest

from polytopes.complexes import (
    secondary_cones,
    simplex_product,
    simplex_product_symmetries,
    triangulation_classes,
)
from polytopes.errors import InputError, LimitReached
from tests.paths import DATA
from tropical.convexity import Realised, realise

KNOWN = json.loads((DATA / "tropical_matroids.json").read_text("utf-8"))
SHAPES = [(e["input"], e["answer"]) for e in KNOWN if e["kind"] == "regular_triangulations"]
TOPCOM = shutil.which("topcom-points2triangs") or shutil.which("points2triangs")


@pytest.mark.parametrize(("given", "answer"), SHAPES)
def test_known_numbers(given: dict[str, Any], answer: dict[str, Any]) -> None:
    n, d = given["n"], given["d"]
    found = list(triangulation_classes(simplex_product(n, d), simplex_product_symmetries(n, d)))
    assert (len(found), sum(own.size for own in found)) == (answer["classes"], answer["regular"])
    assert answer["regular"] == len(list(secondary_cones(simplex_product(n, d))))
    if n == d:
        exchanged = triangulation_classes(simplex_product(n, d), simplex_product_symmetries(n, d, exchange=True))
        assert len(list(exchanged)) == answer["classes_with_exchange"]


def types(cells: tuple[tuple[int, ...], ...], n: int, d: int) -> list[list[list[int]]]:
    """Cells of a triangulation of a product of simplices as types: graphs on rows and columns."""
    return [[[place % d for place in cell if place // d == i] for i in range(n)] for cell in cells]


@pytest.mark.parametrize(
    ("n", "d", "classes", "regular"), [(3, 4, 35, 4488), pytest.param(3, 5, 530, 376_200, marks=pytest.mark.slow)]
)
def test_all_classes_are_realised(n: int, d: int, classes: int, regular: int) -> None:
    found = list(triangulation_classes(simplex_product(n, d), simplex_product_symmetries(n, d)))
    assert (len(found), sum(own.size for own in found)) == (classes, regular)
    for own in found:
        cells = types(own.representative.maximal_cells, n, d)
        answer = realise(cells, d)
        assert isinstance(answer, Realised)


def test_classes_are_orbits() -> None:
    """The images of the representatives are all regular triangulations, each once."""
    symmetries = simplex_product_symmetries(3, 3)
    everything = {own.maximal_cells for own in secondary_cones(simplex_product(3, 3))}
    reached: set[tuple[tuple[int, ...], ...]] = set()
    for own in triangulation_classes(simplex_product(3, 3), symmetries):
        orbit, waiting = {own.representative.maximal_cells}, [own.representative.maximal_cells]
        while waiting:
            cells = waiting.pop()
            for images in symmetries:
                moved = tuple(sorted(tuple(sorted(images[i] for i in cell)) for cell in cells))
                if moved not in orbit:
                    orbit.add(moved)
                    waiting.append(moved)
        assert len(orbit) == own.size
        assert not orbit & reached
        reached |= orbit
    assert reached == everything


@pytest.mark.skipif(TOPCOM is None, reason="TOPCOM is not installed")
@pytest.mark.parametrize(("n", "d"), [(2, 3), (3, 3)])
def test_topcom(n: int, d: int) -> None:
    points = ",".join(f"[{','.join(map(str, (*point, 1)))}]" for point in simplex_product(n, d))
    assert TOPCOM is not None
    run = subprocess.run([TOPCOM, "--regular"], input=f"[{points}]\n[]\n", capture_output=True, text=True, check=True)
    assert len(re.findall(r"^T\[", run.stdout, re.MULTILINE)) == len(list(secondary_cones(simplex_product(n, d))))


def test_refusals() -> None:
    with pytest.raises(LimitReached, match="more than 3"):
        list(triangulation_classes(simplex_product(3, 3), [], limit=3))
    with pytest.raises(InputError, match="no permutation"):
        list(triangulation_classes(simplex_product(2, 2), [(0, 0, 1, 2)]))
    with pytest.raises(InputError, match="dependences"):
        list(triangulation_classes([(0,), (1,), (3,)], [(2, 1, 0)]))
    with pytest.raises(InputError, match="exchanged"):
        simplex_product_symmetries(2, 3, exchange=True)
