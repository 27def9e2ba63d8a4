"""Expressions on the command line are read as the same lines in a file are."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tropical.cli.helpers import document, tropical

DIFFERENCE = "max(x, y) - max(0, x + y)"
COMMANDS = {"subdivision": DIFFERENCE, "boundary": DIFFERENCE, "shallow": DIFFERENCE, "types": DIFFERENCE}
COMMANDS |= {"decompose": "max(x, 1/2 y, 0.5)", "topology": "max(x, 1/2 y, 0.5)"}


@pytest.mark.parametrize("command", COMMANDS)
def test_answers_are_those_of_the_file(command: str, tmp_path: Path) -> None:
    file = tmp_path / "f.txt"
    file.write_text(f"{COMMANDS[command]}\n")
    found, expected = (document(command, source) for source in (COMMANDS[command], file))
    for part in (found, expected):
        part.pop("source", None)
        part.pop("seconds", None)
    assert found == expected


@pytest.mark.parametrize(
    ("text", "said"), [("max(x, 0", "')'"), ("max(x, 0) +", "end"), ("net(1).txt", "cannot be read")]
)
def test_what_is_no_expression_is_named(text: str, said: str) -> None:
    done = tropical("shallow", text)
    assert done.exit_code == 2
    assert said in done.stderr
    assert text in done.stderr


def test_files_come_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "max(x, 0)").write_text("max(x, 0)\n")
    assert tropical("subdivision", "max(x, 0)").exit_code == 2


def test_commands_on_networks_take_expressions(tmp_path: Path) -> None:
    """As networks whose gates are the maxima as they are written; on the command line and in a file."""
    (tmp_path / "f.txt").write_text(f"{DIFFERENCE}\n")
    for source in (DIFFERENCE, tmp_path / "f.txt"):
        assert document("regions", source)["activation_regions"] == 4
        assert document("lipschitz", source)["l1"]["value"] == "1"
        assert document("diff", source, "min(max(x, y), 0) - min(0, -max(x, y)) - max(x, y, 0)")["equal"] is False
    assert "--activation is about networks" in tropical("regions", DIFFERENCE, "--activation", "relu").stderr
