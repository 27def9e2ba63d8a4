"""One enumeration in many processes.

``slices`` are pieces of the splitting tree, ``scheduler`` hands them out, ``workers``, ``processes`` and ``cluster``
walk them, and ``checkpoint`` keeps on file what is done.
"""

from lazy_loader import attach_stub

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)
