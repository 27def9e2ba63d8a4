"""Builds gate programs from rational coefficients, scaling them to integers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import chain, islice
from math import gcd, lcm

from polytopes.enumeration.gate_program import Gate, GateProgram, Stage
from polytopes.errors import ShapeError


class ProgramBuilder:
    """Builds a :class:`GateProgram` from rational coefficients, layer by layer.

    >>> build = ProgramBuilder(1)
    >>> z = build.linear([{0: Fraction(-1, 2), 1: Fraction(1)}])   # x - 1/2
    >>> program = build.finish(build.relu(z))
    >>> program([Fraction(2)]), program.pattern_at([Fraction(0)])
    ((Fraction(3, 2),), (0,))
    """

    def __init__(self, input_dim: int) -> None:
        self.input_dim = input_dim
        self.inputs: tuple[int, ...] = tuple(range(1, input_dim + 1))
        self._scales: list[Fraction] = [Fraction(1)] * (input_dim + 1)
        self._stages: list[Stage] = []
        self._rows: list[Mapping[int, int]] = []
        self._gates: list[Gate] = []
        self._first_open_slot = input_dim + 1
        self._name = ""
        self._zero: int | None = None

    @property
    def zero(self) -> int:
        """A slot that holds the zero form; it fits every scale."""
        if self._zero is None:
            [self._zero] = self.linear([{}])
        return self._zero

    def name(self, name: str) -> None:
        """Start a new stage, with a name for reports."""
        self._close()
        self._name = name

    def linear(self, rows: Sequence[Mapping[int, Fraction]]) -> list[int]:
        """Append linear combinations of slots (true values) and return the new slots; they share one scale."""
        if self._gates:
            self._close()
        integers, scale = self._integer_rows([self._resolved(row) for row in rows])
        first = len(self._scales)
        self._rows.extend(integers)
        self._scales.extend([scale] * len(rows))
        return list(range(first, first + len(rows)))

    def linear_over(self, rows: Sequence[Mapping[int, int]], denominator: int) -> list[int]:
        """Append linear combinations of slots as :meth:`linear` does, given in integers that are not 0.

        The coefficients are these integers over the denominator.

        >>> build = ProgramBuilder(1)
        >>> build.finish(build.linear_over([{0: 1, 1: 2}], 2))([Fraction(3)])
        (Fraction(7, 2),)
        """
        if self._gates:
            self._close()
        used = set().union(*rows)
        if any(slot >= self._first_open_slot for slot in used):
            return self.linear([{slot: Fraction(e, denominator) for slot, e in row.items()} for row in rows])
        scale = {slot: self._scales[slot].as_integer_ratio() for slot in used}
        below = lcm(*(denominator for _, denominator in set(scale.values())))
        factors = {slot: above * (below // own) for slot, (above, own) in scale.items()}
        integers = [[entry * factors[slot] for slot, entry in row.items()] for row in rows]
        content = gcd(*chain.from_iterable(integers)) or 1
        if content > 1:
            integers = [[entry // content for entry in row] for row in integers]
        first = len(self._scales)
        self._rows.extend(dict(zip(row, entries, strict=True)) for row, entries in zip(rows, integers, strict=True))
        self._scales.extend([Fraction(content, denominator * below)] * len(rows))
        return list(range(first, first + len(rows)))

    def _resolved(self, row: Mapping[int, Fraction]) -> Mapping[int, Fraction]:
        """Return the row over closed slots: a multiple of an open row is expanded, anything else closes the stage."""
        if all(slot < self._first_open_slot for slot in row):
            return row
        if len(row) > 1:
            self._close()
            return row
        [(slot, factor)] = row.items()
        factor *= self._scales[slot]
        inner = self._rows[slot - self._first_open_slot]
        return {source: factor * value / self._scales[source] for source, value in inner.items()}

    def _integer_rows(self, rows: Sequence[Mapping[int, Fraction]]) -> tuple[list[dict[int, int]], Fraction]:
        """Scale rows to integers with no common factor: new = scale * (integer row)(tape)."""
        scale = {slot: self._scales[slot].as_integer_ratio() for slot in set().union(*rows)}
        fractions = [
            (slot, value.numerator * scale[slot][0], value.denominator * scale[slot][1])
            for row in rows
            for slot, value in row.items()
            if value
        ]
        denominator = lcm(*{below for _, _, below in fractions})
        integers = [above * (denominator // below) for _, above, below in fractions]
        content = gcd(*integers) or 1
        entries = ((slot, entry // content) for (slot, _, _), entry in zip(fractions, integers, strict=True))
        lengths = (sum(map(bool, row.values())) for row in rows)
        return [dict(islice(entries, length)) for length in lengths], Fraction(content, denominator)

    def gates(self, selectors: Sequence[Sequence[int]], outputs: Sequence[Sequence[int]] | None = None) -> list[int]:
        """Append one argmax gate for each tuple of selector slots and return the slots of their outputs.

        ``outputs`` defaults to the selectors (a maximum). Of a single selector the output is passed on without a gate.
        """
        both = [selectors] if outputs is None else [selectors, outputs]
        for chosen, passed in zip(selectors, both[-1], strict=True):
            if len(chosen) != len(passed) or not chosen:
                raise ShapeError(f"a gate with {len(chosen)} selectors and {len(passed)} outputs")
        self._close_if_read([slot for family in both for group in family for slot in group])
        both = self._one_scale_each(both)
        return [self._gate(tuple(chosen), tuple(passed)) for chosen, passed in zip(both[0], both[-1], strict=True)]

    def _close_if_read(self, slots: Iterable[int]) -> None:
        """Gates of one stage never read each other, so that their signs can be found together."""
        if self._gates and any(slot >= self._first_open_slot + len(self._rows) for slot in slots):
            self._close()

    def _gate(self, selectors: tuple[int, ...], outputs: tuple[int, ...]) -> int:
        if len(selectors) == 1:
            return outputs[0]
        self._gates.append(Gate(selectors, outputs))
        self._scales.append(self._common_scale(outputs))
        return len(self._scales) - 1

    def _common_scale(self, slots: Sequence[int]) -> Fraction:
        return next((self._scales[slot] for slot in slots if slot != self._zero), Fraction(1))

    def _one_scale_each(self, families: Sequence[Sequence[Sequence[int]]]) -> list[Sequence[Sequence[int]]]:
        """Return the families with every slot replaced by a copy on one scale wherever scales are mixed."""
        groups = [group for family in families for group in family]
        mixed = [g for g in groups if len({self._scales[s] for s in g if s != self._zero}) > 1]
        slots = sorted({slot for group in mixed for slot in group})
        if not slots:
            return list(families)
        copies = dict(zip(slots, self.linear([{slot: Fraction(1)} for slot in slots]), strict=True))
        bad = {id(group) for group in mixed}
        return [[[copies[s] for s in g] if id(g) in bad else g for g in family] for family in families]

    def relu(self, slots: Sequence[int], slope: Fraction = Fraction(0)) -> list[int]:
        """Append max(0, z) of each slot, or for a nonzero slope z -> z or slope z; pattern 0 is z <= 0."""
        if slope == 1:
            return list(slots)
        selectors = [(self.zero, slot) for slot in slots]
        if slope == 0:
            return self.gates(selectors)
        return self.gates(selectors, self._pairs([(slot, slope) for slot in slots]))

    def absolute(self, slots: Sequence[int]) -> list[int]:
        """Append the absolute value of each slot; pattern 0 is z <= 0."""
        return self.relu(slots, Fraction(-1))

    def _pairs(self, multiples: Sequence[tuple[int, Fraction]]) -> list[tuple[int, int]]:
        """Append (slope z, z) for each pair, all on one scale."""
        rows = [{slot: factor} for slot, slope in multiples for factor in (slope, Fraction(1))]
        new = self.linear(rows)
        return list(zip(new[::2], new[1::2], strict=True))

    def finish(self, outputs: Sequence[int]) -> GateProgram:
        """Return the program whose value is read off ``outputs``."""
        self._close()
        return GateProgram(self.input_dim, tuple(self._stages), tuple(outputs), tuple(self._scales))

    def _close(self) -> None:
        if self._rows or self._gates:
            sources = tuple(sorted({slot for row in self._rows for slot in row}))
            rows = tuple(tuple(row.get(slot, 0) for slot in sources) for row in self._rows)
            self._stages.append(Stage(sources, rows, tuple(self._gates), self._name))
        self._rows, self._gates = [], []
        self._first_open_slot = len(self._scales)
