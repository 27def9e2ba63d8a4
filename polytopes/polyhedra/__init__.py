"""Polyhedra and cones in both representations.

``polyhedron`` is put together from ``representation``, ``face_structure`` and ``constructions``, around a ``cone``;
what both have in common is in ``convex_set``. They rest on ``systems`` of rows in canonical form,
``double_description``, bit sets of ``incidence``, ``face_lattice`` and ``volume``; ``boxes``, and ``cut_boxes``, are
quicker where there are many coordinates.

>>> from polytopes.polyhedra import Polyhedron
>>> triangle = Polyhedron.from_generators([[0, 0], [1, 0], [0, 1], ["1/2", "1/2"]])
>>> triangle.vertices
((Fraction(0, 1), Fraction(0, 1)), (Fraction(0, 1), Fraction(1, 1)), (Fraction(1, 1), Fraction(0, 1)))

"""

from lazy_loader import attach_stub

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)
