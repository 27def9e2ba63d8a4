"""Fans and polyhedral complexes.

Normal fans, regular subdivisions and their secondary fans, the forms that attain an upper hull, the balancing
condition, and unions of polyhedra compared.
"""

from lazy_loader import attach_stub

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)
