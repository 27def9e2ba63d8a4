"""What a page may ask for: a data set in JSON, with bounds on its size, so that no request is more than small work."""

from __future__ import annotations

import json
import re
from typing import Any

from polytopes.errors import InputError, ToolkitError
from tropical.fans.data_set import DataSet
from tropical.pictures.explorer.cone_count import Tick, count_cones, no_tick
from tropical.pictures.explorer.fan_scene import FanRequest, fan_scene

MOST_BYTES = 1 << 17
MOST_POINTS, MOST_COORDINATES, MOST_TERMS, MOST_DIGITS, MOST_WEIGHT = 60, 8, 6, 40, 10**6
NUMBER = re.compile(rf"[+-]?[0-9]{{1,{MOST_DIGITS}}}(/[0-9]{{1,{MOST_DIGITS}}}|\.[0-9]{{1,{MOST_DIGITS}}})?")


def answer(body: bytes, limit: int, tick: Tick = no_tick) -> dict[str, Any]:
    """Return the ``scene`` that a JSON document asks for, or the ``error``; ``counts`` if it has ``"only": "counts"``.

    >>> text = '{"points": [["0"], ["1"]], "labels": [1, -1], "weights": [1, 1], "terms": [1, 1], "only": "counts"}'
    >>> answer(text.encode(), 100)
    {'counts': {'maximal_cones': 4}}
    """
    try:
        request = parse_request(body, limit)
        if json.loads(body).get("only") == "counts":
            return {"counts": count_cones(request.fan.activation, limit, tick).as_dict()}
        return {"scene": fan_scene(request, tick)}
    except ToolkitError as error:
        return {"error": str(error)}
    except MemoryError:
        return {"error": "this fan needs more memory than a page may use; take fewer points or terms"}


def json_object(body: bytes) -> dict[str, Any]:
    """Return the JSON object that a request is.

    Raises:
        InputError: if it is something else, or too long.
    """
    if len(body) > MOST_BYTES:
        raise InputError(f"a request of {len(body)} bytes; at most {MOST_BYTES} are read")
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        raise InputError("the request is not JSON") from None
    if not isinstance(content, dict):
        raise InputError("the request is not a JSON object")
    return content


def parse_request(body: bytes, limit: int) -> FanRequest:
    """Return the request in a JSON document.

    It has ``points``, ``labels`` (perhaps none), ``weights`` and ``terms``, perhaps a ``title`` and colours ``around``
    which to look.

    Raises:
        InputError: if anything is missing, is not of its type, or is larger than the bounds of this module.

    >>> text = b'{"points": [["0"], ["1/2"]], "labels": [1, -1], "weights": [1, 1], "terms": [1, 1]}'
    >>> parse_request(text, 100).data.rows
    ((1, 0), (2, 1))
    """
    content = json_object(body)
    points = _points(content.get("points"))
    labels = None if content.get("labels") == [] else _integers(content, "labels", len(points), 1)
    if labels is not None and 0 in labels:
        raise InputError("labels are 1 and -1")
    weights = _integers(content, "weights", len(points), MOST_WEIGHT)
    n, m = _integers(content, "terms", 2, MOST_TERMS)
    if n + m > MOST_TERMS:
        raise InputError(f"{n} + {m} terms; a page may ask for {MOST_TERMS} together")
    title = content.get("title", "")
    if not isinstance(title, str):
        raise InputError("the title is not a text")
    around = content.get("around")
    if around is not None:
        around = tuple(_integers(content, "around", len(points), n + m - 1))
        if min(around) < 0:
            raise InputError("around are the terms of the points, counted from 0")
    return FanRequest(DataSet.of(points, labels, weights), (n, m), title[:200], limit, around=around)


def _points(value: Any) -> list[list[str]]:
    if not isinstance(value, list) or not 1 <= len(value) <= MOST_POINTS:
        raise InputError(f"points are a list of 1 to {MOST_POINTS} points")
    for point in value:
        if not isinstance(point, list) or not 1 <= len(point) <= MOST_COORDINATES:
            raise InputError(f"a point is a list of 1 to {MOST_COORDINATES} numbers")
        for entry in point:
            if not isinstance(entry, str) or not NUMBER.fullmatch(entry):
                raise InputError(f"a coordinate is a text such as 3, 0.25 or 1/3, of at most {MOST_DIGITS} digits")
    return value


def _integers(content: dict[str, Any], key: str, size: int, largest: int) -> list[int]:
    value = content.get(key)
    if not isinstance(value, list) or len(value) != size:
        raise InputError(f"{key} are a list of {size} integers")
    for entry in value:
        if type(entry) is not int or abs(entry) > largest:
            raise InputError(f"{key} are integers of size at most {largest}")
    return value
