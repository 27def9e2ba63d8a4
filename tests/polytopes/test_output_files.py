"""Files are written as a whole or not at all, whatever their names lead to and whenever the process ends."""

from __future__ import annotations

import os
import random
import signal
import stat
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from polytopes import output_files
from polytopes.errors import InputError
from polytopes.output_files import replaced, write_bytes, write_text
from tests.paths import ROOT


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_new_file_and_an_old_one(tmp_path: Path) -> None:
    path = tmp_path / "f"
    write_text(path, "π\n")
    assert path.read_text(encoding="utf-8") == "π\n"
    mask = os.umask(0o022)
    os.umask(mask)
    assert stat.S_IMODE(path.stat().st_mode) == 0o666 & ~mask
    path.chmod(0o640)
    write_bytes(path, b"new")
    assert path.read_bytes() == b"new" and stat.S_IMODE(path.stat().st_mode) == 0o640
    assert names(tmp_path) == ["f"]


def test_an_exception_changes_nothing(tmp_path: Path) -> None:
    for path in (tmp_path / "old", tmp_path / "new"):
        if path.name == "old":
            path.write_text("old")
        with pytest.raises(KeyboardInterrupt), replaced(path) as stream:
            stream.write(b"half")
            raise KeyboardInterrupt
    assert names(tmp_path) == ["old"] and (tmp_path / "old").read_text() == "old"


