"""Counts on file: killed at any moment and continued, and every kind of file that cannot be used."""

from __future__ import annotations

import os
import random
import signal
import socket
import sqlite3
import stat
import subprocess
import sys
import time
from contextlib import closing, suppress

import pytest

from polytopes.enumeration.linear_pieces import PieceCounter
from polytopes.enumeration.parallel import scheduler
from polytopes.enumeration.parallel.checkpoint import Checkpoint
from polytopes.enumeration.parallel.scheduler import count_in_pool
from polytopes.enumeration.parallel.slices import Problem, Slice
from polytopes.enumeration.parallel.workers import Here
from polytopes.errors import FileFormatError, InputError, LimitReached
from tests.paths import ROOT
from tests.polytopes.enumeration.parallel.test_scheduler import BOX, SMALL, expected, program

MEDIUM = program(4, (10, 10, 10))
PROBLEM = Problem.of(SMALL, bounded=True)


@pytest.fixture
def file(tmp_path):
    return tmp_path / "count.db"


@pytest.fixture
def hasty(monkeypatch):
    monkeypatch.setattr(scheduler, "FIRST", 0.0)
    monkeypatch.setattr(scheduler, "SHORTEST", 0.0)
    monkeypatch.setattr(scheduler, "LONGEST", 0.001)
    monkeypatch.setattr("polytopes.enumeration.compiled_count.STEPS", 5)
    monkeypatch.setattr("polytopes.enumeration.compiled_walk.STEPS", 5)
    monkeypatch.setattr("polytopes.enumeration.compiled_walk.STEPS_OF_PROBE", 5)


def count(file, **options):
    with Checkpoint(file, PROBLEM) as store:
        return count_in_pool(SMALL, bounded=True, store=store, **options)


@pytest.mark.parametrize("jobs", [1, 2])
def test_answer_is_recorded_and_given_again_at_once(hasty, file, jobs):
    assert count(file, jobs=jobs) == expected(SMALL)
    with Checkpoint(file, PROBLEM) as store:
        assert store.is_complete
        slices = store.slices
        assert slices > 5
        assert count_in_pool(SMALL, bounded=True, store=store) == expected(SMALL)
        assert store.slices == slices
    assert [path.name for path in file.parent.iterdir()] == [file.name]


def test_stopped_and_continued(hasty, file):
    stops = 0
    while True:
        try:
            with Checkpoint(file, PROBLEM) as store:
                before = store.count
                total = count_in_pool(SMALL, bounded=True, store=store, limit=before + 7)
            break
        except LimitReached:
            stops += 1
            with Checkpoint(file, PROBLEM) as store:
                assert store.count > before + 7
    assert total == expected(SMALL)
    assert stops > 2


