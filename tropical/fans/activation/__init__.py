"""Activation fans: how N affine forms share out a finite set of points (Brandenburg, Loho and Montúfar 2024)."""

from lazy_loader import attach_stub

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)
