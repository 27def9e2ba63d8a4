"""The oriented matroid of a data set: the signs of all affine forms at its points.

Covectors are the signs, 0 included, that affine forms have at the points; they are the patterns of two terms, whose
difference is the form. Topes are those without avoidable zeros, the linear dichotomies; cocircuits have the smallest
supports. Circuits are the signs of the smallest affine dependences, which are the minimal Radon partitions (Björner,
Las Vergnas, Sturmfels, White, Ziegler, Oriented matroids, 1999, chapters 1 and 3).
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from itertools import combinations

from attrs import field, frozen

from polytopes.arithmetic.linalg import kernel
from polytopes.arithmetic.rationals import Row
from polytopes.arrangements.arrangement import Arrangement
from polytopes.errors import InputError
from tropical.fans.classification.fan import Signs
from tropical.fans.data_set import DataSet


@frozen(slots=False, eq=False)
class OrientedMatroid:
    """The oriented matroid of M points by its covectors, tuples of 1, 0 and -1.

    >>> matroid = OrientedMatroid.of(DataSet.of([[0], [1], [2]]))
    >>> matroid, len(matroid.topes), matroid.circuits
    (OrientedMatroid(n_points=3, rank=2), 6, ((-1, 1, -1), (1, -1, 1)))
    >>> matroid.cocircuits
    ((-1, -1, 0), (-1, 0, 1), (0, -1, -1), (0, 1, 1), (1, 0, -1), (1, 1, 0))
    """

    n_points: int
    rank: int
    covectors: frozenset[Signs] = field(repr=False)
    circuits: tuple[Signs, ...] = field(repr=False)

    @classmethod
    def of(cls, data: DataSet) -> OrientedMatroid:
        """Return the oriented matroid of the affine dependences of a data set."""
        position = data.position
        found = frozenset(tuple(signs[place] for place in position) for signs in _covectors(data))
        return cls(data.n_points, data.rank, found, tuple(sorted(_circuits([data.rows[place] for place in position]))))

    @cached_property
    def topes(self) -> tuple[Signs, ...]:
        """The covectors whose supports are largest, sorted."""
        most = max(map(_size, self.covectors))
        return tuple(sorted(signs for signs in self.covectors if _size(signs) == most))

    @cached_property
    def cocircuits(self) -> tuple[Signs, ...]:
        """The covectors that are not 0 and whose supports contain no smaller one, sorted."""
        supports = {_support(signs) for signs in self.covectors if any(signs)}
        minimal = {own for own in supports if not any(other < own for other in supports)}
        return tuple(sorted(signs for signs in self.covectors if _support(signs) in minimal))

    @property
    def is_uniform(self) -> bool:
        """Whether the points are in general position: every circuit has rank + 1 points."""
        return all(_size(circuit) == self.rank + 1 for circuit in self.circuits)

    @property
    def is_acyclic(self) -> bool:
        """Whether some form is positive at all points; so it is for points of affine space, where 1 is such a form."""
        return (1,) * self.n_points in self.covectors


def _covectors(data: DataSet) -> Iterable[Signs]:
    """Return the covectors of the distinct points."""
    if not data.rows:
        return [()]
    return Arrangement.central(data.pivot_rows).covectors()


def _circuits(rows: list[Row]) -> set[Signs]:
    """Return the signs of the dependences of minimal supports."""
    supports: list[frozenset[int]] = []
    found = set()
    width = len(rows[0]) if rows else 0
    for size in range(1, min(width + 1, len(rows)) + 1):
        for chosen in combinations(range(len(rows)), size):
            if any(support <= set(chosen) for support in supports):
                continue
            relations = kernel(list(zip(*(rows[p] for p in chosen), strict=True)), size)
            if relations:
                supports.append(frozenset(chosen))
                for sign in (1, -1):
                    signs = [0] * len(rows)
                    for p, entry in zip(chosen, relations[0], strict=True):
                        signs[p] = sign if entry > 0 else -sign
                    found.add(tuple(signs))
    return found


def _size(signs: Signs) -> int:
    return sum(1 for sign in signs if sign)


def _support(signs: Signs) -> frozenset[int]:
    return frozenset(p for p, sign in enumerate(signs) if sign)


def compose(first: Signs, second: Signs) -> Signs:
    """Return the composition of two covectors: the first where it is not 0, the second elsewhere.

    >>> compose((1, 0, 0), (-1, -1, 0))
    (1, -1, 0)
    """
    return tuple(a or b for a, b in zip(first, second, strict=True))


def first_violation(covectors: Iterable[Signs]) -> tuple[str, tuple[Signs, ...]] | None:
    """Return the first axiom of covectors that a set violates, with the vectors, or None if it is an oriented matroid.

    The axioms are: 0 is a covector ("zero"), and with X also -X ("symmetry"); compositions are ("composition"); and if
    X and Y are opposite at p, some Z is 0 there and the composition of X and Y wherever they are not opposite
    ("elimination").

    >>> first_violation([(0,), (1,)])
    ('symmetry', ((1,),))
    """
    members = set(covectors)
    if len({len(signs) for signs in members}) != 1:
        raise InputError("covectors of different lengths, or none; give tuples of one length")
    ordered = sorted(members)
    zero = (0,) * len(ordered[0])
    if zero not in members:
        return "zero", ()
    for x in ordered:
        if tuple(-sign for sign in x) not in members:
            return "symmetry", (x,)
    pairs = [(x, y) for x in ordered for y in ordered]
    for x, y in pairs:
        if compose(x, y) not in members:
            return "composition", (x, y)
    for x, y in pairs:
        opposite = {p for p, (a, b) in enumerate(zip(x, y, strict=True)) if a * b < 0}
        both = compose(x, y)
        agreeing = [z for z in ordered if all(z[p] == both[p] for p in range(len(z)) if p not in opposite)]
        if any(all(z[p] for z in agreeing) for p in opposite):
            return "elimination", (x, y)
    return None
