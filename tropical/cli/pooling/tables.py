"""What a person sees of ``tropical pool``."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console
from rich.table import Table

from tropical.cli.starting import Document
from tropical.cli.tables import note, short_number

NAMES = {
    "vertices": "the number of regions",
    "facets": "facets",
    "f_vector": "f-vector",
    "generating_function": "generating function",
    "facets_generating_function": "generating function of the facets",
    "patterns": "the number of argmax patterns",
    "mean_neighbors": "the mean number of neighbors",
    "selections": "the numbers of different winners",
    "sample": "the sample",
}
ENDS = 8
"""Of longer f-vectors a person sees so many entries at both ends."""
LONGEST_POLYNOMIAL = 200
LONGEST = 60
"""Longer numbers are cut in the middle for a person; documents have them in full."""


def show_pool(document: Document) -> None:
    """Print the answer of ``tropical pool`` for a person."""
    console = Console(highlight=False, soft_wrap=True)
    console.print(headline(document), markup=False)
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(style="bold", overflow="fold")
    for label, value in _rows(document):
        table.add_row(label, value)
    if table.rows:
        console.print(table)
    if "region" in document:
        region = document["region"]
        console.print(f"region {region['number']}: winners {_named(region['winners'])}", markup=False)
    for winners in document.get("sample", []):
        console.print(f"winners {_named(winners)}", markup=False)
    for name, reason in document.get("left_out", {}).items():
        note(f"{NAMES[name]} left out: {reason}")


def region_text(winners: list[int | None], vertex: list[int]) -> str:
    """Return a region as its winners and its vertex.

    >>> region_text([0, None], [1, 0, 0])
    '0 0*  |  1 0 0'
    """
    return f"{_named(winners)}  |  {' '.join(map(str, vertex))}"


def _named(winners: list[int | None]) -> str:
    """Return winners for a person; 0* is the constant 0."""
    return " ".join("0*" if winner is None else str(winner) for winner in winners)


def headline(document: Document) -> str:
    """Return a line on the layer in a document."""
    if "source" in document:
        return f"{document['source']}: {document['windows']} windows on {document['inputs']} inputs"
    sizes = ", ".join(f"{name} {_times(document[name])}" for name in ("input", "window", "stride"))
    rest = [f"padding {_times(document['padding'])}"] if any(document["padding"]) else []
    rest += ["zeros in it"] if rest and document["padding_value"] == "0" else []
    rest += [f"dilation {_times(document['dilation'])}"] if set(document["dilation"]) != {1} else []
    rest += ["ceil mode"] if document["ceil_mode"] else []
    rest += [f"{document['channels']} channels"] if document["channels"] > 1 else []
    output = document["output"]
    for after in document.get("then", []):
        rest += [f"then window {_times(after['window'])}, stride {_times(after['stride'])}"]
        output = after["output"]
    return f"max-pooling: {', '.join([sizes, *rest])}: {_times(output)} windows"


def _rows(document: Document) -> Iterator[tuple[str, str]]:
    from polytopes.arithmetic.long_numbers import text_of

    if "vertices" in document:
        yield "linear regions (vertices)", short(document["vertices"])
    if "bounds" in document:
        low, high = document["bounds"]["log2"]
        yield "linear regions", f"between 2^{low:.1f} and 2^{high:.1f}, certified"
    if "patterns" in document:
        yield "argmax patterns", short(document["patterns"])
    if "facets" in document:
        yield "facets", short(text_of(document["facets"]))
    if "cost" in document:
        yield from _costs(document)
    if "dimension" in document:
        yield "dimension", str(document["dimension"])
    if "f_vector" in document:
        yield "f-vector", _vector([short(text_of(entry)) for entry in document["f_vector"]])
    if "mean_neighbors" in document:
        yield "neighbors of a region", f"{short_number(document['mean_neighbors'])} on average"
    if "selections" in document:
        counts = enumerate(document["selections"])
        yield "different winners", "  ".join(f"{i}: {short(count)}" for i, count in counts if count != "0")
        yield "", f"{short_number(document['mean_selected'])} on average"
    for name in ("generating_function", "facets_generating_function"):
        if name in document:
            series = document[name]
            yield NAMES[name], f"({_power(series['numerator'])}) / ({_power(series['denominator'])})"
            counted = f"; counted for n = {', '.join(map(str, series['checked']))}" if series["checked"] else ""
            yield "", f"of {series['counts']}, by x^n, n = 0, 1, ... ({series['proof']}{counted})"
    if "growth_rate" in document:
        rate = document["growth_rate"]
        yield "growth for each n", f"{rate['value']:.9g}, a zero of {_power(rate['minimal_polynomial'])}"


def _costs(document: Document) -> Iterator[tuple[str, str]]:
    for name, cost in document["cost"].items():
        if cost is None:
            yield f"cost of {NAMES[name]}", "none: a closed form"
        else:
            about = "" if cost["exact"] else "about "
            yield (
                f"cost of {NAMES[name]}",
                f"{about}{cost['states']:,} states at a time, {cost['memory'] / 2**20:,.0f} MiB, "
                f"{cost['seconds']:,.1f} s on one core",
            )


def _vector(entries: list[str]) -> str:
    if len(entries) > 2 * ENDS:
        entries = [*entries[:ENDS], f"... ({len(entries) - 2 * ENDS} more; see --json) ...", *entries[-ENDS:]]
    return "  ".join(entries)


def _power(polynomial: str) -> str:
    """Return a polynomial for a person; long ones are cut."""
    text = polynomial.replace("**", "^").replace("*", "")
    return text if len(text) <= LONGEST_POLYNOMIAL else f"{text[:LONGEST_POLYNOMIAL]} ... (see --json)"


def short(digits: str) -> str:
    """Return a number for a person, with the middle of long ones left out.

    >>> short("12345"), short(100 * "7")
    ('12,345', '77777777...77777777 (100 digits)')
    """
    if len(digits) <= LONGEST:
        return f"{int(digits):,}"
    return f"{digits[:8]}...{digits[-8:]} ({len(digits)} digits)"


def _times(lengths: list[int]) -> str:
    return " × ".join(map(str, lengths))
