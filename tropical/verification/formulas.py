"""Formulas of VNN-LIB: comparisons of linear terms, multiplied out into clauses.

They are read from the inside out with stacks of their own, so they may be nested as deeply as memory holds them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import chain, product
from math import prod
from typing import TypeAlias

from attrs import define, field, frozen

from polytopes.arithmetic.rationals import as_fraction
from polytopes.errors import FileFormatError
from polytopes.formats.limits import PER_ENTRY, refuse_larger
from tropical.verification.s_expressions import Form, misread, spelled

MOST_CLAUSES = 100_000
PER_ATOM = 4 * PER_ENTRY
"""Bytes for which a condition of a clause counts."""
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,4})?", re.ASCII)
VARIABLE = re.compile(r"([XY])_(0|[1-9]\d{0,8})", re.ASCII)
_STRICT = {"<": "<=", ">": ">="}
_COMPARISONS = {"<=", ">=", "="}
_UNIT = Fraction(1)
_OPERATIONS = {"+", "-", "*", "/"}

Variable: TypeAlias = tuple[str, int]
"""A letter and a number; the constant 1 has no letter."""
ONE: Variable = ("", 0)
LinearForm: TypeAlias = dict[Variable, Fraction]
Atom: TypeAlias = tuple[tuple[Variable, Fraction], ...]
"""The inequality: a linear form is at least 0."""
Nested: TypeAlias = "int | tuple[Nested, ...]"
"""A conjunction: numbers of atoms, in tuples that conjunctions share."""


@frozen
class Clauses:
    """A disjunction of conjunctions, which have so many numbers of atoms together."""

    nested: Sequence[Nested]
    size: int


def conjunction(parts: Sequence[Clauses]) -> Clauses:
    """Return the conjunction of disjunctions as one disjunction.

    Raises:
        FileFormatError: if it has more than MOST_CLAUSES clauses, or is larger than what a file may ask for.

    >>> conjunction([Clauses([1], 1), Clauses([2, 3], 2), Clauses([4, 5], 2)]).nested
    [(1, 2, 4), (1, 2, 5), (1, 3, 4), (1, 3, 5)]
    """
    several = [part.nested for part in parts if len(part.nested) != 1]
    count = prod(map(len, several))
    _check_count(count)
    size = sum(part.size * (count // len(part.nested)) for part in parts) if count else 0
    refuse_larger(PER_ATOM * size, "its clauses")
    common = _joined(part.nested[0] for part in parts if len(part.nested) == 1)
    return Clauses([_joined((common, *choice)) for choice in product(*several)], size)


def disjunction(parts: Sequence[Clauses]) -> Clauses:
    """Return the disjunction of disjunctions."""
    _check_count(sum(len(part.nested) for part in parts))
    return Clauses(list(chain.from_iterable(part.nested for part in parts)), sum(part.size for part in parts))


_JOINTS = {"and": conjunction, "or": disjunction}


def _joined(parts: Iterable[Nested]) -> Nested:
    """Return a tuple of at least two parts, or what there is instead."""
    found = tuple(part for part in parts if part != ())
    return found[0] if len(found) == 1 else found


def _check_count(clauses: int) -> None:
    if clauses > MOST_CLAUSES:
        many = f"{clauses:,}" if clauses < 10**30 else "more than 10^30"
        raise FileFormatError(f"multiplied out it has {many} clauses; up to {MOST_CLAUSES:,} are read")


def flat(nested: Nested) -> Iterator[int]:
    """Yield the numbers of a conjunction.

    >>> list(flat((7, (1, 2), 3)))
    [7, 1, 2, 3]
    """
    stack = [nested]
    while stack:
        top = stack.pop()
        if isinstance(top, int):
            yield top
        else:
            stack += reversed(top)


@define
class FormulaReader:
    """Reads formulas in variables that are declared; atoms are numbered, each once."""

    text: str
    declared: Mapping[Variable, int]
    atoms: list[Atom] = field(factory=list)
    _numbers: dict[Atom, int] = field(factory=dict)

    def read(self, root: Form) -> list[Clauses]:
        """Return disjunctions whose conjunction a formula is.

        Raises:
            FileFormatError: with the line and column of what is wrong or not read.
        """
        found: list[Clauses] = []
        open_forms: list[tuple[str, Iterator[Form], list[Clauses]]] = [("and", iter([root]), found)]
        while open_forms:
            joint, forms, parts = open_forms[-1]
            form = next(forms, None)
            if form is None:
                open_forms.pop()
                if open_forms and open_forms[-1][2] is not parts:
                    open_forms[-1][2].append(_JOINTS[joint](parts))
            elif form.head == joint or (form.head in _JOINTS and len(form.rest) == 1):
                open_forms.append((joint, iter(form.rest), parts))  # its parts are parts of the form around it
            elif form.head in _JOINTS:
                open_forms.append((form.head, iter(form.rest), []))
            else:
                parts.append(self._comparison(form))
        return found

    def _comparison(self, form: Form) -> Clauses:
        sign = form.head
        if sign in _STRICT:
            reason = "is strict, and a property is a closed set"
            raise misread(self.text, form, f"{spelled(form)} {reason}; write {_STRICT[sign]} if that is meant")
        if sign not in _COMPARISONS or len(form.rest) != 2:
            read = "and, or, <=, >= and = of two linear terms are"
            raise misread(self.text, form, f"{spelled(form)} is not a formula that is read; {read}")
        left, right = map(self._term, form.rest)
        if sign == ">=":
            left, right = right, left
        below = _sum([right, _negated(left)])
        if sign == "=":
            above = self._number(_negated(below))
            return Clauses([(above, self._number(below))], 2)
        return Clauses([self._number(below)], 1)

    def _number(self, form: LinearForm) -> int:
        """Return the number of the atom that a form is at least 0."""
        atom = tuple(sorted((variable, factor) for variable, factor in form.items() if factor))
        number = self._numbers.setdefault(atom, len(self.atoms))
        if number == len(self.atoms):
            self.atoms.append(atom)
        return number

    def _term(self, root: Form) -> LinearForm:
        found: list[LinearForm] = []
        open_forms: list[tuple[Form, Iterator[Form], list[LinearForm]]] = [(root, iter([root]), found)]
        while open_forms:
            form, forms, terms = open_forms[-1]
            part = next(forms, None)
            if part is None:
                open_forms.pop()
                if open_forms:
                    open_forms[-1][2].append(self._combined(form, terms))
            elif part.items is None:
                terms.append(self._word(part))
            else:
                inner = part.rest if part.head in _OPERATIONS else ()
                open_forms.append((part, iter(inner), []))
        return found[0]

    def _combined(self, form: Form, terms: list[LinearForm]) -> LinearForm:
        match form.head:
            case "+" if terms:
                return _sum(terms)
            case "-" if len(terms) == 1:
                return _negated(terms[0])
            case "-" if terms:
                return _sum([terms[0], *map(_negated, terms[1:])])
            case "*" if terms and sum(term.keys() != {ONE} for term in terms) <= 1:
                factor = prod((term[ONE] for term in terms if term.keys() == {ONE}), start=Fraction(1))
                return _scaled(next((term for term in terms if term.keys() != {ONE}), {ONE: _UNIT}), factor)
            case "/" if len(terms) == 2 and terms[1].keys() == {ONE} and terms[1][ONE]:
                return _scaled(terms[0], 1 / terms[1][ONE])
        raise misread(
            self.text, form, f"{spelled(form)} is not a linear term; sums and multiples of variables are read"
        )

    def _word(self, form: Form) -> LinearForm:
        if NUMBER.fullmatch(form.word):
            return {ONE: as_fraction(form.word)}
        match = VARIABLE.fullmatch(form.word)
        variable = (match[1], int(match[2])) if match else ONE
        if variable not in self.declared:
            raise misread(
                self.text, form, f"{spelled(form)} is neither a number nor a variable that is declared before"
            )
        return {variable: _UNIT}


def _sum(terms: Sequence[LinearForm]) -> LinearForm:
    """Return the sum of terms, in the longest of them."""
    total = max(terms, key=len)
    for term in terms:
        for variable, factor in term.items() if term is not total else ():
            total[variable] = total[variable] + factor if variable in total else factor
    return total


def _negated(term: LinearForm) -> LinearForm:
    return {variable: -old for variable, old in term.items()}


def _scaled(term: LinearForm, factor: Fraction) -> LinearForm:
    return {variable: factor * old for variable, old in term.items()}
