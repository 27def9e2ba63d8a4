"""Numbers of regions and faces of max-pooling layers, alone or with an activation around the pool.

The cells of a layer multiply over its channels and over the connected components of its windows. The constant 0, which
zeros in the padding and the activation bring in, may be thought of as one more input: fixing an input at 0 takes a
constant vector from the lineality space and changes no number. It is the same 0 in all components, so each component
gets an element of its own for it.
"""

from __future__ import annotations

from collections import Counter
from functools import cached_property
from math import prod
from typing import Any, Literal, get_args

from attrs import field, frozen
from flint import fmpz_poly

from polytopes import frontier
from polytopes.errors import InputError, NoAnswerError
from polytopes.hypergraph import Hypergraph
from tropical.pooling.layer import Pooling

Activation = Literal["relu", "leaky"]


@frozen(slots=False)
class Pool:
    """What is counted: the windows of one channel, and what surrounds them.

    Attributes:
        hypergraph: the windows of one channel.
        zero: the element that is the constant 0, if one is.
        channels: how many copies of it there are.
        activation: "relu" for max(0, max over W), which is both ReLU after the pool and before it; "leaky" for a leaky
            ReLU, or any function with two slopes, after or before the pool.
        layer: the layer the windows come from.

    >>> Pool.of(Pooling(10, 3, stride=1)).n_vertices()
    919
    """

    hypergraph: Hypergraph
    zero: int | None = None
    channels: int = 1
    activation: Activation | None = None
    layer: Pooling | None = field(default=None, repr=False)

    def __attrs_post_init__(self) -> None:
        if self.activation not in (None, *get_args(Activation)):
            raise InputError(f"activation {self.activation!r}; it is 'relu', 'leaky' or none")

    @classmethod
    def of(cls, layer: Pooling, activation: Activation | None = None) -> Pool:
        """Return what is counted for a layer."""
        graph = layer.hypergraph
        zero = None if layer.padding_value == "-inf" else graph.size - 1
        return cls(graph, zero, layer.channels, activation, layer)

    @property
    def n_windows(self) -> int:
        """The number of windows that are not constant, of all channels."""
        return self.channels * len(self.hypergraph.windows)

    @cached_property
    def factors(self) -> dict[Hypergraph, int]:
        """The polytope as a product: hypergraphs, and how often each occurs, with the constant 0 as an element.

        Raises:
            NoAnswerError: for leaky ReLU, whose regions are not the normal cones of a sum of simplices.
        """
        if self.activation == "leaky":
            raise NoAnswerError("the regions with a leaky ReLU come from no sum of simplices; only count them")
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
    def dimension(self) -> int:
        """The dimension of the polytope."""
        return sum(graph.dimension * copies for graph, copies in self.factors.items())

    def n_vertices(self, **limits: Any) -> int:
        """Return the number of regions.

        Args:
            limits: ``memory`` in bytes and ``seconds``, as for :func:`polytopes.frontier.count_vertices`.

        Raises:
            LimitReached: over a limit.
        """
        if self.activation == "leaky":
            signed: int = frontier.count_signed(self.hypergraph, self.zero, **limits)
            return signed**self.channels
        counted: int = prod(frontier.count_vertices(graph, **limits) ** copies for graph, copies in self.factors.items())
        return counted

    def f_vector(self, **limits: Any) -> tuple[int, ...]:
        """Return f_0, ..., f_d: vertices, edges, ..., the polytope itself; limits as for :meth:`n_vertices`.

        >>> Pool.of(Pooling(4, 3, stride=1)).f_vector()
        (7, 11, 6, 1)
        """
        product = fmpz_poly([1])
        for graph, copies in self.factors.items():
            product *= fmpz_poly(list(frontier.f_vector(graph, **limits))) ** copies
        return tuple(map(int, product.coeffs()))
