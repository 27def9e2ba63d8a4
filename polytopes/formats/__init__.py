"""Reading and writing polyhedra, complexes and fans: files of cddlib and lrs, polymake, OSCAR, Sage (text) and gfan.

Polyhedra are also read from JSON that a person writes: the bounds of a box, or rows.
Numbers are exact in both directions; a decimal in a file is the decimal fraction it spells.
"""

from lazy_loader import attach_stub

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)
