"""Wrong arguments of constructors are named at once, with what to write."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from polytopes.errors import InputError
from tropical import DecisionBoundary, Network, TropicalHypersurface, parse


def test_hypersurfaces_of_expressions() -> None:
    polynomial = parse("max(x, y, 0)").as_polynomial()
    expected = TropicalHypersurface(polynomial)
    for given in ("max(x, y, 0)", parse("max(x, y, 0)")):
        assert TropicalHypersurface(given).polynomial == expected.polynomial  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "make",
    [
        lambda: TropicalHypersurface("x - max(y, 0)"),
        lambda: TropicalHypersurface(3),
        lambda: Network([[1]]),  # type: ignore[list-item]
        lambda: Network("net.onnx"),  # type: ignore[arg-type]
        lambda: DecisionBoundary("max(x, y)"),  # type: ignore[arg-type]
    ],
)
def test_wrong_arguments_are_named(make: Callable[[], Any]) -> None:
    with pytest.raises(InputError, match=r"polynomial|write"):
        make()
