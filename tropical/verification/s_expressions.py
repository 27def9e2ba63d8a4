"""S-expressions as in SMT-LIB, read form by form: words and lists in parentheses, comments from ``;`` on."""

from __future__ import annotations

import re
from collections.abc import Iterator

from attrs import field, frozen

from polytopes.errors import FileFormatError
from polytopes.messages import LONGEST, shortened

_WORD = r'"[^"]*"|\|[^|]*\||[^\s();"|]+'
_TOKEN = re.compile(rf"\s*(?:(?P<open>\()|(?P<close>\))|(?P<word>{_WORD})|;[^\n]*|\Z)")


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
    """Yield the lists and words at the top level, nested as deeply as they may be.

    Raises:
        FileFormatError: with the line and column, if parentheses do not match.
    """
    open_lists: list[tuple[int, list[Form]]] = []
    position = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            start = len(text) - len(text[position:].lstrip())
            raise FileFormatError(f"{place(text, start)}: a quotation that does not end")
        position, kind = match.end(), match.lastgroup
        if kind is None:
            continue
        start = match.start(kind)
        if kind == "open":
            open_lists.append((start, []))
            continue
        if kind == "word":
            found = Form(start, match["word"])
        elif open_lists:
            start, items = open_lists.pop()
            found = Form(start, items=tuple(items))
        else:
            raise FileFormatError(f"{place(text, start)}: a ')' that nothing opens")
        if open_lists:
            open_lists[-1][1].append(found)
        else:
            yield found
    if open_lists:
        raise FileFormatError(f"{place(text, open_lists[0][0])}: a '(' that is never closed")


def place(text: str, position: int) -> str:
    """Return the line and column of a position in a text, as messages name it.

    >>> place("a\\nb", 2)
    'line 2, column 1'
    """
    return f"line {text.count(chr(10), 0, position) + 1}, column {position - text.rfind(chr(10), 0, position)}"


def misread(text: str, form: Form, reason: str) -> FileFormatError:
    """Return the error that names the place of a form in its text."""
    return FileFormatError(f"{place(text, form.position)}: {reason}")


def spelled(form: Form) -> str:
    """Return a form as a message quotes it.

    >>> spelled(next(forms("(f (g  x))")))
    "'(f (g x))'"
    """
    words: list[str] = []
    stack: list[Form | str] = [form]
    while stack and len(words) < LONGEST:
        top = stack.pop()
        if isinstance(top, str) or top.items is None:
            words.append(top if isinstance(top, str) else top.word)
        else:
            stack += [")", *reversed(top.items[:LONGEST]), "("]
    text = " ".join(words)
    return shortened(re.sub(r"(?<=\() | (?=\))", "", text))
