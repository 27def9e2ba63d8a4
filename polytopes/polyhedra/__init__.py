"""Polyhedra and cones: double description, incidence, face lattices, constructions, volumes."""
