"""Exact numbers and what is computed with them.

``rationals`` (numbers, vectors, primitive rows), ``long_numbers`` (text of any length), ``dimensions``; ``linalg`` and
``lattice``; ``algebraic_numbers`` (largest roots), ``surds`` (sums of square roots), ``enclosures`` (numbers between
bounds), ``rational_series`` and ``series_algebra`` (generating functions).

Every number a user gives enters through :func:`as_fraction`: integers, fractions and strings such as ``"3/2"`` as they
are, a float as the dyadic rational that it stores.

>>> from polytopes.arithmetic import as_fraction, primitive
>>> as_fraction("1.5"), primitive(["1/2", 1, 0])
(Fraction(3, 2), (1, 2, 0))
"""

from lazy_loader import attach_stub

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)
