"""The server under requests that are broken off at any moment: it stays small, silent and ready."""

from __future__ import annotations

import asyncio
import json
import random
import re
import signal
import subprocess
import sys
import time
from contextlib import contextmanager, suppress

import pytest

from tests.tropical.pictures.explorer.processes import listed, workers_of
from tropical.pictures.explorer.worker_pool import MOST_IDLE, MOST_WAITING, MOST_WORKERS

PATIENCE = 120
"""Seconds: on a busy machine processes take long to start."""
TABLE = "x,y,label\n0,0,+\n2,0,-\n0,2,-\n2,2,+\n1,3,-\n"
GOOD = {"points": [["0"], ["1/2"], ["1.5"]], "labels": [1, -1, 1], "weights": [1, 1, 2], "terms": [2, 1]}
LONG = {
    "points": [[str(x), str(x**3 % 31)] for x in range(20)], "labels": [1] * 20, "weights": [1] * 20, "terms": [3, 3],
}  # fmt: skip


class Server:
    """A server in a process of its own, with what it wrote to standard error."""

    def __init__(self, folder):
        listed()
        pytest.importorskip("uvicorn", reason="needs the extra 'explore'")
        pytest.importorskip("starlette", reason="needs the extra 'explore'")
        (folder / "points.csv").write_text(TABLE)
        self.complaints = folder / "complaints"
        command = [sys.executable, "-m", "tropical", "explore", str(folder / "points.csv"), "--terms", "2,1"]
        with self.complaints.open("wb") as stream:
            self.process = subprocess.Popen(
                [*command, "--no-browser"], stdout=subprocess.PIPE, stderr=stream, text=True, start_new_session=True
            )
        self.address = self.process.stdout.readline().strip()
        self.port, self.token = re.fullmatch(r"http://127\.0\.0\.1:(\d+)/\?token=([0-9a-f]{48})", self.address).groups()

    def workers(self):
        return workers_of(session=self.process.pid)

    def close(self, number=signal.SIGINT):
        """End the server as Ctrl-C does; nothing is left of it, and it has not complained."""
        self.process.send_signal(number)
        self.process.wait(PATIENCE)
        self.process.stdout.close()
        until(lambda: not self.workers())
        assert self.complaints.read_text() == ""


@contextmanager
def serving(folder):
    server = Server(folder)
    try:
        yield server
    finally:
        server.close()


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """One for all tests that do not end it."""
    with serving(tmp_path_factory.mktemp("server")) as server:
        yield server


def until(condition):
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


class Client:
    """Requests over a socket of their own, as bytes."""

    def __init__(self, server):
        self.server, self.host = server, f"127.0.0.1:{server.port}"

    def request(self, content, path=None):
        """The bytes of a request for a scene."""
        body = json.dumps(content).encode()
        path = f"/scene?token={self.server.token}" if path is None else path
        head = f"POST {path} HTTP/1.1\r\nHost: {self.host}\r\nOrigin: http://{self.host}\r\n"
        head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        return head.encode() + body

    async def ask(self, request):
        """The whole answer to a request."""
        async with asyncio.timeout(PATIENCE):
            reader, writer = await asyncio.open_connection("127.0.0.1", self.server.port)
            writer.write(request)
            answer = await reader.read()
            writer.close()
        return answer

    async def leave(self, rng):
        """Send a request, or a part of it, and break off at some moment."""
        long = rng.random() < 0.5
        content = {**(LONG if long else GOOD), "client": f"client {rng.randrange(30)}"}
        request = self.request(content)
        if rng.random() < 0.1:
            request = f"GET /?token={self.server.token} HTTP/1.1\r\nHost: {self.host}\r\n\r\n".encode()
        if rng.random() < 0.4:
            request = request[: rng.randrange(len(request))]
        with suppress(OSError):
            reader, writer = await asyncio.open_connection("127.0.0.1", self.server.port)
            writer.write(request)
            with suppress(TimeoutError):
                async with asyncio.timeout(rng.choice([0, 0.001, 0.05, 0.3, 1])):
                    await reader.readline()
                    await reader.read()
            if rng.random() < 0.5:
                writer.transport.abort()
            writer.close()


async def soak(server, n, at_once, seed):
    """Break off n requests, so many at once; return the largest number of processes, and the last answer."""
    rng, client, most = random.Random(seed), Client(server), 0
    left = n

    async def leave_again():
        nonlocal left
        while left > 0:
            left -= 1
            await client.leave(rng)

    async def watch():
        nonlocal most
        while True:
            most = max(most, len(server.workers()))
            await asyncio.sleep(0.02)

    watching = asyncio.create_task(watch())
    await asyncio.gather(*(leave_again() for _ in range(at_once)))
    answer = b""
    while b'"scene"' not in answer:  # until the last of them is known to have left
        answer = await client.ask(client.request({**GOOD, "client": "one who stays"}))
    watching.cancel()
    return most


def check_soak(server, n, at_once, seed=0):
    assert asyncio.run(soak(server, n, at_once, seed)) <= MOST_WORKERS
    until(lambda: len(server.workers()) <= MOST_IDLE)


def test_requests_that_are_broken_off(server):
    check_soak(server, 60, 20)


@pytest.mark.slow
@pytest.mark.parametrize("at_once", [10, 100])
def test_thousands_of_requests_that_are_broken_off(server, at_once):
    check_soak(server, 5000, at_once, at_once)


def test_requests_beyond_the_bound_are_told_so(server):
    """Of more than there are places each is answered by a scene, or by 503 and the reason."""
    client = Client(server)

    async def all_at_once():
        requests = [client.request({**GOOD, "client": f"client {i}"}) for i in range(MOST_WORKERS + MOST_WAITING + 8)]
        return await asyncio.gather(*map(client.ask, requests))

    answers = asyncio.run(all_at_once())
    refused = [answer for answer in answers if answer.startswith(b"HTTP/1.1 503")]
    assert all(b'"scene"' in answer for answer in answers if answer not in refused)
    assert all(b"computations are under way or waiting; ask again" in answer for answer in refused)
    until(lambda: len(server.workers()) <= MOST_IDLE)


@pytest.mark.parametrize("number", [signal.SIGTERM, pytest.param(signal.SIGHUP, marks=pytest.mark.slow)])
def test_signals_end_it_in_order(tmp_path, number):
    server = Server(tmp_path)
    until(server.workers)
    server.close(number)
    assert server.process.returncode == 128 + number


def test_a_server_that_is_killed_takes_its_processes_along(tmp_path):
    with serving(tmp_path) as server:
        client = Client(server)

        async def begin():
            reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
            writer.write(client.request({**LONG, "client": "a"}))
            async with asyncio.timeout(PATIENCE):
                await reader.readuntil(b'{"progress"')
            server.process.kill()
            server.process.wait()
            writer.close()

        asyncio.run(begin())
        until(lambda: not server.workers())
