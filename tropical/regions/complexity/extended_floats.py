"""Gradients of a program on a cell in extended precision, with proven bounds of all errors.

Numbers are numpy's longdouble, with 64 bits where the hardware has them. For every slot there is one bound of the
Euclidean length of the error of its gradient. If n products of rounded weights and gradients are added, the sum is
wrong by at most ``sum |w_j| (e_j + (n + 4) u |g_j|)``, where g_j has the error e_j; sums are made in blocks, so that n
is small.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import cached_property
from math import inf
from typing import Any

import numpy as np
from attrs import frozen
from flint import arb, ctx, fmpz_mat, nmod_mat

from polytopes.arithmetic.linalg import PRIME, integer_matrix
from polytopes.enumeration.gate_program import GateProgram, Stage
from polytopes.enumeration.packed_program import quotient

Array = np.ndarray[Any, Any]
LONG: Any = np.longdouble
UNIT = 2.0**-63
"""Twice the largest relative error of an operation."""
BITS = 63
BLOCK = 16
"""Products that are added one after the other."""
ROUND = 1 + 2.0**-30
"""Factor that covers the rounding of the bounds themselves."""
LEAST = 1e-100
"""Sizes of weights that are taken are between this and its inverse; squares of less may vanish."""
WIDEST = 256
"""Most forms of the first stage whose scalar products are turned into coordinates."""
PRECISE = 512
"""Bits of the balls in which that is done."""
FACTOR_ERROR = 2 * UNIT
"""A bound of the relative error of a row of coordinates; that of each entry is at most UNIT."""


def are_extended() -> bool:
    """Whether numpy has floats of 64 bits on this machine."""
    return bool(np.finfo(LONG).nmant >= BITS)


def long_number(numerator: int, denominator: int = 1) -> Any:
    """Return a fraction rounded to extended precision, with a relative error of at most UNIT; infinite if too large."""
    high = quotient(numerator, denominator)
    if high in (inf, -inf):
        return LONG(high)
    top, bottom = high.as_integer_ratio()
    return LONG(high) + LONG(quotient(numerator * bottom - top * denominator, denominator * bottom))


@frozen(eq=False)
class FloatStage:
    """The true weights of a stage in extended precision, their sizes rounded up, and the slots that they read."""

    weights: Array
    sizes: Array
    sources: Array
    first: int
    outputs: tuple[tuple[int, ...], ...]
    """The outputs of the gates."""


@frozen(eq=False)
class Gradients:
    """The gradients in all slots on a cell, with bounds of their errors and of their lengths.

    A gradient is known to be 0 where the bound of its length is 0.
    """

    rows: Array
    errors: Array
    lengths: Array

    def differ(self, first: int, second: int) -> bool | None:
        """Whether two slots have different gradients; None if errors do not tell."""
        if not self.lengths[first] and not self.lengths[second]:
            return False
        step = float(np.abs(self.rows[first] - self.rows[second]).max())
        return True if step > 2 * (self.errors[first] + self.errors[second]) else None

    def steps(self, first: Array, second: Array) -> tuple[Array, Array]:
        """Return the lengths of the differences of the gradients in pairs of slots, and bounds of their errors."""
        step = self.rows[second] - self.rows[first]
        found = np.sqrt((step * step).sum(axis=1))
        rounding = found.astype(np.float64) * (step.shape[1] + 8) * UNIT
        return found, (self.errors[first] + self.errors[second] + rounding) * ROUND


@frozen(eq=False, slots=False)
class FloatProgram:
    """The gradients of a program in extended precision, in orthonormal coordinates.

    If the first stage alone reads the inputs, by fewer independent forms w_i than there are inputs, then gradients are
    combinations of the w_i, and only scalar products matter: the w_i are replaced by the rows of the Cholesky factor
    of their Gram matrix.
    """

    program: GateProgram
    plain: bool = False
    """Whether gradients are wanted in the coordinates of the inputs."""

    @cached_property
    def is_usable(self) -> bool:
        """Whether extended precision holds all weights, none of them very large or small."""
        if not are_extended():
            return False
        sizes = np.concatenate([np.zeros(0), *(own.sizes[own.weights != 0] for own in self.stages)])
        return bool(((sizes > LEAST) & (sizes < 1 / LEAST)).all())

    @cached_property
    def stages(self) -> list[FloatStage]:
        """The stages."""
        program = self.program
        return [self._stage(stage, first) for stage, first in zip(program.stages, program.first_slots, strict=True)]

    def _stage(self, stage: Stage, first: int) -> FloatStage:
        scales = self.program.scales
        weights = np.zeros((len(stage.rows), len(stage.sources)), dtype=LONG)
        for i, row in enumerate(stage.rows):
            above = scales[first + i]
            for j, (source, entry) in enumerate(zip(stage.sources, row, strict=True)):
                if entry:
                    below = scales[source]
                    top, bottom = entry * above.numerator * below.denominator, above.denominator * below.numerator
                    weights[i, j] = long_number(top, bottom)
        sizes = np.abs(weights).astype(np.float64) * ROUND
        outputs = tuple(gate.outputs for gate in stage.gates)
        return FloatStage(weights, sizes, np.array(stage.sources, dtype=np.int64), first, outputs)

    @cached_property
    def reduced(self) -> Array | None:
        """The gradients of the first stage in fewer coordinates than there are inputs; None if that is not possible."""
        program, dim = self.program, self.program.input_dim
        if self.plain or dim <= 2 or not program.stages:
            return None
        first, inputs = program.stages[0], set(range(1, dim + 1))
        read = {slot for stage in program.stages for gate in stage.gates for slot in (*gate.selectors, *gate.outputs)}
        later = {slot for stage in program.stages[1:] for slot in stage.sources}
        places = [j for j, source in enumerate(first.sources) if source in inputs]
        rows = [[row[j] for j in places] for row in first.rows]
        used = [i for i, row in enumerate(rows) if any(row)]
        if (read | later | set(program.outputs)) & inputs or not 0 < len(used) < min(dim, WIDEST):
            return None
        residues = nmod_mat(len(used), len(places), [entry % PRIME for i in used for entry in rows[i]], PRIME)
        if residues.rank() < len(used):
            return None
        matrix, start = integer_matrix([rows[i] for i in used], len(places)), program.first_slots[0]
        factor = _factor(matrix * matrix.transpose(), [program.scales[start + i] for i in used])
        if factor is None:
            return None
        found = np.zeros((len(rows), len(used)), dtype=LONG)
        found[used] = factor
        return found

    def run(self, winners: Sequence[int]) -> Gradients:
        """Return the gradients in all slots on the cell where these forms win."""
        program, factor, at = self.program, self.reduced, 0
        dim, total = program.input_dim, len(program.scales)
        size = dim if factor is None else factor.shape[1]
        found = Gradients(np.zeros((total, size), dtype=LONG), np.zeros(total), np.zeros(total))
        if factor is None:
            found.rows[1 : dim + 1] = np.eye(dim)
            found.lengths[1 : dim + 1] = 1
        for number, stage in enumerate(self.stages):
            _add_rows(found, stage, factor if number == 0 else None)
            new = stage.first + len(stage.weights)
            own = winners[at : at + len(stage.outputs)]
            at += len(stage.outputs)
            slots = [outputs[winner] for outputs, winner in zip(stage.outputs, own, strict=True)]
            for part in (found.rows, found.errors, found.lengths):
                part[new : new + len(slots)] = part[slots]
        return found


def _add_rows(found: Gradients, stage: FloatStage, factor: Array | None) -> None:
    """Add the linear slots of a stage; ``factor`` has their gradients if they are known."""
    new = slice(stage.first, stage.first + len(stage.weights))
    if factor is not None:
        found.rows[new] = factor
        found.errors[new] = _lengths(factor) * FACTOR_ERROR
    else:
        used = np.flatnonzero(found.lengths[stage.sources])
        sources, sizes = stage.sources[used], stage.sizes[:, used]
        gamma = (BLOCK + len(used) // BLOCK + 6) * UNIT
        for start in range(0, len(used), BLOCK):
            part = slice(start, start + BLOCK)
            found.rows[new] += stage.weights[:, used[part]] @ found.rows[sources[part]]
        found.errors[new] = sizes @ (found.errors[sources] + gamma * found.lengths[sources]) * ROUND
    found.lengths[new] = (_lengths(found.rows[new]) + found.errors[new]) * ROUND


def _lengths(rows: Array) -> Array:
    """Return upper bounds of the lengths of rows."""
    found = np.sqrt((rows.astype(np.float64) ** 2).sum(axis=1)) * ROUND + LEAST
    return np.asarray(np.where(rows.any(axis=1), found, 0.0))


def _factor(gram: fmpz_mat, scales: Sequence[Fraction]) -> Array | None:
    """Return the Cholesky factor of the Gram matrix of forms, given by integer rows and their scales; rounded.

    None if balls do not prove that the Gram matrix is positive definite.
    """
    n = int(gram.nrows())
    with ctx.workprec(PRECISE):
        rows: list[list[arb]] = []
        for i in range(n):
            row: list[arb] = []
            for j in range(i + 1):
                other = rows[j] if j < i else row
                value = arb(gram[i, j])
                for k in range(j):
                    value -= row[k] * other[k]
                if j < i:
                    row.append(value / other[j])
                elif value > 0:
                    row.append(value.sqrt())
                else:
                    return None
            rows.append(row)
        found = np.zeros((n, n), dtype=LONG)
        for i, row in enumerate(rows):
            scale = arb(scales[i].numerator) / scales[i].denominator
            for j, value in enumerate(row):
                found[i, j] = _rounded(value * scale)
    return found if bool(np.isfinite(found).all()) else None


def _rounded(ball: arb) -> Any:
    """Return a ball's middle in extended precision; nan if its radius counts."""
    if ball.rad() > abs(ball.mid()) * arb(2) ** -70 and ball.abs_upper() > arb(2) ** -400:
        return LONG("nan")
    mantissa, exponent = (int(part) for part in ball.mid().man_exp())
    return long_number(mantissa << exponent) if exponent >= 0 else long_number(mantissa, 1 << -exponent)
