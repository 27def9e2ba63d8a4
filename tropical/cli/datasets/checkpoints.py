"""The checkpoints of a training as files on the command line, and their order."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from polytopes.errors import InputError
from tropical.cli.tables import note

WILD = re.compile(r"[*?\[]")
DIGITS = re.compile(r"([0-9]+)")


class Order(StrEnum):
    """In what order checkpoints are taken."""

    given = "given"
    names = "names"


OrderOption = Annotated[
    Order | None,
    typer.Option(
        help="Take the checkpoints as given, or by the numbers in their names; by these if the order given is that of a"
        " shell, in which 10 is before 2.",
        show_default=False,
    ),
]


def checkpoint_files(given: Sequence[Path], order: Order | None) -> tuple[list[Path], Order]:
    """Return the files of a training in order, and what the order is; patterns such as ``'run/*.pt'`` are expanded.

    If no order is asked for it is the one given. But a shell sorts names letter by letter: where they stand so, and
    their numbers say otherwise, the numbers are followed, and a line on standard error says so.

    Raises:
        InputError: if a pattern fits no file, or a file is named twice.

    >>> files, order = checkpoint_files([Path("epoch10.npz"), Path("epoch2.npz")], Order.names)
    >>> [str(file) for file in files], order.value
    (['epoch2.npz', 'epoch10.npz'], 'names')
    """
    files = [file for path in given for file in _expanded(path)]
    for k, file in enumerate(files):
        if file in files[:k]:
            raise InputError(f"{file} is named twice among the checkpoints; name each once")
    by_numbers = sorted(files, key=_natural)
    if order is None and files == sorted(files, key=str) and files != by_numbers:
        note(f"checkpoints in the order of the numbers in their names: {by_numbers[0]} first, {by_numbers[-1]} last")
        return by_numbers, Order.names
    return (by_numbers, order) if order is Order.names else (files, Order.given)


def _expanded(path: Path) -> list[Path]:
    if not WILD.search(str(path)) or path.exists():
        return [path]
    anchor = Path(path.anchor) if path.is_absolute() else Path()
    pattern = str(path.relative_to(path.anchor)) if path.is_absolute() else str(path)
    found = sorted(anchor.glob(pattern), key=str)
    if not found:
        raise InputError(f"{path}: no file fits this pattern")
    return found


def _natural(path: Path) -> tuple[tuple[str, int, str], ...]:
    """Return a key by which names are sorted with runs of digits as numbers; equal numbers by their digits."""
    parts = DIGITS.split(str(path))
    return tuple(("", int(part), part) if part.isdecimal() else (part, 0, "") for part in parts)
