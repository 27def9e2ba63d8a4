"""Networks of expressions: values of the expression, and one gate for each maximum as it is written."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polytopes import FileFormatError, InputError, ShapeError
from tropical import load, parse
from tropical.networks.readers.expressions import expression_network

TEXTS = [
    "max(min(x, y), abs(x - 1), 2)", "relu(x) - relu(-y - 1)", "abs(abs(x) - 1) + abs(abs(y) - 1)", "2 x - y + 1/2",
    "max(x, y, 0) - max(x + y, 1, -x)", "min(abs(x-1)+abs(y), abs(x+1)+abs(y))", "max(x) + relu(3) + 0 * y",
]  # fmt: skip
numbers = st.fractions(min_value=-3, max_value=3, max_denominator=4)


@pytest.mark.parametrize("text", TEXTS)
@settings(max_examples=8)
@given(point=st.tuples(numbers, numbers))
def test_values_are_those_of_the_quotient(text: str, point: tuple[object, object]) -> None:
    assert expression_network(text)(point) == (parse(text)(point),)


def test_gates_are_the_maxima_as_written() -> None:
    network = expression_network(["abs(x) + abs(x)", "max(x, y, abs(x))", "y"])
    assert [rank for layer in network.layers for rank in layer.gate_ranks] == [2, 3]
    assert network.output_dim == 3 and network([-2, 1]) == (4, 2, 1)


def test_files_and_refusals(tmp_path: Path) -> None:
    path = tmp_path / "scores.txt"
    path.write_text("# variables: a, b\nmax(a, b)\n\na - b\n")
    assert load(path)([1, 3]) == (3, -2)
    path.write_text("max(x, y)\nz\n")
    assert load(path).input_dim == 3
    path.write_text("max(x,")
    with pytest.raises(FileFormatError, match=r"scores\.txt"):
        load(path)
    with pytest.raises(ShapeError, match="without variables"):
        expression_network("max(1, 2)")
    with pytest.raises(InputError, match="two functions are multiplied"):
        expression_network("abs(x) * abs(y)")
