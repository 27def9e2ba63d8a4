"""Classes of functions that are multiples of each other, found by refining them region by region."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Sequence
from fractions import Fraction
from typing import Any

from attrs import define, field
from flint import fmpz

from polytopes.arithmetic.rationals import primitive

Multiple = tuple[Fraction, Sequence[fmpz]]
"""A form as a positive scale times integers."""
MultiplesOf = tuple[tuple[int, ...], tuple[Fraction, ...]]
"""Functions f_0, f_1, ... by number, and factors with f_k = factors[k] f_0."""


@define
class Proportionality:
    """Functions f_0, f_1, ..., given region by region as affine forms, sorted into classes of multiples.

    Each function is measured by its first nonzero form: f_i = unit_i u_i, where u_i is primitive there and its leading
    entry is positive. Two functions are multiples of each other iff they are first nonzero on the same region and
    u_i = u_j on all regions. Hence classes only ever split.
    """

    labels: dict[int, Hashable]
    """The class of every function that still shares its class or was always zero; others are compared no more."""
    units: dict[int, Fraction] = field(factory=dict)
    """The factor unit_i of every function that was not zero everywhere so far."""

    def refine(self, forms: dict[int, Multiple]) -> None:
        """Compare the functions on one more region; a form is needed for every function in ``labels``."""
        keys: dict[int, Hashable] = {}
        for index, label in self.labels.items():
            keys[index] = (label, self._measured(index, *forms[index]))
        numbers: dict[Hashable, int] = {}
        for key in keys.values():
            numbers.setdefault(key, len(numbers))
        labels = {index: numbers[key] for index, key in keys.items()}
        shared = Counter(labels.values())
        self.labels = {i: label for i, label in labels.items() if shared[label] > 1 or i not in self.units}

    def _measured(self, index: int, scale: Fraction, form: Sequence[fmpz]) -> Hashable:
        if not any(form):
            return None
        row = primitive([int(entry) for entry in form])
        lead = next(j for j, entry in enumerate(row) if entry)
        if row[lead] < 0:
            row = tuple(-entry for entry in row)
        factor = scale * int(form[lead]) / row[lead]
        self.units.setdefault(index, factor)
        return row, factor / self.units[index]

    def classes(self) -> list[MultiplesOf]:
        """Return the classes of at least two nonzero functions: indices, and f_i / f_first for each."""
        groups: dict[Any, list[int]] = defaultdict(list)
        for index in sorted(self.labels):
            if index in self.units:
                groups[self.labels[index]].append(index)
        return [
            (tuple(group), tuple(self.units[i] / self.units[group[0]] for i in group))
            for group in groups.values()
            if len(group) > 1
        ]

    def open_to(self, known: Sequence[MultiplesOf], is_zero: Callable[[int], bool]) -> set[int]:
        """Return the functions about which another region may tell something.

        Others are no multiples of any other one, or are known to be multiples of all in their class or to be zero.
        """
        together = {index: place for place, (group, _) in enumerate(known) for index in group}
        classes: dict[Hashable, list[int]] = defaultdict(list)
        found = set()
        for index, label in self.labels.items():
            if index in self.units:
                classes[label].append(index)
            elif not is_zero(index):
                found.add(index)
        for group in classes.values():
            if len(group) > 1 and (group[0] not in together or len({together.get(index) for index in group}) > 1):
                found.update(group)
        return found

    def zeros(self) -> tuple[int, ...]:
        """Return the functions that were zero on all regions."""
        return tuple(i for i in sorted(self.labels) if i not in self.units)
