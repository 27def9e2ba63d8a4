"""Laws that verdicts and certificates keep, on random networks and properties."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tropical import Network
from tropical.property_checker import NotACertificate, Refused, check_file
from tropical.verification import Property, maximum, verify
from tropical.verification.evaluation import satisfied_clause

from .networks import box, small, text
from .test_property_certificates import Lines, lines_of, rewrite, written

SEEDS = st.integers(0, 10**6)
BOX = box(("-2", "1.5"), ("-1", "2"))


def verdict(network: Network, assertions: str, **options: Any) -> str:
    """The verdict on a property of two inputs and two outputs."""
    return verify(network, Property.parse(text(assertions, 2, 2)), **options).verdict


@settings(max_examples=5)
@given(SEEDS, st.integers(-30, 30), st.fractions(Fraction(1, 9), 9, max_denominator=9))
def test_positive_multiples_of_rows_and_halves_of_the_box_have_the_same_verdict(
    seed: int, a: int, factor: Fraction
) -> None:
    network, p, q = small(seed), factor.numerator, factor.denominator
    one = verdict(network, BOX + f"(assert (>= Y_0 {a})) (assert (<= Y_1 X_0))")
    scaled = f"(assert (>= (* {p} Y_0) (* {p} {a}))) (assert (<= (/ Y_1 {q}) (/ X_0 {q})))"
    middle = f"(or (<= X_0 (/ {p} {q * 9})) (>= X_0 (/ {p} {q * 9})))"
    assert verdict(network, BOX + scaled) == one
    assert verdict(network, BOX + f"(assert {middle}) (assert (>= Y_0 {a})) (assert (<= Y_1 X_0))") == one


@settings(max_examples=5)
@given(SEEDS, st.fractions(-2, Fraction(3, 2), max_denominator=8), st.fractions(-1, 2, max_denominator=8))
def test_two_properties_with_one_point_in_common(seed: int, x: Fraction, y: Fraction) -> None:
    """What both say is satisfied, and by no more than the point where they touch in each output."""
    network = small(seed)
    outputs = network((x, y))
    rows = [f"(* {value.denominator} Y_{k})" for k, value in enumerate(outputs)]
    above, below = (
        "".join(f"(assert ({sign} {row} {value.numerator}))" for row, value in zip(rows, outputs, strict=True))
        for sign in (">=", "<=")
    )
    both = Property.parse(text(BOX + above + below, 2, 2))
    found = verify(network, both)
    assert found.point is not None
    assert network(found.point) == outputs
    for own in (above, below):
        prop = Property.parse(text(BOX + own, 2, 2))
        assert satisfied_clause(prop, found.point, outputs) is not None
        assert verify(network, prop).verdict == "sat"


@settings(max_examples=4)
@given(SEEDS, st.integers(-40, 40))
def test_every_way_to_bound_gives_the_verdict_that_the_greatest_value_has(seed: int, a: int) -> None:
    network = small(seed)
    source = BOX + f"(assert (or (>= Y_0 {a}) (and (<= Y_1 {-a}) (>= Y_0 Y_1))))"
    best = maximum(network, Property.parse(text(source, 2, 2))).value
    assert best is not None
    expected = "sat" if best >= 0 else "unsat"
    assert [verdict(network, source, **own) for own in ({}, {"exact": True}, {"input_splits": 4})] == [expected] * 3


def _other(lines: Lines, draw: random.Random, choose: Callable[[Lines], list[tuple[Any, int]]]) -> Lines | None:
    """A copy of a certificate with one number changed, None if there is no such number."""
    changed = copy.deepcopy(lines)
    places = choose(changed)
    if not places:
        return None
    where, key = draw.choice(places)
    old = where[key]
    where[key] = f"-{old}" if isinstance(old, str) else -old if old else 1
    return changed


def multipliers(lines: Lines) -> list[tuple[Any, int]]:
    """The multipliers that are not 0."""
    owns = [own for node in lines[1:-1] for own in node[0] + node[1]]
    parts = [(own[3], i) for own in owns for i in range(1, len(own[3]), 2)]
    parts += [(own[2], i) for node in lines[1:-1] for own in node[1] for i in range(len(own[2]))]
    return [(where, i) for where, i in parts if where[i] not in (0, "0")]


def splits(lines: Lines) -> list[tuple[Any, int]]:
    """The splits by a unit other than 0, whose negative is none."""
    return [(node, 2) for node in lines[1:-1] if node[2]]


@pytest.mark.parametrize("exact", [False, True], ids=["floats", "exact"])
@pytest.mark.parametrize("seed", range(2))
def test_certificates_are_refused_after_a_change_of_one_sign(tmp_path: Path, seed: int, exact: bool) -> None:
    """Of one multiplier, one split, and any entry of the program; what is accepted is still true."""
    network, draw = small(seed + 1), random.Random(seed)
    source = BOX + "(assert (or (>= Y_0 34) (and (>= Y_1 20) (<= Y_0 -30))))"
    if verdict(network, source) != "unsat":
        source = BOX + "(assert (>= Y_0 1000))"
    honest = lines_of(written(tmp_path / "honest", network, text(source, 2, 2), exact))
    assert check_file(tmp_path / "honest")["leaves"] == honest[-1]["leaves"]
    for choose in (multipliers, splits):
        for _ in range(6):
            changed = _other(honest, draw, choose)
            if changed is not None:
                rewrite(tmp_path / "forged", changed)
                with pytest.raises(Refused):
                    check_file(tmp_path / "forged")


def weights(lines: Lines) -> list[tuple[Any, int]]:
    """All weights of the program."""
    return [(row, i) for stage in lines[0]["program"]["stages"] for row in stage["rows"] for i in range(len(row))]


@pytest.mark.parametrize("seed", range(2))
def test_a_certificate_of_other_weights_proves_what_is_true_of_them_or_nothing(tmp_path: Path, seed: int) -> None:
    """The greatest output is approached to a millionth, so most weights count; accepted ones are asked anew."""
    network, draw = small(3 * seed + 1), random.Random(seed)
    value = maximum(network, [(0, 1, 0)], [(-2, "3/2"), (-1, 2)]).value
    assert value is not None
    condition = f"(>= (* {10**6 * value.denominator} Y_0) {10**6 * value.numerator + 1})"
    honest = lines_of(written(tmp_path / "honest", network, text(BOX + f"(assert {condition})", 2, 2)))
    refused = 0
    for _ in range(20):
        changed = _other(honest, draw, weights)
        assert changed is not None
        rewrite(tmp_path / "forged", changed)
        try:
            header = check_file(tmp_path / "forged")
        except (Refused, NotACertificate):
            refused += 1
            continue
        program, [case] = header["program"], header["cases"]
        for _ in range(50):
            point = [Fraction(draw.randrange(17), 16) * (b - a) + a for a, b in ((-2, Fraction(3, 2)), (-1, 2))]
            outputs = values_of(program, point)
            [[row]] = case["outputs"]
            assert sum(a * b for a, b in zip(row, [1, *point, *outputs], strict=True)) < 0
    assert refused > 5


def values_of(program: dict[str, Any], point: list[Fraction]) -> list[Fraction]:
    """The outputs of a program as it is written, by its gates."""
    tape = [Fraction(1), *point]
    for stage in program["stages"]:
        sources = [tape[slot] for slot in stage["sources"]]
        tape += [sum((a * b for a, b in zip(row, sources, strict=True)), Fraction(0)) for row in stage["rows"]]
        for selectors, outputs in stage["gates"]:
            tape.append(tape[outputs[max(range(len(selectors)), key=lambda i: (tape[selectors[i]], -i))]])
    return [tape[slot] * Fraction(program["scales"][slot]) for slot in program["outputs"]]
