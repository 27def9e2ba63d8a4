"""Properties in VNN-LIB: what they mean, by the definition at points and by values worked out by hand."""

from __future__ import annotations

import gzip
import itertools
from fractions import Fraction
from pathlib import Path

import pytest

from polytopes import Polyhedron
from polytopes.errors import FileFormatError, InputError
from polytopes.formats import Bounds, size_limit
from tropical.verification import Property, load_property, parse_property

HEAD = """; a property
(declare-const X_0 Real)
(declare-const X_1 Real)  ; the second
(declare-const Y_0 Real)
"""
BOX = "(assert (<= X_0 0.1)) (assert (>= X_0 -1.5e0))\n(assert (and (<= X_1 1) (>= X_1 .5)))\n"


def holds(found: Property, x: tuple[int, int], y: int) -> bool:
    """Whether a point satisfies the property, read off its cases."""
    for case in found.cases:
        inside = all(low is None or low <= a for low, a in zip(case.lower, x, strict=True))
        inside &= all(high is None or a <= high for high, a in zip(case.upper, x, strict=True))
        inside &= all(sum(r * a for r, a in zip(row, (1, *x), strict=True)) >= 0 for row in case.rows)
        values = (1, *x, y)
        if inside and any(
            all(sum(r * a for r, a in zip(row, values, strict=True)) >= 0 for row in rows) for rows in case.outputs
        ):
            return True
    return False


def test_a_box() -> None:
    [case] = parse_property(HEAD + BOX).cases
    assert case.domain == Bounds((Fraction(-3, 2), Fraction(1, 2)), (Fraction(1, 10), Fraction(1)))
    assert case.outputs == ((),)


def test_the_best_bounds_win() -> None:
    [case] = parse_property(HEAD + BOX + "(assert (<= (* 2 X_0) (- 1)))(assert (>= 3 X_0))").cases
    assert case.upper[0] == Fraction(-1, 2)


def test_other_conditions_make_a_polyhedron() -> None:
    [case] = parse_property(HEAD + BOX + "(assert (<= (+ X_0 (* 2 X_1) -1) (- X_1 X_0)))").cases
    assert isinstance(case.domain, Polyhedron)
    rows = [("3/2", 1, 0), ("1/10", -1, 0), ("-1/2", 0, 1), (1, 0, -1), (1, -2, -1)]
    assert case.domain == Polyhedron.from_rows(rows)


def test_inputs_without_bounds() -> None:
    [case] = parse_property(HEAD + "(assert (<= X_1 1))").cases
    assert case.domain == Polyhedron.from_rows([(1, 0, -1)])


FORMULAS = {
    "(or (<= X_0 0) (and (>= X_0 1) (>= Y_0 X_1)))": lambda x, y: x[0] <= 0 or (x[0] >= 1 and y >= x[1]),
    "(and (or (<= Y_0 0) (>= Y_0 2)) (or (<= X_0 X_1) (= Y_0 3)))": lambda x, y: (
        (y <= 0 or y >= 2) and (x[0] <= x[1] or y == 3)
    ),
    "(or (and) (or))": lambda x, y: True,
    "(or)": lambda x, y: False,
    "(and (<= 1 0) (<= Y_0 5))": lambda x, y: False,
    "(>= (- Y_0 (* X_0 2) 1) (/ X_1 2))": lambda x, y: 2 * (y - 2 * x[0] - 1) >= x[1],
    "(or (and (<= X_0 1) (<= Y_0 0)) (and (<= X_0 1) (>= Y_0 3)))": lambda x, y: x[0] <= 1 and (y <= 0 or y >= 3),
}


@pytest.mark.parametrize("formula", FORMULAS)
def test_formulas_at_points(formula: str) -> None:
    """The definition, at all points of a grid."""
    found = parse_property(f"{HEAD}(assert {formula})")
    for x0, x1, y in itertools.product(range(-1, 4), repeat=3):
        assert holds(found, (x0, x1), y) == FORMULAS[formula]((x0, x1), y), (x0, x1, y)


def test_clauses_with_the_same_inputs_are_one_case() -> None:
    found = parse_property(HEAD + BOX + "(assert (or (<= Y_0 0) (and (>= Y_0 3) (<= Y_0 X_0))))")
    assert [len(case.outputs) for case in found.cases] == [2]
    found = parse_property(HEAD + "(assert (or (<= X_0 0) (and (>= X_0 1) (<= Y_0 0)) (and (>= X_0 1) (>= Y_0 1))))")
    assert [len(case.outputs) for case in found.cases] == [1, 2]
    with pytest.raises(InputError, match="2 cases"):
        found.case()
    assert found.case(1).lower == (1, None)


