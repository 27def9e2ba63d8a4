"""Proofs of partitions: accepted as they are, refused with anything changed."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tropical.fans.activation.strategies import data_sets
from tropical.checker import Refused
from tropical.fans.activation import search
from tropical.fans.activation.classes import class_counts
from tropical.fans.activation.kernels import UNKNOWN
from tropical.fans.activation.proofs import check_partition_proof, partition_proof
from tropical.fans.data_set import DataSet

SQUARE = DataSet.of([(0, 0), ("1/3", 0), (0, 1), ("1/3", 1), ("1/6", "1/2")])


@settings(max_examples=30)
@given(data_sets(6, 3), st.integers(1, 4))
def test_proofs_are_accepted(data: DataSet, most: int) -> None:
    proof = json.loads(json.dumps(partition_proof(data, most)))
    assert check_partition_proof(proof) == class_counts(data, most)


def test_no_data() -> None:
    assert check_partition_proof(partition_proof(DataSet.of([], dim=2))) == ()


def test_proofs_by_exact_programs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "decide", lambda *arguments: (UNKNOWN, 0))
    proof = partition_proof(SQUARE)
    assert proof["refutations"]
    assert check_partition_proof(proof) == (1, 8, 16, 8, 1)


def changed(change: str) -> dict[str, Any]:
    proof = deepcopy(partition_proof(SQUARE))
    refutation, partition = proof["refutations"][0], proof["partitions"][3]
    match change:
        case "a refutation is left out" | "a partition is left out":
            proof["refutations" if "refutation" in change else "partitions"].pop()
        case "a multiplier is changed":
            refutation["arcs"][0][3] += "1"
        case "a multiplier is negative":
            for arc in refutation["arcs"]:
                arc[3] = "-" + arc[3]
        case "the arcs are left out":
            refutation["arcs"] = []
        case "an arc starts from another colour":
            refutation["arcs"][0][1:3] = refutation["arcs"][0][2:0:-1]
        case "an arc is of a later point":
            refutation["arcs"][0][0] = len(refutation["colours"])
        case "a parameter is constant":
            partition["parameter"] = [["0"] * 3 for _ in partition["parameter"]]
        case "a partition is refuted":
            proof["refutations"].append({"colours": partition["colours"], "arcs": refutation["arcs"]})
        case "a partition is renamed":
            proof["partitions"].append({"colours": [1, 0, 0, 0, 0], "parameter": partition["parameter"]})
    return proof


@pytest.mark.parametrize(
    "change",
    [
        "a refutation is left out",
        "a partition is left out",
        "a multiplier is changed",
        "a multiplier is negative",
        "the arcs are left out",
        "an arc starts from another colour",
        "an arc is of a later point",
        "a parameter is constant",
        "a partition is refuted",
        "a partition is renamed",
    ],
)
def test_changed_proofs_are_refused(change: str) -> None:
    with pytest.raises(Refused):
        check_partition_proof(changed(change))
