"""The first moments of a run: the clock starts, and Ctrl-C has an answer while libraries are still being loaded.

Only the standard library is used. What Python does before :func:`begin` is beyond reach: Ctrl-C there (the first few
hundredths of a second) ends the process with Python's own message.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
from types import FrameType
from typing import Any, NoReturn

from tropical._version import __version__

INTERRUPTED = 130
AGAIN = 0.005
"""Seconds after which a stop that came at a bad moment is tried again."""


def begin() -> float:
    """Return the time at which the run began; from now on Ctrl-C ends it at once, with the document of no result."""
    signal.signal(signal.SIGINT, _leave)
    return time.monotonic()


def interrupts_are_raised() -> None:
    """From now on let Ctrl-C raise KeyboardInterrupt, as soon as no module is being imported.

    A command calls this when it has something to lose: a part of an answer, files, processes of its own. It does so
    only after :func:`begin`, that is, where the process is the command's own.
    """
    if signal.getsignal(signal.SIGINT) is _leave:
        report = sys.unraisablehook

        def retry(lost: Any) -> None:
            """An exception that hits a callback of the interpreter is lost; it comes again."""
            if lost.exc_type is KeyboardInterrupt:
                _interrupt_again()
            else:
                report(lost)

        sys.unraisablehook = retry
        signal.signal(signal.SIGINT, _raise)


def is_importing(frame: FrameType | None) -> bool:
    """Whether a module is being imported: an exception then would leave it half made, or be taken for another one."""
    while frame is not None:
        if frame.f_code.co_filename == "<frozen importlib._bootstrap>":
            return True
        frame = frame.f_back
    return False


def nothing_found(command: str, stopped_by: str, linear: bool = False) -> dict[str, Any]:
    """Return the document of a run that was stopped before it began.

    >>> nothing_found("info", "interrupt")["complete"]
    False
    """
    read = {"stopped_by": stopped_by, "domain": None, "network": None, "version": __version__}
    match command:
        case "info":
            return {"complete": False, **read}
        case "check":
            return {"verified": None, "complete": False, **read}
        case "regions":
            joined = {"linear_regions": 0, "distinct_affine_maps": 0} if linear else {}
            return {"activation_regions": 0, **joined, "complete": False, "seconds": 0.0, **read}
        case "estimate":
            return {"activation_regions": None, "lower_bounds": [], "upper_bounds": [], "complete": False, **read}
        case "fan":
            return {"maximal_cones": 0, "complete": False, "stopped_by": stopped_by, "version": __version__}
        case "classify" | "dichotomies":
            return {"cones": 0, "dichotomies": 0, "complete": False, "stopped_by": stopped_by, "version": __version__}
        case "shallow" | "decompose":
            return {"complete": False, "stopped_by": stopped_by, "version": __version__}
        case "pool" | "types":
            return {"stopped_by": stopped_by, "version": __version__}
    return {"activation_regions": 0, "complete": False, **read}


def _leave(signum: int, frame: FrameType | None) -> NoReturn:
    """End the process. Nothing has been written yet, and nothing is open that would have to be closed."""
    arguments = sys.argv[1:]
    if "--json" in arguments:
        command = next((word for word in arguments if not word.startswith("-")), "")
        document = nothing_found(command, "interrupt", "--linear" in arguments)
        os.write(1, (json.dumps(document, indent=2) + "\n").encode())
    os.write(2, b"interrupted before anything was found\n")
    os._exit(INTERRUPTED)


def _raise(signum: int, frame: FrameType | None) -> None:
    if not is_importing(frame):
        raise KeyboardInterrupt
    _interrupt_again()


def _interrupt_again() -> None:
    timer = threading.Timer(AGAIN, os.kill, (os.getpid(), signal.SIGINT))
    timer.daemon = True
    timer.start()
