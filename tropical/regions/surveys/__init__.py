"""One question asked of all regions: extrema, Lipschitz constants, differences, degeneracy, decision boundaries."""

from lazy_loader import attach_stub

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)
