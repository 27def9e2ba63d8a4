"""Work in a process of its own: it is stopped wherever it is, and what it has found and raised comes home."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest

from polytopes.errors import InputError, LimitReached, MissingExtraError
from tests.paths import ROOT
from tropical.cli.apart import apart

SCRIPT = """
import os, signal, sys, time
import flint
from polytopes.errors import *
from tropical.cli.apart import apart
from tropical.cli.starting import begin, commands_are_declared, interrupts_are_raised

begin(); commands_are_declared(); interrupts_are_raised()
pid = os.getpid()

def hang():
    "Factor a product of two large primes: flint does not come back to Python."
    flint.fmpz((2**521 - 1) * (2**607 - 1)).factor()

def work(send):
    assert os.getpid() != pid
    send({"pid": os.getpid()})
    WORK

def take(part):
    print("part", *part.values(), flush=True)

deadline = None if len(sys.argv) < 2 else time.monotonic() + float(sys.argv[1])
try:
    print("stop", apart(work, take, deadline))
except Exception as error:
    print(type(error).__name__, error)
"""


def start(work: str, *arguments: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", SCRIPT.replace("WORK", work), *map(str, arguments)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def lines(work: str, *arguments: object) -> list[str]:
    """What is printed after the first part."""
    out, error = start(work, *arguments).communicate(timeout=60)
    assert not error
    first, *rest = out.splitlines()
    assert first.startswith("part ")
    return rest


def is_gone(pid: int) -> bool:
    for _ in range(200):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.02)
    return False


linux = pytest.mark.skipif(sys.platform != "linux", reason="forks are safe on Linux")


@linux
@pytest.mark.parametrize(
    ("work", "answer"),
    [
        ("send({1: 2})", ["part 2", "stop None"]),
        ("raise InputError('no such thing')", ["InputError no such thing"]),
        ("raise LimitReached('too many', partial=lambda: 1)", ["LimitReached too many"]),
        ("raise ZeroDivisionError(1)", ["ZeroDivisionError 1"]),
        ("os.kill(os.getpid(), 9)", ["WorkersLost the process that worked on this died; look for a lack of memory"]),
    ],
)
def test_what_comes_home(work: str, answer: list[str]) -> None:
    assert lines(work) == answer


@linux
def test_the_clock_reaches_code_in_c() -> None:
    began = time.monotonic()
    assert lines("hang()", 0.3) == ["stop timeout"]
    assert time.monotonic() - began < 20


@linux
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_signals_reach_code_in_c(number: signal.Signals) -> None:
    """Of a process that is killed the other one ends too."""
    running = start("hang()")
    assert running.stdout is not None
    pid = int(running.stdout.readline().split()[1])
    running.send_signal(number)
    out, _ = running.communicate(timeout=20)
    assert out == ("" if number == signal.SIGKILL else "stop interrupt\n")
    assert is_gone(pid)


def test_in_this_process() -> None:
    """A process that is not the command's own does not fork."""
    found: list[object] = []
    assert apart(lambda send: send(os.getpid()), found.append, None) is None
    assert found == [os.getpid()]
    assert apart(lambda send: time.sleep(5), found.append, time.monotonic() + 0.05) == "timeout"

    def interrupted(send: object) -> None:
        raise KeyboardInterrupt

    assert apart(interrupted, found.append, None) == "interrupt"
    for error in (InputError("a"), LimitReached("b"), MissingExtraError("torch", "torch", "this")):

        def failing(send: object, error: Exception = error) -> None:
            raise error

        with pytest.raises(type(error), match=str(error)[:5]):
            apart(failing, found.append, None)
