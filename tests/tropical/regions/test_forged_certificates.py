"""Forged certificates, and files that change while they are read: no wrong count is verified, nothing is a traceback.

What a mutant claims is counted again by the engine if it is verified.
"""

from __future__ import annotations

import copy
import json
import os
import random
import struct
import subprocess
import sys
import threading
import zlib
from concurrent.futures import ProcessPoolExecutor
from fractions import Fraction
from functools import partial
from multiprocessing import get_context

import pytest

import tropical
from polytopes.enumeration.cells import cells
from polytopes.polyhedra.polyhedron import Polyhedron
from tests.paths import NETS
from tests.tropical.cli.helpers import tropical as run
from tests.tropical.regions.certificates import block_of, program_of, read, rewrite, sealed, write
from tropical import Network, checker
from tropical.checker import NotACertificate, Refused, check_file
from tropical.networks.layers import Abs, Affine, LeakyReLU, Maxout, ReLU

SMALL, LARGE = NETS / "int_2x8x8x1_s0.npz", NETS / "he_2x16x1_s0.npz"
REFUSED = (Refused, NotACertificate)


def in_box(dim):
    return Polyhedron.box([-2] * dim, [2] * dim)


def maxout():
    weight = [[1, 0], [0, 1], [-1, -1], [1, 1], [2, -1], [0, 0]]
    return Network.chain(2, [Affine(weight, [0, 0, 0, -1, 0, 1]), Maxout(3), Affine([[1, -1]], [0]), ReLU()])


@pytest.fixture(scope="module", params=["relu", "maxout", "lean"])
def genuine(request, tmp_path_factory):
    """A folder, and header and records of a good certificate; a lean one has no facets."""
    folder = tmp_path_factory.mktemp("forged")
    network = maxout() if request.param == "maxout" else tropical.load(SMALL)
    write(folder / "good", network, in_box(2))
    header, records = read(folder / "good")
    if request.param == "lean":
        records = [[pattern, point, []] for pattern, point, _ in records]
    return folder, header, records


def true_count(header):
    """What the engine counts for the program and the domain of a header."""
    program = program_of(header)
    domain = Polyhedron.from_rows(header["domain"]["inequalities"], header["domain"]["equations"], program.input_dim)
    return sum(1 for _ in cells(program, domain, None, relative=True))


def outcome(path):
    """The count that is verified, or None."""
    try:
        return check_file(path)["regions"]
    except REFUSED as reason:
        assert str(reason)
        return None


# Headers

ODD = [
    True, False, None, 0, 1, -1, 2, 3, 255, 256, 10**30, -(10**30), 1.0, 0.5, float("nan"), float("inf"),
    "", "0", "1", "x", "-1/2", [], [0], [[]], {}, {"x": 1}, "\ud800",
]  # fmt: skip


def places(value, way=()):
    """The ways to all values inside a JSON value."""
    yield way
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, entry in entries:
        yield from places(entry, (*way, key))


def mutated(value, rng):
    """A JSON value with one change somewhere."""
    value = copy.deepcopy(value)
    *way, last = rng.choice([way for way in places(value) if way])
    holder = value
    for key in way:
        holder = holder[key]
    old = holder[last]
    kind = rng.choice(["odd", "near", "drop", "twice", "swap", "more"])
    if kind == "drop":
        del holder[last]
    elif kind == "twice" and isinstance(holder, list):
        holder.insert(last, old)
    elif kind == "swap" and isinstance(holder, list):
        other = rng.randrange(len(holder))
        holder[last], holder[other] = holder[other], holder[last]
    elif kind == "more" and isinstance(old, list):
        old.append(rng.choice(ODD))
    elif kind == "more" and isinstance(old, dict):
        old[rng.choice(["x", "regions", ""])] = rng.choice(ODD)
    elif kind == "near" and type(old) is int:
        holder[last] = rng.choice([-old, old + 1, old - 1, float(old), bool(old), str(old), old - 2**32])
    else:
        holder[last] = rng.choice(ODD)
    return value


