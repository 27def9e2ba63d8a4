"""How does a network bend while it learns?

A network 2-16-16-1 is trained on two moons by gradient descent, written out in numpy. At checkpoints its local
complexity is measured over a square around the data, with proven digits: the density of the walls of units and of the
function, the mean gradient, and the bound on it by the mass of the second layer; then local complexity at the data
themselves, with noise on the biases: how densely the network bends where it learns. With a file name the walls at the
end, the walls at all checkpoints with the decision boundary, and the numbers along the training are drawn.
Run: python examples/local_complexity.py [PICTURE]   for example moons.png, with moons-walls.png and moons-training.png
"""

import sys
from itertools import pairwise
from pathlib import Path

import numpy as np

from polytopes import Polyhedron
from tropical import Network, complexity_at, local_complexity
from tropical.pictures import plot_checkpoints, plot_complexity, plot_training, save_picture
from tropical.regions.complexity import Gaussian

SIZES = (2, 16, 16, 1)
CHECKPOINTS = (0, 30, 100, 300, 1000)
NOISE = Gaussian("1/10")
SQUARE = Polyhedron.box(["-3/2", "-3/2"], ["5/2", 2])


def two_moons(n, numbers):
    """Points on two half circles that interlock, with noise, and their classes."""
    angles = np.pi * numbers.random(n)
    classes = np.arange(n) % 2
    points = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    points[classes == 1] = [1, 0.5] - points[classes == 1]
    return points + 0.1 * numbers.standard_normal((n, 2)), classes


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


def checkpoints(points, classes, numbers):
    """Yield the step, the accuracy and the network at every checkpoint; its weights are floats of single precision."""
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
    numbers = np.random.default_rng(0)
    points, classes = two_moons(200, numbers)
    print(f"  {'step':>5}{'accuracy':>10}{'regions':>9}{'walls of units':>16}{'of the function':>17}", end="")
    print(f"{'|gradient|':>12}{'bound':>10}{'at the data':>13}")
    answers, networks = [], []
    for number, accuracy, network in checkpoints(points, classes, numbers):
        found = local_complexity(network, SQUARE)
        at_data = complexity_at(network, points, NOISE).noisy[0].value
        units, function = found.densities["neuron_boundary"], found.densities["function_boundary"]
        assert function.lower <= units.upper and units.is_precise and at_data.is_precise
        gradient, bound = found.mean_gradient.l2, found.bound("relu1").product
        print(
            f"  {number:>5}{accuracy:>10.3f}{found.n_regions:>9}{float(units):>16.9f}{float(function):>17.9f}", end=""
        )
        print(f"{float(gradient):>12.6f}{float(bound):>10.3f}{float(at_data):>13.6f}")
        answers.append(found)
        networks.append(network)
    if picture is not None:
        path = Path(picture)
        titles = [f"step {number}" for number in CHECKPOINTS]
        save_picture(plot_complexity(network, SQUARE, found, noise=NOISE), path)
        drawn = plot_checkpoints(networks, SQUARE, titles, data=points, labels=classes)
        save_picture(drawn, path.with_stem(f"{path.stem}-walls"))
        save_picture(plot_training(answers, CHECKPOINTS), path.with_stem(f"{path.stem}-training"))


if __name__ == "__main__":
    main(*sys.argv[1:])
