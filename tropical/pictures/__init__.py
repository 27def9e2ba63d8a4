"""Pictures of regions, decision boundaries, tropical curves, subdivisions and polytopes; ``explorer/`` shows them live.

What is drawn is exact, only its coordinates are rounded: ``view`` says which part of the input space is shown,
``plane`` cuts it, ``planar_complex``, ``spatial_complex``, ``linear_pieces`` and ``facet_polygons`` are its cells;
``data_points`` puts data on top. ``regions``, ``boundaries``, ``tropical_curves``, ``polytopes``, ``complexity``,
``checkpoints``, ``initialization``, ``spectrum``, ``margins``, ``barcodes``, ``sublevel_sets`` and ``splines`` draw
with matplotlib (the extra ``plot``), in the style of :mod:`polytopes.drawing.figures`.
"""

from lazy_loader import attach_stub

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)