@pytest.mark.parametrize("jobs", [pytest.param(1, marks=pytest.mark.slow), 2])
def test_killed_at_any_moment(file, jobs):
    """What the file has when the process is killed is the beginning of what the next one says."""
    code = (
        "import sys; from pathlib import Path; from tests.polytopes.enumeration.parallel.test_checkpoint import *\n"
        "scheduler.LONGEST = 0.02; scheduler.FIRST = scheduler.SHORTEST = 0.01\n"
        "with Checkpoint(Path(sys.argv[1]), Problem.of(MEDIUM)) as store:\n"
        "    print('begins with', store.count, flush=True)\n"
        "    print(count_in_pool(MEDIUM, jobs=int(sys.argv[2]), store=store).count)\n"
    )
    generator, recorded, kills = random.Random(jobs), [0], 0
    while True:
        run = subprocess.Popen(
            [sys.executable, "-c", code, str(file), str(jobs)], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        begins = run.stdout.readline()
        assert begins == f"begins with {recorded[-1]}\n"
        time.sleep(generator.uniform(0.0, 0.35))
        if kills < 4:
            run.send_signal(signal.SIGKILL)
        out = run.stdout.read()  # communicate would lose what readline has read ahead
        run.wait(timeout=100)
        if run.returncode == 0:
            break
        kills += 1
        with Checkpoint(file, Problem.of(MEDIUM)) as store:
            recorded.append(store.count)
    assert int(out) == count_in_pool(MEDIUM).count
    assert kills >= 1
    assert recorded == sorted(recorded)


def test_two_counts_cannot_share_a_file(file):
    with (
        Checkpoint(file, PROBLEM),
        pytest.raises(InputError, match="in use"),
    ):
        Checkpoint(file, PROBLEM)
    count(file)


def test_file_of_another_problem(file):
    count(file)
    content = file.read_bytes()
    for other in (Problem.of(SMALL, BOX, bounded=True), Problem.of(program(shift=1), bounded=True), Problem.of(SMALL)):
        with pytest.raises(InputError, match="another count"):
            Checkpoint(file, other)
    assert file.read_bytes() == content


@pytest.mark.parametrize("content", [b"a", b"0" * 5000, b"SQLite format 3\0", b"SQLite format 3\0" + b"x" * 4096])
def test_files_of_another_kind(file, content):
    file.write_bytes(content)
    with pytest.raises((FileFormatError, InputError), match=r"count\.db"):
        Checkpoint(file, PROBLEM)
    assert file.read_bytes() == content


def test_another_database_and_another_format(file):
    with sqlite3.connect(file) as base:
        base.execute("CREATE TABLE letters (x)")
    base.close()
    with pytest.raises(FileFormatError, match="another database"):
        Checkpoint(file, PROBLEM)
    file.unlink()
    count(file)
    base = sqlite3.connect(file)
    base.execute("PRAGMA user_version = 99")
    base.close()
    with pytest.raises(FileFormatError, match="format 99"):
        Checkpoint(file, PROBLEM)


def test_damage_is_seen(hasty, file):
    """A byte changed anywhere is refused, or it is one that means nothing."""
    with pytest.raises(LimitReached):
        count(file, limit=20)
    whole = file.read_bytes()
    generator, refused = random.Random(1), 0
    for cut in (50, 100, 1000, len(whole) // 2, len(whole) - 1):
        file.write_bytes(whole[:cut])
        with pytest.raises((FileFormatError, InputError)):
            Checkpoint(file, PROBLEM)
    used = [place for place, byte in enumerate(whole) if byte]
    for place in generator.sample(used, 60):
        damaged = bytearray(whole)
        damaged[place] ^= 1 << generator.randrange(8)
        file.write_bytes(damaged)
        try:
            with Checkpoint(file, PROBLEM) as store:
                assert count_in_pool(SMALL, bounded=True, store=store) == expected(SMALL)
        except (FileFormatError, InputError):
            refused += 1
            assert file.read_bytes() == bytes(damaged)
    assert refused > 20


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE done SET count = '5'",
        "UPDATE done SET count = 'many'",
        "DELETE FROM open",
        "INSERT INTO open VALUES ('0:0')",
        "DELETE FROM done",
        "DROP TABLE problem",
    ],
)
def test_edited_file(hasty, file, change):
    with pytest.raises(LimitReached):
        count(file, limit=20)
    base = sqlite3.connect(file)
    base.execute(change)
    base.commit()
    base.close()
    with pytest.raises((FileFormatError, InputError)):
        Checkpoint(file, PROBLEM)


def test_full_disk(hasty, file):
    """The count ends with one line; the file holds what was recorded and can be continued."""
    with Checkpoint(file, PROBLEM) as store:
        [pages] = store._base.execute("PRAGMA page_count").fetchone()
        store._base.execute(f"PRAGMA max_page_count = {pages}")
        many = tuple(((0, 0), *((gate, winner) for gate in range(1, 90))) for winner in range(200))
        with pytest.raises(InputError, match="full"):
            store.record([()], Slice(3, 0, many))
    with Checkpoint(file, PROBLEM) as store:
        assert (store.count, store.paths()) == (0, [()])
    assert count(file) == expected(SMALL)


def test_file_that_cannot_be_made(file):
    with pytest.raises(InputError, match="cannot be written"):
        Checkpoint(file.parent / "none" / "x.db", PROBLEM)
    with pytest.raises(InputError, match="cannot be written"):
        Checkpoint(file.parent, PROBLEM)


def test_no_room_for_a_new_file(file):
    """In a process of its own, since the limit is one of the process; nothing is left of the file."""
    code = (
        "import resource, sys; from pathlib import Path\n"
        "from tests.polytopes.enumeration.parallel.test_checkpoint import *\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (3000, 3000))\n"
        "Checkpoint(Path(sys.argv[1]), PROBLEM)\n"
    )
    run = subprocess.run([sys.executable, "-c", code, str(file)], cwd=ROOT, capture_output=True, text=True)
    assert run.stderr.splitlines()[-1].startswith(f"polytopes.errors.InputError: {file} cannot be written: ")
    assert run.stderr.endswith("; it is not made\n")
    assert not list(file.parent.iterdir())


def test_an_empty_file_is_a_new_one(file):
    file.touch()
    inode = file.stat().st_ino
    assert count(file) == expected(SMALL)
    assert file.stat().st_ino == inode


