"""The cell complex of a piecewise linear function, and the topology of the sets that it cuts out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

from attrs import frozen

from polytopes.arithmetic.rationals import RationalLike, as_fraction
from polytopes.errors import InputError, ShapeError, VerificationFailed
from polytopes.homology.barcodes import Bar
from polytopes.homology.coefficients import INTEGERS, Ring, checked_field, checked_ring
from tropical.networks.sources import NetworkLike, asked
from tropical.regions.activation_regions import Walk
from tropical.regions.surveys.extrema import functionals
from tropical.topology.chains import dual_complex
from tropical.topology.critical import CriticalComponents, check_morse, critical_components
from tropical.topology.level_sets import LevelSet, Relation, checked_relation
from tropical.topology.region_complex import MOST_CELLS, CellCount, ComplexCell, RegionComplex, region_complex
from tropical.topology.score_complex import ScoreComplex
from tropical.topology.value_ranges import ValueRanges

if TYPE_CHECKING:
    from polytopes.enumeration.domain_cell import Method
    from polytopes.polyhedra.domains import DomainLike
    from tropical.networks.network import Network

Value = Fraction | None
"""A number; None for an infinite end."""


@frozen
class Interval:
    """A bar: homology classes of {f <= t} of a degree for t from ``birth`` on and before ``death``.

    ``birth`` is None for minus infinity, ``death`` for infinity.
    """

    degree: int
    birth: Value
    death: Value


@frozen(eq=False, slots=False)
class CellComplex:
    """The complex of activation regions of a network in a domain with all faces, and one output on it.

    Make one with :meth:`of`. Everything is exact, of whichever position hyperplanes are.

    >>> from tropical import Network
    >>> net = Network.from_weights([([[1, 0], [-1, 0], [0, 1], [0, -1]], [0] * 4), ([[1, 1, 1, 1]], [0])])  # |x| + |y|
    >>> K = CellComplex.of(net)
    >>> K.f_vector(), K.barcode()
    ((1, 4, 4), (Interval(degree=0, birth=Fraction(0, 1), death=None),))
    >>> K.level(1).betti(), K.superlevel(0, strict=True).betti(), K.sublevel(-1).betti()
    ((1, 1), (1, 1), (0, 0))
    """

    complex: RegionComplex
    output: int = 0

    @classmethod
    def of(
        cls,
        source: NetworkLike,
        domain: DomainLike = None,
        *,
        output: int | None = None,
        difference: tuple[int, int] | None = None,
        limit: int | None = MOST_CELLS,
        timeout: float | None = None,
        method: Method | None = None,
        progress: Callable[[CellCount], None] | None = None,
        count: CellCount | None = None,
    ) -> CellComplex:
        """Return the complex of a function.

        Args:
            source: a network, a tropical function, or an expression such as ``"abs(x) - max(y, 1)"``, whose maxima are
                the gates.
            domain: of full dimension: a polyhedron, or bounds as for :func:`polytopes.polyhedra.domains.as_domain`; the
                whole space if None.
            output: which output the sets are of; may be left out if there is one.
            difference: the numbers of two outputs, in place of one: the sets are of the first less the second.
            limit: the largest number of cells, of all dimensions together.
            timeout, progress, count: as for :func:`tropical.topology.region_complex.region_complex`.
            method: "vertices" or "witness", how the walk keeps regions.

        Raises:
            InputError: if the network has several outputs and none is chosen.
            LimitReached: with a count as ``partial``: of a part of the cells there is no topology.
            DomainError, ShapeError: as :func:`tropical.regions.activation_regions.activation_regions`.
        """
        whole, part = asked(source, domain)
        network, chosen = chosen_function(whole, output, difference)
        walk = Walk(network, part, method)
        return cls(region_complex(walk, limit=limit, timeout=timeout, progress=progress, count=count), chosen)

    @classmethod
    def of_scores(cls, source: NetworkLike, domain: DomainLike = None, **options: Any) -> ScoreComplex:
        """Return the complex of the classes of a network; see :meth:`ScoreComplex.of`."""
        return ScoreComplex.of(source, domain, **options)

    @property
    def lineality(self) -> int:
        """The dimension of the space of lines, which all cells share."""
        return self.complex.lineality

    def f_vector(self) -> tuple[int, ...]:
        """Return the numbers of cells of dimension 0, 1, ..., d."""
        return self.complex.f_vector()

    @cached_property
    def ranges(self) -> ValueRanges:
        """The ranges of the output on all cells.

        Raises:
            VerificationFailed: if the network has another value at a vertex.
        """
        found = ValueRanges.of(self.complex, self.output)
        self._verify(found)
        return found

    def _verify(self, ranges: ValueRanges) -> None:
        """Compare the values at some vertices, the smallest and the largest among them, with those of the network."""
        by_rank = {rank: label for label, rank in ranges.of_vertex.items()}
        chosen = {0, len(ranges.values) // 2, len(ranges.values) - 1}
        for rank in chosen & by_rank.keys():
            if self.complex.network(self.complex.vertex(by_rank[rank]))[self.output] != ranges.values[rank]:
                raise VerificationFailed("the network has another value at a vertex than its complex")

    def cells(self, dim: int) -> tuple[ComplexCell, ...]:
        """Return the cells of a dimension."""
        return self.complex.cells(dim)

    def value_range(self, cell: ComplexCell) -> tuple[Value, Value]:
        """Return the infimum and the supremum of the output on a cell; None for infinite ones.

        >>> K = CellComplex.of("max(x, 0)")
        >>> sorted(map(K.value_range, K.cells(1)), key=str)
        [(Fraction(0, 1), Fraction(0, 1)), (Fraction(0, 1), None)]
        """
        k, index = cell.level, cell.index
        return self.ranges.end(self.ranges.low[k][index]), self.ranges.end(self.ranges.high[k][index])

    def critical_values(self) -> tuple[Fraction, ...]:
        """Return the values at which the homology of sublevel sets may change: those of critical components."""
        return tuple(sorted({component.value for component in self.critical().components}))

    # Sets

    def set(self, relation: str, level: RationalLike) -> LevelSet:
        """Return the set where the output is ``<``, ``<=``, ``=``, ``>=`` or ``>`` a number."""
        return LevelSet(self.complex, self.ranges, checked_relation(relation), as_fraction(level), self.output)

    def sublevel(self, level: RationalLike, strict: bool = False) -> LevelSet:
        """Return the set where the output is at most a number, or less if strict."""
        return self.set(Relation.below if strict else Relation.at_most, level)

    def superlevel(self, level: RationalLike, strict: bool = False) -> LevelSet:
        """Return the set where the output is at least a number, or more if strict."""
        return self.set(Relation.above if strict else Relation.at_least, level)

    def level(self, level: RationalLike) -> LevelSet:
        """Return the set where the output is a number."""
        return self.set(Relation.at, level)

    # Persistence

    @cached_property
    def _known_bars(self) -> dict[tuple[int, bool], list[Bar]]:
        return {}

    def bars(self, field: int = 2, superlevel: bool = False) -> list[Bar]:
        """Return the barcode as :meth:`barcode` does, by ranks of values (-1 for minus infinity).

        Raises:
            InputError: if ``field`` is neither 0 nor a prime.
            VerificationFailed: unless one bar is infinite, in degree 0, as the domain is contractible.
        """
        key = checked_field(field), superlevel
        if key not in self._known_bars:
            self._known_bars[key] = self._find_bars(*key)
        return self._known_bars[key]

    def _find_bars(self, field: int, superlevel: bool) -> list[Bar]:
        complex_ = self.complex
        ranges = self.ranges.negated if superlevel else self.ranges
        inner = [[i for i, border in enumerate(level) if not border] for level in complex_.is_border]
        chains = dual_complex(complex_, inner, oriented=field != 2).check(field)
        values = [[ranges.low[k][i] for i in inner[k]] for k in range(complex_.depth, -1, -1)]
        found = chains.barcode(values, field)
        if [bar.degree for bar in found if bar.death is None] != [0]:
            raise VerificationFailed("the domain is contractible, but its cells have other homology than a point")
        return found

    def barcode(self, field: int = 2, superlevel: bool = False) -> tuple[Interval, ...]:
        """Return the bars of the persistent homology of {f <= t}, sorted by degree, birth and death.

        Args:
            field: the characteristic of the field, 0 or a prime.
            superlevel: take the function -f, whose sublevel sets are the superlevel sets of f at the negated values.

        Raises:
            InputError, VerificationFailed: as :meth:`bars`.
        """
        ranges = self.ranges.negated if superlevel else self.ranges
        bars = self.bars(field, superlevel)
        return tuple(
            Interval(bar.degree, ranges.end(bar.birth), None if bar.death is None else ranges.end(bar.death))
            for bar in bars
        )

    def betti_curve(self, field: int = 2) -> tuple[tuple[Value, tuple[int, ...]], ...]:
        """Return the Betti numbers of {f <= t} as a step function: from each number t on, up to the next.

        The first step is from minus infinity, None, on.
        """
        bars = self.bars(field)
        steps = sorted({-1} | {bar.birth for bar in bars} | {bar.death for bar in bars if bar.death is not None})
        degrees = range(self.complex.dim)
        return tuple((self.ranges.end(step), tuple(_alive(bars, step, degree) for degree in degrees)) for step in steps)

    def critical(self, ring: Ring = INTEGERS) -> CriticalComponents:
        """Return the critical components, checked against the barcode over the same field; of the integers, over Q.

        Raises:
            InputError: if there is no such ring.
            VerificationFailed: if they do not account for the births and deaths of bars.
        """
        found = critical_components(self.complex, self.ranges, checked_ring(ring))
        check_morse(found.relative_ranks, self.bars(0 if ring == INTEGERS else int(ring)))
        return found


def _alive(bars: Sequence[Bar], step: int, degree: int) -> int:
    return sum(bar.degree == degree and bar.birth <= step and (bar.death is None or step < bar.death) for bar in bars)


def chosen_function(network: Network, output: int | None, difference: tuple[int, int] | None) -> tuple[Network, int]:
    """Return a network, and the number of its output that is asked about.

    Raises:
        InputError: if there are several outputs and none is chosen, or an output and a difference are.
        ShapeError: if there is no output of this number.
    """
    if difference is None:
        return network, _chosen_output(network, output)
    if output is not None:
        raise InputError("an output and a difference of outputs are both chosen; choose one")
    first, second = (_chosen_output(network, number) for number in difference)
    row = [(i == first) - (i == second) for i in range(network.output_dim)]
    return functionals(network, [row]), 0


def _chosen_output(network: Network, output: int | None) -> int:
    if output is None:
        if network.output_dim != 1:
            raise InputError(
                f"the network has {network.output_dim} outputs; choose one, a difference of two, or its classes"
            )
        return 0
    if not 0 <= output < network.output_dim:
        raise ShapeError(f"output {output} of a network with outputs 0 to {network.output_dim - 1}")
    return output
