"""How should a maxout network be initialized, and what is it like then?

Constants of maxout units with proven digits, bounds of gradients, and random networks of one architecture drawn by four
schemes: their regions layer by layer beside the sharp bound, their squared gradients over a square, and how much they
stretch a circle; all exact for the weights that were drawn. With a file name the gradients by depth are drawn.
Run: python examples/maxout_initialization.py [PICTURE]
"""

import sys
from fractions import Fraction

from polytopes import Polyhedron
from tropical.initialization import gradient_bounds, maxout_moments, random_maxout
from tropical.pictures import plot_gradients, save_picture
from tropical.regions import image_length, regions_by_layer, single_layer_maximum
from tropical.regions.surveys import square_gradients

WIDTHS, RANK = (2, 6, 6, 1), 3
SQUARE = Polyhedron.box([-1, -1], [1, 1])


def circle(n):
    """Points of the unit circle with rational coordinates, in order, the first one again at the end."""
    found = []
    for k in range(n):
        t = Fraction(4 * (k % (n // 4)) - n // 2, n)  # one of four quarters: tangents of half angles from -1/2 to 1/2
        x, y = (1 - t * t) / (1 + t * t), 2 * t / (1 + t * t)
        for _ in range(4 * k // n):
            x, y = -y, x
        found.append((x, y))
    return [*found, found[0]]


def main(picture=None):
    print(f"   K{'M = E (max Z)^2':>19}{'L = E max Z^2':>19}{'S = E min Z^2':>19}{'1/M':>19}")
    for rank in range(1, 7):
        own = maxout_moments(rank)
        print(f"  {rank:>2}" + "".join(f"{number!s:>19}" for number in (own.m, own.l, own.s, own.gain)))
        assert own.s.lower <= 1 <= own.m.upper

    bounds = gradient_bounds(WIDTHS, RANK)
    print(f"\n  E |J u|^2 for the widths {WIDTHS}: from {bounds.lower} to {bounds.upper},")
    print(f"  along the data {bounds.along_data}; first layer: at most {single_layer_maximum(2, [RANK] * 6)} regions\n")
    print(f"  {'scheme':<14}{'regions by layer':>18}{'|J|^2, least':>14}{'mean':>10}{'largest':>10}{'circle':>10}")
    for scheme in ("he", "maxout-he", "sphere", "many-regions"):
        network = random_maxout(WIDTHS, RANK, seed=1, scheme=scheme)
        layers = regions_by_layer(network, SQUARE)
        found, stretched = square_gradients(network, SQUARE), image_length(network, circle(32))
        assert layers[0] <= single_layer_maximum(2, [RANK] * 6) and layers[-1] == found.n_regions
        assert found.least <= found.mean <= found.largest
        shown = ", ".join(map(str, layers))
        print(f"  {scheme:<14}{shown:>18}{float(found.least):>14.4f}{float(found.mean):>10.4f}", end="")
        print(f"{float(found.largest):>10.4f}{stretched.distortion:>10.4f}")
    if picture is not None:
        save_picture(plot_gradients([20, 30, 30, 30, 30, 30, 30, 1], rank=5), picture)


if __name__ == "__main__":
    main(*sys.argv[1:])
