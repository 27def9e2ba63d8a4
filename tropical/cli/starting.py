"""The first moments of a run: the clock starts, and Ctrl-C has an answer while libraries are still being loaded.

What is said of Ctrl-C here and elsewhere holds for SIGTERM and SIGHUP too: see ENDING.

Only the standard library is used. What Python does before :func:`begin` is beyond reach: Ctrl-C there (the first few
hundredths of a second) ends the process with Python's own message. Ctrl-C while the commands are being imported (some
tenths of a second) is answered when they are: each of them declares the document that it prints if nothing is found.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import Any, NamedTuple, NoReturn

ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""Signals that end a run, with what it has found: of Ctrl-C, of kill, and of a terminal that is closed."""
LLVM_CALLBACKS = ("_raw_object_cache_notify", "_raw_object_cache_getbuffer")
"""The functions of llvmlite that LLVM calls when machine code is ready, or is wanted."""
AGAIN = 0.005
"""Seconds after which a stop that came at a bad moment is tried again."""


Document = dict[str, Any]
_declared: dict[str, Document] = {}
_came: list[int] = []
"""The signals of ENDING that came."""
_held: list[list[int]] = []
"""The signals that wait for the end of a block, for each of the blocks that are open."""
_answered: list[bool] = []
"""Whether the command that runs has begun to print an answer."""


class Asked(NamedTuple):
    """An entry of a document that is there only if a parameter of the command was given."""

    parameter: str
    value: Any


def begin() -> float:
    """Return the time at which the run began; from now on Ctrl-C ends it, with the document of no result.

    SIGTERM and SIGHUP stay ignored if they are: that is what ``nohup`` asks for.
    """
    for number in ENDING:
        if number == signal.SIGINT or signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _note)
    return time.monotonic()


def commands_are_declared() -> None:
    """From now on Ctrl-C ends the run at once; if it came before, the run ends here."""
    _handle_by(_leave)
    if _came:
        _leave(_came[0], None)


def interrupt_code() -> int:
    """Return the exit code of a run that a signal has ended: 128 and its number, as shells have it."""
    return 128 + (_came[-1] if _came else signal.SIGINT)


def was_ended() -> bool:
    """Whether a signal came that asks for the end of the run, other than Ctrl-C."""
    return any(number != signal.SIGINT for number in _came)


def answered(yes: bool = True) -> None:
    """Note that the command that runs begins to print its answer, or has not begun."""
    _answered[:] = [yes]
    if yes:
        interrupts_are_raised()


def is_answered() -> bool:
    """Whether the command that runs has begun to print its answer: what stops it then adds no other document."""
    return any(_answered)


def answer_is_given() -> None:
    """From now on Ctrl-C changes nothing: all is written, and the exit code is known."""
    _handle_by(signal.SIG_IGN)


def declare_document(command: str, empty: Document) -> None:
    """Keep the document that a command prints if it is stopped before there is anything to say.

    Its keys are some of those of a full document, with values that claim nothing, and always ``"complete"``, which is
    False, and ``"stopped_by"``. A value of the class :class:`Asked` is there only if its parameter is given.
    """
    _declared[command] = {**empty, "complete": False}


def nothing_found(command: str, stopped_by: str, given: Callable[[str], bool] = lambda parameter: False) -> Document:
    """Return the document of a run that was stopped before it began.

    Args:
        command: its name, with that of its group.
        stopped_by: the reason.
        given: tells whether a parameter of the command was given.

    >>> declare_document("example", {"regions": 0, "volume": Asked("volume", None)})
    >>> nothing_found("example", "interrupt")
    {'regions': 0, 'complete': False, 'stopped_by': 'interrupt'}
    """
    found: Document = {}
    for key, value in _declared[command].items():
        if not isinstance(value, Asked):
            found[key] = value
        elif given(value.parameter):
            found[key] = value.value
    return {**found, "stopped_by": stopped_by}


def interrupts_are_raised() -> None:
    """From now on let Ctrl-C raise KeyboardInterrupt, unless something delicate goes on, and then after it.

    A command calls this when it has something to lose: a part of an answer, files, processes of its own. It does so
    only after :func:`begin`, that is, where the process is the command's own.
    """
    if signal.getsignal(signal.SIGINT) is _leave:
        report = sys.unraisablehook

        def retry(lost: Any) -> None:
            """An exception that hits a callback of the interpreter is lost; it comes again."""
            if lost.exc_type is KeyboardInterrupt:
                _interrupt_again(_came[-1] if _came else signal.SIGINT)
            else:
                report(lost)

        sys.unraisablehook = retry
        _handle_by(_raise)


@contextmanager
def interrupts_held() -> Iterator[None]:
    """Let a KeyboardInterrupt wait until the block is done."""
    _held.append([])
    try:
        yield
    finally:
        came = _held.pop()
    if came:
        raise KeyboardInterrupt


def is_own_process() -> bool:
    """Whether the process is that of the command, which :func:`begin` has begun."""
    return signal.getsignal(signal.SIGINT) in (_note, _leave, _raise)


def is_delicate(frame: FrameType | None) -> bool:
    """Whether an exception here would be lost or taken for another one, and leave something half made.

    So it is while a module is being imported, and while LLVM hands over machine code: a signal that comes during the
    seconds of a compilation is answered just there.
    """
    while frame is not None:
        if frame.f_code.co_filename == "<frozen importlib._bootstrap>" or frame.f_code.co_name in LLVM_CALLBACKS:
            return True
        frame = frame.f_back
    return False


def _leave(signum: int, frame: FrameType | None) -> NoReturn:
    """End the process. Nothing has been written yet, and nothing is open that would have to be closed."""
    words = sys.argv[1:]
    command = _command_in(words)
    if "--json" in words and command is not None:
        document = nothing_found(command, "interrupt", lambda parameter: f"--{parameter.replace('_', '-')}" in words)
        os.write(1, (json.dumps(document, indent=2) + "\n").encode())
    os.write(2, b"interrupted before anything was found\n")
    os._exit(128 + signum)


def _command_in(words: Sequence[str]) -> str | None:
    """Return the command that a line names, None if it names none."""
    if words[:1] == ["--max-size"]:
        words = words[2:]
    elif words and words[0].startswith("--max-size="):
        words = words[1:]
    names = [name for name in (" ".join(words[:2]), *words[:1]) if name in _declared]
    return names[0] if names else None


def _raise(signum: int, frame: FrameType | None) -> None:
    _note(signum, frame)
    if _held:
        _held[0].append(signum)
        return
    if not is_delicate(frame):
        raise KeyboardInterrupt
    _interrupt_again(signum)


def _note(signum: int, frame: FrameType | None) -> None:
    _came.append(signum)


def _handle_by(handler: Callable[[int, FrameType | None], Any] | signal.Handlers) -> None:
    """Change what is done at the signals that a run handles."""
    for number in ENDING:
        if signal.getsignal(number) in (_note, _leave, _raise):
            signal.signal(number, handler)


def _interrupt_again(signum: int) -> None:
    timer = threading.Timer(AGAIN, os.kill, (os.getpid(), signum))
    timer.daemon = True
    timer.start()
