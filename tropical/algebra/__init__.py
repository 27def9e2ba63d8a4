"""Tropical algebra: polynomials, rational functions, matrices, hypersurfaces, decision boundaries, and their files."""
