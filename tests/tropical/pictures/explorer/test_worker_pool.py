"""Workers under load: never more processes than places, one computation for each client, and no place is lost.

Most processes here are quick ones that only wait; what they are asked for is how long.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import subprocess
import sys
import time

import pytest

from tests.tropical.pictures.explorer.processes import listed, workers_of
from tropical.pictures.explorer import worker_pool as module
from tropical.pictures.explorer.worker_pool import MOST_IDLE, MOST_WAITING, MOST_WORKERS, Busy, Workers

PATIENCE = 120
"""Seconds: on a busy machine processes take long to start."""
GOOD, LONG = {"seconds": 0}, {"seconds": 100}
QUICK = """
# quick worker
import json, sys, time
for line in sys.stdin:
    print('{"progress":"computing"}', flush=True)
    time.sleep(json.loads(line)["seconds"])
    print('{"scene":"' + 600 * "x" + '"}', flush=True)
"""
SCENE = {"points": [["0"], ["1/2"], ["1.5"]], "labels": [1, -1, 1], "weights": [1, 1, 2], "terms": [2, 1]}
LONG_SCENE = {
    "points": [[str(x), str(x**3 % 31)] for x in range(20)], "labels": [1] * 20, "weights": [1] * 20, "terms": [3, 3],
}  # fmt: skip


def quick_workers():
    return workers_of(os.getpid(), mark=b"# quick worker")


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(module, "COMMAND", (sys.executable, "-I", "-S", "-c", QUICK))


class Crowd:
    """Requests to workers in this process, with a watch on how many processes there are."""

    def __init__(self):
        listed()
        self.workers, self.most = Workers(10**9), 0

    async def __aenter__(self):
        self.watching = asyncio.create_task(self.watch())
        return self

    async def __aexit__(self, *problem):
        self.watching.cancel()
        async with asyncio.timeout(PATIENCE):
            await self.workers.close()
        assert not quick_workers()

    async def watch(self):
        while True:
            self.most = max(self.most, len(quick_workers()))
            await asyncio.sleep(0.02)

    async def ask(self, client, request=GOOD):
        """The last message of the answer."""
        lines = []

        async def take(line):
            lines.append(json.loads(line))

        async with asyncio.timeout(PATIENCE):
            await self.workers.answer(client, json.dumps(request).encode(), take)
        assert all("progress" in line for line in lines[:-1])
        return lines[-1]

    async def settled(self):
        """Wait until no more processes are left than are kept."""
        async with asyncio.timeout(PATIENCE):
            while len(quick_workers()) > MOST_IDLE or self.workers.current:
                await asyncio.sleep(0.05)


def crowd_test(test):
    """Make a test of a coroutine that takes a crowd."""

    async def held(monkeypatch):
        async with Crowd() as crowd:
            await test(crowd, monkeypatch)

    def run(monkeypatch):
        asyncio.run(held(monkeypatch))

    run.__name__, run.__doc__ = test.__name__, test.__doc__
    return run


@crowd_test
async def test_as_many_as_may_ask_at_once_are_answered(crowd, monkeypatch):
    n = MOST_WORKERS + MOST_WAITING
    answers = await asyncio.gather(*(crowd.ask(f"client {i}") for i in range(n)))
    assert all("scene" in answer for answer in answers)
    assert crowd.most == MOST_WORKERS
    await crowd.settled()


@crowd_test
async def test_beyond_that_they_are_refused(crowd, monkeypatch):
    n = MOST_WORKERS + MOST_WAITING
    asking = [asyncio.create_task(crowd.ask(f"client {i}", LONG)) for i in range(n)]
    await asyncio.sleep(0)
    with pytest.raises(Busy, match=f"{n} computations are under way or waiting"):
        await crowd.ask("another")
    newer = asyncio.create_task(crowd.ask("client 3"))  # one of them may have a newer wish
    assert "ended" in (await asking[3])["error"]
    for i in set(range(n)) - {3}:
        crowd.workers.stop(f"client {i}")
    assert "scene" in await newer
    assert all("ended" in answer["error"] for answer in await asyncio.gather(*asking))
    assert crowd.most <= MOST_WORKERS
    await crowd.settled()


@crowd_test
async def test_of_many_requests_of_one_client_the_last_is_answered(crowd, monkeypatch):
    *older, last = await asyncio.gather(*(crowd.ask("client") for _ in range(40)))
    assert "scene" in last and all("ended" in answer["error"] for answer in older)
    await crowd.settled()


async def leave_at_random(n, seed):
    """Let clients leave before, while and after they are answered; return the largest number of processes."""
    rng = random.Random(seed)
    async with Crowd() as crowd:
        for _ in range(n):
            asking = [
                asyncio.create_task(crowd.ask(f"client {rng.randrange(12)}", rng.choice([GOOD, LONG])))
                for _ in range(rng.randrange(1, 9))
            ]
            await asyncio.sleep(rng.choice([0, 0, 0.001, 0.02, 0.3]))
            for task in asking:
                task.cancel()
            await asyncio.gather(*asking, return_exceptions=True)
        assert "scene" in await crowd.ask("one who stays")
        await crowd.settled()
        return crowd.most


def test_clients_who_leave_take_their_processes_along():
    assert asyncio.run(leave_at_random(20, 1)) <= MOST_WORKERS


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_thousands_of_clients_who_leave(seed):
    assert asyncio.run(leave_at_random(1000, seed)) <= MOST_WORKERS


@crowd_test
async def test_processes_that_are_killed_are_replaced(crowd, monkeypatch):
    assert "scene" in await crowd.ask("client")
    for process in quick_workers():
        os.kill(process, signal.SIGKILL)
    await asyncio.sleep(0.5)
    assert "scene" in await crowd.ask("client")
    asking = asyncio.create_task(crowd.ask("client", LONG))
    await asyncio.sleep(0.5)
    for process in quick_workers():
        os.kill(process, signal.SIGKILL)
    assert "ended" in (await asking)["error"]
    assert "scene" in await crowd.ask("client")


@crowd_test
async def test_a_computation_has_its_time(crowd, monkeypatch):
    monkeypatch.setattr(module, "TIME_LIMIT", 0.05)
    assert "took more than" in (await crowd.ask("client", LONG))["error"]
    monkeypatch.setattr(module, "TIME_LIMIT", 60)
    assert "scene" in await crowd.ask("client")


@crowd_test
async def test_an_answer_has_its_size(crowd, monkeypatch):
    monkeypatch.setattr(module, "READ_LIMIT", 500)
    for _ in range(MOST_WORKERS + 1):
        assert "more than 500 bytes" in (await crowd.ask("client"))["error"]
    assert crowd.most <= MOST_WORKERS


@crowd_test
async def test_no_place_is_lost_when_no_process_can_be_started(crowd, monkeypatch):
    quick = module.COMMAND
    monkeypatch.setattr(module, "COMMAND", ("/nothing/here",))
    for _ in range(2 * MOST_WORKERS):
        assert "no process can be started" in (await crowd.ask("client"))["error"]
    monkeypatch.setattr(module, "COMMAND", quick)
    answers = await asyncio.gather(*(crowd.ask(f"client {i}") for i in range(MOST_WORKERS + 1)))
    assert all("scene" in answer for answer in answers)


def test_a_process_that_is_alone_ends_itself():
    """In the middle of a computation too: nobody is there to end it."""
    command = [sys.executable, "-P", "-m", "tropical.pictures.explorer.worker_process", str(10**9)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        process.stdin.write(json.dumps(LONG_SCENE).encode() + b"\n")
        process.stdin.flush()
        assert b"progress" in process.stdout.readline()
        started = time.monotonic()
        process.stdin.close()
        assert process.wait(PATIENCE) == 0
        assert time.monotonic() - started < PATIENCE


@pytest.mark.slow  # test_soak.py and test_touch.py ask such processes each time
def test_scenes_are_computed(monkeypatch):
    """The processes that are meant: one at once, one at first in the queue."""
    monkeypatch.undo()

    async def found():
        async with Crowd() as crowd:
            return await asyncio.gather(*(crowd.ask(f"client {i}", SCENE) for i in range(2)))

    assert [answer["scene"]["counts"]["maximal_cones"] for answer in asyncio.run(found())] == [21, 21]
