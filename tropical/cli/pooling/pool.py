"""The command ``tropical pool``: the numbers of a max-pooling layer, as a table or a document."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import frozen

from polytopes.arithmetic.long_numbers import text_of
from polytopes.arithmetic.rationals import exact_text
from polytopes.errors import InputError
from tropical._version import __version__
from tropical.cli.documents import as_text, check_targets
from tropical.cli.pooling.inputs import LayerOptions, read_patterns, read_pool
from tropical.cli.pooling.regions import costs, neighbors, number_of_region, region_of_number, selections
from tropical.cli.pooling.tables import show_pool, show_regions
from tropical.cli.running import Stop, TimeUp, held_signals, time_limit
from tropical.cli.starting import interrupts_are_raised
from tropical.cli.tables import note_stop

if TYPE_CHECKING:
    from tropical.pooling.counts import PoolingCounts
    from tropical.pooling.numbers import Found, Missing

MOST_IN_DOCUMENT = 10**6
"""Regions that are listed in a document without a limit."""
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
        check_targets([options.output], [options.layer.windows])
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
    note_stop(stopped_by, "the numbers that are given are right")
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
    from tropical.pooling.numbers import layer_numbers

    try:
        with time_limit(options.deadline), frontier_progress():
            stopped_by: Stop | None = None
            left = None if options.deadline is None else max(options.deadline - time.monotonic(), 0)
            asked = [name for name in OPTION_OF if getattr(options, name)]
            for answer in chain(layer_numbers(pool, asked, left), _questions(pool, options)):
                stopped_by = _enter(document, answer) or stopped_by
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


def _questions(pool: PoolingCounts, options: Options) -> Iterator[Found | Missing]:
    """Answer what else was asked, with entries of the document as values."""
    from tropical.pooling.numbers import attempt

    patterns, asked = read_patterns(options.layer), options.questions
    if patterns is not None:
        yield attempt("patterns", lambda: {"patterns": text_of(patterns.n_vertices())})
    if asked.neighbors and not options.f_vector:
        yield attempt("mean_neighbors", lambda: neighbors(pool))
    if asked.selections:
        yield attempt("selections", lambda: selections(pool))
    if (unrank := asked.unrank) is not None:
        yield attempt("region", lambda: region_of_number(pool, unrank))
    if (rank := asked.rank) is not None:
        yield attempt("region", lambda: number_of_region(pool, rank))


def _enter(document: dict[str, Any], answer: Found | Missing) -> Stop | None:
    """Put a number into the document, or the reason why it is left out; return the limit that was reached."""
    from tropical.pooling.numbers import Found

    if isinstance(answer, Found):
        document.update(_entries(answer.name, answer.value))
        return None
    hint = f"; ask for it with {OPTION_OF[answer.name]}" if answer.is_unasked else ""
    document.setdefault("left_out", {})[answer.name] = f"{answer.reason}{hint}"
    return answer.stopped_by


def _entries(name: str, value: Any) -> dict[str, Any]:
    """Return what a document says of a number."""
    match name:
        case "vertices":
            return {name: text_of(value)}
        case "bounds":
            return {name: {"lower": text_of(value.lower), "upper": text_of(value.upper), "log2": list(value.bits)}}
        case "f_vector":
            return _faces(value)
        case "generating_function":
            rate = value.growth_document()
            return {name: value.document(), **({} if rate is None else {"growth_rate": rate})}
        case "facets_generating_function":
            return {name: value.document()}
        case "dimension" | "facets":
            return {name: value}
        case _:
            return dict(value)


def _faces(vector: tuple[int, ...]) -> dict[str, Any]:
    """Return the f-vector, and the mean number of neighbors of a region: each edge is one wall of two regions."""
    from polytopes.minkowski_sums.frontier.counts import mean_degree

    return {"f_vector": list(vector), "mean_neighbors": exact_text(mean_degree(vector))}


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