def forge_headers(genuine, seeds):
    """Check mutants of a header; a count that is verified is true for what the header says now."""
    folder, header, records = genuine
    n_verified = 0
    for seed in seeds:
        rng = random.Random(seed)
        mutant = mutated(header, rng)
        if rng.random() < 0.2:
            mutant = mutated(mutant, rng)
        rewrite(folder / "mutant", mutant, records)
        count = outcome(folder / "mutant")
        if count is not None and mutant != header:
            assert count == true_count(mutant), seed
            n_verified += 1
    return n_verified


def test_headers_with_one_change(genuine):
    forge_headers(genuine, range(120))


@pytest.mark.slow
def test_thousands_of_headers(genuine):
    assert forge_headers(genuine, range(1000, 5000))


TEXTS = [
    lambda text: text.replace(b'"version": 2', b'"version": 2, "version": 2'),
    lambda text: text.replace(b'"version": 2', b'"version": 2.0'),
    lambda text: text.replace(b'"version": 2', b'"version": 2e0'),
    lambda text: text.replace(b'"version": 2', b'"version": true'),
    lambda text: text.replace(b'"input_dim": 2', b'"input_dim": 3, "input_dim": 2'),
    lambda text: text.replace(b'"input_dim": 2', b'"input_dim": 2.0'),
    lambda text: text.replace(b'"equations": []', b'"equations": [], "equations": []'),
    lambda text: text.replace(b'"equations": []', b'"equations": [[1, 0, 0]], "equations": []'),
    lambda text: text.replace(b'"format"', b'"for\\u006dat"'),
    lambda text: text.replace(b" 0,", b" -0,", 1),
    lambda text: text.replace(b" 1,", b" 1.0,", 1),
    lambda text: text.replace(b" 1,", b" true,", 1),
    lambda text: text.replace(b" 0,", b" false,", 1),
    lambda text: text.replace(b" 1,", b" NaN,", 1),
    lambda text: text.replace(b" 1,", b" " + b"9" * 5000 + b",", 1),
    lambda text: text + b"{}",
    lambda text: b"\xef\xbb\xbf" + text,
    lambda text: text.decode().encode("utf-16"),
    lambda text: text.decode().encode("utf-32"),
    lambda text: b"[" * 10**5 + text,
    lambda text: text[:-1],
    lambda text: text + b"\t",
]


@pytest.mark.parametrize("change", TEXTS)
def test_headers_in_another_spelling(genuine, change):
    folder, header, records = genuine
    text = json.dumps(header).encode()
    assert change(text) != text
    (folder / "mutant").write_bytes(sealed(change(text), [zlib.compress(block_of(records))], len(records)))
    assert outcome(folder / "mutant") is None


def test_no_mutant_of_a_header_passes_for_the_network(tmp_path):
    """What is not the header of the network and of the box is refused, although nothing else of the file is wrong."""
    write(tmp_path / "good", tropical.load(SMALL), in_box(2))
    header, records = read(tmp_path / "good")
    for seed in range(25):
        mutant = mutated(header, random.Random(seed))
        rewrite(tmp_path / "mutant", mutant, records)
        expected = 0 if mutant == header and repr(mutant) == repr(header) else None
        result = run("check", tmp_path / "mutant", SMALL, "--box=-2,2")
        assert result.exit_code == expected if expected is not None else result.exit_code in (1, 2), seed
        assert len((result.stdout + result.stderr).splitlines()) == 1


# Records and blocks


