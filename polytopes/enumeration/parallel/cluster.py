"""Workers on a Dask cluster, through the extra ``cluster``.

What goes to a Dask scheduler and comes back is pickled, and whoever can reach a scheduler can run code on its workers:
a cluster belongs in a private network, or behind TLS with certificates of its own.
"""

from __future__ import annotations

import json
import logging
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from attrs import converters, field, frozen

from polytopes.enumeration.parallel.workers import Futures, Outcome, Task, Workers
from polytopes.errors import FileFormatError, InputError, MissingExtraError, WorkersLost

if TYPE_CHECKING:
    from distributed import Client
    from distributed.security import Security

CONNECT, RECONNECT, REFRESH = 10.0, 5.0, 2.0
"""Seconds to wait for a scheduler, for one that was lost, and between two looks at how many workers there are."""
NO_WORKERS = 120.0
"""Seconds for which a cluster may be without workers."""
CHECKED = ("tcp", "tls")
"""Protocols whose ports are tried before Dask does, which would try again and again."""


@frozen
class Cluster:
    """Where a Dask scheduler is: an address such as ``tcp://host:8786``, or the file that it writes, ``FILE.json``.

    ``tls_ca`` is the certificate of the authority of the cluster, ``tls_cert`` and ``tls_key`` are one's own
    certificate and its key, all in PEM files; without them those of Dask's own configuration are taken.
    """

    address: str = field(converter=str)
    tls_ca: Path | None = field(default=None, converter=converters.optional(Path))
    tls_cert: Path | None = field(default=None, converter=converters.optional(Path))
    tls_key: Path | None = field(default=None, converter=converters.optional(Path))

    def __attrs_post_init__(self) -> None:
        if (self.tls_ca is None) != (self.tls_cert is None) or (self.tls_key is not None and self.tls_cert is None):
            raise InputError("TLS needs the certificate of the authority and one's own, with its key if that is apart")

    @property
    def scheduler(self) -> str:
        """The address of the scheduler, read from its file if a file is named.

        Raises:
            FileFormatError: if the file is not one of a scheduler.
            InputError: if TLS files are given for an address without TLS.
        """
        found = self.address if "://" in self.address or not self.address.endswith(".json") else self._in_file()
        if self.tls_ca is not None and not found.startswith("tls://"):
            raise InputError(f"TLS files are given, but the scheduler is at {found!r}, which is not tls://")
        return found

    def _in_file(self) -> str:
        try:
            content = json.loads(Path(self.address).read_bytes())
        except OSError as error:
            raise FileFormatError(f"{self.address}: cannot be read ({error.strerror})") from None
        except (ValueError, RecursionError):
            raise FileFormatError(f"{self.address}: not the file of a Dask scheduler, which is JSON") from None
        found = content.get("address") if isinstance(content, dict) else None
        if not isinstance(found, str):
            raise FileFormatError(f"{self.address}: not the file of a Dask scheduler, which has an address")
        return found

    def security(self) -> Security:
        """Return what Dask needs to know for TLS.

        Raises:
            InputError: if the files are not what they should be.
        """
        from distributed.security import Security

        if self.tls_ca is None or self.tls_cert is None:
            return Security()
        _check_certificates(self.tls_ca, self.tls_cert, self.tls_key)
        key = self.tls_cert if self.tls_key is None else self.tls_key
        files = {"tls_ca_file": self.tls_ca, "tls_client_cert": self.tls_cert, "tls_client_key": key}
        return Security(require_encryption=True, **{name: str(path) for name, path in files.items()})


@contextmanager
def cluster_workers(cluster: Cluster | str) -> Iterator[Workers]:
    """Give the workers of a Dask scheduler; they need this library too.

    Raises:
        MissingExtraError: if distributed is not installed.
        InputError: if nothing answers at the address, or TLS does not succeed.
        WorkersLost: if the scheduler is lost while it is used.
    """
    try:
        from distributed import Client
    except ImportError:
        raise MissingExtraError("distributed", "cluster", "a count on a cluster") from None
    if isinstance(cluster, str):
        cluster = Cluster(cluster)
    address, security = cluster.scheduler, cluster.security()
    with _quiet():
        try:
            check_scheduler(address, security)
            client = Client(address, timeout=CONNECT, set_as_default=False, security=security)
        except (OSError, ValueError, TypeError, RuntimeError) as error:
            raise InputError(f"no Dask scheduler answers at {address!r} ({_reason(error)}); give its address") from None
        try:
            yield ClusterWorkers(client, address)
        finally:
            client.close(timeout=CONNECT)


