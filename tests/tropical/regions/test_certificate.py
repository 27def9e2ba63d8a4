"""Certificates: counts are verified without the engine, and nothing else is."""

from __future__ import annotations

import ast
import hashlib
import json
import struct
import subprocess
import sys
import zlib
from fractions import Fraction
from itertools import product
from pathlib import Path

import flint
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import tropical
from polytopes.arithmetic.rationals import primitive
from polytopes.enumeration.cells import cells
from polytopes.enumeration.records import domain_rows
from polytopes.errors import UnsupportedError
from polytopes.optimization.linear_program import Optimal, minimize
from polytopes.polyhedra.cone import Cone
from polytopes.polyhedra.polyhedron import Polyhedron
from tests.paths import NETS
from tests.tropical.cli.helpers import tropical as run
from tests.tropical.regions.certificates import program_of, read, rewrite, write
from tropical import Network, checker
from tropical.checker import NotACertificate, Refused, check_file, dot, is_implied
from tropical.cli.networks.check import side_by_side
from tropical.networks.layers import Abs, Affine, LeakyReLU, Maxout, MaxPool, ReLU, Reshape
from tropical.regions.certificate import domain_document

KNOWN = json.loads((NETS.parent / "regions.json").read_text())["networks"]
CHECKER = Path(checker.__file__)
SMALL = NETS / "int_2x8x8x1_s0.npz"


def box(dim, radius=1):
    return Polyhedron.box([-radius] * dim, [radius] * dim)


def facet_rows(network, domain, pattern, facets):
    """The facets of a region as rows."""
    numbered = numbered_rows(network.program, domain_rows(domain), pattern)
    return {numbered[number] for number in facets}


def numbered_rows(program, inequalities, pattern):
    """The inequalities of a region by their numbers."""
    rows = dict(enumerate(map(tuple, inequalities)))
    number = len(rows)
    tape = program.run(flint.fmpz_mat(np.eye(program.input_dim + 1, dtype=int).tolist()), pattern)
    for gate, winner in zip(program.gates, pattern, strict=True):
        for slot in gate.selectors:
            margin = [int(a) - int(b) for a, b in zip(tape[gate.selectors[winner]], tape[slot], strict=True)]
            rows |= {number: primitive(margin)} if any(margin) else {}
            number += 1
    return rows


# What is written is verified

FEW = [name for name, row in KNOWN.items() if row["R^d"] < 320]


@pytest.mark.parametrize("name", FEW)
def test_known_counts_are_certified_over_the_space_and_a_box(name, tmp_path):
    network = tropical.load(NETS / f"{name}.npz")
    for domain, key in ((None, "R^d"), (box(network.input_dim), "box")):
        write(tmp_path / "certificate", network, domain)
        assert check_file(tmp_path / "certificate")["regions"] == KNOWN[name][key]


@pytest.mark.parametrize("name", ["int_2x8x8x1_s0", "nobias_3x8x8x1", "far_2x8x8x1_1e9", "scl_2x8x8x1_x1e-09"])
@pytest.mark.parametrize("refuse", [1, 2])
def test_records_do_not_depend_on_the_filter(name, refuse, tmp_path):
    network = tropical.load(NETS / f"{name}.npz")
    write(tmp_path / "quick", network)
    write(tmp_path / "slow", network, refuse=refuse)
    write(tmp_path / "exact", network, exact=True)
    found = [
        {tuple(pattern): facet_rows(network, None, pattern, facets) for pattern, _, facets in read(path)[1]}
        for path in (tmp_path / "quick", tmp_path / "slow", tmp_path / "exact")
    ]
    assert found[0] == found[1] == found[2]
    assert check_file(tmp_path / "slow")["regions"] == check_file(tmp_path / "exact")["regions"] == KNOWN[name]["R^d"]


layers = st.sampled_from(
    [ReLU(), Abs(), LeakyReLU(Fraction(1, 3)), LeakyReLU(Fraction(-2)), Maxout(2), Maxout(4), "pool", "none"]
)
domains = st.sampled_from(["space", "box", "half-plane", "strip", "quadrant", "segment"])