def mutated_records(records, rng):
    """Records with one change in a pattern, a point or facets, or one record more or less."""
    records = [[list(part) for part in record] for record in records]
    record = rng.choice(records)
    part = rng.randrange(3)
    match rng.choice(["entry", "entry", "entry", "take", "more", "less", "drop", "twice"]):
        case "entry" if record[part]:
            k = rng.randrange(len(record[part]))
            if part == 0:
                record[0][k] = rng.choice([0, 1, 2, 3, 200, 255])
            elif part == 1:
                record[1][k] = rng.choice([-record[1][k], record[1][k] + 1, 0, -1, 10**40, 3 * record[1][k]])
            else:
                record[2][k] = rng.choice([0, 1, 5, record[2][k] + 1, 2**32 - 1])
        case "take":
            record[part] = list(rng.choice(records)[part])
        case "more" if part == 2:
            record[2].append(rng.choice([0, 1, 2, 9, 17, 40]))
        case "less" if part == 2 and record[2]:
            del record[2][rng.randrange(len(record[2]))]
        case "drop":
            records.remove(record)
        case "twice":
            records.insert(rng.randrange(len(records)), [list(part) for part in record])
    return records


def forge_records(genuine, seeds):
    folder, header, records = genuine
    true = len(records)
    for seed in seeds:
        rng = random.Random(seed)
        mutant = mutated_records(records, rng)
        if rng.random() < 0.3:
            mutant = mutated_records(mutant, rng)
        rewrite(folder / "mutant", header, mutant)
        assert outcome(folder / "mutant") in (None, true), seed


def test_records_with_one_or_two_changes(genuine):
    forge_records(genuine, range(120))


@pytest.mark.slow
def test_thousands_of_records(genuine):
    forge_records(genuine, range(1000, 5000))


def small_network(rng):
    """A small network with integer weights, where units repeat each other and gates jump or have several forms."""
    dim = width = rng.choice([1, 2, 2, 3])
    most, layers = rng.choice([1, 2, 4]), []
    for _ in range(rng.choice([1, 2, 2, 3])):
        weight = [[rng.randint(-most, most) for _ in range(width)] for _ in range(4)]
        bias = [rng.randint(-most, most) * (rng.random() < 0.7) for _ in range(4)]
        for i, j, factor in ((0, 1, 2), (2, 3, -1)):
            if rng.random() < 0.3:
                weight[j], bias[j] = [factor * entry for entry in weight[i]], factor * bias[i]
        gate = rng.choice([ReLU(), ReLU(), Abs(), LeakyReLU(Fraction(1, 3)), LeakyReLU(-2), Maxout(2), Maxout(4)])
        layers += [Affine(weight, bias), gate]
        width = 4 // gate.rank if isinstance(gate, Maxout) else 4
    return Network.chain(dim, [*layers, Affine([[1] * width], [0])])


def forge_networks(path, seeds, monkeypatch):
    """Change winners, points, or which regions are listed, by rays and by rows: what is verified is the truth."""
    n_refused = 0
    for seed in seeds:
        rng = random.Random(seed)
        network = small_network(rng)
        dim = network.input_dim
        domain = rng.choice([None, in_box(dim), Polyhedron.from_rows([(2, *[1] * dim)])])
        true = {cell.pattern for cell in cells(network.program, domain)}
        write(path, network, domain, exact=rng.random() < 0.3, facets=False)
        monkeypatch.setattr(checker, "MOST_RAYS", rng.choice([400, 400, -1, 5]))
        monkeypatch.setattr(checker, "PART", rng.choice([1, 7, 512]))
        assert outcome(path) == len(true), seed
        header, records = read(path)
        for _ in range(6):
            mutant = mutated_records(records, rng)
            rng.shuffle(mutant)
            rewrite(path, header, mutant)
            if outcome(path) is None:
                n_refused += 1
            else:
                assert sorted(tuple(pattern) for pattern, _, _ in mutant) == sorted(true), seed
    return n_refused


def test_forged_certificates_of_random_networks(tmp_path, monkeypatch):
    assert forge_networks(tmp_path / "mutant", range(25), monkeypatch)


@pytest.mark.slow
def test_thousands_of_forged_certificates_of_random_networks(tmp_path, monkeypatch):
    assert forge_networks(tmp_path / "mutant", range(1000, 2000), monkeypatch)


