"""The flat arrays that the compiled walk works on, and the meaning of their columns.

Vectors are rows of 2 n + 1 floats as in :mod:`polytopes.enumeration.kernels.signs`; slots of the tape have one more, 1
if the form is zero. Walls are oriented so that the cell on top of the stack lies on their nonnegative side.
"""

from __future__ import annotations

from typing import Annotated, Any, NamedTuple, TypeAlias

import numpy as np

Array = np.ndarray[Any, Any]
Floats: TypeAlias = Annotated[Array, "float64", 1]
FloatRows: TypeAlias = Annotated[Array, "float64", 2]
Integers: TypeAlias = Annotated[Array, "int64", 1]
IntegerRows: TypeAlias = Annotated[Array, "int64", 2]
Words: TypeAlias = Annotated[Array, "uint64", 1]
WordRows: TypeAlias = Annotated[Array, "uint64", 2]
Flags: TypeAlias = Annotated[Array, "bool", 1]
ByteRows: TypeAlias = Annotated[Array, "uint8", 2]

DONE, ASK, FULL, GROW_RAYS, GROW_NODES, PAUSE = 0, 1, 2, 3, 4, 5
NEGATIVE, POSITIVE, BOTH = 1, 2, 3
PRIME = 2147483647
POINTS = 32
"""Most points kept of a cell in a walk with a probe."""

# Columns of Program.stages, Program.gates, Walk.nodes, Walk.origins and entries of Walk.state.
SLOT, ROWS, SOURCE, SOURCES, WEIGHT, GATE, GATES, INTEGRAL = range(8)
RANK, RIVAL = range(2)
FIRST, COUNT, STAGE, WALLS, SIDE, CURSOR, PAIR, PENDING, CHOSEN, OPEN, DECIDED = range(11)
OF_GATE, LOW, HIGH, ORIENTATION = range(4)
(
    TOP,
    LEAVES,
    FOUND,
    BOUNDED,
    GIVEN,
    REFUSE,
    SEED,
    ASKED,
    QUESTION_GATE,
    QUESTION_LOW,
    QUESTION_HIGH,
    WANTED,
    BASE,
    GUIDED,
) = range(14)


class Program(NamedTuple):
    """A gate program in flat arrays; rows are integers or true values over the source slots of their stage.

    ``columns`` are the weights of each stage by source.

    ``lines[slot]`` is the first slot of the stage whose row is a multiple of the slot's own;
    ``residues`` are the integer weights modulo PRIME.
    """

    stages: IntegerRows
    gates: IntegerRows
    rivals: IntegerRows
    sources: Integers
    weights: Floats
    columns: Floats
    weight_errors: Floats
    lines: Integers
    residues: Integers


class Probe(NamedTuple):
    """Scratch of :mod:`polytopes.enumeration.kernels.probes`; a walk without one keeps cells by their rays."""

    target: Floats
    residual: Floats
    slopes: Floats
    rooms: Floats
    passive: Integers
    coefficients: Floats
    solution: Floats
    half: Floats
    system: FloatRows
    chosen: Integers
    table: FloatRows
    table_work: FloatRows
    null: FloatRows
    integers: IntegerRows


class Record(NamedTuple):
    """Places for the records of a block of leaves (:mod:`polytopes.enumeration.kernels.facets`), and their scratch.

    ``used`` are the numbers of facets and of rays written. ``n_rays``, ``at_infinity`` and ``incidence`` (the rays of a
    cell on the hyperplane at infinity, and on each facet, as bits) and ``rays`` and ``forms`` (of the slots
    ``outputs``) have no places if shapes are not wanted.
    """

    used: Integers
    points: FloatRows
    n_facets: Integers
    facets: Integers
    members: WordRows
    point: FloatRows
    outputs: Integers
    n_rays: Integers
    at_infinity: Words
    incidence: Words
    rays: FloatRows
    forms: FloatRows


class Walk(NamedTuple):
    """Workspace: stacks of nodes and of their rays with the cell at hand on top, the tape, the walls, scratch.

    In a walk with a probe a cell is kept by interior points in place of its rays.

    ``decisions`` are the gates by which the cell on top was split off, one after the other. ``guide`` has the first
    GUIDED decisions of all cells that are wanted, (gate, winner); nodes below BASE are not on the way there.
    """

    state: Integers
    nodes: IntegerRows
    open_gates: IntegerRows
    open_rivals: WordRows
    beaten: Words
    winners: ByteRows
    rays: FloatRows
    tight: WordRows
    signs: Integers
    new_rays: FloatRows
    new_tight: WordRows
    tape: FloatRows
    walls: FloatRows
    origins: IntegerRows
    decisions: Integers
    guide: IntegerRows
    form: FloatRows
    reach: FloatRows
    rows: FloatRows
    work: FloatRows
    sums: FloatRows
    zeros: Flags
    unknown: Integers
    residues: IntegerRows
    leaves: ByteRows
    records: Record
