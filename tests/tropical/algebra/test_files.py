"""Files of tropical functions, and scripts for other programs."""

import json

import pytest
from hypothesis import given, settings

from polytopes.errors import FileFormatError, InputError
from tests.tropical.strategies import functions, points, polynomials
from tropical.algebra.decision_boundary import DecisionBoundary
from tropical.algebra.exports import gfan_input, polymake_script, sage_script
from tropical.algebra.expressions import parse, parse_polynomial
from tropical.algebra.files import from_json, from_text, load_function, save_function, to_json, to_text
from tropical.algebra.polynomial import TropicalPolynomial
from tropical.algebra.rational_function import TropicalMap


@settings(max_examples=30)
@given(polynomials(), functions, points)
def test_round_trips(F, f, x):
    whole = TropicalMap.of([f, F])
    for function in (F, f, whole):
        assert from_json(to_json(function)) == function
    assert from_json(to_json(DecisionBoundary.of_rational(f))).classes == (f.numerator, f.denominator)
    assert from_text(to_text(F)) == F and from_text(to_text(f))(x) == f(x) and from_text(to_text(whole))(x) == whole(x)


def test_files(tmp_path):
    f = parse("max(x, y) - max(0, 2y + 1/3)")
    for name in ("f.json", "f.txt"):
        save_function(f, tmp_path / name)
        assert load_function(tmp_path / name) == f
    with pytest.raises(FileFormatError, match="unknown file type"):
        save_function(f, tmp_path / "f.csv")
    with pytest.raises(FileFormatError, match="cannot be read"):
        load_function(tmp_path / "none.txt")
    (tmp_path / "bad.txt").write_text("max(x")
    with pytest.raises(FileFormatError, match="found the end"):
        load_function(tmp_path / "bad.txt")


def test_text():
    both = from_text("# two components\nmax(x1, x2)\n\nx4 - 1\n")
    assert isinstance(both, TropicalMap) and both.ambient_dim == 4 and both([1, 2, 3, 4]) == (2, 3)
    assert from_text("# variables: a, b\nmax(a, 2b)")([1, 3]) == 6
    assert from_text("# variables: x, y, z\nx").ambient_dim == 3
    assert isinstance(from_text("x - max(0, -x)"), type(parse("x - max(0, -x)")))
    with pytest.raises(FileFormatError, match="no line"):
        from_text("# nothing\n")
    three = DecisionBoundary(tuple(TropicalPolynomial.variables(3)))
    with pytest.raises(InputError, match="3 classes"):
        to_text(three)
    with pytest.raises(InputError, match="without terms"):
        to_text(TropicalPolynomial.zero(2))
    assert from_json(to_json(TropicalPolynomial.zero(2))) == TropicalPolynomial.zero(2)


GOOD = json.loads(to_json(parse("max(x, y) - y")))


@pytest.mark.parametrize(
    "changes",
    [
        {"format": "tropical-network"},
        {"version": 2},
        {"kind": "matrix"},
        {"kind": ["rational"]},
        {"variables": -1},
        {"variables": 3},
        {"numerator": 5},
        {"numerator": [["0", "x", "0"]]},
        {"denominator": []},
        {"denominator": None},
        {"kind": "map"},
        {"kind": "map", "components": [5]},
        {"kind": "map", "components": []},
        {"kind": "boundary", "classes": [[], []]},
    ],
)
def test_refused_json(changes):
    with pytest.raises(FileFormatError):
        from_json(json.dumps(GOOD | changes))


def test_refused_texts():
    for content in ("", "[]", "{", "[" * 100_000, '{"format": "tropical-function"}'):
        with pytest.raises(FileFormatError):
            from_json(content)


def test_scripts():
    F = parse_polynomial("max(2x + 1/2, x + y, -3)")
    assert '"max(2*x+1/2,x+y,-3)", qw(x y)' in polymake_script(F)
    assert "R({(2,0): T(1/2), (1,1): T(0), (0,0): T(-3)})" in sage_script(F)
    assert "f = R({2: T(0), 0: T(1)})" in sage_script(TropicalPolynomial.from_terms({2: 0, 0: 1}))
    for bad in (TropicalPolynomial.zero(2), F ** "1/2", TropicalPolynomial.constant(0, 0)):
        for script in (polymake_script, sage_script):
            with pytest.raises(InputError):
                script(bad)
    with pytest.raises(InputError, match="negative"):
        sage_script(parse_polynomial("max(-x, y)"))
    assert "max(y,-x)" in polymake_script(parse_polynomial("max(-x, y)"))


def test_too_many_variables_are_refused_at_once():
    for terms in ([], [["0"]]):
        with pytest.raises(FileFormatError, match="at most 100,000"):
            from_json(json.dumps({**GOOD, "kind": "polynomial", "variables": 10**9, "terms": terms}))
    with pytest.raises(InputError, match="at most 100,000"):
        from_text("x999999")


def test_lines_of_variables():
    assert from_text("# variables: a, b_2 c\na - c")([5, 7, 2]) == 3
    for line, message in (
        ("", "none is listed"),
        ("a", "they are a"),
        ("1x", "not a variable name"),
        ("a-b", "not a variable name"),
    ):
        with pytest.raises(InputError, match=message):
            from_text(f"# variables: {line}\nx + y")
    assert from_text("# variables:\n5").ambient_dim == 0


def test_input_for_gfan():
    assert gfan_input(parse_polynomial("max(2x + y, y, 0)")) == "Q[x,y]\n{x^2*y+y+1}\n"
    assert gfan_input(parse_polynomial("max(2x - 1, x + 2, 0)")) == "Q[t,x]\n{x^2+t^3*x+t}\n"
    for bad, message in (("max(x/2, 0)", "not an integer"), ("max(-x, 0)", "negative"), ("max(x, 1/2)", "no|not an")):
        with pytest.raises(InputError, match=message):
            gfan_input(parse_polynomial(bad))


def test_a_byte_order_mark_is_left_out(tmp_path):
    """Editors of Windows write one."""
    (tmp_path / "plain.txt").write_bytes(b"max(x, y, 0)\n")
    (tmp_path / "marked.txt").write_bytes(b"\xef\xbb\xbfmax(x, y, 0)\r\n")
    assert load_function(tmp_path / "marked.txt") == load_function(tmp_path / "plain.txt")
