"""Piecewise linear networks with exact weights: graphs of layers, their readers, and their gate programs.

>>> from tropical.networks import Network
>>> network = Network.from_weights([([[1, -1], [-1, 1]], [0, 0]), ([[1, 1]], ["-1/2"])])
>>> network([3, "1/3"])
(Fraction(13, 6),)
"""

from lazy_loader import attach_stub

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)
