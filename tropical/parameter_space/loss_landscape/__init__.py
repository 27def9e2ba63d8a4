"""The squared loss of one hidden layer whose first weights are trained: its activation regions, ranks and minima.

``points`` and ``patterns`` are the data and the patterns of one unit, ``spans`` the subspaces that patterns span,
``rank_table`` and ``probabilities`` the ranks of Jacobians by count and by volume, and ``phases`` their dependence on
points and units. ``squares`` is the landscape: ``tally`` goes through ``blocks`` of pairs of sets of patterns,
``deciding`` finds which hold stationary points, ``regions`` has weights that show it, and ``sharing`` is for processes.
"""

from lazy_loader import attach_stub

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)