def mutated_content(content, rng):
    """Bytes with one change: a byte, a word, a piece cut out, written twice or moved."""
    at, size = rng.randrange(len(content)), rng.choice([1, 4, 8, 64])
    piece = content[at : at + size]
    words = [bytes(size), b"\xff" * size, rng.randbytes(size), struct.pack("<I", rng.randrange(300))]
    match rng.choice(["byte", "word", "cut", "end", "twice", "move", "start"]):
        case "byte":
            return content[:at] + bytes([content[at] ^ (1 << rng.randrange(8))]) + content[at + 1 :]
        case "word":
            return content[:at] + rng.choice(words) + content[at + size :]
        case "cut":
            return content[:at] + content[at + size :]
        case "end":
            return content[:at]
        case "twice":
            return content[:at] + piece + content[at:]
        case "move":
            rest = content[:at] + content[at + size :]
            to = rng.randrange(len(rest) + 1)
            return rest[:to] + piece + rest[to:]
    return (
        struct.pack("<III", *(rng.choice([0, 1, 5, len(content), 2**31, 2**32 - 1]) for _ in range(3))) + content[12:]
    )


def forge_blocks(genuine, seeds):
    """Change a block before it is compressed, or after; the digest is right again."""
    folder, header, records = genuine
    text = json.dumps(header).encode()
    block = block_of(records)
    half = len(records) // 2
    for seed in seeds:
        rng = random.Random(seed)
        packed = [zlib.compress(block)]
        match rng.choice(["inside", "outside", "two", "halves", "tail"]):
            case "inside":
                packed = [zlib.compress(mutated_content(block, rng))]
            case "outside":
                packed = [mutated_content(packed[0], rng)]
            case "two":
                packed *= 2
            case "halves":
                parts = [zlib.compress(block_of(records[:half])), zlib.compress(block_of(records[half:]))]
                packed = [parts[0], rng.choice([parts[0], parts[1], mutated_content(parts[1], rng)])]
            case "tail":
                packed = [packed[0] + rng.choice([b"x", packed[0]])]
        claimed = rng.choice([len(records)] * 4 + [half, 2 * len(records), True, 10**30, "45", None])
        (folder / "mutant").write_bytes(sealed(text, packed, claimed))
        assert outcome(folder / "mutant") in (None, len(records)), seed


def test_blocks_with_a_change(genuine):
    forge_blocks(genuine, range(120))


@pytest.mark.slow
def test_thousands_of_blocks(genuine):
    forge_blocks(genuine, range(1000, 5000))


def forge_files(genuine, seeds):
    """Change a file anywhere, the digest too where it is hit."""
    folder, _, records = genuine
    content = (folder / "good").read_bytes()
    for seed in seeds:
        (folder / "mutant").write_bytes(mutated_content(content, random.Random(seed)))
        assert outcome(folder / "mutant") in (None, len(records)), seed


def test_files_with_a_change(genuine):
    forge_files(genuine, range(120))


@pytest.mark.slow
def test_thousands_of_files(genuine):
    forge_files(genuine, range(1000, 5000))


@pytest.mark.parametrize(
    "exact",
    [
        b"[]", b'""', b"0", b"null", b"", b'{"0": 1}', b'{"0": []}', b'{"0": ["1"]}', b'{"0": [1, 0, 0]}',
        b'{"0": ["1", "0", "0", "0"]}', b'{"0": ["1", "0", "0"], "0": ["1", "0", "0"]}',
        b'{"00": ["1", "0", "0"]}', b'{"-1": ["1", "0", "0"]}', b'{"9999": ["1", "0", "0"]}',
        b'{"0": ["0", "0", "0"]}', b'{"0": ["-1", "0", "0"]}', b'{"0": ["1.0", "0", "0"]}', b'{"0": [true, "0", "0"]}',
    ],
)  # fmt: skip
def test_exact_points_of_another_form(genuine, exact):
    """The last part of a block, in the place of all points."""
    folder, header, records = genuine
    block = block_of(records)
    n_exact = struct.unpack_from("<I", block, 8)[0]
    block = block[:8] + struct.pack("<I", len(exact)) + block[12 : len(block) - n_exact] + exact
    (folder / "mutant").write_bytes(sealed(json.dumps(header).encode(), [zlib.compress(block)], len(records)))
    assert outcome(folder / "mutant") is None


