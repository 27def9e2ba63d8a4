"""The programs of the benchmarks: the baseline against exact counts, the measuring, and the files on the page."""

from __future__ import annotations

import json

import pytest

from polytopes.polyhedra.polyhedron import Polyhedron
from tests.benchmarks.compare import DOMAINS, MOST_CERTIFIED, certified, duplicated, is_certified, networks
from tests.benchmarks.edges import edge_subdivision
from tests.benchmarks.float_model import float_model
from tests.benchmarks.measure import EDGES, MODEL, OURS, measure, ours
from tests.benchmarks.peers import gaussian
from tests.benchmarks.questions import KINDS, QUESTIONS, SHAPES
from tests.paths import ROOT
from tropical.networks.network import Network
from tropical.regions.counting import count_regions

DATA = ROOT / "docs" / "data"


@pytest.mark.parametrize("widths", [(1, 4, 1), (2, 8, 8, 1), (3, 6, 1), (3, 5, 5, 5, 1), (4, 6, 6, 1), (5, 7, 1)])
@pytest.mark.parametrize("side", [1, 10])
def test_baselines_are_right_in_general_position(widths: tuple[int, ...], side: int) -> None:
    weights = gaussian(3, *widths)
    box = Polyhedron.box([-side] * widths[0], [side] * widths[0])
    count = count_regions(Network.from_weights(weights), box).activation_regions
    assert edge_subdivision(weights, side) == float_model(weights, side) == count


def test_duplicated_units_have_the_hyperplanes_of_half_of_them() -> None:
    weights = gaussian(0, 2, 8, 1)
    half = [(weights[0][0][::2], weights[0][1][::2]), (weights[1][0][:, ::2], weights[1][1])]
    tasks = ours(duplicated(weights)), ours(half)
    assert tasks[0]() == tasks[1]() == 11


@pytest.mark.parametrize("tool", [OURS, *(pytest.param(tool, marks=pytest.mark.slow) for tool in (EDGES, MODEL))])
def test_measuring_in_a_process(tool: str) -> None:
    weights = gaussian(0, 2, 6, 1)
    expected = count_regions(Network.from_weights(weights), Polyhedron.box([-2, -2], [2, 2])).activation_regions
    found = measure(tool, weights, 2.0)
    assert found is not None
    assert found["regions"] == expected
    assert found["cpu_seconds"] > 0 and found["peak_bytes"] > 10**6


def test_measuring_what_has_no_answer() -> None:
    assert measure(EDGES, gaussian(0, 2, 6, 1), None) is None
    late = measure(OURS, gaussian(0, 3, 40, 40, 1), None, seconds=0.1)
    assert late == {"failure": "no answer in 0.1 s"}


@pytest.mark.slow
def test_certificates_prove_the_counts() -> None:
    weights = gaussian(0, 2, 6, 6, 1)
    for domain in DOMAINS.values():
        assert certified(weights, domain) == ours(weights, domain)()


def test_every_row_is_on_the_page() -> None:
    rows = json.loads((DATA / "benchmarks.json").read_text(encoding="utf-8"))["rows"]
    places = [(row["network"], row["kind"], row["domain"]) for row in rows]
    assert sorted(places) == sorted((shape, kind, name) for shape, kind, _ in networks() for name in DOMAINS)
    large = {shape for shape, _, weights in networks() if not is_certified(weights, 1)}
    for row in rows:
        assert row["answers"][OURS]["regions"] == row["regions"]
        assert row["certified"] or row["regions"] > MOST_CERTIFIED or row["network"] in large


SMALL = 1000


@pytest.mark.slow
@pytest.mark.parametrize("domain", DOMAINS)
def test_the_exact_counts_of_the_page_are_found_again_by_the_other_method(domain: str) -> None:
    rows = json.loads((DATA / "benchmarks.json").read_text(encoding="utf-8"))["rows"]
    known = {(row["network"], row["kind"]): row["regions"] for row in rows if row["domain"] == domain}
    compared = 0
    for shape, kind, weights in networks():
        if known[shape, kind] <= SMALL:
            method = "witness" if weights[0][0].shape[1] <= 4 else "vertices"
            assert ours(weights, DOMAINS[domain], method=method)() == known[shape, kind]
            compared += 1
    assert compared >= 5


def test_questions_on_the_page() -> None:
    rows = json.loads((DATA / "questions.json").read_text(encoding="utf-8"))["rows"]
    assert [(row["network"], row["kind"]) for row in rows] == [
        ("-".join(map(str, shape)), kind) for kind in KINDS for shape in SHAPES
    ]
    assert all(row["cpu_seconds"].keys() == QUESTIONS.keys() for row in rows)
    smallest = min(rows, key=lambda row: row["regions"])
    shape = tuple(map(int, smallest["network"].split("-")))
    network = Network.from_weights(KINDS[smallest["kind"]](gaussian(0, *shape)))
    found = count_regions(network, Polyhedron.box([-10] * shape[0], [10] * shape[0]), linear=True)
    assert (found.activation_regions, found.linear_regions) == (smallest["regions"], smallest["linear_regions"])
