"""Cells as records for a proof: pattern, interior point, and the numbers of the inequalities that are facets.

The inequalities of a cell are numbered: first the rows of the domain, then for every gate one number for each of its
forms, which stands for "the winner's form is at least this one". A record says which of them are facets.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, islice
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen

from polytopes.cell_vertices import Form
from polytopes.cells import Cell
from polytopes.gates import GateProgram, Tape
from polytopes.rationals import Row, primitive

if TYPE_CHECKING:
    from polytopes.frame import Frame
    from polytopes.polyhedron import Polyhedron
    from polytopes.tree import CellGeometry

Array = np.ndarray[Any, Any]


@frozen(eq=False)
class Records:
    """Records of n cells in Q^d.

    ``patterns`` is n x gates; ``points`` is n x (d + 1), rows (t, t x) with t > 0, which are exact as floats;
    ``n_facets`` has n entries and ``facets`` all numbers, cell by cell. Where a point needs more than floats its row
    is 0 and ``exact`` has it in integers.
    """

    patterns: Array
    points: Array
    n_facets: Array
    facets: Array
    exact: dict[int, Row]


def domain_rows(domain: Polyhedron | None) -> tuple[Row, ...]:
    """Return the numbered rows of a domain."""
    return () if domain is None else domain.inequalities


class Numbering:
    """The numbers of inequalities by their row, for cells of one program in one domain."""

    def __init__(self, program: GateProgram, frame: Frame, domain: Polyhedron | None) -> None:
        self.program = program
        self.frame = frame
        rows = domain_rows(domain)
        self.n_rows = len(rows)
        self._domain = {_direction(frame.pull_back(row)): number for number, row in reversed(list(enumerate(rows)))}
        self._first = [*accumulate(program.gate_ranks, initial=self.n_rows)]
        self._gates = [gate for stage in program.stages for gate in stage.gates]

    def of_gates(self, winners: Sequence[int], tape: Tape) -> dict[Row, int]:
        """Return the numbers of all inequalities of the domain and of the first gates, given their winners."""
        numbers: dict[Row, int] = {}
        for g, winner in enumerate(winners):
            selectors = self._gates[g].selectors
            best = tape[selectors[winner]]
            for other, slot in enumerate(selectors):
                if other != winner and winner >= 0:
                    row = _direction([a - b for a, b in zip(best, tape[slot], strict=True)])
                    numbers.setdefault(row, self._first[g] + other)
        return numbers | self._domain

    def facets(self, geometry: CellGeometry, winners: Sequence[int]) -> list[int]:
        """Return the numbers of the facets of a cell with these winners of all gates."""
        numbers = self.of_gates(winners, self.program.run(self.frame.columns, winners))
        lifted = ((index, self.frame.lift(vector)) for index, vector in geometry.facets())
        return [numbers[_direction(geometry.constraints[index])] for index, vector in lifted if vector[0] > 0]


def _direction(form: Form | Sequence[int]) -> Row:
    return primitive([int(entry) for entry in form])


def records_of(cells: Iterable[Cell], domain: Polyhedron | None, block: int = 256) -> Iterator[Records]:
    """Yield the records of cells of one program in a domain, in blocks."""
    stream = iter(cells)
    numbering: Numbering | None = None
    while chunk := list(islice(stream, block)):
        numbering = numbering or Numbering(chunk[0].program, chunk[0].frame, domain)
        yield _records(numbering, [(cell.geometry, cell.pattern) for cell in chunk])


def _records(numbering: Numbering, chunk: Sequence[tuple[CellGeometry, Sequence[int]]]) -> Records:
    facets = [numbering.facets(geometry, winners) for geometry, winners in chunk]
    return Records(
        np.array([winners for _, winners in chunk], dtype=np.uint8).reshape(len(chunk), -1),
        np.zeros((len(chunk), numbering.frame.ambient_dim + 1)),
        np.array([len(numbers) for numbers in facets], dtype=np.uint32),
        np.array([number for numbers in facets for number in numbers], dtype=np.uint32),
        {i: numbering.frame.lift(geometry.interior()) for i, (geometry, _) in enumerate(chunk)},
    )
