"""Checks certificates of counts of activation regions: integers and fractions, the standard library, nothing else.

The file format, the proof that these checks suffice and what they trust are in docs/certificates.md. A certificate has
a program of integer linear forms and argmax gates, a domain, and for every region its pattern (the winner of every
gate), a point inside and its facets. For each region the checker verifies that

1. the forms composed along the pattern have their winners at the point, strictly, and the point is inside the domain;
2. the polyhedron cut out by the listed facets alone satisfies every other inequality of the region;
3. the region beyond each facet that is not on the boundary of the domain, found by algebra, is listed too;

and that no pattern is listed twice. If a region comes without facets, all inequalities that satisfy 3 are taken.
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
from fractions import Fraction
from itertools import accumulate, islice
from math import gcd, lcm
from operator import mul
from pathlib import Path
from typing import Any

FORMAT, VERSION = "activation region certificate", 2
FREE, MOST_BYTES, MOST_PATTERN_BYTES, MOST_INPUTS, MOST_DIGITS = -1, 2**27, 2**33, 2**12, 10**6
STAGE = {"sources": [int], "rows": [[int]], "gates": [[[int]]]}
PROGRAM = {"input_dim": int, "stages": [STAGE], "outputs": [int], "scales": [str]}
HEADER = {"format": str, "version": int, "domain": {"inequalities": [[int]], "equations": [[int]]}, "program": PROGRAM}
ERRORS = (ValueError, TypeError, LookupError, ArithmeticError, RecursionError, MemoryError, struct.error, zlib.error)
Row = tuple[int, ...]
Header = dict[str, Any]
Blocks = Iterable[tuple[int, bytes]]  # as they stand in the file, each with the number of its first region
Run = Callable[[Any, Blocks], Iterator[int]]
Margins = tuple[list[int], list[tuple[int, int, Row]]]  # forms equal to the winner's; (other, factor, row) of others
Ties = dict[int, list[tuple[int, int]]]  # the gates that have one row among their margins, with (other, factor)


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
        raise ValueError("JSON with a name that comes twice, or in another spelling")
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


def read_file(path: Path, accept: Callable[[Header], None] | None) -> tuple[Header, Blocks, set[bytes]]:
    """Read a file, once and in order; return its header, its blocks and the patterns, none of which comes twice."""
    with open(path, "rb", opener=lambda name, flags: os.open(name, flags | getattr(os, "O_NONBLOCK", 0))) as stream:
        line = stream.readline(MOST_BYTES) if stat.S_ISREG(os.fstat(stream.fileno()).st_mode) else b""
        if FORMAT.encode() not in line:
            raise NotACertificate(f"{path}: not an {FORMAT}")
        check_header(header := strict_json(line))
        if accept is not None:
            accept(header)
        n_gates = sum(len(stage["gates"]) for stage in header["program"]["stages"])
        digest, blocks, patterns, found = hashlib.sha256(line), [], set[bytes](), 0
        while size := struct.unpack("<I", head := stream.read(4))[0]:
            digest.update(head + (packed := stream.read(min(size, MOST_BYTES + 1))))
            blocks.append((found, packed))
            listed = read_patterns(unpack(packed), n_gates)
            patterns.update(listed)
            found += len(listed)
            if found * n_gates > MOST_PATTERN_BYTES:
                raise Refused(f"over {MOST_PATTERN_BYTES} bytes of patterns; this checker keeps them all in memory")
            if len(patterns) < found:
                raise Refused("a region is listed twice")
        digest.update(head)
        trailer = strict_json(stream.read(MOST_BYTES))
        if not fits(trailer, {"regions": int, "sha256": str}) or stream.read(1):
            raise Refused("malformed: its end has more than a count and a digest")
        if trailer["sha256"] != digest.hexdigest():
            raise Refused("the digest at its end is not that of the file: it was changed or damaged")
        if not found or found != trailer["regions"]:
            raise Refused(f"{trailer['regions']} regions are claimed, {found} are listed; a domain has at least one")
        return header, blocks, patterns


def unpack(packed: bytes) -> bytes:
    """Return a block as it was before compression."""
    unpacking = zlib.decompressobj()
    block = unpacking.decompress(packed, MOST_BYTES)
    if not unpacking.eof or unpacking.unused_data:
        raise Refused(f"malformed: a block that is cut off, goes on after its end, or has more than {MOST_BYTES} bytes")
    return block


def read_patterns(block: bytes, n_gates: int) -> list[bytes]:
    """Return the patterns of a block, in which they are stored gate by gate."""
    count = struct.unpack_from("<I", block)[0]
    if count * (n_gates + 12) > len(block):
        raise Refused(f"malformed: a block of {len(block)} bytes has no room for {count} regions")
    return [block[12 + i : 12 + count * n_gates : count] for i in range(count)]


def read_records(block: bytes, n_gates: int, dim: int) -> Iterator[tuple[bytes, Row, tuple[int, ...]]]:
    """Yield (pattern, interior point (t, t x), numbers of its facets) for every region of a block."""
    count, n_facets, n_exact = struct.unpack_from("<III", block)
    offset = 12 + count * n_gates
    sections = []
    for n_entries, size in ((count * (dim + 1), 8), (count, 4), (n_facets, 4)):
        planes = [block[offset + k * n_entries : offset + (k + 1) * n_entries] for k in range(size)]
        offset += n_entries * size
        entries = b"".join(map(bytes, zip(*planes, strict=True)))
        sections.append(struct.unpack(f"<{n_entries}{'d' if size == 8 else 'I'}", entries))
    points, numbers, facets = sections
    exact = strict_json(block[offset : offset + n_exact])
    is_good = fits(exact, dict) and exact.keys() <= set(map(str, range(count))) and fits([*exact.values()], [[str]])
    is_good = is_good and all(len(point) == dim + 1 for point in exact.values())
    if offset + n_exact != len(block) or sum(numbers) != n_facets or not is_good:
        raise Refused("malformed: the parts of a block do not fill it, or hold what they should not")
    rest = iter(facets)
    for i, pattern in enumerate(read_patterns(block, n_gates)):
        if str(i) in exact:
            point = tuple(int(entry, 16) for entry in exact[str(i)])
        else:
            ratios = [entry.as_integer_ratio() for entry in points[i * (dim + 1) : (i + 1) * (dim + 1)]]
            scale = max(below for _, below in ratios)
            point = tuple(above * (scale // below) for above, below in ratios)
        yield pattern, point, tuple(islice(rest, numbers[i]))


def primitive(form: Sequence[int]) -> tuple[int, Row]:
    """Return (factor, row) with form = factor * row and the entries of the row coprime; the factor of 0 is 0."""
    factor = gcd(*form)
    return factor, tuple(form) if factor < 2 else tuple(entry // factor for entry in form)


def solve(equations: Sequence[Row], size: int) -> tuple[list[int], list[Row]]:
    """Return coordinates y that are free on {z : e . z = 0} and, up to one factor, each z_k as a form in y.

    y are some entries of z, among them z_0 = 1.
    """
    rows = [[Fraction(entry) for entry in row] for row in equations]
    pivots: dict[int, list[Fraction]] = {}
    for k in range(size - 1, -1, -1):
        row = next((row for row in rows if row[k]), None)
        if row is not None:
            rows.remove(row)
            row = [entry / row[k] for entry in row]
            rows = [[a - other[k] * b for a, b in zip(other, row, strict=True)] for other in rows]
            pivots = {j: [a - other[k] * b for a, b in zip(other, row, strict=True)] for j, other in pivots.items()}
            pivots[k] = row
    if 0 in pivots:
        raise Refused("the equations of the domain have no solution")
    free = [k for k in range(size) if k not in pivots]
    forms = [[-pivots[k][j] if k in pivots else Fraction(j == k) for j in free] for k in range(size)]
    scale = lcm(*(entry.denominator for form in forms for entry in form))
    return free, [tuple(int(entry * scale) for entry in form) for form in forms]


def is_implied(rows: Collection[Row], others: Collection[Row], point: Row) -> bool:
    """Return whether every other row is nonnegative wherever all ``rows`` are; all are positive at the point.

    Rows r mean r . (1, x) >= 0. The simplex method in integers: the values of all rows as forms in d of them,
    ``table[i] . (1, v) / scale``, starting with the free coordinates of x - point as v. A row whose entries are all
    nonnegative is a nonnegative combination of rows and 1. Bland's rule ends it.
    """
    table = [[dot(row, point), *row[1:]] for row in (*rows, *others)]
    n, scale = len(rows), 1
    names, columns = list(range(n)), [FREE] * (len(point) - 1)

    def pivot(r: int, c: int) -> None:
        nonlocal scale
        row, entry = table[r], table[r][c]
        sign = 1 if entry > 0 else -1
        for i, other in enumerate(table):
            factor = other[c]
            if i != r:
                table[i] = [sign * (a * entry - factor * b) // scale for a, b in zip(other, row, strict=True)]
                table[i][c] = sign * factor
        table[r] = [-sign * a for a in row]
        table[r][c] = sign * scale
        names[r], columns[c - 1] = columns[c - 1], names[r]
        scale = abs(entry)

    def limiting(c: int, sign: int) -> int | None:
        """Return the row that vanishes first when the variable of a column moves to one side."""
        best: int | None = None
        for i in range(n):
            if sign * table[i][c] < 0 and names[i] != FREE:
                ahead = 1 if best is None else sign * (table[i][0] * table[best][c] - table[best][0] * table[i][c])
                if ahead > 0 or (ahead == 0 and best is not None and names[i] < names[best]):
                    best = i
        return best

    for c in range(1, len(point)):
        r = limiting(c, 1)
        r = limiting(c, -1) if r is None else r
        if r is not None:
            pivot(r, c)
    if any(row[c] for c, name in enumerate(columns, 1) if name == FREE for row in table[n:]):
        return False
    while True:
        table[n:] = [row for row in table[n:] if min(row) < 0]
        if len(table) == n:
            return True
        if any(row[0] < 0 for row in table[n:]):
            return False
        _, c = min((name, c) for c, name in enumerate(columns, 1) if name != FREE and table[n][c] < 0)
        r = limiting(c, 1)
        if r is None:
            return False
        pivot(r, c)


class Checker:
    """Verifies regions one by one; the forms of the last one are kept, since the next one often shares most."""

    def __init__(self, header: Header, patterns: Collection[bytes]) -> None:
        self.patterns = patterns
        stages: list[dict[str, Any]] = header["program"]["stages"]
        self.stages = stages[: max((k + 1 for k, stage in enumerate(stages) if stage["gates"]), default=0)]
        self.dim: int = header["program"]["input_dim"]
        self.gates = [gate for stage in self.stages for gate in stage["gates"]]
        self.equations: list[Row] = header["domain"]["equations"]
        self.free, self.tape = solve(self.equations, self.dim + 1)
        rows = header["domain"]["inequalities"]
        columns = list(zip(*self.tape, strict=True))
        self.domain = [primitive([dot(row, column) for column in columns])[1] for row in rows]
        self.boundary = {row for row in self.domain if any(row)}
        self.first = list(accumulate((len(gate[0]) for gate in self.gates), initial=len(rows)))
        self.pattern = b""
        self.margins: list[Margins] = [([], [])] * len(self.gates)

    def check(self, pattern: bytes, point: Row, facets: Sequence[int]) -> None:
        """Verify one region; raise Refused if that fails."""
        self._compose(pattern)
        walls, numbered = dict[Row, Ties](), dict(enumerate(self.domain))
        for g, (_, rows) in enumerate(self.margins):
            for other, factor, row in rows:
                walls.setdefault(row, {}).setdefault(g, []).append((other, factor))
                numbered[self.first[g] + other] = row
        if point[0] <= 0 or any(dot(row, point) for row in self.equations):
            raise Refused("its point is not in the hull of the domain")
        place = tuple(point[k] for k in self.free)
        if any(dot(row, place) <= 0 for row in (*self.boundary, *walls)):
            raise Refused("its point is not inside the region of its pattern")
        if not all(any(numbered.get(number, ())) for number in facets):
            raise Refused("one of its facets is not one of its inequalities")
        listed = {numbered[number] for number in facets}
        if not all(self._across(pattern, row, walls[row]) in self.patterns for row in listed - self.boundary):
            raise Refused("the region beyond one of its facets is not listed")
        if not facets:
            listed = self.boundary | {row for row in walls if self._across(pattern, row, walls[row]) in self.patterns}
        if not is_implied(listed, (walls.keys() | self.boundary) - listed, place):
            raise Refused("its facets do not bound it: one is missing or wrong")

    def _compose(self, pattern: bytes) -> None:
        """Compute the forms in all slots along a pattern, and the margins of all winners; keep what is the same."""
        tape, old, slot, g = self.tape, self.pattern, self.dim + 1, 0
        fresh = not old
        for stage in self.stages:
            if fresh:
                del tape[slot:]
                columns = list(zip(*(tape[source] for source in stage["sources"]), strict=True))
                tape += [tuple(dot(r, column) for column in columns) or (0,) * len(self.free) for r in stage["rows"]]
            slot += len(stage["rows"])
            winners = pattern[g : g + len(stage["gates"])]
            for k, winner in enumerate(winners, g):
                if fresh or old[k] != winner:
                    self.margins[k] = self._margins(k, winner)
            fresh = fresh or old[g : g + len(winners)] != winners
            if fresh:
                del tape[slot:]
                tape += [tape[gate[1][winner]] for gate, winner in zip(stage["gates"], winners, strict=True)]
            slot, g = slot + len(winners), g + len(winners)
        self.pattern = pattern

    def _margins(self, gate: int, winner: int) -> Margins:
        """Return the forms of the winner minus the others, as factor * row."""
        selectors = self.gates[gate][0]
        pairs = [zip(self.tape[selectors[winner]], self.tape[slot], strict=True) for slot in selectors]
        rows = [(j, *primitive([a - b for a, b in pair])) for j, pair in enumerate(pairs) if j != winner]
        ties = [other for other, factor, _ in rows if not factor]
        if min(ties, default=winner) < winner:
            raise Refused("its pattern names a form that ties with an earlier one, which is the winner then")
        return ties, [margin for margin in rows if margin[1]]

    def _across(self, pattern: bytes, row: Row, at: Ties) -> bytes | None:
        """Return the pattern beyond {row = 0}, if this is a facet; None if the program is not continuous there.

        Beyond it ``row`` is negative, and the form in slot s is tape[s] + change[s] * row. Only forms that agree on
        the facet can change places there.
        """
        beyond, change = bytearray(pattern), dict[int, int]()
        slot, g = self.dim + 1, 0
        for stage in self.stages:
            moved = [(j, change[source]) for j, source in enumerate(stage["sources"]) if source in change]
            for i, weights in enumerate(stage["rows"] if moved else ()):
                change[slot + i] = sum(weights[j] * value for j, value in moved)
            slot += len(stage["rows"])
            for k, (selectors, outputs) in enumerate(stage["gates"], g):
                winner = new = pattern[k]
                if k in at or (change and self.margins[k][0]):
                    rivals = [(winner, 0), *at.get(k, ()), *((other, 0) for other in self.margins[k][0])]
                    ranks = [(factor - change.get(selectors[other], 0), -other) for other, factor in rivals]
                    beyond[k] = new = -max(ranks)[1]
                shift = change.get(outputs[new], 0)
                if new != winner:
                    jump = [a - b for a, b in zip(self.tape[outputs[new]], self.tape[outputs[winner]], strict=True)]
                    factor = next(a // b for a, b in zip(jump, row, strict=True) if b)
                    if jump != [factor * entry for entry in row]:
                        return None
                    shift += factor
                if shift:
                    change[slot + k - g] = shift
            slot, g = slot + len(stage["gates"]), g + len(stage["gates"])
        return bytes(beyond)


def check_block(checker: Checker, start: int, packed: bytes) -> int:
    """Verify the regions of a block, the first of which has a number; return how many there are."""
    number = start
    try:
        for record in read_records(unpack(packed), len(checker.gates), checker.dim):
            checker.check(*record)
            number += 1
    except Refused as refusal:
        raise Refused(f"region {number}: {refusal}") from None
    return number - start


def check_file(path: Path, accept: Callable[[Header], None] | None = None, run: Run | None = None) -> Header:
    """Verify a certificate; return its header, with the number of ``regions`` it proves.

    ``accept`` refuses a header that is not the wanted one, ``run`` yields how many regions of each block are verified.
    Raises NotACertificate if the file is something else, Refused with the first reason if it proves nothing.
    """
    try:
        header, blocks, patterns = read_file(path, accept)
        checker = Checker(header, patterns)
        done = sum(run(checker, blocks) if run else (check_block(checker, *block) for block in blocks))
    except ERRORS as error:
        raise Refused(f"malformed: {error!r:.200}") from None
    if done != len(patterns):
        raise Refused(f"{done} of {len(patterns)} regions were verified")
    return {**header, "regions": done}


if __name__ == "__main__":
    sys.set_int_max_str_digits(MOST_DIGITS)
    if len(sys.argv) != 2:
        sys.exit("usage: python checker.py FILE")
    try:
        print(f"verified: {check_file(Path(sys.argv[1]))['regions']} activation regions")
    except (Refused, NotACertificate, OSError) as reason:
        sys.exit(f"refused: {reason}")
