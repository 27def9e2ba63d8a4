"""A process that computes scenes: one request a line comes in, lines of progress and then the scene go out.

If it has a subject, the first line that comes in, requests are for that network with some weights changed, or for
checkpoints of that training; else they are for fans of data.

The server may end it at any time, and it ends itself when the server is gone; memory is bounded where the system can
do that.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from queue import SimpleQueue
from typing import IO, Any

from tropical.pictures.explorer.cone_count import Tick
from tropical.pictures.explorer.fan_scene import FanRequest, fan_scene
from tropical.pictures.explorer.network_requests import Subject
from tropical.pictures.explorer.page_requests import answer
from tropical.pictures.explorer.training.subject import TrainingSubject

Answer = Callable[[bytes, Tick], dict[str, Any]]
MOST_MEMORY = 4 << 30
REFRESH = 0.1
"""Seconds between two lines of progress."""


def main(source: Iterator[bytes], target: IO[str], limit: int, has_subject: bool = False) -> None:
    """Answer requests until the source ends."""
    _bound_memory()
    answers = _of_subject(next(source)) if has_subject else _of_data(limit)
    for line in source:
        _send(target, _answer(line, target, answers))


def _of_subject(line: bytes) -> Answer:
    """Return what answers requests about a network; a scene of two units loads what the others need.

    A scene of the subject itself may take as long as a request may.
    """
    kind: type[Subject | TrainingSubject] = TrainingSubject if b'"networks"' in line[:20] else Subject
    kind.smallest().answer(b"{}")
    return kind.parse(line).answer


def _of_data(limit: int) -> Answer:
    """Return what answers requests about data."""
    _warm_up()
    return lambda line, tick: answer(line, limit, tick)


def _answer(line: bytes, target: IO[str], answers: Answer) -> dict[str, Any]:
    shown = time.monotonic()
    _send(target, {"progress": "computing"})

    def tick(step: str, count: int) -> None:
        nonlocal shown
        if time.monotonic() - shown > REFRESH:
            shown = time.monotonic()
            _send(target, {"progress": f"{count} {step}" if count else step})

    return answers(line, tick)


def _send(target: IO[str], message: dict[str, Any]) -> None:
    target.write(json.dumps(message, separators=(",", ":"), allow_nan=False) + "\n")
    target.flush()


def _bound_memory() -> None:
    try:
        import resource
    except ImportError:  # not on Windows
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    least = min(bound for bound in (soft, hard, MOST_MEMORY) if bound != resource.RLIM_INFINITY)
    resource.setrlimit(resource.RLIMIT_AS, (least, hard))


def _warm_up() -> None:
    """Load what a scene needs, so that the first request is as quick as the others."""
    from tropical.fans.data_set import DataSet

    fan_scene(FanRequest(DataSet.of([[0, 0], [1, 0], [0, 1]]), (2, 1)))


def _lines_until_alone(source: IO[bytes]) -> Iterator[bytes]:
    """Yield the lines of a source; when it ends, so does this process, in the middle of a computation too."""
    waiting: SimpleQueue[bytes] = SimpleQueue()

    def read() -> None:
        for line in source:
            waiting.put(line)
        os._exit(0)

    threading.Thread(target=read, daemon=True).start()
    while True:
        yield waiting.get()


if __name__ == "__main__":
    main(_lines_until_alone(sys.stdin.buffer), sys.stdout, int(sys.argv[1]), "subject" in sys.argv[2:])
