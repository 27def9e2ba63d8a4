"""Drawing with matplotlib: figures and their style, windows around points, shapes given by floating-point coordinates.

Nothing here knows of polyhedra: these hand over the coordinates of what is to be drawn.
"""

from lazy_loader import attach_stub

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)
