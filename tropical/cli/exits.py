"""How a command ends when it cannot do what was asked: one line on standard error, and an exit code."""

from __future__ import annotations

import errno
import os
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

import typer

from tropical.cli.documents import as_text, printable
from tropical.cli.repeats import GroupOnceEach
from tropical.cli.running import STOPS, Stop, TimeUp, held_signals
from tropical.cli.starting import answered, interrupt_code, is_answered, nothing_found, was_ended

REFUSED, BAD_INPUT, STOPPED, UNSUPPORTED, INTERNAL = 1, 2, 3, 4, 5
MOST_DIGITS = 1_000_000
"""Digits of the longest number that is read or printed: far more than Python's own limit, and a second of work."""
_ClickException: Any = typer.BadParameter.__mro__[2]
"""The base class of all errors of usage; typer does not give it a public name."""
NO_ROOM = {errno.ENOSPC, errno.EFBIG, errno.EDQUOT, errno.EIO}
"""The errors of a full disk, a file that is too large, an exceeded quota, and a disk or terminal that is gone."""


OF_ALL = {"--max-size": "it comes before the name of the command"}
"""Options that are not of one command, with what is said where they are given as such."""
_moved: dict[str, Mapping[str, str]] = {}
"""Options that commands had once, by the names of both."""


def options_moved(command: str, moved: Mapping[str, str]) -> None:
    """Let the refusal of an option that a command had once say what there is instead."""
    _moved[command] = moved


class Commands(GroupOnceEach):
    """The commands; errors of usage are one line as all others, and numbers may be long."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Return the names in the order of the help: those with commands of their own last."""
        return sorted(self.commands, key=lambda name: isinstance(self.commands[name], GroupOnceEach))

    def make_context(self, *args: Any, **kwargs: Any) -> Any:
        """Read the options that come before the name of the command."""
        with _one_line():
            return super().make_context(*args, **kwargs)

    def invoke(self, ctx: Any) -> Any:
        """Read the options of a command and run it."""
        with _one_line(), _long_numbers():
            return super().invoke(ctx)


@contextmanager
def _one_line() -> Iterator[None]:
    try:
        yield
    except _ClickException as error:
        if not error.format_message():  # no command at all: this error shows the help
            raise
        context = getattr(error, "ctx", None)
        name = "tropical" if context is None else context.command_path
        option = getattr(error, "option_name", "")
        instead = {**OF_ALL, **_moved.get(name.removeprefix("tropical "), {})}.get(option)
        if instead is not None:
            raise _failure(f"'{name}' has no option {option}; {instead}", BAD_INPUT) from None
        raise _failure(f"{error.format_message().rstrip('.')}; see '{name} --help'", BAD_INPUT) from None


@contextmanager
def _long_numbers() -> Iterator[None]:
    """Let Python convert integers of more than 4300 digits to text and back."""
    limit = sys.get_int_max_str_digits()
    sys.set_int_max_str_digits(MOST_DIGITS)
    try:
        yield
    finally:
        sys.set_int_max_str_digits(limit)


@contextmanager
def errors_as_exit_codes(command: str, given: Mapping[str, Any]) -> Iterator[None]:
    """Turn the errors of the library, and of the file system, into one line on standard error and an exit code.

    Where the command was stopped before it had anything to say, the document of no result is printed.

    Args:
        command: its name, with that of its group.
        given: its parameters.
    """
    from polytopes.errors import ToolkitError, UnsupportedError, VerificationFailed

    answered(False)
    try:
        yield
    except UnsupportedError as error:
        raise _failure(str(error), UNSUPPORTED) from None
    except VerificationFailed as error:
        raise _failure(str(error), INTERNAL) from None
    except BrokenPipeError:
        raise
    except (ToolkitError, OSError) as error:
        raise _failure(_of_standard_output(error) or str(error), BAD_INPUT) from None
    except MemoryError:
        raise _failure("this needs more memory than there is; give a smaller network", BAD_INPUT) from None
    except (KeyboardInterrupt, TimeUp) as stop:
        raise _stopped(command, given, "timeout" if isinstance(stop, TimeUp) else "interrupt") from None
    except (typer.Exit, typer.Abort, _ClickException):
        raise
    except Exception as error:  # the last net: an error that nobody foresaw is a fault of this distribution
        raise _failure(_unforeseen(error), INTERNAL) from None


def _stopped(command: str, given: Mapping[str, Any], reason: Stop) -> typer.Exit:
    """Say that a command was stopped, and return the exit; it prints one document in all."""
    with held_signals():
        if is_answered():
            missing = "files that were still to come are not written"
            typer.echo(f"{STOPS[reason]} after the answer was printed; {missing}", err=True)
        else:
            if given.get("as_json"):
                sys.stdout.write(as_text(nothing_found(command, reason, lambda parameter: bool(given[parameter]))))
                sys.stdout.flush()
            typer.echo("stopped before anything was found", err=True)
    return typer.Exit(interrupt_code() if reason == "interrupt" else STOPPED)


def _of_standard_output(error: Exception) -> str | None:
    """Return the line about an error of standard output, None for others: those of files have the name of a file."""
    if not isinstance(error, OSError) or error.filename is not None or error.errno not in NO_ROOM:
        return None
    with suppress(OSError, ValueError):  # what is still to be written would be tried again at the end
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return f"standard output: cannot be written ({error.strerror}); what is there is not complete"


def _unforeseen(error: Exception) -> str:
    """Return the line about an error that nobody foresaw; its traceback goes to a file for temporary use."""
    import tempfile
    import traceback

    lines = "".join(traceback.format_exception(error)).encode("utf-8", "backslashreplace")
    try:
        with tempfile.NamedTemporaryFile("wb", prefix="tropical-error-", suffix=".txt", delete=False) as file:
            file.write(lines)
        where = f"its traceback is in {file.name}"
    except OSError as full:
        where = f"its traceback could not be written ({full.strerror})"
    return f"internal error: {type(error).__name__}: {str(error)[:200]}; {where}, please report it with the input"


def exit_if_stopped(stopped_by: str | None) -> None:
    """Exit with the code of what stopped the work, if anything did."""
    if stopped_by is not None:
        raise typer.Exit(interrupt_code() if stopped_by == "interrupt" else STOPPED)


def _failure(message: str, code: int) -> typer.Exit:
    start = "" if code == INTERNAL else "error: "
    with suppress(OSError):  # a terminal that is closed
        typer.echo(f"{start}{one_line(message)}", err=True)
    return typer.Exit(interrupt_code() if was_ended() else code)


def one_line(message: str) -> str:
    """Return a message on one line, without the middle of numbers and words that are very long.

    >>> one_line("too long: " + 5000 * "7")
    'too long: 777777777777...777777777777 (5000 digits)'
    """
    line = printable(" ".join(message.split()))
    line = re.sub(r"\d{60,}", lambda found: f"{found[0][:12]}...{found[0][-12:]} ({len(found[0])} digits)", line)
    return re.sub(r"[^\s/]{400,}", lambda found: f"{found[0][:60]}...{found[0][-60:]}", line)
