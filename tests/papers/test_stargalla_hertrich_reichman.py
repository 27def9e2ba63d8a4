"""The example with which Stargalla, Hertrich and Reichman (arXiv 2505.16716) tell notions of region apart."""

from tropical.networks.network import Network
from tropical.regions.counting import count_regions


def test_three_of_the_six_notions():
    """f = max(-y, min(0, -x)) through relu(x), relu(y), relu(-y): R2, R4, R6 = 5, 3, 3."""
    first = ([[1, 0], [0, 1], [0, -1]], [0, 0, 0])
    second = ([[-1, 1, -1], [0, 1, 0], [0, 0, 1]], [0, 0, 0])
    network = Network.from_weights([first, second, ([[1, -1, 1]], [0])])
    assert network([2, 1]) == (max(-1, min(0, -2)),)
    count = count_regions(network, linear=True)
    assert (count.activation_regions, count.linear_regions, count.distinct_affine_maps) == (5, 3, 3)
