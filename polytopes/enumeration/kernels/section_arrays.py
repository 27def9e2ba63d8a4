"""The flat arrays of the count by sections, and the meaning of their columns.

A cell is kept by its vertices: vectors of n homogeneous coordinates with one bound on the error of each of them. An
error of 0 stands for exact integers below 2^53, of vectors, of forms and of values alike.
"""

from __future__ import annotations

from typing import NamedTuple

from polytopes.enumeration.kernels.arrays import FloatRows, Floats, IntegerRows, Integers, WordRows, Words

WIDTH = 64
"""Units in a block, one bit of a word each, and walls of a cell."""
LIMIT = 2.0**300
DONE, ASK, PAUSE, HARD, GROW_NODES, GROW_VERTICES, GROW_SECTIONS, GROW_EDGES = range(8)

# Columns of Chain.blocks, Chain.stages, Count.nodes, Count.words, Count.marks and tags, Count.levels, Count.bits and
# Count.values, entries of Count.state; there 5 to 7 are those of the walk; and rows of
# Count.goals.
STAGE, START, UNITS, GATE = range(4)
WEIGHT, ROWS, INTEGRAL = range(3)
FIRST, SIZE, BLOCK, PHASE, FOUND, SLOT, DECIDED, ADDED = range(8)
OPEN, FRESH, TIED, OWN, ON = range(5)
WALLS, POSITIVE, NEGATIVE, UNSURE, ACTIVE = range(5)
EDGE, EDGES, CUT, UNBOUNDED = range(2, 6)
CROSSING, REST, ORIGIN = range(3)
ERROR, LARGEST = WIDTH, WIDTH + 1
BEGIN, ENTER, SPLIT, READY, COUNTING, DEAD = range(6)
TOP, CELLS, BOUNDED, PARTS, BOUNDED_PARTS, REFUSE, SEED, ASKED = range(8)
WANTED, GUIDED, STEPS, LEVEL, QUESTION, ANSWER, LOADED, LEAVES, FACETS, RAYS = range(8, 18)
NOTHING, SIGNS_OF_CELL, SIGNS_OF_SECTION, ZEROS_OF_SEGMENT = range(4)
KNOWN, KEPT, MOST, LEAST = range(4)


class Chain(NamedTuple):
    """Layers of gates that look at the sign of a form z, each a stage of affine forms of the gates of the one before.

    A block is at most 64 units of one stage. A unit always passes on a multiple of z, its leak, and more where it is
    on. ``weights`` has for each stage after the first a row of constants and one row for every unit before, to be used
    where that is on; ``leaks`` has rows that are always used, for the units in the words ``leaking`` of the blocks.
    ``start`` has the forms of the first stage in the input, as ``Count.forms`` has them; ``rounding`` bounds the
    relative errors of weights. ``places`` has the stage of every gate and its unit there, ``lines`` for every gate the
    first one of its stage with the same hyperplane whatever the pattern. ``uses`` has for every unit the word of units
    before that it really uses, ``mates`` for every unit of a block the units there with the same hyperplane, ``copies``
    for every block the units whose hyperplane an earlier unit of their stage has.
    """

    blocks: IntegerRows
    stages: IntegerRows
    weights: FloatRows
    leaks: FloatRows
    leaking: Words
    start: FloatRows
    rounding: Floats
    places: IntegerRows
    lines: Integers
    uses: WordRows
    mates: WordRows
    copies: Words


class Root(NamedTuple):
    """A cell without lines from which a count begins: its walls with errors, its vertices and the walls of each.

    They are those of ``Count``; the wall that lies at infinity comes first. If there are gates, a cell with lines is
    opened by them (:mod:`polytopes.enumeration.orthants`), and these are the vertices where all are positive.
    """

    walls: FloatRows
    vertices: FloatRows
    constant: Floats
    tight: Words
    gates: Integers


class Count(NamedTuple):
    """Workspace: the stack of nodes and of their vertices, the forms of each stage, the sections of one cell.

    If ``leaves`` has rows, cells are visited, and their units that are on are written there, a word for each block; and
    if ``n_facets`` has rows, their facets (FACETS in all) too, with ``members`` as scratch. If ``points`` has rows, so
    are their interior points. If ``n_rays`` has rows, so are their vertices (RAYS in all) and, if the last stage of the
    chain is one of outputs, the forms of these. If ``tied`` has rows, it is written of each facet whether other gates
    may change beyond it.

    Of each node ``sums`` has the forms of the next stage as far as they are known: n rows of coefficients, one of
    errors and one of bounds on coefficients. ``forms`` has those of each stage: n rows of coefficients, and one each
    of errors, of sums and of largest coefficients, in absolute value. ``constant`` is the form that is 1 on the domain,
    with its error and its largest coefficient. ``walls`` has the constraints of the root, with errors.
    ``words`` has of each node the open units of its block, those found on and not added yet, the walls on which units
    of earlier blocks vanish that are not known to have the same hyperplane, the walls by units of its block, and the
    units of each block that are on.
    If ``goals`` has rows, greatest values are sought, of norms if ``scales`` are given, the factors of outputs, else of
    outputs and negated outputs: what they are known to be at least, what they are on a cell that is kept, and bounds on
    the cell at hand. Cells that cannot have a greater one are counted but not kept. With ``scales`` a point that lies
    likely inside a cell is written to ``inner``.
    Coefficients and coordinates are below LIMIT, so that no value is infinite; else they are replaced by zeros and ones
    with an infinite error.
    """

    state: Integers
    nodes: IntegerRows
    words: WordRows
    slots: IntegerRows
    sums: FloatRows
    forms: FloatRows
    constant: Floats
    vertices: FloatRows
    marks: WordRows
    decisions: Integers
    guide: IntegerRows
    heights: FloatRows
    levels: IntegerRows
    bits: WordRows
    values: FloatRows
    tags: WordRows
    ends: IntegerRows
    edges: IntegerRows
    zeros: FloatRows
    places: FloatRows
    chord: FloatRows
    walls: FloatRows
    rows: FloatRows
    work: FloatRows
    fresh: FloatRows
    leaves: WordRows
    points: FloatRows
    n_facets: Integers
    facets: Integers
    members: WordRows
    n_rays: Integers
    at_infinity: Words
    incidence: Words
    tied: Integers
    rays: FloatRows
    ray_errors: FloatRows
    outputs: FloatRows
    output_errors: FloatRows
    goals: FloatRows
    scales: Floats
    inner: FloatRows
