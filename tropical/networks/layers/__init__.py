"""The layers of exact networks.

Each is a frozen data type that says its output shape, computes its value (by the same code on floats and on
Fractions), and is given by sparse linear rows, by a rearrangement of entries, or by argmax gates.
"""

from lazy_loader import attach_stub

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)
