"""The arrays of the walk over a box: its program, its stack of nodes, and what is kept beside them."""

from __future__ import annotations

from typing import NamedTuple

from polytopes.enumeration.kernels.arrays import ByteRows, FloatRows, Floats, IntegerRows, Integers

LOSES, WINS, ZERO, UNKNOWN = 0, 1, 2, 255
"""What is known of a gate: its first or second form is the winner, both are equal (the first wins), or nothing."""
"""Of a gate of more than two forms the winner is known by its number instead."""
STAGE, PLACE, DEPTH, GATE, SIDE, SURE, FRESH, ENTERED, TRIED, RIVALS = range(10)
OF_GATE, OF_SIDE, OF_KEY = range(3)
REMEMBERED = 8
"""So many points, and so many families of multipliers, are kept for each gate and side."""
TOP, FOUND, LEAVES, GIVEN, QUESTION, SURE_BELOW, SURE_ABOVE, COUNTING, PARTED = range(9)
NO_ANSWER, SPLIT, CHOSEN = -1, 3, 16
"""No answer; both signs, or several winners, occur; CHOSEN + i: form i of more than two is the winner."""
MOST_FORMS = 62
"""The most forms of a gate, whose sets are bits of an integer."""


class BoxProgram(NamedTuple):
    """A reduced program: ``stages`` has first slot, rows, first gate, gates; ``gates`` two selectors and two outputs.

    Row k of all rows has the entries ``starts[k]`` to ``starts[k + 1]`` of ``sources`` and ``weights``. Gates with one
    number in ``lines[:, 0]`` have proportional forms, with the sign in the other column. Gate k has the forms
    ``first_forms[k]`` to ``first_forms[k + 1]``, selectors and outputs, and what is remembered of it begins at
    ``keys[k]``: of two forms for either side, of more for every pair. Row k is that of slot ``copies[k]``, if that is
    not negative.
    """

    stages: IntegerRows
    gates: IntegerRows
    lines: IntegerRows
    starts: Integers
    sources: Integers
    weights: Floats
    weight_error: Floats
    first_forms: Integers
    forms: IntegerRows
    keys: Integers
    copies: Integers


class BoxWalk(NamedTuple):
    """The stack of nodes, the forms in all slots, and the walls of the cell on top; then scratch.

    ``goals`` has the points, and ``hints`` the multipliers, that are kept for the gates and sides that come first.

    ``measures`` has the size and the error of each slot, ``wall_measures`` those of each wall; ``decisions`` the gate,
    the side and the key of each wall, and ``origins`` the slots whose difference it is; ``first_slots`` has for each
    slot the first one with the same form, -1 for 0. Of a gate of k > 2 forms side ``k i + j`` means that form i is
    greater than form j. Nodes below the top have the walls by which they differ from what is above still to come;
    ``parts`` says whether the points in ``given`` are exact, if there are several winners, PARTED, as bits.
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
    origins: IntegerRows
    first_slots: Integers
    parts: Integers
    hints: FloatRows
    goals: FloatRows
