"""Local complexity: measures of walls, mean gradients, ranks of layers, and noise on biases.

``local_complexity`` asks a domain: by the ``survey`` of its regions in exact arithmetic, or by certified enclosures
from the compiled walk (``compiled``, ``steepest``). ``noise`` and ``noisy_complexity`` move one bias at a time,
``sampling`` all at once; ``points`` are data in place of a domain (``many_points``, ``extended_floats`` and
``float_ranks`` for large networks), ``maps`` are for pictures. ``layers`` and
``region_geometry`` are what is known of a layer and of a region.
"""

from lazy_loader import attach_stub

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)
