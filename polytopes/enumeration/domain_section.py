"""Fewer coordinates for a map whose forms do not depend on all of them.

If no form of a program, and no inequality of the domain, changes along a subspace K, every cell is C + K. Where
coordinates onto which K projects one to one are 0, there is a section that meets each cell in one of its own. So a
network of 784 inputs with 6 units in its first layer is counted in dimension 6.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from weakref import finalize

from attrs import evolve
from flint import nmod_mat

from polytopes.arithmetic.linalg import rank
from polytopes.arithmetic.rationals import Row
from polytopes.enumeration.gate_program import GateProgram

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from polytopes.polyhedra.polyhedron import Polyhedron

PRIME = 2**61 - 1
WORTH_IT = 6
"""Fewer coordinates are left as they are: where cells are kept by their rays, common lines cost little."""
_of_whole_space: dict[int, GateProgram] = {}
"""Restricted programs by the id of the given one; an entry is removed before its id can be used again."""


def section(
    program: GateProgram,
    domain: Polyhedron | None = None,
    relative: bool = False,
    bounded: bool = False,
    least: int = WORTH_IT,
) -> tuple[GateProgram, Polyhedron | None, bool]:
    """Return a program, a domain, and whether to count bounded cells, with as many cells of the same patterns.

    They are the given ones if no coordinate can be left out, or the domain is to be refused. Else no cell of the domain
    given is bounded; the program returned has no outputs. ``relative`` is as for
    :func:`polytopes.enumeration.cells.cells`; a program of fewer than ``least`` coordinates is left as it is.

    >>> from polytopes import ProgramBuilder
    >>> build = ProgramBuilder(9)
    >>> [form] = build.linear([{1: 1, 9: -1}])
    >>> section(build.finish(build.relu([form])))[0].input_dim
    1
    """
    refused = domain is not None and domain.ambient_dim != program.input_dim
    small = program.input_dim < least
    bounded_domain = not small and not refused and domain is not None and domain.cut_box is not None
    if small or refused or bounded_domain or not (domain is None or relative or domain.is_full_dimensional):
        return program, domain, bounded
    if domain is None and id(program) in _of_whole_space:
        return _of_whole_space[id(program)], None, False
    rows = [*_domain_rows(domain), *_program_rows(program)]
    kept = _kept_columns(rows, program.input_dim)
    if len(kept) in (0, program.input_dim):
        return program, domain, bounded
    restricted = _restricted(program, kept)
    if domain is None:
        _of_whole_space[id(program)] = restricted
        finalize(program, _of_whole_space.pop, id(program), None)
    return restricted, _restricted_domain(domain, kept), False


def _restricted(program: GateProgram, kept: Sequence[int]) -> GateProgram:
    """Return the program where all coordinates but these are 0."""
    first = program.input_dim + 1
    known = {0: 0} | {j + 1: place for place, j in enumerate(kept, 1)}
    known |= {slot: slot - first + len(known) for slot in range(first, len(program.scales))}
    stages = []
    for stage in program.stages:
        places = [place for place, source in enumerate(stage.sources) if source in known]
        gates = tuple(
            evolve(gate, selectors=_renamed(gate.selectors, known), outputs=_renamed(gate.outputs, known))
            for gate in stage.gates
        )
        rows = tuple(tuple(row[place] for place in places) for row in stage.rows)
        sources = tuple(known[stage.sources[place]] for place in places)
        stages.append(evolve(stage, sources=sources, rows=rows, gates=gates))
    scales = tuple(scale for slot, scale in enumerate(program.scales) if slot in known)
    return GateProgram(len(kept), tuple(stages), (), scales)


def _renamed(slots: Sequence[int], names: dict[int, int]) -> tuple[int, ...]:
    return tuple(names[slot] for slot in slots)


def _restricted_domain(domain: Polyhedron | None, kept: Sequence[int]) -> Polyhedron | None:
    from polytopes.polyhedra.polyhedron import Polyhedron

    if domain is None:
        return None
    inequalities, equations = (
        [(row[0], *(row[j + 1] for j in kept)) for row in rows] for rows in (domain.inequalities, domain.equations)
    )
    return Polyhedron.from_rows(inequalities, equations, len(kept))


def _domain_rows(domain: Polyhedron | None) -> Iterator[Row]:
    if domain is not None:
        yield from (row[1:] for row in (*domain.inequalities, *domain.equations))


def _program_rows(program: GateProgram) -> Iterator[Row]:
    """Yield the linear forms of the coordinates that slots are made from; each may occur often."""
    dim, used = program.input_dim, set[int]()
    for stage in program.stages:
        places = [(place, source) for place, source in enumerate(stage.sources) if 0 < source <= dim]
        for row in stage.rows if places else ():
            form = [0] * dim
            for place, source in places:
                form[source - 1] = row[place]
            yield tuple(form)
        used.update(slot for gate in stage.gates for slot in (*gate.selectors, *gate.outputs) if 0 < slot <= dim)
    yield from (tuple(int(k + 1 == slot) for k in range(dim)) for slot in sorted(used))


def _kept_columns(rows: Sequence[Row], columns: int) -> Sequence[int]:
    """Return columns such that the kernel of the rows projects one to one onto the coordinates of the others.

    The rank modulo a prime is at most the rank. If it is smaller than the number of rows, it is computed exactly.
    """
    distinct = list(dict.fromkeys(row for row in rows if any(row)))
    if len(distinct) >= columns and len(_pivots(distinct[: 2 * columns], columns)) == columns:
        return range(columns)
    pivots = _pivots(distinct, columns)
    if len(pivots) < min(columns, len(distinct)) and len(pivots) < rank(distinct):
        return range(columns)
    return pivots


def _pivots(rows: Sequence[Row], columns: int) -> list[int]:
    """Return the pivot columns of rows modulo a prime: independent columns over the rationals too."""
    if not rows:
        return []
    reduced, size = nmod_mat(len(rows), columns, [entry % PRIME for row in rows for entry in row], PRIME).rref()
    table = reduced.tolist()[:size]
    return [next(j for j, entry in enumerate(row) if int(entry)) for row in table]
