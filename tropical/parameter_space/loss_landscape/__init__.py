"""The squared loss of one hidden layer whose first weights are trained: its activation regions, ranks and minima.

``points`` and ``patterns`` are the data and the patterns of one unit, ``spans`` the subspaces that patterns span,
``rank_table`` and ``probabilities`` the ranks of Jacobians by count and by volume, ``deciding`` which pairs of sets of
patterns hold stationary points, ``squares`` the landscape, and ``regions`` the weights that show it.
"""

from lazy_loader import attach_stub

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)
