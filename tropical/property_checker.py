"""Checks certificates that no input of a network satisfies a property: integers, the standard library, nothing else.

The file format and the proof that these checks suffice are in docs/certificates.md. A certificate has a program of
integer linear forms and argmax gates, the cases of a property, and a tree that splits each case by the signs of units.
At a node *lemmas* bound units from below or above, and *refutations* show that a conjunction of conditions has no
solution there; both are inherited by the nodes below. The file gives multipliers only: what they prove is found here,
by back substitution with directed rounding, so a file cannot lie, only fail.
``python property_checker.py FILE`` runs alone; ``tropical check FILE NET`` also compares the program with a network's.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import stat
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from fractions import Fraction
from functools import cached_property
from itertools import compress, zip_longest
from math import gcd, lcm
from pathlib import Path
from typing import Any

FORMAT, VERSION, BITS = "property certificate", 2, 48
ROUNDED, EXACT = 2**BITS, 1  # numbers are multiples of 1 / ROUNDED, rounded up; or fractions
MOST_BYTES, MOST_DEPTH, MOST_DIGITS, SHORT = 2**27, 2**14, 10**6, 128
STAGE = {"sources": [int], "rows": [[int]], "gates": [[[int]]]}
PROGRAM = {"input_dim": int, "stages": [STAGE], "outputs": [int], "scales": [str]}
CASE = {"lower": [str], "upper": [str], "rows": [[int]], "outputs": [[[int]]], "factors": [[str]]}
HEADER = {"format": str, "version": int, "property": str, "cases": [CASE], "program": PROGRAM}
TRAILER = {"leaves": int, "margin": str, "sha256": str}
ERRORS = (ValueError, TypeError, LookupError, ArithmeticError, RecursionError, MemoryError)
MISFIT = "malformed: it is damaged, or an entry is missing or not of its type or size"
RATIONAL = re.compile(r"-?[0-9]+(/[0-9]+)?")
NONE = ""  # the bound of an input that has none, the margin of a certificate that has none
Form = dict[int, Any]  # integers or fractions by variable: 0 is the constant 1, then the inputs, then the units
Header = dict[str, Any]
Number = Any  # an int that counts 1 / ROUNDED, or a Fraction
Affine = list[Number]  # constant first


class NotACertificate(Exception):
    """The file does not claim to be a certificate of a property."""


class Refused(Exception):
    """The certificate does not prove what it claims; the message is the first reason."""


def require(holds: bool, reason: str) -> None:
    """Refuse the certificate unless something holds."""
    if not holds:
        raise Refused(reason)


def strict_json(text: bytes) -> Any:
    """Return the value of a JSON text as Python writes it, but for spaces: no name comes twice, no number is -0."""
    value = json.loads(text)
    again = json.dumps(value, separators=(",", ":")).encode().replace(b" ", b"")
    require(again == text.rstrip(b"\n").replace(b" ", b""), "malformed: JSON with a name twice, or in another spelling")
    return value


def fits(value: Any, shape: Any) -> bool:
    """Whether a JSON value has the names, lists and types of a shape, and no others; true and false are no integers."""
    if isinstance(shape, type) or type(value) is not type(shape):
        return type(value) is shape
    if isinstance(shape, list):
        return all(fits(entry, shape[0]) for entry in value)
    return value.keys() == shape.keys() and all(fits(value[name], shape[name]) for name in shape)


def rational(text: str) -> Fraction:
    """Return the number that an integer or a quotient of integers spells."""
    require(RATIONAL.fullmatch(text) is not None, f"malformed: {text[:50]} is not a quotient of integers")
    return Fraction(text)


def combined(first: Form, second: Form, factor: int) -> Form:
    """Return ``first + factor * second`` without zeros."""
    total = dict(first)
    for variable, entry in second.items():
        total[variable] = total.get(variable, 0) + factor * entry
    return {variable: entry for variable, entry in total.items() if entry}


class Units:
    """A program as units r = max(0, z), where z is a form in the inputs and earlier units; all else is linear.

    A gate whose outputs grow with its selectors is a maximum of them, one whose outputs fall a minimum; both are
    chains of units. Maxima of multiples of one form are multiples of one unit, by max(0, -z) = max(0, z) - z. ``forms``
    are integer; the true value of a unit is its factor in ``scales`` times the integer one.
    """

    def __init__(self, program: dict[str, Any]) -> None:
        self.n_inputs: int = program["input_dim"]
        self.forms: list[Form] = []
        self.scales: list[Fraction] = []
        self.numbers: dict[tuple[tuple[int, int], ...], int] = {}
        scales = [rational(scale) for scale in program["scales"]]
        require(min(scales) > 0, "malformed: a scale is not positive")
        tape: list[Form] = [{k: 1} for k in range(self.n_inputs + 1)]
        for stage in program["stages"]:
            sources = [tape[slot] for slot in stage["sources"]]
            for row in stage["rows"]:
                total: Form = {}
                for weight, form in compress(zip(row, sources, strict=True), row):
                    for variable, entry in form.items():
                        total[variable] = total.get(variable, 0) + weight * entry
                tape.append({variable: entry for variable, entry in total.items() if entry})
            for gate in stage["gates"]:
                tape.append(self._gate([[tape[slot] for slot in slots] for slots in gate], scales[len(tape)]))
        self.outputs = [(tape[slot], scales[slot]) for slot in program["outputs"]]

    def _gate(self, gate: Sequence[Sequence[Form]], scale: Fraction) -> Form:
        """Append the units of a gate and return its output."""
        inner, outer = ([combined(form, forms[0], -1) for form in forms] for forms in gate)
        variable, below = next(((v, a) for form in inner for v, a in form.items()), (0, 1))
        above = next((o.get(variable, 0) for s, o in zip(inner, outer, strict=True) if variable in s), 0)
        for s, o in zip(inner, outer, strict=True):
            same = {v: above * a for v, a in s.items() if above} == {v: below * a for v, a in o.items()}
            require(same, "a gate whose outputs are no multiple of its selectors")
        sign = 1 if above * below > 0 else -1
        found = gate[1][0]
        for form in gate[1][1:] if above else ():
            found = combined(found, self._unit(combined({}, combined(form, found, -1), sign), scale), sign)
        return found

    def _unit(self, form: Form, scale: Fraction) -> Form:
        if not form.keys() - {0}:
            return form if form.get(0, 0) > 0 else {}
        factor, first = gcd(*form.values()), self.n_inputs + 1
        own, opposite = (tuple(sorted((v, a // d) for v, a in form.items())) for d in (factor, -factor))
        if own not in self.numbers and opposite not in self.numbers:
            self.numbers[own] = len(self.forms)
            self.forms.append(dict(own))
            self.scales.append(scale)
        if own in self.numbers:
            return {first + self.numbers[own]: factor}
        return combined({first + self.numbers[opposite]: factor}, form, 1)


class Rows:
    """Forms over one denominator.

    Those with most of their coefficients are also kept as one long integer each, with the coefficients side by side:
    combinations of these with short factors are combinations of all coefficients at once.
    """

    def __init__(self, forms: Sequence[Form]) -> None:
        self.below = lcm(*(entry.denominator for form in forms for entry in form.values()))
        self.forms = [{v: int(entry * self.below) for v, entry in form.items()} for form in forms]
        self.variables = sorted(set().union(*forms))
        largest = sum(max(map(abs, form.values()), default=0) for form in self.forms)
        self.width = (largest.bit_length() + SHORT + 8) // 8
        self.is_dense = sum(map(len, forms)) * 4 > len(self.variables) * len(forms) > 64
        self.packed = [self._side_by_side(form) for form in self.forms] if self.is_dense else []
        self.half = 1 << 8 * self.width - 1
        self.halves = self._side_by_side(dict.fromkeys(self.variables, self.half))

    def _side_by_side(self, form: Form) -> int:
        return sum(form.get(v, 0) << 8 * self.width * i for i, v in enumerate(self.variables))

    def times(self, factors: Sequence[Number]) -> tuple[Sequence[int], Sequence[Number]]:
        """Return the combination of the forms with some factors, times the denominator: variables and coefficients."""
        if self.is_dense and all(type(factor) is int and abs(factor) < 1 << SHORT for factor in factors):
            pairs = zip(factors, self.packed, strict=True)
            total = self.halves + sum(factor * packed for factor, packed in pairs if factor)
            size, width, half = self.width * len(self.variables), self.width, self.half
            content, number = total.to_bytes(size, "little"), int.from_bytes
            return self.variables, [number(content[i : i + width], "little") - half for i in range(0, size, width)]
        sums: Form = {}
        for factor, form in zip(factors, self.forms, strict=True):
            for variable, entry in form.items() if factor else ():
                sums[variable] = sums.get(variable, 0) + factor * entry
        return list(sums), list(sums.values())


class Levels:
    """Units in groups that do not read each other, in order; ``starts`` has the first unit of each.

    ``forms`` and ``outputs`` are in true values, and ``order`` has the number in the program of each unit here.
    """

    def __init__(self, units: Units) -> None:
        first, n = units.n_inputs + 1, len(units.forms)
        depth: list[int] = []
        for form in units.forms:
            depth.append(1 + max((depth[v - first] for v in form if v >= first), default=-1))
        self.order = sorted(range(n), key=lambda unit: (depth[unit], unit))
        place = [*range(first), *(first + new for new in sorted(range(n), key=self.order.__getitem__))]

        def true(form: Form, scale: Fraction) -> Form:
            ratios = {own: scale / own for own in {units.scales[v - first] for v in form if v >= first}}
            return {place[v]: a * (scale if v < first else ratios[units.scales[v - first]]) for v, a in form.items()}

        self.n_inputs, self.n_units = units.n_inputs, n
        self.forms = [true(units.forms[old], units.scales[old]) for old in self.order]
        self.outputs = [true(form, scale) for form, scale in units.outputs]
        self.starts = [i for i in range(n) if not i or depth[self.order[i]] > depth[self.order[i - 1]]]
        self._singles: dict[int, Rows] = {}

    @cached_property
    def groups(self) -> list[tuple[int, Rows]]:
        """The first unit and the forms of each group."""
        pairs = zip_longest(self.starts, self.starts[1:], fillvalue=self.n_units)
        return [(start, Rows(self.forms[start:stop])) for start, stop in pairs]

    def single(self, unit: int) -> Rows:
        """Return the form z of a unit as one row."""
        if unit not in self._singles:
            self._singles[unit] = Rows([self.forms[unit]])
        return self._singles[unit]

    def condition(self, row: Sequence[int], factor: Fraction) -> Form:
        """Return ``factor * row . (1, x, y)`` as a form in inputs and units."""
        total = {v: factor * entry for v, entry in enumerate(row[: self.n_inputs + 1]) if entry}
        for entry, output in zip(row[self.n_inputs + 1 :], self.outputs, strict=True):
            for v, a in output.items() if entry else ():
                total[v] = total.get(v, Fraction(0)) + factor * entry * a
        return total


def quotient(above: Number, below: int, one: int) -> Number:
    """Return ``above / below``, rounded up unless numbers are exact."""
    return Fraction(above) / below if one == EXACT else -(-above // below)


class Cell:
    """Part of a case: its rows, and what is proven there of units; ``lower`` and ``upper`` count 1 / ROUNDED.

    Conditions of the same case are kept as conjunctions of forms; ``open`` has those that are not refuted yet.
    ``one``, an argument of the methods, is ROUNDED or EXACT.
    """

    def __init__(self, levels: Levels, case: dict[str, Any]) -> None:
        n, one = levels.n_inputs, ROUNDED
        box = [[None if text == NONE else rational(text) for text in case[side]] for side in ("lower", "upper")]
        factors = [list(map(rational, texts)) for texts in case["factors"]]
        require(all(factor > 0 for own in factors for factor in own), "malformed: a factor is not positive")
        sizes = all(len(row) == n + 1 for row in case["rows"]) and all(len(bounds) == n for bounds in box)
        require(sizes, "malformed: a row or a list of bounds has a wrong length")
        self.levels = levels
        self._set_box(*box)
        self.is_bounded = all(bound is not None for bounds in box for bound in bounds)
        self.is_empty = any(a is not None and b is not None and a > b for a, b in zip(*box, strict=True))
        self.lower: list[int | None] = [None] * levels.n_units
        self.upper: list[int | None] = [None] * levels.n_units
        self.rows: list[Affine | None] = [[row[0] * one**2, *(a * one for a in row[1:])] for row in case["rows"]]
        self.origins: list[Any] = list(map(list, case["rows"]))  # rows as they are given, or (unit, side) of a split
        self.conjunctions = [
            Rows([levels.condition(row, factor) for row, factor in zip(rows, own, strict=True)])
            for rows, own in zip(case["outputs"], factors, strict=True)
        ]
        self.open = set() if self.is_empty else set(range(len(self.conjunctions)))

    def _set_box(self, low: list[Fraction | None], high: list[Fraction | None]) -> None:
        self.low, self.high = low, high
        self.below = lcm(*(bound.denominator for bounds in (low, high) for bound in bounds if bound is not None))
        corners = [[None if bound is None else int(bound * self.below) for bound in bounds] for bounds in (low, high)]
        self.corners = list(zip(*corners, strict=True))
        self.cost = [0, *(0 if a is None else max(0, -((a * ROUNDED) // 1)) for a in low)]  # of rounding a coefficient

    def child(self, unit: int, side: int) -> Cell:
        """Return the part where z of a unit is at least 0 (side 1) or at most 0 (side 0).

        Numbers beyond those of units are of inputs: the part is the upper or the lower half of the interval.
        """
        found = object.__new__(Cell)
        found.__dict__.update(self.__dict__)
        found.lower, found.upper, found.open = list(self.lower), list(self.upper), set(self.open)
        if unit >= self.levels.n_units:
            k, ends = unit - self.levels.n_units, [list(self.low), list(self.high)]
            low, high = ends[0][k], ends[1][k]
            if low is None or high is None:
                raise Refused("an input is halved that has no bound")
            ends[1 - side][k] = (low + high) / 2
            found._set_box(*ends)
            return found
        found.origins = [*self.origins, (unit, side)]
        try:
            found.rows = [*self.rows, self._wall(unit, side, ROUNDED)]
        except Refused:
            found.rows = [*self.rows, None]
        found.improve(unit, 0, is_upper=not side)
        return found

    def improve(self, unit: int, bound: int, is_upper: bool) -> None:
        """Note a bound of z of a unit, unless there is a better one."""
        bounds, better = (self.upper, min) if is_upper else (self.lower, max)
        old = bounds[unit]
        bounds[unit] = bound if old is None else better(old, bound)

    def _wall(self, unit: int, side: int, one: int) -> Affine:
        """Return a form that is at least 0 where z of a unit has its sign: an upper bound of z, or of -z."""
        return self.form(self.levels.single(unit), [one if side else -one], one)

    def form(self, rows: Rows, factors: Sequence[Number], one: int) -> Affine:
        """Return a form in the inputs that bounds a combination of forms from above, by back substitution.

        Coefficients count 1 / one, the constant 1 / one^2. Units are not negative, so their coefficients are rounded
        up; where that of an input is, the constant grows by what it may cost.
        """
        require(one == EXACT or self.is_bounded, "an input has no bound, and numbers are rounded")
        first = self.levels.n_inputs + 1
        total: list[Number] = [0] * (first + self.levels.n_units)
        self._add(total, rows, factors, one)
        for start, group in reversed(self.levels.groups):
            coefficients = total[first + start : first + start + len(group.forms)]
            if any(coefficients):
                passed = [self._through(total, unit, m, one) for unit, m in enumerate(coefficients, start)]
                self._add(total, group, passed, one)
        return total[:first]

    def _add(self, total: list[Number], rows: Rows, factors: Sequence[Number], one: int) -> None:
        below, cost = rows.below, self.cost
        for variable, value in zip(*rows.times(factors), strict=True):
            if one == EXACT:
                total[variable] += Fraction(value) / below
            elif not variable:
                total[0] -= -value * one // below
            else:
                total[variable] -= -value // below
                if variable < len(cost) and value % below:
                    total[0] += cost[variable]

    def _through(self, total: list[Number], unit: int, m: Number, one: int) -> Number:
        """Return m' with ``m r <= m' z + c``, and add c to the constant.

        For any m' from 0 to m, ``m r - m' z`` is convex in z if m > 0, hence largest at an end of the interval of z;
        if m < 0, then ``m r <= m z`` and ``m r <= 0``.
        """
        low, high = self.lower[unit], self.upper[unit]
        if not m or (high is not None and high <= 0):
            return 0
        if low is not None and low >= 0:
            return m
        if m < 0:
            return m if low is not None and high is not None and high > -low else 0
        if low is None or high is None:
            raise Refused(f"unit {unit} is used, and nothing bounds it")
        part = min(quotient(m * high, high - low, one), m)
        constant = max(-part * low, (m - part) * high)
        total[0] += constant * Fraction(1, ROUNDED) if one == EXACT else constant
        return part

    def greatest(self, form: Affine, parts: Sequence[Any], one: int) -> Number:
        """Return an upper bound of a form over the cell: the greatest value over the box with multiples of rows added.

        ``parts`` alternates numbers of rows and their multipliers, which are not negative.
        """
        total = [entry * one for entry in form]
        for number, factor in zip(parts[::2], numbers_of(parts[1::2], one), strict=True):
            require(type(number) is int and number >= 0, "malformed: a multiplier of no row")
            total = [a + factor * b for a, b in zip(total, self.row(number, one), strict=True)]
        above = total[0] * self.below
        for k, (entry, corner) in enumerate(zip(total[1:], self.corners, strict=True)):
            end = corner[entry > 0]
            if end is None and entry:
                raise Refused(f"input {k} has no bound, and its coefficient does not vanish")
            above += entry * (end or 0) * one
        return quotient(above, self.below * one**2, one)

    def row(self, number: int, one: int) -> Affine:
        """Return a row of the cell as a form."""
        if one == EXACT:
            origin = self.origins[number]
            return self._wall(origin[0], origin[1], one) if isinstance(origin, tuple) else list(map(Fraction, origin))
        row = self.rows[number]
        if row is None:
            raise Refused("a row of a split is used, and nothing bounds the units in it")
        return row

    def lemma(self, unit: int, is_upper: int, exact: int, parts: Sequence[Any]) -> int:
        """Prove a bound of z of a unit, note it, and return it."""
        known = fits([unit, is_upper, exact], [int]) and 0 <= unit < self.levels.n_units
        require(known and {is_upper, exact} <= {0, 1}, "malformed: a lemma of no unit, or of no side")
        one = EXACT if exact else ROUNDED
        bound = self.greatest(self._wall(unit, is_upper, one), parts, one)
        above: int = -((-bound * ROUNDED) // 1) if exact else bound
        self.improve(unit, above if is_upper else -above, bool(is_upper))
        return above if is_upper else -above

    def refute(self, number: int, exact: int, factors: Sequence[Any], parts: Sequence[Any]) -> Fraction | None:
        """Prove that a conjunction has no solution here (number -1: that there is no point), and return the margin.

        The margin is the least amount by which some condition is missed; None if it is of no condition.
        """
        known = fits([number, exact], [int]) and -1 <= number < len(self.conjunctions)
        require(known and exact in (0, 1), "malformed: a refutation of no conjunction")
        one = EXACT if exact else ROUNDED
        rows, weights = Rows([]) if number < 0 else self.conjunctions[number], numbers_of(factors, one)
        require(len(weights) == len(rows.forms), "a refutation with another number of multipliers than of conditions")
        bound = self.greatest(self.form(rows, weights, one), parts, one)
        require(bound < 0, "the multipliers of a refutation do not lead to a contradiction")
        self.open = set() if number < 0 else self.open - {number}
        return Fraction(-bound) / sum(weights) if any(weights) else None


def numbers_of(factors: Sequence[Any], one: int) -> list[Number]:
    """Return multipliers, which are strings if they are exact and else integers, and not negative."""
    is_good = type(factors) is list and all(type(a) is (str if one == EXACT else int) for a in factors)
    require(is_good, "malformed: multipliers of another kind")
    found = [rational(a) if one == EXACT else a for a in factors]
    require(min(found, default=0) >= 0, "a multiplier is negative")
    return found


Proven = tuple[int, Fraction | None]  # what is proven of parts: the number of leaves, and the least margin if any
Run = Callable[[Iterable[Cell], Callable[[], bytes]], Iterable[Proven]]


def together(proven: Iterable[Proven]) -> Proven:
    """Return what is proven of several parts."""
    known = list(proven)
    return sum(leaves for leaves, _ in known), min((a for _, a in known if a is not None), default=None)


def check_header(header: Header) -> None:
    """Refuse a header where a list has a wrong length, or a slot is read that is not filled before."""
    if header["version"] != VERSION:
        raise NotACertificate(f"not a {FORMAT} of version {VERSION}")
    is_good = fits(header, HEADER) and header["format"] == FORMAT
    require(is_good, "malformed: the header has other names or types than it should have")
    program, slot = header["program"], header["program"]["input_dim"] + 1
    require(slot > 1, "malformed: a network without inputs")
    for stage in program["stages"]:
        sources, rows, gates = stage["sources"], stage["rows"], stage["gates"]
        is_good &= all(0 <= read < slot for read in sources) and all(len(row) == len(sources) for row in rows)
        slot += len(rows)
        is_good &= all(len(gate) == 2 and len(gate[0]) == len(gate[1]) > 0 for gate in gates)
        is_good &= all(0 <= read < slot for gate in gates for slots in gate for read in slots)
        slot += len(gates)
    is_good &= all(0 <= read < slot for read in program["outputs"]) and len(program["scales"]) == slot
    require(is_good, "malformed: a list of the header has a wrong length, or names a slot that is not filled")


def visit(cell: Cell, line: bytes) -> tuple[Proven, list[Cell]]:
    """Verify one node; return what is proven, and its parts: none at a leaf, where nothing may be left open."""
    node = strict_json(line)
    is_node = type(node) is list and len(node) == 3 and fits(node[:2], [[list]])
    is_node = is_node and all(len(own) == 4 and type(own[3]) is list for owns in node[:2] for own in owns)
    require(is_node, "malformed: a node is a list of lemmas, of refutations, four entries each, and a split")
    lemmas, refutations, split = node
    for lemma in lemmas:
        cell.lemma(*lemma)
    _, margin = together((0, cell.refute(*refutation)) for refutation in refutations)
    if split is None:
        require(not cell.open, f"a leaf: conjunction {min(cell.open, default=0)} is not refuted there or above")
        return (1, margin), []
    known = type(split) is int and 0 <= split < cell.levels.n_units + cell.levels.n_inputs
    require(known, "malformed: a split by no unit and no input")
    return (0, margin), [cell.child(split, 1), cell.child(split, 0)]


def one_by_one(cells: Iterable[Cell], line: Callable[[], bytes]) -> Iterator[Proven]:
    """Verify the trees of cells, whose lines come in order, and yield what is proven at each node."""
    for cell in cells:
        stack = [cell]
        while stack:
            found, parts = visit(stack.pop(), line())
            yield found
            stack += parts
            require(len(stack) <= MOST_DEPTH, "malformed: too many splits one below the other")


def check_file(path: Path, accept: Callable[[Header], None] | None = None, run: Run = one_by_one) -> Header:
    """Verify a certificate; return its header, with the number of ``leaves`` and the ``margin`` that it proves.

    ``accept`` refuses a header that is not the wanted one; ``run`` verifies the trees of the cases, from their lines.
    Raises NotACertificate if the file is something else, Refused with the first reason if it proves nothing.
    """
    with open(path, "rb", opener=lambda name, flags: os.open(name, flags | getattr(os, "O_NONBLOCK", 0))) as stream:
        digest, is_file = hashlib.sha256(), stat.S_ISREG(os.fstat(stream.fileno()).st_mode)

        def line() -> bytes:
            """Return the next line of what is read, once and in order."""
            found = stream.readline(MOST_BYTES) if is_file else b""
            digest.update(found)
            return found

        first = line()
        if FORMAT.encode() not in first[:1000]:
            raise NotACertificate(f"{path}: not a {FORMAT}")
        try:
            check_header(header := strict_json(first))
            if accept is not None:
                accept(header)
            levels = Levels(Units(header["program"]))
            leaves, margin = together(run((Cell(levels, case) for case in header["cases"]), line))
            read, trailer = digest.hexdigest(), strict_json(line())
            is_end = fits(trailer, TRAILER) and not line()
            require(is_end, "malformed: its end has more than a number of leaves, a margin and a digest")
            require(
                trailer["sha256"] == read, "the digest at its end is not that of the file: it was changed or damaged"
            )
            is_same = trailer["leaves"] == leaves and trailer["margin"] == (NONE if margin is None else str(margin))
            require(is_same, "another number of leaves or another margin is claimed than is proven")
        except ERRORS:
            raise Refused(MISFIT) from None
    return {**header, "leaves": leaves, "margin": margin}


if __name__ == "__main__":
    sys.set_int_max_str_digits(MOST_DIGITS)
    if len(sys.argv) != 2:
        sys.exit("usage: python property_checker.py FILE")
    try:
        found = check_file(Path(sys.argv[1]))
        print(f"verified: unsatisfiable, {found['leaves']} leaves, cases in the file: {len(found['cases'])}")
        print("'tropical check FILE NET' compares them with the text of the property, and the program with a network")
    except (Refused, NotACertificate, OSError) as reason:
        sys.exit(f"refused: {reason}")
