"""Piecewise linear maps as combinations of convex units, not expanded.

A *unit* is a maximum ``U = max_s P_s`` where every ``P_s`` is an affine form plus a nonnegative combination of earlier
units, so it is a convex function. With ``m_k`` the smallest coefficient of U_k in the forms z_s,

    max_s z_s = max_s (z_s - sum_k m_k U_k) + sum_k m_k U_k,

so a gate is a new unit plus a combination of earlier ones. What all forms of a gate have in common is never multiplied
out; a ReLU of ``g - h`` becomes ``max(g, h) - h`` with common parts canceled. Maxima that differ by an affine form and
a positive factor are one unit, as for relu(z) and relu(-z).

Forms are sparse: key 0 is the constant, keys 1, ..., d the coordinates and key d + 1 + k is unit k.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import gcd, lcm

from attrs import field, frozen

from polytopes.arithmetic.rationals import Vector
from polytopes.enumeration.gate_program import Gate, GateProgram
from polytopes.enumeration.program_builder import ProgramBuilder
from polytopes.errors import UnsupportedError
from tropical.networks.symbolic_forms import SymbolicForm, composed_forms, substituted


@frozen
class ConvexUnit:
    """The maximum of forms over the coordinates and earlier units, these with positive coefficients.

    ``level`` is 0 if all forms are affine, else one more than the largest level of a unit in them.
    """

    layer: str
    level: int
    forms: tuple[SymbolicForm, ...]


@frozen
class ConvexUnits:
    """A map from Q^input_dim whose outputs are combinations of convex units and affine forms.

    >>> from tropical import Network
    >>> net = Network.from_weights([([[1], [-1]], [0, 0]), ([[1, 1]], [0])])       # |x| = 2 max(x, 0) - x
    >>> found = convex_units(net.program)
    >>> len(found.units), found.outputs
    (1, ({2: Fraction(2, 1), 1: Fraction(-1, 1)},))
    """

    input_dim: int
    units: tuple[ConvexUnit, ...]
    outputs: tuple[SymbolicForm, ...] = field(repr=False)

    def parts(self, form: SymbolicForm) -> dict[int, Fraction]:
        """Return the units in a form, with their coefficients."""
        first = self.input_dim + 1
        return {key - first: value for key, value in form.items() if key >= first}

    def split(self, form: SymbolicForm) -> tuple[SymbolicForm, SymbolicForm]:
        """Return convex forms g and h with ``form = g - h``; g has the affine part."""
        up = {key: value for key, value in form.items() if key <= self.input_dim or value > 0}
        down = {key: -value for key, value in form.items() if key > self.input_dim and value < 0}
        return up, down

    def needed(self, forms: Iterable[SymbolicForm]) -> frozenset[int]:
        """Return the units on which forms depend."""
        found: set[int] = set()
        open_ = [k for form in forms for k in self.parts(form)]
        while open_:
            k = open_.pop()
            if k not in found:
                found.add(k)
                open_.extend(j for form in self.units[k].forms for j in self.parts(form))
        return frozenset(found)

    def program(self, forms: Sequence[SymbolicForm]) -> GateProgram:
        """Return the gate program of forms: a gate for every unit they need, level by level."""
        build = ProgramBuilder(self.input_dim)
        slots: dict[int, int] = {key: key for key in range(self.input_dim + 1)}
        needed = sorted(self.needed(forms))
        for level in sorted({self.units[k].level for k in needed}):
            build.name(f"level {level}")
            chosen = [k for k in needed if self.units[k].level == level]
            rows = [_over(slots, form) for k in chosen for form in self.units[k].forms]
            fresh = iter(build.linear(rows))
            groups = [[next(fresh) for _ in self.units[k].forms] for k in chosen]
            slots |= {self.input_dim + 1 + k: slot for k, slot in zip(chosen, build.gates(groups), strict=True)}
        return build.finish(build.linear([_over(slots, form) for form in forms]))


def _over(slots: dict[int, int], form: SymbolicForm) -> dict[int, Fraction]:
    return {slots[key]: value for key, value in form.items()}


def convex_units(program: GateProgram) -> ConvexUnits:
    """Return the map of a gate program as combinations of convex units.

    Raises:
        UnsupportedError: for a gate whose outputs do not differ by a multiple of the differences of its selectors.
    """
    made = _Units(program.input_dim)
    tape = composed_forms(program, lambda stage, gate, tape: made.gate(stage.name, gate, tape))
    return ConvexUnits(program.input_dim, tuple(made.units), tuple(tape[slot] for slot in program.outputs))


class _Units:
    """Collects units; ``place`` has the key of each by its forms, ``floors`` a lower bound of each, if one is known."""

    def __init__(self, input_dim: int) -> None:
        self.dim = input_dim
        self.units: list[ConvexUnit] = []
        self.place: dict[object, int] = {}
        self.floors: list[Fraction | None] = []

    def gate(self, layer: str, gate: Gate, tape: Sequence[SymbolicForm]) -> SymbolicForm:
        """Return the output ``o_0 + c (max_i s_i - s_0)`` of a gate with ``o_i - o_0 = c (s_i - s_0)``."""
        selectors, outputs = ([tape[slot] for slot in slots] for slots in (gate.selectors, gate.outputs))
        largest = self._maximum(layer, selectors)
        if gate.selectors == gate.outputs:
            return largest
        c = _slope(selectors, outputs)
        if c is None:
            raise UnsupportedError(
                f"layer {layer!r} has a gate that is not a combination of a maximum and a linear form; "
                "its tropical form is not known here"
            )
        return substituted({0: Fraction(1), 1: c, 2: -c}, [outputs[0], largest, selectors[0]])

    def _maximum(self, layer: str, forms: Sequence[SymbolicForm]) -> SymbolicForm:
        common = self._shared(forms)
        rest = self._without_smaller([_difference(form, common) for form in forms])
        base = {key: value for key, value in rest[0].items() if key <= self.dim}
        rest = [_difference(form, base) for form in rest]
        outside = substituted({0: Fraction(1), 1: Fraction(1)}, [common, base])
        if len(rest) == 1:
            return substituted({0: Fraction(1), 1: Fraction(1)}, [outside, rest[0]])
        factor = _content(value for form in rest for value in form.values())
        key = self._unit(layer, [{k: value / factor for k, value in form.items()} for form in rest])
        return substituted({0: Fraction(1), 1: factor}, [outside, {key: Fraction(1)}])

    def _shared(self, forms: Sequence[SymbolicForm]) -> SymbolicForm:
        """Return the combination of units with the smallest coefficients among the forms."""
        keys = {key for form in forms for key in form if key > self.dim}
        smallest = {key: min(form.get(key, Fraction(0)) for form in forms) for key in keys}
        return {key: value for key, value in smallest.items() if value}

    def _without_smaller(self, forms: Iterable[SymbolicForm]) -> list[SymbolicForm]:
        """Return the forms without repetitions and without those that another one visibly exceeds everywhere.

        Forms with the same linear part are compared by their constants and the lower bounds of units. The order of
        the result does not change if an affine form is added or a positive factor multiplied.
        """
        alike: dict[object, list[SymbolicForm]] = {}
        for form in {frozenset(form.items()): form for form in forms}.values():
            linear = frozenset((key, value) for key, value in form.items() if 0 < key <= self.dim)
            alike.setdefault(linear, []).append(form)
        kept = [form for group in alike.values() for form in group if not self._is_exceeded(form, group)]
        return sorted(kept, key=self._order)

    def _is_exceeded(self, form: SymbolicForm, others: Sequence[SymbolicForm]) -> bool:
        floors = (self._floor(_difference(other, form)) for other in others if other is not form)
        return any(floor is not None and floor >= 0 for floor in floors)

    def _floor(self, form: SymbolicForm) -> Fraction | None:
        """Return a lower bound of a form, None if none is known."""
        total = form.get(0, Fraction(0))
        for key, value in form.items():
            if key:
                floor = self.floors[key - self.dim - 1] if key > self.dim and value > 0 else None
                if floor is None:
                    return None
                total += value * floor
        return total

    def _order(self, form: SymbolicForm) -> tuple[list[tuple[int, Fraction]], Vector]:
        units = sorted((key, value) for key, value in form.items() if key > self.dim)
        return units, tuple(form.get(key, Fraction(0)) for key in (*range(1, self.dim + 1), 0))

    def _unit(self, layer: str, forms: Sequence[SymbolicForm]) -> int:
        """Return the key of the maximum of the forms."""
        name = tuple(frozenset(form.items()) for form in forms)
        if name not in self.place:
            inner = {key - self.dim - 1 for form in forms for key in form if key > self.dim}
            level = max((self.units[k].level + 1 for k in inner), default=0)
            self.place[name] = self.dim + 1 + len(self.units)
            self.units.append(ConvexUnit(layer, level, tuple(forms)))
            self.floors.append(max((c for c in map(self._floor, forms) if c is not None), default=None))
        return self.place[name]


def _difference(form: SymbolicForm, other: SymbolicForm) -> SymbolicForm:
    return substituted({0: Fraction(1), 1: Fraction(-1)}, [form, other])


def _content(values: Iterable[Fraction]) -> Fraction:
    """Return the largest positive rational of which all values are integer multiples; they are not all 0."""
    found = list(values)
    return Fraction(gcd(*(v.numerator for v in found)), lcm(*(v.denominator for v in found)))


def _slope(selectors: Sequence[SymbolicForm], outputs: Sequence[SymbolicForm]) -> Fraction | None:
    """Return c with ``o_i - o_0 = c (s_i - s_0)`` for all i, if there is one."""
    c = Fraction(0)
    pairs = [
        (_difference(s, selectors[0]), _difference(o, outputs[0])) for s, o in zip(selectors, outputs, strict=True)
    ]
    for step, change in pairs:
        if step:
            key = next(iter(step))
            c = change.get(key, Fraction(0)) / step[key]
            break
    return c if all(change == {k: c * v for k, v in step.items() if c} for step, change in pairs) else None
