"""Parameters and paths of classifiers that are wrong are not given; those that are given pass a slow check."""

from __future__ import annotations

import importlib
from fractions import Fraction
from itertools import pairwise, product
from typing import Any

import pytest
from attrs import evolve
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from polytopes.errors import InputError, VerificationFailed
from tropical.fans.classification.dichotomies import dichotomies, sign_vectors
from tropical.fans.classification.fan import ClassificationFan
from tropical.fans.classification.margins import widest_parameter
from tropical.fans.classification.minimal_loss import minimal_loss
from tropical.fans.classification.paths import WallPath, barrier, shortest_path
from tropical.fans.classification.verification import verify_path, verify_signs

MINIMAL = importlib.import_module("tropical.fans.classification.minimal_loss")
DICHOTOMIES = importlib.import_module("tropical.fans.classification.dichotomies")
PATHS = importlib.import_module("tropical.fans.classification.paths")
MARGINS = importlib.import_module("tropical.fans.classification.margins")
LINE = ClassificationFan.of([[0], [1], [2]], (2, 1), labels=[1, -1, 1])
START, END = [(1, -2), (-3, 2), (0, 0)], [(-3, 2), (1, -2), (0, 0)]

small = st.integers(-2, 2)


@st.composite
def fans(draw: st.DrawFn) -> ClassificationFan:
    """Few points with small coordinates, repeated ones among them."""
    dim = draw(st.integers(1, 2))
    points = draw(st.lists(st.lists(small, min_size=dim, max_size=dim), min_size=1, max_size=4))
    labels = draw(st.lists(st.sampled_from([1, -1]), min_size=len(points), max_size=len(points)))
    return ClassificationFan.of(points, draw(st.sampled_from([(1, 1), (2, 1), (1, 2), (2, 2)])), labels)


def values(fan: ClassificationFan, parameter: Any) -> list[list[Fraction]]:
    return [
        [sum((Fraction(a) * b for a, b in zip(form, (1, *point), strict=True)), Fraction(0)) for form in parameter]
        for point in fan.data.points
    ]


def slow_loss(fan: ClassificationFan, parameter: Any) -> int:
    n, total = fan.terms[0], 0
    for own, label, weight in zip(values(fan, parameter), fan.labels, fan.data.weights, strict=True):
        total += weight * ((max(own[:n]) - max(own[n:])) * label <= 0)
    return total


@given(fans())
def test_signs_of_all_dichotomies(fan: ClassificationFan) -> None:
    n = fan.terms[0]
    for found in dichotomies(fan):
        gaps = [max(own[:n]) - max(own[n:]) for own in values(fan, found.parameter)]
        assert found.signs == tuple(1 if gap > 0 else -1 for gap in gaps) and all(gaps)
        flipped = (-found.signs[0], *found.signs[1:])
        with pytest.raises(VerificationFailed, match="other signs"):
            verify_signs(fan, found.parameter, flipped)


@settings(max_examples=25)
@given(fans())
def test_the_smallest_loss(fan: ClassificationFan) -> None:
    found = minimal_loss(fan)
    assert (
        slow_loss(fan, found.parameter) == found.loss == min(fan.loss_of_signs(signs) for signs, _ in sign_vectors(fan))
    )


def path_of(path: WallPath) -> Any:
    return [(cone.colors, cone.parameter) for cone in path.cones]