@st.composite
def networks(draw):
    entries = st.one_of(st.integers(-2, 2), st.integers(-7, 7).map(lambda k: Fraction(k, 8)))
    chain = []
    width = 2
    for _ in range(draw(st.integers(1, 2))):
        wide = 4
        weight = [[draw(entries) for _ in range(width)] for _ in range(wide)]
        chain.append(Affine(weight, [draw(entries) for _ in range(wide)]))
        layer = draw(layers)
        width = wide
        if layer == "pool":
            chain += [Reshape((1, 2, 2)), MaxPool((2, 1), (1, 1)), Reshape((2,))]
            width = 2
        elif layer != "none":
            chain.append(layer)
            width = wide // layer.rank if isinstance(layer, Maxout) else wide
    chain.append(Affine([[1] * width], [0]))
    return Network.chain(2, chain)


def domain_named(name):
    rows = {
        "half-plane": [(1, 1, 2)],
        "strip": [(1, 0, 1), (1, 0, -1), (2, 0, 2)],
        "quadrant": [(0, 1, 0), (0, 0, 1)],
    }
    if name == "segment":
        return Polyhedron.from_rows([(1, 1, 0), (1, -1, 0)], [(1, 2, -3)])
    return {"space": None, "box": box(2)}[name] if name not in rows else Polyhedron.from_rows(rows[name])


@given(networks(), domains, st.sampled_from(["vertices", "witness"]), st.booleans(), st.integers(0, 2))
def test_every_gate_and_domain(tmp_path_factory, network, name, method, exact, refuse):
    path, domain = tmp_path_factory.getbasetemp() / "any", domain_named(name)
    relative = name == "segment"
    write(path, network, domain, exact=exact, method=method, relative=relative, refuse=refuse)
    count = sum(1 for _ in cells(network.program, domain, relative=relative))
    assert check_file(path)["regions"] == count
    header, records = read(path)
    rewrite(path, header, without_facets(records))
    assert check_file(path)["regions"] == count


def test_a_facet_on_the_boundary_of_the_domain_and_on_a_gate(tmp_path):
    """The hyperplane of a unit is a side of the box: there is nothing beyond it."""
    network = Network.from_weights([([[1, 0], [1, 1]], [-1, 0]), ([[1, 1]], [0])])
    for domain, count in ((box(2), 2), (box(2, 2), 4)):
        write(tmp_path / "certificate", network, domain)
        assert check_file(tmp_path / "certificate")["regions"] == count


def test_points_beyond_floats(tmp_path):
    """A strip of width 10^-30 has no point in floats but those with a coordinate 0."""
    tiny = Fraction(1, 10**30)
    network = Network.from_weights([([[1, 1], [1, 1]], [-1, -1 - tiny]), ([[1, 1]], [0])])
    for domain in (None, box(2, 3)):
        write(tmp_path / "certificate", network, domain)
        assert check_file(tmp_path / "certificate")["regions"] == 3


@pytest.mark.parametrize("exact", [True, False])
def test_dimension_beyond_vertices(exact, tmp_path):
    network = Network.from_weights([([*np.eye(7, dtype=int).tolist(), [1] * 7], [0] * 7 + [1]), ([[1] * 8], [0])])
    write(tmp_path / "certificate", network, method="witness", exact=exact)
    assert check_file(tmp_path / "certificate")["regions"] == 2**7 + 2**7 - 1


@pytest.mark.parametrize("name", ["dbl_2x8x1", "nobias_3x8x8x1", "far_2x8x8x1_1e9", "scl_2x8x8x1_x1e-09"])
@pytest.mark.parametrize("refuse", [0, 1])
def test_certificates_by_points(name, refuse, tmp_path):
    network = tropical.load(NETS / f"{name}.npz")
    for domain, key in ((None, "R^d"), (box(network.input_dim), "box")):
        write(tmp_path / "certificate", network, domain, method="witness", refuse=refuse)
        assert check_file(tmp_path / "certificate")["regions"] == KNOWN[name][key]