def test_links_are_followed_and_stay(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    target, link, second = tmp_path / "folder" / "f", tmp_path / "link", tmp_path / "second"
    link.symlink_to(target)
    second.symlink_to("link")
    for content in (b"made", b"replaced"):
        write_bytes(second, content)
        assert target.read_bytes() == content
    assert link.is_symlink() and second.is_symlink()
    assert names(tmp_path / "folder") == ["f"]
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    with pytest.raises(InputError, match="cannot be written"):
        write_bytes(tmp_path / "a", b"")


def test_what_is_no_file_stays_as_it_is(tmp_path: Path) -> None:
    """Neither opened, which would wait for a reader of the pipe, nor replaced."""
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    words = {"pipe": "a pipe", "folder": "a directory"}
    with suppress(PermissionError):
        os.mknod(tmp_path / "null", 0o666 | stat.S_IFCHR, os.makedev(1, 3))
        words["null"] = "a device"
    for name, word in words.items():
        (tmp_path / f"{name}.link").symlink_to(name)
        before = (tmp_path / name).lstat()
        for path in (tmp_path / name, tmp_path / f"{name}.link"):
            with pytest.raises(InputError, match=f"{path}: cannot be written, it is {word}"):
                write_bytes(path, b"content")
        assert (tmp_path / name).lstat() == before
    assert names(tmp_path) == sorted([*words, *(f"{name}.link" for name in words)])
    with pytest.raises(InputError, match="a device"):
        output_files.target_of(Path("/dev/null"))


def test_names_that_cannot_be_used(tmp_path: Path) -> None:
    (tmp_path / "f").touch()
    for name in ("none/f", "f/g", "\0", 300 * "x"):
        with pytest.raises(InputError, match=r"cannot be written|not a name"):
            write_bytes(tmp_path / name, b"")
    write_bytes(tmp_path / (250 * "x"), b"long")
    assert names(tmp_path) == ["f", 250 * "x"]


def test_a_file_that_another_process_makes_meanwhile(tmp_path: Path) -> None:
    path = tmp_path / "f"
    with pytest.raises(InputError, match="another process has made it"), replaced(path) as stream:
        stream.write(b"mine")
        path.write_text("another's")
    assert path.read_text() == "another's"
    with pytest.raises(InputError, match="a pipe"), replaced(path) as stream:
        path.unlink()
        os.mkfifo(path)
    assert stat.S_ISFIFO(path.stat().st_mode) and names(tmp_path) == ["f"]


def test_a_file_system_without_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def link(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(output_files.os, "link", link)
    path = tmp_path / "f"
    write_bytes(path, b"content")
    assert path.read_bytes() == b"content" and names(tmp_path) == ["f"]
    path.unlink()
    with pytest.raises(InputError, match="another process"), replaced(path):
        path.write_text("another's")
    assert path.read_text() == "another's" and names(tmp_path) == ["f"]


@pytest.mark.parametrize("is_old", [False, True])
def test_no_room(tmp_path: Path, is_old: bool) -> None:
    """In a process of its own, since the limit is one of the process."""
    code = (
        "import resource, sys; from pathlib import Path; from polytopes.output_files import write_bytes\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "write_bytes(Path(sys.argv[1]), bytes(10**6))\n"
    )
    path = tmp_path / "f"
    if is_old:
        path.write_text("old")
    run = subprocess.run([sys.executable, "-c", code, str(path)], cwd=ROOT, capture_output=True, text=True)
    remains = "the file that was there is unchanged" if is_old else "nothing of it is left"
    assert run.stderr.splitlines()[-1].endswith(f"InputError: {path}: cannot be written (File too large); {remains}")
    assert names(tmp_path) == (["f"] if is_old else [])


def test_leftovers_of_killed_processes(tmp_path: Path) -> None:
    """Only those of the same file, whose process is gone; whatever else has a similar name stays."""
    path = tmp_path / "f"
    code = (
        "import sys; from pathlib import Path; from polytopes.output_files import replaced\n"
        "with replaced(Path(sys.argv[1])) as stream:\n"
        "    stream.write(b'half'); print(flush=True); sys.stdin.readline()\n"
    )
    runs = [
        subprocess.Popen([sys.executable, "-c", code, str(path)], cwd=ROOT, stdin=-1, stdout=-1, text=True)
        for _ in range(2)
    ]
    try:
        for run in runs:
            assert run.stdout is not None
            run.stdout.readline()
        runs[0].kill()
        runs[0].wait()
        others = [".f.12.part", ".f.12.0123456g.part", ".g.12.01234567.part", "f.12.01234567.part"]
        for name in others:
            (tmp_path / name).touch()
        os.mkfifo(tmp_path / ".f.13.01234567.part")
        assert len(names(tmp_path)) == 7
        write_bytes(path, b"whole")
        [part] = set(names(tmp_path)) - {"f", ".f.13.01234567.part", *others}
        assert part.startswith(f".f.{runs[1].pid}.")
    finally:
        for run in runs:
            run.kill()
            run.communicate()
    write_bytes(path, b"whole again")
    assert set(names(tmp_path)) == {"f", ".f.13.01234567.part", *others}


WRITER = """
import signal, sys
from itertools import count
from pathlib import Path
from polytopes.output_files import write_bytes

signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell lets it be ignored in the background
path = Path(sys.argv[1])
print(flush=True)
for number in count():
    if number % 3 == 0:
        path.unlink(missing_ok=True)
    write_bytes(path, b"%d\\n" % number + bytes(number % 7 * 40_000) + b"end %d" % number)
"""


def kill_writers(path: Path, times: int) -> None:
    """Kill processes that write a file again and again; it must always be missing or whole, and nothing beside it."""
    generator = random.Random(times)
    for _ in range(times):
        run = subprocess.Popen([sys.executable, "-c", WRITER, str(path)], cwd=ROOT, stdout=subprocess.PIPE)
        assert run.stdout is not None
        run.stdout.readline()
        time.sleep(generator.uniform(0, 0.03))
        run.send_signal(generator.choice([signal.SIGKILL, signal.SIGTERM, signal.SIGINT]))
        run.communicate(timeout=60)
        assert len(names(path.parent)) <= 2
        if path.exists():
            content = path.read_bytes()
            number = content.partition(b"\n")[0]
            assert content.endswith(b"\0end " + number) or content == b"%b\nend %b" % (number, number)
    write_bytes(path, b"")
    assert names(path.parent) == [path.name]


def test_killed_at_any_moment(tmp_path: Path) -> None:
    kill_writers(tmp_path / "f", 6)


@pytest.mark.slow
def test_killed_at_many_moments(tmp_path: Path) -> None:
    kill_writers(tmp_path / "f", 500)
