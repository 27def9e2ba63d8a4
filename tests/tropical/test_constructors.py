"""Wrong arguments of constructors are named at once, with what to write."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from polytopes import Arrangement, Cone, Fan, PolyhedralComplex, Polyhedron
from polytopes.errors import InputError
from polytopes.messages import made_by
from tropical import (
    ActivationFan,
    ClassificationFan,
    ConvexProgram,
    DataSet,
    DecisionBoundary,
    Explorer,
    MaxPooling,
    Network,
    TropicalHypersurface,
    TropicalMap,
    TropicalMatrix,
    TropicalPolynomial,
    TropicalRational,
    dichotomies,
    landscape,
    parse,
)
from tropical.fans.classification import minimal_loss


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


@pytest.mark.parametrize(
    "kind, given",
    [
        (Cone, {"rays": [(1, 0)]}),
        (Fan, ([(1, 0)],)),
        (Fan, (2, [(1, 0)], [(0,)])),
        (PolyhedralComplex, ([Polyhedron.box([0], [1])],)),
        (Arrangement, ([(1, 0)],)),
        (TropicalPolynomial, ("max(x, y, 0)",)),
        (TropicalRational, (1, 2)),
        (TropicalMap, ("max(x, 0)",)),
        (TropicalMap, ((1,),)),
        (DecisionBoundary, (3,)),
        (TropicalMatrix, ([[1, 2]],)),
        (DataSet, ([(0, 0)], [1])),
        (ActivationFan, (3,)),
        (ClassificationFan, ([(0, 0)], (2, 1), [1])),
        (MaxPooling, (3,)),
        (ConvexProgram, (3,)),
        (Explorer, (3,)),
    ],
)
def test_what_a_constructor_does_not_take_is_named_with_the_way_in(kind: Any, given: Any) -> None:
    with pytest.raises(InputError, match=rf"{kind.__name__}\b"):
        kind(**given) if isinstance(given, dict) else kind(*given)


def test_signs_are_those_of_two_classes() -> None:
    scores = parse("max(x, y)").numerator
    assert DecisionBoundary((scores,) * 3).class_names == ("class 0", "class 1", "class 2")
    with pytest.raises(InputError, match="by_sign is true for 3 classes"):
        DecisionBoundary((scores,) * 3, by_sign=True)


def test_errors_within_a_constructor_are_not_hidden() -> None:
    @made_by("write Length.of(sequence)")
    class Length:
        def __init__(self, given: Any) -> None:
            self.length = len(given)

    with pytest.raises(TypeError, match="no len"):
        Length(3)


@pytest.mark.parametrize("ask", [dichotomies, landscape, minimal_loss])
def test_points_are_no_fan(ask: Callable[[Any], Any]) -> None:
    with pytest.raises(InputError, match=r"is no fan; write ClassificationFan\.of"):
        ask([(0, 0), (1, 1)])
