"""Files that are almost right: valid ones with bits flipped, parts cut, doubled and moved, and numbers made extreme.

Every mutation takes a content and a generator of random numbers; those that know a format keep the rest of it valid, so
that the fault reaches the code behind the first check.
"""

from __future__ import annotations

import io
import json
import re
import warnings
import zipfile
import zlib
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

Mutation = Callable[[bytes, Random], bytes]

NUMBERS = ["0", "-1", "1", "1/0", "-0", "1e400", "1e-99999", "1e100000", "9" * 5000, "1/" + "7" * 5000, str(2**31)]
NUMBERS += [str(2**63), str(-(2**63)), str(10**18), "nan", "inf", "-inf", "1e999999999", "0x10", "\u0663", "1_0", ""]
LONG = "a number of many digits"
VALUES: list[Any] = [None, True, False, 0, -1, 1.5, 1e308, 2**31, 2**63, 10**30, "", "x", "1/0", "nan", "input"]
VALUES += [
    "\ud800",
    [],
    {},
    [[]],
    [[], [1]],
    {"cols": 10**9},
    {"0": 1},
    [None],
    ["1"],
    [1, "2"],
    99 * "x",
    "9" * 5000,
    LONG,
]
NUMBER = re.compile(rb"-?\d+(?:[./]\d+)?(?:[eE][-+]?\d+)?")
VARINTS = [0, 1, 2, 127, 128, 2**31 - 1, 2**31, 2**32, 2**62, 2**63 - 1, 2**63, 2**64 - 1]


def any_mutation(content: bytes, random: Random, further: Sequence[Mutation] = ()) -> bytes:
    """Apply one to three mutations, of all files or of this format."""
    for _ in range(random.choice((1, 1, 2, 3))):
        content = random.choice([*BYTES, *2 * list(further)])(content, random)
    return content


def flip(content: bytes, random: Random) -> bytes:
    """Change some bits."""
    changed = bytearray(content)
    for _ in range(random.choice((1, 1, 2, 8)) if changed else 0):
        changed[random.randrange(len(changed))] ^= 1 << random.randrange(8)
    return bytes(changed)


def cut(content: bytes, random: Random) -> bytes:
    """Leave the end away."""
    return content[: random.randrange(len(content) + 1)]


def splice(content: bytes, random: Random) -> bytes:
    """Copy a part to another place, or over another part."""
    start, length = random.randrange(len(content) + 1), random.choice((1, 4, 30, 500))
    place, over = random.randrange(len(content) + 1), random.choice((0, length))
    return content[:place] + content[start : start + length] + content[place + over :]


def drop(content: bytes, random: Random) -> bytes:
    """Leave a part away."""
    start = random.randrange(len(content) + 1)
    return content[:start] + content[start + random.choice((1, 2, 8, 100)) :]


def insert(content: bytes, random: Random) -> bytes:
    """Put in a number, a bracket, or bytes that are no text."""
    texts = [text.encode() for text in NUMBERS]
    texts += [b"\xff\xfe", b"\xed\xa0\x80", b"\0", b"\r", b"(" * 300, b"[" * 3000, b"{"]
    start = random.randrange(len(content) + 1)
    return content[:start] + random.choice(texts) + content[start:]


def extreme_number(content: bytes, random: Random) -> bytes:
    """Put another number in the place of one."""
    found = list(NUMBER.finditer(content))
    if not found:
        return insert(content, random)
    match = random.choice(found)
    return content[: match.start()] + random.choice(NUMBERS).encode() + content[match.end() :]


def other_encoding(content: bytes, random: Random) -> bytes:
    """Write a text in another encoding."""
    return content.decode("latin-1").encode(random.choice(("utf-16", "utf-32", "utf-8-sig", "utf-16-be")))


BYTES: list[Mutation] = [flip, cut, splice, drop, insert, extreme_number, other_encoding]


def json_value(content: bytes, random: Random) -> bytes:
    """Change, drop, double or nest a value of a JSON document, whatever it is."""
    try:
        document = json.loads(content)
    except (ValueError, RecursionError):
        return flip(content, random)
    places: list[tuple[Any, Any]] = []
    waiting = [document]
    while waiting:
        value = waiting.pop()
        keys = list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
        places += [(value, key) for key in keys]
        waiting += [value[key] for key in keys]
    if places:
        owner, key = random.choice(places)
        match random.randrange(6):
            case 0:
                del owner[key]
            case 1:
                owner[key] = _nested(owner[key], random.choice((1, 2, 33, 64, 65, 300)))
            case 2:
                other, place = random.choice(places)
                owner[key] = json.loads(json.dumps(other[place])) if _has(other, place) else None
            case 3 if isinstance(owner, list):
                owner += random.choice((1, 3)) * owner[:9]
            case 4 if isinstance(owner, dict):
                owner[random.choice((*owner, "format", "kind", "x"))] = owner.pop(key)
            case _:
                owner[key] = random.choice(VALUES)
    return json.dumps(document).replace(f'"{LONG}"', 5000 * "7").encode()


def _has(owner: Any, key: Any) -> bool:
    return key in owner if isinstance(owner, dict) else key < len(owner)


def _nested(value: Any, depth: int) -> Any:
    for _ in range(depth):
        value = [value]
    return value


