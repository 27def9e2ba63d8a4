"""Types of tropical hyperplanes: what the axioms tell, and where they do not suffice for a matrix.

The types of a matrix are the covectors of all cells, sets of columns for every row. They satisfy the four axioms of
tropical oriented matroids. With a type left out, or types of several slices of activation patterns together, an axiom
fails, with a witness. A triangulation of the product of two tetrahedra that is not regular satisfies all axioms, and
is that of no matrix: a certificate adds up conditions on the entries to a contradiction.
Run: python examples/tropical_oriented_matroids.py
"""

from itertools import combinations

from tropical import ActivationFan
from tropical.convexity import TropicalPolytope, realise
from tropical.fans import ActivationPattern
from tropical.fans.activation import OF_ARRANGEMENTS, first_violation, pattern_cones

NOT_REGULAR = "1f11 22d3 22f2 268b 26c3 26d1 2e89 2e91 34d1 3c91 3e11 444f 44cb 648b 64c3 6c89 74c1 7c81 e889 f881"
"""For each maximal type and each of four rows its columns, as the bits of a hexadecimal digit."""


def show(name, patterns):
    violation = first_violation(patterns, OF_ARRANGEMENTS)
    print(f"{name}: {len(patterns)} types,", "all axioms hold" if violation is None else f"no {violation.axiom}")
    return violation


def with_refinements(patterns):
    """All refinements by ordered partitions of the columns; partitions in two blocks, repeated, suffice."""
    columns = set(range(patterns[0].n_terms))
    blocks = [set(own) for size in range(1, len(columns)) for own in combinations(sorted(columns), size)]
    found, waiting = set(patterns), list(patterns)
    while waiting:
        pattern = waiting.pop()
        new = {pattern.surround([block, columns - block]) for block in blocks} - found
        found |= new
        waiting += new
    return found


def main():
    P = TropicalPolytope.of([[0, 0, 0], [0, 1, 3]])
    types = [ActivationPattern.of(graph, 3) for dim in range(3) for graph in P.covectors(dim)]
    assert show("a matrix of two rows", types) is None
    found = realise([pattern.sets for pattern in types])
    print("  a matrix with these types:", [list(map(str, row)) for row in found.matrix])
    lost = max(types, key=lambda pattern: sum(map(len, pattern.sets)))
    assert show("without a largest type", [pattern for pattern in types if pattern != lost]).axiom == "elimination"

    free = [cone.pattern for cone in pattern_cones(ActivationFan.of([[0], [1], [2]], 3))]
    assert show("patterns of three points, with free slopes", free).axiom == "elimination"

    maximal = [ActivationPattern.from_masks([int(digit, 16) for digit in text], 4) for text in NOT_REGULAR.split()]
    assert show("a triangulation that is not regular", with_refinements(maximal)) is None
    given = [pattern.sets for pattern in maximal]
    answer = realise(given)
    assert not answer and answer.check(given)
    strict = sum(one.is_strict for one in answer.proof)
    print(f"  no matrix has these types: {strict} strict inequalities add up to 0 < 0")


if __name__ == "__main__":
    main()
