"""Proven bounds on the number of activation regions that cost almost nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from math import comb, prod
from typing import TYPE_CHECKING, Literal

from attrs import frozen
from flint import nmod_mat

from polytopes.arithmetic.linalg import PRIME, rank
from polytopes.enumeration.gate_program import GateProgram, Stage
from tropical.regions.chamber_counts import MOST_STEPS, arrangement_of, predicted_steps

if TYPE_CHECKING:
    from polytopes.arithmetic.rationals import Row
    from polytopes.arrangements.arrangement import Arrangement

ValidFor = Literal["this network", "some network of this architecture"]
Matching = dict[int, tuple[int, ...]]
"""The support that each matched coordinate is given to."""
MOST_ENTRIES = 100_000
"""Matrices with more entries are taken to have the largest rank of their shape."""
MOST_PLACES = 20_000
"""Choices of numbers of units, support by support, that are examined: a fraction of a second."""


@frozen
class Bound:
    """A bound, what it holds for, and its source.

    A bound for "this network" holds for the count that is asked for. One for "some network of this architecture" says
    that weights with so many regions over the whole space exist; it says nothing about the given weights.
    """

    name: str
    value: int
    valid_for: ValidFor
    source: str


def upper_bounds(program: GateProgram, dim: int) -> list[Bound]:
    """Return upper bounds on the number of activation regions in any convex domain of dimension ``dim``.

    * Layer by layer, in each region of the layers before, the forms of a layer are affine forms of rank at most r, so
      its gates of ranks k_i cut it into at most sum_(j <= r) e_j(k_1 - 1, k_2 - 1, ...) pieces, e_j the elementary
      symmetric functions. For convolutions r is the rank of the matrix with its shared weights.
    * For a chain of ReLU layers, a region where j units of a layer are off has an image of dimension at most n - j.
    * Where the first layer is an arrangement, its chambers are counted instead of bounded. If its units see only
      parts of the input, as in a convolution, so do the numbers of units with independent windows.

    >>> from tropical import Network
    >>> net = Network.from_weights([([[1], [2], [3]], [0, 1, 2]), ([[1, 1, 1]], [0])])
    >>> [bound.value for bound in upper_bounds(net.program, 1)]
    [4, 4, 4]
    """
    found, factors = _by_ranks(program, dim, _rank)
    chambers, by_supports = first_layer_regions(program), first_layer_by_supports(program)
    if chambers is not None:
        value = chambers * prod(factors[1:])
        found.append(Bound("first layer counted", value, "this network", "Zaslavsky 1975"))
    if by_supports is not None:
        value = by_supports * prod(factors[1:])
        found.append(Bound("windows of the first layer", value, "this network", "Xiong et al. 2020, Theorem 2"))
    return found


def bound_by_sizes(layers: Iterable[Sequence[int]], dim: int) -> Bound:
    """Return an upper bound on the number of activation regions from the ranks of the gates of each layer alone.

    The gates of a layer read nothing of one another, so each layer cuts a region of those before it like affine forms.

    >>> bound_by_sizes([[2, 2, 2], [2]], 2).value
    14
    """
    value = prod(_elementary(ranks, dim) for ranks in layers)
    return Bound("sizes of layers", value, "this network", "Montúfar, Ren, Zhang 2021")


def closed_form_bounds(program: GateProgram, dim: int) -> list[Bound]:
    """Return the bounds of :func:`upper_bounds` that are formulas, with the sizes of layers in place of their ranks.

    They take no linear algebra, and no time to speak of.

    >>> from tropical import Network
    >>> net = Network.from_weights([([[1, 1], [2, 2], [3, 3]], [0, 1, 2]), ([[1, 1, 1]], [0])])
    >>> [bound.value for bound in closed_form_bounds(net.program, 2)]
    [7, 7]
    """
    return _by_ranks(program, dim, _most_rank)[0]


def _by_ranks(
    program: GateProgram, dim: int, rank_of: Callable[[GateProgram, int], int]
) -> tuple[list[Bound], list[int]]:
    """Return the bounds by the ranks of layers, which a function of the program and a stage bounds; and the factors."""
    layers = [stage for stage in program.stages if stage.gates]
    ranks = [rank_of(program, k) for k, stage in enumerate(program.stages) if stage.gates]
    factors = [_pieces(stage, min(dim, bound)) for stage, bound in zip(layers, ranks, strict=True)]
    found = [Bound("layer by layer", prod(factors), "this network", "Montúfar, Ren, Zhang 2021; Xiong et al. 2020")]
    if layers and _is_relu_chain(program):
        value = _serra([len(stage.gates) for stage in layers], ranks, dim)
        found.append(Bound("dimensions of images", value, "this network", "Serra, Tjandraatmadja, Ramalingam 2018"))
    return found, factors


def lower_bounds(program: GateProgram, whole_space: bool) -> list[Bound]:
    """Return lower bounds on the number of activation regions; in a domain none is known without a count.

    Over the whole space the regions of the first layer are a lower bound for the network: every activation region lies
    in one of them; and each of them, being open and not covered by the finitely many pieces of hyperplanes
    where later gates tie, holds at least one.

    >>> from tropical import Network
    >>> net = Network.from_weights([([[1], [2], [3]], [0, 1, 2]), ([[1, 1, 1]], [0])])
    >>> [bound.value for bound in lower_bounds(net.program, True)]
    [4, 4]
    """
    found = []
    chambers = first_layer_regions(program) if whole_space else None
    if chambers is not None:
        found.append(Bound("first layer", chambers, "this network", "Zaslavsky 1975"))
    widths = [len(stage.gates) for stage in program.stages if stage.gates]
    dim = program.input_dim
    if widths and min(widths) >= dim and _is_relu_chain(program):
        folds = prod((width // dim) ** dim for width in widths[:-1])
        value = folds * sum(comb(widths[-1], j) for j in range(dim + 1))
        source = "Montúfar, Pascanu, Cho, Bengio 2014"
        found.append(Bound("folding", value, "some network of this architecture", source))
    return found


def independent_units(program: GateProgram) -> Bound:
    """Return a lower bound on the number of activation regions over the whole space, found at once.

    If r gates of the first stage with gates part the space by hyperplanes whose normals are independent, all their 2^r
    patterns have interior points, and each holds a region. Their number modulo a prime is at most r.

    >>> from tropical import Network
    >>> net = Network.from_weights([([[1, 1], [2, 2], [3, 1]], [0, 1, 2]), ([[1, 1, 1]], [0])])
    >>> independent_units(net.program).value
    4
    """
    stage = next((stage for stage in program.stages if stage.gates), None)
    normals = [] if stage is None else list(_normals(program, program.stages.index(stage)))
    residues = [entry % PRIME for normal in normals for entry in normal]
    found = nmod_mat(len(normals), program.input_dim, residues, PRIME).rank() if normals else 0
    return Bound("independent units of the first layer", 2**found, "this network", "Zaslavsky 1975")


def _normals(program: GateProgram, number: int) -> Iterator[list[int]]:
    """Yield the normals of the hyperplanes of the gates of rank 2 in a stage that reads the input only."""
    stage, first, dim = program.stages[number], program.first_slots[number], program.input_dim
    if max(stage.sources, default=0) > dim:
        return

    def form(slot: int) -> dict[int, int]:
        if slot < first:
            return {slot: 1}
        return dict(zip(stage.sources, stage.rows[slot - first], strict=True))

    for gate in stage.gates:
        if gate.rank == 2 and all(slot >= first or slot <= dim for slot in gate.selectors):
            low, high = map(form, gate.selectors)
            yield [high.get(j, 0) - low.get(j, 0) for j in range(1, dim + 1)]


def first_layer_regions(program: GateProgram) -> int | None:
    """Return the number of regions of the first gated stage over the whole space, if it is quick to compute."""
    if not program.n_gates:
        return 1
    arrangement = _first_arrangement(program)
    if arrangement is None or predicted_steps(arrangement) > MOST_STEPS:
        return None
    return arrangement.n_chambers


def first_layer_by_supports(program: GateProgram) -> int | None:
    """Return :func:`regions_by_supports` of the first gated stage, if some unit ignores an input."""
    arrangement = _first_arrangement(program) if program.n_gates else None
    if arrangement is None:
        return None
    supports = [tuple(i for i, entry in enumerate(normal) if entry) for normal in arrangement.normals]
    if all(len(support) == program.input_dim for support in supports):
        return None
    return regions_by_supports(supports)


def _first_arrangement(program: GateProgram) -> Arrangement | None:
    first = next(k for k, stage in enumerate(program.stages) if stage.gates)
    return arrangement_of(GateProgram(program.input_dim, program.stages[: first + 1], (), program.scales))


def _pieces(stage: Stage, dim: int) -> int:
    """Return the sum of the elementary symmetric functions e_0, ..., e_dim of the ranks minus 1."""
    return _elementary([gate.rank for gate in stage.gates], dim)


def _elementary(ranks: Sequence[int], dim: int) -> int:
    if all(rank == 2 for rank in ranks):
        return sum(comb(len(ranks), j) for j in range(min(dim, len(ranks)) + 1))
    symmetric = [1] + [0] * min(dim, len(ranks))
    for k in ranks:
        for j in range(len(symmetric) - 1, 0, -1):
            symmetric[j] += symmetric[j - 1] * (k - 1)
    return sum(symmetric)


def _rank(program: GateProgram, number: int) -> int:
    """Return an upper bound of the rank of the linear forms that the gates of a stage compare.

    Rows of the stage span them together with slots that gates read directly; the constant slot does not count.
    """
    rows, columns, direct = _compared(program, number)
    if len(rows) * len(columns) > MOST_ENTRIES:
        return _most_rank(program, number)
    return rank([[row[j] for j in columns] for row in rows]) + direct if rows and columns else direct


def _most_rank(program: GateProgram, number: int) -> int:
    """Return the rank that forms of this number and length have at most."""
    rows, columns, direct = _compared(program, number)
    return min(len(rows), len(columns)) + direct


def _compared(program: GateProgram, number: int) -> tuple[list[Row], list[int], int]:
    """Return the rows that the gates of a stage compare, their columns, and the number of slots read directly."""
    stage, first = program.stages[number], program.first_slots[number]
    columns = [j for j, source in enumerate(stage.sources) if source]
    read = {slot for gate in stage.gates for slot in gate.selectors}
    rows = [stage.rows[slot - first] for slot in read if slot >= first]
    return rows, columns, len({slot for slot in read if 0 < slot < first} - _zero_slots(program))


def _zero_slots(program: GateProgram) -> set[int]:
    """Return the slots of the rows that are zero."""
    stages = zip(program.first_slots, program.stages, strict=True)
    return {slot for first, stage in stages for slot, row in enumerate(stage.rows, first) if not any(row)}


def _is_relu_chain(program: GateProgram) -> bool:
    """Whether every gate is max(0, z), and each stage reads only the gates of the last gated one (or the input)."""
    readable, zeros = set(range(program.input_dim + 1)), _zero_slots(program)
    for stage, slot in zip(program.stages, program.first_slots, strict=True):
        if not set(stage.sources) <= readable:
            return False
        rows = set(range(slot, slot + len(stage.rows)))
        for gate in stage.gates:
            if gate.rank != 2 or gate.selectors != gate.outputs or gate.selectors[0] not in zeros:
                return False
            if gate.selectors[1] not in rows | readable:
                return False
        after = slot + len(stage.rows)
        readable = {0} | (set(range(after, after + len(stage.gates))) or rows)
    return True


def _serra(widths: Sequence[int], ranks: Sequence[int], dim: int) -> int:
    """Return the bound of Serra et al., Theorem 1: a sum over the numbers of units that are off, layer by layer."""

    @cache
    def regions(layer: int, left: int) -> int:
        if layer == len(widths):
            return 1
        left, width = min(left, ranks[layer]), widths[layer]
        return sum(comb(width, j) * regions(layer + 1, min(left, width - j)) for j in range(min(left, width) + 1))

    return regions(0, dim)


def regions_by_supports(supports: Iterable[Iterable[int]]) -> int | None:
    """Return an upper bound of the chambers of hyperplanes whose normals have these supports; None if it takes long.

    Args:
        supports: for each hyperplane the indices of the coordinates where its normal may be other than 0.

    Algorithm:
        An arrangement has as many chambers as sets of hyperplanes without broken circuit that meet (Whitney). The
        normals of such a set are independent. So by Hall's theorem each of them can be given a coordinate of its
        support, all different, and there are at most as many chambers as sets for which this is possible.
        For one convolution it is the sum of Theorem 2 in Xiong, Huang, Yu, Liu, Zhu, Shao, On the number of linear
        regions of convolutional neural networks (ICML 2020). It need not be attained, however general the weights:
        two filters commute, f * g = g * f, so that 2 x 2 filters on 3 x 3 inputs make 255 regions where it is 256.

    >>> regions_by_supports([(0, 1), (0, 1), (0, 1)])       # three lines in general position
    7
    >>> regions_by_supports([(0,), (0,), (1,)])     # a grid of 3 x 2 fields
    6
    """
    counted = Counter(tuple(sorted(set(support))) for support in supports)
    groups = sorted(counted.items())
    places = 0

    def count(k: int, matching: Matching) -> int:
        nonlocal places
        places += 1
        if places > MOST_PLACES:
            raise _TooMany
        if k == len(groups):
            return 1
        support, size = groups[k]
        chosen = enumerate(_extensions(matching, support, size))
        return sum(comb(size, n) * count(k + 1, larger) for n, larger in chosen)

    try:
        return count(0, {})
    except _TooMany:
        return None


class _TooMany(Exception):
    """There are more choices than are examined."""


def _extensions(matching: Matching, support: tuple[int, ...], size: int) -> Iterator[Matching]:
    """Yield matchings with 0, 1, 2, ... more units of a support, as long as there is one, at most ``size`` more."""
    yield matching
    for _ in range(size):
        matching = dict(matching)
        if not _augment(matching, support, set()):
            return
        yield matching


def _augment(matching: Matching, support: tuple[int, ...], seen: set[int]) -> bool:
    """Give a coordinate to one more unit, moving others if need be."""
    for coordinate in support:
        if coordinate not in seen:
            seen.add(coordinate)
            if coordinate not in matching or _augment(matching, matching[coordinate], seen):
                matching[coordinate] = support
                return True
    return False
