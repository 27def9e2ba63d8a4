"""S-expressions as in SMT-LIB, read form by form: words and lists in parentheses, comments from ``;`` on."""

from __future__ import annotations

import re
from collections.abc import Iterator

from attrs import field, frozen

from polytopes.errors import FileFormatError
from polytopes.messages import shortened

MOST_LEVELS = 100
"""Levels to which lists are nested."""
_TOKEN = re.compile(r'\s+|;[^\n]*|(?P<open>\()|(?P<close>\))|(?P<word>"[^"]*"|\|[^|]*\||[^\s();"|]+)')


@frozen
class Form:
    """A word or a list, and where it begins in the text.

    >>> [form.head for form in forms("(a (b)) ; end")]
    ['a']
    """

    position: int = field(eq=False)
    word: str = ""
    items: tuple[Form, ...] | None = None

    @property
    def head(self) -> str:
        """The first word of a list; empty for a list that begins otherwise, and for a word."""
        return self.items[0].word if self.items else ""

    @property
    def rest(self) -> tuple[Form, ...]:
        """What follows the first word of a list."""
        return (self.items or ())[1:]


def forms(text: str) -> Iterator[Form]:
    """Yield the lists and words at the top level.

    Raises:
        FileFormatError: with the line and column, if parentheses do not match, or are nested too deeply.
    """
    open_lists: list[tuple[int, list[Form]]] = []
    position = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise FileFormatError(f"{place(text, position)}: a quotation that does not end")
        if match["open"]:
            open_lists.append((position, []))
            if len(open_lists) > MOST_LEVELS:
                raise FileFormatError(f"{place(text, position)}: lists are nested more than {MOST_LEVELS} deep")
        elif match["close"] or match["word"]:
            if match["close"] and not open_lists:
                raise FileFormatError(f"{place(text, position)}: a ')' that nothing opens")
            if match["word"]:
                found = Form(position, match["word"])
            else:
                start, items = open_lists.pop()
                found = Form(start, items=tuple(items))
            if open_lists:
                open_lists[-1][1].append(found)
            else:
                yield found
        position = match.end()
    if open_lists:
        raise FileFormatError(f"{place(text, open_lists[0][0])}: a '(' that is never closed")


def place(text: str, position: int) -> str:
    """Return the line and column of a position in a text, as messages name it.

    >>> place("a\\nb", 2)
    'line 2, column 1'
    """
    return f"line {text.count(chr(10), 0, position) + 1}, column {position - text.rfind(chr(10), 0, position)}"


def spelled(form: Form) -> str:
    """Return a form as a message quotes it.

    >>> spelled(next(forms("(f (g  x))")))
    "'(f (g x))'"
    """
    return shortened(_text(form))


def _text(form: Form) -> str:
    return form.word if form.items is None else f"({' '.join(map(_text, form.items[:20]))})"
