"""Symbolic forms: what the slots of a gate program hold, as linear forms over its inputs and the outputs of gates."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from math import gcd

from polytopes.enumeration.gate_program import Gate, GateProgram, Stage

SymbolicForm = Mapping[int, Fraction]
"""A form over the constant (slot 0), the inputs and the outputs of gates, by slot; zero coefficients are left out."""
IntegerForm = Mapping[int, int]
"""The same with integer coefficients, of the integers on a tape."""


def composed_forms(
    program: GateProgram, output: Callable[[Stage, Gate, Sequence[SymbolicForm]], SymbolicForm]
) -> list[SymbolicForm]:
    """Return every slot as a form over the constant, the inputs and whatever the outputs of gates are forms over.

    Args:
        program: its linear forms are composed.
        output: from a stage, a gate of it and the forms of all slots before the gate's output, the form of the output.
    """
    forms: list[SymbolicForm] = [{slot: Fraction(1)} for slot in range(program.input_dim + 1)]
    for stage in program.stages:
        for row in stage.rows:
            scale, terms = program.scales[len(forms)], zip(stage.sources, row, strict=True)
            forms.append(substituted({slot: scale * c / program.scales[slot] for slot, c in terms if c}, forms))
        for gate in stage.gates:
            forms.append(output(stage, gate, forms))
    return forms


def substituted(row: SymbolicForm, forms: Sequence[SymbolicForm]) -> SymbolicForm:
    """Return the combination of forms with the coefficients of ``row``, without zeros.

    >>> substituted({0: Fraction(2), 1: Fraction(-1)}, [{5: Fraction(1)}, {5: Fraction(2), 6: Fraction(3)}])
    {6: Fraction(-3, 1)}
    """
    total: dict[int, Fraction] = {}
    for slot, factor in row.items():
        for atom, value in forms[slot].items():
            total[atom] = total.get(atom, Fraction(0)) + factor * value
    return {atom: value for atom, value in total.items() if value}


def integer_forms(program: GateProgram) -> list[IntegerForm]:
    """Return every slot of a tape as a form over the constant, the inputs and the outputs of gates, all on the tape.

    The true form is the scale of the slot times the combination of the true forms over their scales.

    >>> from polytopes import ProgramBuilder
    >>> build = ProgramBuilder(1)
    >>> program = build.finish(build.linear([{0: Fraction(1, 2), 1: Fraction(3)}]))
    >>> integer_forms(program)[2], program.scales[2]
    ({0: 1, 1: 6}, Fraction(1, 2))
    """
    forms: list[IntegerForm] = [{slot: 1} for slot in range(program.input_dim + 1)]
    for stage in program.stages:
        sources = [forms[slot] for slot in stage.sources]
        forms += [combined(pair for pair in zip(sources, row, strict=True) if pair[1]) for row in stage.rows]
        forms += [{slot: 1} for slot in range(len(forms), len(forms) + len(stage.gates))]
    return forms


def combined(terms: Iterable[tuple[IntegerForm, int]]) -> IntegerForm:
    """Return the combination of forms with integer factors, without zeros.

    >>> combined([({5: 1}, 2), ({5: 2, 6: 3}, -1)])
    {6: -3}
    """
    total: dict[int, int] = {}
    for form, factor in terms:
        for atom, value in form.items():
            total[atom] = total.get(atom, 0) + factor * value
    return {atom: value for atom, value in total.items() if value}


def direction(form: IntegerForm) -> tuple[tuple[tuple[int, int], ...], int]:
    """Return a form that is not zero as (primitive form, factor); the first coefficient of the former is positive.

    >>> direction({2: -2, 1: -4})
    (((1, 2), (2, 1)), -2)
    """
    atoms = sorted(form)
    factor = gcd(*form.values())
    if form[atoms[0]] < 0:
        factor = -factor
    return tuple((atom, form[atom] // factor) for atom in atoms), factor
