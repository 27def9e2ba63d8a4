"""How close do trained leaky networks come to the largest margin?

Labelled points with a signal and noise. For several slopes a network is trained exactly from 0. Its squared norm is
compared with that of the shortest network with one unit of each sign, and with that of the network made of the linear
classifier of largest margin. With a file name the last of them is drawn.
Run: python examples/margins.py [PICTURE]        for example margins.png
"""

import sys
from fractions import Fraction

import numpy as np

from tropical import max_margin
from tropical.parameter_space.margins import hinge_descent, linear_error, max_margin_network, signal_noise
from tropical.pictures import plot_margins, save_picture
from tropical.pictures.margins import Curve, Units

SIGNAL = (Fraction(3, 5), Fraction(4, 5))
ALPHAS = ("1", "1/2", "1/5", "1/10")


def data(n, numbers):
    """Points 2 y v + noise with denominators 10, and their labels y."""
    labels = [1 if k % 2 else -1 for k in range(n)]
    noise = np.rint(12 * numbers.standard_normal((n, 2))).astype(int)
    points = [
        [2 * y * v + Fraction(int(entry), 10) for v, entry in zip(SIGNAL, row, strict=True)]
        for y, row in zip(labels, noise, strict=True)
    ]
    return points, labels


def main(picture=None):
    points, labels = data(20, np.random.default_rng(4))
    linear = max_margin(points, labels)
    error = linear_error(linear.w, SIGNAL, "1/2").error
    print(f"|w|^2 = {linear.norm_squared}; error of w on new points with gamma = 1/2: {error.value}")
    names = (("steps", 7), ("U", 6), ("bound on U", 12), ("trained |W|^2", 15), ("shortest", 10), ("of w", 9))
    print(f"{'alpha':>6}{''.join(name.rjust(width) for name, width in names)}{'ratio^2':>9}")
    for alpha in ALPHAS:
        descent = hinge_descent(points, labels, alpha)
        best = max_margin_network(points, labels, alpha)
        ratio = signal_noise(descent.units.weights, SIGNAL, alpha).ratio_squared
        norms = [float(x) for x in (descent.units.norm_squared, best.norm_squared, best.embedding)]
        assert linear.norm_squared / 2 <= best.norm_squared <= min(best.embedding, descent.units.norm_squared)
        print(f"{alpha:>6}{descent.steps:>7}{descent.updates:>6}{float(descent.bounds.updates):>12.0f}", end="")
        print(f"{norms[0]:>15.5f}{norms[1]:>10.5f}{norms[2]:>9.5f}{float(ratio):>9.2f}")
    if picture is not None:
        units = {"best network": best.units, "trained": descent.units}
        drawn = {name: Units.of(own.weights, own.signs, own.alpha) for name, own in units.items()}
        curve = Curve(descent.active, [float(x) for x in descent.norms_squared], float(descent.bounds.norm_squared))
        floats = [[float(entry) for entry in point] for point in points]
        save_picture(plot_margins(floats, labels, [float(entry) for entry in linear.w], drawn, curve), picture)


if __name__ == "__main__":
    main(*sys.argv[1:])
