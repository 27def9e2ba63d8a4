"""Hyperplane arrangements: chambers, flats, intersection posets and characteristic polynomials.

``arrangement`` has the arrangement and its chambers, ``flats`` what its hyperplanes have in common.
``characteristic_polynomial`` counts chambers without listing them; ``modular`` does so modulo primes, in ``kernels/``.

>>> from polytopes.arrangements import Arrangement
>>> three_lines = Arrangement.from_rows([[0, 1, -1], [0, 1, 1], [1, -1, 0]])
>>> len(list(three_lines.chambers()))
7
"""

from lazy_loader import attach_stub

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)
