"""How maxout networks are initialized: certified constants, bounds of gradients, and random networks.

``moments`` are means over the maximum of normal variables, ``gradients`` what follows from them for an architecture,
``random_networks`` networks with weights drawn by a scheme. ``architecture`` reads widths and rank off a network,
``sampling`` draws gradients in floating point.
"""

from lazy_loader import attach_stub

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)
