"""The command estimate: documents, tables, exit codes, bad input."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.paths import NETS
from tests.tropical.cli.helpers import tropical

SMALL = NETS / "int_2x8x8x1_s0.npz"
KNOWN = json.loads((NETS.parent / "regions.json").read_text())["networks"]["int_2x8x8x1_s0"]


@pytest.mark.parametrize(("options", "where"), [((), "R^d"), (("--box", "-1,1"), "box")])
def test_document_has_bounds_on_both_sides_of_the_count(options: tuple[str, ...], where: str) -> None:
    result = tropical("estimate", SMALL, *options, "--samples", 50, "--json")
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    own = [bound["value"] for bound in found["lower_bounds"] if bound["valid_for"] == "this network"]
    assert max(own) <= KNOWN[where] <= min(bound["value"] for bound in found["upper_bounds"])
    assert found["activation_regions"] in (None, KNOWN[where])
    assert found["estimate"]["samples"] == 50
    assert found["predicted_seconds"] > 0
    assert found["network"]["source"] == str(SMALL)


def test_table_names_what_a_bound_is_valid_for(tmp_path: Path) -> None:
    target = tmp_path / "estimate.json"
    result = tropical("estimate", SMALL, "--samples", 10, "--output", target)
    assert result.exit_code == 0, result.output
    assert "some network of this architecture" in result.stdout
    assert "Serra" in result.stdout
    assert json.loads(target.read_text())["estimate"]["seed"] == 0


@pytest.mark.parametrize(
    "options",
    [("--box", "1,-1"), ("--box", "0,0"), ("--box", "0,1;0,1;0,1"), ("--box", "0,1", "--domain", "nowhere.json")],
)
def test_bad_domains_are_one_line(options: tuple[str, ...]) -> None:
    result = tropical("estimate", SMALL, *options)
    assert result.exit_code == 2
    assert result.stdout == ""
    [line] = result.stderr.splitlines()
    assert line.startswith("error: ")


def test_lower_dimensional_domain_with_relative() -> None:
    result = tropical("estimate", SMALL, "--box", "-1,1;0,0", "--relative", "--samples", 5, "--json")
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["activation_regions"] >= 1


def test_one_sample_is_wrong_usage() -> None:
    assert tropical("estimate", SMALL, "--samples", 1).exit_code == 2


def test_time_out_with_what_is_known() -> None:
    large = NETS / "he_3x32x32x1_s0.npz"
    result = tropical("estimate", large, "--samples", 10**6, "--timeout", 3, "--json")
    assert result.exit_code in (0, 3), result.output
    found = json.loads(result.stdout)
    assert found["stopped_by"] == ("timeout" if result.exit_code == 3 else None)
    assert found["complete"] == (result.exit_code == 0)
    if found["estimate"] is not None:
        assert 1 <= found["estimate"]["at_least"] <= found["estimate"]["mean"] + 1


def test_time_out_before_anything() -> None:
    result = tropical("estimate", SMALL, "--timeout", "1e-6", "--json")
    assert result.exit_code == 3
    assert json.loads(result.stdout)["complete"] is False
