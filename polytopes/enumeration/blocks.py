"""Cells of a gate program in blocks, by the fastest way there is; in memory that does not grow with their number."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np
from attrs import evolve

from polytopes.enumeration.boxes.box_walk import CompiledBoxWalk, can_walk
from polytopes.enumeration.cells import Cell, cells
from polytopes.enumeration.chain_outputs import chain_of_outputs
from polytopes.enumeration.chains import is_chain
from polytopes.enumeration.compiled_count import counted_blocks
from polytopes.enumeration.compiled_walk import Block, blocks
from polytopes.enumeration.domain_cell import (
    VERTICES_UP_TO,
    Method,
    box_problem,
    choose_count_method,
    choose_facet_method,
    choose_method,
    domain_frame,
    is_compiled,
    is_supported,
)
from polytopes.enumeration.domain_section import WORTH_IT, section
from polytopes.enumeration.gate_program import GateProgram
from polytopes.enumeration.recorded_cells import BlockOfCells, RecordedCells
from polytopes.enumeration.records import Numbering, Only, record_cells
from polytopes.enumeration.root_arrays import opens_space

if TYPE_CHECKING:
    from polytopes.enumeration.goals import Goals
    from polytopes.polyhedra.polyhedron import Polyhedron


def program_blocks(
    program: GateProgram,
    domain: Polyhedron | None = None,
    bounded: bool = False,
    method: Method | None = None,
    relative: bool = False,
    keep: bool = True,
    numbering: Numbering | None = None,
    shapes: bool = False,
    visit: bool = False,
    only: Only | None = None,
    goals: Goals | None = None,
) -> Iterator[Block]:
    """Yield the cells of :func:`polytopes.enumeration.cells.cells` in blocks, by the fastest way there is.

    Args:
        program, domain, method, relative: as there.
        bounded: count bounded cells too.
        keep: give the patterns too.
        numbering: give records too, with facets where cells are kept by their rays; it is of this program and domain,
            which are then taken as they are.
        shapes: give rays and forms in the records too, where they are known.
        only: give nothing else in records with shapes, where that is quicker.
        goals: give only records of cells that may have a greatest value, where they tell.
        visit: visit every cell, also where only numbers are wanted: they then come in small blocks.

    Algorithm:
        The program is restricted to a section if its forms do not depend on all coordinates
        (:mod:`polytopes.enumeration.domain_section`), and goes through the compiled walk if that supports it. If only
        numbers are wanted, the parts of the last layer are counted by sections
        (:mod:`polytopes.enumeration.compiled_count`). Boxes of many dimensions have a walk of their own
        (:mod:`polytopes.enumeration.boxes.box_walk`).

    >>> from polytopes import ProgramBuilder
    >>> build = ProgramBuilder(1)
    >>> program = build.finish(build.relu(build.linear([{1: 1}, {0: 1, 1: 1}])))
    >>> sorted(pattern for block in program_blocks(program) for pattern in block.patterns.tolist())
    [[0, 0], [0, 1], [1, 1]]
    """
    if numbering is None and (domain is not None or keep or not opens_space(program)):
        # The whole space is opened into orthants only where no line is common to all cells.
        least = 0 if domain is None and not keep and is_chain(program) else WORTH_IT
        program, domain, bounded = section(program, domain, relative, bounded, least)
    dim = program.input_dim if domain is None else domain.dim
    recorded = numbering is not None
    if is_chain(program) and (not shapes or only == "facets" or chain_of_outputs(program) is not None):
        chosen = (choose_method if keep or recorded else partial(choose_count_method, program))(dim, method)
        if chosen == "vertices":
            visit |= keep
            for block in counted_blocks(
                program, domain, bounded, relative, keep=visit, records=recorded, shapes=shapes, only=only, goals=goals
            ):
                yield block if keep or block.patterns is None else evolve(block, patterns=None)
            return
    problem = box_problem(program, domain, method, relative, keep_outputs=False) if numbering is None else None
    if problem is not None and can_walk(problem.reduced.program):
        for count, patterns in CompiledBoxWalk(problem, keep).blocks():
            whole = None if patterns is None else problem.reduced.whole_patterns(patterns)
            yield Block(count, count if bounded else 0, whole)
        return
    if is_compiled(program, dim, method):
        yield from blocks(
            program,
            domain,
            keep=keep,
            records=recorded,
            shapes=shapes,
            bounded=bounded,
            method=method,
            relative=relative,
        )
        return
    kind = np.uint8 if max(program.gate_ranks, default=2) <= 256 else np.int64
    faceted = choose_method(dim, method) == "vertices"
    found = cells(program, domain, method, relative)
    while part := list(islice(found, 256 if keep else 1)):
        n_bounded = sum(cell.is_bounded for cell in part) if bounded else 0
        known = [(cell.geometry, cell.pattern) for cell in part]
        records = record_cells(numbering, known, faceted) if numbering is not None else None
        yield Block(len(part), n_bounded, np.array([cell.pattern for cell in part], dtype=kind), records=records)


def recorded_blocks(
    program: GateProgram,
    domain: Polyhedron | None = None,
    bounded: bool = False,
    method: Method | None = None,
    relative: bool = False,
    shapes: bool = False,
    only: Only | None = None,
    goals: Goals | None = None,
) -> tuple[Numbering, Iterator[Block]]:
    """Return blocks with records, as :func:`program_blocks` yields them, and their numbering."""
    numbering = Numbering(program, domain_frame(program, domain, method, relative), domain)
    found = program_blocks(
        program, domain, bounded, method, relative, numbering=numbering, shapes=shapes, only=only, goals=goals
    )
    return numbering, found


def recorded_cells(
    program: GateProgram, domain: Polyhedron | None = None, method: Method | None = None, relative: bool = False
) -> Iterator[Cell]:
    """Yield the cells of :func:`polytopes.enumeration.cells.cells`, by the fastest way there is.

    Where cells are kept by their rays, what is exact of a cell is computed when it is asked for.

    >>> from polytopes import ProgramBuilder
    >>> build = ProgramBuilder(1)
    >>> program = build.finish(build.relu(build.linear([{1: 1}, {0: 1, 1: 1}])))
    >>> [(cell.pattern, cell.facet_rows) for cell in recorded_cells(program)]
    [((0, 0), ((-1, -1),)), ((0, 1), ((0, -1), (1, 1))), ((1, 1), ((0, 1),))]
    """
    if is_recorded(program, domain, method):
        dim = program.input_dim if domain is None else domain.dim
        only: Only | None = "points" if dim > VERTICES_UP_TO else None
        for block in blocks_of_cells(program, domain, method, relative, only):
            yield from map(block.cell, range(len(block)))
    else:
        yield from cells(program, domain, method, relative)


def is_recorded(program: GateProgram, domain: Polyhedron | None, method: Method | None) -> bool:
    """Whether the compiled walk keeps the cells of a program by their rays, so that their records have facets."""
    return is_supported(program) and _facet_method(program, domain, method) == "vertices"


def _facet_method(program: GateProgram, domain: Polyhedron | None, method: Method | None) -> Method:
    return choose_facet_method(program, program.input_dim if domain is None else domain.dim, method)


def blocks_of_cells(
    program: GateProgram,
    domain: Polyhedron | None = None,
    method: Method | None = None,
    relative: bool = False,
    only: Only | None = None,
) -> Iterator[BlockOfCells]:
    """Yield the cells of :func:`polytopes.enumeration.cells.cells` in blocks with their records.

    In up to eight dimensions cells are kept by their rays unless a method is named, so that their facets are known. If
    it is ``only`` facets or maps that are wanted, all else that is given in floats may be missing.
    """
    yield from (cells for _, cells in promising_cells(program, domain, method, relative, only))


def promising_cells(
    program: GateProgram,
    domain: Polyhedron | None = None,
    method: Method | None = None,
    relative: bool = False,
    only: Only | None = None,
    goals: Goals | None = None,
) -> Iterator[tuple[int, BlockOfCells]]:
    """Yield numbers of cells, with those among them that may have a greatest value; arguments as above.

    What is known of the goals may grow between two blocks. Without goals all cells are given.
    """
    chosen = _facet_method(program, domain, method)
    numbering, found = recorded_blocks(
        program, domain, method=chosen, relative=relative, shapes=True, only=only, goals=goals
    )
    made = RecordedCells(numbering)
    for block in found:
        if block.records is not None:
            yield block.count, BlockOfCells(made, block.records)
