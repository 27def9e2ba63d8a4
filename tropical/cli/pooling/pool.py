"""The command ``tropical pool``: the numbers of a max-pooling layer, as a table or a document."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import frozen

from polytopes.arithmetic.long_numbers import text_of
from polytopes.arithmetic.rationals import exact_text
from polytopes.errors import InputError, LimitReached, UnsupportedError
from tropical._version import __version__
from tropical.cli.documents import as_text, check_target
from tropical.cli.pooling.inputs import LayerOptions, read_patterns, read_pool
from tropical.cli.pooling.regions import costs, neighbors, number_of_region, region_of_number, selections
from tropical.cli.pooling.tables import show_pool, show_regions
from tropical.cli.running import Stop, TimeUp, held_signals, time_limit
from tropical.cli.starting import interrupts_are_raised
from tropical.cli.tables import note

if TYPE_CHECKING:
    from tropical.pooling.counts import PoolingCounts
    from tropical.pooling.series import LayerSeries

UNASKED = {"facets": 1.0, "f_vector": 1.0, "generating_function": 0.4}
"""Seconds that each number may take that was not asked for."""
COUNTING = 0.5
"""The part of a time limit after which bounds are looked for instead of the number of regions."""
BOUNDING = 30.0
"""Seconds for bounds."""
LONGEST_VECTOR = 1000
"""Dimensions up to which the faces of lines are counted without being asked for."""
MOST_IN_DOCUMENT = 10**6
"""Regions that are listed in a document without a limit."""
STOPS = {
    "limit": "stopped at a limit; the numbers that are given are right",
    "timeout": "stopped by the clock; the numbers that are given are right",
    "interrupt": "interrupted; the numbers that are given are right",
}
LARGEST_DEGREE = 100
"""Degrees of growth rates up to which the asymptotic constant is found."""
LARGE = "the dimension is large; ask for it with --f-vector"
TERMS = 12
"""Terms of the power series in a document."""
OPTION_OF = {"facets": "--facets", "f_vector": "--f-vector", "generating_function": "--generating-function"}


@frozen
class Questions:
    """What else is asked about the regions."""

    neighbors: bool = False
    selections: bool = False
    rank: str | None = None
    unrank: str | None = None
    cost: bool = False


@frozen
class Options:
    """The options of the command, as they were spelled."""

    layer: LayerOptions
    facets: bool
    f_vector: bool
    generating_function: bool
    listed: bool
    limit: int | None
    sample: int | None
    seed: int
    deadline: float | None
    output: Path | None
    as_json: bool
    questions: Questions = Questions()


def run(options: Options) -> Stop | None:
    """Count and report; return what stopped the work, if anything did."""
    started = time.perf_counter()
    if options.output is not None:
        check_target(options.output, options.layer.windows)
    if options.limit is not None and not options.listed:
        raise InputError("--limit is about --list; leave it out, or give --list too")
    if options.questions.rank is not None and options.questions.unrank is not None:
        raise InputError("--rank and --unrank are both given; ask for one region at a time")
    interrupts_are_raised()
    pool, described = read_pool(options.layer)
    questions = options.questions
    if options.listed or options.sample or options.facets or options.f_vector or questions != Questions():
        pool.check_polytope()
    document: dict[str, Any] = {
        **described,
        "channels": pool.channels,
        "activation": pool.activation,
        "windows": pool.n_windows,
    }
    if questions.cost:
        document |= costs(pool, options.f_vector)
        stopped_by: Stop | None = None
    else:
        stopped_by = _fill(document, pool, options)
    document |= {"stopped_by": stopped_by, "seconds": time.perf_counter() - started, "version": __version__}
    with held_signals():
        _report(document, options)
    if options.listed and not options.as_json and stopped_by is None and not questions.cost:
        stopped_by = _stream(pool, options)
    if stopped_by is not None:
        note(STOPS[stopped_by])
    return stopped_by


def _stream(pool: PoolingCounts, options: Options) -> Stop | None:
    """Print the regions as they are found."""
    try:
        with time_limit(options.deadline):
            return "limit" if show_regions(pool.regions(), options.limit) else None
    except TimeUp:
        return "timeout"
    except KeyboardInterrupt:
        return "interrupt"


def _fill(document: dict[str, Any], pool: PoolingCounts, options: Options) -> Stop | None:
    """Put the numbers into the document, as far as time allows."""
    from tropical.cli.pooling.progress import frontier_progress

    try:
        with time_limit(options.deadline), frontier_progress():
            if pool.activation != "leaky":
                document["dimension"] = pool.dimension
            stopped_by = _count(document, pool, options.deadline)
            for name, asked, compute in (*_quantities(document, pool, options), *_questions(pool, options)):
                if asked or stopped_by is None:
                    stopped_by = _add(document, name, asked, compute) or stopped_by
            if options.sample is not None and "vertices" in document:
                document["sample"] = list(pool.sample(options.sample, options.seed))
            elif options.sample is not None:
                document["left_out"]["sample"] = "regions are drawn by their number, which is not known"
            if options.listed and options.as_json:
                stopped_by = _add_list(document, pool, options.limit) or stopped_by
            return stopped_by
    except TimeUp:
        return "timeout"
    except KeyboardInterrupt:
        return "interrupt"


def _count(document: dict[str, Any], pool: PoolingCounts, deadline: float | None) -> Stop | None:
    """Put the number of regions into the document, or bounds of it; return what stopped the count, if anything did."""
    from tropical.pooling.counts import compile_counts

    left = None if deadline is None else max(deadline - time.monotonic(), 0)
    started, limits = time.monotonic(), {} if left is None else {"seconds": COUNTING * left}
    try:
        document["vertices"] = text_of(pool.n_vertices(**limits))
        if not pool.is_closed:
            compile_counts()
        return None
    except LimitReached as stop:
        document["left_out"] = {"vertices": str(stop)}
    spent = time.monotonic() - started
    if pool.activation != "leaky":
        bounds = pool.bounds(BOUNDING if left is None else min(BOUNDING, COUNTING * (left - spent)))
        document["bounds"] = {
            "lower": text_of(bounds.lower),
            "upper": text_of(bounds.upper),
            "log2": list(bounds.bits),
        }
    return "timeout" if left is not None and spent > COUNTING * left else "limit"


Quantity = tuple[str, bool, Callable[[dict[str, Any]], dict[str, Any] | str]]


def _quantities(document: dict[str, Any], pool: PoolingCounts, options: Options) -> list[Quantity]:
    """Return the numbers besides the vertices: name, whether it was asked for, and how it is computed.

    What computes it takes limits, and returns entries of the document or the reason why there are none.
    """
    from tropical.pooling.series import series_of

    def growth(limits: dict[str, Any]) -> dict[str, Any] | str:
        found = series_of(pool, **limits)
        return found if isinstance(found, str) else _series_document(found)

    def growth_of_facets(limits: dict[str, Any]) -> dict[str, Any] | str:
        found = series_of(pool, facets=True, **limits)
        return found if isinstance(found, str) else {"facets_generating_function": series_entry(found)}

    def facets(limits: dict[str, Any]) -> dict[str, Any]:
        vector = document.get("f_vector")
        return {"facets": pool.n_facets(**limits) if vector is None else vector[-2] if len(vector) > 1 else 0}

    if pool.activation == "leaky":
        return [("generating_function", options.generating_function, growth)]
    long = pool.dimension > LONGEST_VECTOR and not options.f_vector
    both = options.facets and options.generating_function
    return [
        (
            "f_vector",
            options.f_vector,
            lambda limits: LARGE if long else _faces(pool.f_vector(**limits)),
        ),
        ("facets", options.facets, facets),
        ("generating_function", options.generating_function, growth),
        *([("facets_generating_function", True, growth_of_facets)] if both else []),
    ]


def _questions(pool: PoolingCounts, options: Options) -> Iterator[Quantity]:
    """Yield what else was asked for, as :func:`_quantities` does."""
    patterns, asked = read_patterns(options.layer), options.questions
    if patterns is not None:
        yield "patterns", True, lambda limits: {"patterns": text_of(patterns.n_vertices(**limits))}
    if asked.neighbors and not options.f_vector:
        yield "mean_neighbors", True, lambda limits: neighbors(pool, limits)
    if asked.selections:
        yield "selections", True, lambda limits: selections(pool, limits)
    unrank, rank = asked.unrank, asked.rank
    if unrank is not None:
        yield "region", True, lambda limits: region_of_number(pool, unrank)
    if rank is not None:
        yield "region", True, lambda limits: number_of_region(pool, rank)


def _faces(vector: tuple[int, ...]) -> dict[str, Any]:
    """Return the f-vector, and the mean number of neighbours of a region: each edge is one wall of two regions."""
    mean = Fraction(2 * vector[1], vector[0]) if len(vector) > 1 else Fraction(0)
    return {"f_vector": list(vector), "mean_neighbors": exact_text(mean)}


def _add(
    document: dict[str, Any], name: str, asked: bool, compute: Callable[[dict[str, Any]], dict[str, Any] | str]
) -> Stop | None:
    """Put a number into the document, or the reason why it is left out; return "limit" if it was asked for in vain."""
    stopped_by: Stop | None = None
    try:
        found = compute({} if asked else {"seconds": UNASKED[name]})
    except LimitReached as stop:
        if asked:
            found, stopped_by = str(stop), "limit"
        else:
            found = f"not within {UNASKED[name]:g} seconds; ask for it with {OPTION_OF[name]}"
    except UnsupportedError as error:
        found, stopped_by = str(error), "limit" if asked else None
    if isinstance(found, str):
        document.setdefault("left_out", {})[name] = found
    else:
        document.update(found)
    return stopped_by


def _series_document(found: LayerSeries) -> dict[str, Any]:
    document: dict[str, Any] = {"generating_function": series_entry(found)}
    if found.series.order:
        rate = found.series.growth
        document["growth_rate"] = {
            "minimal_polynomial": polynomial_text(rate.minimal_polynomial, falling=True),
            "value": float(rate),
            "asymptotic_constant": rate.asymptotic_constant if rate.degree <= LARGEST_DEGREE else None,
        }
    return document


def series_entry(found: LayerSeries) -> dict[str, Any]:
    """Return a series for a document."""
    series = found.series
    return {
        "numerator": polynomial_text(series.numerator),
        "denominator": polynomial_text(series.denominator),
        "variable": "x",
        "start": 0,
        "counts": found.counts,
        "proof": found.proof,
        "terms": [text_of(term) for term in series.terms(TERMS)],
    }


def polynomial_text(coefficients: tuple[int, ...], falling: bool = False) -> str:
    """Return a polynomial in x, given with the constant first, as sympy and Python read it.

    >>> polynomial_text((1, -2, 0, 1)), polynomial_text((1, -1), falling=True), polynomial_text(())
    ('1 - 2*x + x**3', '-x + 1', '0')
    """
    terms = []
    for power, value in list(enumerate(coefficients))[:: -1 if falling else 1]:
        if value:
            variable = "" if not power else "x" if power == 1 else f"x**{power}"
            size = text_of(abs(value)) if abs(value) != 1 or not power else ""
            sign = "-" if value < 0 else "+"
            terms.append(f"{sign} {size}{'*' if size and variable else ''}{variable}")
    text = " ".join(terms) or "0"
    return text.removeprefix("+ ") if text[0] != "-" else f"-{text[2:]}"


def _add_list(document: dict[str, Any], pool: PoolingCounts, limit: int | None) -> Stop | None:
    """Put the regions into the document, at most so many."""
    most = MOST_IN_DOCUMENT if limit is None else limit
    regions: list[dict[str, Any]] = []
    document["list"] = regions
    for winners, vertex in pool.regions():
        if len(regions) == most:
            if limit is None:
                raise InputError(f"more than {most} regions for one document; give --limit N, or leave out --json")
            return "limit"
        regions.append({"winners": winners, "vertex": vertex})
    return None


def _report(document: dict[str, Any], options: Options) -> None:
    if options.output is not None:
        from polytopes.formats.files import write_text

        write_text(options.output, as_text(document))
    if options.as_json:
        sys.stdout.write(as_text(document))
        sys.stdout.flush()
    else:
        show_pool(document)
