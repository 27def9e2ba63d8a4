"""Tropical convexity in the max convention: polytopes, covectors, hyperplane arrangements, half-spaces and systems.

``covectors`` are the bipartite graphs of maximizing columns; ``pseudovertices`` walks over those of a matrix, and
``decomposition`` closes their covectors under refinement, which gives all cells; ``membership`` says with a proof where
a point lies; ``polytope`` has all that is asked of a hull, ``arrangement`` reads hyperplanes off the same cells,
``systems`` and ``two_sided`` solve linear systems. ``checker`` verifies documents of hulls with the standard library
alone.

>>> from tropical.convexity import TropicalPolytope
>>> TropicalPolytope.of([[0, 0, 0], [0, 1, 3], [0, 4, 2]]).f_vector
(6, 6, 1)
"""

from lazy_loader import attach_stub

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)
