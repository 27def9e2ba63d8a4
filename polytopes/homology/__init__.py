"""Homology of finite chain complexes over the integers, the rationals and prime fields, and barcodes of filtrations.

``chain_complex`` is the data type, ``elimination`` finds ranks and torsion of sparse integer matrices, ``barcodes``
reduces the boundaries of a filtered complex, ``coefficients`` says which rings there are.
"""

from lazy_loader import attach_stub

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)
