"""All optimal networks of a training problem as one polytope, for the norms 1 and infinity.

Weights of one sign in one chamber of the data add up to one weight without changing the function or, if they are
optimal, the penalty. So a network is a *block* v in each closed chamber C for each sign s. Let z be an optimal dual
vector. A block has ``s z . (X v)_+ <= bound |v|`` since z satisfies ``h(z) <= bound``; and a network with the optimal
fit is optimal iff all its blocks attain this. The v in C that do form a cone, which is 0 for most chambers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import cached_property
from itertools import product

from attrs import field, frozen

from polytopes.arithmetic.rationals import Row, Vector, common_denominator, dot, primitive
from polytopes.errors import InputError, LimitReached, NoAnswerError, VerificationFailed
from polytopes.polyhedra.polyhedron import Polyhedron
from tropical.networks.network import Network
from tropical.parameter_space.convex_training.atoms import Norm, ball_directions, length
from tropical.parameter_space.convex_training.trained import Trained, Unit, network_of, penalty_of

MOST_BLOCKS = 30
"""Blocks that may be nonzero, if no other limit is given."""


@frozen
class Block:
    """A sign and a closed chamber, by the sides of it on which the rows of the data are positive."""

    sign: int
    signs: tuple[int, ...] = field(repr=False)
    rows: tuple[Row, ...] = field(repr=False)
    """Rows ``r . v >= 0`` that cut out the weights that an optimal network may have here."""


@frozen(eq=False)
class OptimalSet:
    """The polytope of all optimal networks, in the weights of the blocks that may be nonzero.

    Blocks are no units: a weight on a wall lies in several closed chambers, so one network can be several points.
    """

    trained: Trained = field(repr=False)
    blocks: tuple[Block, ...]
    polytope: Polyhedron = field(repr=False)
    n_blocks: int
    """The number of all blocks: two for each chamber, without the one on which all units are 0."""

    @property
    def dim(self) -> int:
        """The dimension."""
        return self.polytope.dim

    @cached_property
    def vertices(self) -> tuple[tuple[Unit, ...], ...]:
        """The networks at the vertices, with one unit for each nonzero block."""
        return tuple(self.units(vertex) for vertex in self.polytope.vertices)

    @property
    def least_blocks(self) -> int:
        """The least number of nonzero blocks, which is the least number of units of an optimal network.

        It is attained at a vertex: where a block is 0 is a face.
        """
        return min(map(len, self.vertices))

    @cached_property
    def networks(self) -> tuple[tuple[Unit, ...], ...]:
        """The different networks at the vertices; weights of one sign that are multiples of one another are added."""
        found = {frozenset(units): units for units in map(merged, self.vertices)}
        return tuple(found.values())

    def units(self, point: Sequence[Fraction]) -> tuple[Unit, ...]:
        """Return the units of a point of the polytope."""
        d = self.trained.program.data.dim
        weights = [tuple(point[d * b : d * (b + 1)]) for b in range(len(self.blocks))]
        return tuple(Unit(block.sign, v) for block, v in zip(self.blocks, weights, strict=True) if any(v))

    def network(self, index: int) -> Network:
        """Return one of ``networks`` as a network."""
        return network_of(self.trained.program.data, self.networks[index])

    def as_dict(self) -> dict[str, object]:
        """Return the JSON document: counts, and the networks at the vertices."""
        return {
            "dim": self.dim,
            "vertices": len(self.polytope.vertices),
            "least_blocks": self.least_blocks,
            "networks": len(self.networks),
            "blocks": self.n_blocks,
            "networks_at_vertices": [[unit.as_dict() for unit in units] for units in self.networks],
        }


def merged(units: Sequence[Unit]) -> tuple[Unit, ...]:
    """Return units with those added that have one sign and one direction.

    >>> merged([Unit(1, (Fraction(1), Fraction(0))), Unit(1, (Fraction(2), Fraction(0)))])
    (Unit(sign=1, weights=(Fraction(3, 1), Fraction(0, 1))),)
    """
    total: dict[tuple[int, Row], Vector] = {}
    for unit in units:
        key = unit.sign, primitive(unit.weights)
        before = total.get(key, (Fraction(0),) * len(unit.weights))
        total[key] = tuple(a + b for a, b in zip(before, unit.weights, strict=True))
    return tuple(Unit(sign, weights) for (sign, _), weights in sorted(total.items()))


def optimal_set(trained: Trained, limit: int | None = None) -> OptimalSet:
    """Return the polytope of all optimal networks.

    Args:
        trained: an optimum for the norm 1 or infinity.
        limit: raise LimitReached if more blocks may be nonzero; ``MOST_BLOCKS`` if None.

    Raises:
        NoAnswerError: for the norm 2, or where no network fits.
        InputError: if the optimum is not known.
        LimitReached: with the number of blocks.

    References:
        A. Mishkin, M. Pilanci, Optimal sets and solution paths of ReLU networks, ICML 2023.
    """
    program, data = trained.program, trained.program.data
    if program.norm == 2:
        raise NoAnswerError("the optimal networks of the norm 2 form no polytope; take the norm 1 or inf")
    if trained.feasible is False:
        raise NoAnswerError("no network fits, so the set of optimal networks is empty")
    if trained.upper is None or trained.lower != trained.upper:
        raise InputError("the optimum is not known, only bounds; let the training run to its end")
    blocks, n_chambers = _blocks(trained)
    most = MOST_BLOCKS if limit is None else limit
    if len(blocks) > most:
        raise LimitReached(
            f"{len(blocks)} blocks of optimal networks may be nonzero, more than {most}; raise the limit"
        )
    d, width = data.dim, data.dim * len(blocks)
    weak = [
        (0, *[0] * (d * b), *row, *[0] * (width - d * (b + 1))) for b, block in enumerate(blocks) for row in block.rows
    ]
    fits = [_fit_row(trained, blocks, i) for i in range(data.n_samples)]
    equations, sides = _conditions_on_fit(trained, fits)
    polytope = Polyhedron.from_rows([*weak, *sides], equations, width)
    found = OptimalSet(trained, blocks, polytope, n_chambers)
    _check(found)
    return found


def _blocks(trained: Trained) -> tuple[tuple[Block, ...], int]:
    """Return the blocks that may be nonzero, and the number of all blocks."""
    program, data = trained.program, trained.program.data
    below = common_denominator([*trained.dual, program.dual_loss.bound])
    z = [int(trained.dual[i // len(data.places)] * below) for i in range(len(data.rows))]
    bound = int(program.dual_loss.bound * below) * data.scale
    tight = _tight_units(data.integer_rows, z, bound, program.norm)
    found: list[Block] = []
    n_blocks = 0
    for signs in data.chamber_signs():
        if 1 not in signs:
            continue
        n_blocks += 2
        sides = list(zip(signs, data.integer_rows, strict=True))
        for sign in (1, -1):
            if any(all(s * value >= 0 for s, value in zip(signs, values, strict=True)) for values in tight[sign]):
                terms = zip(z, sides, strict=True)
                active = [[sign * weight * entry for entry in row] for weight, (s, row) in terms if s > 0]
                walls = [tuple(s * entry for entry in row) for s, row in sides if s]
                walls += _norm_rows([sum(column) for column in zip(*active, strict=True)], bound, program.norm)
                found.append(Block(sign, signs, tuple(dict.fromkeys(walls))))
    return tuple(found), n_blocks


def _tight_units(rows: Sequence[Row], z: Sequence[int], bound: int, norm: Norm) -> dict[int, list[list[int]]]:
    """Return for each sign s the values of the rows at units u on which ``s z . (X u)_+ = bound |u|``."""
    tight: dict[int, list[list[int]]] = {1: [], -1: []}
    for line in ball_directions(rows, len(rows[0]), norm):
        products = [dot(row, line) for row in rows]
        most = bound * length(line, norm)
        for values in (products, [-value for value in products]):
            total = sum(weight * value for weight, value in zip(z, values, strict=True) if value > 0)
            if abs(total) == most:
                tight[1 if total > 0 else -1].append(values)
    return tight


def _norm_rows(gradient: Sequence[int], bound: int, norm: Norm) -> Iterator[Row]:
    """Yield rows that say ``bound |v| <= gradient . v``."""
    d = len(gradient)
    if norm == 1:
        for flips in product((1, -1), repeat=d):
            yield tuple(g - flip * bound for g, flip in zip(gradient, flips, strict=True))
    else:
        for k in range(d):
            for flip in (1, -1):
                yield tuple(g - flip * bound * (j == k) for j, g in enumerate(gradient))


def _fit_row(trained: Trained, blocks: Sequence[Block], sample: int) -> list[Fraction]:
    """Return the value of the network at a sample as a linear form in the blocks."""
    data, k = trained.program.data, len(trained.program.data.places)
    form: list[Fraction] = []
    for block in blocks:
        own = range(sample * k, (sample + 1) * k)
        active = [data.rows[i] for i in own if block.signs[i] > 0]
        form += [Fraction(block.sign * sum(row[j] for row in active)) for j in range(data.dim)]
    return form


def _conditions_on_fit(
    trained: Trained, fits: Sequence[Sequence[Fraction]]
) -> tuple[list[list[Fraction]], list[list[Fraction]]]:
    """Return equations and inequalities for the values at the samples.

    Interpolation and the squared loss have one optimal fit. For the hinge loss a margin is 1 where the dual entry lies
    between its bounds, at most 1 at the upper and at least 1 at the lower one.
    """
    program = trained.program
    if program.loss != "hinge":
        return [[-value, *form] for value, form in zip(trained.fit, fits, strict=True)], []
    equations, sides = [], []
    for y, z, form in zip(program.targets, trained.dual, fits, strict=True):
        row = [Fraction(-1), *(y * entry for entry in form)]
        if 0 < y * z < 1:
            equations.append(row)
        else:
            sides.append([-entry for entry in row] if z else row)
    return equations, sides


def _check(found: OptimalSet) -> None:
    """Evaluate the networks at the vertices: each has the optimal loss."""
    program = found.trained.program
    if not found.polytope.vertices:
        raise VerificationFailed("the set of optimal networks is empty")
    for units in found.networks:
        fit = [Fraction(0)] * program.data.n_samples
        for unit in units:
            fit = [a + unit.sign * b for a, b in zip(fit, program.data.response(unit.weights), strict=True)]
        if (program.loss == "interpolate" and tuple(fit) != program.targets) or (
            program.dual_loss.primal(fit, penalty_of(units, program.norm)) != found.trained.upper
        ):
            raise VerificationFailed("a network in the set of optimal networks is not optimal")
