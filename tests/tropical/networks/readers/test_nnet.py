"""The format .nnet: the values of its tools, computed here from the text, and refusals."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from pathlib import Path

import pytest

import tropical
from polytopes.errors import FileFormatError, InputError
from tests.tropical.cli.helpers import tropical as run

TEXT = """// Neural Network File Format
// two comments
2,2,2,3,
2,3,2,
0,
-1.0,-2.0,
1.0,2.0,
0.5,-1.0,0.1,
2.0,4.0,0.3,
1.5,-2.00000e-01,
0.1,1e0,
-1,3,
0.25,
-0.5,
0,
1,2,-3,
0.5,0.5,0.7
0.0,
1.0,
"""


def reference(x: tuple[Fraction, Fraction]) -> tuple[Fraction, ...]:
    """What the tools compute inside the bounds, with the numbers of the text."""
    a, b = (x[0] - Fraction("0.5")) / 2, (x[1] + 1) / 4
    rows = [("1.5", "-0.2", "0.25"), ("0.1", "1", "-0.5"), ("-1", "3", "0")]
    h = [max(Fraction(0), Fraction(p) * a + Fraction(q) * b + Fraction(r)) for p, q, r in rows]
    y = (h[0] + 2 * h[1] - 3 * h[2], Fraction("0.5") * (h[0] + h[1]) + Fraction("0.7") * h[2] + 1)
    return tuple(Fraction("0.3") * value + Fraction("0.1") for value in y)


def test_values_are_those_of_the_decimals(tmp_path: Path) -> None:
    path = tmp_path / "net.nnet"
    path.write_text(TEXT)
    network = tropical.load(path)
    for x in product([Fraction(-1), Fraction(1, 3), Fraction(1)], repeat=2):
        assert network(x) == reference(x)
    assert network.n_gates == 3
    assert [layer.name for layer in network.layers] == ["normalized", "affine0", "relu0", "affine1", "in_units"]


def test_what_is_read_is_said(tmp_path: Path) -> None:
    path = tmp_path / "net.nnet"
    path.write_text(TEXT)
    result = run("info", path)
    assert result.exit_code == 0 and "inputs are not clipped" in result.stderr


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("2,3,2,\n", "2,3,1,\n", "line 4: widths"),
        ("2,3,2,\n", "2,x,2,\n", "line 4.*integers"),
        ("2,3,2,\n", "2,999999999,2,\n", "max-size"),
        ("0.1,1e0,", "0.1,", "line 11, row 1 of the matrix of layer 0: expected 2"),
        ("0.1,1e0,", "0.1,nan", "not a rational number"),
        ("2.0,4.0,0.3", "2.0,0.0,0.3", "range is 0"),
        ("2.0,4.0,0.3", "2.0,4.0", "expected 3 numbers"),
        ("0.0,\n1.0,\n", "0.0,\n", "ends before bias 1 of layer 1"),
        ("0.0,\n1.0,\n", "0.0,\n1.0,\n7\n", "line 20: '7' after the last bias"),
    ],
)
def test_refusals(tmp_path: Path, old: str, new: str, said: str) -> None:
    path = tmp_path / "net.nnet"
    path.write_text(TEXT.replace(old, new))
    with pytest.raises(InputError, match=said):
        tropical.load(path)


def test_not_a_text(tmp_path: Path) -> None:
    path = tmp_path / "net.nnet"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(FileFormatError, match="not a text"):
        tropical.load(path)
