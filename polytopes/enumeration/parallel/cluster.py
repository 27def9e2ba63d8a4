"""Workers on a Dask cluster, through the extra ``cluster``."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from polytopes.enumeration.parallel.workers import Futures, Workers
from polytopes.errors import InputError, MissingExtraError

CONNECT, REFRESH = 10, 2.0
"""Seconds to wait for a scheduler, and between two looks at how many workers there are."""


@contextmanager
def cluster_workers(address: str) -> Iterator[Workers]:
    """Give the workers of the Dask scheduler at an address such as ``tcp://host:8786``; they need this library too.

    Raises:
        MissingExtraError: if distributed is not installed.
        InputError: if nothing answers at the address.
    """
    try:
        from distributed import Client
    except ImportError:
        raise MissingExtraError("distributed", "cluster", "a count on a cluster") from None
    try:
        client = Client(address, timeout=CONNECT, set_as_default=False)
    except (OSError, ValueError, TypeError) as error:
        raise InputError(f"no Dask scheduler answers at {address!r} ({error}); give its address") from None
    with client:
        yield Futures(client.get_executor(pure=False), _Threads(client))


class _Threads:
    """The number of threads of all workers, which may come and go."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self._read, self._number = float("-inf"), 1

    def __call__(self) -> int:
        if time.monotonic() > self._read + REFRESH:
            self._number = sum(self._client.nthreads().values())
            self._read = time.monotonic()
        return self._number
