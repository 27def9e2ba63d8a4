"""Counterexamples as the competition VNN-COMP writes them, ``((X_0 0.5) (Y_0 1.25))``: read, written and judged."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

from attrs import frozen

from polytopes.arithmetic.rationals import Vector, as_fraction, exact_text
from polytopes.errors import FileFormatError, InputError
from polytopes.formats.limits import reading
from tropical.networks.network import Network
from tropical.verification.evaluation import Clause, Slack, nearest_clause, slack
from tropical.verification.float_execution import TOLERANCE, FloatExecution
from tropical.verification.formulas import NUMBER, VARIABLE
from tropical.verification.property import Property
from tropical.verification.s_expressions import Form, forms
from tropical.verification.vnnlib import property_text

DIGITS = 17
"""Significant digits of a decimal in a file; so many tell float64 numbers apart."""


@frozen
class Counterexample:
    """What a file claims: an input, and the outputs there, which it may leave out."""

    point: Vector
    outputs: Vector | None


@frozen
class Judgement:
    """What holds of a counterexample in exact arithmetic, of the clause that it misses by least.

    ``claimed`` is by how much the clause holds with the outputs in the file, and ``difference`` the largest difference
    between those and the exact outputs.
    """

    clause: Clause | None
    outputs: Vector
    slack: Slack | None
    claimed: Slack | None
    difference: Fraction | None

    @property
    def holds(self) -> bool:
        """Whether it satisfies the property, exactly."""
        return self.slack is not None and self.slack.holds


def load_counterexample(path: Path, prop: Property) -> Counterexample:
    """Return the counterexample in a file, perhaps compressed (``.gz``); a first word such as ``sat`` is passed over.

    Raises:
        FileFormatError: if the file is not of this form, or leaves out an input, or some outputs but not all.
    """
    text = property_text(path)
    try:
        with reading():
            return parse_counterexample(text, prop)
    except InputError as error:
        raise FileFormatError(f"{path}: {error}") from None


def parse_counterexample(text: str, prop: Property) -> Counterexample:
    """Return the counterexample that a text spells.

    >>> parse_counterexample("sat\\n((X_0 0.5)\\n(Y_0 1e-1))", Property(1, 1, ())).point
    (Fraction(1, 2),)
    """
    values: dict[tuple[str, int], Fraction] = {}
    for form in forms(text):
        for pair in _pairs(form):
            name, value = pair.items or ()
            match = VARIABLE.fullmatch(name.word)
            if match is None or NUMBER.fullmatch(value.word) is None:
                raise FileFormatError(f"({name.word} {value.word}) is no input X_i or output Y_i with a decimal")
            key = (match[1], int(match[2]))
            if key in values:
                raise FileFormatError(f"{name.word} is given twice")
            values[key] = as_fraction(value.word)
    sides = {"X": prop.n_inputs, "Y": prop.n_outputs}
    for letter, number in values:
        if number >= sides[letter]:
            raise FileFormatError(f"{letter}_{number} is given, the property has {sides[letter]} of this letter")
    has_outputs = any(letter == "Y" for letter, _ in values)
    for letter in ("X", "Y") if has_outputs else ("X",):
        missing = next((i for i in range(sides[letter]) if (letter, i) not in values), None)
        if missing is not None:
            named = "every input, and every output or none"
            raise FileFormatError(f"{letter}_{missing} is not given; a counterexample names {named}, ((X_0 0.5) ...)")
    return Counterexample(
        tuple(values["X", i] for i in range(prop.n_inputs)),
        tuple(values["Y", i] for i in range(prop.n_outputs)) if has_outputs else None,
    )


def _pairs(form: Form) -> list[Form]:
    """Return the pairs (name value) in a form, at any depth."""
    found, stack = list[Form](), [form]
    while stack:
        top = stack.pop()
        items = top.items or ()
        if len(items) == 2 and all(item.items is None for item in items):
            found.append(top)
        else:
            stack += reversed(items)
    return found


def judge(network: Network, prop: Property, found: Counterexample) -> Judgement:
    """Say exactly whether a counterexample lies in the input set and satisfies the conditions, and by how much.

    >>> from tropical.verification import parse_property
    >>> text = "(declare-const X_0 Real) (declare-const Y_0 Real) (assert (<= X_0 0.1)) (assert (<= 0.1 Y_0))"
    >>> double = Network.from_weights([([[2]], [0])])
    >>> judge(double, parse_property(text), Counterexample((Fraction(1, 8),), None)).slack.inputs
    Fraction(1, 40)
    """
    outputs = network(found.point)
    clause = nearest_clause(prop, found.point, outputs)
    claimed = difference = None
    if found.outputs is not None:
        difference = max(abs(a - b) for a, b in zip(found.outputs, outputs, strict=True))
        claimed = None if clause is None else slack(prop, clause, found.point, found.outputs)
    exact = None if clause is None else slack(prop, clause, found.point, outputs)
    return Judgement(clause, outputs, exact, claimed, difference)


def counterexample_text(network: Network, point: Vector, execution: FloatExecution | None = None) -> tuple[str, str]:
    """Return the text of a counterexample and which point it has: the float32 one if the competition accepts that."""
    if execution is not None and execution.slack.miss <= TOLERANCE:
        point, kind = execution.point, "the nearest float32 input"
    else:
        kind = "the exact point, rounded to 17 digits"
    outputs = network(point)
    lines = [
        f"({letter}_{i} {_decimal(a)})" for letter, side in (("X", point), ("Y", outputs)) for i, a in enumerate(side)
    ]
    return "(" + "\n ".join(lines) + ")\n", kind


def _decimal(value: Fraction) -> str:
    """Return a decimal of 17 digits, correctly rounded."""
    from decimal import Context, Decimal

    found: Any = Context(prec=DIGITS).divide(Decimal(value.numerator), Decimal(value.denominator))
    return str(found)


def judgement_document(judgement: Judgement, values: Sequence[Fraction]) -> dict[str, Any]:
    """Return a judgement as it is written in documents."""
    amounts, clause = judgement.slack, judgement.clause
    return {
        "satisfied": judgement.holds,
        "in_input_set": None if amounts is None else not amounts.inputs,
        "outside_by": None if amounts is None else exact_text(amounts.inputs),
        "clause": None if clause is None else {"case": clause.case, "conjunction": clause.conjunction},
        "rows": None if amounts is None else list(map(exact_text, amounts.rows)),
        "missed_by": None if amounts is None else exact_text(amounts.miss),
        "accepted_with_tolerance_1e-4": amounts is not None and amounts.miss <= TOLERANCE,
        "claimed_rows": None if judgement.claimed is None else list(map(exact_text, judgement.claimed.rows)),
        "outputs_differ_by": None if judgement.difference is None else exact_text(judgement.difference),
        "point": list(map(exact_text, values)),
        "outputs": list(map(exact_text, judgement.outputs)),
    }
