"""Symbolic forms: what the slots of a gate program hold, as linear forms over its inputs and the outputs of gates."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction

from polytopes.arithmetic.rationals import primitive
from polytopes.enumeration.gate_program import Gate, GateProgram, Stage

SymbolicForm = Mapping[int, Fraction]
"""A form over the constant (slot 0), the inputs and the outputs of gates, by slot; zero coefficients are left out."""


def symbolic_forms(program: GateProgram) -> list[SymbolicForm]:
    """Return every slot as a form over the constant, the inputs and the outputs of gates."""
    return composed_forms(program, lambda stage, gate, forms: {len(forms): Fraction(1)})


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


def direction(form: SymbolicForm) -> tuple[tuple[tuple[int, int], ...], Fraction]:
    """Return a form that is not zero as (primitive form, factor); the first coefficient of the former is positive.

    >>> direction({2: Fraction(-1, 2), 1: Fraction(-1)})
    (((1, 2), (2, 1)), Fraction(-1, 2))
    """
    atoms = sorted(form)
    row = primitive([form[atom] for atom in atoms])
    if row[0] < 0:
        row = tuple(-entry for entry in row)
    return tuple(zip(atoms, row, strict=True)), form[atoms[0]] / row[0]
