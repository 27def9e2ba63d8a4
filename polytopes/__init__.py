"""Exact polyhedral geometry over the rational numbers."""
