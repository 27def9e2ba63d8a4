"""Activation regions and linear regions of a network on a domain: lists, counts, bounds, estimates, certificates.

``surveys/`` asks one question of all regions.
"""

from lazy_loader import attach_stub

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)
