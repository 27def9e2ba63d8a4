"""Piecewise linear networks with exact weights: graphs of layers, their readers, and their gate programs.

``network`` has the graphs, ``layers/`` what stands at their nodes, ``tensor`` the weights. ``readers/`` know the files
and objects of other libraries: :func:`tropical.load` reads, :func:`tropical.save` writes. ``lowering`` turns a network
into a gate program, whose slots ``symbolic_forms`` spells out.

>>> from tropical.networks import Network
>>> network = Network.from_weights([([[1, -1], [-1, 1]], [0, 0]), ([[1, 1]], ["-1/2"])])
>>> network([3, "1/3"])
(Fraction(13, 6),)
"""

from lazy_loader import attach_stub

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)
