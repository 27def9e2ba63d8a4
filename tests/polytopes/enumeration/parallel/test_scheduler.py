"""Counts by many workers: the same answer for any kind and number of them, and whatever happens to them."""

from __future__ import annotations

import os
import pickle
import random
import signal
import subprocess
import sys
import threading
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from fractions import Fraction

import pytest

from polytopes.enumeration.cells import cells
from polytopes.enumeration.parallel import scheduler
from polytopes.enumeration.parallel.processes import Processes
from polytopes.enumeration.parallel.scheduler import Totals, count_in_pool
from polytopes.enumeration.parallel.slices import Problem
from polytopes.enumeration.parallel.workers import Here, Task, work
from polytopes.enumeration.program_builder import ProgramBuilder
from polytopes.errors import DomainError, InputError, LimitReached, WorkersLost
from polytopes.polyhedra.polyhedron import Polyhedron
from tests.paths import ROOT


def program(dim=2, widths=(6, 6), shift=0):
    build, generator = ProgramBuilder(dim), random.Random(shift)
    slots = list(build.inputs)
    for width in widths:
        rows = [{slot: Fraction(generator.randrange(-9, 10)) for slot in (0, *slots)} for _ in range(width)]
        slots = build.relu(build.linear(rows))
    return build.finish(slots)


SMALL = program()
PLENTY = program(4, (12, 12, 12))
BIG = program(4, (24, 24, 24))
BOX = Polyhedron.box([-1, -1], [1, 1])


@pytest.fixture
def hasty(monkeypatch):
    """Slices so short that even small counts are handed out."""
    monkeypatch.setattr(scheduler, "FIRST", 0.0)
    monkeypatch.setattr(scheduler, "SHORTEST", 0.0)
    monkeypatch.setattr(scheduler, "LONGEST", 0.001)
    monkeypatch.setattr("polytopes.enumeration.compiled_count.STEPS", 5)
    monkeypatch.setattr("polytopes.enumeration.compiled_walk.STEPS", 5)
    monkeypatch.setattr("polytopes.enumeration.compiled_walk.STEPS_OF_PROBE", 5)


def expected(program, domain=None, method=None):
    found = list(cells(program, domain, method))
    return Totals(len(found), sum(cell.is_bounded for cell in found))


@pytest.mark.parametrize("method", ["vertices", "witness"])
@pytest.mark.parametrize("jobs", [1, 3, pytest.param(2, marks=pytest.mark.slow)])
@pytest.mark.parametrize("domain", [None, BOX])
def test_any_number_of_workers(hasty, jobs, method, domain):
    assert count_in_pool(SMALL, domain, jobs=jobs, method=method, bounded=True) == expected(SMALL, domain)


def test_relative_domain(hasty):
    line = Polyhedron.from_rows(equations=[(0, 1, -2)])
    with pytest.raises(DomainError):
        count_in_pool(SMALL, line, jobs=2)
    assert count_in_pool(SMALL, line, jobs=2, relative=True).count == sum(1 for _ in cells(SMALL, line, relative=True))


def test_executors(hasty):
    for make in (ThreadPoolExecutor, ProcessPoolExecutor):
        with make(2) as executor:
            assert count_in_pool(SMALL, executor=executor, jobs=2, bounded=True) == expected(SMALL)


def test_processes_that_are_not_forks(hasty):
    problem = Problem.of(SMALL, bounded=True)
    parts = list(scheduler.slices(problem, Processes(2, fork=False)))
    assert Totals(sum(p.count for p in parts), sum(p.n_bounded for p in parts)) == expected(SMALL)


def test_no_fork_beside_threads():
    from polytopes.enumeration.parallel.processes import fork_is_safe

    problem = Problem.of(SMALL)
    other = threading.Event()
    thread = threading.Thread(target=other.wait)
    thread.start()
    try:
        assert not fork_is_safe(problem)
    finally:
        other.set()
        thread.join()
    assert not fork_is_safe(Problem.of(SMALL, method="witness"))


class Murderous(Processes):
    """Kills the worker of every n-th task while it has it."""

    def __init__(self, n, every, fork=True, most=3):
        super().__init__(n, fork)
        self.every, self.most, self.submitted, self.killed = every, most, 0, 0

    def submit(self, task):
        super().submit(task)
        self.submitted += 1
        if self.submitted % self.every == 0 and self.killed < self.most:
            desk = next(desk for desk in self._desks if desk.task is task)
            os.kill(desk.process.pid, signal.SIGKILL)
            self.killed += 1


@pytest.mark.parametrize(
    ("every", "fork"), [(3, True), *(pytest.param(*case, marks=pytest.mark.slow) for case in ((7, True), (3, False)))]
)
def test_killed_workers_lose_only_their_slice(monkeypatch, every, fork):
    for name in ("FIRST", "SHORTEST", "LONGEST"):
        monkeypatch.setattr(scheduler, name, 0.0)
    monkeypatch.setattr("polytopes.enumeration.compiled_count.STEPS", 1000)
    monkeypatch.setattr("polytopes.enumeration.compiled_walk.STEPS", 1000)
    program_ = PLENTY
    workers = Murderous(2, every, fork)
    total = sum(part.count for part in scheduler.slices(Problem.of(program_), workers))
    assert total == count_in_pool(program_).count
    assert workers.killed >= 1


def test_work_that_kills_every_worker(hasty):
    with pytest.raises(WorkersLost, match="4 times"):
        list(scheduler.slices(Problem.of(SMALL), Murderous(2, 1, most=99)))


def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)


