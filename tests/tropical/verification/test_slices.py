"""Verification in slices: the same verdicts however the work is cut, stopped and resumed."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import pytest

from polytopes.errors import InputError
from tropical.property_checker import check_file
from tropical.regions.parallel import Sharing
from tropical.verification import parse_property
from tropical.verification.certificate import write_certificate
from tropical.verification.parallel import CASE, SearchSlicer, VerificationProblem, verify_in_slices
from tropical.verification.property_search import Search, Verdict
from tropical.verification.search import Branch
from tropical.verification.trees import graft, spelled_tree

from .networks import box, small, text

BOX = box(("-2", "1.5"), ("-1", "2"))
HARD = text(BOX + "(assert (or (>= Y_1 1) (>= Y_0 500)))", 2, 2)
SAT = text(BOX + "(assert (>= (* 34 Y_1) 33)) (assert (<= Y_0 1000))", 2, 2)
"""33/34 is the greatest value of the output, taken at one point, which guesses do not find."""


def shared(source: str, sharing: Sharing, stop_after: int | None = None, seed: int = 7) -> Verdict:
    """Decide in slices, and stop after so many of them."""
    calls = 0

    def stopping(state: object) -> str | None:
        nonlocal calls
        calls += 1
        return "limit" if stop_after is not None and calls >= stop_after else None

    return verify_in_slices(Search.of(small(seed), parse_property(source)), sharing, stopping)


def slicer(source: str, seed: int = 7) -> SearchSlicer:
    """What works at the slices of a property."""
    prop = parse_property(source)
    return VerificationProblem(small(seed).program, None, "witness", False, False, prop=prop, exact=False).slicer()


def test_slices_add_up_to_one_search() -> None:
    whole = Search.of(small(7), parse_property(HARD)).run(lambda state: None)
    assert whole.verdict == "unsat"
    cut, paths, leaves, nodes, share, margins = slicer(HARD), [()], 0, 0, 0.0, list[Fraction]()
    while paths:
        part = cut.slice(paths.pop(), seconds=0.0)
        margin, done, _ = json.loads(part.notes)
        leaves, nodes, share = leaves + part.count, nodes + part.n_bounded, share + done
        margins += [] if margin is None else [Fraction(margin)]
        paths.extend(part.left)
    assert (leaves, nodes, min(margins)) == (whole.n_leaves, whole.n_nodes, whole.margin)
    assert share == pytest.approx(1)


def test_a_slice_with_a_point_leaves_all_of_its_paths() -> None:
    """Else a file to resume from would say that nothing is left to be done."""
    cut = slicer(text(BOX + "(assert (>= Y_0 -1000))", 2, 2))
    part = cut.slice((), seconds=10)
    assert part.point is not None
    assert part.left == ((),)
    assert part.count == 0


def test_every_path_is_a_cell_even_if_another_unit_would_be_split() -> None:
    cut = slicer(HARD)
    parts = [cut.slice(((0, CASE), (3, 0), (1, side)), seconds=10) for side in (0, 1)]
    assert all(part.point is None and not part.left for part in parts)


@pytest.mark.parametrize(("source", "expected"), [(HARD, "unsat"), (SAT, "sat")])
def test_interrupted_and_resumed(tmp_path: Path, source: str, expected: str) -> None:
    assert Search.of(small(7), parse_property(source)).run(lambda state: None).verdict == expected
    found = None
    for _ in range(200):
        found = shared(source, Sharing(resume=tmp_path / "state"), stop_after=2)
        assert found.verdict in ("unknown", expected)
        if found.verdict != "unknown":
            break
    assert found is not None
    assert found.verdict == expected
    assert shared(source, Sharing(resume=tmp_path / "state")).verdict == expected


@pytest.mark.parametrize("other", ["(>= Y_1 2)", "(>= (* 0.001 Y_1) 0.001)"])
def test_a_file_of_another_property_is_refused(tmp_path: Path, other: str) -> None:
    """Also of one with the same solutions and other margins."""
    shared(HARD, Sharing(resume=tmp_path / "state"))
    with pytest.raises(InputError, match="belongs to another count"):
        shared(HARD.replace("(>= Y_1 1)", other), Sharing(resume=tmp_path / "state"))


@pytest.mark.slow
@pytest.mark.parametrize(("source", "expected"), [(HARD, "unsat"), (SAT, "sat")])
def test_two_processes(source: str, expected: str) -> None:
    assert shared(source, Sharing(jobs=2)).verdict == expected


def test_the_margin_and_the_tree_of_a_search_that_was_resumed(tmp_path: Path) -> None:
    """They are those of one search, so that a certificate can be written."""
    network, prop = small(7), parse_property(HARD)
    whole = Search.of(network, prop).run(lambda state: None)
    found, runs = None, 0
    while found is None or found.verdict == "unknown":
        search = Search.of(network, prop)
        calls = iter("+-")
        found = verify_in_slices(
            search, Sharing(resume=tmp_path / "state"), lambda _, calls=calls: "limit" if next(calls) == "-" else None
        )
        runs += 1
    assert runs > 1
    assert (found.verdict, found.margin) == (whole.verdict, whole.margin)
    assert found.share == pytest.approx(1)
    assert [spelled_tree(tree) for tree in found.trees] == [spelled_tree(tree) for tree in whole.trees]
    write_certificate(tmp_path / "certificate", search, found)
    assert check_file(tmp_path / "certificate")["margin"] > 0


def test_notes_that_are_no_tree_are_refused() -> None:
    tree = Branch()
    for path, below in (([], [3, -1]), ([], [3, -1, -1, -1]), ([], ["x"]), ([(2, 0)], [-1])):
        with pytest.raises(ValueError, match=r"nodes|unit"):
            graft(tree, path, below)


@pytest.mark.slow
def test_a_cluster(tmp_path: Path) -> None:
    """Two workers of a scheduler on this machine: the verdict, the margin and a certificate of one search."""
    distributed = pytest.importorskip("distributed")
    network, prop = small(7), parse_property(HARD)
    whole = Search.of(network, prop).run(lambda state: None)
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        search = Search.of(network, prop)
        sharing = Sharing(cluster=cluster.scheduler_address, resume=tmp_path / "state")
        found = verify_in_slices(search, sharing, lambda state: None)
        assert shared(SAT, Sharing(cluster=cluster.scheduler_address)).verdict == "sat"
    assert (found.verdict, found.margin, found.n_leaves) == (whole.verdict, whole.margin, whole.n_leaves)
    write_certificate(tmp_path / "certificate", search, found)
    assert check_file(tmp_path / "certificate")["leaves"] == whole.n_leaves


@pytest.mark.parametrize(("source", "expected"), [(HARD, "unsat"), (SAT, "sat")])
def test_inputs_are_halved_at_first(tmp_path: Path, source: str, expected: str) -> None:
    """The verdict does not depend on it, the tree does; also in slices, and in certificates."""
    network, prop = small(7), parse_property(source)
    search = Search.of(network, prop, input_splits=4)
    found = search.run(lambda state: None)
    assert found.verdict == expected
    assert found.n_input_splits > 0
    cut = Search.of(network, prop, input_splits=4)
    again = verify_in_slices(cut, Sharing(resume=tmp_path / "state"), lambda state: None)
    assert again.verdict == expected
    if expected == "unsat":
        assert [spelled_tree(tree) for tree in again.trees] == [spelled_tree(tree) for tree in found.trees]
        write_certificate(tmp_path / "certificate", cut, again)
        assert check_file(tmp_path / "certificate")["margin"] > 0
        lines = (tmp_path / "certificate").read_text(encoding="utf-8").splitlines()
        splits = [json.loads(line)[2] for line in lines[1:-1]]
        assert sum(split is not None and split >= cut.levels.n_units for split in splits) == found.n_input_splits
