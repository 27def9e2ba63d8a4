"""Tropical convexity in the max convention: polytopes, covectors, hyperplane arrangements, half-spaces and systems.

``covectors`` are the bipartite graphs of maximizing columns; ``decomposition`` walks over the pseudovertices of a
polytope and closes their covectors under refinement, which gives all cells; ``polytope`` asks for membership, nearest
points, extreme points and half-spaces; ``arrangement`` reads hyperplanes off the same cells; ``systems`` solves linear
systems.

>>> from tropical.convexity import TropicalPolytope
>>> TropicalPolytope.of([[0, 0, 0], [0, 1, 3], [0, 4, 2]]).f_vector
(6, 6, 1)
"""

from lazy_loader import attach_stub

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)
