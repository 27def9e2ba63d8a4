"""Values as they stand in messages and reprs: never too long, whatever was given."""

from __future__ import annotations

import sys
from collections.abc import Iterable

LONGEST = 200
"""Most characters of a value that a message quotes."""
LONGEST_LINE = 1500
"""Most characters of a message about a file."""


def shortened(value: object) -> str:
    """Return ``repr(value)``, cut in the middle if it is long; Python refuses to spell integers of many digits.

    >>> shortened("1/0"), len(shortened("7" * 5000))
    ("'1/0'", 203)
    >>> shortened([10**5000])
    'value of type list with numbers of over 4300 digits'
    """
    try:
        text = repr(value)
    except ValueError:
        return _unspelled(value)
    return _cut(text)


def shortened_row(row: Iterable[object]) -> str:
    """Return the numbers of a row as a message quotes them.

    >>> from fractions import Fraction
    >>> shortened_row([Fraction(1, 2), 3])
    '(1/2, 3)'
    """
    values = tuple(row)
    try:
        text = f"({', '.join(map(str, values))})"
    except ValueError:
        return _unspelled(values)
    return _cut(text)


def exact_repr(value: object) -> str:
    """Return ``repr(value)`` in full, or a description of it where Python refuses to spell its numbers.

    >>> exact_repr((1, 2)), exact_repr((10**5000,))
    ('(1, 2)', '<value of type tuple with numbers of over 4300 digits>')
    """
    try:
        return repr(value)
    except ValueError:
        return f"<{_unspelled(value)}>"


def one_line(message: str, longest: int = LONGEST_LINE) -> str:
    """Return a message on one line that is not too long, whatever it quotes; the middle is left out.

    >>> one_line("not a\\n  table"), len(one_line("x" * 10**6))
    ('not a table', 1503)
    """
    return _cut(" ".join(message.split()), longest)


def _cut(text: str, longest: int = LONGEST) -> str:
    half = longest // 2
    return text if len(text) <= longest else f"{text[:half]}...{text[-half:]}"


def _unspelled(value: object) -> str:
    return f"value of type {type(value).__name__} with numbers of over {sys.get_int_max_str_digits()} digits"
