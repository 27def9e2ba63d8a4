"""Counts on a real Dask cluster whose workers are killed while they count, by TLS, and where there is none."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager

import pytest

from polytopes.enumeration.parallel import scheduler
from polytopes.enumeration.parallel.cluster import Cluster, cluster_workers
from polytopes.enumeration.parallel.scheduler import count_in_pool, slices
from polytopes.enumeration.parallel.slices import Problem
from polytopes.errors import FileFormatError, InputError, MissingExtraError, WorkersLost
from tests.polytopes.enumeration.parallel.test_scheduler import program
from tests.polytopes.enumeration.parallel.tls import LOCAL, make_certificates, tls_cluster_of

PROGRAM, SMALL = program(4, (10, 10, 10)), program(3, (6, 6))
PLAIN = {**LOCAL, "protocol": "tcp://"}


@pytest.fixture(scope="module")
def cluster():
    from distributed import LocalCluster

    with LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as cluster:
        yield cluster


def test_same_answer_with_workers_killed(cluster, monkeypatch):
    for name in ("FIRST", "SHORTEST", "LONGEST"):
        monkeypatch.setattr(scheduler, name, 0.0)
    whole = count_in_pool(PROGRAM).count
    killed, counts = [], []
    with cluster_workers(cluster.scheduler_address) as workers:
        for part in slices(Problem.of(PROGRAM), workers):
            counts.append(part.count)
            if part.count and len(counts) - counts.count(0) in (8, 16):
                pids = [worker.pid for worker in cluster.workers.values() if worker.pid and worker.pid not in killed]
                os.kill(pids[0], signal.SIGKILL)
                killed.append(pids[0])
    assert sum(counts) == whole
    assert len(set(killed)) == 2


# Schedulers that are not there, or not any more


def test_nothing_listens(monkeypatch):
    """Dask is not asked: it would try again and again."""
    monkeypatch.setattr("distributed.Client", None)
    with pytest.raises(InputError, match=r"no Dask scheduler .*refused"), cluster_workers("tcp://127.0.0.1:9"):
        pass
    with pytest.raises(InputError, match=r"no Dask scheduler .*a host and a port"), cluster_workers("tcp://localhost"):
        pass
    with pytest.raises(InputError, match="no Dask scheduler"), cluster_workers("tcp://nowhere.invalid:8786"):
        pass


def test_addresses_without_a_port_to_try(monkeypatch):
    monkeypatch.setattr("polytopes.enumeration.parallel.cluster.CONNECT", 1)
    with pytest.raises(InputError, match="no Dask scheduler"), cluster_workers("nonsense://"):
        pass


@contextmanager
def listening(answer):
    """A port at which connections are taken and handed to a function."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=lambda: answer(server.accept()[0]), daemon=True)
        thread.start()
        yield f"tcp://127.0.0.1:{server.getsockname()[1]}"
        thread.join()


def test_something_else_listens(monkeypatch):
    monkeypatch.setattr("distributed.Client", None)
    monkeypatch.setattr("polytopes.enumeration.parallel.cluster.CONNECT", 0.2)
    silent = lambda stream: (stream.recv(1), stream.close())  # noqa: E731
    with listening(silent) as address, pytest.raises(InputError, match=r"no answer within"), cluster_workers(address):
        pass
    closing = lambda stream: stream.close()  # noqa: E731
    with listening(closing) as address, pytest.raises(InputError, match="closed at once"), cluster_workers(address):
        pass


def test_a_scheduler_that_ends(monkeypatch):
    from distributed import LocalCluster

    for name in ("FIRST", "SHORTEST", "LONGEST"):
        monkeypatch.setattr(scheduler, name, 0.0)
    monkeypatch.setattr("polytopes.enumeration.parallel.cluster.RECONNECT", 0.2)
    parts = 0
    with (
        LocalCluster(n_workers=1, threads_per_worker=1, processes=False, **PLAIN) as local,
        pytest.raises(WorkersLost, match=r"the Dask scheduler at .* was lost while it was used"),
        cluster_workers(local.scheduler_address) as workers,
    ):
        for part in slices(Problem.of(PROGRAM), workers):
            parts += part.count > 0
            if parts == 8:
                local.close()


@pytest.mark.slow
def test_a_scheduler_that_is_killed(tmp_path, monkeypatch):
    for name in ("FIRST", "SHORTEST", "LONGEST"):
        monkeypatch.setattr(scheduler, name, 0.0)
    file = tmp_path / "scheduler.json"
    command = [sys.executable, "-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0"]
    command += ["--dashboard-address", "127.0.0.1:0", "--scheduler-file", str(file)]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        try:
            deadline = time.monotonic() + 120
            while not file.exists() or not file.read_text():
                assert time.monotonic() < deadline
                time.sleep(0.1)
            with pytest.raises(WorkersLost, match="was lost"), cluster_workers(str(file)) as workers:
                for number, _ in enumerate(slices(Problem.of(PROGRAM), workers)):
                    if number == 2:
                        process.kill()
        finally:
            process.kill()