def check_scheduler(address: str, security: Security) -> None:
    """Try to reach a scheduler, which speaks first when it is connected to; Dask itself would be slow to give up.

    Raises:
        OSError: if nothing listens there, TLS does not succeed, or nothing is said.
        ValueError: if the address has no port.
    """
    parts = urlsplit(address if "://" in address else f"tcp://{address}")
    if parts.scheme not in CHECKED:
        return
    if not parts.hostname or not parts.port:
        raise ValueError("an address has a host and a port, as tcp://host:8786")
    with socket.create_connection((parts.hostname, parts.port), CONNECT) as plain:
        connection: socket.socket = plain
        if parts.scheme == "tls":
            context = security.get_connection_args("client")["ssl_context"]
            if context is None:
                raise ValueError("TLS needs certificates: give --tls-ca, --tls-cert and --tls-key")
            connection = context.wrap_socket(plain)
        with connection:
            if not connection.recv(1):
                raise ConnectionError("the connection is closed at once; does it want TLS?")


class ClusterWorkers(Futures):
    """The workers of a scheduler, which may come and go; the scheduler itself must not be away for long."""

    def __init__(self, client: Client, address: str) -> None:
        super().__init__(client.get_executor(pure=False), self._count)
        self._client, self._address = client, address
        self._looked, self._number = float("-inf"), 0
        self._had_some = time.monotonic()

    def submit(self, task: Task) -> None:
        self._await_scheduler()
        super().submit(task)

    def outcomes(self, seconds: float) -> list[Outcome]:
        self._await_scheduler()
        return super().outcomes(seconds)

    def _count(self) -> int:
        """Return the number of threads of all workers, as it was a short while ago."""
        if time.monotonic() > self._looked + REFRESH and self._is_connected:
            try:
                self._number = sum(self._client.nthreads().values())
            except (OSError, AttributeError):  # the connection is lost just now
                return self._number
            self._looked = time.monotonic()
            self._had_some = self._looked if self._number else self._had_some
        if time.monotonic() > self._had_some + NO_WORKERS:
            raise WorkersLost(f"the Dask scheduler at {self._address!r} has no workers since {NO_WORKERS:.0f} seconds")
        return self._number

    @property
    def _is_connected(self) -> bool:
        stream = self._client.scheduler_comm
        return self._client.status == "running" and stream is not None and not stream.comm.closed()

    def _await_scheduler(self) -> None:
        deadline = time.monotonic() + RECONNECT
        while not self._is_connected:
            if time.monotonic() > deadline:
                raise WorkersLost(
                    f"the Dask scheduler at {self._address!r} was lost while it was used: it has ended, or cannot be"
                    " reached any more; a count with a file to resume from goes on from what is recorded"
                )
            time.sleep(0.1)


def _check_certificates(authority: Path, own: Path, key: Path | None) -> None:
    """Refuse files that are not certificates and a key in PEM, that do not belong together, or need a passphrase."""

    def refuse() -> str:
        raise InputError(f"{key or own}: the key is encrypted; give one without a passphrase")

    for path in (authority, own, key):
        if path is not None and not path.is_file():
            raise InputError(f"{path}: no such file; TLS needs certificates and a key in PEM files")
    try:
        context = ssl.create_default_context(cafile=str(authority))
    except ssl.SSLError:
        raise InputError(f"{authority}: not the certificate of an authority in PEM") from None
    try:
        context.load_cert_chain(own, key, password=refuse)
    except ssl.SSLError as error:
        raise InputError(f"{own}: not a certificate in PEM that belongs to its key ({error.reason})") from None


def _reason(error: Exception) -> str:
    if isinstance(error, ssl.SSLError):
        return f"TLS does not succeed: {getattr(error, 'verify_message', None) or error.reason or error}"
    if isinstance(error, TimeoutError):
        return f"no answer within {CONNECT:.0f} seconds"
    return str(getattr(error, "strerror", None) or error)


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep Dask from logging to standard error what is raised here as an error."""
    loggers = [logging.getLogger(name) for name in ("distributed", "distributed.client", "distributed.comm")]
    levels: list[Any] = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)
