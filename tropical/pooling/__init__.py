"""Max-pooling layers and their polytopes.

Counts, bounds, lists and samples of linear regions, f-vectors, generating functions of layers that grow, layers in a
row or side by side, and the published formulas (Escobar et al., arXiv 2209.14978), each with its regime.

>>> from tropical.pooling import MaxPooling, PoolingCounts
>>> PoolingCounts(MaxPooling(10, 3, stride=1)).n_vertices()
919
"""

from lazy_loader import attach_stub

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)
