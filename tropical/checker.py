"""Checks certificates of counts of activation regions: in integers, with the standard library and nothing else.

The file format, the proof that these checks suffice and what they trust are in docs/certificates.md. The patterns of
the listed regions make a tree: a gate with several winners splits the regions and the cell. After a stage all winners
must be largest on the cell, and each leaf is one region. That no cell is empty is seen by its rays, or, if they are
too many, by the point of a region, from which linear programs start.
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
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import reduce
from itertools import combinations, compress, groupby
from math import gcd
from operator import and_, itemgetter, mul
from pathlib import Path
from typing import Any

FORMAT, VERSION = "activation region certificate", 2
FREE, MOST_BYTES, MOST_INPUTS, MOST_DIGITS = -1, 2**27, 2**12, 10**6
MOST_RAYS, MOST_KNOWN, PART = 400, 2**16, 512  # more rays are not kept, nor more vectors; regions in one piece
STAGE = {"sources": [int], "rows": [[int]], "gates": [[[int]]]}
PROGRAM = {"input_dim": int, "stages": [STAGE], "outputs": [int], "scales": [str]}
HEADER = {"format": str, "version": int, "domain": {"inequalities": [[int]], "equations": [[int]]}, "program": PROGRAM}
ERRORS = (ValueError, TypeError, LookupError, ArithmeticError, RecursionError, MemoryError, struct.error, zlib.error)
Row = tuple[int, ...]
Pair = tuple[int, int]  # two slots, for the difference of their values
Header = dict[str, Any]
Regions = list[bytes]  # of each region its pattern, and its point as it stands in the file
Rays = list[tuple["Vector", int]]  # each with bits for the rows of the cell that are 0 there
Cell = tuple[int, Rays | None, list["Vector"]]  # bits of its rows; rays and lines, or none if they are too many
Node = tuple[Regions, int, Cell]  # regions, level, cell
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
        is_good &= all(len(own) == len(outputs) and all(0 <= k < slot for k in own + outputs) for own, outputs in gates)
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
        digest, regions, exact = hashlib.sha256(line), Regions(), dict[bytes, Row]()
        while length := struct.unpack("<I", head := stream.read(4))[0]:
            digest.update(head + (packed := stream.read(min(length, MOST_BYTES + 1))))
            regions += read_block(packed, n_gates, header["program"]["input_dim"], exact)
        digest.update(head)
        trailer = strict_json(stream.read(MOST_BYTES))
        is_good = fits(trailer, {"regions": int, "sha256": str}) and not stream.read(1)
        if not is_good or trailer["sha256"] != digest.hexdigest():
            raise Refused("malformed: its end is no count and digest of what was read; it was changed or damaged")
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
    for n_entries, size in ((count * (dim + 1), 8), (count, 4)):
        planes = [block[offset + k * n_entries : offset + (k + 1) * n_entries] for k in range(size)]
        offset += n_entries * size
        parts.append(b"".join(map(bytes, zip(*planes, strict=True))))
    points, numbers = parts
    texts = strict_json(block[offset + 4 * n_facets :])  # facets are no part of what is claimed
    is_good = fits(texts, dict) and texts.keys() <= set(map(str, range(count))) and fits([*texts.values()], [[str]])
    is_good = is_good and all(len(own) == dim + 1 and int(own[0], 16) > 0 for own in texts.values())
    if not is_good or sum(struct.unpack(f"<{count}I", numbers)) != n_facets:
        raise Refused("malformed: the parts of a block do not fill it, or hold what they should not")
    patterns, step = [block[12 + i : 12 + count * n_gates : count] for i in range(count)], 8 * (dim + 1)
    exact |= {patterns[int(i)]: tuple(int(entry, 16) for entry in point) for i, point in texts.items()}
    return [pattern + points[k * step : (k + 1) * step] for k, pattern in enumerate(patterns)]


class Vector(dict[int, int]):
    """A ray or line: values of slots, which are found when they are needed, and bits of the forms largest there."""

    __slots__ = ("head", "origin", "word")
    __hash__, __eq__ = object.__hash__, object.__eq__  # type: ignore[assignment]

    def __init__(self, head: Row, origin: Any = None) -> None:
        super().__init__(enumerate(head))
        self.head, self.origin, self.word = head, origin, 0

    def __missing__(self, slot: int) -> int:
        a, one, b, other, factor = self.origin
        self[slot] = found = (a * one[slot] + b * other[slot]) // factor
        return found  # type: ignore[no-any-return]


def combined(a: int, one: Vector, b: int, other: Vector) -> Vector:
    """Return a combination of two vectors, divided by the greatest common divisor of its coordinates."""
    head = [a * x + b * y for x, y in zip(one.head, other.head, strict=True)]
    factor = gcd(*head) or 1
    return Vector(tuple([x // factor for x in head]), (a, one, b, other, factor))


def gap(vector: Vector, pair: Pair) -> int:
    """Return the value of a slot less that of another."""
    return vector[pair[0]] - vector[pair[1]]


def is_implied(rows: Sequence[Row], due: Iterable[Row]) -> bool:
    """Return whether forms are nonnegative where rows are, by the simplex method with Bland's rule from (1, 0, ...)."""
    vertex, *edges = [Vector(tuple([int(i == k) for i in range(len(rows[0]))])) for k in range(len(rows[0]))]
    tight = [FREE] * len(edges)
    for form in due:
        while ways := [(k, j) for j, k in enumerate(tight) if (a := dot(form, edges[j].head)) < 0 or (a and k == FREE)]:
            _, j = min(ways)
            axis = edges[j] if dot(form, edges[j].head) < 0 else combined(-1, edges[j], 0, edges[j])
            best, value, speed = FREE, 1, 0
            for i, row in enumerate(rows):
                if (fall := -dot(row, axis.head)) > 0 and dot(row, vertex.head) * speed < value * fall:
                    best, value, speed = i, dot(row, vertex.head), fall
            if best == FREE:
                return False
            row, ends = rows[best], (vertex, *edges)
            vertex, *edges = [combined(speed, v, a, axis) if (a := dot(row, v.head)) else v for v in ends]
            edges[j], tight[j] = combined(-1, axis, 0, axis), best
        if dot(form, vertex.head) < 0:
            return False
    return True


