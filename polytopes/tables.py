"""Small tables as notebooks and terminals show them: headings above rows of text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape


def html_table(headings: Sequence[str], rows: Iterable[Sequence[object]], caption: str = "") -> str:
    """Return a table as HTML; whatever the cells say is shown, never read as markup.

    >>> html_table(["kind"], [["<b>"]], "layers")
    '<table><caption>layers</caption><tr><th>kind</th></tr><tr><td>&lt;b&gt;</td></tr></table>'
    """
    title = f"<caption>{escape(caption)}</caption>" if caption else ""
    lines = [_line("th", headings), *(_line("td", row) for row in rows)]
    return f"<table>{title}{''.join(lines)}</table>"


def text_table(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a table as lines of text, the columns two spaces apart.

    >>> print(text_table(["layer", "gates"], [["input", 0], ["relu", 12]]))
    layer  gates
    input  0
    relu   12
    """
    cells = [list(headings), *(list(map(str, row)) for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in cells)
    return "\n".join(line.rstrip() for line in lines)


def _line(tag: str, cells: Iterable[object]) -> str:
    return f"<tr>{''.join(f'<{tag}>{escape(str(cell))}</{tag}>' for cell in cells)}</tr>"
