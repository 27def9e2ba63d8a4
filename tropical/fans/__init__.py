"""Data sets and their fans: the space of parameters, cut up by what the parameters do to the data.

``activation/``: which of N affine forms is largest at each point. ``classification/``: the sign at each point of a
difference of two such maxima.
"""

from lazy_loader import attach_stub

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)