class Level:
    """A stage of the program. If those before are continuous, values are functions of the coordinates."""

    stop, end, is_continuous = 0, 0, True  # before the first one

    def __init__(self, stage: dict[str, Any], before: Level | None, slot: int, dim: int) -> None:
        self.sources, self.rows, self.dim = stage["sources"], dict(enumerate(stage["rows"], slot)), dim
        self.before: Level = before or self
        self.start, bit, self.follows = self.before.stop, self.before.end, self.before.is_continuous
        self.older, self.known = (1 << bit) - 1, dict[Any, Vector]()
        self.gates, slot = dict[int, Any](), slot + len(self.rows)
        for gate, (own, outputs) in enumerate(stage["gates"], self.start):
            self.gates[gate] = bit, (1 << len(own)) - 1 << bit, own, outputs, slot + gate - self.start
            bit += len(own)
        self.stop, self.end = self.start + len(self.gates), bit
        self.is_continuous = self.follows and all(own == outputs for own, outputs in stage["gates"])

    def marked(self, vector: Vector, word: int, is_line: bool = False) -> Vector:
        """Give a vector bits, also of the largest forms at gates that have none; on a line all forms must be equal."""
        for bit, field, selectors, *_ in self.gates.values():
            if not word & field:
                values = [vector[slot] for slot in selectors]
                top = max(values)
                largest = [1 << bit + k for k, value in enumerate(values) if value == top]
                word |= sum(largest) if not is_line or min(values) == top else 0
        vector.word = word
        return vector

    def reached(self, vector: Vector, region: bytes, is_line: bool) -> Vector:
        """Return a ray of the level before, or a line, at this one, along the pattern of a region."""
        key = vector.head if self.follows and not is_line else (vector, region[self.before.start : self.start])
        if key not in self.known:
            found = Vector(vector.head, (1, vector, 0, vector, 1))
            found |= {slot: vector[own[region[k]]] for k, (*_, own, slot) in self.before.gates.items()}
            sources = [found[slot] for slot in self.sources]
            nonzero = [*filter(None, sources)]
            found |= {slot: sum(map(mul, compress(row, sources), nonzero)) for slot, row in self.rows.items()}
            self.known[key] = self.marked(found, vector.word, is_line)
        return self.known[key]

    def halves(self, cell: Cell, gate: int, i: int, j: int) -> list[Cell]:
        """Return the parts of a cell where form i of a gate is at least form j, and at most: double description."""
        (mask, rays, lines), (bit, _, selectors, *_) = cell, self.gates[gate]
        one, other, low, high = selectors[i], selectors[j], 1 << bit + j, 1 << bit + i
        if rays is None:
            return [(mask | low, None, []), (mask | high, None, [])]
        self.known = {} if len(self.known) > MOST_KNOWN else self.known
        above, below, on, sets = Rays(), Rays(), Rays(), [zeros for _, zeros in rays]
        if axis := next((line for line in lines if line[one] != line[other]), None):
            height, older = axis[one] - axis[other], self.older
            for vector, zeros in [*rays, *((line, -1) for line in lines if line is not axis)]:
                moved = combined(height**2, vector, height * (vector[other] - vector[one]), axis)
                on.append((self.marked(moved, vector.word & older, zeros < 0), zeros))
            on, lines = on[: len(rays)], [line for line, _ in on[len(rays) :]]
            above, below = [
                [(self.marked(combined(k, axis, 0, axis), axis.word & older), mask)] for k in (height, -height)
            ]
        else:
            for ray, zeros in rays:
                own = ray.word & (low | high)
                gap = (own == high) - (own == low) if own else ray[one] - ray[other]
                (above if gap > 0 else below if gap else on).append((ray, zeros))
            fewest = self.dim - len(lines) - 2
            for up, zeros in above:
                simple = zeros.bit_count() == fewest + 1
                for down, there in below:
                    common = zeros & there
                    if common.bit_count() >= fewest and (simple or sum([z & common == common for z in sets]) == 2):
                        if (key := (up, down, low | high)) not in self.known:
                            a, b = down[other] - down[one], up[one] - up[other]
                            self.known[key] = self.marked(combined(a, up, b, down), up.word & down.word)
                        on.append((self.known[key], common))
        sides = (above, low), (below, high)
        return [(mask | bit, own and own + [(v, z | bit) for v, z in on], lines if own else []) for own, bit in sides]


