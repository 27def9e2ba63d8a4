"""A guess, in floats, at the atoms that the optimum of the squared loss uses: a dual active-set method."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
ROUNDS = 20
"""Steps for each sample after which the guess is good enough."""
SMALL = 1e-12


def likely_used(targets: Floats, atoms: Floats, beta: float) -> dict[int, int]:
    """Return numbers of atoms, with signs, that are likely tight at the point nearest to the targets in the polar.

    The polar is ``{z : |q . z| <= beta for all atoms q}``. Any answer is a valid guess; nothing is proven.

    >>> likely_used(np.array([2.0, 0.5]), np.eye(2), 1.0)
    {0: 1}
    """
    sizes = np.linalg.norm(atoms, axis=1)
    sizes[sizes == 0] = 1
    z, used, weights = targets.copy(), dict[int, int](), np.zeros(0)
    scale = float(np.abs(targets).max(initial=0))
    for _ in range(ROUNDS * (len(targets) + 1)):
        products = atoms @ z
        excess = (np.abs(products) - beta) / sizes
        worst = int(excess.argmax()) if len(excess) else 0
        if not len(excess) or excess[worst] <= SMALL * scale or worst in used:
            break
        sign = 1 if products[worst] > 0 else -1
        z, weights = _enter(z, used, weights, atoms, worst, sign, abs(float(products[worst])) - beta)
    return used


def _enter(
    z: Floats, used: dict[int, int], weights: Floats, atoms: Floats, entering: int, sign: int, gap: float
) -> tuple[Floats, Floats]:
    """Let an atom become tight, and others leave whose weights would become negative; ``used`` changes in place."""
    normal, weight = sign * atoms[entering], 0.0
    while True:
        known = np.array([s * atoms[k] for k, s in used.items()]).reshape(len(used), len(z))
        ratios = np.linalg.lstsq(known.T, normal, rcond=None)[0] if used else np.zeros(0)
        direction = normal - known.T @ ratios
        steepness = float(direction @ direction)
        full = gap / steepness if steepness > SMALL * float(normal @ normal) else np.inf
        with np.errstate(divide="ignore", invalid="ignore"):
            steps = np.where(ratios > SMALL, weights / ratios, np.inf)
        first = int(steps.argmin()) if len(steps) else 0
        step = min(full, float(steps[first]) if len(steps) else np.inf)
        if not np.isfinite(step):
            return z, weights
        weight += step
        weights = weights - step * ratios
        if np.isfinite(full):
            z = z - step * direction
            gap -= step * steepness
        if step == full:
            used[entering] = sign
            return z, np.append(weights, weight)
        del used[list(used)[first]]
        weights = np.delete(weights, first)
