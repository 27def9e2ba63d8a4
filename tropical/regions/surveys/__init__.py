"""One question asked of all activation regions: extrema, Lipschitz constants, differences, degeneracy, boundaries.

``survey`` has what all of them share: the walk, its limits, and an answer at any time.
"""

from lazy_loader import attach_stub

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)
