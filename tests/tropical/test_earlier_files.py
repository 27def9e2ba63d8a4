"""Certificates and checkpoints of an earlier version are verified and continued: see tests/data/earlier/README.md."""

from __future__ import annotations

import gzip
import json
import sqlite3
from pathlib import Path

import pytest

from polytopes.errors import InputError
from polytopes.polyhedra.polyhedron import Polyhedron
from tests.paths import DATA, NETS
from tests.tropical.cli.helpers import tropical as run
from tropical import count_regions, load
from tropical.checker import check_file
from tropical.fans.activation import verify_partition_certificate
from tropical.fans.classification import verify_minimal_loss
from tropical.regions.parallel import Sharing

EARLIER = DATA / "earlier"
REGIONS = {"int_2x8x8x1_s0": 45, "int_4x8x1_s0_box": 64, "he_6x10x10x1_s0_box": 1218}


def box(dim: int) -> Polyhedron:
    return Polyhedron.box([-1] * dim, [1] * dim)


@pytest.mark.parametrize(
    ("name", "net", "options"),
    [("int_2x8x8x1_s0", "int_2x8x8x1_s0", []), ("int_4x8x1_s0_box", "int_4x8x1_s0", ["--box", "-1,1"])],
)
def test_certificates_of_counts(name: str, net: str, options: list[str]) -> None:
    path = EARLIER / f"{name}.certificate"
    assert check_file(path)["regions"] == REGIONS[name]
    result = run("check", path, NETS / f"{net}.npz", *options, "--json")
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["activation_regions"] == REGIONS[name]


def unpacked(name: str, tmp_path: Path) -> Path:
    file = tmp_path / "checkpoint"
    file.write_bytes(gzip.decompress((EARLIER / f"{name}.checkpoint.gz").read_bytes()))
    return file


def done(file: Path) -> int:
    with sqlite3.connect(file) as base:
        [(count,)] = base.execute("SELECT count FROM done")
    base.close()
    return int(count)


def test_a_count_over_the_whole_space_is_continued(tmp_path: Path) -> None:
    file = unpacked("int_2x8x8x1_s0", tmp_path)
    assert done(file) == 24
    counts = count_regions(load(NETS / "int_2x8x8x1_s0.npz"), sharing=Sharing(resume=file))
    assert (counts.activation_regions, counts.bounded_activation_regions, counts.complete) == (45, 22, True)
    assert done(file) == 45


def test_a_count_in_a_box_is_continued(tmp_path: Path) -> None:
    file, network = unpacked("he_6x10x10x1_s0_box", tmp_path), load(NETS / "he_6x10x10x1_s0.npz")
    assert done(file) == 217
    with pytest.raises(InputError, match="belongs to another count"):
        count_regions(network, box(6), method="vertices", sharing=Sharing(resume=file))
    counts = count_regions(network, box(6), method="witness", sharing=Sharing(resume=file))
    assert (counts.activation_regions, counts.complete) == (1218, True)
    assert count_regions(network, box(6), method="witness").activation_regions == 1218


def test_certificates_of_partitions_and_of_the_smallest_loss() -> None:
    partitions = json.loads((EARLIER / "partitions.json").read_text())
    assert verify_partition_certificate(partitions) == (1, 8, 16, 8, 1)
    assert verify_minimal_loss(json.loads((EARLIER / "minimal_loss.json").read_text())) == 1
