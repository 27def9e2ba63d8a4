"""VNN-LIB 1.0, the format of the properties of the competition VNN-COMP.

::

    (declare-const X_0 Real)                          ; inputs X_0, X_1, ... and outputs Y_0, Y_1, ...
    (declare-const Y_0 Real)
    (assert (<= X_0 0.5))                             ; <=, >=, = of linear terms in +, -, *
    (assert (or (>= Y_0 2) (and (<= Y_0 -1) (>= X_0 0))))

All assertions hold together. A decimal is the decimal fraction it spells. The property is a closed set, so strict
inequalities and negations are refused. The formula is multiplied out into clauses; clauses with the same conditions on
the inputs alone make one case.
"""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import chain
from os import PathLike
from pathlib import Path
from typing import TypeAlias

from attrs import define, field, frozen

from polytopes.arithmetic.rationals import Row, primitive
from polytopes.errors import FileFormatError, InputError
from polytopes.formats.files import read_bytes
from polytopes.formats.limits import PER_CHARACTER, PER_ENTRY, charge, max_size, reading, refuse_larger
from tropical.verification.case import Case, factor_of
from tropical.verification.formulas import ONE, VARIABLE, Atom, Clauses, FormulaReader, Variable, conjunction, flat
from tropical.verification.s_expressions import Form, forms, misread, spelled

Numbers: TypeAlias = tuple[int, ...]
"""Atoms by their numbers."""
_IGNORED = {"set-logic", "set-info", "check-sat", "exit"}


def property_text(path: str | PathLike[str]) -> str:
    """Return the text in a file, which is compressed by gzip if its name ends in ``.gz``.

    Raises:
        FileFormatError: if the file cannot be read.
    """
    file = Path(path)
    content = read_bytes(file, PER_CHARACTER)
    try:
        with reading():
            return (_unpacked(content) if file.suffix.lower() == ".gz" else content).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise FileFormatError(f"{file}: not a text file") from None
    except InputError as error:
        raise FileFormatError(f"{file}: {error}") from None


