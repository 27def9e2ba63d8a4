"""Affine forms of a program on its cells modulo primes: what tells them apart proves that they differ.

All forms of a program are integers (:mod:`polytopes.enumeration.gate_program`), so residues need no denominators.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from random import Random
from typing import TYPE_CHECKING, Any

import numpy as np
from flint import fmpz, fmpz_mat

from polytopes.arithmetic.linalg import identity, integer_matrix
from polytopes.enumeration.gate_program import GateProgram
from polytopes.enumeration.kernels.residues import LANES, PROGRAM, Lanes, keys, values
from polytopes.enumeration.packed_program import packed_program
from polytopes.jit.bundles import address

if TYPE_CHECKING:
    from polytopes.enumeration.domain_frame import Frame

Array = np.ndarray[Any, Any]
RADIX = 2**32
SPAN = 1000
"""Keys with different seeds take primes from parts of the list that lie so far apart."""


def primes_below(start: int = 2**31) -> Iterator[int]:
    """Yield the primes below a number, the largest first.

    >>> list(islice(primes_below(), 2))
    [2147483647, 2147483629]
    """
    yield from (n for n in range(start - 1, 1, -1) if fmpz(n).is_prime())


class ResidueTape:
    """The tape of a program modulo primes, at vectors in the coordinates of a frame.

    ``vectors`` are (number of the prime, vector), one for each lane.
    """

    def __init__(
        self,
        program: GateProgram,
        frame: Frame,
        primes: Sequence[int],
        vectors: Sequence[tuple[int, Sequence[int]]],
        mixers: Sequence[Sequence[int]],
    ) -> None:
        self.primes = primes
        self.vectors = vectors
        self._program = packed_program(program)
        self._outputs = np.array(program.outputs, dtype=np.int64)
        self._lanes = _lanes(program, frame, primes, vectors, mixers)
        self._tables = LANES.tables(self._lanes), PROGRAM.tables(self._program)
        self.places = address(self._tables[0][0]), address(self._tables[1][0])

    def values(self, patterns: Array) -> Array:
        """Return the residues of the outputs, lane by lane, on the cells with these patterns."""
        found = np.empty((len(patterns), len(self._lanes.tape) * len(self._outputs)), dtype=np.uint32)
        values(*self.places, patterns, self._outputs, found)
        return found

    def keys(
        self, patterns: Array, factors: Array, n_facets: Array, facets: Array, inequalities: Array
    ) -> tuple[Array, Array, Array]:
        """Return keys of the maps of cells, keys of their facets inside the domain, and the cells of these.

        ``inequalities`` has the gate and the losing form of every number of a facet, the gate -1 for one of the domain;
        ``factors`` are those of the outputs by prime.
        """
        maps, owners = np.zeros(len(patterns), dtype=np.uint64), np.empty(len(facets), dtype=np.int32)
        tops, bottoms, partial = np.empty((3, 2, len(facets)), dtype=np.uint32)
        lanes, program = self.places
        count = keys(
            lanes, program, patterns, self._outputs, factors, maps,
            n_facets, facets, inequalities, owners, tops, bottoms, partial,
        )  # fmt: skip
        high, low = tops[:, :count].astype(np.uint64)
        return maps, high << np.uint64(32) | low, owners[:count]


def key_tape(program: GateProgram, frame: Frame, seed: int, faceted: bool = True) -> tuple[ResidueTape, Array]:
    """Return a tape for :meth:`ResidueTape.keys`, and the factors of the outputs; both depend on the seed.

    One that is not ``faceted`` gives the same keys of maps, and none of facets.
    """
    random = Random(seed)
    first = seed * SPAN
    primes = list(islice(primes_below(2**31 - 64 * first), 2))

    def drawn(k: int, count: int) -> list[int]:
        return [random.randrange(1, primes[k]) for _ in range(count)]

    vectors = [(k, drawn(k, frame.size)) for k in (0, 0, 1, 1)]
    mixers = [drawn(k, program.n_gates + 1) for k in (0, 1)]
    factors = np.array([drawn(k, len(program.outputs)) for k in (0, 1)], dtype=np.uint32).reshape(2, -1)
    return ResidueTape(program, frame, primes, vectors if faceted else vectors[1::2], mixers), factors


def proving_tapes(program: GateProgram, frame: Frame, most: int = 8) -> Iterator[ResidueTape]:
    """Yield tapes, with about ``most`` lanes each, whose residues together determine the forms of the outputs."""
    primes, per_tape = enough_primes(2 * largest_entry(program, frame, program.outputs)), max(1, most // frame.size)
    while primes:
        yield entry_tape(program, frame, primes[:per_tape])
        primes = primes[per_tape:]


def entry_tape(program: GateProgram, frame: Frame, primes: Sequence[int]) -> ResidueTape:
    """Return a tape whose lanes are the entries of forms modulo the first prime, then modulo the second, and so on."""
    vectors = [(k, unit) for k in range(len(primes)) for unit in identity(frame.size)]
    return ResidueTape(program, frame, primes, vectors, [[0] * (program.n_gates + 1)] * len(primes))


def enough_primes(bound: int) -> list[int]:
    """Return primes whose product exceeds a bound."""
    found, total = [], 1
    for prime in primes_below():
        found.append(prime)
        total *= prime
        if total > bound:
            break
    return found


def largest_entry(program: GateProgram, frame: Frame, slots: Iterable[int]) -> int:
    """Return a bound on the absolute values of the entries of the forms in some slots, on all cells.

    >>> from polytopes.enumeration.domain_cell import root_node
    >>> from polytopes import ProgramBuilder
    >>> build = ProgramBuilder(1)
    >>> program = build.finish(build.linear([dict.fromkeys(build.relu(build.linear([{1: 2}, {0: 1, 1: 3}])), 1)]))
    >>> largest_entry(program, root_node(program, None, None, False)[0], program.outputs)
    5
    """
    bounds = [[abs(entry) for entry in row] for row in frame.columns.tolist()]
    for stage in program.stages:
        flat = [entry for source in stage.sources for entry in bounds[source]]
        rows = integer_matrix([tuple(map(abs, row)) for row in stage.rows], len(stage.sources))
        bounds += (rows * fmpz_mat(len(stage.sources), frame.size, flat)).tolist() if stage.rows else []
        for gate in stage.gates:
            bounds.append([max(column) for column in zip(*(bounds[slot] for slot in gate.outputs), strict=True)])
    return max((int(entry) for slot in slots for entry in bounds[slot]), default=0)


def _lanes(
    program: GateProgram,
    frame: Frame,
    primes: Sequence[int],
    vectors: Sequence[tuple[int, Sequence[int]]],
    mixers: Sequence[Sequence[int]],
) -> Lanes:
    """Return the tapes before the first pattern: the coordinates have just changed, from 0."""
    n_slots, n_lanes = len(program.scales), len(vectors)
    weights = [entry for stage in program.stages for column in zip(*stage.rows, strict=True) for entry in column]
    known, columns = program.input_dim + 1, frame.columns.tolist()
    delta = np.zeros((n_lanes, n_slots), dtype=np.uint32)
    for lane, (k, vector) in enumerate(vectors):
        start = [sum(int(entry) * y for entry, y in zip(row, vector, strict=True)) for row in columns]
        delta[lane, :known] = _montgomery(start, primes[k])
    tape, stamp = delta.copy(), np.zeros(n_slots, dtype=np.int64)
    stamp[:known] = 1
    return Lanes(
        primes=np.array(primes, dtype=np.uint64),
        negated_inverses=np.array([-pow(p, -1, RADIX) % RADIX for p in primes], dtype=np.uint64),
        prime_of=np.array([k for k, _ in vectors], dtype=np.int64),
        weights=_rows([_montgomery(weights, p) for p in primes]),
        mixers=_rows([_montgomery(row, p) for row, p in zip(mixers, primes, strict=True)]),
        tape=tape,
        delta=delta,
        held=np.zeros((n_lanes, program.n_gates), dtype=np.uint32),
        total=np.zeros(n_lanes, dtype=np.uint32),
        stamp=stamp,
        clock=np.zeros(1, dtype=np.int64),
        sums=np.zeros(max([1, *(len(stage.rows) for stage in program.stages)]), dtype=np.uint64),
        winners=np.full(program.n_gates, -1, dtype=np.int64),
    )


def _montgomery(numbers: Sequence[int], prime: int) -> list[int]:
    return [number * RADIX % prime for number in numbers]


def _rows(rows: Sequence[Sequence[int]]) -> Array:
    return np.array(rows, dtype=np.uint32).reshape(len(rows), -1)
