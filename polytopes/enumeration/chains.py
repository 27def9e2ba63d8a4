"""Chains of layers max(0, z): the programs whose cells are counted by sections."""

from __future__ import annotations

from weakref import finalize

from polytopes.enumeration.domain_cell import Method, choose_method
from polytopes.enumeration.gate_program import GateProgram

SECTIONS_UP_TO = 6
"""Largest dimension in which cells are counted by sections unless a method is named."""
_known: dict[int, bool] = {}
"""What is known by the id of a program; an entry is removed before its id can be used again."""


def choose_count_method(program: GateProgram, dim: int, method: Method | None) -> Method:
    """Return the method asked for, or the one for counting the cells of a program in a domain of this dimension."""
    if method is None and dim <= SECTIONS_UP_TO and is_chain(program):
        return "vertices"
    return choose_method(dim, method)


def is_chain(program: GateProgram) -> bool:
    """Whether a program is a chain of layers max(0, z).

    In a chain every stage with gates reads the constant, and the input or the gates of the stage before. Every gate
    compares 0 with a form of its own stage, or with what its stage may read, and passes on what is larger; what the
    last gates pass on does not matter.

    >>> from polytopes import ProgramBuilder
    >>> build = ProgramBuilder(1)
    >>> z = build.linear([{0: -1, 1: 1}])
    >>> is_chain(build.finish(build.relu(z)))
    True
    """
    key = id(program)
    if key not in _known:
        _known[key] = _is_chain(program)
        finalize(program, _known.pop, key, None)
    return _known[key]


def _is_chain(program: GateProgram) -> bool:
    last = program.last_gated_stage
    if last < 0:
        return False
    known = set(range(program.input_dim + 1))
    zeros: set[int] = set()
    for number, (slot, stage) in enumerate(zip(program.first_slots, program.stages[: last + 1], strict=False)):
        rows = {slot + i for i, row in enumerate(stage.rows) if any(row)}
        zeros |= {slot + i for i, row in enumerate(stage.rows) if not any(row)}
        passed = all(gate.outputs == gate.selectors for gate in stage.gates) or number == last
        pairs = all(gate.rank == 2 and gate.selectors[0] in zeros for gate in stage.gates)
        if not stage.gates or not passed or not pairs or not known.issuperset(stage.sources):
            return False
        if not all(gate.selectors[1] in rows | zeros | known for gate in stage.gates):
            return False
        known = {0, *(slot + len(stage.rows) + k for k in range(len(stage.gates)))}
    return True
