"""Linear programs over probability vectors as flows, and Markov decision processes as such programs.

``rates`` has the exact rates at which Fisher-Rao gradient flows, which are entropic central paths, approach the optimal
face of a polytope; ``process`` the Markov decision processes, ``policies`` their values and optimal policies,
``exploration`` which states no policy avoids, ``policy_rates`` the rates read off the neighbors of optimal policies,
``flow_bounds`` explicit bounds as certified balls, and ``flow`` the path in floating point, with exact gaps beside it.

>>> from polytopes.decision_processes import MDP
>>> process = MDP([[[1, 0], [0, 1]], [[0, 1], [1, 0]]], [[1, 0], [2, 0]], "9/10", ["4/5", "1/5"])
>>> process.rates().delta_tv, process.solve().value
(Fraction(4, 5), Fraction(46, 25))
"""

from lazy_loader import attach_stub

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)
