"""Activation patterns: bipartite graphs of data points and terms, and the operations on them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from attrs import frozen

from polytopes.arithmetic.rationals import MatrixLike, dot
from polytopes.errors import InputError, ShapeError
from polytopes.messages import shortened
from tropical.fans.activation.parameters import parameter_rows
from tropical.fans.activation.upper_lines import Terms, largest
from tropical.fans.data_set import DataSet

if TYPE_CHECKING:
    import networkx as nx


@frozen(slots=False)
class ActivationPattern:
    """For each point of the data the sorted terms that are largest there: the neighbors of the point in the graph.

    ``sets[p]`` is not empty; terms are numbered from 0 to ``n_terms`` - 1.

    >>> pattern = ActivationPattern.of([{0}, {0, 2}, {1}], 3)
    >>> pattern.sets, pattern.is_maximal, sorted(pattern.graph.edges)[1]
    (((0,), (0, 2), (1,)), False, (('point', 1), ('term', 0)))
    """

    sets: tuple[Terms, ...]
    n_terms: int

    @classmethod
    def of(cls, sets: Iterable[Iterable[int]], n_terms: int) -> ActivationPattern:
        """Return a pattern from a set of terms for each point.

        Raises:
            InputError: if a set is empty, or a term is out of range.
        """
        found = tuple(tuple(sorted(set(terms))) for terms in sets)
        for p, terms in enumerate(found):
            if not terms:
                raise InputError(f"point {p} has no term; some term is largest at every point")
            for term in terms:
                if not (isinstance(term, int) and 0 <= term < n_terms):
                    raise InputError(f"term {shortened(term)} at point {p}; terms are the integers below {n_terms}")
        return cls(found, n_terms)

    @classmethod
    def of_parameter(cls, data: DataSet, theta: MatrixLike) -> ActivationPattern:
        """Return the pattern of a parameter, N x (d + 1) rationals: the argmax of theta_i . (1, p) at every point.

        >>> data = DataSet.of([[0], [1], [2]])
        >>> ActivationPattern.of_parameter(data, [(1, 0), (0, 1)]).sets
        ((0,), (0, 1), (1,))
        """
        forms = parameter_rows(theta, data)
        return cls(tuple(largest([dot(form, (1, *point)) for form in forms]) for point in data.points), len(forms))

    @classmethod
    def of_colors(cls, colors: Iterable[int], n_terms: int) -> ActivationPattern:
        """Return the pattern with one term at each point."""
        return cls.of(((color,) for color in colors), n_terms)

    @classmethod
    def from_graph(cls, graph: nx.Graph) -> ActivationPattern:
        """Return the pattern of a graph on nodes ("point", p) and ("term", i), as :attr:`graph` gives it."""
        points = sorted(node[1] for node in graph if node[0] == "point")
        n_terms = sum(1 for node in graph if node[0] == "term")
        return cls.of(([term for _, term in graph["point", p]] for p in points), n_terms)

    @property
    def n_points(self) -> int:
        """The number of points."""
        return len(self.sets)

    @property
    def is_maximal(self) -> bool:
        """Whether every point has one term, as in a maximal cone."""
        return all(len(terms) == 1 for terms in self.sets)

    @property
    def graph(self) -> nx.Graph:
        """The bipartite graph; nodes ("point", p) have the attribute ``bipartite`` 0 and ("term", i) have 1."""
        import networkx as nx

        graph = nx.Graph()
        graph.add_nodes_from((("point", p) for p in range(self.n_points)), bipartite=0)
        graph.add_nodes_from((("term", i) for i in range(self.n_terms)), bipartite=1)
        graph.add_edges_from((("point", p), ("term", i)) for p, terms in enumerate(self.sets) for i in terms)
        return graph

    @cached_property
    def masks(self) -> tuple[int, ...]:
        """The sets as bit sets."""
        return tuple(sum(1 << i for i in terms) for terms in self.sets)

    @classmethod
    def from_masks(cls, masks: Iterable[int], n_terms: int) -> ActivationPattern:
        """Return the pattern with these bit sets."""
        return cls(tuple(tuple(i for i in range(n_terms) if mask >> i & 1) for mask in masks), n_terms)

    def refines(self, other: ActivationPattern) -> bool:
        """Return whether each set is contained in that of the other: then the other's cone is a face of this one's.

        >>> ActivationPattern.of([{0}, {1}], 2).refines(ActivationPattern.of([{0, 1}, {1}], 2))
        True
        """
        self._check_like(other)
        return all(a & ~b == 0 for a, b in zip(self.masks, other.masks, strict=True))

    def compose(self, other: ActivationPattern) -> ActivationPattern:
        """Return at each point the common terms of both patterns if there are any, and those of this pattern otherwise.

        A parameter of this pattern moved a little towards one of the other has a pattern that agrees with this
        composition at the points where the sets meet, and is contained in this pattern elsewhere.
        """
        self._check_like(other)
        masks = (a & b or a for a, b in zip(self.masks, other.masks, strict=True))
        return ActivationPattern.from_masks(masks, self.n_terms)

    def surround(self, blocks: Sequence[Iterable[int]]) -> ActivationPattern:
        """Return the refinement by an ordered partition of the terms: each set's part in the first block it meets.

        It is the pattern after the forms of the first block are raised a little, those of the second less, and so on.

        >>> ActivationPattern.of([{0, 1}, {1, 2}], 3).surround([{2}, {0, 1}]).sets
        ((0, 1), (2,))
        """
        masks = [sum(1 << i for i in set(block)) for block in blocks]
        if sum(masks) != (1 << self.n_terms) - 1 or sum(mask.bit_count() for mask in masks) != self.n_terms:
            raise InputError(f"{shortened(blocks)} is not an ordered partition of the terms 0, ..., {self.n_terms - 1}")
        return ActivationPattern.from_masks(
            (next(own & block for block in masks if own & block) for own in self.masks), self.n_terms
        )

    def renamed(self, names: Sequence[int]) -> ActivationPattern:
        """Return the pattern with term i called ``names[i]``, a permutation of the terms."""
        if sorted(names) != list(range(self.n_terms)):
            raise InputError(f"{shortened(names)} is not a permutation of the terms 0, ..., {self.n_terms - 1}")
        return ActivationPattern.of(([names[i] for i in terms] for terms in self.sets), self.n_terms)

    def at_points(self, points: Iterable[int]) -> ActivationPattern:
        """Return the pattern on some of the points, in the order given."""
        return ActivationPattern(tuple(self.sets[p] for p in points), self.n_terms)

    def with_terms(self, terms: Sequence[int]) -> ActivationPattern | None:
        """Return the pattern of some of the terms, renumbered in the order given; None if a point has none of them.

        Where each point has one of them left, leaving out the other forms changes no maximum.
        """
        place = {term: k for k, term in enumerate(terms)}
        sets = tuple(tuple(sorted(place[i] for i in own if i in place)) for own in self.sets)
        return ActivationPattern(sets, len(terms)) if all(sets) else None

    def as_dict(self) -> dict[str, Any]:
        """Return the pattern as plain lists."""
        return {"terms": self.n_terms, "sets": [list(terms) for terms in self.sets]}

    def _check_like(self, other: ActivationPattern) -> None:
        mine, theirs = (self.n_points, self.n_terms), (other.n_points, other.n_terms)
        if mine != theirs:
            raise ShapeError(f"patterns of {mine} and {theirs} points and terms; give patterns of one data set")
