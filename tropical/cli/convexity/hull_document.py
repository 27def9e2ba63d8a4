"""What the document of ``tropical hull`` says: of points, of cells, of half-spaces and of the subdivision."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from polytopes.errors import FileFormatError
from tropical.cli.starting import Document

if TYPE_CHECKING:
    from tropical.convexity.entries import Convention, Entries
    from tropical.convexity.point_hull import Graph
    from tropical.convexity.polytope import TropicalPolytope


def read_entries(path: Path, convention: Convention) -> list[Entries]:
    """Return the points in a table, whose coordinates may be the tropical zero of the convention."""
    from tropical.convexity.entries import as_entry
    from tropical.fans.data_files import read_rows

    rows = read_rows(path, lambda cell: as_entry(cell, convention))
    if not rows:
        raise FileFormatError(f"{path} has no points: its only line is a header")
    return rows


def asked_point(text: str, polytope: TropicalPolytope) -> Entries:
    """Return the point that ``--at`` names."""
    from tropical.cli.arguments import naming
    from tropical.convexity.entries import as_point

    with naming("--at", text):
        return as_point(text.split(","), polytope.n_columns, polytope.convention)


def about_points(polytope: TropicalPolytope) -> Document:
    """Return what needs no cells."""
    from tropical.convexity.polytrope import not_polytrope

    witness = not_polytrope(polytope)
    return {
        "n": len(polytope.points),
        "d": polytope.n_columns,
        "points": [_texts(polytope, row) for row in polytope.points],
        "extreme": list(polytope.extreme_points),
        "polytrope": witness is None,
        "polytrope_witness": None if witness is None else witness.as_dict(),
    }


def where(polytope: TropicalPolytope, point: Entries) -> Document:
    """Return where a point lies, with the proof; what needs finite coordinates is None if it has others."""
    from polytopes.arithmetic.rationals import exact_text
    from tropical.convexity.covectors import n_components
    from tropical.convexity.entries import shifted
    from tropical.convexity.membership import Inside

    found, distance, near = polytope.contains(point), polytope.distance(point), polytope.nearest_point(point)
    graph = None if None in point else polytope.covector(point)
    parts = [sum(1 << k for k in part) for part in graph or ()]
    has_near = any(entry is not None for entry in near)
    others = set(range(polytope.n_columns)) - set(() if isinstance(found, Inside) else found.halfspace.sectors)
    return {
        "x": _texts(polytope, point),
        "covector": None if graph is None else _lists(graph),
        "cell_dim": n_components(parts, polytope.n_columns) - 1 if graph else None,
        "inside": bool(found),
        "coefficients": _texts(polytope, found.coefficients) if isinstance(found, Inside) else None,
        "projection": _texts(polytope, shifted(near)) if has_near else None,
        "distance": None if distance is None else exact_text(distance),
        "separating_sector": None if isinstance(found, Inside) else sorted(others),
    }


def about_cells(polytope: TropicalPolytope) -> Document:
    """Return the numbers of cells, or what is known of them if they are not all listed: then they are lower bounds."""
    vertices, listed = polytope.known_pseudovertices, polytope.listed.cells
    full = (1 << polytope.n_columns) - 1
    torus = [len(graphs) for graphs in listed] or [len(vertices)]
    inside = [sum(_union(graph) == full for graph in graphs) for graphs in listed] or [len(vertices)]
    torus[0] = inside[0] = len(vertices)
    while len(inside) > 1 and not inside[-1]:
        del inside[-1]
    found: Document = {"pseudovertices": _pseudovertices(vertices), "f_vector": inside, "torus_f_vector": torus}
    return {**found, "dim": len(inside) - 1, "tropical_rank": len(inside)}


def about_generic(polytope: TropicalPolytope) -> bool | None:
    """Whether points are generic; None if that is not asked of them, for a coordinate is infinite."""
    return polytope.is_generic if polytope.is_finite else None


def cells_listed(polytope: TropicalPolytope) -> list[Document]:
    """Return all cells with their covectors; inside or not is only said where it is not the same as bounded."""
    cells = polytope.decomposition
    found: list[Document] = []
    for dim, graphs in enumerate(cells.cells):
        for graph in graphs:
            own: Document = {"covector": _columns(graph), "dim": dim, "bounded": cells.is_bounded(graph)}
            found.append(own if polytope.is_finite else {**own, "inside": cells.is_inside(graph)})
    return found


def subdivision_document(polytope: TropicalPolytope) -> Document:
    """Return the dual subdivision: pairs (row, column), its maximal cells by numbers of pairs, and their volumes."""
    pairs = [(i, k) for i, row in enumerate(polytope.points) for k, entry in enumerate(row) if entry is not None]
    place = {pair: number for number, pair in enumerate(pairs)}
    cells = polytope.mixed_cells()
    return {
        "pairs": list(map(list, pairs)),
        "maximal_cells": [[place[i, k] for i, part in enumerate(cell.covector) for k in part] for cell in cells],
        "mixed_volumes": [cell.volume for cell in cells],
    }


def _texts(polytope: TropicalPolytope, row: Entries) -> list[str]:
    from tropical.convexity.entries import entry_text

    return [entry_text(entry, polytope.convention) for entry in row]


def _lists(graph: Graph) -> list[list[int]]:
    return list(map(list, graph))


def _columns(graph: Iterable[int]) -> list[list[int]]:
    from tropical.convexity.covectors import columns

    return [list(columns(part)) for part in graph]


def _union(graph: Iterable[int]) -> int:
    from tropical.convexity.covectors import covered

    return covered(graph)


def _pseudovertices(vertices: Iterable[tuple[Any, Graph]]) -> list[Document]:
    from polytopes.arithmetic.rationals import exact_text

    return [{"x": list(map(exact_text, point)), "covector": _lists(graph)} for point, graph in vertices]
