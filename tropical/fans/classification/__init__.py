"""Classifiers sign(g - h), g and h maxima of affine forms: dichotomies, chambers, and the landscape of the 0/1 loss."""

from lazy_loader import attach_stub

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)
