"""The arrays of compiled measures: what is known of cells, what is wanted, and what is found."""

from __future__ import annotations

from typing import NamedTuple

from polytopes.enumeration.kernels.arrays import (
    Array,
    ByteRows,
    FloatRows,
    IntegerRows,
    Integers,
    Words,
)
from polytopes.enumeration.kernels.double_double import EPS, add
from polytopes.enumeration.kernels.precise_tape import SLACK, PreciseTape
from polytopes.jit.bundles import Bundle, reference
from polytopes.jit.compilation import compiled


class Cells(NamedTuple):
    """Cells as :class:`polytopes.enumeration.records.Records` has them, with their vertices in homogeneous coordinates.

    Bit v of ``incidence`` says that the v-th vertex of its cell lies on a facet.
    A row of ``inequalities`` is (gate, losing form, row of the domain), the last -1 for a gate. ``domain_high`` and
    ``domain_low`` are the rows of the domain, with an error of at most EPS times their size.
    """

    patterns: ByteRows
    n_facets: Integers
    n_vertices: Integers
    inequalities: IntegerRows
    vertices: FloatRows
    incidence: Words
    domain_high: FloatRows
    domain_low: FloatRows


class Wanted(NamedTuple):
    """What is asked of the forms: lists of slots, one after the other, each from one of ``starts`` to the next.

    For every layer the slots compared, the outputs, then pairs of slots whose difference is a preactivation; ``shared``
    says for every list of slots compared whether they depend on the outputs of the layer before only.
    """

    outputs: Integers
    before: Integers
    before_starts: Integers
    after: Integers
    after_starts: Integers
    pairs: IntegerRows
    pair_starts: Integers
    shared: Integers


class Measures(NamedTuple):
    """What is found. Rows of three are high, low, error; ``ranks`` (before, after by layer) are -1 where not certain.

    ``cells``: by cell the volume, then its products with the norms l2, l1, max of the Jacobian and the sums of the
    lengths of the gradients of preactivations by layer. ``facets``: the areas. ``failed`` counts vertices not certain.
    """

    cells: FloatRows
    facets: FloatRows
    ranks: IntegerRows
    failed: Integers
    points: FloatRows
    forms: FloatRows
    masses: FloatRows
    work: FloatRows


CELLS, WANTED, MEASURES, TAPE = Bundle(Cells), Bundle(Wanted), Bundle(Measures), Bundle(PreciseTape)
as_cells, as_wanted, as_measures, as_tape = map(reference, (CELLS, WANTED, MEASURES, TAPE))


@compiled
def accumulate(out: Array, row: int, place: int, high: float, low: float, error: float) -> None:
    """Add a number with its error to the three places of a sum."""
    x, y = add(out[row, place], out[row, place + 1], high, low)
    out[row, place + 2] = (out[row, place + 2] + error + EPS * (abs(x) + abs(high))) * SLACK
    out[row, place], out[row, place + 1] = x, y
