"""Runs that are ended from outside: what is found is printed, what is half written goes, and the code says why."""

from __future__ import annotations

import json
import os
import pty
import random
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.paths import NETS, ROOT
from tests.tropical.cli.helpers import tropical
from tropical.cli.answers import Answer

SMALL = NETS / "int_2x8x8x1_s0.npz"
STOPPING = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]
ONE_IS_QUICK = [pytest.param(number, marks=[] if number == signal.SIGTERM else pytest.mark.slow) for number in STOPPING]
"""All are answered by one handler; that each has it is seen before anything is found."""
COUNTING = """
import os, signal, sys, time
from tropical.regions.tally import Tally

add = Tally.add_blocks

def stopped(tally, parts, limits):
    def some():
        for part in parts:
            yield part
            if tally.n_regions > 100:
                os.kill(os.getpid(), SIGNAL)
                time.sleep(5)
    add(tally, some(), limits)

Tally.add_blocks = stopped
from tropical.__main__ import main
main()
"""
"""A run that is sent a signal when it has counted some regions."""


def run(*arguments: object, code: str | None = None, **options: object) -> subprocess.CompletedProcess[str]:
    start = ["-m", "tropical"] if code is None else ["-c", code]
    command = [sys.executable, *start, *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=100, **options)  # type: ignore[call-overload,no-any-return]


@pytest.mark.parametrize("number", ONE_IS_QUICK, ids=lambda number: number.name)
def test_partial_answer_and_exit_code(big: Path, tmp_path: Path, number: signal.Signals) -> None:
    code = COUNTING.replace("SIGNAL", str(int(number)))
    files = ("-o", tmp_path / "o.json", "--certificate", tmp_path / "c")
    result = run("regions", big, "--json", *files, code=code)
    assert result.returncode == 128 + number, result.stderr
    content = json.loads(result.stdout)
    assert (content["complete"], content["stopped_by"]) == (False, "interrupt")
    assert content["activation_regions"] > 100
    assert json.loads((tmp_path / "o.json").read_text()) == content
    assert sorted(os.listdir(tmp_path)) == ["big.json", "o.json"]
    assert "interrupted; the counts are of what was found" in result.stderr


@pytest.mark.parametrize("number", STOPPING, ids=lambda number: number.name)
def test_before_anything_is_found(number: signal.Signals) -> None:
    code = "import os, tropical.__main__ as m; b = m.begin\n"
    code += f"m.begin = lambda: (b(), os.kill(os.getpid(), {int(number)}))[0]; m.main()"
    result = run("regions", SMALL, "--json", code=code)
    assert (result.returncode, result.stderr) == (128 + number, "interrupted before anything was found\n")
    assert json.loads(result.stdout)["complete"] is False


def test_nohup() -> None:
    """A run that is told to ignore the end of its terminal goes on."""
    code = "import signal, os, sys, tropical.__main__ as m; signal.signal(signal.SIGHUP, signal.SIG_IGN); b = m.begin\n"
    code += "m.begin = lambda: (b(), os.kill(os.getpid(), signal.SIGHUP))[0]; m.main()"
    result = run("info", SMALL, "--json", code=code)
    assert result.returncode == 0, result.stderr
    assert json.loads(result.stdout)["network"]["input_dim"] == 2


def test_one_document_whenever_it_comes() -> None:
    """Ctrl-C while the answer is being printed waits; then nothing is printed any more."""
    code = (
        "import threading, signal, tropical.cli.answers as a; w = a.print_text\n"
        "here = threading.main_thread().ident  # another thread might take it later\n"
        "a.print_text = lambda text: (signal.pthread_kill(here, signal.SIGTERM), w(text))\n"
        "from tropical.__main__ import main; main()"
    )
    result = run("info", SMALL, "--json", code=code)
    assert json.loads(result.stdout)["network"]["input_dim"] == 2
    assert result.returncode == 143
    assert result.stderr.startswith("interrupted after the answer was printed; ")


@pytest.mark.parametrize("options", [[], pytest.param(["--json"], marks=pytest.mark.slow)])
def test_a_full_disk_behind_standard_output(options: list[str]) -> None:
    if not os.path.exists("/dev/full"):
        pytest.skip("needs /dev/full")
    command = [sys.executable, "-m", "tropical", "info", str(SMALL), *options]
    with open("/dev/full", "w") as full:
        result = subprocess.run(command, cwd=ROOT, stdout=full, stderr=subprocess.PIPE, text=True)
    reason = "error: standard output: cannot be written (No space left on device); what is there is not complete\n"
    assert (result.returncode, result.stderr) == (2, reason)


def test_an_answer_that_cannot_be_written_is_printed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write = Answer.write

    def without_room(*arguments: Any) -> None:
        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (100, before[1]))
        try:
            write(*arguments)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)

    monkeypatch.setattr(Answer, "write", without_room)
    result = tropical("regions", SMALL, "--json", "-o", tmp_path / "o.json")
    assert result.exit_code == 2
    assert json.loads(result.stdout)["complete"] is True
    line = f"error: {tmp_path / 'o.json'}: cannot be written (File too large); nothing of it is left\n"
    assert result.stderr == line and not list(tmp_path.iterdir())


def test_a_terminal_that_is_closed(big: Path) -> None:
    """The run ends, though there is nothing to print to any more."""
    main, terminal = pty.openpty()
    command = [sys.executable, "-m", "tropical", "regions", str(big)]
    running = subprocess.Popen(
        command, cwd=ROOT, stdin=terminal, stdout=terminal, stderr=terminal, start_new_session=True
    )
    os.close(terminal)
    os.read(main, 10)  # the progress line
    os.close(main)
    time.sleep(0.2)
    running.send_signal(signal.SIGHUP)
    # It may notice that nothing can be written before the signal comes.
    assert running.wait(timeout=20) in (2, 128 + signal.SIGHUP)


OPTIONS: list[list[str]] = [
    [],
    ["--linear"],
    ["--jobs=2"],
    ["--resume=r.db"],
    ["--certificate=c"],
    ["--patterns=p.npz"],
]


def end_runs(big: Path, times: int, longest: float) -> None:
    """End runs at random moments; every one prints one document, and leaves no file that is half written."""
    generator = random.Random(times)
    folder, before = big.parent, set[str]()
    for _ in range(times):
        number, options = generator.choice([*STOPPING, signal.SIGKILL]), generator.choice(OPTIONS)
        command = [sys.executable, "-m", "tropical", "regions", str(big), "--json", "-o", "o.json", *options]
        running = subprocess.Popen(
            command, cwd=folder, stdout=-1, stderr=-1, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)}
        )
        time.sleep(generator.uniform(0.3, longest))
        running.send_signal(number)
        out, error = running.communicate(timeout=100)
        left = {name for name in os.listdir(folder) if name.endswith(".part")}
        if number == signal.SIGKILL:
            assert running.returncode == -signal.SIGKILL
            assert len(left) <= 1 + len(before)
        elif running.returncode == 0:  # many runs that go on with one another come to the end
            assert "--resume=r.db" in options and json.loads(out)["complete"]
            (folder / "r.db").unlink()
        else:
            assert running.returncode == 128 + number, error
            content = json.loads(out)
            assert (content["complete"], content["stopped_by"]) == (False, "interrupt")
            assert "Traceback" not in error
            assert left <= before
        before = left
        assert not {"c", "p.npz"} & set(os.listdir(folder))


def test_ended_at_any_moment(big: Path) -> None:
    end_runs(big, 2, 2)


@pytest.mark.slow
def test_ended_at_many_moments(big: Path) -> None:
    end_runs(big, 300, 4)
