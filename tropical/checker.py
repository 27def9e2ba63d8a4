"""Checks certificates of counts of activation regions: in integers, with the standard library and nothing else.

The file format, the proof that these checks suffice and what they trust are in docs/certificates.md. The patterns of
the listed regions make a tree: a gate with several winners splits the regions and the cell. It is verified that nowhere
on the cell of a node another form exceeds the winner's, for gates with one winner there; and that each leaf is one
region, inside whose cell its point is. If facets come with a region, it is verified that they bound it.
``python checker.py FILE`` runs alone; ``tropical check FILE NET`` also compares the program with the one of a network.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
import struct
import sys
import zlib
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import cache, reduce
from itertools import accumulate, pairwise
from math import gcd, lcm
from operator import and_, mul, or_
from pathlib import Path
from typing import Any

FORMAT, VERSION = "activation region certificate", 2
FREE, MOST_BYTES, MOST_RECORD_BYTES, MOST_INPUTS, MOST_DIGITS = -1, 2**27, 2**33, 2**12, 10**6
MOST_RAYS, PART = 400, 512  # a cell of more rays has none, but its rows; regions that are verified in one piece
STAGE = {"sources": [int], "rows": [[int]], "gates": [[[int]]]}
PROGRAM = {"input_dim": int, "stages": [STAGE], "outputs": [int], "scales": [str]}
HEADER = {"format": str, "version": int, "domain": {"inequalities": [[int]], "equations": [[int]]}, "program": PROGRAM}
ERRORS = (ValueError, TypeError, LookupError, ArithmeticError, RecursionError, MemoryError, struct.error, zlib.error)
Row = tuple[int, ...]
Header = dict[str, Any]
Span = tuple[list[tuple[Row, int]] | None, list[Row]]  # rays, each with the rows that are 0 there as bits, and lines
Regions = list[bytes]  # of each region its pattern, its point as it stands in the file, the numbers of its facets
Node = tuple[Regions, int, list[Row], list[int], "Cell"]  # regions, stage, forms in slots up to it, open gates, cell
Run = Callable[["Checker", Iterable[Node]], Iterator[int]]


class NotACertificate(Exception):
    """The file does not claim to be a certificate."""


class Refused(Exception):
    """The certificate does not prove what it claims; the message is the first reason."""


def dot(left: Sequence[int], right: Sequence[int]) -> int:
    """Return the scalar product."""
    return sum(map(mul, left, right))


def strict_json(text: bytes) -> Any:
    """Return the value of a JSON text as Python writes it, but for spaces: no name comes twice, no number is -0."""
    value = json.loads(text)
    if json.dumps(value, separators=(",", ":")).encode().replace(b" ", b"") != text.rstrip(b"\n").replace(b" ", b""):
        raise Refused("malformed: JSON with a name that comes twice, or in another spelling")
    return value


def fits(value: Any, shape: Any) -> bool:
    """Whether a JSON value has the names, lists and types of a shape, and no others; true and false are no integers."""
    if isinstance(shape, type) or type(value) is not type(shape):
        return type(value) is shape
    if isinstance(shape, list):
        return all(fits(entry, shape[0]) for entry in value)
    return value.keys() == shape.keys() and all(fits(value[name], shape[name]) for name in shape)


def check_header(header: Header) -> None:
    """Refuse a header where a list has a wrong length, or a slot is read that is not filled before."""
    if header["version"] != VERSION:
        raise NotACertificate(f"not an {FORMAT} of version {VERSION}")
    if not fits(header, HEADER) or header["format"] != FORMAT:
        raise Refused("malformed: the header has other names or types than it should have")
    program, slot = header["program"], header["program"]["input_dim"] + 1
    if not 1 <= slot <= MOST_INPUTS + 1:
        raise Refused(f"{slot - 1} inputs; this checker takes up to {MOST_INPUTS}")
    is_good = all(len(row) == slot for rows in header["domain"].values() for row in rows)
    for stage in program["stages"]:
        sources, rows, gates = stage["sources"], stage["rows"], stage["gates"]
        is_good &= all(0 <= read < slot for read in sources) and all(len(row) == len(sources) for row in rows)
        slot += len(rows)
        is_good &= all(len(selectors) == len(outputs) for selectors, outputs in gates)
        is_good &= all(0 <= read < slot for gate in gates for slots in gate for read in slots)
        slot += len(gates)
    is_good &= all(0 <= read < slot for read in program["outputs"])
    if not is_good or len(program["scales"]) != slot:
        raise Refused("malformed: a list of the header has a wrong length, or names a slot that is not filled")


def read_file(path: Path, accept: Callable[[Header], None]) -> tuple[Header, Regions, dict[bytes, Row]]:
    """Read a file, once and in order; return its header, its regions, and exact points by their patterns."""
    with open(path, "rb", opener=lambda name, flags: os.open(name, flags | getattr(os, "O_NONBLOCK", 0))) as stream:
        line = stream.readline(MOST_BYTES) if stat.S_ISREG(os.fstat(stream.fileno()).st_mode) else b""
        if FORMAT.encode() not in line:
            raise NotACertificate(f"{path}: not an {FORMAT}")
        check_header(header := strict_json(line))
        accept(header)
        n_gates = sum(len(stage["gates"]) for stage in header["program"]["stages"])
        digest, size, regions, exact = hashlib.sha256(line), 0, Regions(), dict[bytes, Row]()
        while length := struct.unpack("<I", head := stream.read(4))[0]:
            digest.update(head + (packed := stream.read(min(length, MOST_BYTES + 1))))
            listed = read_block(packed, n_gates, header["program"]["input_dim"], exact)
            regions += listed
            if (size := size + sum(map(len, listed))) > MOST_RECORD_BYTES:
                raise Refused(f"over {MOST_RECORD_BYTES} bytes of regions; this checker keeps them all in memory")
        digest.update(head)
        trailer = strict_json(stream.read(MOST_BYTES))
        if not fits(trailer, {"regions": int, "sha256": str}) or stream.read(1):
            raise Refused("malformed: its end has more than a count and a digest")
        if trailer["sha256"] != digest.hexdigest():
            raise Refused("the digest at its end is not that of the file: it was changed or damaged")
        if not regions or len(regions) != trailer["regions"]:
            raise Refused(f"{trailer['regions']} regions are claimed, {len(regions)} are listed; there is at least one")
        return header, regions, exact


def read_block(packed: bytes, n_gates: int, dim: int, exact: dict[bytes, Row]) -> Regions:
    """Return the regions of a block, and put points that are longer than floats in a table by their patterns."""
    unpacking = zlib.decompressobj()
    block = unpacking.decompress(packed, MOST_BYTES)
    if not unpacking.eof or unpacking.unused_data:
        raise Refused(f"malformed: a block that is cut off, goes on after its end, or has more than {MOST_BYTES} bytes")
    count, n_facets, n_exact = struct.unpack_from("<III", block)
    offset, parts = 12 + count * n_gates, []
    if offset + count * (8 * dim + 12) + 4 * n_facets + n_exact != len(block):
        raise Refused(f"malformed: a block of {len(block)} bytes is none of {count} regions")
    for n_entries, size in ((count * (dim + 1), 8), (count, 4), (n_facets, 4)):
        planes = [block[offset + k * n_entries : offset + (k + 1) * n_entries] for k in range(size)]
        offset += n_entries * size
        parts.append(b"".join(map(bytes, zip(*planes, strict=True))))
    points, numbers, facets = parts
    ends = [*accumulate(struct.unpack(f"<{count}I", numbers), initial=0)]
    texts = strict_json(block[offset:])
    is_good = fits(texts, dict) and texts.keys() <= set(map(str, range(count))) and fits([*texts.values()], [[str]])
    if ends[-1] != n_facets or not is_good or any(len(point) != dim + 1 for point in texts.values()):
        raise Refused("malformed: the parts of a block do not fill it, or hold what they should not")
    patterns, step = [block[12 + i : 12 + count * n_gates : count] for i in range(count)], 8 * (dim + 1)
    exact |= {patterns[int(i)]: tuple(int(entry, 16) for entry in point) for i, point in texts.items()}
    places = zip(patterns, range(0, len(points), step), pairwise(ends), strict=True)
    return [pattern + points[at : at + step] + facets[4 * start : 4 * end] for pattern, at, (start, end) in places]


def primitive(form: Sequence[int]) -> Row:
    """Return a form divided by the greatest common divisor of its entries."""
    factor = gcd(*form)
    return tuple(form) if factor < 2 else tuple([entry // factor for entry in form])


def minus(left: Row, right: Row) -> Row:
    """Return the difference of two forms."""
    return tuple([a - b for a, b in zip(left, right, strict=True)])


def meet(row: Row, axis: Row, vector: Row) -> Row:
    """Return a positive multiple of a vector moved along an axis to where a form is 0, which it is not on the axis."""
    above, value = dot(row, axis), dot(row, vector)
    above, value = (above, value) if above > 0 else (-above, -value)
    return primitive([above * entry - value * step for entry, step in zip(vector, axis, strict=True)])


class Cell:
    """The cone {y : row . y >= 0 for all rows}; its points with y_0 = 1 are a polyhedron."""

    def __init__(self, rows: tuple[Row, ...], spans: Callable[[], Sequence[Span]] | None, span: Span, k: int) -> None:
        self.rows, self.spans, self.known, self.k = rows, spans, span, k

    def cut(self, row: Row) -> tuple[Cell, Cell]:
        """Return the parts where a form is at least 0, and at most 0."""
        spans, negated = cache(lambda: halved(self.span(), row, 1 << len(self.rows))), tuple([-entry for entry in row])
        return Cell((*self.rows, row), spans, (None, []), 0), Cell((*self.rows, negated), spans, (None, []), 1)

    def span(self) -> Span:
        """Return rays and lines, which span it both ways; they are computed when they are needed for the first time."""
        if self.spans:
            self.known, self.spans = self.spans()[self.k], None
        return self.known

    def implies(self, forms: Sequence[Row], place: Callable[[], Row]) -> bool:
        """Return whether forms are nonnegative on the cell; ``place`` gives a point inside."""
        rays, lines = self.span()
        if rays is None:
            return is_implied(self.rows, forms, place())
        vectors = [ray for ray, _ in rays] + lines + [tuple([-entry for entry in line]) for line in lines]
        return all(min([dot(form, vector) for vector in vectors]) >= 0 for form in forms)


def halved(span: Span, row: Row, bit: int) -> tuple[Span, Span]:
    """Return rays and lines of the parts of a cell where a form is at least 0, and at most 0: double description."""
    rays, lines = span
    if rays is None or len(rays) > MOST_RAYS:
        return (None, []), (None, [])
    axis = next((line for line in lines if dot(row, line)), None)
    if axis is not None:
        down, up = sorted((axis, tuple([-entry for entry in axis])), key=lambda line: dot(row, line))
        lines = [moved for line in lines if any(moved := meet(row, axis, line))]
        on = [(meet(row, axis, ray), zeros | bit) for ray, zeros in rays]
        return ([*on, (up, bit - 1)], lines), ([*on, (down, bit - 1)], lines)
    pairs = [(dot(row, ray[0]), ray) for ray in rays]
    above, below = [pair for pair in pairs if pair[0] > 0], [pair for pair in pairs if pair[0] < 0]
    on, fewest = [(ray, zeros | bit) for value, (ray, zeros) in pairs if not value], len(row) - len(lines) - 2
    for value, (ray, zeros) in above:
        simple = zeros.bit_count() == fewest + 1
        for fall, (other, zeros_there) in below:
            common = zeros & zeros_there
            if common.bit_count() >= fewest and (simple or sum([z & common == common for _, z in rays]) == 2):
                on.append((primitive([value * b - fall * a for a, b in zip(ray, other, strict=True)]), common | bit))
    return ([ray for _, ray in above] + on, lines), ([ray for _, ray in below] + on, lines)


def is_implied(rows: Sequence[Row], forms: Iterable[Row], point: Row) -> bool:
    """Return whether forms are nonnegative wherever all ``rows`` are, which are positive at a point.

    The simplex method with Bland's rule. On an edge all rows but one that are tight at the vertex are 0; FREE is none.
    """
    units = [tuple([int(i == k) for i in range(len(point))]) for k in range(1, len(point))]
    vertex, edges, tight = point, units, [FREE] * len(units)
    for form in forms:
        slopes = [dot(form, edge) for edge in edges]
        while ways := [(name, j) for j, name in enumerate(tight) if slopes[j] < 0 or (name == FREE and slopes[j])]:
            _, j = min(ways)
            axis = edges[j] if slopes[j] < 0 else tuple([-entry for entry in edges[j]])
            best, least = FREE, (1, 0)
            for i, row in enumerate(rows):
                speed = -dot(row, axis)
                if speed > 0 and (value := dot(row, vertex)) * least[1] < least[0] * speed:
                    best, least = i, (value, speed)
            if best == FREE:
                return False
            vertex, edges = meet(rows[best], axis, vertex), [meet(rows[best], axis, edge) for edge in edges]
            edges[j], tight[j] = tuple([-entry for entry in axis]), best
            slopes = [dot(form, edge) for edge in edges]
        if dot(form, vertex) < 0:
            return False
    return True


class Checker:
    """Verifies the tree of the regions, node by node; the forms composed last are kept, since most change little."""

    def __init__(self, header: Header, n_regions: int, exact: dict[bytes, Row]) -> None:
        self.n_regions, self.exact, self.dim = n_regions, exact, header["program"]["input_dim"]
        stages: list[dict[str, Any]] = header["program"]["stages"]
        self.stages = stages[: max((k + 1 for k, stage in enumerate(stages) if stage["gates"]), default=0)]
        self.gates = [gate for stage in self.stages for gate in stage["gates"]]
        self.starts = [*accumulate((len(stage["gates"]) for stage in self.stages), initial=0)]
        self.last: list[tuple[list[Row], list[Row]]] = [([], [])] * len(self.stages)
        self.equations: list[Row] = header["domain"]["equations"]
        self.basis = {k: tuple([int(i == k) for i in range(self.dim + 1)]) for k in range(self.dim + 1)}
        for row in self.equations:
            for axis in [k for k, line in self.basis.items() if dot(row, line)][-1:]:
                line = self.basis.pop(axis)
                self.basis = {k: meet(row, line, other) for k, other in self.basis.items()}
        if 0 not in self.basis:
            raise Refused("the equations of the domain have no solution")
        lines = [*self.basis.values()]
        self.domain = [primitive([dot(row, line) for line in lines]) for row in header["domain"]["inequalities"]]
        units = [tuple([int(line is other) for other in lines]) for line in lines]
        self.cell, _ = Cell((), None, ([], units), 0).cut(units[0])
        for row in filter(any, self.domain):
            self.cell, _ = self.cell.cut(row)

    def parts(self, regions: Regions) -> Iterator[Node]:
        """Yield nodes that have all regions together, in the order of the tree, each of them few."""
        root = self._settled((regions, -1, list(zip(*self.basis.values(), strict=True)), [], self.cell), [])
        for node in self._below(root, PART):
            node[-1].span()
            yield node

    def check(self, node: Node) -> int:
        """Verify all regions of a node; return how many there are. Raises Refused if that fails."""
        return sum(map(self._check_region, self._below(node, 0)))

    def _below(self, node: Node, most: int) -> Iterator[Node]:
        """Yield the first nodes below one that are leaves, or have at most so many regions."""
        waiting = [node]
        while waiting:
            node = waiting.pop()
            if node[3] and len(node[0]) > most:
                waiting += self._children(*node)
            else:
                yield node

    def _children(self, listed: Regions, stage: int, tape: list[Row], gates: list[int], cell: Cell) -> Iterator[Node]:
        """Split the regions and the cell of a node by the winners of an open gate."""
        forms, parts = [tape[slot] for slot in self.gates[gates[0]][0]], dict[int, Regions]()
        for region in listed:
            parts.setdefault(region[gates[0]], []).append(region)
        first, second, *more = parts
        halves = () if more else cell.cut(minus(forms[first], forms[second]))
        for k, (winner, regions) in enumerate(parts.items()):
            part = halves[k] if halves else cell
            for rival in more and parts:
                part = part.cut(minus(forms[winner], forms[rival]))[0] if rival != winner else part
            yield self._settled((regions, stage, tape, gates[1:], part), margins(forms, winner, parts))

    def _settled(self, node: Node, due: list[Row]) -> Node:
        """Verify that forms are at least 0 on a cell, and those of gates that are closed; go on to an open gate."""
        regions, stage, tape, gates, cell = node
        words = [int.from_bytes(region[: len(self.gates)]) for region in regions]
        differ = (reduce(or_, words) ^ reduce(and_, words)).to_bytes(len(self.gates))
        while True:
            for gate in gates:
                if not differ[gate]:
                    due += margins([tape[slot] for slot in self.gates[gate][0]], regions[0][gate], ())
            if due and not cell.implies(due, lambda: self._place(regions[0], cell)):
                raise Refused("a region is missing: a form is largest somewhere that is not among the listed winners")
            gates = [gate for gate in gates if differ[gate]]
            if gates or stage + 1 == len(self.stages):
                return regions, stage, tape, gates, cell
            stage, due = stage + 1, []
            tape = self._composed(tape, stage, regions[0])
            gates = list(range(self.starts[stage], self.starts[stage + 1]))

    def _composed(self, tape: list[Row], stage: int, region: bytes) -> list[Row]:
        """Append the outputs of the winners of the stage before, and the forms of a stage."""
        closed = range(self.starts[stage - 1], self.starts[stage]) if stage else ()
        tape = tape + [tape[self.gates[gate][1][region[gate]]] for gate in closed]
        sources, rows = [tape[slot] for slot in self.stages[stage]["sources"]], self.stages[stage]["rows"]
        before, forms = self.last[stage]
        jumps = {
            j: minus(new, old)
            for j, (new, old) in enumerate(zip(sources, before or sources, strict=True))
            if new != old
        }
        nonzero = {j: form for j, form in enumerate(sources) if any(form)}
        if not before or len(nonzero) <= len(jumps):
            jumps, forms = nonzero, [(0,) * len(self.basis)] * len(rows)
        columns, weights = list(zip(*jumps.values(), strict=True)), [[row[j] for j in jumps] for row in rows]
        if jumps:
            changed = [zip(form, columns, strict=True) for form in forms]
            forms = [tuple([a + dot(w, b) for a, b in pairs]) for w, pairs in zip(weights, changed, strict=True)]
        self.last[stage] = sources, forms
        return tape + forms

    def _place(self, region: bytes, cell: Cell) -> Row:
        """Return the point of a region in the coordinates of the cells; refuse it if it is not inside a cell."""
        point = self.exact.get(region[: len(self.gates)], ())
        if not point:
            ratios = map(float.as_integer_ratio, struct.unpack_from(f"<{self.dim + 1}d", region, len(self.gates)))
            above, below = zip(*ratios, strict=True)
            point = tuple([entry * (max(below) // scale) for entry, scale in zip(above, below, strict=True)])
        if any(dot(row, point) for row in self.equations):
            raise Refused("its point is not in the hull of the domain")
        scale = lcm(*[line[k] for k, line in self.basis.items()])
        place = tuple([point[k] * (scale // line[k]) for k, line in self.basis.items()])
        if min([dot(row, place) for row in cell.rows]) <= 0:
            raise Refused("its point is not inside the region of its pattern")
        return place

    def _check_region(self, node: Node) -> int:
        """Verify the point of the one region of a node, and its facets if they are listed; return 1."""
        (region, *others), _, tape, _, cell = node
        if others:
            raise Refused("a region is listed twice")
        place = self._place(region, cell)
        if facets := region[len(self.gates) + 8 * (self.dim + 1) :]:
            margin = [minus(tape[slots[region[k]]], tape[i]) for k, (slots, _) in enumerate(self.gates) for i in slots]
            listed = {primitive([*self.domain, *margin][number]) for (number,) in struct.iter_unpack("<I", facets)}
            if not all(map(any, listed)) or not is_implied([*listed], map(primitive, cell.rows), place):
                raise Refused("its facets do not bound it: one is missing or wrong")
        return 1


def margins(forms: Sequence[Row], winner: int, rivals: Collection[int]) -> list[Row]:
    """Return the form of a winner minus those of the others that are no rivals, where they are not equal."""
    rows = {k: minus(forms[winner], form) for k, form in enumerate(forms) if k != winner and k not in rivals}
    if any(k < winner and not any(row) for k, row in rows.items()):
        raise Refused("its pattern names a form that ties with an earlier one, which is the winner then")
    return [row for row in rows.values() if any(row)]


def check_file(path: Path, accept: Callable[[Header], None] | None = None, run: Run | None = None) -> Header:
    """Verify a certificate; return its header, with the number of ``regions`` it proves.

    ``accept`` refuses a header that is not the wanted one, ``run`` yields how many regions of each node are verified.
    """
    try:
        header, regions, exact = read_file(path, accept or (lambda header: None))
        checker = Checker(header, len(regions), exact)
        done = sum(run(checker, checker.parts(regions)) if run else map(checker.check, checker.parts(regions)))
    except ERRORS:
        raise Refused("malformed: it is damaged, or an entry is missing or not of its type or size") from None
    if done != checker.n_regions:
        raise Refused(f"{done} of {checker.n_regions} regions were verified")
    return {**header, "regions": done}


if __name__ == "__main__":
    sys.set_int_max_str_digits(MOST_DIGITS)
    if len(sys.argv) != 2:
        sys.exit("usage: python checker.py FILE")
    try:
        print(f"verified: {check_file(Path(sys.argv[1]))['regions']} activation regions")
    except (Refused, NotACertificate, OSError) as reason:
        sys.exit(f"refused: {reason}")
