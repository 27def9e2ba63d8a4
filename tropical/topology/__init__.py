"""Topology of piecewise linear functions: homology of level sets and of classes, barcodes, critical components.

``cell_complex`` and ``score_complex`` are the entries, for a function and for classes. ``region_complex`` collects the
faces of activation regions, ``generators`` numbers their vertices, ``value_ranges`` has the extrema on faces.
``chains`` makes chain complexes of them, for the sets of ``cell_sets``, ``level_sets`` and ``classes``, and
``critical`` finds where homology changes. ``mesh`` is for level sets in space, ``sources`` are what functions may be.
"""

from lazy_loader import attach_stub

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)