def test_compressed(tmp_path: Path) -> None:
    path = tmp_path / "p.vnnlib.gz"
    path.write_bytes(gzip.compress((HEAD + BOX).encode()))
    assert load_property(path) == parse_property(HEAD + BOX)
    path.write_bytes(gzip.compress(b" " * 10**7))
    with size_limit("1M"), pytest.raises(FileFormatError, match="max-size"):
        load_property(path)
    path.write_bytes(b"text")
    with pytest.raises(FileFormatError, match="gzip"):
        load_property(path)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("(assert (<= X_2 0))", "line 5.*'X_2' is neither"),
        ("\n(assert (<= (* X_0 X_1) 0))", "line 6.*not a linear term"),
        ("(assert (not (<= X_0 0)))", "line 5, column 9: .*not a formula"),
        ("(assert (and (<= X_0 1)\n  (< X_0 2)))", "line 6, column 3: .*is strict.*write <= if"),
        ("(assert (or (> Y_0 X_0)))", "line 5, column 13: .*is strict.*write >= if"),
        ("(assert (=> (<= X_0 0) (<= X_0 1)))", "not a formula"),
        ("(assert (let ((a 1)) (<= X_0 a)))", "not a formula"),
        ("(assert (<= (ite (<= X_0 0) 1 2) 0))", "column 13: .*not a linear term"),
        ("(set-option :produce-models true)", "not a command"),
        ("(declare-network N)", "2.0 is not read"),
        ("(assert (<= X_0 1e99999))", "neither a number"),
        ("(assert (<= X_0 0)", "line 5, column 1: a '\\(' that is never closed"),
        (")", "nothing opens"),
        ("(" * 200, "never closed"),
        ('\n  (set-info  "x)', "line 6, column 14: a quotation that does not end"),
        ("(declare-const X_0 Real)", "declared twice"),
        ("(declare-const X_4 Real)", "line 5, column 16: X_4 is declared, but X_2 is not"),
        ("(declare-const Z Real)", "declare inputs"),
        ("(declare-const X_02 Real)", "declare inputs"),
        ("(declare-const Y_1 Int)", "declare inputs"),
        ("(vnnlib-version <2.0>)", "2.0 is not read"),
        ("(push 1)", "not a command"),
        ("word", "not a command"),
        ("(assert)", "not a command"),
        ("(assert (or (<= X_0 0) (<= X_0 1) (<= X_0 2)))" * 12, "531,441 clauses"),
    ],
)
def test_refusals(text: str, said: str) -> None:
    with pytest.raises(FileFormatError, match=said):
        parse_property(HEAD + text)


def test_no_input() -> None:
    with pytest.raises(FileFormatError, match="no input"):
        parse_property("(declare-const Y_0 Real)")


NUMBERS = {
    "0.1": "1/10", "-3": "-3", "+.5": "1/2", "5.": "5", "1e-3": "1/1000", "2.5E+1": "25", "0": "0", "-0": "0",
    "007": "7",
    "-.25": "-1/4", "+5.": "5", "1e0": "1", "1E2": "100", "-1.5e-2": "-3/200", ".5e1": "5", "5.e-1": "1/2",
    "0e9999": "0",
    "(- 3)": "-3", "(- 3 1 1)": "1", "(+ 1 2 3)": "6", "(* 2 3)": "6", "(* -1 (- 0.5))": "1/2", "(/ 1 3)": "1/3",
    "(+ 4)": "4",
    "(* 7)": "7", "(- (- 2))": "2", "(/ -1 (+ 1 1))": "-1/2", "(* 2 (* 2 (* 2 0.125)))": "1", "(* 1e-9999 1e9999)": "1",
}  # fmt: skip


@pytest.mark.parametrize("word", NUMBERS)
def test_numbers_are_the_fractions_that_they_spell(word: str) -> None:
    [case] = parse_property(f"{HEAD}(assert (<= X_0 {word}))").cases
    assert case.upper[0] == Fraction(NUMBERS[word])


@pytest.mark.parametrize(
    "word",
    [
        "1e", "e5", "1e12345", ".", "+", "-", "1.2.3", "0x10", "1_000", "1,5", "1/3", "inf", "nan", "Infinity", "--1",
        "+-1", "1e1.5",
        "1f", "\u0661", "\uff11", "x_0", "X0", "X_-1", "X_01", "X_1.0", "Y_1", "Y", "Z_0", "|X_0|", '"1"', "true",
        "pi", "1e+", "1e 5",
        "()", "(+)", "(-)", "(*)", "(/)", "(/ 1)", "(/ 1 0)", "(/ 1 X_0)", "(/ 1 2 3)", "(* X_0 X_0)", "(* X_0 Y_0)",
        "(^ 2 3)",
        "(abs 1)", "(max 1 2)", "(ite (<= X_0 0) 1 2)", "(to_real 1)", "(X_0)", "((+ 1 2))", "(+ 1 (< 2 3))",
        "(<= 1 2)", "(and)", "(let ((a 1)) a)",
    ],
)  # fmt: skip
def test_terms_that_are_refused(word: str) -> None:
    with pytest.raises(FileFormatError, match="line 5, column "):
        parse_property(f"{HEAD}(assert (<= X_0 {word}))")


