"""Compiled deletion-restriction on vectors of residues: ``points[i, j, k]`` is coordinate j of point i modulo prime k.

Every number that is compared with 0 here is, up to units, a minor of the integer matrix that the residues came from.
If the product of the primes exceeds all its minors, a minor is 0 iff all its residues are: nothing is left to chance.
A number that is divided by must be a unit modulo every prime; if it is one modulo some primes only, the kernels give
up (:data:`~polytopes.arrangements.kernels.arithmetic.MIXED`), and the caller takes another way.
"""
