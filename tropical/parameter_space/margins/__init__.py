"""Labelled points and how far classifiers keep from them: linear ones, and networks of leaky ReLU units.

``linear`` decides linear separability and finds the largest margin; ``leaky_units`` are networks with outer weights 1
and -1; ``hinge_descent`` trains them exactly; ``best_network`` finds the one of least norm; ``signal`` parts weights
into signal and noise and gives the error of linear classifiers.
"""

from lazy_loader import attach_stub

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)