@pytest.mark.parametrize("end", [b"{}", b" {}", b"\n\n", b" ", b"\0", b"\n" * 5000 + b"x", b"x" * 10**6])
def test_what_follows_the_end(genuine, end):
    folder, _, records = genuine
    (folder / "mutant").write_bytes((folder / "good").read_bytes() + end)
    assert outcome(folder / "mutant") in ((None, len(records)) if end.isspace() else (None,))


def test_negative_slots_do_not_count_from_the_end(genuine):
    """Python would read them as places from the end: every slot of every kind is refused."""
    folder, header, records = genuine
    slots = [way for way in places(header["program"]) if {"sources", "gates", "outputs"} & set(way)]
    slots = [way for way in slots if type(way[-1]) is int and way[-2:-1] != ("gates",)]
    assert len(slots) > 20
    for way in slots[:60]:
        mutant = copy.deepcopy(header)
        holder = mutant["program"]
        for key in way[:-1]:
            holder = holder[key]
        if type(holder[way[-1]]) is not int:
            continue
        for wrong in (holder[way[-1]] - len(header["program"]["scales"]), len(header["program"]["scales"])):
            holder[way[-1]] = wrong
            rewrite(folder / "mutant", mutant, records)
            with pytest.raises(Refused, match="a slot that is not filled"):
                check_file(folder / "mutant")


# Files that change while they are read


@pytest.fixture
def two(tmp_path):
    """Certificates of two networks with different counts, as paths and as bytes."""
    write(tmp_path / "small", tropical.load(SMALL))
    write(tmp_path / "large", tropical.load(LARGE))
    counts = [check_file(tmp_path / name)["regions"] for name in ("small", "large")]
    assert counts[0] != counts[1]
    return tmp_path, (tmp_path / "small").read_bytes(), (tmp_path / "large").read_bytes(), counts


