"""Workers for the clients of a server: one computation at a time for each, and a newer one ends the older."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator

from attrs import define, field

READ_LIMIT = 1 << 27
"""Bytes of the longest line of a worker."""
MOST_CLIENTS = 4
TIME_LIMIT = 60.0
"""Seconds of one computation."""


@define(eq=False)
class Worker:
    """One process; it is ended, and a new one started, when a computation is not wanted any more."""

    limit: int
    process: asyncio.subprocess.Process | None = None
    busy: bool = False

    async def start(self) -> asyncio.subprocess.Process:
        """Return the process, started if it is not running."""
        if self.process is None or self.process.returncode is not None:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable, "-P", "-m", "tropical.pictures.explorer.worker_process", str(self.limit),
                stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
                limit=READ_LIMIT,
            )  # fmt: skip
        return self.process

    def stop(self) -> None:
        """End the process, whatever it does."""
        if self.process is not None and self.process.returncode is None:
            self.process.kill()
        self.process = None
        self.busy = False

    async def lines(self, request: bytes) -> AsyncIterator[bytes]:
        """Yield the lines that answer a request; the last is a scene or an error. Leaving early ends the process."""
        self.busy = True
        process = await self.start()
        own, finished = process, False
        try:
            async with asyncio.timeout(TIME_LIMIT):
                assert process.stdin is not None and process.stdout is not None
                process.stdin.write(request + b"\n")
                await process.stdin.drain()
                while line := await process.stdout.readline():
                    finished = not line.startswith(b'{"progress"')
                    yield line
                    if finished:
                        return
                yield error("the computation was ended")
        except TimeoutError:
            yield error(f"the computation took more than {TIME_LIMIT:.0f} seconds; take fewer points or terms")
        except (BrokenPipeError, ConnectionResetError):
            yield error("the computation was ended")
        finally:
            if self.process is own:
                self.busy = False
                if not finished:
                    self.stop()


@define(eq=False)
class Workers:
    """The workers of a server by their clients; the one that was used least recently makes room for a new client.

    A spare one is started before it is needed, for starting takes longer than most computations.
    """

    limit: int
    by_client: dict[str, Worker] = field(factory=dict)
    spare: Worker | None = None

    async def prepare(self) -> None:
        """Start the spare worker, if there is none."""
        if self.spare is None:
            self.spare = Worker(self.limit)
            await self.spare.start()

    def claim(self, client: str) -> Worker:
        """Return the worker of a client, free: what it was computing is ended."""
        worker = self.by_client.pop(client, None)
        if worker is not None and worker.busy:
            worker.stop()
            worker = None
        if worker is None:
            worker, self.spare = self.spare or Worker(self.limit), None
        while len(self.by_client) >= MOST_CLIENTS:
            self.by_client.pop(next(iter(self.by_client))).stop()
        self.by_client[client] = worker
        return worker

    async def close(self) -> None:
        """End all processes, and wait for their end."""
        workers = [*self.by_client.values(), *([self.spare] if self.spare else [])]
        processes = [worker.process for worker in workers if worker.process is not None]
        for worker in workers:
            worker.stop()
        self.by_client.clear()
        self.spare = None
        await asyncio.gather(*(process.wait() for process in processes))


def error(message: str) -> bytes:
    """Return the line of an error."""
    return json.dumps({"error": message}).encode() + b"\n"
