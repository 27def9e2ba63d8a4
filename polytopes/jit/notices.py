"""Who is told that a kernel is being compiled, which takes seconds and happens once after an installation."""

from __future__ import annotations

from collections.abc import Callable

_told: list[Callable[[], None]] = []


def tell_of_compilation(listener: Callable[[], None]) -> None:
    """Let a function be called when the compilation of a kernel begins that is not on disk yet."""
    _told.append(listener)


def compilation_begins() -> None:
    """Call all that asked to be told."""
    for listener in _told:
        listener()
