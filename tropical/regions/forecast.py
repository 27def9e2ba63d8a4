"""How many regions there will be, while they are being counted: descents made now and then in between."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

from attrs import define

from tropical.regions.estimate import Descent, descents

if TYPE_CHECKING:
    from polytopes.polyhedra.polyhedron import Polyhedron
    from tropical.networks.network import Network

SOONEST = 1.0
"""Seconds that a count goes on alone; shorter ones do not wait for a forecast."""
SHARE = 0.05
"""The part of the time that may go into descents."""
FEWEST = 24
"""Descents before anything is told."""
MOST = 4000


@define
class Forecast:
    """An estimate of the number of activation regions that grows while a count runs, and takes little of its time.

    >>> from tropical.networks.network import Network
    >>> forecast = Forecast(Network.from_weights([([[1], [2], [3]], [0, 1, 2]), ([[1, 1, 1]], [0])]))
    >>> forecast.after(0.5, found=1) is None
    True
    >>> forecast.after(1e6, found=1)
    4.0
    """

    network: Network
    domain: Polyhedron | None = None
    relative: bool = False
    _descents: Iterator[Descent] | None = None
    _n_descents: int = 0
    _sum: float = 0.0
    _spent: float = 0.0

    def after(self, elapsed: float, found: int) -> float | None:
        """Return the estimate when so many regions were found in so many seconds; None while nothing can be said.

        Nothing can be said any more when more was found than estimated.
        """
        while elapsed > SOONEST and self._spent < SHARE * elapsed and self._n_descents < MOST:
            self._descend()
        if self._n_descents < FEWEST:
            return None
        mean = self._sum / self._n_descents
        return mean if mean > found else None

    def _descend(self) -> None:
        started = time.perf_counter()
        if self._descents is None:
            self._descents = descents(self.network.program, self.domain, self.relative, seed=0)
        try:
            self._sum += float(next(self._descents).weight)
        except OverflowError:
            self._sum = float("inf")
        self._n_descents += 1
        self._spent += time.perf_counter() - started
