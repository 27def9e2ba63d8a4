"""What does a tolerance do to a count?

A network with one hidden layer of 8 units cuts the plane by 8 lines. Multiplying all biases by a number shrinks or
stretches the picture and changes no count over the whole plane. A program that cuts polygons in floating point, calls
a value zero when it is below 1e-9, and takes a box of side 20,000 for the plane, loses the regions that are smaller
than its tolerance and those beyond its box. The exact count has neither.
Run: python examples/float_miscounts.py
"""

import random
from fractions import Fraction
from math import comb

from tropical import Network, count_regions


def cut(polygon, line, tolerance):
    """Return the parts of a convex polygon on the two sides of a line (c, a, b): c + a x + b y = 0, in floats."""
    c, a, b = line
    values = [c + a * x + b * y for x, y in polygon]
    if all(value > -tolerance for value in values) or all(value < tolerance for value in values):
        return [polygon]
    parts = []
    for sign in (1, -1):
        part = []
        for i, (here, value) in enumerate(zip(polygon, values, strict=True)):
            before, previous = polygon[i - 1], values[i - 1]
            if sign * value >= 0 > sign * previous or sign * value < 0 <= sign * previous:
                t = previous / (previous - value)
                part.append(tuple(p + t * (q - p) for p, q in zip(before, here, strict=True)))
            if sign * value >= 0:
                part.append(here)
        parts.append(part)
    return parts


def float_count(lines, size=1e4, tolerance=1e-9):
    polygons = [[(-size, -size), (size, -size), (size, size), (-size, size)]]
    for line in lines:
        polygons = [part for polygon in polygons for part in cut(polygon, line, tolerance)]
    return len(polygons)


def main():
    numbers = random.Random(3)
    n = 8
    rows = [[Fraction(numbers.randint(-99, 99), 100) for _ in range(3)] for _ in range(n)]
    print(f"{n} lines in general position: {comb(n, 0) + comb(n, 1) + comb(n, 2)} regions by the formula\n")
    print(f"  {'biases times':>14}{'exact':>8}{'floats':>8}")
    for exponent in (0, -3, -6, -8, -9, -10, -12, 3, 6):
        scale = Fraction(10) ** exponent
        weights, biases = [row[1:] for row in rows], [row[0] * scale for row in rows]
        exact = count_regions(Network.from_weights([(weights, biases), ([[1] * n], [0])])).activation_regions
        floats = float_count([tuple(map(float, (b, *w))) for w, b in zip(weights, biases, strict=True)])
        print(f"  {f'1e{exponent}':>14}{exact:>8}{floats:>8}{'' if exact == floats else '   wrong'}")
        assert exact == 37


if __name__ == "__main__":
    main()
