"""The cell complex of the scores of classes, and the topology of their regions and of the boundary between them."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

from attrs import frozen

from polytopes.errors import ShapeError
from tropical.networks.sources import NetworkLike, asked
from tropical.regions.activation_regions import Walk
from tropical.regions.surveys.decision_boundary import score_network
from tropical.topology.classes import ClassBoundary, ClassRegion, Ties
from tropical.topology.region_complex import MOST_CELLS, CellCount, RegionComplex, region_complex

if TYPE_CHECKING:
    from polytopes.enumeration.domain_cell import Method
    from polytopes.polyhedra.domains import DomainLike


@frozen(eq=False, slots=False)
class ScoreComplex:
    """The complex of activation regions of a network with a gate that compares its scores on top.

    >>> from tropical import Network
    >>> K = ScoreComplex.of(Network.from_weights([([[1, 0], [0, 1], [-1, -1]], [0, 0, 0])]))
    >>> K.f_vector(), K.class_boundary().betti(), K.class_boundary().betti("borel-moore")
    ((1, 3, 3), (1, 0), (0, 2, 0))
    """

    complex: RegionComplex

    @classmethod
    def of(
        cls,
        source: NetworkLike,
        domain: DomainLike = None,
        *,
        limit: int | None = MOST_CELLS,
        timeout: float | None = None,
        method: Method | None = None,
        progress: Callable[[CellCount], None] | None = None,
        count: CellCount | None = None,
    ) -> ScoreComplex:
        """Return the complex of the scores of a network; one output stands for two classes, positive and negative.

        Args:
            source: a network, a tropical map or boundary, or an expression.
            domain: of full dimension: a polyhedron, or bounds as for :func:`polytopes.polyhedra.domains.as_domain`; the
                whole space if None.
            limit, timeout, method, progress, count: as for :meth:`tropical.topology.cell_complex.CellComplex.of`.

        Raises:
            LimitReached: with a count as ``partial``.
            NoAnswerError: if the network has no output.
            DomainError, ShapeError: as :func:`tropical.regions.activation_regions.activation_regions`.
        """
        network, part = asked(source, domain)
        walk = Walk(score_network(network), part, method)
        return cls(region_complex(walk, limit=limit, timeout=timeout, progress=progress, count=count))

    @property
    def lineality(self) -> int:
        """The dimension of the space of lines, which all cells share."""
        return self.complex.lineality

    @property
    def n_classes(self) -> int:
        """The number of classes."""
        return self._ties.n_classes

    def f_vector(self) -> tuple[int, ...]:
        """Return the numbers of cells of dimension 0, 1, ..., d."""
        return self.complex.f_vector()

    @cached_property
    def _ties(self) -> Ties:
        return Ties(self.complex)

    def class_region(self, label: int, strict: bool = False) -> ClassRegion:
        """Return where the score of a class is the largest, or if strict the only largest.

        Raises:
            ShapeError: if there is no such class.
        """
        if not 0 <= label < self.n_classes:
            raise ShapeError(f"class {label} of classes 0 to {self.n_classes - 1}")
        return ClassRegion(self.complex, self._ties, label, strict)

    def class_boundary(self) -> ClassBoundary:
        """Return where two or more scores are the largest."""
        return ClassBoundary(self.complex, self._ties)
