"""The dual graph of a classification fan with signs and losses, as a graph of networkx and as plain lists."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from tropical.fans.activation.adjacency import Colors, dual_graph
from tropical.fans.activation.parameters import parameter_texts
from tropical.fans.classification.fan import ClassificationFan, Signs
from tropical.fans.classification.landscape import landscape

if TYPE_CHECKING:
    import networkx as nx


def classification_graph(fan: ClassificationFan) -> nx.Graph:
    """Return the graph of all maximal cones, two joined if they share a wall; for fans of moderate size.

    A node is the tuple of colors of a cone with ``parameter`` and ``signs``, an edge has the ``points`` that change
    and whether it ``crosses``, so that they change sign. With labels both have the ``loss`` there, ties as errors.

    >>> graph = classification_graph(ClassificationFan.of([[0], [1]], (1, 1), labels=[1, -1]))
    >>> graph.nodes[(0, 1)]["loss"], graph.edges[(0, 1), (1, 1)]["loss"]
    (0, 1)
    """
    graph = dual_graph(fan.activation)
    for colors, facts in graph.nodes(data=True):
        facts["signs"] = fan.signs_of_colors(colors)
    for here, there, facts in graph.edges(data=True):
        facts["crosses"] = graph.nodes[here]["signs"] != graph.nodes[there]["signs"]
    if fan.data.labels:
        for _, facts in graph.nodes(data=True):
            facts["loss"] = fan.loss_of_signs(facts["signs"])
        for here, there, facts in graph.edges(data=True):
            facts["loss"] = fan.loss_of_signs(wall_signs(graph.nodes[here]["signs"], graph.nodes[there]["signs"]))
    return graph


def wall_signs(here: Signs, there: Signs) -> Signs:
    """Return the signs on the wall between two cones: 0 where those of the cones differ."""
    return tuple(a if a == b else 0 for a, b in zip(here, there, strict=True))


def sublevel_graph(graph: nx.Graph, loss: int) -> nx.Graph:
    """Return the cones and walls of a classification graph with a loss of at most ``loss``, for {err <= loss}."""
    import networkx as nx

    return nx.subgraph_view(
        graph,
        filter_node=lambda node: graph.nodes[node]["loss"] <= loss,
        filter_edge=lambda here, there: graph.edges[here, there]["loss"] <= loss,
    )


def sublevel_components(graph: nx.Graph, loss: int) -> list[set[Colors]]:
    """Return the components of {err <= loss} as sets of maximal cones, in the order of the first cone of each.

    >>> graph = classification_graph(ClassificationFan.of([[0], [1], [2]], (2, 1), labels=[1, -1, 1]))
    >>> sublevel_components(graph, 0)
    [{(0, 2, 1)}, {(1, 2, 0)}]
    """
    import networkx as nx

    return sorted(nx.connected_components(sublevel_graph(graph, loss)), key=min)


def chamber_components(graph: nx.Graph) -> list[set[Colors]]:
    """Return the classification chambers as sets of maximal cones, in the order of the first cone of each."""
    import networkx as nx

    inside = nx.subgraph_view(graph, filter_edge=lambda here, there: not graph.edges[here, there]["crosses"])
    return sorted(nx.connected_components(inside), key=min)


def landscape_document(fan: ClassificationFan, limit: int | None = None) -> dict[str, Any]:
    """Return the landscape with all cones as plain lists and texts of numbers.

    Args:
        fan: a classification fan of data with labels.
        limit: give up if there are more maximal cones than this.

    Raises:
        InputError: if the data has no labels.
        LimitReached: at the limit.

    ``cones`` have ``colors``, ``signs``, ``loss`` and ``parameter``; ``walls`` have the places of two ``cones``, the
    ``points`` that change, ``crosses`` and ``loss``; ``levels`` are those of :func:`landscape` by loss as text, each
    with ``members``: for every cone the number of its component of {err <= loss}, or None; and ``minima``, the
    numbers of the components without a smaller loss.

    >>> document = landscape_document(ClassificationFan.of([[0], [1], [2]], (2, 1), labels=[1, -1, 1]))
    >>> document["minimum"], document["levels"]["0"]["components"], document["levels"]["0"]["minima"]
    (0, 2, [0, 1])
    """
    found = landscape(fan, limit=limit)
    graph = classification_graph(fan)
    place = {colors: i for i, colors in enumerate(graph)}
    losses = [facts["loss"] for _, facts in graph.nodes(data=True)]
    walls = _walls(graph, place)
    levels: dict[str, dict[str, Any]] = found.as_dict()
    for (text, level), members in zip(levels.items(), _members(losses, walls, map(int, levels)), strict=True):
        deeper = {number for number, own in zip(members, losses, strict=True) if own < int(text)}
        minima = [number for number in range(level["components"]) if number not in deeper]
        level |= {"members": members, "minima": minima}
    return {
        "data": fan.data.as_dict(),
        "terms": list(fan.terms),
        "minimum": found.minimum,
        "levels": levels,
        "cones": [
            {
                "colors": list(colors),
                "signs": list(facts["signs"]),
                "loss": facts["loss"],
                "parameter": parameter_texts(facts["parameter"]),
            }
            for colors, facts in graph.nodes(data=True)
        ],
        "walls": walls,
    }


def _walls(graph: nx.Graph, place: dict[Colors, int]) -> list[dict[str, Any]]:
    found = [
        {"cones": sorted((place[here], place[there])), **facts, "points": list(facts["points"])}
        for here, there, facts in graph.edges(data=True)
    ]
    return sorted(found, key=lambda wall: wall["cones"])


def _members(losses: list[int], walls: list[dict[str, Any]], levels: Iterable[int]) -> Iterator[list[int | None]]:
    """Yield for rising levels the component of every cone in {err <= level}, numbered by their first cones."""
    from networkx.utils import UnionFind

    parts = UnionFind(range(len(losses)))
    waiting = sorted(walls, key=lambda wall: -wall["loss"])
    for level in levels:
        while waiting and waiting[-1]["loss"] <= level:
            parts.union(*waiting.pop()["cones"])
        numbers: dict[int, int] = {}
        yield [numbers.setdefault(parts[i], len(numbers)) if loss <= level else None for i, loss in enumerate(losses)]
