"""The beginning of a graph: one input, or several that are the parts of one."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

from tropical.networks.layers import Select
from tropical.networks.readers.symbolic.graph import SourceGraph
from tropical.networks.readers.symbolic.values import Value, bare
from tropical.networks.tensor import Shape, size


def graph_of_inputs(
    names: Sequence[str], shapes: Sequence[Shape], points: int | None = None, watched: Sequence[bool] = ()
) -> tuple[SourceGraph, list[Value]]:
    """Return a graph, and the values of its inputs; several are the parts of one, joined in their order.

    Args:
        names: their names.
        shapes: their shapes, at batch size 1.
        points: the points of the batch, as for ``SourceGraph``.
        watched: which of several inputs begin with the axis of the batch.
    """
    if len(names) == 1:
        graph = SourceGraph(shapes[0], names[0], points)
        return graph, [graph.input]
    ends = list(accumulate((size(shape) for shape in shapes), initial=0))
    graph = SourceGraph((ends[-1],), ",".join(names))
    graph.points = points or 0
    values = []
    for place, (name, shape) in enumerate(zip(names, shapes, strict=True)):
        node = graph.builder.add(Select(range(ends[place], ends[place + 1]), bare(shape)), [0], name)
        values.append(Value(shape, node, batch=0 if watched and watched[place] else None))
    return graph, values
