"""Maps and pieces counted by floats where these tell, against keys of all cells; intervals against all pairs."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from polytopes.enumeration.chain_outputs import chain_of_outputs
from polytopes.enumeration.compiled_count import counted_blocks
from polytopes.enumeration.domain_cell import root_node
from polytopes.enumeration.linear_pieces import PieceCounter
from polytopes.enumeration.records import Numbering, Records
from polytopes.enumeration.separate_maps import MapSeparator, meeting
from polytopes.polyhedra.polyhedron import Polyhedron
from tests.tropical.regions.test_linear_pieces import PROGRAMS, by_keys


@pytest.mark.parametrize("boxed", [False, True])
@pytest.mark.parametrize("name", [name for name, program in PROGRAMS.items() if chain_of_outputs(program) is not None])
def test_maps_and_pieces(name: str, boxed: bool) -> None:
    program = PROGRAMS[name]
    domain = Polyhedron.box([-1] * program.input_dim, [2] * program.input_dim) if boxed else None
    numbering = Numbering(program, root_node(program, domain, None, False)[0], domain)

    def facets() -> list[Records]:
        found = counted_blocks(program, domain, records=True, shapes=True, only="facets")
        return [block.records for block in found if block.records is not None]

    def separator(memory: int) -> MapSeparator:
        made = MapSeparator(PieceCounter(numbering, faceted=False, again=lambda: iter(facets())), memory)
        for block in counted_blocks(program, domain, records=True, shapes=True, only="maps"):
            assert block.records is not None
            made.add(block.records)
        return made

    expected = by_keys(program, domain)
    for memory in (1 << 20, 0):
        found = separator(memory)
        assert (found.n_cells, found.n_maps, found.n_pieces(True)) == (sum(map(_size, facets())), *expected)
        assert (found.n_maps, found.n_pieces(False)) == expected


def _size(records: Records) -> int:
    return len(records.patterns)


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 3)), min_size=1, max_size=12))
def test_intervals_that_meet(pairs: list[tuple[int, int]]) -> None:
    ends = [(low, low + length) for low, length in pairs]
    expected = [i for i, (a, b) in enumerate(ends) if any(a <= d and c <= b for j, (c, d) in enumerate(ends) if i != j)]
    assert meeting(np.array(ends, dtype=np.float64).T).tolist() == expected
