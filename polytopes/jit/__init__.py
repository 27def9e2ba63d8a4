"""How kernels are compiled: the decorators, bundles of arrays, and compiled code that is out of date."""

from lazy_loader import attach_stub

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)
