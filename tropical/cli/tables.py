"""What a person sees: tables on standard output, progress on standard error."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import MAX_EMAX, MIN_EMIN, Decimal, Inexact, localcontext
from typing import TYPE_CHECKING, Any

from rich.console import Console

from tropical.cli.documents import printable
from tropical.cli.running import REFRESH, STOPS, Stop

if TYPE_CHECKING:
    from polytopes.polyhedra.polyhedron import Polyhedron
    from tropical.networks.network import Network
    from tropical.regions.surveys.survey import Survey
    from tropical.regions.tally import Tally

MOST_DECIMALS = 14
"""Rational numbers whose decimals end are written so if they have at most so many characters."""
MAX_SIDES = 6
"""Boxes with more different sides are not written out for a person."""
LONGEST = 24
"""Longer numbers are rounded for a person; documents have them in full."""
MOST_FORECAST = 1e15
LARGEST_SHOWN = 10**15
"""Greater integers are shown as powers of ten; documents have them in full."""


def note(text: str) -> None:
    """Print a line for a person on standard error."""
    Console(stderr=True, highlight=False, soft_wrap=True).print(text, markup=False)


def note_compilation() -> None:
    """Say on a terminal, once, that kernels are compiled: that takes a while after an installation."""
    from polytopes.jit.notices import NOTICE, tell_of_compilation

    if not sys.stderr.isatty():
        return
    told: list[bool] = []

    def say() -> None:
        if not told:
            told.append(True)
            note(NOTICE)

    tell_of_compilation(say)


def note_stop(stopped_by: Stop | None, found: str) -> None:
    """Say on standard error what stopped the work, if anything did, and what that means for the answer."""
    if stopped_by is not None:
        note(f"{STOPS[stopped_by]}; {found}")


@contextmanager
def progress_bar(
    limit: int | None, network: Network, domain: Polyhedron | None, relative: bool
) -> Iterator[Callable[[Tally | Survey[Any]], None] | None]:
    """Show how many regions were found, and of about how many, if standard error is a terminal.

    Yields what is to be called with the tally now and then; None without a terminal.
    """
    console = Console(stderr=True)
    if not console.is_terminal:
        yield None
        return
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    from tropical.regions.estimate import Forecast

    forecast = Forecast(network, domain, relative)
    text = TextColumn("{task.completed:,.0f} activation regions{task.description}")
    columns = (SpinnerColumn(), text, BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task, shown = progress.add_task("", total=limit), 0.0

        def show(tally: Tally | Survey[Any]) -> None:
            nonlocal shown
            now = time.monotonic()
            if now - shown > REFRESH:
                shown, found = now, tally.n_regions
                expected = forecast.after(tally.seconds, found)
                total = min((number for number in (limit, expected) if number is not None), default=None)
                progress.update(task, completed=found, total=total, description=_of_about(expected))

        yield show


@contextmanager
def working(text: str) -> Iterator[Callable[[str], None]]:
    """Show what is being done, and for how long, if standard error is a terminal.

    Yields what is to be called with another text when something else is done.
    """
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda _: None
        return
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task(text, total=None)
        yield lambda other: progress.update(task, description=other)


def _of_about(expected: float | None) -> str:
    """Return the estimate as the end of a sentence; to two digits, since it is no more precise.

    >>> _of_about(123456.7), _of_about(None)
    (' of about 120,000', '')
    """
    if expected is None:
        return ""
    return f" of about {float(f'{expected:.1e}'):,.0f}" if expected < MOST_FORECAST else " of very many"


def network_text(network: dict[str, Any]) -> str:
    """Return a line on a network in a document."""
    per_layer = network["gates_per_layer"]
    gates = f"{network['gates']} gates in {len(per_layer)} layers" if per_layer else "no gates"
    return f"{plain(network['source'])}: Q^{network['input_dim']} → Q^{network['output_dim']}, {gates}"


def domain_text(domain: dict[str, Any]) -> str:
    """Return a few words on a domain in a document."""
    match domain["kind"]:
        case "box":
            pairs = list(zip(domain["lower"], domain["upper"], strict=True))
            sides = [f"[{short_number(low)}, {short_number(high)}]" for low, high in pairs]
            if len(set(sides)) > MAX_SIDES:
                free = f", {len(domain['free'])} coordinates free" if "free" in domain else ""
                source = f", {domain['source']}" if "source" in domain else ""
                return plain(f"a box in Q^{len(sides)}{free}{source}")
            if len(set(sides)) == 1:
                return f"{sides[0]}^{len(sides)}" if len(sides) > 1 else sides[0]
            return plain(" × ".join(sides))
        case "polyhedron":
            return plain(f"{domain['source']} in Q^{domain['dim']}")
    return f"Q^{domain['dim']}"


def large_number(value: int) -> str:
    """Return an integer for a person; very large ones as the power of ten below them.

    >>> large_number(1234567), large_number(2**100)
    ('1,234,567', '10^30')
    """
    return f"{value:,}" if value < LARGEST_SHOWN else f"10^{len(str(value)) - 1}"


def short_number(text: str) -> str:
    """Return a rational number of a document for a person.

    It is a decimal if that ends and is short, else the fraction; long ones are rounded, with a sign that says so.

    >>> short_number("-5/8"), short_number("-2/3"), short_number("1" + 400 * "0")
    ('-0.625', '-2/3', '≈ 1e+400')
    """
    numerator, _, denominator = text.partition("/")
    if len(text) <= LONGEST:
        return _decimal(numerator, denominator) or text
    with localcontext(prec=12, Emax=MAX_EMAX, Emin=MIN_EMIN):
        return f"≈ {(Decimal(numerator) / Decimal(denominator or 1)).normalize():.12g}"


def _decimal(numerator: str, denominator: str) -> str | None:
    """Return the decimals of a fraction if they end and are short; None for an integer too."""
    if not denominator:
        return None
    with localcontext(prec=MOST_DECIMALS, Emax=MAX_EMAX, Emin=MIN_EMIN) as context:
        found = f"{Decimal(numerator) / Decimal(denominator):f}"
        return None if context.flags[Inexact] or len(found) > MOST_DECIMALS else found


def plain(text: str) -> str:
    """Return text that rich prints as it is, without what a terminal would act on."""
    from rich.markup import escape

    return escape(printable(text))