class Checker:
    """Verifies the tree of the regions, node by node; the domain is a level before the stages, won by its rows."""

    def __init__(self, header: Header, n_regions: int, exact: dict[bytes, Row]) -> None:
        self.n_regions, self.exact, self.dim = n_regions, exact, header["program"]["input_dim"]
        slot, top, self.equations = self.dim + 1, len(header["program"]["scales"]), header["domain"]["equations"]
        self.basis = [Vector(tuple([int(i == k) for i in range(slot)])) for k in range(slot)]
        for row in self.equations:
            for axis in [line for line in self.basis if dot(row, line.head)][-1:]:
                rest, height = [line for line in self.basis if line is not axis], dot(row, axis.head)
                self.basis = [Vector(combined(height**2, v, -height * dot(row, v.head), axis).head) for v in rest]
        rows = [(1, *[0] * self.dim), *header["domain"]["inequalities"], (0,) * slot]
        gates = [[[top + k, top + len(rows) - 1]] * 2 for k in range(len(rows) - 1)]
        stages = [{"sources": range(slot), "rows": rows, "gates": gates}, *header["program"]["stages"]]
        self.levels = [Level({"sources": [], "rows": [], "gates": []}, None, slot, len(self.basis))]
        for k, stage in enumerate(stages[: max(k + 1 for k, stage in enumerate(stages) if stage["gates"])]):
            self.levels.append(Level(stage, self.levels[k], slot if k else top, len(self.basis)))
            slot += len(stage["rows"]) + len(stage["gates"]) if k else 0
        self.prefix, self.n_gates = bytes(len(gates)), self.levels[-1].stop

    def parts(self, regions: Regions) -> Iterator[Node]:
        """Yield nodes that have all regions together, in the order of the tree, each of them few."""
        regions, level = sorted([self.prefix + region for region in regions]), self.levels[1]
        cell: Cell = 0, [], [level.reached(line, regions[0], True) for line in self.basis]
        for gate, (_, _, (row, zero), *_) in level.gates.items():
            if not gate or any(gap(level.reached(line, regions[0], True), (row, zero)) for line in self.basis):
                cell = self._limited(level.halves(cell, gate, 0, 1)[0])
        yield from self._below((regions, 1, cell), PART)

    def check(self, node: Node) -> int:
        """Verify all regions of a node; return how many there are. Raises Refused if that fails."""
        leaves = [*self._below(node, 0)]
        for (region, *others), stage, (mask, rays, _) in leaves:
            if others:
                raise Refused("a region is listed twice")
            if rays is None:
                self._inside(region, stage, mask)
        return len(leaves)

    def _below(self, node: Node, most: int) -> Iterator[Node]:
        """Yield the first nodes below one that are leaves, or have at most so many regions."""
        waiting = [node]
        while waiting:
            regions, stage, (mask, rays, lines) = node = waiting.pop()
            level, first = self.levels[stage], regions[0]
            differ = int.from_bytes(first[: level.stop]) ^ int.from_bytes(regions[-1][: level.stop])
            if len(regions) <= most:
                yield node
            elif differ:  # at the first gate of all, since the regions are sorted
                waiting += self._children(*node, level.stop - 1 - (differ.bit_length() - 1) // 8)
            elif self._verify(first, stage, node[2]) and stage + 1 == len(self.levels):
                yield node
            else:
                level = self.levels[stage + 1]
                rays = rays and [(level.reached(ray, first, False), zeros) for ray, zeros in rays]
                waiting.append((regions, stage + 1, (mask, rays, [level.reached(line, first, True) for line in lines])))

    def _children(self, regions: Regions, stage: int, cell: Cell, gate: int) -> list[Node]:
        """Split the regions and the cell of a node by the winners of a gate."""
        parts = {winner: [*own] for winner, own in groupby(regions, itemgetter(gate))}
        level, cells = self.levels[stage], dict.fromkeys(parts, cell)
        for a, b in combinations(parts, 2):
            halves = level.halves(cells[a], gate, a, b)
            cells[a], cells[b] = halves[0], (level.halves(cells[b], gate, a, b) if len(parts) > 2 else halves)[1]
        return [(own, stage, self._limited(cells[winner])) for winner, own in parts.items()]

    def _limited(self, cell: Cell) -> Cell:
        """Return a cell without its rays, if there are too many; refuse one that has no interior."""
        if cell[1] == []:
            raise Refused("a listed region, or the domain, has no interior")
        return (cell[0], None, []) if cell[1] and len(cell[1]) > MOST_RAYS else cell

    def _verify(self, region: bytes, stage: int, cell: Cell) -> bool:
        """Refuse unless all winners of a stage are largest on a cell, and the first of those that are equal there."""
        (mask, rays, lines), is_right = cell, True
        if rays is not None:
            together = reduce(and_, [ray.word for ray, _ in rays] + [line.word for line in lines])
            gates = self.levels[stage].gates.items()
            is_right = all((part := together & field) & -part == 1 << bit + region[k] for k, (bit, field, *_) in gates)
        elif due := [(after, own) for bit, after, own in self._pairs(region, stage) if after and not mask >> bit & 1]:
            rows, vectors = self._inside(region, stage, mask)
            forms = [tuple([gap(vector, own) for vector in vectors]) for _, own in due]
            is_right = all(k > 0 or any(row) for (k, _), row in zip(due, forms, strict=True))
            is_right = is_right and is_implied(rows, forms)
        if not is_right:
            raise Refused("a region is missing, or a pattern names a form that ties with an earlier one")
        return True

    def _pairs(self, region: bytes, stage: int) -> list[tuple[int, int, Pair]]:
        """Return of all forms of a stage the bit, the place after that of the winner, and the slots of both."""
        gates = [(bit, region[gate], own) for gate, (bit, _, own, *_) in self.levels[stage].gates.items()]
        return [(bit + k, k - won, (own[won], slot)) for bit, won, own in gates for k, slot in enumerate(own)]

    def _inside(self, region: bytes, stage: int, mask: int) -> tuple[list[Row], list[Vector]]:
        """Return the rows of a cell at the point of a region and directions, and these; refuse a point not inside."""
        if not (point := self.exact.get(region[len(self.prefix) : self.n_gates], ())):
            ratios = [*map(float.as_integer_ratio, struct.unpack(f"<{self.dim + 1}d", region[self.n_gates :]))]
            point = tuple([above * (max([own for _, own in ratios]) // below) for above, below in ratios])
        vectors = [Vector(point), *self.basis[1:]]
        for level in self.levels[1 : stage + 1]:
            vectors = [level.reached(vector, region, True) for vector in vectors]
        pairs = [own for k in range(stage + 1) for bit, _, own in self._pairs(region, k) if mask >> bit & 1]
        rows = [tuple([gap(vector, own) for vector in vectors]) for own in pairs]
        if any(dot(row, point) for row in self.equations) or min(rows)[0] <= 0:
            raise Refused("its point is not inside the region of its pattern")
        return rows, vectors


def check_file(path: Path, accept: Callable[[Header], None] | None = None, run: Run | None = None) -> Header:
    """Verify a certificate; return its header with the number of ``regions``. ``accept`` may refuse a header."""
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
