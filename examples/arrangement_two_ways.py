"""Do two independent ways count the same regions?

The activation regions of a network with one hidden layer are the chambers of a hyperplane arrangement. The engine finds
them one by one. Zaslavsky's theorem reads their number off the characteristic polynomial, chi, without finding any:
there are (-1)^d chi(-1) chambers, and, if the normals span the space, |chi(1)| of them are bounded.
Run: python examples/arrangement_two_ways.py
"""

import random

from polytopes import Arrangement
from polytopes.arrangements import evaluate
from tropical import Network, count_regions


def main():
    print(f"  {'d':>3}{'units':>7}  {'weights':22}{'regions':>9}{'bounded':>9}{'(-1)^d chi(-1)':>16}{'|chi(1)|':>10}")
    for dim, units, bound in ((2, 12, 99), (2, 12, 1), (3, 10, 99), (3, 10, 1), (4, 9, 1), (5, 9, 1)):
        numbers = random.Random(f"{dim} {units} {bound}")
        rows = [[numbers.randint(-bound, bound) for _ in range(dim + 1)] for _ in range(units)]
        weights, biases = [row[1:] for row in rows], [row[0] for row in rows]
        count = count_regions(Network.from_weights([(weights, biases), ([[1] * units], [0])]))

        arrangement = Arrangement.from_rows(rows, drop_constant=True)
        chi = arrangement.characteristic_polynomial
        regions, bounded = (-1) ** dim * evaluate(chi, -1), abs(evaluate(chi, 1))
        assert count.activation_regions == regions
        assert not arrangement.is_essential or count.bounded_activation_regions == bounded
        kind = f"integers, |w| <= {bound}"
        found = f"{count.activation_regions:>9}{count.bounded_activation_regions:>9}"
        print(f"  {dim:>3}{units:>7}  {kind:22}{found}{regions:>16}{bounded:>10}")


if __name__ == "__main__":
    main()
