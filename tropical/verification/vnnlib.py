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
import re
import zlib
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import chain, product
from math import prod
from os import PathLike
from pathlib import Path
from typing import TypeAlias

from attrs import define, field

from polytopes.arithmetic.rationals import Vector, as_fraction, primitive
from polytopes.errors import FileFormatError, InputError
from polytopes.formats.files import read_bytes
from polytopes.formats.limits import PER_CHARACTER, PER_ENTRY, charge, max_size, reading, refuse_larger
from tropical.verification.property import Case, Limits, Property, factor_of
from tropical.verification.s_expressions import Form, forms, place, spelled

MOST_CLAUSES = 100_000
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,4})?", re.ASCII)
VARIABLE = re.compile(r"([XY])_(0|[1-9]\d{0,8})", re.ASCII)
_IGNORED = {"set-logic", "set-info", "check-sat", "exit"}
_STRICT = {"<": "<=", ">": ">="}
_OPERATIONS = {"+", "-", "*", "/"}

Variable: TypeAlias = tuple[str, int]
"""A letter and a number; the constant 1 has no letter."""
ONE: Variable = ("", 0)
LinearForm: TypeAlias = Mapping[Variable, Fraction]
Atom: TypeAlias = tuple[tuple[Variable, Fraction], ...]
"""The inequality: a linear form is at least 0."""
Clause: TypeAlias = tuple[Atom, ...]


def load_property(path: str | PathLike[str]) -> Property:
    """Return the property in a file, ``.vnnlib`` or compressed as ``.vnnlib.gz``.

    Raises:
        FileFormatError: if the file cannot be read, is not VNN-LIB 1.0, or says what is not closed and linear.
    """
    text = property_text(path)
    try:
        with reading():
            return parse_property(text)
    except InputError as error:
        raise FileFormatError(f"{path}: {error}") from None


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


def parse_property(text: str) -> Property:
    """Return the property that a text in VNN-LIB 1.0 spells.

    Raises:
        FileFormatError: with the line and column of what is wrong or not read.

    >>> found = parse_property('''
    ...     (declare-const X_0 Real) (declare-const X_1 Real) (declare-const Y_0 Real)
    ...     (assert (or (and (<= 0 X_0) (<= X_0 1)) (<= (+ X_0 X_1) 2)))
    ...     (assert (>= Y_0 0.1))''')
    >>> [case.rows for case in found.cases]
    [(), ((2, -1, -1),)]
    >>> found.cases[0].outputs
    (((-1, 0, 0, 10),),)
    """
    reader = _Reader(text)
    for form in forms(text):
        reader.command(form)
    return reader.property()


@define
class _Reader:
    """What the commands of a file have said so far: ``common`` atoms, and the clauses of each disjunction."""

    text: str
    declared: set[Variable] = field(factory=set)
    common: list[Atom] = field(factory=list)
    disjunctions: list[list[Clause]] = field(factory=list)

    def command(self, form: Form) -> None:
        match form.head:
            case "declare-const" | "declare-fun":
                self._declare(form)
            case "assert" if len(form.rest) == 1:
                clauses = self._clauses(form.rest[0])
                if len(clauses) == 1:
                    self.common.extend(clauses[0])
                else:
                    self.disjunctions.append(clauses)
            case name if name in _IGNORED:
                pass
            case "vnnlib-version" | "declare-network":
                raise self._error(form, "VNN-LIB 2.0 is not read yet; give the property in version 1.0")
            case _:
                raise self._error(form, f"{spelled(form)} is not a command that is read; declare-const and assert are")

    def _error(self, form: Form, reason: str) -> FileFormatError:
        """Return an error that names the place of a form."""
        return FileFormatError(f"{place(self.text, form.position)}: {reason}")

    def _declare(self, form: Form) -> None:
        name, *types = form.rest or (form,)
        match = VARIABLE.fullmatch(name.word)
        words = [item.word for item in types if item.items != ()]
        if match is None or words != ["Real"]:
            raise self._error(form, f"{spelled(form)}; declare inputs X_0, X_1, ... and outputs Y_0, Y_1, ... as Real")
        variable = (match[1], int(match[2]))
        if variable in self.declared:
            raise self._error(name, f"{name.word} is declared twice")
        self.declared.add(variable)

    def _clauses(self, form: Form) -> list[Clause]:
        """Return a formula as a disjunction of conjunctions."""
        match form.head:
            case "and":
                return _together([self._clauses(part) for part in form.rest])
            case "or":
                clauses = list(chain.from_iterable(self._clauses(part) for part in form.rest))
                _check_count(len(clauses))
                return clauses
            case "<=" | ">=" | "=" if len(form.rest) == 2:
                return [self._comparison(form)]
            case "<" | ">" as sign:
                reason = "is strict, and a property is a closed set"
                raise self._error(form, f"{spelled(form)} {reason}; write {_STRICT[sign]} if that is meant")
        read = "and, or, <=, >= and = of two linear terms are"
        raise self._error(form, f"{spelled(form)} is not a formula that is read; {read}")

    def _comparison(self, form: Form) -> Clause:
        left, right = map(self._term, form.rest)
        above = _atom(_sum([left, _scaled(right, Fraction(-1))]))
        below = tuple((variable, -factor) for variable, factor in above)
        return {"<": (below,), ">": (above,), "=": (above, below)}[form.head[0]]

    def _term(self, form: Form) -> LinearForm:
        if form.items is None:
            return self._word(form)
        terms = [self._term(part) for part in form.rest] if form.head in _OPERATIONS else []
        match form.head:
            case "+" if terms:
                return _sum(terms)
            case "-" if len(terms) == 1:
                return _scaled(terms[0], Fraction(-1))
            case "-" if terms:
                return _sum([terms[0], *(_scaled(term, Fraction(-1)) for term in terms[1:])])
            case "*" if terms and sum(set(term) != {ONE} for term in terms) <= 1:
                factor = prod((term[ONE] for term in terms if set(term) == {ONE}), start=Fraction(1))
                return _scaled(next((term for term in terms if set(term) != {ONE}), {ONE: Fraction(1)}), factor)
            case "/" if len(terms) == 2 and set(terms[1]) == {ONE} and terms[1][ONE]:
                return _scaled(terms[0], 1 / terms[1][ONE])
        raise self._error(form, f"{spelled(form)} is not a linear term; sums and multiples of variables are read")

    def _word(self, form: Form) -> LinearForm:
        if NUMBER.fullmatch(form.word):
            return {ONE: as_fraction(form.word)}
        match = VARIABLE.fullmatch(form.word)
        variable = (match[1], int(match[2])) if match else ONE
        if variable not in self.declared:
            raise self._error(form, f"{spelled(form)} is neither a number nor a variable that is declared before")
        return {variable: Fraction(1)}

    def property(self) -> Property:
        """Return the property: the clauses, gathered by their conditions on the inputs alone."""
        inputs, outputs = self._count("X"), self._count("Y")
        if not inputs:
            raise FileFormatError("no input is declared; the inputs are X_0, X_1, ...")
        everywhere, common = _parted(self.common)
        found: dict[Clause, list[Clause]] = {}
        for clause in _together(self.disjunctions):
            inner, outer = _parted(clause)
            found.setdefault(inner, []).append(outer)
        length = 1 + inputs + outputs
        charge(PER_ENTRY * 2 * inputs * len(found), "the bounds of its cases")
        charge(PER_ENTRY * length * sum(len(common) + len(c) for cs in found.values() for c in cs), "its conditions")
        above = tuple(_vector(atom, inputs, outputs) for atom in common)
        cases = []
        for own, clauses in found.items():
            lower, upper, rest = _bounds((*everywhere, *own), inputs)
            charge(PER_ENTRY * (1 + inputs) * len(rest), "its conditions on inputs")
            rows = tuple(primitive(_vector(atom, inputs, 0)) for atom in rest)
            written = [(*above, *(_vector(atom, inputs, outputs) for atom in clause)) for clause in clauses]
            conditions = tuple(tuple(map(primitive, vectors)) for vectors in written)
            factors = tuple(tuple(map(factor_of, vectors)) for vectors in written)
            cases.append(Case(lower, upper, rows, conditions, factors))
        return Property(inputs, outputs, tuple(cases), self.text)

    def _count(self, letter: str) -> int:
        numbers = {number for name, number in self.declared if name == letter}
        missing = next(number for number in range(len(numbers) + 1) if number not in numbers)
        if missing < len(numbers):
            raise FileFormatError(f"{letter}_{missing} is not declared, but {letter}_{max(numbers)} is")
        return len(numbers)


