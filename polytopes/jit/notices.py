"""Who is told that a kernel is being compiled, which takes seconds and happens once after an installation."""

from __future__ import annotations

import sys
from collections.abc import Callable

NOTICE = "compiling what is used for the first time after an installation, which may take a minute"

_told: list[Callable[[], None]] = []
_said: list[str] = []


def tell_of_compilation(listener: Callable[[], None]) -> None:
    """Let a function be called when the compilation of a kernel begins that is not on disk yet."""
    _told.append(listener)


def compilation_begins() -> None:
    """Call all that asked to be told; if nobody did, say it once to who waits in a notebook or at a prompt."""
    for listener in _told:
        listener()
    if not _told and not _said and hasattr(sys, "ps1"):  # Python and IPython set it where a person types
        _said.append(NOTICE)
        print(NOTICE, file=sys.stderr)
