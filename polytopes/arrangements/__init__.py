"""Hyperplane arrangements: chambers, flats, and characteristic polynomials."""
