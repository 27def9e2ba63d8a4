"""Exact polyhedral geometry over the rational numbers.

The names offered here stand in ``__init__.pyi``; each is loaded from its module when it is first used.

>>> import polytopes
>>> polytopes.Polyhedron.box([0, 0], [1, 2]).volume()
Fraction(2, 1)
"""

from lazy_loader import attach_stub

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)
