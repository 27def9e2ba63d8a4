"""Do data sets of one size have equally many activation patterns?

Two affine forms share out points of the plane in general position in a number of ways that depends on how many points
there are. For three forms it depends on how they lie. This counts the partitions into k argmax classes, a_k, of random
sets of six points, and the maximal cones that follow from them for three and four terms. Each count is confirmed by
its proof, and one of each kind by the vertices of the activation polytope, found as a sum of simplices.
Run: python examples/order_types.py
"""

import random
from itertools import combinations

from polytopes.arithmetic import determinant
from tropical import ActivationFan, DataSet
from tropical.fans.activation import (
    class_counts,
    minkowski_sum,
    n_colorings,
    partition_certificate,
    verify_partition_certificate,
)


def general_points(numbers):
    """Six points of a grid, no three on a line."""
    while True:
        points = [(numbers.randint(0, 30), numbers.randint(0, 30)) for _ in range(6)]
        if all(determinant([(1, *point) for point in triple]) for triple in combinations(points, 3)):
            return points


def main():
    numbers = random.Random(6)
    found = {}
    for _ in range(150):
        data = DataSet.of(general_points(numbers))
        found.setdefault(class_counts(data), []).append(data)
    print(f"  {'a_1, a_2, ...':22}{'sets':>6}{'3 terms':>9}{'4 terms':>9}")
    for counts, sets in sorted(found.items()):
        assert all(verify_partition_certificate(partition_certificate(data)) == counts for data in sets[:5])
        cones = n_colorings(counts, 3)
        assert cones == minkowski_sum(ActivationFan(sets[0], 3)).n_vertices
        print(f"  {' '.join(map(str, counts)):22}{len(sets):>6}{cones:>9}{n_colorings(counts, 4):>9}")


if __name__ == "__main__":
    main()
