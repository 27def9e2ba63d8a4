"""Numbers of regions and faces of max-pooling layers, alone or with an activation around the pool.

Numbers of regions multiply over the channels and over the connected components of the windows. The constant 0, which
comes from zeros in the padding and from an activation, is one more input: to fix an input at 0 only removes a constant
vector from the lineality space and changes no number. Components share this 0 only, so each gets an element for it.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import cached_property
from math import prod
from typing import Any, Literal, get_args

from attrs import frozen
from flint import fmpz_poly

from polytopes.errors import InputError, NoAnswerError
from polytopes.minkowski_sums import frontier
from polytopes.minkowski_sums.hypergraph import Hypergraph
from tropical.pooling.layer import MaxPooling
from tropical.pooling.lines import Line, lines

Activation = Literal["relu", "leaky"]


@frozen(slots=False)
class PoolingCounts:
    """Counts for a max-pooling layer, or for windows of any kind, with an activation before or after it.

    Attributes:
        source: a layer, or the windows of one channel.
        activation: "relu" for max(0, max over W), which is both ReLU after the pool and before it; "leaky" for a leaky
            ReLU, or any function with two slopes, after or before the pool.
        copies: the number of channels, if the source does not tell.

    >>> PoolingCounts(MaxPooling(10, 3, stride=1)).n_vertices()
    919
    """

    source: MaxPooling | Hypergraph
    activation: Activation | None = None
    copies: int = 1

    def __attrs_post_init__(self) -> None:
        if self.activation not in (None, *get_args(Activation)):
            raise InputError(f"activation {self.activation!r}; it is 'relu', 'leaky' or none")

    @cached_property
    def hypergraph(self) -> Hypergraph:
        """The windows of one channel."""
        return self.source.hypergraph if isinstance(self.source, MaxPooling) else self.source

    @property
    def zero(self) -> int | None:
        """The element that is the constant 0, if one is."""
        has_zero = isinstance(self.source, MaxPooling) and self.source.padding_value == "0"
        return self.hypergraph.size - 1 if has_zero else None

    @property
    def channels(self) -> int:
        """The number of copies of the windows."""
        return self.copies * (self.source.channels if isinstance(self.source, MaxPooling) else 1)

    @cached_property
    def lines(self) -> dict[Line, int] | None:
        """The windows as lines, with the number of each in all channels, if they are lines."""
        found = lines(self.source) if isinstance(self.source, MaxPooling) else None
        return None if found is None else {line: copies * self.channels for line, copies in found.items()}

    @property
    def n_windows(self) -> int:
        """The number of windows that are not constant, of all channels."""
        if self.lines is not None:
            return sum(line.n_read * copies for line, copies in self.lines.items())
        return self.channels * len(self.hypergraph.windows)

    @cached_property
    def expanded(self) -> Hypergraph:
        """The windows of all channels side by side; the last element is the constant 0, if :attr:`has_zero`.

        Raises:
            NoAnswerError: for leaky ReLU.
        """
        self.check_polytope()
        inputs = self.hypergraph.size - (self.zero is not None)
        zero = self.channels * inputs
        windows = [
            [zero if i == self.zero else channel * inputs + i for i in window] + [zero] * (self.activation == "relu")
            for channel in range(self.channels)
            for window in self.hypergraph.windows
        ]
        return Hypergraph(windows, zero + self.has_zero)

    @property
    def has_zero(self) -> bool:
        """Whether the constant 0 lies in some windows."""
        return self.zero is not None or self.activation == "relu"

    def check_polytope(self) -> None:
        """Refuse a leaky ReLU, whose regions are not the normal cones of a sum of simplices.

        Raises:
            NoAnswerError: for leaky ReLU.
        """
        if self.activation == "leaky":
            raise NoAnswerError("the regions with a leaky ReLU come from no sum of simplices; only count them")

    @cached_property
    def factors(self) -> dict[Hypergraph, int]:
        """The polytope as a product: hypergraphs, and how often each occurs, with the constant 0 as an element.

        Raises:
            NoAnswerError: for leaky ReLU, whose regions are not the normal cones of a sum of simplices.
        """
        self.check_polytope()
        if self.activation is None and self.zero is None:
            return {self.hypergraph: self.channels}
        bare = [[i for i in window if i != self.zero] for window in self.hypergraph.windows]
        components = Hypergraph(filter(None, bare), self.hypergraph.size).components
        home = {element: component for component in components for element in component}
        place = {element: i for component in components for i, element in enumerate(component)}
        within: dict[tuple[int, ...], list[list[int]]] = {component: [] for component in components}
        for window, own in zip(self.hypergraph.windows, bare, strict=True):
            if own:
                component = home[own[0]]
                constant = [len(component)] * (self.zero in window or self.activation == "relu")
                within[component].append([place[i] for i in own] + constant)
        found = Counter(Hypergraph(windows, len(component) + 1) for component, windows in within.items())
        return {graph: copies * self.channels for graph, copies in found.items()}

    @property
    def _whole_lines(self) -> dict[Line, int] | None:
        """The windows as lines, if none is cut."""
        found = self.lines
        return None if found is None or any(line.is_cut for line in found) else found

    @property
    def is_closed(self) -> bool:
        """Whether closed forms give all numbers of the polytope."""
        return self.activation is None and self._whole_lines is not None

    @cached_property
    def dimension(self) -> int:
        """The dimension of the polytope."""
        if self.activation is None and self._whole_lines is not None:
            return sum((line.dimension or 0) * copies for line, copies in self._whole_lines.items())
        return sum(graph.dimension * copies for graph, copies in self.factors.items())

    def n_vertices(self, **limits: Any) -> int:
        """Return the number of regions.

        Args:
            limits: ``memory`` in bytes and ``seconds``, as for
                :func:`polytopes.minkowski_sums.frontier.count_vertices`.

        Raises:
            LimitReached: over a limit.

        >>> PoolingCounts(MaxPooling(10, 3, stride=1, padding=1), "relu").n_vertices()
        3312
        """
        if self.activation == "leaky":
            factors = iter([(frontier.count_signed(self.hypergraph, self.zero, **limits), self.channels)])
        else:
            factors = self._vertices_of_factors(limits)
        counted: int = prod(number**copies for number, copies in factors)
        return counted

    def bounds(self, seconds: float = 30) -> frontier.Bounds:
        """Return certified bounds of the number of regions, for layers that are too large to count.

        Args:
            seconds: about how long to search for better ones.

        Raises:
            NoAnswerError: for leaky ReLU.
        """
        product = frontier.Bounds(1, 1)
        for graph, copies in self.factors.items():
            one = frontier.best_bounds(graph, seconds)
            product *= frontier.Bounds(one.lower**copies, one.upper**copies)
        return product

    def sample(self, number: int, seed: int = 0) -> Iterator[list[int | None]]:
        """Yield regions drawn uniformly and independently, each by the winners of the windows of all channels.

        Winners are numbered as in :meth:`regions`.

        >>> [len(winners) for winners in PoolingCounts(MaxPooling((4, 4), 2, 1)).sample(2)]
        [9, 9]
        """
        rng, table = random.Random(seed), frontier.vertex_table(self.expanded)
        for _ in range(number):
            yield self._winners(table.sample(rng))

    def region(self, number: int) -> list[int | None]:
        """Return the winners of the region with a number, from 0 on; see :meth:`number_of`.

        >>> pool = PoolingCounts(MaxPooling(4, 3, 1))
        >>> pool.region(6), pool.number_of([2, 2])
        ([2, 2], 6)
        """
        return self._winners(frontier.vertex_table(self.expanded).unrank(number))

    def number_of(self, winners: Sequence[int | None]) -> int:
        """Return the number of the region with these winners in the windows of all channels, None for the constant 0.

        Raises:
            InputError: if no region has them.
        """
        zero = self.expanded.size - 1 if self.has_zero else -1
        return frontier.vertex_table(self.expanded).rank([zero if w is None else w for w in winners])

    def selections(self, **limits: Any) -> tuple[int, ...]:
        """Return how many regions have 0, 1, 2, ... different winners; limits as for :meth:`n_vertices`.

        Raises:
            NoAnswerError: if the constant 0 lies in some windows, as it is no input.

        >>> PoolingCounts(MaxPooling(7, 3, 1)).selections()
        (0, 0, 4, 34, 32, 11)
        """
        if self.has_zero or self.activation is not None:
            raise NoAnswerError("different winners are counted without the constant 0; leave out activation and zeros")
        if self._whole_lines is not None:
            pieces = [(line.selections(), copies) for line, copies in self._whole_lines.items()]
        else:
            pieces = [(frontier.selections(self.hypergraph, **limits), self.channels)]
        product = fmpz_poly([1])
        for numbers, copies in pieces:
            product *= fmpz_poly(list(numbers)) ** copies
        return tuple(map(int, product.coeffs()))

    def mean_neighbors(self, **limits: Any) -> Fraction:
        """Return the mean number of neighbors of a region; limits as for :meth:`n_vertices`.

        >>> PoolingCounts(MaxPooling(4, 3, 1)).mean_neighbors()
        Fraction(22, 7)
        """
        pieces = self.factors.items()
        return sum((frontier.mean_neighbors(graph, **limits) * copies for graph, copies in pieces), Fraction(0))

    def cost(self, faces: bool = False) -> frontier.Cost:
        """Return what counting the regions, or all faces, will cost along the frontier."""
        costs = [frontier.cost(graph, faces=faces) for graph in self.factors]
        return max(costs, key=lambda cost: cost.seconds)

    def _vertices_of_factors(self, limits: dict[str, Any]) -> Iterator[tuple[int, int]]:
        if self.activation is None and self.lines is not None:
            yield from ((line.n_vertices(), copies) for line, copies in self.lines.items())
        elif self._whole_lines is not None:
            for line, copies in self._whole_lines.items():
                yield line.n_vertices_with_zero(), copies
        else:
            for graph, copies in self.factors.items():
                yield frontier.count_vertices(graph, **limits), copies

    def f_vector(self, **limits: Any) -> tuple[int, ...]:
        """Return f_0, ..., f_d: vertices, edges, ..., the polytope itself; limits as for :meth:`n_vertices`.

        >>> PoolingCounts(MaxPooling(4, 3, stride=1)).f_vector()
        (7, 11, 6, 1)
        """
        if self.activation is None and self._whole_lines is not None:
            vectors = [(line.f_vector(), copies) for line, copies in self._whole_lines.items()]
        else:
            vectors = [(frontier.f_vector(graph, **limits), copies) for graph, copies in self.factors.items()]
        product = fmpz_poly([1])
        for vector, copies in vectors:
            product *= fmpz_poly(list(vector)) ** copies
        return tuple(map(int, product.coeffs()))

    def n_facets(self, **limits: Any) -> int:
        """Return the number of facets; limits as for :meth:`n_vertices`.

        >>> PoolingCounts(MaxPooling((3, 4), 2, stride=1)).n_facets()
        40
        """
        if self.activation is None and self._whole_lines is not None:
            return sum(line.n_facets() * copies for line, copies in self._whole_lines.items())
        return sum(frontier.count_facets(graph, **limits) * copies for graph, copies in self.factors.items())

    def regions(self) -> Iterator[tuple[list[int | None], list[int]]]:
        """Yield each region as the winners of its windows, None for the constant 0, and the vertex it belongs to.

        The inputs of channel c are numbered from c times their number on, in row-major order.

        >>> next(PoolingCounts(MaxPooling(3, 2, stride=1), "relu").regions())
        ([0, 1], [1, 1, 0])
        """
        from polytopes.minkowski_sums.simplex_sum import SimplexSum  # takes a second to import

        for vertex in SimplexSum(self.expanded).vertices():
            yield self._winners(vertex.choice), list(vertex.point[: self.expanded.size - self.has_zero])

    def _winners(self, choice: Sequence[int]) -> list[int | None]:
        zero = self.expanded.size - 1 if self.has_zero else -1
        return [None if winner == zero else winner for winner in choice]
