"""Fans and polyhedral complexes.

``fan`` and ``polyhedral_complex`` share ``face_sets``. ``normal_fan``, ``regular_subdivision`` and ``secondary_fan``
make them; ``upper_hull`` finds the vertices of a regular subdivision, ``balancing`` tests weights, and ``unions``
compares unions of polyhedra.
"""

from lazy_loader import attach_stub

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)
