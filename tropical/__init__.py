"""Neural networks as exact polyhedral and tropical objects.

The names offered here stand in ``__init__.pyi``; each is loaded from its module when it is first used.

>>> import tropical
>>> network = tropical.Network.from_weights([([[1, 0], [0, 1], [1, 1]], [0, 0, -1]), ([[1, 1, 1]], [0])])
>>> tropical.count_regions(network).activation_regions
7
"""

from lazy_loader import attach_stub

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)
