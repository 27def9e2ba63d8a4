"""Fans and polyhedral complexes: normal fans, regular subdivisions, secondary fans, upper hulls, balancing."""
