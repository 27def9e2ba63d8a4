"""The flat arrays that the compiled search works on.

Variables are numbered: 0 is the constant 1, then the inputs, then the units r = max(0, z), level by level. A *form* is
a vector over all variables, an *affine form* one over the first 1 + n of them.
"""

from __future__ import annotations

from typing import NamedTuple

from polytopes.enumeration.kernels.arrays import ByteRows, FloatRows, Floats, IntegerRows, Integers

INPUTS, UNITS, LEVELS, ROWS = range(4)
"""Entries of Net.shape; rows are those of all conjunctions."""
WALLS, PREFIX, SPLIT, FOUND, RECORDING, ROOT = range(6)
"""Entries of Node.state: the number of walls; the number of levels whose units are all closed; what a node found."""
OPEN, EMPTY = 0, 1
"""What becomes of a node."""
FIRST, LENGTH, OFFSET = range(3)
"""Columns of Net.runs: consecutive variables of a form, and where their coefficients are."""


class Net(NamedTuple):
    """Units and conditions on a box, the same at all nodes.

    Forms 0, 1, ... are those of units, then come the rows of the conjunctions. ``low`` and ``high`` contain the box;
    ``reach`` bounds the absolute values of inputs.
    """

    shape: Integers
    run_starts: Integers
    runs: IntegerRows
    values: Floats
    level: Integers
    level_starts: Integers
    conjunctions: Integers
    low: Floats
    high: Floats
    reach: Floats


class Node(NamedTuple):
    """What is known at a node, and scratch.

    ``lower`` and ``upper`` bound z of every unit. ``walls`` are affine forms that are at least minus ``wall_errors`` on
    the cell. ``sizes`` bound the sum of absolute values of the terms of every form. ``known`` are the affine forms of
    units below the first level with an open one, with their errors and sizes. ``bound_factors[2 g + side]`` are the
    multipliers of the walls in the last bound of a unit, ``row_factors`` and ``wall_factors`` those of refutations.
    ``margins`` are amounts by which some condition of a refuted conjunction fails everywhere; ``promises`` the least
    values of conditions of the others at ``points``, as parts of their sizes, and ``hits`` says where they nearly hold.
    ``goal`` is the least value that the least condition of a conjunction must have, and the part of the size of a
    combination by which it must be missed; ``bounds`` are upper bounds of the least condition of conjunctions, and
    ``heights`` its values at ``points``.
    While they are recorded, ``used`` marks the units that occur in a substitution; the other arrays keep these marks.
    """

    state: Integers
    lower: Floats
    upper: Floats
    walls: FloatRows
    wall_errors: Floats
    wall_sizes: Floats
    sizes: Floats
    alive: Integers
    form: Floats
    affine: Floats
    known: FloatRows
    known_errors: Floats
    known_sizes: Floats
    condition_forms: FloatRows
    condition_errors: Floats
    factors: Floats
    row_factors: FloatRows
    wall_factors: FloatRows
    bound_factors: FloatRows
    improved: Integers
    scores: Floats
    table: FloatRows
    slack: Floats
    reduced: Floats
    places: Floats
    columns: Integers
    basics: Integers
    at_upper: Integers
    widths: FloatRows
    point: Floats
    unit_values: Floats
    points: FloatRows
    hits: Integers
    promises: Floats
    margins: Floats
    goal: Floats
    bounds: Floats
    heights: Floats
    used: ByteRows
    known_used: ByteRows
    bound_used: ByteRows
    refutation_used: ByteRows
