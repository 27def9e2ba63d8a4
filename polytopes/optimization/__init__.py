"""Exact linear programs with certificates: guesses by solvers, verified or redone in integers.

``linear_program`` maximizes and minimizes, ``feasibility`` decides strict systems, ``redundancy`` finds relative
interior points and redundant rows, ``quadratic_program`` nearest points; ``certificates`` has the answers. Behind them
stand ``highs`` (guesses), ``simplex`` (exact) and ``cddlib`` (the last resort), on the rows of ``integer_rows``.

>>> from polytopes.optimization import maximize
>>> maximize([1, 1], [[1, -2, -1], [1, -1, -2]]).value
Fraction(2, 3)
"""

from lazy_loader import attach_stub

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)