def zip_member(inner: Mutation) -> Mutation:
    """Return the mutation that changes one member of an archive by another mutation."""

    def mutate(content: bytes, random: Random) -> bytes:
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                members = [(info.filename, archive.read(info)) for info in archive.infolist()]
        except (zipfile.BadZipFile, RuntimeError, ValueError, OSError, EOFError, KeyError, zlib.error):
            return flip(content, random)
        if not members:
            return content
        place = random.randrange(len(members))
        name, part = members[place]
        match random.randrange(8):
            case 0:
                members[place] = (random.choice((*(other for other, _ in members), "x.npy", "W9.npy", "")), part)
            case 1:
                del members[place]
            case _:
                members[place] = (name, inner(part, random))
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w") as archive, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # two members of one name
            for name, part in members:
                archive.writestr(zipfile.ZipInfo(name), part, random.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)))
        return stream.getvalue()

    return mutate


def zip_sizes(content: bytes, random: Random) -> bytes:
    """Change a size, an offset or a method that an archive announces."""
    starts = [match.start() for match in re.finditer(rb"PK\x01\x02|PK\x03\x04|PK\x05\x06", content)]
    if not starts:
        return flip(content, random)
    start, changed = random.choice(starts), bytearray(content)
    place = start + random.choice((6, 8, 10, 14, 18, 20, 22, 24, 26, 28, 42))
    value = random.choice(VARINTS) % 2**32
    changed[place : place + 4] = value.to_bytes(4, "little")
    return bytes(changed)


def npy_header(content: bytes, random: Random) -> bytes:
    """Change the header of an array, and keep its length."""
    end = content.find(b"\n") + 1
    header, rest = content[10:end].rstrip(), content[end:]
    if not header:
        return flip(content, random)
    parts = [b"'<f8'", b"'<U3'", b"'|O'", b"'>i4'", b"'<c16'", b"'|V8'", b"'<m8[s]'", b"'|S5'", b"'<U0'", b"'|b1'"]
    shapes = [b"(3,)", b"()", b"(2, 3)", b"(-1,)", b"(0, 99999999999)", b"(99999999999, 9)", b"(" + 70 * b"1," + b")"]
    pattern, texts = random.choice(((rb"'descr': '[^']*'", parts), (rb"'shape': \([^)]*\)", shapes)))
    match random.randrange(4):
        case 0:
            header = extreme_number(header, random)
        case 1:
            header = random.choice(BYTES)(header, random)
        case _:
            key = pattern[: pattern.index(b":") + 2]
            text = random.choice(texts)
            header = re.sub(pattern, lambda match: key + text, header, count=1)
    header = header.ljust(end - 11) + b"\n"
    return content[:8] + len(header).to_bytes(2, "little") + header + rest


def protobuf_field(content: bytes, random: Random) -> bytes:
    """Change, drop or double a field of a message of protobuf; lengths around it stay right."""
    fields = _fields(content)
    if not fields:
        return flip(content, random)
    start, body, end, wire = random.choice(fields)
    tag, part, rest = content[start:body], content[body:end], content[end:]
    if wire == 2:
        prefix = len(_varint(_read_varint(content, start)[0]))
        tag = content[start : start + prefix]
    match random.randrange(5):
        case 0:
            return content[:start] + rest
        case 1:
            return content[:end] + content[start:end] + rest
        case 2 if wire == 2:
            part = random.choice(BYTES)(part, random)
        case _ if wire == 2:
            part = protobuf_field(part, random)
        case _ if wire == 0:
            part = _varint(random.choice(VARINTS))
        case _:
            part = flip(part, random)
    return content[:start] + tag + (_varint(len(part)) if wire == 2 else b"") + part + rest


def _fields(content: bytes) -> list[tuple[int, int, int, int]]:
    """Return start, start of the value, end and wire type of the fields, none if this is no message."""
    fields, place = [], 0
    while place < len(content):
        start = place
        tag, place = _read_varint(content, place)
        wire = tag & 7
        if wire == 0:
            body = place
            _, place = _read_varint(content, place)
        elif wire == 2:
            length, body = _read_varint(content, place)
            place = body + length
        elif wire in (1, 5):
            body = place
            place += 8 if wire == 1 else 4
        else:
            return []
        if place > len(content):
            return []
        fields.append((start, body, place, wire))
    return fields


def _read_varint(content: bytes, place: int) -> tuple[int, int]:
    value = shift = 0
    while place < len(content):
        byte = content[place]
        value |= (byte & 127) << shift
        place, shift = place + 1, shift + 7
        if byte < 128 or shift > 63:
            break
    return value, place


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes([*out, value])


def line(content: bytes, random: Random) -> bytes:
    """Drop, double, move or empty a line."""
    lines = content.split(b"\n")
    place, other = random.randrange(len(lines)), random.randrange(len(lines))
    match random.randrange(4):
        case 0:
            del lines[place]
        case 1:
            lines.insert(other, lines[place])
        case 2:
            lines[place], lines[other] = lines[other], lines[place]
        case _:
            lines[place] = b""
    return b"\n".join(lines)


def word(content: bytes, random: Random) -> bytes:
    """Put a word of the file, or an operator, in the place of another word."""
    words = list(re.finditer(rb"[A-Za-z_]+|[-+*/(),=\[\]{}:;]", content))
    if not words:
        return flip(content, random)
    match = random.choice(words)
    others = [b"(", b")", b",", b"-", b"**", b"__import__", b"lambda: 0", b"1"]
    new = random.choice([other[0] for other in words] + others)
    return content[: match.start()] + new + content[match.end() :]
