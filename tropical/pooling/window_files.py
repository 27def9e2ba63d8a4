"""Files of windows."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from polytopes.errors import FileFormatError, InputError
from polytopes.formats.files import read_text
from polytopes.formats.limits import charge, reading
from polytopes.messages import shortened
from polytopes.minkowski_sums.hypergraph import Hypergraph

MOST_INPUTS = 10**7
"""Larger numbers of inputs in a file are refused as mistakes."""
PER_ELEMENT = 64
"""Bytes that the list of the windows of an input takes."""


def read_windows(path: Path) -> Hypergraph:
    """Return the hypergraph of a file: JSON, or one window a line with the numbers of its inputs from 0 on.

    In JSON it is a list of windows, or ``{"windows": [...], "size": N}``. In text, blank lines and what follows a #
    are left out.

    Raises:
        FileFormatError: for other files.
    """
    text = read_text(path)
    try:
        with reading():
            windows, size = _checked(json.loads(text) if text.lstrip()[:1] in ("[", "{") else _lines(text))
            return Hypergraph.of(windows) if size is None else Hypergraph(windows, size)
    except InputError as error:
        raise FileFormatError(f"{path}: {error}") from None
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise FileFormatError(f"{path}: not a list of windows ({shortened(str(error))})") from None


def _checked(given: Any) -> tuple[list[list[int]], int | None]:
    """Return windows and size, if one is given; refuse what is not made of lists of whole numbers in range."""
    windows, size = (given.get("windows"), given.get("size")) if isinstance(given, dict) else (given, None)
    if not isinstance(windows, list):
        raise ValueError('give a list of lists, or {"windows": a list of lists}')
    if not all(type(place) is int for window in windows for place in window):
        raise ValueError("inputs are numbered by whole numbers")
    if size is not None and (type(size) is not int or size < 0):
        raise ValueError("the size is a whole number from 0 on")
    largest = max((place for window in windows for place in window), default=0)
    if largest >= MOST_INPUTS or (size or 0) > MOST_INPUTS:
        raise ValueError(f"inputs are numbered up to {MOST_INPUTS - 1}; number those that occur")
    charge(PER_ELEMENT * max(largest + 1, size or 0), "the lists of windows of all inputs")
    return windows, size


def _lines(text: str) -> list[list[int]]:
    rows = (line.partition("#")[0].replace(",", " ").split() for line in text.splitlines())
    return [[int(place) for place in row] for row in rows if row]
