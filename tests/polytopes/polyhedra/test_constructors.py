"""Polyhedra by keywords, and wrong arguments of constructors, which are named at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from polytopes import Arrangement, Cone, Polyhedron
from polytopes.errors import InputError


def test_keywords_are_those_of_the_named_constructors() -> None:
    corners, rays, lines = [(0, 0, 0), (1, 0, 0)], [(0, 1, 0)], [(0, 0, 1)]
    assert Polyhedron(vertices=corners, rays=rays, lines=lines) == Polyhedron.from_generators(corners, rays, lines)
    rows, equations = [(0, 1, 0), (1, -1, 0)], [(0, 1, -1)]
    assert Polyhedron(inequalities=rows, equations=equations) == Polyhedron.from_rows(rows, equations)
    assert Polyhedron(inequalities=[(0, 1), (1, -1)]) == Polyhedron.box([0], [1]) == Polyhedron(vertices=[[0], [1]])
    assert Polyhedron(ambient_dim=2).is_empty


@pytest.mark.parametrize(
    "make",
    [
        lambda: Polyhedron([[0, 0], [1, 0]]),  # type: ignore[arg-type]
        lambda: Polyhedron(),
        lambda: Polyhedron(vertices=[[0]], inequalities=[(0, 1)]),
        lambda: Cone([[1, 0]]),  # type: ignore[arg-type]
        lambda: Arrangement([[0, 1]], [2]),  # type: ignore[arg-type]
    ],
)
def test_wrong_arguments_are_named(make: Callable[[], Any]) -> None:
    with pytest.raises(InputError, match=r"write|say"):
        make()
