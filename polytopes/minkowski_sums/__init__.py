"""Minkowski sums kept unexpanded, and sums of simplices, given by hypergraphs.

A vertex of a sum of simplices is an acyclic choice of one element from each hyperedge. ``frontier/`` counts vertices,
faces and facets by dynamic programming, without a list; sliding windows have closed forms, growing families have
generating functions.
"""

from lazy_loader import attach_stub

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)