def changes(folder, other):
    """Ways to change a file that is open elsewhere."""

    def swap(path):
        (folder / "other").write_bytes(other)
        os.replace(folder / "other", path)

    def overwrite(path):
        with path.open("r+b") as stream:
            stream.write(other)

    return {
        "swap": swap,
        "overwrite": overwrite,
        "rewrite": lambda path: path.write_bytes(other),
        "empty": lambda path: os.truncate(path, 0),
        "half": lambda path: os.truncate(path, path.stat().st_size // 2),
        "append": lambda path: path.open("ab").write(other),
        "remove": lambda path: path.unlink(),
    }


@pytest.mark.parametrize("kind", ["swap", "overwrite", "rewrite", "empty", "half", "append", "remove"])
@pytest.mark.parametrize("moment", ["header", "blocks"])
@pytest.mark.parametrize("turn", [0, 1])
def test_a_change_while_it_is_read(two, kind, moment, turn):
    """After the header was compared, or when blocks are verified: it is the first file that is verified, or none."""
    folder, *contents, counts = two
    mine, other, path = contents[turn], contents[1 - turn], folder / "certificate"
    path.write_bytes(mine)
    change = changes(folder, other)[kind]

    def run(found, parts):
        if moment == "blocks":
            change(path)
        return map(found.check, parts)

    try:
        header = check_file(path, lambda header: change(path) if moment == "header" else None, run)
    except REFUSED:
        assert moment == "header" and kind != "swap"
    else:
        assert header["regions"] == counts[turn]
        assert header["program"] == json.loads(mine.split(b"\n", 1)[0])["program"]


def check_under_fire(two, action, n_runs):
    """Run the command while a thread changes the file again and again; return what was verified."""
    folder, small, large, counts = two
    path = folder / "certificate"
    path.write_bytes(large)
    over = threading.Event()

    def fire():
        turn = 0
        while not over.is_set():
            turn += 1
            action(path, (small, large)[turn % 2])

    thread = threading.Thread(target=fire)
    thread.start()
    try:
        found = []
        for _ in range(n_runs):
            result = run("check", path, SMALL, "--json")
            assert result.exit_code in (0, 1, 2), result.output
            if result.exit_code < 2:
                document = json.loads(result.stdout)
                assert document["verified"] == (result.exit_code == 0)
                assert document["activation_regions"] in (None, counts[0])
                found.append(document["verified"])
    finally:
        over.set()
        thread.join()
    return found


def swap(path, content):
    other = path.with_name("next")
    other.write_bytes(content)
    os.replace(other, path)


def write_slowly(path, content):
    with path.open("wb") as stream:
        for start in range(0, len(content), 1 + len(content) // 7):
            stream.write(content[start : start + 1 + len(content) // 7])
            stream.flush()


def overwrite(path, content):
    with path.open("r+b") as stream:
        stream.write(content)


@pytest.mark.parametrize("action", [swap, write_slowly, overwrite])
def test_files_under_fire(two, action):
    found = check_under_fire(two, action, 12)
    assert action is not swap or len(found) == 12


@pytest.mark.slow
@pytest.mark.parametrize("action", [swap, write_slowly, overwrite])
def test_files_under_long_fire(two, action):
    found = check_under_fire(two, action, 400)
    assert action is not swap or (True in found and False in found)


def test_several_processes_do_not_read_the_file(two):
    """With --jobs the file is gone before the workers start."""
    from tropical.cli.networks.check import side_by_side

    folder, _, large, counts = two
    (folder / "certificate").write_bytes(large)

    def run(found, parts):
        (folder / "certificate").unlink()
        return side_by_side(found, parts, 2)

    assert check_file(folder / "certificate", run=run)["regions"] == counts[1]


def test_processes_that_share_no_memory(two, monkeypatch):
    """As on systems without fork: the patterns are sent to them."""
    from tropical.cli.networks.check import side_by_side

    folder, _, _, counts = two
    spawned = partial(ProcessPoolExecutor, mp_context=get_context("spawn"))
    monkeypatch.setattr("tropical.cli.networks.check.ProcessPoolExecutor", spawned)
    header = check_file(folder / "large", run=lambda found, parts: side_by_side(found, parts, 2))
    assert header["regions"] == counts[1]


def test_blocks_that_were_not_verified_are_missed(two):
    folder, *_ = two
    with pytest.raises(Refused, match="0 of 45 regions were verified"):
        check_file(folder / "small", run=lambda found, parts: iter(()))


# Alone, and on the command line


def alone(*arguments):
    command = [sys.executable, "-I", "-S", checker.__file__, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60)


def test_one_line_and_exit_code_1(two):
    folder, small, *_ = two
    (folder / "cut").write_bytes(small[:-9])
    (folder / "text").write_text("{}")
    (folder / "slot").write_bytes(small.replace(b'"sources":[', b'"sources":[-1,', 1))
    (folder / "true").write_bytes(small.replace(b'"version":2', b'"version":true', 1))
    for arguments in ((), ("a", "b"), *((folder / name,) for name in ("cut", "text", "slot", "true", "missing", ""))):
        done = alone(*arguments)
        assert done.returncode == 1 and not done.stdout
        assert len(done.stderr.splitlines()) == 1 and "Traceback" not in done.stderr


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_pipes_and_devices_are_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "zero").symlink_to("/dev/zero")
    for name in ("pipe", "zero"):
        with pytest.raises(NotACertificate):
            check_file(tmp_path / name)
        assert "not an activation region certificate" in alone(tmp_path / name).stderr
        assert run("check", tmp_path / name, SMALL).exit_code == 2


def test_a_worker_that_dies_is_named(two, monkeypatch):
    folder, *_ = two
    monkeypatch.setattr(checker.Checker, "check", lambda *arguments: os._exit(1))
    result = run("check", folder / "small", SMALL, "--jobs", "2")
    assert result.exit_code == 2 and "a process that verifies died" in result.stderr
