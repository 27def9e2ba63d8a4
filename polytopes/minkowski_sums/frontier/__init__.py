"""Counting without a hull: vertices, faces and facets of sums of simplices by dynamic programming along a frontier."""

from lazy_loader import attach_stub

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)
