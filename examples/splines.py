"""What networks of one input learn between the data: least norm, infinite width, and a network that bends.

Run with ``python examples/splines.py``.
"""

from __future__ import annotations

import numpy as np

from tropical.representations.splines import (
    BiasDensity,
    all_minimizers,
    breakpoints,
    least_norm,
    sparsest_interpolant,
    wide_interpolant,
)

X, Y = [-2, -1, 0, 1, 3], [4, 1, 0, 1, 9]
WIDTHS = (100, 1_000, 10_000)


def main() -> None:
    """Compare the interpolants, and networks of growing width with their limit."""
    facts = all_minimizers(X, Y)
    print(f"least total variation {facts.total_variation}, norm {facts.norm}, the only one: {facts.is_unique}")
    found = sparsest_interpolant(X, Y)
    print("fewest knots:", ", ".join(f"{knot.jump} at {knot.at}" for knot in found.knots))
    network = least_norm(X, Y).network()
    print("a network of least norm bends at", *map(str, breakpoints(network).x))

    density = BiasDensity.pieces([(-4, -1, "1/12"), (-1, 1, "1/4"), (1, 4, "1/12")])
    limit = wide_interpolant(X, Y, density)
    print(f"infinite width: {len(limit.pieces)} cubic pieces, functional {limit.functional}")
    print("its value at 2 is", limit(2), "and that of the polygon is", facts.polygon()(2))
    grid = np.linspace(-3, 4, 141)
    exact = np.array([float(limit(float(t))) for t in grid])
    for width in WIDTHS:
        errors = [np.abs(limit.random_network(width, seed)(grid) - exact).max() for seed in range(5)]
        print(f"width {width:6,}: largest distance to the limit, mean of 5 networks: {np.mean(errors):.3f}")


if __name__ == "__main__":
    main()
