"""One function in several forms: tropical map, maxout network, one hidden layer, differences of convex functions.

:func:`tropical_map` takes a network to tropical polynomials, :func:`relu_network` and :func:`maxout_network` take
these back to networks.
"""

from lazy_loader import attach_stub

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)