def _together(factors: Sequence[list[Clause]]) -> list[Clause]:
    """Return the conjunction of disjunctions as one disjunction."""
    common = tuple(chain.from_iterable(clauses[0] for clauses in factors if len(clauses) == 1))
    several = [clauses for clauses in factors if len(clauses) != 1]
    count = prod(map(len, several))
    _check_count(count)
    largest = len(common) + sum(max(map(len, clauses), default=0) for clauses in several)
    charge(PER_ENTRY * largest * count, "its clauses")
    return [tuple(chain(common, *choice)) for choice in product(*several)]


def _check_count(clauses: int) -> None:
    if clauses > MOST_CLAUSES:
        raise FileFormatError(f"multiplied out it has {clauses:,} clauses; up to {MOST_CLAUSES:,} are read")


def _sum(terms: Iterable[LinearForm]) -> LinearForm:
    total: dict[Variable, Fraction] = {}
    for variable, factor in chain.from_iterable(term.items() for term in terms):
        total[variable] = total.get(variable, Fraction(0)) + factor
    return total


def _scaled(term: LinearForm, factor: Fraction) -> LinearForm:
    return {variable: factor * old for variable, old in term.items()}


def _atom(form: LinearForm) -> Atom:
    return tuple(sorted((variable, factor) for variable, factor in form.items() if factor))


def _parted(atoms: Iterable[Atom]) -> tuple[Clause, Clause]:
    """Return the atoms on inputs alone, and those with an output."""
    inner: list[Atom] = []
    outer: list[Atom] = []
    for atom in atoms:
        (outer if any(letter == "Y" for (letter, _), _ in atom) else inner).append(atom)
    return tuple(inner), tuple(outer)


def _bounds(atoms: Iterable[Atom], dim: int) -> tuple[Limits, Limits, list[Atom]]:
    """Return the best bounds of every input, and the atoms that are not bounds; those that always hold are left out."""
    lower: list[Fraction | None] = [None] * dim
    upper: list[Fraction | None] = [None] * dim
    rest = []
    for atom in atoms:
        factors = dict(atom)
        constant = factors.pop(ONE, Fraction(0))
        if len(factors) > 1 or (not factors and constant < 0):
            rest.append(atom)
        for (_, i), factor in factors.items() if len(factors) == 1 else ():
            bound = -constant / factor
            limits, better = (lower, max) if factor > 0 else (upper, min)
            old = limits[i]
            limits[i] = bound if old is None else better(old, bound)
    return tuple(lower), tuple(upper), rest


def _vector(atom: Atom, inputs: int, outputs: int) -> Vector:
    row = [Fraction(0)] * (1 + inputs + outputs)
    start = {"": 0, "X": 1, "Y": 1 + inputs}
    for (letter, number), factor in atom:
        row[start[letter] + number] = factor
    return tuple(row)
