"""Counting without a hull: vertices, faces and facets of sums of simplices by dynamic programming along a frontier.

Windows are read one by one, in an ``ordering`` that keeps the frontier narrow: the elements that lie both in windows
that were read and in windows to come (``schedule``). What was read matters to the rest through a state of the
frontier, and ``machine`` takes all states one window further (``plans``, ``kernels/``, ``sums``).

* ``counts``, ``facets``, ``tables``: the numbers, and single vertices by their number.
* ``prediction``, ``bounding``: what a count would cost, and bounds where it costs too much.
* ``periods``, ``transfer_matrix``, ``lumping``, ``recurrences``, ``window_rows``: frontiers that repeat.
"""

from lazy_loader import attach_stub

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)