def _unpacked(content: bytes) -> bytes:
    most = max_size() // PER_CHARACTER
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(content)) as stream:
            unpacked = stream.read(most + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise FileFormatError(f"not compressed by gzip, or damaged ({error})") from None
    refuse_larger(PER_CHARACTER * len(unpacked), "its unpacked contents")
    return unpacked


def read_cases(text: str) -> tuple[int, int, tuple[Case, ...]]:
    """Return the numbers of inputs and outputs and the cases of the property that a text spells.

    Raises:
        FileFormatError: with the line and column of what is wrong or not read.
    """
    reader = _Reader(text)
    for form in forms(text):
        reader.command(form)
    return reader.cases()


@define
class _Reader:
    """What the commands of a file have said so far: disjunctions that hold together, and where names are declared."""

    text: str
    declared: dict[Variable, int] = field(factory=dict)
    asserted: list[Clauses] = field(factory=list)
    formulas: FormulaReader = field(init=False)

    @formulas.default
    def _formulas(self) -> FormulaReader:
        return FormulaReader(self.text, self.declared)

    def command(self, form: Form) -> None:
        match form.head:
            case "declare-const" | "declare-fun":
                self._declare(form)
            case "assert" if len(form.rest) == 1:
                self.asserted += self.formulas.read(form.rest[0])
            case name if name in _IGNORED:
                pass
            case "vnnlib-version" | "declare-network":
                raise misread(self.text, form, "VNN-LIB 2.0 is not read yet; give the property in version 1.0")
            case _:
                raise misread(
                    self.text, form, f"{spelled(form)} is not a command that is read; declare-const and assert are"
                )

    def _declare(self, form: Form) -> None:
        name, *types = form.rest or (form,)
        match = VARIABLE.fullmatch(name.word)
        if form.head == "declare-fun" and types and types[0].items == ():
            del types[0]  # the types of no arguments
        if match is None or [item.word for item in types] != ["Real"]:
            raise misread(
                self.text, form, f"{spelled(form)}; declare inputs X_0, X_1, ... and outputs Y_0, Y_1, ... as Real"
            )
        variable = (match[1], int(match[2]))
        if variable in self.declared:
            raise misread(self.text, name, f"{name.word} is declared twice")
        self.declared[variable] = name.position

    def cases(self) -> tuple[int, int, tuple[Case, ...]]:
        """Return the numbers of inputs and outputs, and the clauses by their conditions on the inputs alone."""
        inputs, outputs = self._count("X"), self._count("Y")
        if not inputs:
            raise FileFormatError("no input is declared; the inputs are X_0, X_1, ...")
        single = [part.nested[0] for part in self.asserted if len(part.nested) == 1]
        several = [part for part in self.asserted if len(part.nested) != 1]
        rows = _Rows(self.formulas.atoms, inputs, outputs)
        everywhere, common = rows.parted(chain.from_iterable(map(flat, single)))
        found: dict[Numbers, list[Numbers]] = {}
        for clause in conjunction(several).nested:
            inner, outer = rows.parted(flat(clause))
            found.setdefault(inner, []).append(outer)
        charge(PER_ENTRY * 2 * inputs * len(found), "the bounds of its cases")
        size = sum(len(common) + len(clause) for clauses in found.values() for clause in clauses)
        charge(PER_ENTRY * rows.length * size, "its conditions")
        box = rows.narrowed(_Bounds([None] * inputs, [None] * inputs, []), everywhere)
        cases = (rows.case(rows.narrowed(box, own), common, clauses) for own, clauses in found.items())
        return inputs, outputs, tuple(cases)

    def _count(self, letter: str) -> int:
        numbers = {number for name, number in self.declared if name == letter}
        missing = next(number for number in range(len(numbers) + 1) if number not in numbers)
        if missing < len(numbers):
            last = max(numbers)
            form = Form(self.declared[letter, last], f"{letter}_{last}")
            raise misread(self.text, form, f"{form.word} is declared, but {letter}_{missing} is not")
        return len(numbers)


@frozen
class _Bounds:
    """The best bounds of every input, and the numbers of the atoms on inputs that are no bounds."""

    lower: list[Fraction | None]
    upper: list[Fraction | None]
    rest: list[int]


class _Rows:
    """Atoms as rows in (1, x, y): the primitive one, and the factor by which it is multiplied in the file."""

    def __init__(self, atoms: Sequence[Atom], inputs: int, outputs: int) -> None:
        self.atoms, self.inputs, self.length = atoms, inputs, 1 + inputs + outputs
        self._of_inputs = [all(letter != "Y" for (letter, _), _ in atom) for atom in atoms]
        self._places = {"": 0, "X": 1, "Y": 1 + inputs}
        self._known: dict[int, tuple[Row, Fraction]] = {}

    def parted(self, numbers: Iterable[int]) -> tuple[Numbers, Numbers]:
        """Return the atoms on inputs alone, and those with an output."""
        parts: tuple[list[int], list[int]] = [], []
        for number in numbers:
            parts[not self._of_inputs[number]].append(number)
        return tuple(parts[0]), tuple(parts[1])

    def narrowed(self, box: _Bounds, numbers: Numbers) -> _Bounds:
        """Return the bounds with atoms on inputs; those that always hold are left out."""
        lower, upper, rest = list(box.lower), list(box.upper), list(box.rest)
        for number in numbers:
            factors = dict(self.atoms[number])
            constant = factors.pop(ONE, Fraction(0))
            if len(factors) > 1 or (not factors and constant < 0):
                rest.append(number)
            for (_, i), factor in factors.items() if len(factors) == 1 else ():
                bound = -constant / factor
                limits, better = (lower, max) if factor > 0 else (upper, min)
                old = limits[i]
                limits[i] = bound if old is None else better(old, bound)
        return _Bounds(lower, upper, rest)

    def row(self, number: int) -> tuple[Row, Fraction]:
        """Return the primitive row of an atom, and its factor."""
        if number not in self._known:
            row = [Fraction(0)] * self.length
            for (letter, i), factor in self.atoms[number]:
                row[self._places[letter] + i] = factor
            self._known[number] = primitive(row), factor_of(row)
        return self._known[number]

    def case(self, box: _Bounds, common: Numbers, clauses: Sequence[Numbers]) -> Case:
        """Return the case of clauses with the same inputs, and atoms that all of them have."""
        charge(PER_ENTRY * (1 + self.inputs) * len(box.rest), "its conditions on inputs")
        rows = tuple(self.row(number)[0][: 1 + self.inputs] for number in box.rest)
        found = [[self.row(number) for number in (*common, *clause)] for clause in clauses]
        conditions = tuple(tuple(row for row, _ in clause) for clause in found)
        factors = tuple(tuple(factor for _, factor in clause) for clause in found)
        return Case(tuple(box.lower), tuple(box.upper), rows, conditions, factors)
