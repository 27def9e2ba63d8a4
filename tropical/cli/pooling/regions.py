"""What ``tropical pool`` says of single regions and of the regions on average, and what its counts would cost."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from polytopes.arithmetic.long_numbers import text_of
from polytopes.arithmetic.rationals import exact_text
from polytopes.errors import InputError
from polytopes.messages import shortened

if TYPE_CHECKING:
    from polytopes.minkowski_sums.frontier import Cost
    from tropical.pooling.counts import PoolingCounts


def region_of_number(pool: PoolingCounts, spelled: str) -> dict[str, Any]:
    """Return the region with a number, as an entry of the document."""
    if not re.fullmatch("[0-9]+", spelled):
        raise InputError(f"--unrank {shortened(spelled)}; give the number of a region, from 0 on")
    from polytopes.arithmetic.long_numbers import integer_of

    number = integer_of(spelled)
    return {"region": {"number": text_of(number), "winners": pool.region(number)}}


def number_of_region(pool: PoolingCounts, spelled: str) -> dict[str, Any]:
    """Return the number of the region with given winners, spelled I,I,... with * for the constant 0."""
    places = re.split(r"[\s,]+", spelled.strip())
    if not all(re.fullmatch(r"[0-9]{1,9}|\*", place) for place in places):
        raise InputError(f"--rank {shortened(spelled)}; give the winners of all windows, such as 0,1,1 (* is the 0)")
    winners = [None if place == "*" else int(place) for place in places]
    return {"region": {"number": text_of(pool.number_of(winners)), "winners": winners}}


def selections(pool: PoolingCounts) -> dict[str, Any]:
    """Return how many regions have 0, 1, 2, ... different winners, and the mean number."""
    counts = pool.selections()
    return {"selections": [text_of(count) for count in counts], "mean_selected": exact_text(_mean(counts))}


def neighbors(pool: PoolingCounts) -> dict[str, Any]:
    """Return the mean number of neighbors of a region."""
    return {"mean_neighbors": exact_text(pool.mean_neighbors())}


def _mean(counts: tuple[int, ...]) -> Any:
    from fractions import Fraction

    return Fraction(sum(i * count for i, count in enumerate(counts)), sum(counts))


def costs(pool: PoolingCounts, faces: bool) -> dict[str, Any]:
    """Return what the counts would take, or that closed forms give them."""
    if pool.is_closed:
        return {"cost": {"vertices": None, "f_vector": None}}
    listed = {"vertices": False, "f_vector": True} if faces else {"vertices": False}
    return {"cost": {name: _cost(pool.cost(faces)) for name, faces in listed.items()}}


def _cost(cost: Cost) -> dict[str, Any]:
    return {
        "width": cost.width,
        "states": cost.states,
        "moves": cost.moves,
        "memory": cost.memory,
        "seconds": cost.seconds,
        "exact": cost.exact,
    }
