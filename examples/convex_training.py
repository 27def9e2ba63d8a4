"""How far from the global optimum does gradient descent end?

The length of the sepals of irises is to be told from length and width of their petals, by networks with one hidden ReLU
layer, squared loss and weight decay. torch trains networks of several widths from several starts. The global optimum
over all widths is enclosed by bounds that are proven, so one can say how much is lost.
With a file name the losses of torch are drawn above the bound.
Run: python examples/convex_training.py [PICTURE]        needs torch, scikit-learn and the extra "train"
"""

import sys
from fractions import Fraction
from pathlib import Path

import torch
from sklearn.datasets import load_iris

from tropical import ConvexProgram
from tropical.pictures import save_picture

BETA = Fraction(1, 10)
WIDTHS = (2, 4, 20)
STARTS, STEPS = 2, 600


def irises(every=6):
    """Petals and sepals of some irises, as the decimals in the table; each kind of petal once."""
    table = [[Fraction(round(10 * entry), 10) for entry in row] for row in load_iris().data.tolist()]
    found = {(petal_length, petal_width): sepal for sepal, _, petal_length, petal_width in table[::every]}
    mean = sum(found.values()) / len(found)
    return [list(petals) for petals in found], [sepal - mean for sepal in found.values()]


def descend(points, targets, width, seed):
    """Train one network with Adam, weight decay in the loss; return its loss."""
    torch.manual_seed(seed)
    x = torch.tensor([[float(entry) for entry in point] + [1.0] for point in points], dtype=torch.float64)
    y = torch.tensor([float(entry) for entry in targets], dtype=torch.float64)
    u = (torch.randn(x.shape[1], width, dtype=torch.float64) / 2).requires_grad_()
    a = (torch.randn(width, dtype=torch.float64) / width**0.5).requires_grad_()
    optimizer = torch.optim.Adam([u, a], lr=0.02)
    for _ in range(STEPS):
        optimizer.zero_grad()
        errors = torch.relu(x @ u) @ a - y
        loss = (errors @ errors + float(BETA) * ((u * u).sum() + a @ a)) / 2
        loss.backward()
        optimizer.step()
    return loss.item()


def main():
    points, targets = irises()
    print(f"{len(points)} irises, beta {BETA}")
    program = ConvexProgram(points, targets, norm=2, loss="squared", beta=BETA, bias=True)
    optimum = program.optimum()
    optimum.check()
    lower, upper = float(optimum.lower), float(optimum.upper)
    print(f"global optimum: between {lower:.10f} and {upper:.10f}, proof verified")
    torch.set_num_threads(1)
    losses = {width: sorted(descend(points, targets, width, seed) for seed in range(STARTS)) for width in WIDTHS}
    for width, found in losses.items():
        assert found[0] >= lower, "no network is below a lower bound that is proven"
        above = f"{found[0] - upper:.1e} above the optimum"
        print(f"torch, {width:2} units: best {found[0]:.6f}, worst {found[-1]:.6f}, {above}")
    exact = ConvexProgram(points, targets, norm=1, loss="squared", beta=BETA, bias=True).optimum()
    print(f"with the norm 1 the optimum is a rational number, {float(exact.value):.10f}, with {len(exact.units)} units")
    if len(sys.argv) > 1:
        draw(losses, lower, Path(sys.argv[1]))


def draw(losses, lower, path):
    """Draw the losses of torch by width, above the global optimum."""
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(4.5, 3), layout="constrained")
    for place, found in enumerate(losses.values()):
        axes.plot([place] * len(found), found, "o", color="#0077BB", markersize=4, alpha=0.6)
    axes.axhline(lower, color="black", linewidth=1)
    axes.annotate("global optimum, proven", (0.35, lower), xycoords=("axes fraction", "data"), ha="center", va="bottom")
    axes.set_xticks(range(len(losses)), [str(width) for width in losses])
    axes.set(xlabel="units", ylabel="loss of torch, two starts")
    save_picture(figure, path)


if __name__ == "__main__":
    main()
