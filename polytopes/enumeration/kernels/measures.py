"""Compiled measures of all cells of a block: volumes, areas of facets, and what is known of the map on each."""

from __future__ import annotations

import numpy as np

from polytopes.enumeration.kernels.arrays import Program
from polytopes.enumeration.kernels.cell_volumes import measure_polygon_or_segment, measure_polytope, put_forms, refine
from polytopes.enumeration.kernels.map_measures import norm, other_norms, put_mass, put_product, put_ranks
from polytopes.enumeration.kernels.measured_cells import (
    CELLS,
    MEASURES,
    TAPE,
    WANTED,
    Cells,
    Measures,
    Wanted,
    as_cells,
    as_measures,
    as_tape,
    as_wanted,
)
from polytopes.enumeration.kernels.precise_tape import PreciseTape, load
from polytopes.enumeration.kernels.walk import PROGRAM, as_program
from polytopes.jit.compilation import compiled, entry


@compiled
def measure_all(c: Cells, t: PreciseTape, p: Program, q: Wanted, m: Measures) -> None:
    """Measure all cells of a block."""
    n = t.high.shape[0]
    d, start, place = n - 1, 0, 0
    for cell in range(c.patterns.shape[0]):
        load(t, p, c.patterns, cell)
        put_forms(c, t, p, m, cell, start, n)
        for v in range(c.n_vertices[cell]):
            if not refine(c, m, place + v, v, start, c.n_facets[cell], d):
                m.failed[0] += 1
                m.points[v, 2 * d] = np.inf
        if d == 3:
            measure_polytope(c, m, cell, start)
        else:
            measure_polygon_or_segment(c, m, cell, start, d)
        norm(t, m, q.outputs, 0, q.outputs.shape[0], 6)
        put_product(m, cell, 3, m.work[6, 0], m.work[6, 1], m.work[6, 2])
        if q.outputs.shape[0] == 1:
            other_norms(t, m, q.outputs[0])
            put_product(m, cell, 6, m.work[7, 0], m.work[7, 1], m.work[7, 2])
            put_product(m, cell, 9, m.work[8, 0], m.work[8, 1], m.work[8, 2])
        for layer in range(q.shared.shape[0]):
            put_mass(t, q, m, layer)
            put_product(m, cell, 12 + 3 * layer, m.masses[layer, 0], m.masses[layer, 1], m.masses[layer, 2])
        put_ranks(t, q, m, cell)
        start += c.n_facets[cell]
        place += c.n_vertices[cell]


@entry
def measure(c: int, t: int, p: int, q: int, m: int) -> None:
    """Measure all cells of a block, on bundles at these addresses."""
    measure_all(as_cells(c), as_tape(t), as_program(p), as_wanted(q), as_measures(m))


__all__ = ["CELLS", "MEASURES", "PROGRAM", "TAPE", "WANTED", "Cells", "Measures", "PreciseTape", "Wanted", "measure"]
