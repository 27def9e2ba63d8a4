"""The weights vary and the data stands still: what networks of one architecture can do on given points.

Dichotomies that they attain (``attained_dichotomies`` by ``hidden_layer``, ``sign_changes``, ``sampling``), ranks of
derivatives by the parameters (``jacobian``), and the place of a network in a classification fan (``position``).
Rooms of their own: ``tangent_kernels``, ``margins`` of labelled data, ``loss_landscape`` for the squared loss of a
hidden layer, ``convex_training`` for its global minima.
"""

from lazy_loader import attach_stub

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)
