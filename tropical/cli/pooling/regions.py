"""Commands on single regions of a max-pooling layer, on regions on average, and on what its counts would cost."""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from polytopes.errors import InputError
from polytopes.messages import shortened
from tropical._version import __version__
from tropical.cli.answers import Answer
from tropical.cli.app import command
from tropical.cli.options import Deadline
from tropical.cli.pooling.layers import LayerOptions
from tropical.cli.pooling.pool import RIGHT, enter, pool
from tropical.cli.pooling.progress import frontier_progress
from tropical.cli.pooling.tables import headline, region_text, show_pool
from tropical.cli.running import Stop, guarded
from tropical.cli.starting import Document, interrupts_are_raised
from tropical.cli.tables import note_stop

if TYPE_CHECKING:
    from polytopes.minkowski_sums.frontier import Cost
    from tropical.pooling.counts import PoolingCounts

MOST_IN_DOCUMENT = 10**6
"""Regions that are listed in a document without a limit."""
NOTHING: Document = {"windows": None, "complete": False, "stopped_by": None, "version": __version__}


@command(pool, {"list": [], **NOTHING})
def list_(
    layer: LayerOptions,
    *,
    limit: Annotated[int | None, typer.Option(metavar="N", min=1, help="List at most N regions.")] = None,
    deadline: Deadline = None,
    answer: Answer,
) -> Stop | None:
    """List the regions by the winners of all windows, with their vertices.

    Exit codes: 0 done; 2 bad input; 3 stopped at a limit; 130 Ctrl-C.
    """
    started = time.perf_counter()
    answer.check(layer.windows)
    interrupts_are_raised()
    counts, document = layer.read()
    counts.check_polytope()
    if not answer.as_json and answer.output is None:
        sys.stdout.write(f"{headline(document)}\n")
        stopped_by = _list(counts, limit, deadline, lambda *region: sys.stdout.write(f"{region_text(*region)}\n"))
        note_stop(stopped_by, "there may be more regions")
        return stopped_by
    regions: list[Document] = []

    def keep(winners: list[int | None], vertex: list[int]) -> None:
        if limit is None and len(regions) == MOST_IN_DOCUMENT:
            most = f"more than {MOST_IN_DOCUMENT} regions for one document"
            raise InputError(f"{most}; give --limit N, or leave out --json and -o")
        regions.append({"winners": winners, "vertex": vertex})

    stopped_by = _list(counts, limit, deadline, keep)
    document |= {"list": regions, **_end(stopped_by, started)}
    answer.publish(document, _show_list, "there may be more regions")
    return stopped_by


def _list(
    counts: PoolingCounts,
    limit: int | None,
    deadline: float | None,
    take: Callable[[list[int | None], list[int]], object],
) -> Stop | None:
    """Hand out the regions as they are found; return what stopped the work, if anything did."""
    over = False

    def work() -> None:
        nonlocal over
        for number, region in enumerate(counts.regions()):
            if number == limit:
                over = True
                return
            take(*region)

    stopped_by = guarded(deadline, work)
    return "limit" if over else stopped_by


def _show_list(document: Document) -> None:
    lines = [headline(document), *(region_text(one["winners"], one["vertex"]) for one in document["list"])]
    sys.stdout.write("".join(f"{line}\n" for line in lines))


@command(pool, NOTHING)
def sample(
    number: Annotated[int, typer.Argument(metavar="N", min=1, help="How many regions.", show_default=False)],
    *,
    layer: LayerOptions,
    seed: Annotated[int, typer.Option(metavar="S", help="Seed of the random numbers.")] = 0,
    deadline: Deadline = None,
    answer: Answer,
) -> Stop | None:
    """Draw N regions, each equally likely.

    Exit codes: 0 done; 2 bad input; 3 stopped at a limit; 130 Ctrl-C.
    """
    return _ask("sample", layer, answer, deadline, lambda counts: {"sample": list(counts.sample(number, seed))})


@command(pool, NOTHING)
def rank(
    winners: Annotated[
        str,
        typer.Argument(metavar="I,I,...", help="The winners of all windows; * is the constant 0.", show_default=False),
    ],
    *,
    layer: LayerOptions,
    deadline: Deadline = None,
    answer: Answer,
) -> Stop | None:
    """Find the number of the region with given winners; the regions are numbered from 0 on.

    Exit codes: 0 done; 2 bad input; 3 stopped at a limit; 130 Ctrl-C.
    """
    places = re.split(r"[\s,]+", winners.strip())
    if not all(re.fullmatch(r"[0-9]{1,9}|\*", place) for place in places):
        raise InputError(f"winners {shortened(winners)}; give one of every window, such as 0,1,1 (* is the constant 0)")
    wanted = [None if place == "*" else int(place) for place in places]
    return _ask("region", layer, answer, deadline, lambda counts: _region(counts.number_of(wanted), wanted))


