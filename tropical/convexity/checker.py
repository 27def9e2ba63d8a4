"""Checks documents that ``tropical hull --json`` writes: the standard library and nothing else.

A point x has the covector ``C(x)_i = argmax_k (v_ik - x_k)`` and is a pseudovertex iff that graph is connected. It is
verified that every listed point is one, and that every bounded edge at one ends in a listed one: since these edges join
all of them, the list is complete. All cells are refinements of the covectors of pseudovertices; they are counted again.
Half-spaces must be the minimal ones at pseudovertices, or some of them that have no more in common; where a point lies
is said by the greatest element of the cone below it. If the work was stopped, numbers of cells are lower bounds.
``python checker.py FILE`` runs alone; ``tropical check FILE POINTS`` also compares the points with a table.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Callable, Collection, Iterator, Sequence
from fractions import Fraction
from functools import reduce
from itertools import combinations, product
from math import inf, lcm
from operator import or_
from pathlib import Path
from typing import Any

FORMAT = "tropical polytope"
MOST_BYTES, MOST_DIGITS, MOST_COLUMNS = 2**30, 10**6, 20
NEEDED = {"points", "f_vector", "torus_f_vector", "pseudovertices", "extreme", "dim", "tropical_rank", "polytrope"}
KEYS = NEEDED | {"format", "source", "convention", "arrangement", "n", "d", "generic", "complete", "stopped_by"}
KEYS |= {"polytrope_witness", "seconds", "version"}
EXTRA = {"halfspaces", "irredundant", "cells", "subdivision", "at", "assumed"}
STOPS = ("limit", "timeout", "interrupt")
ERRORS = (ValueError, TypeError, LookupError, ArithmeticError, AttributeError, RecursionError, MemoryError)
MISFIT = "malformed: it is damaged, or an entry is missing or not of its type or size"
RATIONAL = re.compile(r"-?[0-9]+(/[0-9]+)?")
Document = dict[str, Any]
Graph = tuple[int, ...]  # of each row the columns, as bits
Point = list[Any]  # integers, or None for minus infinity
HalfSpace = tuple[tuple[int, ...], int]  # the apex, and the sectors as bits


class NotACertificate(Exception):
    """The file does not claim to be a document of a tropical polytope."""


class Refused(Exception):
    """The document does not prove what it claims; the message is the first reason."""


def need(is_right: bool, reason: str) -> None:
    """Refuse for a reason unless something is right."""
    if not is_right:
        raise Refused(reason)


def is_same(one: Any, other: Any) -> bool:
    """Whether parts of documents are written the same way: 1 is neither 1.0 nor true."""
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def once(pairs: list[tuple[str, Any]]) -> Document:
    """Return an object of a document, none of whose names occurs twice."""
    need(len(dict(pairs)) == len(pairs), "malformed: a name is given twice")
    return dict(pairs)


def bits(columns: Sequence[int]) -> int:
    """Return a set of columns, which are listed in order, as bits."""
    need(all(type(k) is int and k >= 0 for k in columns) and list(columns) == sorted(set(columns)), "malformed: a set")
    return sum(1 << k for k in columns)


def listed(part: int) -> list[int]:
    """Return a set of columns in order."""
    return [k for k in range(part.bit_length()) if part >> k & 1]


def leading(row: Point) -> int:
    """Return the first finite coordinate of a point."""
    return int(next(v for v in row if v is not None))


def components(graph: Graph, d: int) -> int:
    """Return the number of connected components of a graph on rows, none of which is alone, and d columns."""
    parts = [1 << k for k in range(d)]
    for row in set(graph):
        parts, met = [part for part in parts if not part & row], [part for part in parts if part & row]
        parts.append(sum(met))
    return len(parts)


class Hull:
    """The points of a document times a common denominator; those for minima have the opposite sign."""

    def __init__(self, document: Document) -> None:
        """Read the points, and the coordinates of all others."""
        need(document["convention"] in ("max", "min"), "malformed: the convention")
        self.sign, self.zero = (1, "-oo") if document["convention"] == "max" else (-1, "oo")
        need(document["arrangement"] in (None, "max", "min"), "malformed: the arrangement")
        need(
            document["arrangement"] != document["convention"], "hyperplanes bound the polytope of the other convention"
        )
        texts = [*document["points"], *(own["x"] for own in document["pseudovertices"])]
        texts += [own["x"] for own in document.get("at", ())]
        self.scale = lcm(*(self.rational(text).denominator for row in texts for text in row if text != self.zero))
        self.rows = [self.point(row) for row in document["points"]]
        self.n, self.d = len(self.rows), len(self.rows[0])
        self.full = (1 << self.d) - 1
        need(self.d <= MOST_COLUMNS, f"over {MOST_COLUMNS} coordinates; this checker goes through all sets of them")
        self.support = tuple(sum(1 << k for k, v in enumerate(row) if v is not None) for row in self.rows)
        need(all(len(row) == self.d for row in self.rows) and all(self.support), "malformed: the points")
        self.is_finite = all(own == self.full for own in self.support)

    def rational(self, text: Any) -> Fraction:
        """Return the number that a text spells in lowest terms."""
        need(type(text) is str and RATIONAL.fullmatch(text) is not None and str(Fraction(text)) == text, "malformed")
        return Fraction(text)

    def point(self, texts: Sequence[str]) -> Point:
        """Return the coordinates of a point."""
        found = [None if text == self.zero else self.sign * self.rational(text) * self.scale for text in texts]
        need(all(x is None or x.denominator == 1 for x in found), "a coordinate is no sum of those of the points")
        return [None if x is None else int(x) for x in found]

    def text(self, value: int | None) -> str:
        """Return a coordinate as it is written."""
        return self.zero if value is None else str(Fraction(self.sign * value, self.scale))

    def less(self, x: Point, rows: Sequence[Point] | None = None) -> list[dict[int, int]]:
        """Return the finite entries of rows less a point that is finite there."""
        return [{k: v - x[k] for k, v in enumerate(row) if v is not None} for row in rows or self.rows]

    def covector(self, x: Point, rows: Sequence[Point] | None = None) -> Graph:
        """Return for every row the columns where it less the point is greatest."""
        return tuple(sum(1 << k for k, v in row.items() if v == max(row.values())) for row in self.less(x, rows))

    def shifts(self, x: Point, rows: Sequence[Point]) -> list[int | None]:
        """Return the greatest numbers with which rows lie below a point, None where none does."""
        pairs = [[(a, b) for a, b in zip(x, row, strict=True) if b is not None] for row in rows]
        return [None if any(a is None for a, _ in own) else min(a - b for a, b in own) for own in pairs]

    def below(self, x: Point, rows: Sequence[Point] | None = None) -> Point:
        """Return the greatest combination of rows below a point."""
        rows = self.rows if rows is None else rows
        pairs = [(row, up) for row, up in zip(rows, self.shifts(x, rows), strict=True) if up is not None]
        return [max((row[k] + up for row, up in pairs if row[k] is not None), default=None) for k in range(self.d)]

    def extreme(self, rows: Sequence[Point]) -> list[int]:
        """Return the numbers of the rows that the others do not span; of proportional ones the first."""
        shapes = [[None if v is None else v - leading(row) for v in row] for row in rows]
        firsts = [i for i, shape in enumerate(shapes) if shapes.index(shape) == i]
        others = {i: [shapes[j] for j in firsts if j != i] for i in firsts}
        return [i for i in firsts if not others[i] or self.below(shapes[i], others[i]) != shapes[i]]

    def bound_hull(self, halves: Collection[HalfSpace]) -> bool:
        """Whether half-spaces have no more in common than the rows span: all unit vectors, cut by one after the other.

        Sums of one that stays and one that is cut off, both raised so that they are in the boundary, join the others.
        """
        rays: list[Point] = [[0 if j == k else None for j in range(self.d)] for k in range(self.d)]
        for apex, part in halves:
            less = [[(k, v - apex[k]) for k, v in enumerate(ray) if v is not None] for ray in rays]
            tops = [[max((v for k, v in own if part >> k & 1 == s), default=-inf) for s in (0, 1)] for own in less]
            sides = list(zip(rays, tops, strict=True))
            kept = [(ray, own) for ray, (other, own) in sides if own >= other]
            cut = [(ray, other) for ray, (other, own) in sides if own < other]
            pairs = [((g, up), (h, to)) for g, to in kept for h, up in cut]
            rows = [ray for ray, _ in kept]
            rows += [
                [max((v[k] + u for v, u in both if v[k] is not None), default=None) for k in range(self.d)]
                for both in pairs
            ]
            rays = [rows[i] for i in self.extreme(rows)]
        return all(self.below(ray) == ray for ray in rays)

    def ends(self, x: Point, graph: Graph) -> Iterator[tuple[int, ...]]:
        """Yield the other ends of the bounded edges at a pseudovertex."""
        rows = list(zip(graph, self.less(x), strict=True))
        for block in range(1, self.full):
            if components(tuple(part & ~block or part for part in graph), self.d) == 2:
                own = [row for part, row in rows if not part & ~block]
                pairs = [(row, [v for k, v in row.items() if not block >> k & 1]) for row in own]
                if steps := [max(row.values()) - max(others) for row, others in pairs if others]:
                    moved = [v + min(steps) * (block >> k & 1) for k, v in enumerate(x)]
                    yield tuple([v - moved[0] for v in moved])

    def cells(self, graphs: Sequence[Graph]) -> dict[Graph, int]:
        """Return all refinements of covectors with the dimensions of their cells."""
        found = {graph: components(graph, self.d) - 1 for graph in graphs}
        waiting = list(found)
        while waiting:
            graph = waiting.pop()
            for block in range(1, self.full):
                finer = tuple([part & block or part for part in graph])
                if finer not in found:
                    found[finer] = components(finer, self.d) - 1
                    waiting.append(finer)
        return found

    def is_inside(self, graph: Graph) -> bool:
        """Whether every column is covered."""
        return reduce(or_, graph) == self.full

    def is_bounded(self, graph: Graph) -> bool:
        """Whether every column is reached from every other one, from those of a row in the graph to its finite ones."""
        reached = [1 << start for start in range(self.d)]
        for _ in range(self.d):
            for part, own in zip(graph, self.support, strict=True):
                reached = [known | own if part & known else known for known in reached]
        return all(known == self.full for known in reached)


def check_vertices(hull: Hull, document: Document) -> dict[tuple[int, ...], Graph]:
    """Refuse unless every pseudovertex is one, and all are listed if that is claimed."""
    found: dict[tuple[int, ...], Graph] = {}
    for own in document["pseudovertices"]:
        need(own.keys() == {"x", "covector"} and len(own["x"]) == hull.d, "malformed: a pseudovertex")
        x, graph = hull.point(own["x"]), tuple(map(bits, own["covector"]))
        need(None not in x and x[0] == 0 and tuple(x) not in found, "a pseudovertex is not finite, or listed twice")
        need(graph == hull.covector(x), f"the covector of {', '.join(own['x'])} is another one")
        need(components(graph, hull.d) == 1, f"the covector of {', '.join(own['x'])} is not connected")
        found[tuple(x)] = graph
    all_claimed = document["complete"] or document["generic"] is True
    need(bool(found) or not all_claimed, "no pseudovertex is listed")
    if all_claimed:
        is_closed = all(end in found for place, graph in found.items() for end in hull.ends(list(place), graph))
        need(is_closed, "an edge ends in a pseudovertex that is not listed")
    return found


def check_numbers(hull: Hull, document: Document, graphs: Sequence[Graph], cells: dict[Graph, int]) -> None:
    """Refuse unless the numbers of cells are right, or are lower bounds if the work was stopped."""
    torus, inside = [0] * hull.d, [0] * hull.d
    for graph, dim in cells.items():
        torus[dim] += 1
        inside[dim] += hull.is_inside(graph)
    while len(inside) > 1 and not inside[-1]:
        inside.pop()
    for name, proven in (("f_vector", inside), ("torus_f_vector", torus)):
        claimed = document[name]
        need(all(type(number) is int and number >= 0 for number in claimed), f"malformed: {name}")
        if document["complete"]:
            need(claimed == proven, f"{name} is another one")
        need(0 < len(claimed) <= len(proven), f"{name} has another length")
        need(all(a <= b for a, b in zip(claimed, proven, strict=False)), f"{name} claims more than is listed")
    rank = len(document["f_vector"])
    is_right = is_same([document["dim"], document["tropical_rank"]], [rank - 1, rank])
    need(is_right, "the dimension or the rank is not that of the cells")
    is_generic = all(sum(part.bit_count() for part in graph) == hull.n + hull.d - 1 for graph in graphs)
    wanted = is_generic if hull.is_finite else None
    is_right = document["generic"] is wanted or (document["generic"] is None and not document["complete"])
    need(is_right, "whether the points are generic is not what is said")


def check_points(hull: Hull, document: Document) -> None:
    """Refuse unless extreme points and the property of polytropes are right."""
    need(is_same([document["n"], document["d"]], [hull.n, hull.d]), "other numbers of rows or columns are claimed")
    need(is_same(document["extreme"], hull.extreme(hull.rows)), "the extreme points are others")
    rows = []
    for j in range(hull.d):
        gaps = [[None if v is None else v - row[j] for v in row] for row in hull.rows if row[j] is not None]
        rows.append([None if None in own else min(own) for own in zip(*gaps, strict=True)])
    apart = next((j for j, row in enumerate(rows) if hull.below(row) != row), None)
    need(document["polytrope"] is (apart is None), "whether it is a polytrope is not what is said")
    witness = document["polytrope_witness"]
    need(apart is not None or witness is None, "a polytrope has no witness that it is none")
    if apart is not None:
        point, near, apex = rows[apart], hull.below(rows[apart]), hull.point(witness["apex"])
        sectors = [k for k, v in enumerate(point) if v is None or near[k] == v]
        wanted = {"row": apart, "point": list(map(hull.text, point)), "apex": witness["apex"], "sectors": sectors}
        need(is_same(witness, wanted) and len(apex) == hull.d, "that it is no polytrope is shown by another row")
        *own, out = [part & bits(sectors) for part in hull.covector(apex, [*hull.rows, point])]
        need(all(own) and not out, "the half-space does not part the row from the polytope")


def check_place(hull: Hull, own: Document) -> None:
    """Refuse unless what is said of one point is right."""
    x = hull.point(own["x"])
    need(len(x) == hull.d and x != [None] * hull.d, "malformed: a point that was asked for")
    near, is_finite = hull.below(x), None not in x
    graph = hull.covector(x) if is_finite else ()
    apart = [(a, b) for a, b in zip(x, near, strict=True) if (a, b) != (None, None)]
    first = next((v for v in near if v is not None), None)
    gaps = [a - b for a, b in apart if None not in (a, b)]
    shifts = hull.shifts(x, hull.rows)
    wanted = {
        "x": own["x"],
        "covector": list(map(listed, graph)) if is_finite else None,
        "cell_dim": components(graph, hull.d) - 1 if is_finite else None,
        "inside": near == x,
        "coefficients": list(map(hull.text, shifts)) if near == x else None,
        "projection": None if first is None else [hull.text(None if v is None else v - first) for v in near],
        "distance": str(Fraction(max(gaps) - min(gaps), hull.scale)) if len(gaps) == len(apart) else None,
        "separating_sector": None if near == x else [k for k in range(hull.d) if near[k] != x[k]],
    }
    for name in own.keys() | wanted.keys():
        is_right = name in own and name in wanted and is_same(own[name], wanted[name])
        need(is_right, f"of the point {', '.join(own['x'])}, {name} is another one")


def check_halfspaces(hull: Hull, document: Document, vertices: dict[tuple[int, ...], Graph]) -> None:
    """Refuse unless the half-spaces are the minimal ones of all at pseudovertices whose sectors meet every row.

    If they are said to be irredundant they are some of these, which do, and without any of them do not bound the hull.
    """
    need(hull.is_finite, "half-spaces of points with infinite coordinates")
    found: set[HalfSpace] = set()
    for place, graph in vertices.items():
        meeting = [part for part in range(1, hull.full) if all(part & row for row in graph)]
        least = [part for part in meeting if not any(other != part and other & part == other for other in meeting)]
        found |= {(place, part) for part in least}

    def is_within(one: HalfSpace, other: HalfSpace) -> bool:
        apart = [a - b for a, b in zip(one[0], other[0], strict=True)]
        outer = max(apart[k] for k in range(hull.d) if not other[1] >> k & 1)
        return one[1] & other[1] == one[1] and min(apart[k] for k in listed(one[1])) >= outer

    minimal = {half for half in found if not any(other != half and is_within(other, half) for other in found)}
    claimed = [(tuple(hull.point(half["apex"])), bits(half["sectors"])) for half in document["halfspaces"]]
    need(all(half.keys() == {"apex", "sectors"} for half in document["halfspaces"]), "malformed: a half-space")
    chosen = set(claimed)
    need(len(claimed) == len(chosen) and chosen <= minimal, "the half-spaces are others")
    if "irredundant" not in document:
        need(chosen == minimal, "a half-space is not listed")
        return
    need(document["irredundant"] is True and hull.bound_hull(chosen), "the half-spaces have more in common than that")
    need(not any(hull.bound_hull(chosen - {half}) for half in chosen), "a half-space can be left out")


def volume(graph: Graph, d: int) -> int:
    """Return the normalized volume of the sum of simplices of a covector.

    It is the number of sequences of d - 1 rows any m of which have more than m columns together (Postnikov).
    """
    rows = [part for part in graph if part & (part - 1)]
    subsets = [own for size in range(1, d) for own in combinations(range(d - 1), size)]
    return sum(
        all(reduce(or_, [chosen[i] for i in own]).bit_count() > len(own) for own in subsets)
        for chosen in product(rows, repeat=d - 1)
    )


def check_subdivision(hull: Hull, own: Document, graphs: Sequence[Graph]) -> None:
    """Refuse unless the maximal cells are those of the pseudovertices, in their order, and fill the whole."""
    pairs = [[i, k] for i, part in enumerate(hull.support) for k in listed(part)]
    cells = [[pairs.index([i, k]) for i, part in enumerate(graph) for k in listed(part)] for graph in graphs]
    need(own.keys() == {"pairs", "maximal_cells", "mixed_volumes"}, "malformed: the subdivision")
    need(is_same([own["pairs"], own["maximal_cells"]], [pairs, cells]), "the cells of the subdivision are others")
    volumes = [volume(graph, hull.d) for graph in graphs]
    need(is_same(own["mixed_volumes"], volumes), "the volumes of mixed cells are others")
    need(sum(volumes) == volume(hull.support, hull.d), "the mixed cells do not fill the sum of simplices")


def check_document(document: Document) -> None:
    """Verify all that a document claims; raise Refused with the first reason."""
    limit = sys.get_int_max_str_digits()
    sys.set_int_max_str_digits(MOST_DIGITS)
    try:
        check_claims(document)
    except ERRORS:
        raise Refused(MISFIT) from None
    finally:
        sys.set_int_max_str_digits(limit)


def check_claims(document: Document) -> None:
    """Verify all that a document claims, whose numbers may be long."""
    if document.get("format") != FORMAT:
        raise NotACertificate(f"not a document of a {FORMAT}")
    need(KEYS <= document.keys() <= KEYS | EXTRA, "malformed: other names than a document has")
    need(type(document["complete"]) is bool, "malformed: whether it is complete")
    need(document["stopped_by"] in ((None,) if document["complete"] else STOPS), "it is not said what stopped the work")
    is_known = all(document[name] is not None for name in NEEDED)
    need(is_known or document["complete"], "the work was stopped before there was anything to verify")
    lists = ("points", "pseudovertices", "extreme", "at", "halfspaces", "cells")
    need(is_known and all(type(document.get(name, [])) is list for name in lists), "malformed: a list")
    hull = Hull(document)
    check_points(hull, document)
    vertices = check_vertices(hull, document)
    graphs = list(vertices.values())
    cells = hull.cells(graphs)
    check_numbers(hull, document, graphs, cells)
    places = document.get("at", [])
    for own in places:
        check_place(hull, own)
    need(len({tuple(own["x"]) for own in places}) == len(places), "a point that was asked for is listed twice")
    lists_of_all = {"halfspaces", "irredundant", "cells", "subdivision"}
    need(document["complete"] or not document.keys() & lists_of_all, "lists of a stopped run")
    need("irredundant" not in document or "halfspaces" in document, "no half-space is listed")
    if "halfspaces" in document:
        check_halfspaces(hull, document, vertices)
    if "cells" in document:
        wanted = {graph: {"dim": dim, "bounded": hull.is_bounded(graph)} for graph, dim in cells.items()}
        for own in document["cells"]:
            graph = tuple(map(bits, own["covector"]))
            is_inside = {} if hull.is_finite else {"inside": hull.is_inside(graph)}
            rest = {name: value for name, value in own.items() if name != "covector"}
            need(graph in wanted, "a cell is none, or listed twice")
            need(is_same(rest, {**wanted.pop(graph), **is_inside}), "a cell is no such cell")
        need(not wanted, "a cell is not listed")
    if "subdivision" in document:
        check_subdivision(hull, document["subdivision"], graphs)


def check_file(path: Path, accept: Callable[[Document], None] | None = None) -> Document:
    """Verify a document and return it; ``accept`` refuses one that is not the wanted one.

    Raises NotACertificate if the file is something else, Refused with the first reason if it is not right.
    """
    with open(path, "rb", opener=lambda name, flags: os.open(name, flags | getattr(os, "O_NONBLOCK", 0))) as stream:
        content = stream.read(MOST_BYTES + 1)
    if FORMAT.encode() not in content[:200]:
        raise NotACertificate(f"{path}: not a document of a {FORMAT}")
    try:
        need(len(content) <= MOST_BYTES, f"longer than {MOST_BYTES} bytes")
        document: Document = json.loads(content, object_pairs_hook=once)
        need(isinstance(document, dict), "malformed: not an object")
        check_document(document)
    except ERRORS:
        raise Refused(MISFIT) from None
    if accept is not None:
        accept(document)
    return document


def claim(document: Document) -> str:
    """Return what a document that was verified proves."""
    many, least = len(document["pseudovertices"]), "" if document["complete"] else "at least "
    numbers = " ".join(map(str, document["f_vector"]))
    return f"{least}{many} pseudovertices of {document['n']} points, {least}{numbers} cells by dimension"


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python checker.py FILE")
    try:
        print("verified:", claim(check_file(Path(sys.argv[1]))))
    except (Refused, NotACertificate, OSError) as reason:
        sys.exit(f"refused: {reason}")
