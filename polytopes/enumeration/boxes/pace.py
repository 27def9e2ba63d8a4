"""Which of two ways to count cells is taken: that by which more of them were found in a second."""

from __future__ import annotations

from attrs import define, field

VISIT, COUNT = 0, 1
"""Cells are visited one by one, or the parts of cells are counted at once."""
TRIAL, REST = 0.25, 8.0
"""Seconds for which the slower way is tried, and how many times as long the quicker one is then taken at least."""


def visits_in_a_second(rows: int, columns: int) -> float:
    """Return about how many cells are visited in a second: some linear programs of this size for each of them."""
    return 1e9 / (30_000.0 + 25.0 * rows * columns)


@define
class Pace:
    """Numbers of cells found, and the seconds that this took, by either way; counting is tried first.

    Both ways find the same number of cells, so that nothing but the time depends on the clock.

    >>> pace = Pace(expected=1000.0)
    >>> pace.record(10, 1.0)
    >>> pace.way == VISIT
    True
    >>> pace.record(5, 8.0)
    >>> pace.way == COUNT
    True
    """

    expected: float
    """Cells that may be visited in a second, as long as none were."""
    way: int = COUNT
    cells: list[int] = field(factory=lambda: [0, 0])
    seconds: list[float] = field(factory=lambda: [0.0, 0.0])
    _left: float = TRIAL
    """Seconds until the way is chosen anew."""

    def record(self, cells: int, seconds: float) -> None:
        """Note what was found by the way that is taken, and choose one for the time to come."""
        self.cells[self.way] += cells
        self.seconds[self.way] += seconds
        self._left -= seconds
        if self._left <= 0:
            self._choose()

    def _choose(self) -> None:
        quicker = COUNT if self.rate(COUNT) >= self.rate(VISIT) else VISIT
        if self.way == quicker and self.seconds[VISIT] > 0:
            self.way, self._left = 1 - quicker, TRIAL
        else:
            self.way, self._left = quicker, max(TRIAL, REST * self.seconds[1 - quicker])

    def rate(self, way: int) -> float:
        """Return how many cells are found in a second by one of the ways."""
        if self.seconds[way] == 0:
            return self.expected
        return self.cells[way] / self.seconds[way]

    def is_too_slow(self, cells: int, seconds: float) -> bool:
        """Whether a count that has found so many cells by now is to be given up."""
        return seconds > TRIAL and 8 * cells < seconds * self.rate(VISIT)