@command(pool, NOTHING)
def unrank(
    number: Annotated[str, typer.Argument(metavar="N", help="The number of a region, from 0 on.", show_default=False)],
    *,
    layer: LayerOptions,
    deadline: Deadline = None,
    answer: Answer,
) -> Stop | None:
    """Show the region with a number.

    Exit codes: 0 done; 2 bad input; 3 stopped at a limit; 130 Ctrl-C.
    """
    if not re.fullmatch("[0-9]+", number):
        raise InputError(f"{shortened(number)} is not the number of a region; give one from 0 on")
    from polytopes.arithmetic.long_numbers import integer_of

    wanted = integer_of(number)
    return _ask("region", layer, answer, deadline, lambda counts: _region(wanted, counts.region(wanted)))


def _region(number: int, winners: list[int | None]) -> Document:
    from polytopes.arithmetic.long_numbers import text_of

    return {"region": {"number": text_of(number), "winners": winners}}


@command(pool, NOTHING)
def neighbors(layer: LayerOptions, *, deadline: Deadline = None, answer: Answer) -> Stop | None:
    """Find the mean number of neighbors of a region, the regions that it has a wall with.

    Exit codes: 0 done; 2 bad input; 3 stopped at a limit; 130 Ctrl-C.
    """
    from polytopes.arithmetic.rationals import exact_text

    def mean(counts: PoolingCounts) -> Document:
        return {"mean_neighbors": exact_text(counts.mean_neighbors())}

    return _ask("mean_neighbors", layer, answer, deadline, mean)


@command(pool, NOTHING)
def selections(layer: LayerOptions, *, deadline: Deadline = None, answer: Answer) -> Stop | None:
    """Count the regions by how many different inputs win.

    Exit codes: 0 done; 2 bad input; 3 stopped at a limit; 130 Ctrl-C.
    """
    return _ask("selections", layer, answer, deadline, _selections)


def _selections(counts: PoolingCounts) -> Document:
    from fractions import Fraction

    from polytopes.arithmetic.long_numbers import text_of
    from polytopes.arithmetic.rationals import exact_text

    numbers = counts.selections()
    mean = Fraction(sum(i * number for i, number in enumerate(numbers)), sum(numbers))
    return {"selections": [text_of(number) for number in numbers], "mean_selected": exact_text(mean)}


@command(pool, NOTHING)
def cost(
    layer: LayerOptions,
    *,
    f_vector: Annotated[bool, typer.Option("--f-vector", help="Also of counting all faces.")] = False,
    deadline: Deadline = None,
    answer: Answer,
) -> Stop | None:
    """Say what counting the regions would take: states, memory and time. Nothing is counted.

    Exit codes: 0 done; 2 bad input; 3 stopped by the clock; 130 Ctrl-C.
    """

    def costs(counts: PoolingCounts) -> Document:
        if counts.is_closed:
            return {"cost": {"vertices": None, "f_vector": None}}
        listed = {"vertices": False, "f_vector": True} if f_vector else {"vertices": False}
        return {"cost": {name: _cost(counts.cost(faces)) for name, faces in listed.items()}}

    return _ask("cost", layer, answer, deadline, costs)


def _cost(cost: Cost) -> Document:
    return {
        "width": cost.width,
        "states": cost.states,
        "moves": cost.moves,
        "memory": cost.memory,
        "seconds": cost.seconds,
        "exact": cost.exact,
    }


def _ask(
    name: str,
    layer: LayerOptions,
    answer: Answer,
    deadline: float | None,
    compute: Callable[[PoolingCounts], Document],
) -> Stop | None:
    """Answer one question about a layer, and report; return what stopped the work, if anything did."""
    from tropical.pooling.numbers import attempt

    started = time.perf_counter()
    answer.check(layer.windows)
    interrupts_are_raised()
    counts, document = layer.read()
    counts.check_polytope()
    reached: list[Stop] = []

    def work() -> None:
        with frontier_progress():
            stop = enter(document, attempt(name, lambda: compute(counts)))
        reached.extend([] if stop is None else [stop])

    stopped_by = guarded(deadline, work) or next(iter(reached), None)
    answer.publish({**document, **_end(stopped_by, started)}, show_pool, RIGHT)
    return stopped_by


def _end(stopped_by: Stop | None, started: float) -> Document:
    """Return the last entries of a document."""
    seconds = time.perf_counter() - started
    return {"complete": stopped_by is None, "stopped_by": stopped_by, "seconds": seconds, "version": __version__}
