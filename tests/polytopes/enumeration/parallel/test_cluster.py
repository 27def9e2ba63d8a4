"""Counts on a real Dask cluster, whose workers are killed while they count."""

from __future__ import annotations

import os
import signal
import sys

import pytest

from polytopes.enumeration.parallel import scheduler
from polytopes.enumeration.parallel.cluster import cluster_workers
from polytopes.enumeration.parallel.scheduler import count_in_pool, slices
from polytopes.enumeration.parallel.slices import Problem
from polytopes.errors import InputError, MissingExtraError
from tests.polytopes.enumeration.parallel.test_scheduler import program

PROGRAM = program(4, (10, 10, 10))


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


def test_nothing_listens(monkeypatch):
    monkeypatch.setattr("polytopes.enumeration.parallel.cluster.CONNECT", 1)
    with pytest.raises(InputError, match="no Dask scheduler"), cluster_workers("tcp://127.0.0.1:9"):
        pass
    with pytest.raises(InputError, match="no Dask scheduler"), cluster_workers("nonsense://"):
        pass


def test_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(MissingExtraError, match=r"\[cluster\]"), cluster_workers("tcp://127.0.0.1:9"):
        pass
