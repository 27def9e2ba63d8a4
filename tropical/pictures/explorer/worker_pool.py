"""Processes that compute for the clients of a server: few of them, and one computation at a time for each client.

A worker is a place for one process. Whoever holds a place has it alone: starts, asks and ends its process, and gives
the place back only when the process is free or gone. So there are never more processes than places, and no two
requests read from one process.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from itertools import count

from attrs import define, field

COMMAND = (sys.executable, "-P", "-m", "tropical.pictures.explorer.worker_process")
"""What starts a process; the limit of its scenes follows, and whether it is told a subject."""
READ_LIMIT = 1 << 27
"""Bytes of the longest line of a worker."""
MOST_WORKERS = 4
"""Processes that are alive at any moment."""
MOST_IDLE = 2
"""Processes that are kept when there is nothing to compute."""
MOST_WAITING = 12
"""Clients that wait for one of the workers."""
TIME_LIMIT = 60.0
"""Seconds of one computation, and before it of a process that starts."""

Send = Callable[[bytes], Awaitable[None]]
"""Takes one line of an answer."""


class Busy(Exception):
    """There are as many computations, and as many clients that wait for theirs, as there may be."""


@define(eq=False)
class Worker:
    """A place for one process, which is started when it is needed, and told what all its work is about."""

    limit: int
    subject: Callable[[], bytes] | None = None
    starting: asyncio.Task[asyncio.subprocess.Process] | None = None

    @property
    def is_warm(self) -> bool:
        """Whether there is a process that runs, as far as is known."""
        if self.starting is None or not self.starting.done() or self.starting.exception() is not None:
            return False
        return self.starting.result().returncode is None

    async def start(self) -> asyncio.subprocess.Process:
        """Return the process. A start is not left half done if nobody waits for it any more.

        Raises:
            OSError: if no process can be started.
        """
        if not self.is_warm:
            await self.end()
            self.starting = asyncio.create_task(self._started())
        assert self.starting is not None
        return await asyncio.shield(self.starting)

    async def _started(self) -> asyncio.subprocess.Process:
        """Return a new process, which reads what its work is about before anything else."""
        pipe, nothing = asyncio.subprocess.PIPE, asyncio.subprocess.DEVNULL
        options = [str(self.limit)] if self.subject is None else [str(self.limit), "subject"]
        process = await asyncio.create_subprocess_exec(
            *COMMAND, *options, stdin=pipe, stdout=pipe, stderr=nothing, limit=READ_LIMIT
        )
        if self.subject is not None:
            assert process.stdin is not None
            process.stdin.write(self.subject() + b"\n")
        return process

    async def end(self) -> None:
        """End the process, whatever it does, and wait until it is gone."""
        starting, self.starting = self.starting, None
        if starting is not None:
            with suppress(OSError):
                process = await starting
                if process.returncode is None:
                    with suppress(ProcessLookupError):
                        process.kill()
                await process.wait()

    async def answer(self, request: bytes, send: Send, begun: Callable[[], None]) -> bool:
        """Send the lines that answer a request; return whether the last of them, a scene or an error, was sent.

        ``begun`` is called at the first line: a new process has loaded by then what it needs.
        """
        process = await self.start()
        assert process.stdin is not None and process.stdout is not None
        process.stdin.write(request + b"\n")
        await process.stdin.drain()
        is_begun = False
        while line := await process.stdout.readline():
            if not is_begun:
                begun()
            is_begun = True
            await send(line)
            if not line.startswith(b'{"progress"'):
                return True
        return False


@define(eq=False)
class Workers:
    """The workers of a server. A client has one computation at a time: a newer request ends the older one.

    A process is started before it is needed, for starting takes longer than most computations. The ``subject``
    returns a line that every process reads first (:mod:`tropical.pictures.explorer.worker_process`); it is asked for
    when a process starts.
    """

    limit: int
    subject: Callable[[], bytes] | None = None
    current: dict[str, asyncio.Task[None]] = field(factory=dict)
    """What is computed, or waits, by the clients who asked for it."""
    _free: asyncio.PriorityQueue[tuple[bool, int, Worker]] = field(factory=asyncio.PriorityQueue, init=False)
    _idle: set[Worker] = field(factory=set, init=False)
    _endings: set[asyncio.Task[None]] = field(factory=set, init=False)
    _numbers: count[int] = field(factory=count, init=False)
    _is_closed: bool = field(default=False, init=False)

    def __attrs_post_init__(self) -> None:
        for _ in range(MOST_WORKERS):
            self._put(Worker(self.limit, self.subject))

    async def prepare(self) -> None:
        """Start a process, if none is idle."""
        if not self._idle and not self._free.empty():
            await self._give_back(self._take(self._free.get_nowait()), is_fit=True)

    async def answer(self, client: str, request: bytes, send: Send) -> None:
        """Send the lines that answer a request of a client; the last one is a scene or an error.

        If this is cancelled, so is the computation.

        Raises:
            Busy: before anything is sent, if too many wait already.
        """
        self.stop(client)
        if self._is_closed or len(self.current) >= MOST_WORKERS + MOST_WAITING:
            raise Busy(f"{len(self.current)} computations are under way or waiting; ask again when some have ended")
        work = self.current[client] = asyncio.create_task(self._compute(request, send))
        try:
            await asyncio.wait({work})
        finally:
            work.cancel()
            if self.current.get(client) is work:
                del self.current[client]
        if work.cancelled():
            await send(error("the computation was ended"))
        else:
            work.result()

    def stop(self, client: str) -> None:
        """End the computation of a client, if there is one."""
        work = self.current.pop(client, None)
        if work is not None:
            work.cancel()

    async def close(self) -> None:
        """End all computations and processes, and wait for their end; nothing is done the second time."""
        if self._is_closed:
            return
        self._is_closed = True
        for client in list(self.current):
            self.stop(client)
        for _ in range(MOST_WORKERS):
            await self._take(await self._free.get()).end()

    async def _compute(self, request: bytes, send: Send) -> None:
        if self._free.empty():
            await send(progress("waiting for other computations"))
        worker = self._take(await self._free.get())
        is_done, problem = False, "the computation was ended"
        try:
            now = asyncio.get_running_loop().time
            async with asyncio.timeout(TIME_LIMIT) as clock:
                is_done = await worker.answer(request, send, lambda: clock.reschedule(now() + TIME_LIMIT))
        except TimeoutError:
            problem = f"the computation took more than {TIME_LIMIT:.0f} seconds; ask for less"
        except ValueError:
            problem = f"the scene has more than {READ_LIMIT} bytes; ask for less"
        except (BrokenPipeError, ConnectionResetError):
            pass
        except OSError as failure:
            problem = f"no process can be started ({failure.strerror})"
        finally:
            self._later(self._give_back(worker, is_done))
        if not is_done:
            await send(error(problem))

    async def _give_back(self, worker: Worker, is_fit: bool) -> None:
        """Make a place free. Its process stays if it can be used again; if none is idle it is started."""
        if self._is_closed or not is_fit or len(self._idle) >= MOST_IDLE:
            await worker.end()
        if not self._is_closed and (worker.is_warm or not self._idle):
            self._idle.add(worker)
            with suppress(OSError):
                await worker.start()
        self._put(worker)

    def _put(self, worker: Worker) -> None:
        self._free.put_nowait((not worker.is_warm, next(self._numbers), worker))

    def _take(self, place: tuple[bool, int, Worker]) -> Worker:
        self._idle.discard(place[2])
        return place[2]

    def _later(self, task: Coroutine[None, None, None]) -> None:
        """Run what must be finished although nobody waits for it."""
        ending = asyncio.create_task(task)
        self._endings.add(ending)
        ending.add_done_callback(self._endings.discard)


def error(message: str) -> bytes:
    """Return the line of an error."""
    return json.dumps({"error": message}).encode() + b"\n"


def progress(message: str) -> bytes:
    """Return a line that tells how far an answer is."""
    return json.dumps({"progress": message}).encode() + b"\n"
