"""Classifiers sign(g - h), g and h maxima of affine forms: dichotomies, chambers, and the landscape of the 0/1 loss.

``fan`` has the classifiers, ``dichotomies`` the signs that they give, ``graph`` and ``orbits`` how their cones meet,
with ``components`` and ``permutation_groups`` for the symmetry. ``landscape``, ``minimal_loss``, ``paths`` and
``margins`` are about the loss, ``growth`` is about shattering, and ``oriented_matroid`` about a single affine form.
"""

from lazy_loader import attach_stub

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)
