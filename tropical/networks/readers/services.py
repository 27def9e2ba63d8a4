"""Processes that libraries work in which may crash or run on, so that they do no harm.

A service gets requests and gives answers, bytes that are never unpickled. Every thread has its own, started when it is
first needed; a request that takes too long ends it.
"""

from __future__ import annotations

import os
import signal
import threading
import weakref
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection, Pipe
from subprocess import Popen

from polytopes.enumeration.parallel.processes import started

_own = threading.local()


class ServiceEnded(Exception):
    """A service crashed, or took too long; the message says which."""


class Service:
    """The process of a module, and the connection to it.

    Its function ``serve_at`` is called with a file number, and is to call :func:`serve`.
    """

    def __init__(self, module: str, seconds: int) -> None:
        self._line, other = Pipe()
        with other:
            self._process = started(other, module)
        self._seconds = seconds
        self._line.send_bytes(str(seconds).encode())
        self._owner = os.getpid()
        weakref.finalize(self, _end, self._owner, self._line, self._process)

    @property
    def is_usable(self) -> bool:
        """Whether it runs, and was not started by the process of which this one is a fork."""
        return self._owner == os.getpid() and self._process.poll() is None

    def asked(self, request: bytes) -> bytes:
        """Send a request and return what is answered.

        Raises:
            ServiceEnded: if the process ends.
        """
        try:
            self._line.send_bytes(request)
            return self._line.recv_bytes()
        except (EOFError, OSError):
            out_of_time = self._process.wait() == -signal.SIGALRM
            raise ServiceEnded(f"took more than {self._seconds} seconds" if out_of_time else "crashed") from None


def running(module: str, seconds: int) -> Service:
    """Return the service of a module for this thread, which ends itself after so many seconds with one request.

    Raises:
        OSError: if it cannot be started.
    """
    services: dict[str, Service] = _own.__dict__.setdefault("services", {})
    service = services.get(module)
    if service is None or not service.is_usable:
        service = services[module] = Service(module, seconds)
    return service


def serve(number: int, answer: Callable[[bytes], bytes]) -> None:
    """Answer the other end of the connection with a file number, in silence, until it is closed."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    with Connection(number) as line, suppress(EOFError, OSError):
        seconds = int(line.recv_bytes())
        while True:
            request = line.recv_bytes()
            signal.alarm(seconds)
            line.send_bytes(answer(request))
            signal.alarm(0)


def _end(owner: int, line: Connection, process: Popen[bytes]) -> None:
    if os.getpid() == owner:
        line.close()
        process.kill()
        process.wait()
