"""The exact counts on the page that compares published tools, recomputed unit by unit with cddlib's linear programs."""

from __future__ import annotations

import json
from fractions import Fraction

import pytest

from tests.benchmarks.peers import Weights, networks
from tests.oracles import box_rows, slow_patterns
from tests.paths import ROOT

RESULTS = json.loads((ROOT / "docs/data/peers.json").read_text(encoding="utf-8"))["results"]
EXACT = {(result["family"], result["seed"]): result["exact"] for result in RESULTS}


def slow_counts(weights: Weights) -> dict[str, int]:
    layers = [
        ([[Fraction(w) for w in row] for row in W.tolist()], [Fraction(c) for c in b.tolist()]) for W, b in weights
    ]
    dim = weights[0][0].shape[1]
    return {"R^d": len(slow_patterns(layers, [], dim)), "box": len(slow_patterns(layers, box_rows(dim), dim))}


def test_every_network_is_on_the_page():
    assert list(EXACT) == [(family, seed) for family, seed, _ in networks()]


LONG = {"random weights, 3-8-8-1"}
CASES = [
    pytest.param(family, seed, weights, id=f"{family}, {seed}", marks=[pytest.mark.slow] * (seed or family in LONG))
    for family, seed, weights in networks()
]


@pytest.mark.parametrize(("family", "seed", "weights"), CASES)
def test_exact_counts(family: str, seed: int, weights: Weights) -> None:
    assert slow_counts(weights) == EXACT[family, seed]
