"""Exact Lipschitz constants of a network over a convex domain: the largest norm of its Jacobians there.

On a convex domain with interior a continuous piecewise affine map has as its Lipschitz constant the maximum of the
operator norms of its linear parts, over all full-dimensional regions: a segment is cut by the regions into pieces, on
each of which the bound holds, and every region has interior, where it is attained.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any, ClassVar, Generic

import numpy as np
from attrs import define, evolve, field, frozen

from polytopes.arithmetic.algebraic_numbers import LargestRoot, largest_eigenvalue
from polytopes.arithmetic.linalg import matmul
from polytopes.arithmetic.rationals import Matrix, Vector
from polytopes.enumeration.chain_outputs import constant_outputs
from polytopes.enumeration.limits import Limits
from polytopes.errors import DomainError
from tropical.networks.sources import asked
from tropical.regions.activation_regions import ActivationRegion, Walk
from tropical.regions.flat_domains import FlatDomain
from tropical.regions.surveys.greatest_values import Array, GreatestValues, at_most, lowered, raised
from tropical.regions.surveys.lipschitz_report import Attained, LipschitzConstants, Value
from tropical.regions.surveys.parts import Part
from tropical.regions.surveys.steepness_bounds import SteepnessSearch, number_of_weights
from tropical.regions.surveys.survey import Survey
from tropical.regions.surveys.witnesses import Evaluations, Steepness, verify_l1, verify_l2, verify_linf

if TYPE_CHECKING:
    from polytopes.enumeration.domain_cell import Method
    from polytopes.enumeration.gate_program import GateProgram
    from polytopes.enumeration.goals import Goals
    from polytopes.enumeration.recorded_cells import BlockOfCells
    from polytopes.enumeration.records import Only
    from polytopes.polyhedra.domains import DomainLike
    from tropical.networks.sources import NetworkLike

FIRST_TURN, GRACE = 1.0, 0.5
"""Seconds of the walk before parts are looked at, for a quarter of the time so far; and when all has been stopped."""
LARGEST = 200_000
"""So many weights may a network have for a search that begins when all has been stopped."""


def row_sum_norm(matrix: Matrix) -> Fraction:
    """Return the operator norm for the maximum norm: the largest sum of absolute values in a row."""
    return max(sum(map(abs, row), Fraction(0)) for row in matrix)


def column_sum_norm(matrix: Matrix) -> Fraction:
    """Return the operator norm for the l1 norm: the largest sum of absolute values in a column."""
    return row_sum_norm(tuple(zip(*matrix, strict=True)))


def gram(matrix: Matrix) -> Sequence[Vector]:
    """Return ``J J^T`` or ``J^T J``, whichever is smaller; both have one largest eigenvalue."""
    columns = tuple(zip(*matrix, strict=True))
    return matmul(matrix, columns) if len(matrix) <= len(columns) else matmul(columns, matrix)


@define(kw_only=True)
class LipschitzSurvey(GreatestValues[LipschitzConstants]):
    """The largest norms of the Jacobians of the regions added.

    A region is passed over where floats with error bounds say that its norms are at most those known. The square of the
    l2 norm is at most the product of the other two, and at most the sum of the squares of all entries.
    """

    only: ClassVar[Only | None] = "maps"
    _best: _Best | None = field(default=None)
    _search: SteepnessSearch | None = field(default=None)
    _next_turn: float = FIRST_TURN

    def hull(self, walk: Walk) -> FlatDomain | None:
        """Return a lower-dimensional domain; its free coordinates are those of its hull.

        Raises:
            DomainError: if it is one point, or not parallel to axes.
        """
        flat = FlatDomain.of_walk(walk)
        if flat is None and walk.relative and walk.domain is not None and not walk.domain.dim:
            raise DomainError("the domain is one point; a Lipschitz constant is about two")
        if flat is not None:
            _check_axes(flat)
        return flat

    def is_settled(self, limits: Limits[Any]) -> bool:
        """Whether no part is left in which a norm may be larger; parts are looked at now and then."""
        if limits.limit is not None or self.seconds < self._next_turn or self._best is None or self.walk is None:
            return False
        left = self._next_turn if limits.timeout is None else limits.timeout - self.seconds
        done = self._look(time.monotonic() + min(self.seconds / 4, left), self._walk_part)
        self._next_turn = 2 * self.seconds
        return done

    def _look(self, deadline: float, walk: Callable[[Part], None]) -> bool:
        """Look for larger norms by bounds until so late, and return whether there are none."""
        assert self.walk is not None
        self._search = self._search or SteepnessSearch(self.walk.network.program, self.walk.domain)
        return self._search.run(deadline, self.reached, walk)

    def _walk_part(self, part: Part) -> None:
        assert self.walk is not None
        self.n_regions += self.add_all(Walk(self.walk.network, part.domain, self.walk.method))

    def add(self, region: ActivationRegion) -> None:
        """Compare with the norms of one more Jacobian."""
        J = tuple(form[1:] for form in region.cell.forms)
        l1, linf = column_sum_norm(J), row_sum_norm(J)
        old = self._best
        if old is None or l1 > old.l1.value or linf > old.linf.value or l1 * linf > old.root.value.interval[0]:
            self._best = _improved(old, l1, linf, J, region)

    def goals(self, program: GateProgram) -> Goals | None:
        """Return goals for the norms."""
        from polytopes.enumeration.goals import Goals

        return Goals.of_norms(program)

    def upper_bounds(self, cells: BlockOfCells) -> Array | None:
        """Return bounds of the l1 norm, the linf norm and the square of the l2 norm on cells."""
        shapes = cells.records.shapes
        if shapes is None or not cells.is_full_dimensional:
            return None
        scales = cells.output_scales[None, :, None]
        with np.errstate(all="ignore"):
            entries = raised((np.abs(shapes.forms) + shapes.form_errors)[:, :, 1:] * scales)
            l1, linf = raised(entries.sum(axis=1).max(axis=1)), raised(entries.sum(axis=2).max(axis=1))
            l2 = raised(np.minimum(l1 * linf, raised((entries * entries).sum(axis=(1, 2)))))
        found = np.stack([l1, linf, l2], axis=1)
        return np.where(np.isnan(found), np.inf, found)

    def lower_bounds(self, cells: BlockOfCells) -> Array | None:
        """Return lower bounds of the same: the square of the l2 norm is at least that of any row or column."""
        shapes = cells.records.shapes
        if shapes is None or not cells.is_full_dimensional:
            return None
        scales = cells.output_scales[None, :, None]
        with np.errstate(all="ignore"):
            entries = lowered((np.abs(shapes.forms) - shapes.form_errors)[:, :, 1:] * scales).clip(min=0.0)
            squares = entries * entries
            l1, linf = lowered(entries.sum(axis=1).max(axis=1)), lowered(entries.sum(axis=2).max(axis=1))
            l2 = lowered(np.maximum(squares.sum(axis=1).max(axis=1), squares.sum(axis=2).max(axis=1)))
        found = np.stack([l1, linf, lowered(l2)], axis=1)
        return np.where(np.isfinite(found), found, -np.inf)

    def reached(self) -> Array:
        """Return floats that are at most the norms found, the third squared."""
        best = self._best
        if best is None:
            return np.full(3, -np.inf)
        if self.walk is not None and constant_outputs(self.walk.network.program).all():
            return np.full(3, np.inf)
        return np.array([at_most(best.l1.value), at_most(best.linf.value), at_most(best.root.value.interval[0])])

    def answer(self, complete: bool) -> LipschitzConstants:
        """Return the largest norms over the regions added."""
        if self.walk is not None:
            self.look_at_waiting(self.walk)
        if self._best is None:
            return LipschitzConstants(None, None, None, self.n_regions, complete, self.seconds)
        best = self._best if complete else self._bounded(self._best)
        l1, linf, root = best.l1.attained(), best.linf.attained(), best.root.attained()
        found = LipschitzConstants(l1, linf, root, self.n_regions, complete, self.seconds)
        if self.walk is not None:
            regions = best.l1.region, best.linf.region, best.root.region
            forms = {region.pattern: region.cell.forms for region in regions}
            domain, known = self.walk.domain, Evaluations.of(self.walk.network, forms)
            verify_l1(known, domain, Steepness((l1.value, l1.value), l1.pattern, l1.point))
            verify_linf(known, domain, Steepness((linf.value, linf.value), linf.pattern, linf.point))
            verify_l2(known, domain, Steepness(root.value.interval, root.pattern, root.point))
        return found if self._flat is None else _lifted(found, self._flat)

    def _bounded(self, best: _Best) -> _Best:
        """Return the norms found with bounds, which are looked for while the grace lasts."""
        if self.walk is None:
            return best
        if self._search is None and not number_of_weights(self.walk.network.program) <= LARGEST:
            return best
        seen = self.n_regions
        # Where no region was seen, the code of the walk may have been interrupted while it was being loaded.
        self._look(time.monotonic() + GRACE if seen else -np.inf, self._walk_part)
        self.n_regions = seen
        assert self._search is not None and self._best is not None
        best = self._best
        least = (best.l1.value, best.linf.value, best.root.value.interval[1])
        l1, linf, root = (
            None if bound == np.inf else max(Fraction(bound), low) if bound >= 0 else low
            for bound, low in zip(self._search.upper().tolist(), least, strict=True)
        )
        return _Best(evolve(best.l1, bound=l1), evolve(best.linf, bound=linf), evolve(best.root, bound=root))


@frozen
class _Held(Generic[Value]):
    """A value and a region where it is attained, a point of which is found when it is asked for."""

    value: Value
    region: ActivationRegion
    bound: Fraction | None = None

    def attained(self) -> Attained[Value]:
        return Attained(self.value, self.region.pattern, self.region.point, self.bound)


@frozen
class _Best:
    l1: _Held[Fraction]
    linf: _Held[Fraction]
    root: _Held[LargestRoot]


def _improved(old: _Best | None, l1: Fraction, linf: Fraction, J: Matrix, region: ActivationRegion) -> _Best:
    """Return the larger of the old norms and those of J; if they are equal, the old ones.

    The squared l2 norm is at most the product of the other two, so most regions need no eigenvalue.
    """
    if old is None:
        return _Best(_Held(l1, region), _Held(linf, region), _Held(largest_eigenvalue(gram(J)), region))
    root = old.root
    if l1 * linf > root.value.interval[0]:
        candidate = largest_eigenvalue(gram(J))
        root = _Held(candidate, region) if candidate.exceeds(root.value) else root
    return _Best(
        _Held(l1, region) if l1 > old.l1.value else old.l1,
        _Held(linf, region) if linf > old.linf.value else old.linf,
        root,
    )


def _check_axes(flat: FlatDomain) -> None:
    """Refuse a domain whose hull is not parallel to axes."""
    if any(sorted(map(abs, direction), reverse=True)[:2] != [1, 0] for direction in flat.directions):
        raise DomainError(
            f"the hull of the domain, of dimension {len(flat.directions)} in Q^{len(flat.origin)}, is not parallel to "
            "axes, so norms of vectors in it are not those of some coordinates; give a network in coordinates of the "
            "hull"
        )


def _lifted(found: LipschitzConstants, flat: FlatDomain) -> LipschitzConstants:
    """Return constants with points of the lower-dimensional domain."""
    l1, linf = _moved(found.l1, flat), _moved(found.linf, flat)
    return evolve(found, l1=l1, linf=linf, l2_squared=_moved(found.l2_squared, flat))


def _moved(found: Attained[Value] | None, flat: FlatDomain) -> Attained[Value] | None:
    return None if found is None else evolve(found, point=flat.lifted(found.point))


def lipschitz_constants(
    network: NetworkLike,
    domain: DomainLike = None,
    *,
    limit: int | None = None,
    timeout: float | None = None,
    method: Method | None = None,
    relative: bool = False,
    progress: Callable[[Survey[Any]], None] | None = None,
) -> LipschitzConstants:
    """Return the exact Lipschitz constants of ``network`` on ``domain`` for l1, l2 and linf.

    Arguments and errors as for :func:`tropical.regions.surveys.extrema.extrema`. When this is stopped, each constant
    lies between its value and its bound, whether the domain is bounded or not. A lower-dimensional domain, which
    ``relative`` allows, must be parallel to axes, such as images of which some pixels are free: only differences of
    free coordinates count.

    >>> from tropical import Network
    >>> net = Network.from_weights([([[1, 2], [3, -1]], [0, 0]), ([[1, 1]], [0])])
    >>> found = lipschitz_constants(net)
    >>> str(found.linf.value), str(found.l1.value), str(found.l2_squared.value.value)
    ('5', '4', '17')
    """
    network, domain = asked(network, domain)
    return LipschitzSurvey().fill(Walk(network, domain, method, relative), Limits(limit, timeout, progress))