@pytest.mark.parametrize(
    "command",
    [
        "(declare-fun X_2 () Real)", "(declare-const X_2 Real)", "(set-logic QF_LRA)", '(set-info :source "a (b ; c")',
        "(set-info :smt-lib-version 2.6)", "(check-sat)", "(exit)", "; (assert (<= 1 0)", "(assert (and))",
        "(assert (= 1 1.0))",
        "(assert (<= X_0 X_0))", "(assert\n(or\t(<= X_0 9) ; nine\n))", "(\nassert(<= X_0 9))",
        "(assert (and (or (and (<= X_0 9)))))",
        "(assert (>= 9 X_0))", "(assert (<= (+ X_0 (* 0 X_1)) 9))", "(assert (<= (- X_0 Y_0 9) (- Y_0)))",
        "(set-info)", "",
    ],
)  # fmt: skip
def test_commands_that_are_read(command: str) -> None:
    """None of them changes the box, whose bounds are stronger."""
    [case] = parse_property(HEAD + BOX + command).cases
    assert (case.lower[:2], case.upper[:2]) == ((Fraction(-3, 2), Fraction(1, 2)), (Fraction(1, 10), Fraction(1)))
    assert not case.rows


@pytest.mark.parametrize(
    "command",
    [
        "(declare-const X_2)", "(declare-const Real)", "(declare-const)", "(declare-const X_2 () Real)",
        "(declare-fun X_2 (Real) Real)",
        "(declare-const (X_2) Real)", "(declare-const X_2 (Real))", "(declare-const X_2 real)",
        "(declare-const x_2 Real)", "(declare-fun X_2 () Int)",
        "(declare-const X_2 Real Real)", "(declare-const X_1234567890 Real)", "(define-fun f () Real 1)",
        "(assert X_0)", "(assert)",
        "(assert (<= X_0 1) (<= X_1 1))", "(assert (<= X_0))", "(assert (<= X_0 1 2))", "(assert (= X_0))",
        "(assert (distinct X_0 1))",
        "(assert (xor (<= X_0 1) (<= X_1 1)))", "(assert (=> (<= X_0 1) (<= X_1 1)))", "(assert (not (and)))",
        "(assert true)", "(assert 1)",
        "(assert (and (<= X_0 1) 1))", "(assert (or X_0))", "(assert ((<= X_0 1)))",
        "(assert (forall ((x Real)) (<= x 1)))", "(assert (let () (<= X_0 1)))",
        "(ASSERT (<= X_0 1))", "(get-model)", "(push)", "assert", "()", "(())", "(<= X_0 1)", "(assert (<=X_0 1))",
        "(assert (< X_0 1))",
        "(assert (> X_0 1))", "(assert (!= X_0 1))", "(assert (== X_0 1))", "(assert (<= X_0 1)))",
        "(declare-const X_1 Real)", "(declare-fun Y_0 () Real)",
    ],
)  # fmt: skip
def test_commands_that_are_refused(command: str) -> None:
    with pytest.raises(FileFormatError, match="line 5, column "):
        parse_property(HEAD + command)


@pytest.mark.parametrize(
    ("opened", "inner", "closed"),
    [
        ("(and ", "(<= X_0 3)", ")"), ("(or ", "(<= X_0 3)", ")"), ("(and (or ", "(<= X_0 3)", "))"),
        ("(or (and) (and ", "(<= X_0 3)", "))"),
        ("(and (>= X_1 0) ", "(<= X_0 3)", ")"), ("(and ", "(<= X_0 3)", " (>= X_1 0))"),
    ],
)  # fmt: skip
def test_formulas_may_be_nested_deeply(opened: str, inner: str, closed: str) -> None:
    levels = 20_000
    found = parse_property(f"{HEAD}(assert {levels * opened}{inner}{levels * closed})")
    assert len(found.cases) == (2 if "(or (and)" in opened else 1)
    assert found.cases[-1].upper[0] == 3


def test_terms_may_be_nested_deeply() -> None:
    levels = 20_001
    [case] = parse_property(
        f"{HEAD}(assert (<= {levels * '(+ 1 '}X_0{levels * ')'} 0))(assert (<= {levels * '(- '}X_1{levels * ')'} 0))"
    ).cases
    assert (case.upper[0], case.lower[1]) == (-levels, 0)
    with pytest.raises(FileFormatError, match=r"column 9: '\(not \(not .*not a formula"):
        parse_property(f"{HEAD}(assert {levels * '(not '}(<= X_0 3){levels * ')'})")


def test_the_number_of_clauses_is_bounded() -> None:
    many = parse_property(HEAD + "(assert (or" + "(<= Y_0 X_0)" * 1000 + ")) (assert (or (<= Y_0 1) (<= Y_0 2)))")
    assert len(many.cases[0].outputs) == 2000
    with pytest.raises(FileFormatError, match="it has 100,001 clauses; up to 100,000 are read"):
        parse_property(HEAD + "".join(f"(assert (or{n * '(<= Y_0 0)'}))" for n in (11, 9091)))
    with pytest.raises(FileFormatError, match=r"more than 10\^30 clauses"):
        parse_property(HEAD + "(assert (or (<= Y_0 0) (<= Y_0 1)))" * 200)


def test_names_of_the_readers() -> None:
    import tropical.verify
    from tropical.verification import Property as offered

    assert tropical.verify.Property is offered is Property
    assert Property.parse(HEAD + BOX) == parse_property(HEAD + BOX)
