"""Pictures of regions, decision boundaries, tropical curves, subdivisions and polytopes; ``explorer/`` shows them live.

All but their coordinates is exact. They need the extra ``plot``, the explorer the extra ``explore``.
"""

from lazy_loader import attach_stub

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)
