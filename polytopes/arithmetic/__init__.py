"""Exact numbers: rationals and vectors of them, linear algebra, algebraic numbers, surds, and rational series."""
