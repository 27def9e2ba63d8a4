"""Chains of layers max(0, z), or z -> z or a z: the programs whose cells are counted by sections."""

from __future__ import annotations

from fractions import Fraction
from weakref import finalize

from polytopes.enumeration.gate_program import Gate, GateProgram, Stage

_known: dict[int, bool] = {}
"""What is known by the id of a program; an entry is removed before its id can be used again."""


def is_chain(program: GateProgram) -> bool:
    """Whether a program is a chain of layers of gates that look at the sign of a form z.

    In a chain every stage with gates reads the constant, and the input or the gates of the stage before. Every gate
    compares 0 with a form z of its own stage, or with what its stage may read, and passes on a multiple of z, one where
    z is larger and another where it is not; what the last gates pass on does not matter.

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
        passed = number == last or all(multiples(stage, slot, gate) is not None for gate in stage.gates)
        pairs = all(gate.rank == 2 and gate.selectors[0] in zeros for gate in stage.gates)
        if not stage.gates or not passed or not pairs or not known.issuperset(stage.sources):
            return False
        if not all(gate.selectors[1] in rows | zeros | known for gate in stage.gates):
            return False
        known = {0, *(slot + len(stage.rows) + k for k in range(len(stage.gates)))}
    return True


def multiples(stage: Stage, first: int, gate: Gate) -> tuple[Fraction, Fraction] | None:
    """Return the factors of z in the integer forms that a gate with selectors 0 and z passes on, else None.

    ``first`` is the first slot of the stage. Of max(0, z) they are 0 and 1.
    """
    if gate.outputs == gate.selectors:
        return Fraction(0), Fraction(1)
    z = _row(stage, first, gate.selectors[1])
    if z is None:
        return None
    place = next((j for j, entry in enumerate(z) if entry), None)
    if place is None:  # of the form 0 all multiples are 0
        zero = all(slot in gate.selectors or not any(_row(stage, first, slot) or (1,)) for slot in gate.outputs)
        return (Fraction(0), Fraction(1)) if zero else None
    found = []
    for slot in gate.outputs:
        row = z if slot == gate.selectors[1] else _row(stage, first, slot)
        if row is None or any(entry * z[place] != row[place] * other for entry, other in zip(row, z, strict=True)):
            return None
        found.append(Fraction(row[place], z[place]))
    return found[0], found[1]


def _row(stage: Stage, first: int, slot: int) -> tuple[int, ...] | None:
    """Return the form in a slot over the sources of a stage."""
    if first <= slot < first + len(stage.rows):
        return stage.rows[slot - first]
    return tuple(int(source == slot) for source in stage.sources) if slot in stage.sources else None
