"""How does the set on which a network says yes change while it learns?

A network 2-24-24-1 is trained on two moons with much noise by gradient descent, written out in numpy. At checkpoints
the sets where it is positive, negative and 0 are followed over a square around the data: the numbers of their
components and holes, and the barcode of its sublevel sets, which tells of all levels at once. All numbers are exact for
the weights as they are. With a file name the sets and the barcodes are drawn.
Run: python examples/topology_of_training.py [PICTURE]        for example moons.png, which writes moons-0.png, ...
"""

import sys
from itertools import pairwise
from pathlib import Path

import numpy as np

from polytopes import Polyhedron
from tropical import Network
from tropical.pictures import plot_topology, save_picture
from tropical.topology import CellComplex

SIZES = (2, 24, 24, 1)
CHECKPOINTS = (0, 100, 1000, 5000)
SQUARE = Polyhedron.box(["-3/2", "-3/2"], ["5/2", 2])


def two_moons(n, numbers):
    """Points on two half circles that interlock, with noise, and their classes."""
    angles = np.pi * numbers.random(n)
    classes = np.arange(n) % 2
    points = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    points[classes == 1] = [1, 0.5] - points[classes == 1]
    return points + 0.4 * numbers.standard_normal((n, 2)), classes


def step(layers, points, classes, rate):
    """One step of gradient descent for the logistic loss; the layers are changed in place."""
    inputs, values = [], points
    for k, (weight, bias) in enumerate(layers):
        inputs.append(values)
        values = values @ weight.T + bias
        if k < len(layers) - 1:
            values = np.maximum(values, 0)
    outer = (1 / (1 + np.exp(-values[:, 0])) - classes)[:, None] / len(points)
    for k in reversed(range(len(layers))):
        weight, bias = layers[k]
        inner = outer @ weight * (inputs[k] > 0)
        weight -= rate * outer.T @ inputs[k]
        bias -= rate * outer.sum(axis=0)
        outer = inner


def checkpoints():
    """Yield the step, the accuracy and the network at every checkpoint; its weights are floats of single precision."""
    numbers = np.random.default_rng(1)
    points, classes = two_moons(100, numbers)
    layers = [
        (numbers.standard_normal((m, n)) * np.sqrt(2 / n), 0.1 * numbers.standard_normal(m)) for n, m in pairwise(SIZES)
    ]
    for number in range(CHECKPOINTS[-1] + 1):
        if number in CHECKPOINTS:
            network = Network.from_weights([(w.astype(np.float32), b.astype(np.float32)) for w, b in layers])
            right = (network.float_call(points)[:, 0] > 0) == (classes == 1)
            yield number, right.mean(), network
        step(layers, points, classes, rate=0.5)


def main(picture=None):
    print(f"  {'step':>5}{'accuracy':>10}{'cells':>7}{'f > 0':>9}{'f < 0':>9}{'f = 0':>9}{'bars':>6}{'critical':>10}")
    for number, accuracy, network in checkpoints():
        K = CellComplex.of(network, SQUARE)
        yes, no, boundary = K.superlevel(0, strict=True), K.sublevel(0, strict=True), K.level(0)
        parts = [f"{own.betti()[0]}, {own.betti()[1]}" for own in (yes, no, boundary)]
        # A curve has as many loops less components as edges less vertices.
        assert boundary.euler == boundary.betti()[0] - boundary.betti()[1]
        bars, critical = K.barcode(), K.critical(2).components
        print(f"  {number:>5}{accuracy:>10.3f}{sum(K.f_vector()):>7}", end="")
        print("".join(f"{part:>9}" for part in parts) + f"{len(bars):>6}{len(critical):>10}")
        if picture is not None:
            path = Path(picture)
            save_picture(plot_topology(K, [K.sublevel(0)]), path.with_stem(f"{path.stem}-{number}"))


if __name__ == "__main__":
    main(*sys.argv[1:])