def test_no_gates_at_all(tmp_path):
    write(tmp_path / "certificate", Network.from_weights([([[1, 2]], [3])]), box(2))
    assert check_file(tmp_path / "certificate")["regions"] == 1


@pytest.mark.slow
@pytest.mark.parametrize("name", ["he_2x32x32x1_s0", "he_3x16x16x1_s0", "int_4x8x1_s1", "he_6x10x10x1_s0"])
def test_larger_counts(name, tmp_path):
    network = tropical.load(NETS / f"{name}.npz")
    write(tmp_path / "certificate", network, box(network.input_dim))
    assert check_file(tmp_path / "certificate")["regions"] == KNOWN[name]["box"]


# What was tampered with is refused


@pytest.fixture(scope="module", params=["int_2x8x8x1_s0", "he_2x16x1_s0", "maxout"])
def certificate(request, tmp_path_factory):
    """Header and records of a good certificate over a box, and a path to write bad ones to."""
    path = tmp_path_factory.mktemp("certificate") / "certificate"
    if request.param == "maxout":
        weight = [[1, 0], [0, 1], [-1, -1], [1, 1], [2, -1], [0, 0]]
        network = Network.chain(2, [Affine(weight, [0, 0, 0, -1, 0, 1]), Maxout(3), Affine([[1, -1]], [0]), ReLU()])
    else:
        network = tropical.load(NETS / f"{request.param}.npz")
    write(path, network, box(2))
    return (*read(path), path)


def copy(records):
    return [[list(part) for part in record] for record in records]


def without_facets(records):
    return [[pattern, point, []] for pattern, point, _ in records]


def refusal(certificate, records, count=None, header=None):
    rewrite(certificate[2], header or certificate[0], records, count)
    with pytest.raises(Refused) as caught:
        check_file(certificate[2])
    return str(caught.value)


def test_the_copy_of_a_good_one_is_verified(certificate):
    rewrite(certificate[2], certificate[0], certificate[1])
    assert check_file(certificate[2])["regions"] == len(certificate[1])


def test_a_region_removed(certificate):
    for i in range(len(certificate[1])):
        assert "a region is missing" in refusal(certificate, certificate[1][:i] + certificate[1][i + 1 :])
    assert "0 are listed" in refusal(certificate, [])


def test_a_region_removed_where_facets_are_left_out(certificate):
    records = without_facets(certificate[1])
    assert len(records) > 3
    for i in range(len(records)):
        assert "a region is missing" in refusal(certificate, records[:i] + records[i + 1 :])


