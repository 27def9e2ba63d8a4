"""Certificates of partitions: accepted as they are, refused with anything changed."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tropical.fans.activation.strategies import data_sets
from tropical.checker import Refused
from tropical.fans.activation import coloring_search
from tropical.fans.activation.argmax_classes import class_counts
from tropical.fans.activation.certificates import partition_certificate, verify_partition_certificate
from tropical.fans.activation.kernels import UNKNOWN
from tropical.fans.data_set import DataSet

SQUARE = DataSet.of([(0, 0), ("1/3", 0), (0, 1), ("1/3", 1), ("1/6", "1/2")])


@settings(max_examples=30)
@given(data_sets(6, 3), st.integers(1, 4))
def test_certificates_are_accepted(data: DataSet, most: int) -> None:
    certificate = json.loads(json.dumps(partition_certificate(data, most)))
    assert verify_partition_certificate(certificate) == class_counts(data, most)


def test_no_data() -> None:
    assert verify_partition_certificate(partition_certificate(DataSet.of([], dim=2))) == ()


def test_certificates_by_exact_programs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(coloring_search, "decide", lambda *arguments: (UNKNOWN, 0))
    certificate = partition_certificate(SQUARE)
    assert certificate["refutations"]
    assert verify_partition_certificate(certificate) == (1, 8, 16, 8, 1)


def changed(change: str) -> dict[str, Any]:
    certificate = deepcopy(partition_certificate(SQUARE))
    refutation, partition = certificate["refutations"][0], certificate["partitions"][3]
    match change:
        case "a refutation is left out" | "a partition is left out":
            certificate["refutations" if "refutation" in change else "partitions"].pop()
        case "a multiplier is changed":
            refutation["arcs"][0][3] += "1"
        case "a multiplier is negative":
            for arc in refutation["arcs"]:
                arc[3] = "-" + arc[3]
        case "the arcs are left out":
            refutation["arcs"] = []
        case "an arc starts from another color":
            refutation["arcs"][0][1:3] = refutation["arcs"][0][2:0:-1]
        case "an arc is of a later point":
            refutation["arcs"][0][0] = len(refutation["colors"])
        case "a parameter is constant":
            partition["parameter"] = [["0"] * 3 for _ in partition["parameter"]]
        case "a partition is refuted":
            certificate["refutations"].append({"colors": partition["colors"], "arcs": refutation["arcs"]})
        case "a partition is renamed":
            certificate["partitions"].append({"colors": [1, 0, 0, 0, 0], "parameter": partition["parameter"]})
    return certificate


@pytest.mark.parametrize(
    "change",
    [
        "a refutation is left out",
        "a partition is left out",
        "a multiplier is changed",
        "a multiplier is negative",
        "the arcs are left out",
        "an arc starts from another color",
        "an arc is of a later point",
        "a parameter is constant",
        "a partition is refuted",
        "a partition is renamed",
    ],
)
def test_changed_certificates_are_refused(change: str) -> None:
    with pytest.raises(Refused):
        verify_partition_certificate(changed(change))