def test_links_are_followed_and_stay(file):
    link = file.with_name("link")
    link.symlink_to(file)
    assert count(link) == expected(SMALL)
    assert link.is_symlink() and file.stat().st_size
    with Checkpoint(file, PROBLEM) as store:
        assert store.is_complete
        with pytest.raises(InputError, match="link is in use by another count"):
            Checkpoint(link, PROBLEM)


def nodes(folder):
    """What a path may name that is no file, and links to it, with the word for it."""
    os.mkfifo(folder / "fifo")
    yield folder / "fifo", "a pipe"
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(folder / "s"))
        yield folder / "s", "a socket"
    with suppress(PermissionError):
        os.mknod(folder / "null", 0o666 | stat.S_IFCHR, os.makedev(1, 3))
        yield folder / "null", "a device"
    (folder / "folder").mkdir()
    yield folder / "folder", "a directory"


def test_what_is_no_file_stays_as_it_is(tmp_path):
    for node, word in nodes(tmp_path):
        link = tmp_path / f"link to {node.name}"
        link.symlink_to(node)
        before = node.lstat()
        for path in (node, link):
            with pytest.raises(InputError, match=f"{path}: cannot be written, it is {word}"):
                Checkpoint(path, PROBLEM)
        assert node.lstat() == before and link.is_symlink()


RACE = (
    "import sys, time; from pathlib import Path; from tests.polytopes.enumeration.parallel.test_checkpoint import *\n"
    "print('ready', flush=True); sys.stdin.readline()\n"
    "try:\n"
    "    store = Checkpoint(Path(sys.argv[1]), PROBLEM)\n"
    "except InputError as error:\n"
    "    print(error, flush=True)\n"
    "else:\n"
    "    print('mine', flush=True)\n"
    "    sys.stdin.readline()\n"
)


def test_of_several_counts_on_one_new_file_one_has_it(file):
    """The others say so and touch nothing; a count that is killed does not keep it."""
    command = [sys.executable, "-c", RACE, str(file)]
    runs = [subprocess.Popen(command, cwd=ROOT, stdin=-1, stdout=-1, text=True) for _ in range(3)]
    try:
        for run in runs:
            assert run.stdout.readline() == "ready\n"
        for run in runs:
            run.stdin.write("go\n")
            run.stdin.flush()
        answers = [run.stdout.readline() for run in runs]
        in_use = f"{file} is in use by another count; wait for it, or name another file\n"
        assert sorted(answers) == sorted(["mine\n", in_use, in_use])
        with pytest.raises(InputError, match="in use by another count"):
            Checkpoint(file, PROBLEM)
        runs[answers.index("mine\n")].kill()
        runs[answers.index("mine\n")].wait()
        assert count(file) == expected(SMALL)
    finally:
        for run in runs:
            run.kill()
            run.communicate()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everything")
def test_file_that_may_not_be_written(file):
    count(file)
    file.chmod(0o444)
    with pytest.raises(InputError, match="permission"):
        Checkpoint(file, PROBLEM)


KEYED = Problem.of(program(2, (7, 7)), bounded=True, keyed=True)


def keyed_cells(file, limit=10**9):
    """Return the patterns and the facets of all cells, counted with a file; stop after so many cells."""
    numbering = KEYED.slicer().keyer.numbering
    counter, found = PieceCounter(numbering, True), []
    with Checkpoint(file, KEYED) as store, closing(scheduler.slices(KEYED, Here(), store)) as parts:
        for part in parts:
            for cells in part.cells:
                counter.add_keyed(cells)
                found += cells.kept.patterns.tolist()
            if counter.n_cells > limit:
                return None
    assert len(found) == counter.n_cells
    return sorted(map(tuple, found)), counter.n_maps, counter.n_pieces(complete=True)


def test_cells_are_kept_and_given_again(hasty, file, tmp_path):
    whole = keyed_cells(tmp_path / "other.db")
    stops = 0
    while (answer := keyed_cells(file, limit=10 * (stops + 1))) is None:
        stops += 1
    assert stops > 2
    assert answer == whole == keyed_cells(file)
    assert len(whole[0]) == expected(KEYED.program).count


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM cells WHERE number = 1",
        "UPDATE cells SET patterns = zeroblob(length(patterns))",
        "UPDATE cells SET facets = n_facets",
        "UPDATE cells SET kind = 'u9'",
        "UPDATE cells SET width = -3",
        "UPDATE cells SET count = 'x'",
        "UPDATE cells SET n_facets = 5",
        "DROP TABLE cells",
    ],
)
def test_edited_cells(hasty, file, change):
    assert keyed_cells(file, limit=20) is None
    base = sqlite3.connect(file)
    base.execute(change)
    base.commit()
    base.close()
    with pytest.raises(FileFormatError, match="damaged"):
        Checkpoint(file, KEYED)
