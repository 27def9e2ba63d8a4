"""Activation fans: how N affine forms share out a finite set of points (Brandenburg, Loho and Montúfar 2024).

``fan`` has the maximal cones and their walls, ``faces`` the cones of all dimensions, ``polytope`` the activation
polytope. ``argmax_classes`` and ``coloring_search`` find the cones, ``certificates`` says that there are no others.
"""

from lazy_loader import attach_stub

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)
