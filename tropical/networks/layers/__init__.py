"""The layers of exact networks.

Each is a frozen data type with a shape rule, a value (one code for floats and Fractions), and either sparse
linear rows, a rearrangement of entries, or gates.
"""

from lazy_loader import attach_stub

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)
