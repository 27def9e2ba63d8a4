"""When does the squared loss of a hidden layer become benign?

Points on a line are fitted by hidden layers whose outer weights are fixed, half of them 1 and half -1. With every
two units more, a larger part of the activation regions has a Jacobian of full rank, and holds no bad stationary
point. Both are counted; for one bad minimum the weights are printed, and gradient descent in fractions stays there.
With a file name the picture of the ranks is drawn.
Run: python examples/squared_loss.py [PICTURE]
"""

import sys
from fractions import Fraction

from tropical import rank_table, squares_landscape
from tropical.parameter_space.loss_landscape import full_rank_fractions, rank_probabilities
from tropical.pictures import plot_ranks, save_picture

POINTS, TARGETS = [[0], [1], [3], [4]], [1, -1, 2, 0]
UNITS = 10


def step(weights, outer, rate):
    """One step of gradient descent for the loss, written out: weights are (w, b)."""
    residuals = [
        sum(v * max(Fraction(0), w * x + b) for v, (w, b) in zip(outer, weights, strict=True)) - y
        for [x], y in zip(POINTS, TARGETS, strict=True)
    ]
    moved = []
    for v, (w, b) in zip(outer, weights, strict=True):
        active = [(r, x) for r, [x] in zip(residuals, POINTS, strict=True) if w * x + b > 0]
        moved.append((w - rate * sum(v * r * x for r, x in active), b - rate * sum(v * r for r, _ in active)))
    return moved, sum(r * r for r in residuals) / 2


def main():
    table = rank_table(POINTS, UNITS)
    print("units  regions with full rank")
    for row in table[2::2]:
        print(f"{row.units:5}  {row.full} of {row.regions} = {float(row.fraction):.4f}")

    print("\nunits  holding a zero  with bad stationary points  of regions")
    for pairs in (1, 2, 3):
        outer = [1] * pairs + [-1] * pairs
        found = squares_landscape(POINTS, TARGETS, outer)
        assert found.full_rank == table[2 * pairs].full
        print(f"{2 * pairs:5}  {found.zero_loss:14}  {found.bad:26}  {found.regions:10}")

    least, bad = sorted(found.stationary_by_loss)[:2]
    region = found.example(bad)
    print(f"\nweights of a stationary point of loss {bad}, where {least} is possible (rank {region.rank}):")
    for v, (w, b) in zip(outer, region.weights, strict=True):
        print(f"  {v:+} max(0, {w} x {'-' if b < 0 else '+'} {abs(b)})")
    weights, loss = step(region.weights, outer, Fraction(1, 10))
    assert [tuple(unit) for unit in weights] == list(region.weights) and loss == bad
    print("gradient descent does not move from it")

    if len(sys.argv) > 1:
        by_volume = [float(row.full) for row in rank_probabilities(POINTS, UNITS)]
        save_picture(plot_ranks(full_rank_fractions(POINTS, UNITS), by_volume), sys.argv[1])


if __name__ == "__main__":
    main()
