"""The flat arrays that the compiled walk works on, and the meaning of their columns.

Vectors are rows of 2 n + 1 floats as in :mod:`polytopes.kernels.signs`; slots of the tape have one more, 1 if the
form is zero. Walls are oriented so that the cell on top of the stack lies on their nonnegative side.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

Array = np.ndarray[Any, Any]

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
) = range(12)


class Program(NamedTuple):
    """A gate program in flat arrays; rows are integers or true values over the source slots of their stage.

    ``lines[slot]`` is the first slot of the stage whose row is a multiple of the slot's own;
    ``residues`` are the integer weights modulo PRIME.
    """

    stages: Array
    gates: Array
    rivals: Array
    sources: Array
    weights: Array
    weight_errors: Array
    lines: Array
    residues: Array


class Probe(NamedTuple):
    """Scratch of :mod:`polytopes.kernels.probes`; a walk without one keeps cells by their rays."""

    target: Array
    residual: Array
    slopes: Array
    rooms: Array
    passive: Array
    coefficients: Array
    solution: Array
    half: Array
    system: Array
    chosen: Array
    table: Array
    table_work: Array
    null: Array
    integers: Array


class Record(NamedTuple):
    """Places for the records of a block of leaves (:mod:`polytopes.kernels.facets`), and their scratch."""

    used: Array
    points: Array
    n_facets: Array
    facets: Array
    members: Array
    point: Array


class Walk(NamedTuple):
    """Workspace: stacks of nodes and of their rays with the cell at hand on top, the tape, the walls, scratch.

    In a walk with a probe a cell is kept by interior points in place of its rays.

    ``decisions`` are the gates by which the cell on top was split off, one after the other.
    """

    state: Array
    nodes: Array
    open_gates: Array
    open_rivals: Array
    beaten: Array
    winners: Array
    rays: Array
    tight: Array
    signs: Array
    new_rays: Array
    new_tight: Array
    tape: Array
    walls: Array
    origins: Array
    decisions: Array
    form: Array
    rows: Array
    work: Array
    zeros: Array
    unknown: Array
    residues: Array
    leaves: Array
    records: Record
