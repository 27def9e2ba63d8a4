"""Patterns of all regions, in blocks and in files, with their number and the patterns themselves checked."""

import json
from pathlib import Path

import numpy as np
import pytest

from polytopes.errors import FileFormatError, InputError
from polytopes.polyhedra.polyhedron import Polyhedron
from tests.paths import NETS
from tropical import Network
from tropical.networks.layers import Affine, Maxout
from tropical.networks.readers import load
from tropical.regions import pattern_files
from tropical.regions.activation_regions import activation_regions
from tropical.regions.pattern_files import pattern_blocks, pattern_file, read_patterns

NET = load(NETS / "int_2x8x8x1_s0.npz")
BOX = Polyhedron.box([-1, -1], [1, 1])


def expected(net: Network, domain: Polyhedron | None = None) -> list[list[int]]:
    return sorted(list(region.pattern) for region in activation_regions(net, domain))


@pytest.mark.parametrize("method", ["vertices", "witness"])
@pytest.mark.parametrize("domain", [None, BOX])
def test_blocks(method: pattern_files.Method, domain: Polyhedron | None) -> None:
    found = [row for block in pattern_blocks(NET, domain, method=method) for row in block.tolist()]
    assert sorted(found) == expected(NET, domain)


def test_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pattern_files, "MEMBER", 10)
    monkeypatch.setattr("polytopes.enumeration.compiled_count.STEPS", 20)
    for name in ("a.npz", "a.jsonl"):
        with pattern_file(tmp_path / name) as take:
            for block in pattern_blocks(NET):
                take(block)
    arrays = list(read_patterns(tmp_path / "a.npz"))
    assert len(arrays) > 2
    assert sorted(row for array in arrays for row in array.tolist()) == expected(NET)
    lines = (tmp_path / "a.jsonl").read_text().splitlines()
    assert sorted([int(digit) for digit in json.loads(line)] for line in lines) == expected(NET)


def test_winners_beyond_nine_and_programs_that_are_not_compiled(tmp_path: Path) -> None:
    rank = 70
    forms = [[[slope]] for slope in range(rank)]
    net = Network.chain(1, [Affine(np.array([row[0] for row in forms]), [-k * k for k in range(rank)]), Maxout(rank)])
    assert expected(net) == [[k] for k in range(rank)]
    with pattern_file(tmp_path / "a.jsonl") as take:
        for block in pattern_blocks(net):
            take(block)
    lines = (tmp_path / "a.jsonl").read_text().splitlines()
    assert sorted(json.loads(line) for line in lines) == expected(net)


def test_nothing_is_left_after_an_error(tmp_path: Path) -> None:
    for name in ("a.npz", "a.jsonl"):
        with pytest.raises(KeyError), pattern_file(tmp_path / name) as take:
            take(np.zeros((3, 16), dtype=np.uint8))
            raise KeyError
    assert not list(tmp_path.iterdir())


def test_refusals(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"\.jsonl or \.npz"), pattern_file(tmp_path / "a.csv"):
        pass
    (tmp_path / "a.npz").write_bytes(b"no archive")
    with pytest.raises(FileFormatError, match="not a file of patterns"):
        list(read_patterns(tmp_path / "a.npz"))
