"""Single vertices of recorded cells: exactly from the facets on them, and when those of two cells are one point.

Let p be a vertex of a cell with pattern P, and q one of a cell with pattern Q. Let the facets at q be of the same rows
of the domain and of the same pairs of forms of gates as those at p, and let P and Q agree in all other gates. At p the
forms of these pairs are equal; all gates are continuous, so it does not matter for the values of any form at p which of
them is the winner. In a chain this holds of gates with the same hyperplane, too, which are not told apart. So p
satisfies the inequalities of Q, and it lies on all facets at q; these have only q in common.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING

from polytopes.arithmetic.rationals import Row
from polytopes.enumeration.incident_rays import null_vector
from polytopes.enumeration.packed_chain import packed_chain

if TYPE_CHECKING:
    from polytopes.enumeration.recorded_cells import BlockOfCells


def _facets_at(block: BlockOfCells, place: int, ray: int) -> list[int]:
    """Return the numbers of the facets of a cell, of which the incidence is recorded, on which a ray lies."""
    shapes, facets = block.records.shapes, block.facets(place)
    assert shapes is not None
    masks = shapes.incidence[facets.start : facets.stop].tolist()
    numbers = block.records.facets[facets.start : facets.stop].tolist()
    return [number for number, mask in zip(numbers, masks, strict=True) if mask >> ray & 1]


def vertex_key(block: BlockOfCells, place: int, ray: int) -> Hashable:
    """Return a key of a vertex of a cell: vertices of cells of one program with one key are one point."""
    numbering, numbers, pattern = block.numbering, _facets_at(block, place, ray), block.records.patterns[place].copy()
    chain = packed_chain(numbering.program)
    rows = frozenset(numbering.domain_forms[number] for number in numbers if number < numbering.n_rows)
    pairs = set()
    for gate, loser in numbering.gates_and_losers[numbers].tolist():
        if gate >= 0:
            own = gate if chain is None else int(chain.lines[gate])
            pairs.add((own, frozenset((loser, int(block.records.patterns[place, gate])))))
            pattern[gate if chain is None else chain.lines == own] = 0
    return rows, frozenset(pairs), pattern.tobytes()


def exact_vertex(block: BlockOfCells, place: int, ray: int) -> Row:
    """Return a vertex of a cell as a homogeneous row in the coordinates of the frame; the ray is no direction.

    >>> from polytopes import Polyhedron, ProgramBuilder
    >>> from polytopes.enumeration.blocks import blocks_of_cells
    >>> build = ProgramBuilder(1)
    >>> program = build.finish(build.linear([{build.relu(build.linear([{0: -1, 1: 3}]))[0]: 1}]))
    >>> [block] = blocks_of_cells(program, Polyhedron.box([0], [1]))
    >>> [exact_vertex(block, place, ray) for place in range(2) for ray in range(2)]
    [(1, 0), (3, 1), (1, 1), (3, 1)]
    >>> vertex_key(block, 0, 1) == vertex_key(block, 1, 1)
    True
    """
    numbering, numbers = block.numbering, _facets_at(block, place, ray)
    winners = tuple(block.records.patterns[place].tolist())
    last = int(numbering.gates_and_losers[numbers, 0].max())
    tape = block.made_by.tapes.before(last, winners) if last >= 0 else []
    rows = [numbering.inequality(number, winners, tape) for number in numbers]
    vector = null_vector(rows, numbering.frame.size)
    assert vector[0], "the ray is a vertex"
    return vector if vector[0] > 0 else tuple([-entry for entry in vector])