@settings(max_examples=25)
@given(fans(), st.randoms(use_true_random=False))
def test_paths(fan: ClassificationFan, random: Any) -> None:
    """Losses of cones by their values; walls are those between cones that differ at one distinct point."""
    vectors = [signs for signs, _ in sign_vectors(fan)]
    start, end = random.choice(vectors), random.choice(vectors)
    path = shortest_path(fan, start, end)
    assert path is not None and path.losses is not None
    assert list(path.losses[::2]) == [slow_loss(fan, cone.parameter) for cone in path.cones]
    height, lowest = barrier(fan, start, end)
    assert lowest.losses is not None and max(lowest.losses) == height <= max(path.losses)
    verify_path(fan, path_of(path), path.losses, start, end)
    assume(path.n_walls)
    cones = path_of(path)
    for wrong in (
        [cones[0], *cones[2:]],  # a cone left out
        [(cones[0][0], cones[1][1]), *cones[1:]],  # a parameter of another cone
        cones[::-1],  # the ends
    ):
        with pytest.raises(VerificationFailed):
            verify_path(fan, wrong, None, start, end)
    with pytest.raises(VerificationFailed, match="losses"):
        verify_path(fan, cones, [loss + 1 for loss in path.losses], start, end)


def test_cones_without_a_common_wall() -> None:
    """At three points of a line the middle one cannot tie while the outer ones, equal to each other, do not."""
    colors = [cone.colors for cone in LINE.activation.cones()]
    parameters = {cone.colors: cone.parameter for cone in LINE.activation.cones()}
    joined = {frozenset(edge) for edge in _walls_by_search()}
    for here, there in product(colors, repeat=2):
        differ = sum(a != b for a, b in zip(here, there, strict=True))
        if here != there:
            cones = [(here, parameters[here]), (there, parameters[there])]
            if frozenset((here, there)) in joined:
                verify_path(LINE, cones, None, parameters[here], parameters[there])
            else:
                with pytest.raises(VerificationFailed, match="more than one point" if differ > 1 else "share no wall"):
                    verify_path(LINE, cones, None, parameters[here], parameters[there])


def _walls_by_search() -> set[tuple[Any, Any]]:
    from tropical.fans.activation.adjacency import dual_graph

    return set(dual_graph(LINE.activation).edges)


def test_wrong_answers_are_not_given(monkeypatch: pytest.MonkeyPatch) -> None:
    path = shortest_path(LINE, START, END)
    assert path is not None and path.n_walls == 3
    with monkeypatch.context() as patch:
        patch.setattr(PATHS, "_traced", lambda came, last: [colors for colors, _ in came.values()][:3])
        with pytest.raises(VerificationFailed):
            shortest_path(LINE, START, END)
    with monkeypatch.context() as patch:
        patch.setattr(PATHS.Walls, "loss", lambda self, here, there: 0)
        for find in (shortest_path, barrier):
            with pytest.raises(VerificationFailed, match="losses"):
                find(LINE, START, END)
    with monkeypatch.context() as patch:
        original = DICHOTOMIES.representative
        patch.setattr(DICHOTOMIES, "representative", lambda *a: (original(*a)[0], original(*a)[1][::-1]))
        with pytest.raises(VerificationFailed, match="other signs"):
            dichotomies(LINE)
    with monkeypatch.context() as patch:
        found = MINIMAL._found
        patch.setattr(MINIMAL, "_found", lambda *a: evolve(found(*a), loss=1))
        with pytest.raises(VerificationFailed, match="smallest loss is not 1"):
            minimal_loss(LINE)
    with monkeypatch.context() as patch:
        patch.setattr(MINIMAL, "_found", lambda *a: evolve(found(*a), signs=(1, 1, 1)))
        with pytest.raises(VerificationFailed, match="other signs"):
            minimal_loss(LINE)
    with monkeypatch.context() as patch:
        widest = MARGINS._widest
        patch.setattr(MARGINS, "_widest", lambda *a: evolve(widest(*a), margin=Fraction(1)))
        with pytest.raises(VerificationFailed, match="margin"):
            widest_parameter(LINE)


def test_ends_may_be_iterators() -> None:
    path = shortest_path(LINE, iter(START), iter(END))
    assert path is not None and [len(cone.colors) for cone in path.cones] == [3] * 4
    assert all(sum(a != b for a, b in zip(x.colors, y.colors, strict=True)) == 1 for x, y in pairwise(path.cones))
    with pytest.raises(InputError, match="on a wall"):
        shortest_path(LINE, [(0, 0)] * 3, END)
