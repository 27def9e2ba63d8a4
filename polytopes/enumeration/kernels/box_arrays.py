"""The arrays of the walk over a box: its program, its stack of nodes, and what is kept beside them."""

from __future__ import annotations

from typing import NamedTuple

from polytopes.enumeration.kernels.arrays import ByteRows, FloatRows, Floats, IntegerRows, Integers

LOSES, WINS, ZERO, UNKNOWN = 0, 1, 2, 255
"""What is known of a gate: its first or second form is the winner, both are equal (the first wins), or nothing."""
STAGE, PLACE, DEPTH, GATE, SIDE, SURE, FRESH, ENTERED, TRIED = range(9)
REMEMBERED = 8
"""So many points, and so many families of multipliers, are kept for each gate and side."""
TOP, FOUND, LEAVES, GIVEN, QUESTION, SURE_BELOW, SURE_ABOVE, COUNTING = range(8)
NO_ANSWER, SPLIT = -1, 3


class BoxProgram(NamedTuple):
    """A reduced program: ``stages`` has first slot, rows, first gate, gates; ``gates`` two selectors and two outputs.

    Row k of all rows has the entries ``starts[k]`` to ``starts[k + 1]`` of ``sources`` and ``weights``. Gates with one
    number in ``lines[:, 0]`` have proportional forms, with the sign in the other column.
    """

    stages: IntegerRows
    gates: IntegerRows
    lines: IntegerRows
    starts: Integers
    sources: Integers
    weights: Floats
    weight_error: Floats


class BoxWalk(NamedTuple):
    """The stack of nodes, the forms in all slots, and the walls of the cell on top; then scratch.

    ``goals`` has the points, and ``hints`` the multipliers, that are kept for the gates and sides that come first.

    ``measures`` has the size and the error of each slot, ``wall_measures`` those of each wall; ``decisions`` the gate
    and the side of each wall. Nodes below the top have the wall by which they differ from what is above still to come.
    """

    state: Integers
    nodes: IntegerRows
    points: FloatRows
    winners: ByteRows
    tape: FloatRows
    measures: FloatRows
    walls: FloatRows
    wall_measures: FloatRows
    decisions: IntegerRows
    order: Integers
    rarity: Floats
    given: FloatRows
    form: FloatRows
    form_measures: FloatRows
    table: FloatRows
    line: FloatRows
    names: Integers
    columns: Integers
    point: FloatRows
    multipliers: Floats
    total: Floats
    shares: Floats
    leaves: ByteRows
    hints: FloatRows
    goals: FloatRows
