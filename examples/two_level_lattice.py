"""How many regions of a two-level lattice network are there for the function?

A two-level lattice network computes a maximum of minima of affine forms by comparing two numbers at a time:
min(a, b) = a - relu(a - b) and max(a, b) = b + relu(a - b), and a number passes a layer as relu(c) - relu(-c). So it
has activation regions for all outcomes of the comparisons and all signs that pass, and only a few linear regions, as
many as the same maximum of minima with two layers of wider gates. Of a network of this kind in a public benchmark of
verification, tllBench_n=2_N=M=8_m=1_instance_0_0 of VNN-COMP, 433 activation regions on [-2, 2]^2 make 5 linear ones.
Run: python examples/two_level_lattice.py
"""

import random

from tropical import Network, count_regions
from tropical.networks.layers import Affine, Maxout

FORMS = [(0, 2, 1), (1, -1, 2), (-1, 1, -2), (2, -2, -1), (3, 1, 1), (-2, 3, -1), (1, -3, 2), (4, 0, -2)]
"""Affine forms c + a x + b y."""
SETS = [(i, (i + 1) % 8) for i in range(8)]
"""The function is the maximum over these sets of the minimum of their forms."""


def product(A, B):
    return [[sum(a * b for a, b in zip(row, column, strict=True)) for column in zip(*B, strict=True)] for row in A]


def comparison(pairs, smallest):
    """Return the matrices before and after the ReLUs that compare pairs of neighboring numbers."""
    before, after = [], []
    for k in range(pairs):
        a, b = ([int(j == 2 * k + side) for j in range(2 * pairs)] for side in (0, 1))
        kept = a if smallest else b
        before += [[x - y for x, y in zip(a, b, strict=True)], kept, [-x for x in kept]]
        after.append([0] * 3 * k + [-1 if smallest else 1, 1, -1] + [0] * 3 * (pairs - 1 - k))
    return before, after


def lattice_network():
    linear = [FORMS[i][1:] for group in SETS for i in group]
    constants = [FORMS[i][0] for group in SETS for i in group]
    layers, pairs = [], len(SETS)
    for smallest in (True, False, False, False):
        before, after = comparison(pairs, smallest)
        shift = [row[0] for row in product(before, [[c] for c in constants])]
        layers.append((product(before, linear), shift))
        linear, constants, pairs = after, [0] * len(after), pairs // 2
    return Network.from_weights([*layers, (linear, constants)])


def wide_network():
    """The same function: a minimum is the negative of a maximum of negatives."""
    negatives = [[-entry for entry in FORMS[i]] for group in SETS for i in group]
    first = Affine([form[1:] for form in negatives], [form[0] for form in negatives])
    back = Affine([[-int(i == j) for j in range(len(SETS))] for i in range(len(SETS))])
    return Network.chain(2, [first, Maxout(2), back, Maxout(len(SETS))])


def value(x, y):
    numbers = [c + a * x + b * y for c, a, b in FORMS]
    return max(min(numbers[i] for i in group) for group in SETS)


narrow, wide = lattice_network(), wide_network()
source = random.Random(0)
for _ in range(200):
    point = source.randint(-9, 9), source.randint(-9, 9)
    assert narrow(point) == wide(point) == (value(*point),)
found = [count_regions(network, linear=True) for network in (narrow, wide)]
for name, counts in zip(("two at a time", "wide gates"), found, strict=True):
    print(f"{name:14} {counts.activation_regions:4} activation regions, {counts.linear_regions} linear regions")
assert found[0].linear_regions == found[1].linear_regions < found[1].activation_regions < found[0].activation_regions
