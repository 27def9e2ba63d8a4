"""Exact neural networks: small directed acyclic graphs of piecewise linear layers with rational weights."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any

from attrs import field, frozen

from polytopes.arithmetic.rationals import Vector, as_vector
from polytopes.enumeration.gate_program import GateProgram
from polytopes.errors import InputError, ShapeError
from polytopes.messages import shortened
from polytopes.tables import html_table, text_table
from tropical.networks.integer_values import chain_of_integers, integer_value
from tropical.networks.layers import Abs, Affine, Input, Layer, ReLU, Select
from tropical.networks.layers.base import integer, ints
from tropical.networks.lowering import lower
from tropical.networks.node import Node, output_shape, unused_name
from tropical.networks.points import check_exact, exact_point, float_batch
from tropical.networks.tensor import Array, Shape, size

ACTIVATIONS: dict[str, Layer | None] = {"relu": ReLU(), "abs": Abs(), "identity": None}


_HEADINGS = ("layer", "kind", "output shape", "gates")


@frozen
class LayerReport:
    """The row of a node in a table of layers."""

    name: str
    kind: str
    output_shape: Shape
    gate_ranks: tuple[int, ...] = field(repr=False)

    @property
    def n_gates(self) -> int:
        """The number of gates of the layer."""
        return len(self.gate_ranks)


def _as_nodes(nodes: Sequence[Node]) -> tuple[Node, ...]:
    if isinstance(nodes, (list, tuple)) and all(isinstance(node, Node) for node in nodes):
        return tuple(nodes)
    raise InputError(
        f"Network(...) got {shortened(nodes)}; write Network.from_weights([(W, b), ...]), Network.chain(inputs, "
        "layers) or tropical.load(source)"
    )


def _check_graph(instance: Network, attribute: Any, nodes: tuple[Node, ...]) -> None:
    if not nodes or not isinstance(nodes[0].layer, Input):
        raise InputError("a network needs an Input layer as its node 0")
    seen: set[str] = set()
    for index, node in enumerate(nodes):
        if node.name in seen:
            raise InputError(f"two layers are named {shortened(node.name)}; names must differ")
        seen.add(node.name)
        if index and isinstance(node.layer, Input):
            raise InputError(f"layer {shortened(node.name)} is a second input; networks here have one input")
        if not all(0 <= i < index for i in node.inputs):
            raise InputError(f"layer {shortened(node.name)} may only read nodes before it, got {node.inputs}")
        expected = node.layer.n_inputs
        if len(node.inputs) != expected and (expected is not None or not node.inputs):
            raise ShapeError(f"layer {shortened(node.name)} ({node.layer.kind}) cannot take {len(node.inputs)} inputs")


@frozen
class Network:
    """A continuous piecewise linear map R^input_dim -> R^output_dim given by a graph of exact layers.

    ``nodes`` are in topological order; node 0 is the input and the last node is the output. Tensors are flattened
    in C order wherever a vector is meant.

    Raises:
        InputError: for a graph that is not one.
        ShapeError: where a layer does not take the shape it is given; the layer is named.

    >>> net = Network.from_weights([([[1, -1], [1, 1]], [0, "1/2"]), ([[1, 1]], [0])])
    >>> net
    Network Q^2 -> Q^1 of 3 layers
    >>> net([1, "1/3"])
    (Fraction(5, 2),)
    """

    nodes: tuple[Node, ...] = field(converter=_as_nodes, validator=_check_graph)

    def __attrs_post_init__(self) -> None:
        _ = self.shapes

    @classmethod
    def chain(cls, inputs: int | Iterable[int], layers: Iterable[Layer | tuple[str, Layer]]) -> Network:
        """Return the composition of layers, first to last.

        Args:
            inputs: the input dimension, or the shape of the input tensor.
            layers: layers, or pairs of a name and a layer.
        """
        graph = GraphBuilder(ints(inputs) if isinstance(inputs, Iterable) else (integer(inputs),))
        last = 0
        for item in layers:
            name, layer = item if isinstance(item, tuple) else (None, item)
            last = graph.add(layer, [last], name)
        return graph.finish(last)

    @classmethod
    def from_weights(cls, weights: Iterable[tuple[Any, Any]], activation: str | Layer = "relu") -> Network:
        """Return the fully connected network with affine layers ``x -> W x + b``, activated between them.

        Args:
            weights: pairs (W, b) with W of shape out x in and b of length out, first layer first.
            activation: "relu", "abs", "identity" or a layer, applied after every affine layer but the last.

        >>> Network.from_weights([([[2]], [1])]).n_gates
        0
        """
        if isinstance(activation, str) and activation not in ACTIVATIONS:
            raise InputError(f"activation {activation!r}: give one of {', '.join(ACTIVATIONS)}, or a layer")
        between = ACTIVATIONS[activation] if isinstance(activation, str) else activation
        affine = [Affine(*pair) for pair in _pairs(weights)]
        if not affine:
            raise InputError("a network needs at least one pair (W, b)")
        layers: list[Layer] = [affine[0]]
        for layer in affine[1:]:
            layers.extend([layer] if between is None else [between, layer])
        return cls.chain(affine[0].weight.shape[1], layers)

    @cached_property
    def shapes(self) -> tuple[Shape, ...]:
        """The shape of the value of every node."""
        shapes: list[Shape] = []
        for node in self.nodes:
            shapes.append(output_shape(node, [shapes[i] for i in node.inputs]))
        return tuple(shapes)

    @property
    def input_shape(self) -> Shape:
        """The shape of the input tensor."""
        return self.shapes[0]

    @property
    def output_shape(self) -> Shape:
        """The shape of the output tensor."""
        return self.shapes[-1]

    @property
    def input_dim(self) -> int:
        """The number of input coordinates."""
        return size(self.input_shape)

    @property
    def output_dim(self) -> int:
        """The number of output coordinates."""
        return size(self.output_shape)

    @cached_property
    def layers(self) -> tuple[LayerReport, ...]:
        """A report for every node after the input: name, kind, output shape, gates."""
        return tuple(
            LayerReport(node.name, node.layer.kind, shape, self._ranks(node))
            for node, shape in zip(self.nodes[1:], self.shapes[1:], strict=True)
        )

    def _ranks(self, node: Node) -> tuple[int, ...]:
        return node.layer.gate_ranks(*(self.shapes[i] for i in node.inputs))

    @property
    def n_gates(self) -> int:
        """The number of gates: ReLU units, maxout units, pooling windows, ..."""
        return sum(layer.n_gates for layer in self.layers)

    @cached_property
    def program(self) -> GateProgram:
        """The gate program of the network: stages of integer forms and gates."""
        return lower(self.nodes, self.shapes)

    def __call__(self, point: Any) -> Vector:
        """Return the exact value at a rational point.

        Args:
            point: input_dim numbers, or numbers in the shape of the input: nested sequences, an array or a tensor.

        Raises:
            ShapeError: for a point of another shape.
            NumberError: for an entry that is not a rational number.

        >>> Network.from_weights([([[1, 1]], ["1/2"])])([1, 2])
        (Fraction(7, 2),)
        """
        array = exact_point(point, self.input_shape)
        if self._chain is not None and len(self.input_shape) == 1:
            return integer_value(self._chain, array.ravel().tolist())
        return as_vector(self._evaluate(array).ravel())

    @cached_property
    def _chain(self) -> tuple[Layer, ...] | None:
        return chain_of_integers(self.nodes)

    def float_call(self, points: Any) -> Array:
        """Return float64 values on an array of points.

        Args:
            points: shape ``(input_dim,)`` or ``input_shape`` for one point; ``(n, input_dim)`` or
                ``(n, *input_shape)`` for n points. Where both readings fit, that is for shape ``(1, input_dim)`` and
                an input of that shape, it is n = 1 points.

        Returns:
            shape (output_dim,) for one point, (n, output_dim) for n.
        """
        array, single = float_batch(points, self.input_shape)
        value = self._evaluate(array).reshape(len(array), self.output_dim)
        return value[0] if single else value

    def _evaluate(self, array: Array) -> Array:
        values = [array]
        for node in self.nodes[1:]:
            values.append(node.layer.forward(*[values[i] for i in node.inputs] or [array]))
            if array.dtype == object:
                check_exact(values[-1], node.name)
        return values[-1]

    def output(self, chosen: int | Sequence[int]) -> Network:
        """Return the network with only the chosen output coordinates, in this order.

        >>> Network.from_weights([([[1], [2]], [0, 0])]).output(1)([3])
        (Fraction(6, 1),)
        """
        indices = ints(chosen) if isinstance(chosen, Iterable) else (integer(chosen),)
        if not indices or not all(0 <= i < self.output_dim for i in indices):
            raise ShapeError(f"outputs {list(indices)} of a network with outputs 0 to {self.output_dim - 1}")
        names = {node.name for node in self.nodes}
        name = unused_name(f"output[{','.join(map(str, indices))}]", names)
        return Network((*self.nodes, Node(name, Select(indices), (len(self.nodes) - 1,))))

    def __repr__(self) -> str:
        return f"Network Q^{self.input_dim} -> Q^{self.output_dim} of {len(self.nodes) - 1} layers"

    def summary(self) -> str:
        """Return the table of the layers as text.

        >>> print(Network.from_weights([([[1, -1], [1, 1]], [0, 0]), ([[1, 1]], [0])]).summary())
        Network Q^2 -> Q^1 of 3 layers
        layer    kind    output shape  gates
        affine0  Affine  2
        relu0    ReLU    2             2
        affine1  Affine  1
        """
        return f"{self!r}\n{text_table(_HEADINGS, self._table())}"

    def _repr_html_(self) -> str:
        return html_table(_HEADINGS, self._table(), repr(self))

    def _table(self) -> Iterator[tuple[str, str, str, str]]:
        for layer in self.layers:
            shape = " x ".join(map(str, layer.output_shape))
            yield layer.name, layer.kind, shape, str(layer.n_gates or "")


def _pairs(weights: Any) -> list[tuple[Any, Any]]:
    pairs = list(weights) if isinstance(weights, Iterable) else [weights]
    for index, pair in enumerate(pairs):
        if not isinstance(pair, (tuple, list)) or len(pair) != 2:
            raise InputError(f"layer {index} should be a pair (W, b) of weights and biases, got {type(pair).__name__}")
    return pairs


class GraphBuilder:
    """Collects nodes one by one, chooses their names, and drops those on which the output does not depend.

    >>> graph = GraphBuilder((2,))
    >>> unit = graph.add(Affine([[1, 1]]), [0], "sum")
    >>> graph.finish(graph.add(ReLU(), [unit])).layers[1].name
    'relu0'
    """

    def __init__(self, input_shape: Shape, name: str = "input") -> None:
        self.nodes: list[Node] = []
        self.shapes: list[Shape] = []
        self._uses: dict[str, int] = {}
        self.add(Input(input_shape), [], name)

    def add(self, layer: Layer, inputs: Sequence[int], name: str | None = None) -> int:
        """Append a layer that reads earlier nodes and return the index of the new node."""
        if name is None and isinstance(layer, Layer):
            name = f"{layer.kind.lower()}{sum(type(node.layer) is type(layer) for node in self.nodes)}"
        node = Node(self._unused_name(str(name)), layer, tuple(inputs))
        self.shapes.append(output_shape(node, [self.shapes[i] for i in inputs]))
        self.nodes.append(node)
        return len(self.nodes) - 1

    def _unused_name(self, name: str) -> str:
        """Return a name that no node has; ``_uses`` counts how often each was asked for, to try no number twice."""
        found = unused_name(name, self._uses, self._uses.get(name, 1))
        self._uses[name] = self._uses.get(name, 0) + 1
        self._uses.setdefault(found, 1)
        return found

    def finish(self, output: int) -> Network:
        """Return the network whose value is node ``output``."""
        needed = {0, output}
        for index in range(output, 0, -1):
            if index in needed:
                needed.update(self.nodes[index].inputs)
        order = sorted(needed)
        place = {old: new for new, old in enumerate(order)}
        kept = [self.nodes[old] for old in order]
        return Network(tuple(Node(n.name, n.layer, tuple(place[i] for i in n.inputs)) for n in kept))
