"""One function in several forms: tropical map, maxout network, one hidden layer, differences of convex functions.

``conversion`` takes a network to tropical polynomials, by ``convex_units`` and their ``expansion``, with
``term_bounds`` beforehand; ``synthesis`` and ``maxout`` take these back to networks. ``shallow_form`` looks for one
hidden layer, ``convex_decompositions`` for differences of convex functions. ``equality`` checks what was constructed
before it is given.
"""

from lazy_loader import attach_stub

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)
