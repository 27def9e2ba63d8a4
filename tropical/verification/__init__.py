"""Properties of networks: which inputs they are about, and what they ask of the outputs.

``property`` has the data types, ``vnnlib`` reads them from files in VNN-LIB, ``s_expressions`` is the grammar below it.
``verify`` decides whether an input satisfies a property, by branch and bound (``search``); ``certificate`` writes down
why none does. ``maximum`` finds greatest values by bounds, ``extreme_values`` extrema by bounds and by regions.
``counterexamples`` and ``float_execution`` say what points are worth in exact arithmetic and in floats.

>>> from tropical.verification import parse_property
>>> found = parse_property("(declare-const X_0 Real) (assert (<= X_0 0.5)) (assert (>= X_0 -1))")
>>> found.cases[0].domain.upper
(Fraction(1, 2),)
"""

from lazy_loader import attach_stub

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)
