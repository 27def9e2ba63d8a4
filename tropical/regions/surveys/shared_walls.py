"""Walls of a region along which several units bend at once."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
from flint import fmpz, fmpz_mat

from polytopes.arithmetic.rationals import Row, dot, primitive
from polytopes.enumeration.gate_program import Gate, Pattern, Tape
from polytopes.enumeration.packed_chain import packed_chain

if TYPE_CHECKING:
    from polytopes.enumeration.cells import Cell
    from polytopes.enumeration.recorded_cells import BlockOfCells
    from polytopes.polyhedra.polyhedron import Polyhedron

Lead = tuple[int, Sequence[fmpz]]
"""A gate, and the form by which its winner exceeds another form (up to sign for a gate with two forms)."""


def shared_walls(cell: Cell, gates: Sequence[Gate], tape: Tape, domain: Polyhedron | None) -> Iterator[tuple[int, ...]]:
    """Yield the gates that bend along a wall of a cell inside the domain, for every wall with several.

    Facets are looked for only if two gates have leads that are multiples of each other.
    """
    by_row: dict[Row, set[int]] = defaultdict(set)
    for gate, form in _suspects(list(_leads(gates, cell.pattern, tape)), cell.frame.size):
        by_row[_unsigned(form)].add(gate)
    if not any(len(together) > 1 for together in by_row.values()):
        return
    borders = [] if domain is None else [cell.frame.pull_back(row) for row in domain.inequalities]
    for index, vector in cell.geometry.facets():
        together = by_row.get(_unsigned(cell.geometry.constraints[index]), set())
        if len(together) > 1 and all(dot(border, vector) > 0 for border in borders if any(border)):
            yield tuple(sorted(together))


def shared_walls_of(cells: BlockOfCells) -> Counter[tuple[int, ...]]:
    """Return for groups of gates the number of walls inside the domain, of all cells of a block, along which they bend.

    On facets that are known to be plain these are the gates with the hyperplane of the facet's own in every pattern.
    Elsewhere residues tell the forms that may vanish there. That they are multiples of the form of the facet is then
    known from the rows of the program, or seen in exact arithmetic, once for cells that agree in all gates before.
    """
    chain, shapes, n_facets = (
        packed_chain(cells.made_by.numbering.program),
        cells.records.shapes,
        cells.records.n_facets,
    )
    if chain is None or shapes is None or not len(shapes.plain):
        return _by_residues(cells)
    owners, is_doubtful = np.repeat(np.arange(len(cells)), n_facets), np.zeros(len(cells), dtype=bool)
    is_doubtful[owners[~shapes.plain]] = True
    gates = cells.gates[~is_doubtful[owners]]
    lines = chain.lines[gates[gates >= 0]]
    counts, sizes = np.bincount(lines, minlength=len(chain.lines)), np.bincount(chain.lines, minlength=len(chain.lines))
    shared = np.flatnonzero((counts > 0) & (sizes > 1)).tolist()
    found = Counter({tuple(np.flatnonzero(chain.lines == line).tolist()): int(counts[line]) for line in shared})
    if is_doubtful.any():
        found.update(_by_residues(cells.chosen(np.flatnonzero(is_doubtful))))
    return found


def _by_residues(cells: BlockOfCells) -> Counter[tuple[int, ...]]:
    beyond, records = cells.made_by.beyond, cells.records
    assert beyond is not None, "the compiled walk takes the program"
    found, known = beyond.coincidences(records)
    owners = np.repeat(np.arange(len(cells)), records.n_facets)[found[:, 0]]
    multiples, seen = _Multiples(cells), dict[Hashable, bool]()
    for k in np.flatnonzero(~known).tolist():
        place, pair = int(owners[k]), tuple(found[k, 1:].tolist())
        key = (multiples.prefix(place, pair), pair)
        if key not in seen:
            seen[key] = multiples.are_multiples(place, pair)
        known[k] = seen[key]
    found = found[known & (found[:, 1] != found[:, 3])]
    facets, numbers = np.unique(found[:, 0], return_inverse=True)
    members = np.zeros((len(facets), records.patterns.shape[1]), dtype=bool)
    members[numbers, found[:, 1]] = members[numbers, found[:, 3]] = True
    groups, counts = np.unique(np.packbits(members, axis=1), axis=0, return_counts=True)
    chosen = np.unpackbits(groups, axis=1, count=members.shape[1])
    return Counter({tuple(np.flatnonzero(row).tolist()): n for row, n in zip(chosen, counts.tolist(), strict=True)})


Pair = tuple[int, ...]
"""Two gates with a losing form of each: gate, form, gate, form."""


class _Multiples:
    """Compares forms by which the winners of gates exceed others, exactly."""

    def __init__(self, cells: BlockOfCells) -> None:
        self._patterns = cells.records.patterns
        self._tapes = cells.made_by.tapes

    def _known(self, pair: Pair) -> tuple[int, int]:
        """Return the last stage of two gates, and how many gates come before it."""
        stage = max(self._tapes.stage_of[gate] for gate in pair[::2])
        return stage, self._tapes.first_gates[stage]

    def prefix(self, place: int, pair: Pair) -> bytes:
        """Return on what the forms on a cell depend."""
        winners = self._patterns[place]
        return bytes(winners[: self._known(pair)[1]]) + bytes(winners[list(pair[::2])])

    def are_multiples(self, place: int, pair: Pair) -> bool:
        """Whether the forms are multiples of each other, and not constant."""
        stage, before = self._known(pair)
        winners = tuple(self._patterns[place].tolist())
        tape, forms = self._tapes.at(stage, winners[:before]), []
        for gate, loser in (pair[:2], pair[2:]):
            selectors = self._tapes.program.gates[gate].selectors
            best, other = tape[selectors[winners[gate]]], tape[selectors[loser]]
            forms.append(_unsigned([a - b for a, b in zip(best, other, strict=True)]))
        return forms[0] == forms[1] and any(forms[0][1:])


def _leads(gates: Sequence[Gate], pattern: Pattern, tape: Tape) -> Iterator[Lead]:
    """Yield the leads that are not constant."""
    for g, gate in enumerate(gates):
        best, winner = tape[gate.selectors[pattern[g]]], pattern[g]
        for k, slot in enumerate(gate.selectors):
            if k == winner:
                continue
            other = tape[slot]
            if not any(best):
                form = other
            elif not any(other):
                form = best
            else:
                form = [a - b for a, b in zip(best, other, strict=True)]
            if any(form[1:]):
                yield g, form


def _suspects(leads: Sequence[Lead], size: int) -> Iterator[Lead]:
    """Yield the leads that may be multiples of a lead of another gate.

    A form f is known by the quotient of its values at two fixed vectors, which is the same for all multiples of f.
    Division of integers rounds correctly, so that equal quotients give equal floats; forms that
    they bring together by accident are told apart later.
    """
    flat = [entry for _, form in leads for entry in form]
    vectors = fmpz_mat(size, 2, [entry for j in range(size) for entry in (1009**j, 3 * 787**j + j)])
    quotients = [_quotient(int(a), int(b)) for a, b in (fmpz_mat(len(leads), size, flat) * vectors).tolist()]
    owners: dict[float | None, set[int]] = defaultdict(set)
    for quotient, (gate, _) in zip(quotients, leads, strict=True):
        owners[quotient].add(gate)
    return (lead for quotient, lead in zip(quotients, leads, strict=True) if len(owners[quotient]) > 1)


def _quotient(a: int, b: int) -> float | None:
    try:
        return a / b
    except (ZeroDivisionError, OverflowError):
        return None


def _unsigned(form: Sequence[fmpz]) -> Row:
    """Return the primitive multiple whose first nonzero entry is positive."""
    row = primitive([int(entry) for entry in form])
    return row if next((entry for entry in row if entry), 1) > 0 else tuple(-entry for entry in row)
