"""How kernels are compiled by numba.

``compilation`` has the two decorators, ``bundles`` hands many arrays on as one reference, and ``stale_code`` keeps
compiled code on disk from outliving its sources.
"""

from lazy_loader import attach_stub

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)
