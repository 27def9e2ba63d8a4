"""How wide must a layer be for its tangent kernel to look like that of infinite width?

Points on the sphere, networks of growing width with weights that are rounded Gaussian numbers, and for each the
smallest eigenvalue of the exact tangent kernel, beside that of infinite width and the bound by pairs. With a file name
the spectra are drawn.
Run: python examples/tangent_kernels.py [PICTURE]        for example kernels.png
"""

import sys
from fractions import Fraction

import numpy as np

from tropical import Network
from tropical.parameter_space.tangent_kernels import TangentKernel, kernel_answer, limit_kernel, separation
from tropical.pictures import plot_spectrum, save_picture

POINTS = [
    ("2/3", "2/3", "1/3"),
    ("3/5", "4/5", 0),
    (0, "3/5", "4/5"),
    ("-2/7", "3/7", "6/7"),
    ("-6/7", "2/7", "3/7"),
    ("1/9", "-4/9", "8/9"),
]
WIDTHS = (4, 16, 64, 256)
STEP = 16
"""Weights are multiples of 1 / STEP."""


def random_network(width, numbers):
    """A hidden layer without biases, with standard Gaussian weights rounded to multiples of 1 / STEP."""
    rounded = np.rint(STEP * numbers.standard_normal((width, 4))).astype(int)
    weights = [[Fraction(int(entry), STEP) for entry in row] for row in rounded]
    return Network.from_weights([([row[:3] for row in weights], [0] * width), ([[row[3] for row in weights]], [0])])


def main(picture=None):
    numbers = np.random.default_rng(0)
    limit = limit_kernel(POINTS)
    goal = limit.smallest_eigenvalue
    print(f"delta^2 = {separation(POINTS).delta_squared}; smallest eigenvalue of infinite width {goal.value}")
    print(f"{'width':>6}{'rank':>6}{'smallest eigenvalue':>24}{'bound by a pair':>18}")
    spectra, marks = {}, {"infinite width": float(goal)}
    for width in WIDTHS:
        kernel = TangentKernel.of(random_network(width, numbers), POINTS, biases=False, scale="width")
        found = kernel_answer(kernel)
        low, high = found.smallest.interval
        assert low <= high <= found.pair_bound.value
        print(f"{width:>6}{found.rank:>6}{float(found.smallest):>24.15f}{float(found.pair_bound.value):>18.6f}")
        spectra[f"width {width}"] = [[float(entry) for entry in row] for row in kernel.matrix]
    if picture is not None:
        save_picture(plot_spectrum(dict(reversed(spectra.items())), marks), picture)


if __name__ == "__main__":
    main(*sys.argv[1:])
