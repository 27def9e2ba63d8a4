"""Cases of properties in the inputs that are not fixed, such as the few free pixels of an image.

Units keep their numbers, and rows their order, so that multipliers and splits found here are those of the whole case.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import lcm
from typing import Any

from polytopes.arithmetic.rationals import Vector
from tropical.property_checker import NONE, Levels

Form = dict[int, Fraction]


class FreeLevels(Levels):
    """The units of a case as forms in the inputs that are not fixed and in earlier units.

    ``free`` has the numbers of these inputs, ``values`` what the others are. A case where all are fixed keeps one.
    ``constants`` are the units that do not depend on free inputs.

    >>> from tropical.property_checker import Units
    >>> levels = Levels(Units({"input_dim": 3, "stages": [], "outputs": [1], "scales": ["1"] * 4}))
    >>> own = FreeLevels(levels, {"lower": ["1/2", "0", "5"], "upper": ["1/2", "1", "5"]})
    >>> own.free, own.outputs, *map(str, own.lifted([Fraction(7)]))
    ((1,), [{0: Fraction(1, 2)}], '1/2', '7', '5')
    """

    def __init__(self, levels: Levels, case: Mapping[str, Any]) -> None:
        ends = list(zip(case["lower"], case["upper"], strict=True))
        fixed = {k: Fraction(low) for k, (low, high) in enumerate(ends) if low == high != NONE}
        if len(fixed) == len(ends):
            del fixed[0]
        self.n_all, self.n_units, self.values = levels.n_inputs, levels.n_units, fixed
        self.free = tuple(k for k in range(self.n_all) if k not in fixed)
        self.n_inputs, self.order, self.starts = len(self.free), levels.order, levels.starts
        self._numbers = {1 + k: 1 + i for i, k in enumerate(self.free)}
        self._below = lcm(*(value.denominator for value in fixed.values()))
        self._fixed = {1 + k: int(value * self._below) for k, value in fixed.items()}
        self.forms = list(map(self._inner, levels.forms)) if fixed else levels.forms
        self.outputs = list(map(self._inner, levels.outputs)) if fixed else levels.outputs
        self._singles = {}
        self.constants, self._known = self._constant_units(), dict[int, Fraction]()

    def _inner(self, form: Mapping[int, Fraction]) -> Form:
        """Return a form on the whole case as one in the inputs that are not fixed."""
        shift = self.n_all - self.n_inputs
        found: Form = {}
        below = lcm(*(entry.denominator for entry in form.values()))
        total = 0
        for variable, entry in form.items():
            if variable in self._fixed:
                total += entry.numerator * (below // entry.denominator) * self._fixed[variable]
            else:
                found[self._numbers.get(variable, variable - shift if variable else 0)] = entry
        constant = found.get(0, Fraction(0)) + Fraction(total, below * self._below)
        return found | {0: constant} if constant else {v: entry for v, entry in found.items() if v}

    def _constant_units(self) -> tuple[int, ...]:
        """Return the units whose z is a number on the whole case."""
        first = self.n_inputs + 1
        found = dict[int, None]()
        for unit, form in enumerate(self.forms):
            if all(not variable or variable - first in found for variable in form):
                found[unit] = None
        return tuple(found)

    def constant(self, unit: int) -> Fraction:
        """Return the number that z of a unit is, which is one of ``constants``."""
        if unit not in self._known:
            first, total = self.n_inputs + 1, Fraction(0)
            for variable, entry in self.forms[unit].items():
                total += entry * max(self.constant(variable - first), Fraction(0)) if variable else entry
            self._known[unit] = total
        return self._known[unit]

    def case(self, case: Mapping[str, Any]) -> dict[str, Any]:
        """Return the document of the case without the fixed inputs."""
        sides = {side: [case[side][k] for k in self.free] for side in ("lower", "upper")}
        outputs = [list(map(self._row, rows)) for rows in case["outputs"]]
        return {**case, **sides, "rows": list(map(self._row, case["rows"])), "outputs": outputs}

    def _row(self, row: Sequence[int]) -> Vector:
        constant = row[0] + Fraction(sum(row[v] * value for v, value in self._fixed.items()), self._below)
        return (constant, *(Fraction(row[1 + k]) for k in self.free), *map(Fraction, row[1 + self.n_all :]))

    def lifted(self, point: Sequence[Fraction]) -> Vector:
        """Return the input of the whole case that has these values where it is free."""
        values = self.values | dict(zip(self.free, point, strict=True))
        return tuple(values[k] for k in range(self.n_all))

    def inner(self, split: int) -> int:
        """Return the number of a split here: that of a unit, or beyond those that of an input."""
        return split if split < self.n_units else self.n_units + self.free.index(split - self.n_units)

    def outer(self, split: int) -> int:
        """Return the number in the whole case of a split here."""
        return split if split < self.n_units else self.n_units + self.free[split - self.n_units]
