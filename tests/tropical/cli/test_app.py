"""How commands are declared: panels, classes of options, words that mean the same everywhere."""

from __future__ import annotations

from typing import Any

import pytest
import typer.main

from tests.tropical.cli.helpers import refused, tropical
from tropical.cli.app import Panel
from tropical.cli.commands import app

TREE: Any = typer.main.get_command(app)
POOL = TREE.commands["pool"].commands
COMMANDS = {**TREE.commands, **{f"pool {name}": command for name, command in POOL.items()}}


def options(name: str) -> dict[str, Any]:
    """The parameters of a command by their options."""
    return {option: own for own in COMMANDS[name].params for option in own.opts}


def test_the_help_has_a_panel_for_each_subject() -> None:
    lines = tropical("--help").stdout.splitlines()
    titles = [line.split("─ ")[1].split(" ─")[0] for line in lines if line.startswith("╭")]
    assert titles == ["Options", *Panel]
    listed = [line.split()[1] for line in lines if line.startswith("│ ") and line[2] not in " -"]
    assert sorted(listed) == sorted(name for name, own in TREE.commands.items() if not own.hidden)
    assert listed[0] == "info" and listed[-1] == "pool"


@pytest.mark.parametrize("name", COMMANDS)
def test_output_is_a_file_and_component_a_coordinate(name: str) -> None:
    own = options(name)
    if "--output" in own:
        assert own["--output"] is own["-o"] and own["--output"].metavar == "FILE"
    if "--component" in own:
        assert own["--component"].metavar == "K"
        assert "with --component 1" in refused(name, "any.json", "--output", 1)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_a_document(name: str) -> None:
    assert "--json" in options(name)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_takes_a_time(name: str) -> None:
    assert options(name)["--timeout"].metavar == "S"


@pytest.mark.parametrize("name", [name for name in COMMANDS if name.startswith("pool ") and name != "pool tables"])
def test_all_commands_on_a_layer_take_the_options_of_one(name: str) -> None:
    counted = {"--facets", "--f-vector", "--generating-function", "--export", "--output", "-o"}
    assert options("pool").keys() - counted <= options(name).keys()
