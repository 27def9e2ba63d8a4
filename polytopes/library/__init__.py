"""Named polytopes, arrangements and sums of simplices that know their answers, for examples and tests.

>>> from polytopes import library
>>> library.cube(3).polyhedron
Polyhedron in Q^3, 6 facets (vertices not computed)
>>> library.shi(3).facts["characteristic_polynomial"]
(1, -6, 9, 0)
"""

from lazy_loader import attach_stub

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)
