"""Gate programs and their cells: the one engine behind regions, chambers and vertices of Minkowski sums.

A gate is a maximum of affine forms that passes on an output of its winner; a program is a list of gates, each on forms
of the outputs before it. :func:`cells` lists the full-dimensional cells on which every gate has one winner, along a
splitting tree, by exact vertices, by exact witnesses, or by the compiled walk in ``kernels/``. ``parallel/`` shares one
enumeration among processes.
"""

from lazy_loader import attach_stub

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)