def test_broken_executor_is_made_anew(monkeypatch):
    monkeypatch.setattr(scheduler, "SHORTEST", 0.01)
    monkeypatch.setattr("polytopes.enumeration.compiled_count.STEPS", 1000)
    monkeypatch.setattr("polytopes.enumeration.compiled_walk.STEPS", 1000)
    made = []

    def make():
        executor = ProcessPoolExecutor(2)
        made.append(executor)
        if len(made) == 1:
            executor.submit(die).exception()
        return executor

    program_ = program(4, (10, 10, 10))
    assert count_in_pool(program_, executor=make, jobs=2) == count_in_pool(program_)
    assert len(made) == 2
    with ProcessPoolExecutor(1) as executor:
        executor.submit(die)
        with pytest.raises(WorkersLost, match="function"):
            count_in_pool(program_, executor=executor, jobs=1)


def test_limit_timeout_and_progress(monkeypatch):
    monkeypatch.setattr(scheduler, "SHORTEST", 0.01)
    for jobs in (1, 2):
        with pytest.raises(LimitReached) as stop:
            count_in_pool(BIG, jobs=jobs, limit=1000)
        assert stop.value.partial.count > 1000
        with pytest.raises(LimitReached, match=r"0\.3 s") as stop:
            count_in_pool(BIG, jobs=jobs, timeout=0.3)
        assert stop.value.partial.count > 0
    seen = []
    total = count_in_pool(SMALL, jobs=2, progress=seen.append)
    assert seen[-1] == total
    assert [t.count for t in seen] == sorted(t.count for t in seen)


def test_wrong_number_of_jobs():
    for jobs in (-1, 10**6):
        with pytest.raises(InputError, match=f"{jobs} jobs; give a number"):
            count_in_pool(SMALL, jobs=jobs)


def test_errors_in_workers_come_home():
    class Broken(Processes):
        def submit(self, task):
            super().submit(Task(task.digest, (7,), task.seconds))

    with pytest.raises(TypeError):
        list(scheduler.slices(Problem.of(BIG), Broken(1, True)))


def test_problems_are_small_and_known_by_content():
    count_in_pool(SMALL)
    problem, again = Problem.of(SMALL, BOX), Problem.of(program(), Polyhedron.box([-1, -1], [1, 1]))
    assert len(pickle.dumps(problem)) < 5000
    assert pickle.loads(pickle.dumps(problem)).digest == problem.digest == again.digest
    others = [Problem.of(SMALL), Problem.of(program(shift=1), BOX), Problem.of(SMALL, BOX, "witness")]
    others += [Problem.of(SMALL, BOX, relative=True), Problem.of(SMALL, BOX, bounded=True)]
    assert len({problem.digest, *(other.digest for other in others)}) == 6


def test_a_worker_asks_for_a_problem_that_it_does_not_know():
    problem = Problem.of(program(shift=2))
    task = Task(problem.digest, ((),), 60.0)
    assert work(task) is None
    assert work(Task(problem.digest, ((),), 60.0, problem)).count == expected(problem.program).count
    assert work(task).count == expected(problem.program).count


def test_workers_end_with_the_process_that_they_work_for(tmp_path):
    """Also after kill -9."""
    code = (
        "import os, sys; from tests.polytopes.enumeration.parallel.test_scheduler import *\n"
        "workers = Processes(2, sys.argv[1] == 'fork')\n"
        "for _ in scheduler.slices(Problem.of(BIG), workers):\n"
        "    if len(workers._desks) == 2:\n"
        "        print(*(desk.process.pid for desk in workers._desks), flush=True)\n"
        "        os.kill(os.getpid(), 9)\n"
    )
    for kind in ("fork", "fresh"):
        run = subprocess.run([sys.executable, "-c", code, kind], cwd=ROOT, capture_output=True, text=True, timeout=60)
        assert run.returncode == -signal.SIGKILL, run.stderr
        pids = [int(word) for word in run.stdout.split()]
        assert len(pids) == 2
        assert all(_ends(pid, 20.0) for pid in pids)


def _ends(pid, seconds):
    import time

    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            with open(f"/proc/{pid}/stat") as status:
                if status.read().rpartition(")")[2].split()[0] == "Z":
                    return True
        except OSError:
            return True
        time.sleep(0.05)
    return False


@pytest.mark.parametrize("fork", [True, False])
def test_who_waits_is_given_work(monkeypatch, fork):
    """Slices without end are ended where others have nothing to do, and all work."""
    for name in ("SHORTEST", "LONGEST"):
        monkeypatch.setattr(scheduler, name, 1000.0)
    workers = Processes(3, fork)
    parts = list(scheduler.slices(Problem.of(PLENTY), workers))
    assert sum(part.count for part in parts) == count_in_pool(PLENTY).count
    assert sum(1 for part in parts if part.left) > 1


def test_hurry_before_and_after_a_task():
    """Who is asked to hurry without a task, or too late, takes the next task as if nothing had been said."""
    problem = Problem.of(SMALL)
    workers = Processes(1, fork=True)
    workers.hurry()
    for _ in range(3):
        workers.submit(Task(problem.digest, ((),), 60.0, problem))
        workers.hurry()
        workers.hurry()
        [outcome] = workers.outcomes(60.0)
        count, left = outcome.slice.count, outcome.slice.left
        while left:
            workers.submit(Task(problem.digest, left, 60.0, problem))
            [outcome] = workers.outcomes(60.0)
            count, left = count + outcome.slice.count, outcome.slice.left
        assert count == expected(SMALL).count
    workers.close()


def test_here_is_a_worker_too():
    assert sum(part.count for part in scheduler.slices(Problem.of(SMALL), Here())) == expected(SMALL).count
