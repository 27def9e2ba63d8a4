"""The architecture of a maxout network: its widths, and the rank of its units."""

from __future__ import annotations

from polytopes.errors import UnsupportedError
from tropical.networks.layers import Affine, Maxout, Reshape
from tropical.networks.sources import NetworkLike, as_network


def architecture_of(network: NetworkLike) -> tuple[tuple[int, ...], int]:
    """Return the widths ``n_0, ..., n_L`` and the rank of a chain of affine layers and maxout units of one rank.

    Raises:
        UnsupportedError: if the network is something else.

    >>> from tropical.initialization import random_maxout
    >>> architecture_of(random_maxout([2, 5, 4, 1], rank=3))
    ((2, 5, 4, 1), 3)
    """
    network = as_network(network)
    widths, ranks = [network.input_dim], set[int]()
    wanted: type[Affine] | type[Maxout] = Affine
    for number, node in enumerate(network.nodes[1:], 1):
        layer = node.layer
        if isinstance(layer, Reshape) and node.inputs == (number - 1,):
            continue
        if not isinstance(layer, wanted) or node.inputs != (number - 1,):
            raise UnsupportedError(
                f"layer {node.name} ({layer.kind}): the theory is for maxout networks, affine layers and maxout units "
                "in turn; give --rank and --widths in place of the network"
            )
        if isinstance(layer, Maxout):
            ranks.add(layer.rank)
            widths[-1] //= layer.rank
            wanted = Affine
        elif isinstance(layer, Affine):
            widths.append(layer.weight.shape[0])
            wanted = Maxout
    if wanted is Affine:
        raise UnsupportedError("the network does not end with an affine layer; the theory is for networks that do")
    if len(ranks) > 1:
        found = ", ".join(map(str, sorted(ranks)))
        raise UnsupportedError(f"units of the ranks {found}; bounds of gradients need one rank")
    return tuple(widths), ranks.pop() if ranks else 1
