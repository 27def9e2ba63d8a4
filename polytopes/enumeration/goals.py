"""Greatest values that are sought over all cells of a program, by which the walk by words passes over most of them."""

from __future__ import annotations

from typing import Any

import numpy as np
from attrs import field, frozen

from polytopes.enumeration.gate_program import GateProgram
from polytopes.enumeration.kernels.section_arrays import KEPT, KNOWN
from polytopes.enumeration.kernels.signs import TINY
from polytopes.enumeration.packed_program import output_scales

Array = np.ndarray[Any, Any]


@frozen(eq=False)
class Goals:
    """What is known of greatest values, in floats on the scale of the arrays of a program.

    ``table`` has for every value what the greatest one is at least, and the same for cells that are looked at: only a
    cell whose value may exceed the second, and is perhaps not below the first, is given. ``scales`` are the factors of
    outputs if it is the norms of linear parts that are sought: l1, linf and the square of l2.
    """

    table: Array
    scales: Array
    _factors: Array = field(repr=False)
    """What takes the values to the true ones; powers of 2 are exact."""

    @classmethod
    def of_outputs(cls, program: GateProgram) -> Goals | None:
        """Return goals for the outputs, then the negated outputs; None if floats do not suffice.

        >>> from polytopes import ProgramBuilder
        >>> goals = Goals.of_outputs(ProgramBuilder(1).finish([1]))
        >>> goals.reach(np.array([2.0, -1.0]))
        >>> goals.table.tolist()
        [[-inf, -inf], [2.0, -1.0]]
        """
        scales = output_scales(program)
        return cls._of(np.tile(scales, 2), np.zeros(0)) if np.isfinite(scales).all() else None

    @classmethod
    def of_norms(cls, program: GateProgram) -> Goals | None:
        """Return goals for the norms of the linear part of the outputs; None if floats do not suffice."""
        scales = output_scales(program)
        if not np.isfinite(scales).all():
            return None
        same = bool((scales == scales[0]).all()) and bool(np.frexp(scales[0])[0] == 0.5)
        common = float(scales[0]) if same else 1.0
        factors = np.array([common, common, common * common])
        return cls._of(factors, scales / common) if (factors > TINY).all() and (factors < 1 / TINY).all() else None

    @classmethod
    def _of(cls, factors: Array, scales: Array) -> Goals:
        return cls(np.full((2, len(factors)), -np.inf), scales, factors)

    def reach(self, values: Array) -> None:
        """Note that regions that were looked at, here or elsewhere, have values at least as great as these floats."""
        with np.errstate(all="ignore"):
            found = values / self._factors
            exact = np.frexp(self._factors)[0] == 0.5
            found = np.where(exact | ~np.isfinite(found), found, found - np.abs(found) * 2.0**-40 - 2.0**-1000)
        self.table[KEPT] = np.maximum(self.table[KEPT], found)

    def forget_kept(self) -> None:
        """Forget which cells were given: some of a walk that was left may not have been looked at."""
        self.table[KEPT] = -np.inf

    def known(self) -> Array:
        """Return floats that the greatest values are at least."""
        with np.errstate(all="ignore"):
            found: Array = self.table[KNOWN] * self._factors
            return np.where(np.isfinite(found), found - np.abs(found) * 2.0**-40 - 2.0**-1000, found)
