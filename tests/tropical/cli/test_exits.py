"""Errors of the library as one line and an exit code."""

from __future__ import annotations

import pytest
import typer

from polytopes.errors import InputError, LimitReached, ToolkitError, UnsupportedError, VerificationFailed
from tropical.cli.exits import errors_as_exit_codes


@pytest.mark.parametrize(
    ("error", "code", "line"),
    [
        (InputError("no\nsuch thing"), 2, "error: no such thing\n"),
        (LimitReached("too many"), 2, "error: too many\n"),
        (UnsupportedError("a sigmoid"), 4, "error: a sigmoid\n"),
        (VerificationFailed("two and two are five"), 5, "internal error: two and two are five. No answer is given; "),
    ],
)
def test_errors(error: ToolkitError, code: int, line: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(typer.Exit) as stop, errors_as_exit_codes("regions", as_json=True):
        raise error
    shown = capsys.readouterr()
    assert stop.value.exit_code == code and not shown.out
    assert shown.err.startswith(line) and shown.err.count("\n") == 1
    assert ("please report this" in shown.err) == (code == 5)
