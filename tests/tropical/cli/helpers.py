"""Commands run in this process: what they print, and how they end; and what they are run on."""

from __future__ import annotations

import json
import sys
from typing import Any

from attrs import frozen
from typer.main import get_command
from typer.testing import CliRunner

from tropical import Network
from tropical.cli.commands import app

BIG = [([[((i * j * 37 + i * 11) % 19) - 9 for j in range(1, 7)] for i in range(1, 25)], list(range(-12, 12)))]
BIG += [([[((i * j * 23 + i) % 17) - 8 for j in range(24)] for i in range(24)], [1] * 24), ([[1] * 24], [0])]
"""The layers of a network with far more regions than a test can wait for."""
SQUARE = "x,y,kind\n0,0,+\n1,0,-\n0,1,-\n1,1,+\n"
"""Four labelled points that no affine form parts, as a table."""
POINTS = [(0, 0), (1, 0), (0, 1), (1, 1)]
XOR = Network.from_weights([([[1, -1], [-1, 1]], [0, 0]), ([[-1, -1]], ["1/2"])])
"""A network that is right on all four."""


COMMANDS = get_command(app)
"""The tree of all commands: it holds no state, and takes long to build."""


@frozen
class Result:
    """What a command printed, and how it ended; any other exception than its exit is that of the test."""

    stdout: str
    stderr: str
    output: str
    exit_code: int


def tropical(*arguments: object, began: float | None = None) -> Result:
    """What a command prints, and its exit code; it may have begun at an earlier time of ``time.monotonic``."""
    code: object = 0
    with CliRunner().isolation() as streams:
        try:
            COMMANDS.main([str(argument) for argument in arguments], "tropical", obj=began)
        except SystemExit as end:
            code = end.code or 0
        sys.stdout.flush()
        sys.stderr.flush()
        printed = [stream.getvalue().decode() for stream in streams]
    assert isinstance(code, int)
    return Result(*printed, code)


def document(*arguments: object, code: int = 0) -> dict[str, Any]:
    """The one JSON document on standard output."""
    result = tropical(*arguments, "--json")
    assert result.exit_code == code, result.output
    content: dict[str, Any] = json.loads(result.stdout)
    return content


def refused(*arguments: object, code: int = 2) -> str:
    """The one line of an error; nothing may be on standard output."""
    result = tropical(*arguments)
    assert result.exit_code == code, result.output
    assert result.stdout == ""
    [line] = result.stderr.splitlines()
    assert line.startswith("error: ")
    return line
