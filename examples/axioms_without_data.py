"""Is every set of patterns that satisfies the axioms the set of patterns of some data?

No. This searches at random for sets that satisfy all axioms of `tropical.fans.activation.axioms` and are not
realizable. Nine points are made at random after Pappus's theorem: a, b, c on one line, d, e, f on another; then the
points where the lines ae and bd, af and cd, bf and ce meet are on a line. For two terms the patterns say of any three
points whether they are on a line, and on which side the others are. In the patterns of the nine points the last triple
is taken off its line: +1 in place of 0 in the signs of all triples (the chirotope). Where this leaves a set that
satisfies the axioms, no data has it, because eight triples of it are on lines and the ninth is not.
Run: python examples/axioms_without_data.py
"""

import random
from fractions import Fraction
from itertools import combinations, product

from polytopes.arithmetic import determinant, primitive
from tropical import ActivationFan, DataSet
from tropical.fans import ActivationPattern
from tropical.fans.activation import AXIOMS, first_violation, pattern_cones

LINES = ((0, 1, 2), (3, 4, 5), (0, 4, 6), (1, 3, 6), (0, 5, 7), (2, 3, 7), (1, 5, 8), (2, 4, 8))
PAPPUS = (6, 7, 8)
SETS = {1: (0,), -1: (1,), 0: (0, 1)}


def cross(u, v):
    """The line through two points of the projective plane, or the point on two lines."""
    return primitive([u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]])


def pappus_points(numbers):
    """Nine points (t, t x, t y), t > 0, with the nine collinear triples of the theorem, or None."""
    first = [(1, numbers.randint(-6, 6), 0) for _ in range(3)]
    second = [(1, x, 2 * x + 7) for x in (numbers.randint(-6, 6) for _ in range(3))]
    a, b, c, d, e, f = points = [*first, *second]
    for p, q, r, s in ((a, e, b, d), (a, f, c, d), (b, f, c, e)):
        points.append(cross(cross(p, q), cross(r, s)))
    if not all(point[0] for point in points):
        return None
    return [point if point[0] > 0 else tuple(-entry for entry in point) for point in points]


def chirotope(points):
    """The orientation of every triple: 1, -1, or 0 if it is on a line."""
    found = {}
    for triple in combinations(range(len(points)), 3):
        value = determinant([points[p] for p in triple])
        found[triple] = (value > 0) - (value < 0)
    return found


def patterns(orientation, size):
    """The sign vectors made of those of the lines through two points, as patterns of two terms."""

    def sign(*triple):
        swaps = sum(x > y for x, y in combinations(triple, 2))
        return 0 if len(set(triple)) < 3 else (-1) ** swaps * orientation[tuple(sorted(triple))]

    lines = {tuple(sign(a, b, p) for p in range(size)) for a, b in combinations(range(size), 2)}
    lines |= {tuple(-entry for entry in line) for line in lines}
    lines.discard((0,) * size)
    found, new = {(0,) * size}, {(0,) * size}
    while new:
        new = {tuple(x or y for x, y in zip(u, v, strict=True)) for u, v in product(new, lines)} - found
        found |= new
    return {ActivationPattern(tuple(SETS[entry] for entry in vector), 2) for vector in found}


def main():
    numbers = random.Random(1)
    axioms = [name for name in AXIOMS if name != "comparability"]
    tries = outside = 0
    while outside < 2:
        tries += 1
        points = pappus_points(numbers)
        orientation = chirotope(points) if points else {}
        if [triple for triple, sign in orientation.items() if sign == 0] != sorted((*LINES, PAPPUS)):
            continue  # other triples are on lines too
        data = DataSet.of([(x / t, y / t) for t, x, y in (map(Fraction, point) for point in points)])
        real = patterns(orientation, 9)
        assert real == {cone.pattern for cone in pattern_cones(ActivationFan.of(data, 2))}
        moved = patterns({**orientation, PAPPUS: 1}, 9)
        violation = first_violation(moved, axioms)
        if violation is None:
            outside += 1
            print(f"  try {tries}: {len(real)} patterns of the data, {len(moved)} that satisfy {len(axioms)} axioms")
        else:
            print(f"  try {tries}: {len(real)} patterns of the data, {len(moved)} that violate {violation.axiom}")
    print(f"  {outside} sets of patterns satisfy the axioms, and no data has them.")


if __name__ == "__main__":
    main()
