"""The explorer: activation fans and linear regions in a browser, as a file or in a notebook, fed by exact scenes."""

from lazy_loader import attach_stub

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)
