"""Compiled ranks of matrices modulo a prime."""

from __future__ import annotations

import numpy as np

from polytopes.enumeration.kernels.arrays import Array
from polytopes.jit.compilation import entry


@entry
def modular_ranks(matrices: Array, prime: np.uint64, ranks: Array) -> None:
    """Write the rank of every matrix n x rows x columns of residues below a prime below 2^31; matrices are changed."""
    for number in range(matrices.shape[0]):
        rank = 0
        for column in range(matrices.shape[2]):
            pivot = rank
            while pivot < matrices.shape[1] and matrices[number, pivot, column] == 0:
                pivot += 1
            if pivot == matrices.shape[1]:
                continue
            for k in range(matrices.shape[2]):
                top = matrices[number, pivot, k]
                matrices[number, pivot, k] = matrices[number, rank, k]
                matrices[number, rank, k] = top
            lead = matrices[number, rank, column]
            for row in range(rank + 1, matrices.shape[1]):
                factor = prime - matrices[number, row, column]
                for k in range(column, matrices.shape[2]):
                    value = matrices[number, row, k] * lead % prime + matrices[number, rank, k] * factor % prime
                    matrices[number, row, k] = value % prime
            rank += 1
        ranks[number] = rank