def test_any_half_of_the_regions_where_facets_are_left_out(certificate):
    records = without_facets(certificate[1])
    for kept in (records[::2], records[1::2], records[: len(records) // 2], records[len(records) // 2 :]):
        assert "a region is missing" in refusal(certificate, kept)


def test_a_region_twice(certificate):
    assert "twice" in refusal(certificate, [*certificate[1], certificate[1][3]])
    assert "twice" in refusal(certificate, [*certificate[1], [certificate[1][3][0], certificate[1][3][1], []]])


def test_the_count_changed(certificate):
    for wrong in (0, len(certificate[1]) - 1, len(certificate[1]) + 1):
        assert "claimed" in refusal(certificate, certificate[1], wrong)


def test_a_point_moved(certificate, monkeypatch):
    """Points are needed where cells are known by their rows."""
    monkeypatch.setattr(checker, "MOST_RAYS", -1)
    for i, (j, other) in product(range(len(certificate[1])), enumerate(certificate[1])):
        if i != j and (i + j) % 5 == 0 and i < 12:
            records = copy(certificate[1])
            records[i][1] = other[1]
            assert "not inside" in refusal(certificate, records)
    for bad in ([0, 1, 1], [-1, 0, 0], [1, 5, 0]):
        records = copy(certificate[1])
        records[0][1] = bad
        refusal(certificate, records)


def test_facets_are_no_part_of_the_claim(certificate):
    """Files of earlier versions list them: any numbers are read, and none is used."""
    records = copy(certificate[1])
    for i, record in enumerate(records):
        record[2] = [2**32 - 1] * (i % 3)
    rewrite(certificate[2], certificate[0], records)
    assert check_file(certificate[2])["regions"] == len(records)


def test_a_winner_changed(certificate):
    for i, record in enumerate(certificate[1]):
        records = copy(certificate[1])
        k = i % len(record[0])
        records[i][0][k] = 1 - min(records[i][0][k], 1)
        refusal(certificate, records)
        records[i][0][k] = 200
        refusal(certificate, records)


@pytest.mark.parametrize("sides", [(1, 2), (2, 2), (-1, 1), (Fraction(1, 2), 1)])
def test_another_domain(certificate, sides):
    low, high = sides
    domain = Polyhedron.box([-Fraction(abs(low)), -1], [1, high]) if low > 0 else Polyhedron.box([0, -1], [1, 1])
    header = {**certificate[0], "domain": json.loads(json.dumps(domain_document(domain)))}
    rewrite(certificate[2], header, certificate[1])
    result = run("check", certificate[2], SMALL, "--box", "-1,1")
    assert result.exit_code == 1
    assert domain_document(box(2)) != domain_document(domain)


def test_no_domain(certificate):
    for inequalities in ([], certificate[0]["domain"]["inequalities"][1:]):
        header = {**certificate[0], "domain": {"inequalities": inequalities, "equations": []}}
        rewrite(certificate[2], header, certificate[1])
        program, domain = program_of(header), Polyhedron.from_rows(inequalities, ambient_dim=2)
        if sum(1 for _ in cells(program, domain)) == len(certificate[1]):  # the regions are larger, but no others
            assert check_file(certificate[2])["regions"] == len(certificate[1])
        else:
            refusal(certificate, certificate[1], header=header)
    equations = {**certificate[0]["domain"], "equations": [[0, 1, -1]]}
    refusal(certificate, certificate[1], header={**certificate[0], "domain": equations})


def test_a_tie_belongs_to_the_earlier_form(tmp_path):
    """Two equal forms of one gate: the pattern of the later one names no region."""
    network = Network.chain(1, [Affine([[1], [1], [-1]], [0, 0, 0]), Maxout(3)])
    write(tmp_path / "certificate", network)
    header, records = read(tmp_path / "certificate")
    assert sorted(pattern for pattern, _, _ in records) == [[0], [2]]
    for record in records:
        record[0] = [1] if record[0] == [0] else record[0]
        record[2] = [2] if record[0] == [1] else record[2]
    rewrite(tmp_path / "certificate", header, records)
    with pytest.raises(Refused, match="ties with an earlier"):
        check_file(tmp_path / "certificate")


def test_a_program_that_jumps(tmp_path):
    """The proof needs no continuity: 1 - 1 is 0 where x < 0, and else x - 1 has two signs."""
    write(tmp_path / "certificate", Network.from_weights([([[1]], [0]), ([[1]], [-1]), ([[1]], [0])]))
    header, records = read(tmp_path / "certificate")
    gate = header["program"]["stages"][0]["gates"][0]
    gate[1] = [0, gate[1][1]]
    rewrite(tmp_path / "certificate", header, without_facets(records))
    assert check_file(tmp_path / "certificate")["regions"] == 3
    gate[1] = [gate[1][1], 0]
    rewrite(tmp_path / "certificate", header, without_facets(records))
    with pytest.raises(Refused, match="has no interior"):
        check_file(tmp_path / "certificate")


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    path = tmp_path_factory.mktemp("small") / "certificate"
    write(path, tropical.load(SMALL), box(2))
    return path, path.read_bytes()


@given(st.data())
def test_any_byte_changed(small, data):
    path, content = small
    place = data.draw(st.integers(0, len(content) - 1))
    byte = data.draw(st.integers(0, 255))
    assume(content[place] != byte)
    assume(not (bytes([byte]).isspace() and content[place : place + 1].isspace()))  # JSON after the digest
    changed = path.with_name("changed")
    changed.write_bytes(content[:place] + bytes([byte]) + content[place + 1 :])
    with pytest.raises((Refused, NotACertificate)):
        check_file(changed)


@given(st.data())
def test_any_end_cut_off_or_added(small, data):
    path, content = small
    end = data.draw(st.integers(0, len(content) - 2))
    changed = path.with_name("changed")
    for bad in (content[:end], content + b"{}"):
        changed.write_bytes(bad)
        with pytest.raises((Refused, NotACertificate)):
            check_file(changed)


def forged(path, block, header=None, trailer=None):
    """Write a certificate with one block of these bytes."""
    header, packed = header or read(path)[0], zlib.compress(block)
    content = json.dumps(header).encode() + b"\n" + struct.pack("<I", len(packed)) + packed + bytes(4)
    trailer = trailer or json.dumps({"regions": 1, "sha256": hashlib.sha256(content).hexdigest()}).encode()
    path.with_name("forged").write_bytes(content + trailer)
    return path.with_name("forged")


def test_what_would_take_all_memory_is_refused_at_once(small):
    path, _ = small
    with pytest.raises(Refused, match="a block of 12 bytes is none of 4294967295 regions"):
        check_file(forged(path, struct.pack("<III", 2**32 - 1, 0, 0)))
    with pytest.raises(Refused, match="more than 134217728 bytes"):
        check_file(forged(path, bytes(2**27 + 1)))
    header = read(path)[0]
    header["program"]["input_dim"] = 10**9
    with pytest.raises(Refused, match="1000000000 inputs"):
        check_file(forged(path, bytes(12), header))


def test_nested_lists_are_refused(small):
    path, _ = small
    nested = b"[" * 10**5
    with pytest.raises(Refused, match="malformed"):
        check_file(forged(path, struct.pack("<III", 0, 0, 0), trailer=nested))
    _, records = read(path)
    n_gates, size = len(records[0][0]), len(records[0][1])
    block = struct.pack("<III", 1, 0, len(nested)) + bytes(n_gates + 8 * size + 4) + nested
    with pytest.raises(Refused, match="malformed"):
        check_file(forged(path, block))


def test_long_integers_alone(tmp_path):
    network = Network.from_weights([([[10**5000, 1]], [1]), ([[1]], [0])])
    limit = sys.get_int_max_str_digits()
    sys.set_int_max_str_digits(0)
    try:
        write(tmp_path / "certificate", network)
    finally:
        sys.set_int_max_str_digits(limit)
    command = [sys.executable, "-I", str(CHECKER), str(tmp_path / "certificate")]
    run = subprocess.run(command, capture_output=True, text=True)
    assert (run.returncode, run.stdout.strip()) == (0, "verified: 2 activation regions"), run.stderr


def test_more_inputs_than_the_checker_takes(tmp_path):
    network = Network.from_weights([([[1] * 5000], [1]), ([[1]], [0])])
    with pytest.raises(UnsupportedError, match="5000 inputs"):
        write(tmp_path / "certificate", network)
    assert not list(tmp_path.iterdir())


# The parts of the checker

rows_in_plane = st.lists(st.tuples(st.integers(1, 4), st.integers(-3, 3), st.integers(-3, 3)), max_size=6)


@given(rows_in_plane, st.tuples(st.integers(1, 4), st.integers(-3, 3), st.integers(-3, 3)))
def test_is_implied_is_a_minimum(rows, other):
    """All rows are positive at 0; another is implied iff its minimum exists and is not negative."""
    answer = minimize(other, rows, ambient_dim=2)
    expected = isinstance(answer, Optimal) and answer.value >= 0
    assert is_implied([(1, 0, 0), *rows], [other]) == expected


@settings(max_examples=25)
@given(st.lists(st.tuples(*[st.integers(-2, 2)] * 4), max_size=6))
def test_spans_are_those_of_double_description(rows):
    """Halves of halves of the whole space have the rays and lines that the engine finds, up to lines."""
    units = [tuple(int(i == k) for i in range(4)) for k in range(4)]
    gates = [[[4 + k, 4 + len(rows)]] * 2 for k in range(len(rows))]
    nothing = checker.Level({"sources": [], "rows": [], "gates": []}, None, 4, 4)
    level = checker.Level({"sources": range(4), "rows": [*rows, (0,) * 4], "gates": gates}, nothing, 4, 4)
    cell = 0, [], [level.reached(checker.Vector(unit), b"", True) for unit in units]
    for k in range(len(rows)):
        cell, _ = level.halves(cell, k, 0, 1)
        expected = Cone.from_rows(rows[: k + 1], ambient_dim=4)
        if not expected.is_full_dimensional or not cell[1]:
            assert not any(rows[k]) or not cell[1]
            return
        _, rays, lines = cell
        assert len(lines) == expected.lineality_dim and len(rays) == len(expected.rays)
        assert Cone.from_rays([ray.head for ray, _ in rays], [line.head for line in lines], 4) == expected
        for ray, zeros in rays:
            assert [2 * i + 1 for i, form in enumerate(rows[: k + 1]) if not dot(form, ray.head)] == ones(zeros)


def ones(bits):
    """The places of the ones among the bits of an integer."""
    return [k for k in range(bits.bit_length()) if bits >> k & 1]


@pytest.mark.parametrize("limits", [{"MOST_RAYS": -1}, {"MOST_RAYS": 5}, {"PART": 1}])
@pytest.mark.parametrize("name", ["nobias_3x8x8x1", "maxout"])
def test_cells_of_too_many_rays_and_small_parts(limits, name, tmp_path, monkeypatch):
    """By linear programs as by rays, in any order of the regions; none may be missing, no point elsewhere."""
    for limit, value in limits.items():
        monkeypatch.setattr(checker, limit, value)
    if name == "maxout":
        weight = np.random.default_rng(0).integers(-3, 4, (12, 3)).tolist()
        network = Network.chain(3, [Affine(weight, [1] * 12), Maxout(4), Affine([[1, -1, 2]], [0]), ReLU()])
    else:
        network = tropical.load(NETS / f"{name}.npz")
    write(tmp_path / "certificate", network, facets=False)
    header, records = read(tmp_path / "certificate")
    assert name == "maxout" or len(records) == KNOWN[name]["R^d"]
    rng = np.random.default_rng(1)
    rng.shuffle(records)
    rewrite(tmp_path / "certificate", header, records)
    assert check_file(tmp_path / "certificate")["regions"] == len(records)
    for i in rng.integers(0, len(records), 3).tolist():
        rewrite(tmp_path / "certificate", header, records[:i] + records[i + 1 :])
        with pytest.raises(Refused, match="a region is missing"):
            check_file(tmp_path / "certificate")
        moved = [[pattern, records[i - 1][1] if k == i else point, []] for k, (pattern, point, _) in enumerate(records)]
        rewrite(tmp_path / "certificate", header, moved)
        if limits.get("MOST_RAYS") == -1:
            with pytest.raises(Refused, match="not inside"):
                check_file(tmp_path / "certificate")
        elif "MOST_RAYS" not in limits:
            assert check_file(tmp_path / "certificate")["regions"] == len(records)


def test_what_is_written_has_no_facets(tmp_path):
    network = tropical.load(SMALL)
    write(tmp_path / "lean", network, facets=False)
    write(tmp_path / "full", network)
    lean, full = read(tmp_path / "lean")[1], read(tmp_path / "full")[1]
    assert lean == without_facets(full) != full
    assert run("regions", SMALL, "--certificate", tmp_path / "certificate").exit_code == 0
    patterns, _, facets = zip(*read(tmp_path / "certificate")[1], strict=True)
    assert sorted(patterns) == sorted(pattern for pattern, _, _ in lean) and not any(facets)


def test_the_checker_uses_the_standard_library_only():
    tree = ast.parse(CHECKER.read_text())
    imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    imported |= {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    assert {name.partition(".")[0] for name in imported} <= sys.stdlib_module_names
    assert not any(isinstance(node, ast.Constant) and isinstance(node.value, float) for node in ast.walk(tree))
    assert len(CHECKER.read_text().splitlines()) < 400


def test_the_checker_runs_alone(small, tmp_path):
    path, content = small
    command = [sys.executable, "-I", "-S", str(CHECKER), str(path)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert f"verified: {KNOWN[SMALL.stem]['box']}" in done.stdout
    (tmp_path / "bad").write_bytes(content[:-5])
    assert subprocess.run([*command[:-1], str(tmp_path / "bad")], capture_output=True).returncode == 1


def test_several_processes(tmp_path):
    network = tropical.load(NETS / "int_3x8x8x1_s1.npz")
    write(tmp_path / "certificate", network)
    seen = []

    def run(found, blocks):
        for count in side_by_side(found, blocks, 2):
            seen.append(count)
            yield count

    header = check_file(tmp_path / "certificate", run=run)
    assert header["regions"] == KNOWN["int_3x8x8x1_s1"]["R^d"] == sum(seen)


# The command line


def test_write_and_check(tmp_path):
    certificate = tmp_path / "certificate"
    assert run("regions", SMALL, "--certificate", certificate).exit_code == 0
    assert run("check", certificate, SMALL).stdout.startswith("verified: 45 ")
    answer = json.loads(run("check", certificate, SMALL, "--json").stdout)
    assert answer["verified"] and answer["activation_regions"] == 45
    assert run("check", certificate, SMALL, "--box", "-1,1").exit_code == 1
    assert "of another network" in run("check", certificate, NETS / "int_2x8x8x1_s2.npz").stdout


def test_linear_regions_and_the_witness_method_are_recorded_too(tmp_path):
    for extra in (["--linear"], ["--method", "witness"], ["--box", "-1,1", "--method", "witness"]):
        assert run("regions", SMALL, "--certificate", tmp_path / "certificate", *extra).exit_code == 0
        assert run("check", tmp_path / "certificate", SMALL).exit_code == 0


def test_a_weight_changed(tmp_path):
    """Any weight, also of the last layer, on which the count does not depend."""
    assert run("regions", SMALL, "--certificate", tmp_path / "certificate").exit_code == 0
    arrays = dict(np.load(SMALL))
    for name in arrays:
        changed = {**arrays, name: arrays[name].copy()}
        changed[name].flat[0] += 1
        np.savez(tmp_path / "net.npz", **changed)
        result = run("check", tmp_path / "certificate", tmp_path / "net.npz", "--json")
        assert result.exit_code == 1
        assert json.loads(result.stdout)["reason"] == "it is of another network"


def test_bad_input(tmp_path):
    (tmp_path / "text").write_text("{}")
    assert run("check", tmp_path / "text", SMALL).exit_code == 2
    assert run("check", tmp_path / "missing", SMALL).exit_code == 2
    assert run("check", SMALL, SMALL).exit_code == 2
    assert run("regions", SMALL, "--certificate", tmp_path / "no" / "folder").exit_code == 2
    assert run("regions", SMALL, "--certificate", SMALL).exit_code == 2


def test_nothing_is_written_of_a_stopped_count(tmp_path):
    certificate = tmp_path / "certificate"
    certificate.write_text("old")
    result = run("regions", SMALL, "--certificate", certificate, "--limit", "5")
    assert result.exit_code == 3
    assert "not written" in result.stderr
    assert certificate.read_text() == "old"
    assert list(tmp_path.iterdir()) == [certificate]
