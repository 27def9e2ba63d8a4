"""How do the regions of a network move while it learns?

A network 2-4-1 is trained on two moons by gradient descent, written out in numpy. Its checkpoints become one page, in
which a slider goes through the training: regions and decision boundary, curves of their number, of local complexity and
of the losses, and the path of the weights through the classification fan of the data. All numbers are exact for the
weights as they are. With the name of a folder the checkpoints and the data are written there too, as files for
  tropical explore 'FOLDER/step*.npz' --data FOLDER/moons.csv --labels moon
Run: python examples/scrub_training.py [PAGE.html [FOLDER]]
"""

import sys
from pathlib import Path

import numpy as np

from tropical import Explorer, Network

STEPS = (0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)
WINDOW = (-2, 3)


def two_moons(n, numbers):
    """Points on two half circles that interlock, with noise, and their classes; three decimals."""
    angles, classes = np.pi * numbers.random(n), np.arange(n) % 2
    points = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    points[classes == 1] = [1, 0.5] - points[classes == 1]
    return np.round(points + 0.1 * numbers.standard_normal((n, 2)), 3), classes


def checkpoints(points, classes, numbers):
    """Yield the weights at every checkpoint, in single precision; the signs of the outer weights never change."""
    inner, bias = numbers.standard_normal((4, 2)), 0.1 * numbers.standard_normal(4)
    outer = np.array([1.0, 1, -1, -1])
    for step in range(STEPS[-1] + 1):
        if step in STEPS:
            yield [np.float32(own) for own in (inner, bias, outer[None], [0])]
        hidden = points @ inner.T + bias
        error = 1 / (1 + np.exp(-np.maximum(hidden, 0) @ outer)) - classes
        slopes = error[:, None] * outer * (hidden > 0) / len(points)
        inner, bias = inner - slopes.T @ points, bias - slopes.sum(axis=0)


def main(page=None, folder=None):
    numbers = np.random.default_rng(0)
    points, classes = two_moons(60, numbers)
    weights = list(checkpoints(points, classes, numbers))
    networks = [Network.from_weights([(w, b), (v, c)]) for w, b, v, c in weights]
    names = [f"step {step}" for step in STEPS]
    explorer = Explorer.of_training(
        networks, names=names, window=WINDOW, data=points, labels=classes, title="Two moons"
    )
    scene = explorer.scene
    print(f"  {'':>10}{'regions':>9}{'local complexity':>18}{'errors':>8}{'hinge loss':>12}")
    errors, hinge = (curve["values"] for curve in scene["curves"])
    for k, frame in enumerate(scene["frames"]):
        count, density = frame["counts"]["activation_regions"], float(frame["complexity"])
        print(f"  {names[k]:>10}{count:>9}{density:>18.6f}{errors[k]:>8}{hinge[k]:>12.6f}")
    path = scene["path"]
    assert path["losses"] == errors, "the fan and the networks count the same errors"
    print(f"  on the way {path['walls']} walls of the fan are crossed; at most {path['highest_loss']} errors")
    if page is not None:
        explorer.save(page)
    if folder is not None:
        target = Path(folder)
        target.mkdir(parents=True, exist_ok=True)
        for step, own in zip(STEPS, weights, strict=True):
            np.savez(target / f"step{step}.npz", **dict(zip(("W0", "b0", "W1", "b1"), own, strict=True)))
        rows = [f"{x},{y},{label}" for (x, y), label in zip(points, classes, strict=True)]
        (target / "moons.csv").write_text("\n".join(["x,y,moon", *rows]) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
