"""Errors of the library as one line and an exit code."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pytest
import typer

from polytopes.errors import InputError, LimitReached, ToolkitError, UnsupportedError, VerificationFailed
from tests.tropical.cli.helpers import document, refused, tropical
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
    with pytest.raises(typer.Exit) as stop, errors_as_exit_codes("regions", {"as_json": True}):
        raise error
    shown = capsys.readouterr()
    assert stop.value.exit_code == code and not shown.out
    assert shown.err.startswith(line) and shown.err.count("\n") == 1
    assert ("please report this" in shown.err) == (code == 5)


def test_an_error_that_nobody_foresaw(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One line that names the file with the traceback, and exit code 5."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with pytest.raises(typer.Exit) as stop, errors_as_exit_codes("regions", {"as_json": False}):
        raise IndexError("no such\nplace" + 5000 * "!")
    shown = capsys.readouterr()
    [file] = tmp_path.iterdir()
    assert stop.value.exit_code == 5 and not shown.out and shown.err.count("\n") == 1 and len(shown.err) < 1000
    assert shown.err.startswith("internal error: IndexError: no such place!!") and str(file) in shown.err
    assert "please report" in shown.err and 'raise IndexError("no such' in file.read_text()


def test_an_error_that_nobody_foresaw_and_no_room_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "none"))
    with pytest.raises(typer.Exit) as stop, errors_as_exit_codes("regions", {"as_json": False}):
        raise RecursionError
    assert stop.value.exit_code == 5 and "could not be written" in capsys.readouterr().err


@pytest.mark.parametrize("error", [typer.Exit(7), typer.Abort(), typer.BadParameter("no"), BrokenPipeError()])
def test_exits_and_errors_of_usage_pass(error: Exception) -> None:
    with pytest.raises(type(error)), errors_as_exit_codes("regions", {"as_json": False}):
        raise error


def test_the_bound_on_files_comes_before_the_command(tmp_path: Path) -> None:
    file = tmp_path / "net.npz"
    np.savez_compressed(file, W0=np.zeros((1000, 1000), dtype=np.int8), b0=np.zeros(1000))
    assert "bound for one file is 1 MiB, raise it with --max-size 8M" in refused("--max-size", "1M", "info", file)
    assert tropical("--max-size", "8200K", "info", file).exit_code == 0
    assert "comes before the name of the command" in refused("info", file, "--max-size", "8M")
    assert "is not a size" in refused("--max-size", "much", "info", file)


def test_the_clock_stops_certificates_and_scenes(xor: Path, square: Path, tmp_path: Path) -> None:
    certificate = tmp_path / "certificate"
    assert tropical("regions", xor, "--certificate", certificate).exit_code == 0
    scene = ("explore", square, "--labels", "kind", "--terms", "2,1")
    for command in (("check", certificate, xor), scene):
        found = document(*command, "--timeout", 1e-6, code=3)
        assert (found["complete"], found["stopped_by"]) == (False, "timeout")
        assert found.get("verified") is None and found.get("counts") is None
