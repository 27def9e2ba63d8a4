"""Tropical algebra in the max convention.

Polynomials, rational functions and maps, matrices, hypersurfaces, decision boundaries and their combinatorial types,
and the files and expressions that they are written in.

>>> from tropical.algebra import parse_polynomial
>>> f = parse_polynomial("max(x, y, 0)")
>>> print(f * f)
max(2 x, x + y, x, 2 y, y, 0)
"""

from lazy_loader import attach_stub

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)