def test_a_cluster_without_workers(monkeypatch):
    from distributed import LocalCluster

    monkeypatch.setattr("polytopes.enumeration.parallel.cluster.NO_WORKERS", 0.5)
    with (
        LocalCluster(n_workers=0, processes=False, **PLAIN) as local,
        pytest.raises(WorkersLost, match="has no workers since"),
        cluster_workers(local.scheduler_address) as workers,
    ):
        list(slices(Problem.of(PROGRAM), workers))


# Scheduler files


def test_a_scheduler_file(cluster, tmp_path):
    (tmp_path / "scheduler.json").write_text(json.dumps({"type": "Scheduler", "address": cluster.scheduler_address}))
    with cluster_workers(str(tmp_path / "scheduler.json")) as workers:
        assert sum(part.count for part in slices(Problem.of(SMALL), workers)) == count_in_pool(SMALL).count


@pytest.mark.parametrize("content", [None, b"", b"{", b"[]", b"{}", b'{"address": 5}', b"\xff\xfe", b"[" * 10**5])
def test_files_that_are_not_of_a_scheduler(tmp_path, content):
    path = tmp_path / "scheduler.json"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(FileFormatError, match=r"scheduler\.json: "), cluster_workers(str(path)):
        pass


# TLS


@pytest.fixture(scope="module")
def certificates(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tls")
    make_certificates(folder)
    return folder


@pytest.fixture(scope="module")
def tls_cluster(certificates):
    with tls_cluster_of(certificates) as local:
        yield local


def by_tls(folder, address, ca="good-ca.pem", cert="good.pem", key="good.key"):
    return Cluster(address, folder / ca, str(folder / cert), None if key is None else folder / key)


@pytest.mark.parametrize("files", [{}, {"cert": "both.pem", "key": None}])
def test_a_count_by_tls(tls_cluster, certificates, files):
    assert tls_cluster.scheduler_address.startswith("tls://")
    with cluster_workers(by_tls(certificates, tls_cluster.scheduler_address, **files)) as workers:
        assert sum(part.count for part in slices(Problem.of(SMALL), workers)) == count_in_pool(SMALL).count


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({"ca": "bad-ca.pem"}, r"TLS does not succeed"),
        ({"cert": "bad.pem", "key": "bad.key"}, r"TLS does not succeed|closed at once|reset"),
    ],
)
def test_certificates_of_another_authority(tls_cluster, certificates, files, reason, monkeypatch):
    """The server is not trusted, or does not trust us."""
    monkeypatch.setattr("distributed.Client", None)
    cluster = by_tls(certificates, tls_cluster.scheduler_address, **files)
    with pytest.raises(InputError, match=f"no Dask scheduler answers at .*({reason})"), cluster_workers(cluster):
        pass


def test_without_certificates(tls_cluster):
    with pytest.raises(InputError, match="TLS needs certificates"), cluster_workers(tls_cluster.scheduler_address):
        pass


def test_one_speaks_tls_and_one_does_not(cluster, tls_cluster, certificates, monkeypatch):
    monkeypatch.setattr("polytopes.enumeration.parallel.cluster.CONNECT", 1)
    plain = tls_cluster.scheduler_address.replace("tls", "tcp")
    with pytest.raises(InputError, match=r"closed at once|no answer|reset"), cluster_workers(plain):
        pass
    secure = cluster.scheduler_address.replace("tcp", "tls")
    with pytest.raises(InputError, match="no Dask scheduler"), cluster_workers(by_tls(certificates, secure)):
        pass


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({"ca": "none.pem"}, "none.pem: no such file"),
        ({"cert": "none.pem"}, "none.pem: no such file"),
        ({"key": "none.key"}, "none.key: no such file"),
        ({"ca": "good.key"}, "good.key: not the certificate of an authority"),
        ({"cert": "good.key"}, "good.key: not a certificate"),
        ({"cert": "good.pem", "key": None}, "good.pem: not a certificate in PEM that belongs to its key"),
        ({"key": "bad.key"}, "good.pem: not a certificate in PEM that belongs to its key"),
        ({"key": "locked.key"}, "locked.key: the key is encrypted"),
    ],
)
def test_files_that_are_no_certificates(certificates, files, reason):
    with pytest.raises(InputError, match=reason), cluster_workers(by_tls(certificates, "tls://127.0.0.1:9", **files)):
        pass


def test_tls_needs_its_files_and_its_address(certificates):
    with pytest.raises(InputError, match="TLS needs"):
        Cluster("tls://127.0.0.1:9", tls_ca=certificates / "good-ca.pem")
    with pytest.raises(InputError, match="TLS needs"):
        Cluster("tls://127.0.0.1:9", tls_key=certificates / "good.key")
    with pytest.raises(InputError, match="which is not tls://"), cluster_workers(by_tls(certificates, "tcp://h:1")):
        pass


def test_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(MissingExtraError, match=r"\[cluster\]"), cluster_workers("tcp://127.0.0.1:9"):
        pass
