"""Tropical algebra in the max convention.

* ``polynomial``, ``rational_function``: functions; ``terms``, ``products`` and ``univariate`` compute with them.
* ``matrix``, ``assignment``: linear algebra over (max, +).
* ``hypersurface``, ``decision_boundary``, ``signed_secondary_fan``: where a maximum is attained twice, and in which
  types.
* ``expressions``, ``operations``, ``notation``, ``sympy_expressions``, ``files``, ``exports``: how they are read and
  written.

>>> from tropical.algebra import parse_polynomial
>>> f = parse_polynomial("max(x, y, 0)")
>>> print(f * f)
max(2 x, x + y, x, 2 y, y, 0)
"""

from lazy_loader import attach_stub

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)
