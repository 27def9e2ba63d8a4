"""Bounds of gradients against known digits, and against samples."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest

from polytopes.errors import InputError
from tropical.initialization import gradient_bounds

KNOWN = [
    ([3, 5, 4, 2], 3, "1/2", ("0.00619520857947", "0.271219963859", "0.736861630899")),
    ([2, 6, 6, 3], 5, "1/M", ("0.00319522370524", "1.5", "3.56180981135")),
    ([2, 8, 8, 8, 8, 1], 4, "1/M", ("0.0000183237508048", "0.5", "3.21432844628")),
    ([2, 1], 7, "1/M", ("0.5", "0.5", "0.5")),
    ([4, 9, 2], 1, 3, ("1.5", "1.5", "1.5")),
]


@pytest.mark.parametrize(("widths", "rank", "c", "expected"), KNOWN)
def test_known_digits(widths: Sequence[int], rank: int, c: str, expected: tuple[str, ...]) -> None:
    found = gradient_bounds(widths, rank, c, digits=12)
    assert tuple(map(str, (found.lower, found.along_data, found.upper))) == expected


def square_gradients(widths: Sequence[int], rank: int, c: float, along: bool, samples: int) -> np.ndarray:
    """Draws of |J u|^2 at a random point, along it and without biases, or in another direction."""
    numbers = np.random.default_rng(3)
    found = np.zeros(samples)
    for k in range(samples):
        x = numbers.standard_normal(widths[0])
        u = x / np.linalg.norm(x) if along else np.eye(widths[0])[0]
        for n, m in pairwise(widths[:-1]):
            weight = numbers.standard_normal((m, rank, n)) * np.sqrt(c / n)
            forms = weight @ x + (0 if along else numbers.standard_normal((m, rank)))
            winner = forms.argmax(axis=1)
            x = forms.max(axis=1)
            u = np.take_along_axis(weight @ u, winner[:, None], axis=1)[:, 0]
        found[k] = ((numbers.standard_normal((widths[-1], widths[-2])) / np.sqrt(widths[-2]) @ u) ** 2).sum()
    return found


def test_samples_within_four_standard_errors() -> None:
    widths, rank, c = [3, 5, 4, 2], 3, 0.5
    bounds = gradient_bounds(widths, rank, c)
    drawn = square_gradients(widths, rank, c, True, 3000)
    error = drawn.std() / np.sqrt(len(drawn))
    assert abs(drawn.mean() - float(bounds.along_data)) < 4 * error
    others = square_gradients(widths, rank, c, False, 2000).mean()
    assert float(bounds.lower) < others < float(bounds.upper)


@pytest.mark.parametrize(
    ("widths", "rank", "c", "message"),
    [
        ([2], 3, 1, "at least two"),
        ([], 3, 1, "at least two"),
        ([2, 0, 1], 3, 1, "positive integers"),
        ([2, -3, 1], 3, 1, "positive integers"),
        ([2, 3, 1], 0, 1, "maxout of rank 0"),
        ([2, 3, 1], 2, 0, "positive number, or 1/M"),
        ([2, 3, 1], 2, "-1/2", "positive number, or 1/M"),
        ([2, 3, 1], 2, "1/K", "1/K"),
    ],
)
def test_refused(widths: list[int], rank: int, c: object, message: str) -> None:
    with pytest.raises(InputError, match=message):
        gradient_bounds(widths, rank, c)
