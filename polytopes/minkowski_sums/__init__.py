"""Minkowski sums kept unexpanded, and sums of simplices, given by hypergraphs.

``minkowski_sum`` finds vertices, edges and faces of any sum without all candidates. The rest is about sums of
simplices: a ``hypergraph`` names them, and a vertex of a ``simplex_sum`` is one of the ``acyclic_choices`` of an
element from each hyperedge. ``frontier/`` counts vertices, faces and facets by dynamic programming, block by block
(``biconnected``), without a list. ``sliding_windows`` along a line have closed forms, ``growing_families`` generating
functions.
"""

from lazy_loader import attach_stub

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)
