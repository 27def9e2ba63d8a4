"""Activation regions and linear regions of a network on a domain.

Lists: ``activation_regions``, ``linear_regions``, ``pattern_files``. Counts: ``counting`` with a ``tally`` of what was
found so far, ``parallel`` (several processes, a cluster, a file to resume from), ``chamber_counts`` (one hidden layer),
``layer_counts`` (after each layer). Without counting: ``bounds``, ``expected_bounds`` (maxout networks) and
``estimate``. ``lengths`` are of the images of polylines. For :mod:`tropical.checker`: ``certificate``. ``surveys/``
asks one question of all regions, ``complexity/`` how densely a network bends.
"""

from lazy_loader import attach_stub

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)
