"""Numbers of vertices and of all faces of sums of simplices, by dynamic programming along a frontier.

A choice of one element in each window is a vertex iff "chosen beats the rest of its window" has no cycle. Reading the
windows one by one, all that the later ones must know is the order on the elements they share with the earlier ones.
Faces are the same with preorders: in each window a nonempty set of equal winners.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction

from flint import fmpz_poly

from polytopes.errors import InputError, LimitReached
from polytopes.minkowski_sums.frontier.machine import MEMORY, Budget, Machine
from polytopes.minkowski_sums.frontier.ordering import Orders, best_order, local_orders
from polytopes.minkowski_sums.frontier.prediction import refuse_hopeless
from polytopes.minkowski_sums.frontier.schedule import schedule
from polytopes.minkowski_sums.frontier.sums import total
from polytopes.minkowski_sums.hypergraph import Hypergraph, Part


def count_vertices(
    hypergraph: Hypergraph, *, orders: Orders = (), memory: int = MEMORY, seconds: float | None = None
) -> int:
    """Return the number of vertices of the sum of conv(e_i : i in W) over the windows W.

    It is the number of linear regions of the map from x to the maxima of x over the windows.

    Args:
        hypergraph: the windows.
        orders: orders of the windows to try besides those that are found here.
        memory: the number of bytes that may be used.
        seconds: a limit on the time.

    Raises:
        LimitReached: over a limit; ``partial`` is the count for the windows that were done, a lower bound.

    >>> count_vertices(Hypergraph.of([(0, 1, 2), (1, 2, 3), (2, 3, 4)]))
    16
    """
    return _product(hypergraph.parts, False, orders, Budget(memory, seconds))[0]


def f_vector(
    hypergraph: Hypergraph, *, orders: Orders = (), memory: int = MEMORY, seconds: float | None = None
) -> tuple[int, ...]:
    """Return f_0, ..., f_d: the numbers of faces of each dimension, the polytope included.

    Arguments and errors as for :func:`count_vertices`.

    >>> f_vector(Hypergraph.of([(0, 1, 2), (1, 2, 3)]))
    (7, 11, 6, 1)
    """
    return _product(hypergraph.parts, True, orders, Budget(memory, seconds))


def count_edges(
    hypergraph: Hypergraph, *, orders: Orders = (), memory: int = MEMORY, seconds: float | None = None
) -> int:
    """Return the number of edges: the pairs of regions with a common wall. Far cheaper than the whole f-vector.

    >>> count_edges(Hypergraph.of([(0, 1, 2), (1, 2, 3)]))
    11
    """
    return (*_product(hypergraph.parts, True, orders, Budget(memory, seconds), degrees=2), 0)[1]


def mean_neighbors(
    hypergraph: Hypergraph, *, orders: Orders = (), memory: int = MEMORY, seconds: float | None = None
) -> Fraction:
    """Return the mean number of regions that a region has a wall with: 2 f_1 / f_0.

    >>> mean_neighbors(Hypergraph.of([(0, 1, 2), (1, 2, 3)]))
    Fraction(22, 7)
    """
    return mean_degree(_product(hypergraph.parts, True, orders, Budget(memory, seconds), degrees=2))


def mean_degree(f_vector: Sequence[int]) -> Fraction:
    """Return 2 f_1 / f_0, the mean number of edges at a vertex, from the first entries of an f-vector.

    >>> mean_degree((7, 11, 6, 1)), mean_degree((1,))
    (Fraction(22, 7), Fraction(0, 1))
    """
    return Fraction(2 * f_vector[1], f_vector[0]) if len(f_vector) > 1 else Fraction(0)


def selections(
    hypergraph: Hypergraph, *, orders: Orders = (), memory: int = MEMORY, seconds: float | None = None
) -> tuple[int, ...]:
    """Return how many vertices choose 0, 1, 2, ... different elements.

    >>> selections(Hypergraph.of([(0, 1, 2), (1, 2, 3)]))
    (0, 2, 5)
    """
    return _product(hypergraph.connected_parts, False, orders, Budget(memory, seconds), marked=True)


def count_signed(
    hypergraph: Hypergraph,
    star: int | None = None,
    *,
    orders: Orders = (),
    memory: int = MEMORY,
    seconds: float | None = None,
) -> int:
    """Return the number of pairs of a vertex and the signs of all maxima: the regions of leaky ReLU after max.

    Args:
        hypergraph: the windows.
        star: the element that stands for the constant 0, if one does; where it is the maximum there is no sign.
        orders, memory, seconds: as for :func:`count_vertices`.

    >>> count_signed(Hypergraph.of([(0, 1), (1, 2)]))
    12
    """
    if star is not None and not 0 <= star < hypergraph.size:
        raise InputError(f"the element of the constant 0 is {star}, but the elements are 0 to {hypergraph.size - 1}")
    return _product(_signed_parts(hypergraph, star), False, orders, Budget(memory, seconds), signed=True)[0]


def _signed_parts(hypergraph: Hypergraph, star: int | None) -> list[Part]:
    """Return the components without the star, each with the star as its last element."""
    star = hypergraph.size if star is None else star
    bare = Hypergraph([set(w) - {star} or {star} for w in hypergraph.windows], max(hypergraph.size, star + 1))
    first: dict[tuple[int, ...], int] = {}
    for j, window in enumerate(hypergraph.windows):
        first.setdefault(window, j)
    parts = []
    for component in bare.components:
        numbers = tuple(j for j in sorted(first.values()) if bare.windows[j][0] in component)
        if component != (star,) and numbers:
            place = {element: i for i, element in enumerate((*component, star))}
            windows = [[place[element] for element in hypergraph.windows[j]] for j in numbers]
            parts.append(Part(Hypergraph(windows, len(place)), (*component, star), numbers))
    return parts


def machine_of(
    part: Part, faces: bool = False, orders: Orders = (), signed: bool = False, marked: bool = False
) -> Machine:
    """Return the machine that counts the vertices or the faces of a connected part, with a good order."""
    order = best_order(part.hypergraph, local_orders(part, orders))
    return Machine(schedule(part.hypergraph, order, part.hypergraph.size - 1 if signed else -1), faces, marked)


def _product(
    parts: Sequence[Part],
    faces: bool,
    orders: Orders,
    budget: Budget,
    *,
    signed: bool = False,
    marked: bool = False,
    degrees: int | None = None,
) -> tuple[int, ...]:
    """Return the product of the polynomials of the parts."""
    orders = [tuple(order) for order in orders]
    samples = {part.hypergraph: part for part in parts}
    result = fmpz_poly([1])
    for hypergraph, times in Counter(part.hypergraph for part in parts).items():
        try:
            refuse_hopeless(samples[hypergraph], faces, orders, budget.memory, budget.seconds)
            own = total(machine_of(samples[hypergraph], faces, orders, signed, marked), budget, degrees)
        except LimitReached as stop:
            partial = _listed(result * fmpz_poly(stop.partial or [1]))
            raise LimitReached(str(stop), partial if faces or marked else partial[0]) from None
        power = fmpz_poly(own) ** times if degrees is None else fmpz_poly(own).pow_trunc(times, degrees)
        result = result * power if degrees is None else result.mul_low(power, degrees)
    return _listed(result)


def _listed(polynomial: fmpz_poly) -> tuple[int, ...]:
    return tuple(int(coefficient) for coefficient in polynomial.coeffs())
