"""Functions of one input that networks with one hidden layer learn, as exact splines.

``linear_spline`` is a piecewise linear function; ``interpolation`` finds those of least total variation of the slope
and of least norm through data, ``line_classification`` those that classify. ``bias_density`` and ``wide_interpolant``
are the limits of training wide networks, which are cubic splines. ``breakpoints`` are the bends of any network
along a line, ``path_norm`` measures the weights of a network with one hidden layer.
"""

from lazy_loader import attach_stub

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)
