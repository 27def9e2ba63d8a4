"""What comes before or after a max-pooling layer: other pools, ReLU, averages, affine maps.

- A pool after a pool is one pool with the unions of windows. The *patterns* of the stack, the winners of both layers,
  are more than its regions: they are the regions of both families of windows together.
- An affine map A before the pool: the regions are the vertices of the image of the max-pooling polytope under A^T. If
  the image of A and the lineality space (a constant on each component of the windows) span all inputs of the pool, the
  polytope is not squashed and the number of regions stays the same, whatever the weights and the bias.
- Averages with positive weights after a pool keep the regions apart, as long as they read every window: in a Minkowski
  sum the normal fan does not depend on positive factors of the summands.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from attrs import frozen

from polytopes.arithmetic.linalg import rank
from polytopes.errors import ShapeError
from polytopes.minkowski_sums.hypergraph import Hypergraph
from tropical.pooling.layer import MaxPooling

if TYPE_CHECKING:
    from tropical.networks.layers.base import LinearLayer
    from tropical.networks.network import Network


@frozen
class Composition:
    """Pools in a row: the windows whose regions are those of the function, and those of the argmax patterns."""

    function: Hypergraph
    patterns: Hypergraph


def compose(*layers: MaxPooling) -> Composition:
    """Return the composition of pools, the first one first.

    Raises:
        ShapeError: if there is no pool, or the output of one is not the input of the next.

    >>> both = compose(MaxPooling(9, 3, stride=2), MaxPooling(4, 2, stride=1))
    >>> both.function.windows
    ((0, 1, 2, 3, 4), (2, 3, 4, 5, 6), (4, 5, 6, 7, 8))
    >>> len(both.patterns.windows)
    7
    """
    if not layers:
        raise ShapeError("no pool to compose; give at least one")
    _check_chain(layers)
    size, reads = layers[0].hypergraph.size, layers[0].reads
    all_reads = list(reads)
    for layer in layers[1:]:
        reads = tuple(tuple({place for window in own for place in reads[window]}) for own in layer.reads)
        all_reads += reads
    return Composition(Hypergraph(filter(None, reads), size), Hypergraph(filter(None, all_reads), size))


def _check_chain(layers: Sequence[MaxPooling]) -> None:
    for first, second in pairwise(layers):
        if (first.channels, first.output_shape) != (second.channels, second.input_shape):
            raise ShapeError(
                f"a pool with {first.channels} x {first.output_shape} outputs before one with {second.channels} x "
                f"{second.input_shape} inputs; the shapes should agree"
            )
    if any(layer.padding_value != "-inf" for layer in layers):
        raise ShapeError("pools in a row where padding has the value 0; compose layers with padding '-inf'")


def side_by_side(*layers: MaxPooling) -> Hypergraph:
    """Return the windows of pools that read the same input, as in spatial pyramid pooling.

    Raises:
        ShapeError: if there is no pool, or the inputs differ.

    >>> side_by_side(MaxPooling(4, 4), MaxPooling(4, 2)).windows
    ((0, 1, 2, 3), (0, 1), (2, 3))
    """
    if len({(layer.input_shape, layer.channels, layer.padding_value) for layer in layers}) != 1:
        raise ShapeError("pools side by side need one input shape, and one kind of padding; give such pools")
    windows = [window for layer in layers for window in layer.hypergraph.windows]
    return Hypergraph(windows, layers[0].hypergraph.size)


def is_onto(layer: LinearLayer, input_shape: Sequence[int], pool: MaxPooling) -> bool:
    """Return whether an affine layer before a pool leaves the pool all its regions, whatever its bias.

    Args:
        layer: a convolution, average pool or other affine layer with outputs channels x lengths.
        input_shape: the shape of its input, with the channels.
        pool: the pool that reads its output.

    Algorithm:
        The rows of the layer for the inputs that the pool reads, with one more column for each component of the windows
        that is 1 on it, have full rank over Q. Zeros in the padding of the pool are an input with a row of zeros.

    Raises:
        ShapeError: if the pool does not take the output of the layer.
    """
    shape = tuple(input_shape)
    given, needed = layer.output_shape(shape), (pool.channels, *pool.input_shape)
    if given != needed:
        raise ShapeError(f"the layer has outputs of shape {given}, the pool takes {needed}; the shapes should agree")
    rows, area = layer.rows(shape), len(layer.rows(shape)) // pool.channels
    graph = pool.hypergraph
    component = {element: number for number, part in enumerate(graph.components) for element in part}
    width = 1 + max((key for row in rows for key in row), default=0)
    wide = []
    for channel in range(pool.channels):
        for element in graph.used:
            own = rows[channel * area + element] if element < area else {}
            row = [own.get(key, 0) for key in range(1, width)]
            wide.append(row + [int(i == (channel, component[element])) for i in _blocks(pool.channels, graph)])
    return not wide or rank(wide) == len(wide)


def _blocks(channels: int, graph: Hypergraph) -> list[tuple[int, int]]:
    return [(channel, part) for channel in range(channels) for part in range(len(graph.components))]


def network_of(layer: LinearLayer, input_shape: Sequence[int], pool: MaxPooling) -> Network:
    """Return an affine layer and a pool after it as a network, for the engine of regions.

    Raises:
        ShapeError: if zeros stand in the padding of the pool: the network has minus infinity there.
    """
    from tropical.networks.layers.pooling import MaxPool
    from tropical.networks.network import Network

    if pool.may_read_zeros:
        raise ShapeError("a pool whose padding has the value 0; give one with padding '-inf', after a layer that pads")
    rule = pool.placement
    maximum = MaxPool(rule.kernel_size, rule.stride, rule.padding, rule.dilation, rule.ceil_mode)
    return Network.chain(tuple(input_shape), [layer, maximum])
