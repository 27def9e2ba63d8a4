"""Hypergraphs: finite lists of windows (hyperedges), each a nonempty set of elements. They define sums of simplices.

The polytope of a hypergraph is the Minkowski sum of the simplices conv(e_i : i in W) over its windows W. Repeated,
nested, overlapping and one-element windows are allowed, and so are elements that lie in no window.

Modules that count::

    frontier            count_vertices, f_vector, count_edges, count_facets, count_signed (with signs of maxima),
                        selections, mean_neighbors; cost (a prediction), bounds (certified bounds);
                        vertex_table (uniform samples, ranking and unranking); watching (progress)
    sliding_windows     windows on a line in closed form: counts, f-vector, generating function
    growing_families    proven generating functions of families of growing hypergraphs; growth rates

A vertex is written as its choice function: the elements chosen in the windows, in the order of the windows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from operator import index

from attrs import field, frozen

from polytopes.errors import InputError
from polytopes.minkowski_sums.biconnected import blocks

Window = tuple[int, ...]


def _windows(windows: Iterable[Iterable[int]]) -> tuple[Window, ...]:
    return tuple(tuple(sorted({index(element) for element in window})) for window in windows)


@frozen(cache_hash=True)
class Hypergraph:
    """Windows on the elements 0, ..., size - 1.

    Args:
        windows: each a nonempty set of elements, kept sorted; the windows keep their order, and repeats.
        size: the number of elements.

    Raises:
        InputError: for an empty window or an element out of range.

    >>> h = Hypergraph([(0, 1, 2), (1, 2, 3), (5, 4), (5,), (4, 5)], 7)
    >>> h.components
    ((0, 1, 2, 3), (4, 5), (6,))
    >>> h.atoms
    ((0,), (1, 2), (3,), (4,), (5,))
    >>> h.dimension
    4
    """

    windows: tuple[Window, ...] = field(converter=_windows)
    size: int = field(converter=index)

    def __attrs_post_init__(self) -> None:
        for j, window in enumerate(self.windows):
            if not window:
                raise InputError(f"window {j} is empty; every window needs at least one element, so leave it out")
            if window[0] < 0 or window[-1] >= self.size:
                raise InputError(f"window {j} is {window}, but the elements are 0 to {self.size - 1}")

    @classmethod
    def of(cls, windows: Iterable[Iterable[int]]) -> Hypergraph:
        """Return the hypergraph of these windows on the elements 0 to the largest one that occurs."""
        listed = _windows(windows)
        return cls(listed, 1 + max((window[-1] for window in listed if window), default=-1))

    def __repr__(self) -> str:
        return f"Hypergraph of {len(self.windows)} windows on {self.size} elements"

    @cached_property
    def windows_of(self) -> tuple[tuple[int, ...], ...]:
        """For each element the numbers of the windows that contain it."""
        lists: list[list[int]] = [[] for _ in range(self.size)]
        for j, window in enumerate(self.windows):
            for element in window:
                lists[element].append(j)
        return tuple(map(tuple, lists))

    @cached_property
    def used(self) -> tuple[int, ...]:
        """The elements that lie in some window."""
        return tuple(element for element in range(self.size) if self.windows_of[element])

    @cached_property
    def components(self) -> tuple[tuple[int, ...], ...]:
        """The connected components, as sorted sets of elements; an element in no window is one by itself."""
        parent = list(range(self.size))

        def find(element: int) -> int:
            while parent[element] != element:
                parent[element] = parent[parent[element]]
                element = parent[element]
            return element

        for window in self.windows:
            for element in window[1:]:
                parent[find(element)] = find(window[0])
        groups: dict[int, list[int]] = {}
        for element in range(self.size):
            groups.setdefault(find(element), []).append(element)
        return tuple(sorted(map(tuple, groups.values())))

    @cached_property
    def atoms(self) -> tuple[tuple[int, ...], ...]:
        """The maximal sets of used elements that lie in exactly the same windows."""
        groups: dict[tuple[int, ...], list[int]] = {}
        for element in self.used:
            groups.setdefault(self.windows_of[element], []).append(element)
        return tuple(sorted(map(tuple, groups.values())))

    @cached_property
    def dimension(self) -> int:
        """The dimension of the polytope: elements less components."""
        return self.size - len(self.components)

    @cached_property
    def essential(self) -> Hypergraph:
        """The same elements, without repeated and one-element windows: the polytope has the same normal fan."""
        return Hypergraph(tuple(dict.fromkeys(window for window in self.windows if len(window) > 1)), self.size)

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """The blocks, without repeated and one-element windows: they stay connected if any one element is removed.

        A cycle of the arcs from chosen elements to the rest of their windows passes at most once through an element
        that separates the windows. So the polytope is, up to an affine map and scaling of its summands, the product of
        the polytopes of the blocks.

        >>> [part.elements for part in Hypergraph.of([(0, 1, 2), (1, 2, 3), (3, 4)]).parts]
        [(0, 1, 2, 3), (3, 4)]
        """
        first: dict[Window, int] = {}
        for j, window in enumerate(self.windows):
            if len(window) > 1:
                first.setdefault(window, j)
        numbers = list(first.values())
        return tuple(self._part([numbers[k] for k in block]) for block in blocks(list(first)))

    @cached_property
    def connected_parts(self) -> tuple[Part, ...]:
        """The connected components that have windows, without repeated windows but with those of one element."""
        home = {element: i for i, component in enumerate(self.components) for element in component}
        groups: dict[int, list[int]] = {}
        for window, j in {window: j for j, window in reversed(list(enumerate(self.windows)))}.items():
            groups.setdefault(home[window[0]], []).append(j)
        return tuple(self._part(sorted(groups[i])) for i in sorted(groups))

    def _part(self, numbers: Sequence[int]) -> Part:
        elements = tuple(sorted({element for j in numbers for element in self.windows[j]}))
        place = {element: k for k, element in enumerate(elements)}
        windows = [[place[element] for element in self.windows[j]] for j in numbers]
        return Part(Hypergraph(windows, len(elements)), elements, tuple(numbers))

    def with_shared_element(self, windows: Iterable[int] | None = None) -> Hypergraph:
        """Return the hypergraph with one more element, ``size``, in all windows or in those with the given numbers.

        The element stands for the constant 0: max(0, max of W) has the regions of max over W and the element.
        """
        chosen = set(range(len(self.windows)) if windows is None else windows)
        enlarged = [(*window, self.size) if j in chosen else window for j, window in enumerate(self.windows)]
        return Hypergraph(enlarged, self.size + 1)


@frozen
class Part:
    """A piece of a hypergraph: its windows, and which elements and windows of the whole it is made of."""

    hypergraph: Hypergraph
    elements: tuple[int, ...]
    windows: tuple[int, ...]
