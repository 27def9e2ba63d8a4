"""A tropical polytope in four ways: its cells, its half-spaces, its mixed subdivision, and the polytope of the columns.

The cells into which the points divide the torus are found by a walk; the other descriptions are compared with them.
Run: python examples/tropical_polytope.py
"""

from math import comb

from tropical.convexity import TropicalPolytope

POINTS = [[0, 0, 0], [0, 1, 3], [0, 4, 2], [0, 6, 7]]


def main():
    P = TropicalPolytope.of(POINTS)
    n, d = len(POINTS), P.n_columns
    print("cells of the polytope", *P.f_vector, " of the torus", *P.torus_f_vector)
    if P.is_generic:
        assert list(P.torus_f_vector) == [comb(n + d - 1, i) * comb(n + d - 2 - i, n - 1) for i in range(d)]
    for (point, covector), cell in zip(P.pseudovertices, P.mixed_cells(), strict=True):
        graph = " ".join("".join(map(str, part)) for part in covector)
        print(f"  pseudovertex {', '.join(map(str, point)):12} covector {graph:14} mixed volume {cell.volume}")
    total = sum(cell.volume for cell in P.mixed_cells())
    print("volumes add up to", total, "=", f"{n}^{d - 1}")
    assert total == n ** (d - 1)

    halves = P.halfspaces(irredundant=True)
    for half in halves:
        print("  half-space with apex", *map(str, half.apex), "and sectors", *half.sectors)
    for x in ([0, 1, 2], [0, -1, -1], [0, 9, 9]):
        found = P.contains(x)
        assert bool(found) == all(half.contains(x) for half in halves)
        print("  point", *x, "inside" if found else f"outside, at distance {P.distance(x)}")

    dual = P.dual()
    print("the polytope of the columns has the cells", *dual.f_vector, " and the torus", *dual.torus_f_vector)
    assert dual.f_vector == P.f_vector


if __name__ == "__main__":
    main()
