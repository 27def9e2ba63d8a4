"""Exact forms of many cells at once, from residues: of their outputs, and of their facets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from polytopes.enumeration.kernels.residues import exact_values
from polytopes.enumeration.records import Numbering, Records
from polytopes.enumeration.residue_tape import enough_primes, entry_tape, largest_entry

Array = np.ndarray[Any, Any]


class ExactForms:
    """Finds the exact forms of recorded cells of one program.

    Algorithm:
        Entries are bounded, so their residues modulo enough primes determine them (the Chinese remainder theorem).
    """

    def __init__(self, numbering: Numbering) -> None:
        program, frame = numbering.program, numbering.frame
        selectors = {slot for gate in program.gates for slot in gate.selectors}
        bound = max(largest_entry(program, frame, program.outputs), 2 * largest_entry(program, frame, selectors))
        self._primes = enough_primes(2 * bound)
        self._tape = entry_tape(program, frame, self._primes)
        self._inequalities = numbering.gates_and_losers
        self._domain = np.array([*numbering.domain_forms, (0,) * frame.size], dtype=object)
        self._outputs = np.array(program.outputs, dtype=np.int64)
        self._size = frame.size

    def of(self, records: Records) -> tuple[Array, Array]:
        """Return the forms of all outputs, cell by cell, and of all facets, in rows of integers (Python's).

        Those of outputs are on the scale of the program, those of facets nonnegative on the cell.
        """
        lanes, program = self._tape.places
        n_lanes = len(self._primes) * self._size
        of_outputs = np.zeros((len(records.patterns) * len(self._outputs), n_lanes), dtype=np.uint32)
        of_facets = np.zeros((len(records.facets), n_lanes), dtype=np.uint32)
        exact_values(
            lanes, program, records.patterns, self._outputs, records.n_facets, records.facets, self._inequalities,
            of_outputs, of_facets,
        )  # fmt: skip
        facets = self._integers(of_facets)
        outer = np.flatnonzero(self._inequalities[records.facets, 0] < 0)
        facets[outer] = self._domain[records.facets[outer]]
        return self._integers(of_outputs), facets

    def _integers(self, residues: Array) -> Array:
        split = residues.reshape(len(residues), len(self._primes), self._size)
        return integers([split[:, k, :].astype(np.uint64) for k in range(len(self._primes))], self._primes)


def integers(residues: Sequence[Array], primes: Sequence[int]) -> Array:
    """Return the integers of least absolute value with these residues, of type object.

    >>> integers([np.array([1, 4], dtype=np.uint64), np.array([1, 6], dtype=np.uint64)], [5, 7]).tolist()
    [1, -1]
    """
    digits = _mixed_digits(residues, primes)
    pairs = []
    for k in range(0, len(primes), 2):
        second = digits[k + 1] * np.uint64(primes[k]) if k + 1 < len(primes) else np.uint64(0)
        pairs.append((digits[k] + second).astype(object))
    total, product = pairs[-1], 1
    for k in range(len(pairs) - 2, -1, -1):
        total = total * (primes[2 * k] * primes[2 * k + 1]) + pairs[k]
    for prime in primes:
        product *= prime
    return np.where(total > product // 2, total - product, total)


def _mixed_digits(residues: Sequence[Array], primes: Sequence[int]) -> list[Array]:
    """Return d_0, d_1, ... with the number d_0 + p_0 (d_1 + p_1 (d_2 + ...)), by Garner's algorithm."""
    digits: list[Array] = []
    for i, (rest, p) in enumerate(zip(residues, primes, strict=True)):
        prime = np.uint64(p)
        for j in range(i):
            inverse = np.uint64(pow(primes[j], -1, p))
            rest = (rest + prime - digits[j] % prime) * inverse % prime
        digits.append(rest % prime)
    return digits
