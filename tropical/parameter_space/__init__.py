"""The weights vary and the data stand: what a network of given architecture can do on given points.

Attained dichotomies, sign changes along lines, sampled networks, the position of a network among the chambers, and
ranks of Jacobians.
"""

from lazy_loader import attach_stub

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)
