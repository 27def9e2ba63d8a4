"""Values as they stand in messages and reprs: never too long, whatever was given."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any, TypeVar

from polytopes.errors import InputError

Made = TypeVar("Made")

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


def made_by(way: str, *kinds: type[Any]) -> Callable[[type[Made]], type[Made]]:
    """Let the constructor of a class that is made in other ways say so where it gets what it does not take.

    Args:
        way: what to write instead, as a request.
        kinds: the types of its first arguments.

    >>> @made_by("write Pair.of(numbers)", tuple)
    ... class Pair:
    ...     def __init__(self, entries):
    ...         self.entries = entries
    >>> Pair([1, 2])
    Traceback (most recent call last):
        ...
    polytopes.errors.InputError: Pair(...) got [1, 2]; write Pair.of(numbers)
    """

    def decorate(cls: type[Made]) -> type[Made]:
        init: Callable[..., None] = cls.__init__

        @wraps(init)
        def checked(self: Made, *given: Any, **named: Any) -> None:
            for value, kind in zip(given, kinds, strict=False):
                if not isinstance(value, kind):
                    raise InputError(f"{cls.__name__}(...) got {shortened(value)}; {way}")
            try:
                init(self, *given, **named)
            except TypeError as error:
                if error.__traceback__ is None or error.__traceback__.tb_next is not None:  # from within
                    raise
                shown = shortened(given[0]) if given else ", ".join(named) or "nothing"
                raise InputError(f"{cls.__name__}(...) got {shown}; {way}") from None

        cls.__init__ = checked  # type: ignore[method-assign, assignment]
        return cls

    return decorate


def _cut(text: str, longest: int = LONGEST) -> str:
    half = longest // 2
    return text if len(text) <= longest else f"{text[:half]}...{text[-half:]}"


def _unspelled(value: object) -> str:
    return f"value of type {type(value).__name__} with numbers of over {sys.get_int_max_str_digits()} digits"
