"""Sessions of onnxruntime in a process of their own, which may crash or be stopped by the clock without harm.

The process gets models and points, and gives values or the reason why there are none, as bytes that are never
unpickled. Every thread has one, started when it is first needed.
"""

from __future__ import annotations

import json
import os
import signal
import threading
import weakref
from collections.abc import Sequence
from contextlib import suppress
from math import prod
from multiprocessing.connection import Connection, Pipe
from subprocess import Popen
from typing import Any

import numpy as np

from polytopes.enumeration.parallel.processes import started
from tropical.networks.readers.comparison import CannotRun
from tropical.networks.tensor import Array

SECONDS = 60
"""Time for one request, in seconds; the process ends itself after that."""
_MODEL, _POINTS, _VALUES, _REFUSAL = b"M", b"P", b"V", b"R"
_DTYPES = {"tensor(float)": np.float32, "tensor(double)": np.float64, "tensor(float16)": np.float16}
_own = threading.local()


class Session:
    """A model that onnxruntime has taken.

    Raises:
        CannotRun: if it does not, or its process ends.
    """

    def __init__(self, model: bytes) -> None:
        try:
            self._runtime = _running()
        except OSError as error:
            raise CannotRun(f"cannot be started ({error.strerror})", others=False) from None
        self._runtime.asked(_MODEL + model)

    def run(self, arrays: Sequence[Array]) -> Array:
        """Return the first output at these inputs, which are cast to the types of the model."""
        return _unpacked(self._runtime.asked(_POINTS + _packed(arrays)))[0]


def _packed(arrays: Sequence[Any]) -> bytes:
    """Return a line with the shapes of arrays, and their entries as float64."""
    entries = [np.ascontiguousarray(array, dtype=np.float64) for array in arrays]
    shapes = json.dumps([np.shape(array) for array in arrays])
    return shapes.encode() + b"\n" + b"".join(array.tobytes() for array in entries)


def _unpacked(content: bytes) -> list[Array]:
    shapes, _, entries = content.partition(b"\n")
    numbers, found = np.frombuffer(entries), []
    for shape in json.loads(shapes):
        found.append(numbers[: prod(shape)].reshape(shape))
        numbers = numbers[prod(shape) :]
    return found


class _Runtime:
    """The process, and the connection to it."""

    def __init__(self) -> None:
        self._line, other = Pipe()
        with other:
            self._process = started(other, __name__)
        self._seconds = SECONDS
        self._line.send_bytes(str(SECONDS).encode())
        self._owner = os.getpid()
        weakref.finalize(self, _end, self._owner, self._line, self._process)

    @property
    def is_usable(self) -> bool:
        """Whether it runs, and was not started by the process of which this one is a fork."""
        return self._owner == os.getpid() and self._process.poll() is None

    def asked(self, request: bytes) -> bytes:
        """Send a request and return what is answered."""
        try:
            self._line.send_bytes(request)
            answer = self._line.recv_bytes()
        except (EOFError, OSError):
            out_of_time = self._process.wait() == -signal.SIGALRM
            reason = f"took more than {self._seconds} seconds" if out_of_time else "crashed"
            raise CannotRun(reason, others=False) from None
        if answer[:1] == _REFUSAL:
            raise CannotRun(answer[1:].decode())
        return answer[1:]


def _running() -> _Runtime:
    runtime: _Runtime | None = getattr(_own, "runtime", None)
    if runtime is None or not runtime.is_usable:
        runtime = _own.runtime = _Runtime()
    return runtime


def _end(owner: int, line: Connection, process: Popen[bytes]) -> None:
    if os.getpid() == owner:
        line.close()
        process.kill()
        process.wait()


def serve_at(number: int) -> None:
    """Answer the other end of the connection with a file number, in silence, until it is closed."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    session: Any = None
    with Connection(number) as line, suppress(EOFError, OSError):
        seconds = int(line.recv_bytes())
        while True:
            request = line.recv_bytes()
            signal.alarm(seconds)
            try:
                if request[:1] == _MODEL:
                    session = _session(request[1:])
                    answer = _VALUES
                else:
                    answer = _VALUES + _values(session, request[1:])
            except _refusals() as error:
                answer = _REFUSAL + f"does not take it: {' '.join(str(error).split())[:200]}".encode()
            line.send_bytes(answer)
            signal.alarm(0)


def _session(model: bytes) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def _values(session: Any, content: bytes) -> bytes:
    """Return the first output, packed."""
    fed = {
        entry.name: array.astype(_DTYPES.get(entry.type, np.float32))
        for entry, array in zip(session.get_inputs(), _unpacked(content), strict=True)
    }
    return _packed([session.run(None, fed)[0]])


def _refusals() -> tuple[type[Exception], ...]:
    """Return the errors by which onnxruntime refuses a model, or fails to run it."""
    from onnxruntime.capi import onnxruntime_pybind11_state as state

    names = ("Fail", "InvalidArgument", "InvalidGraph", "InvalidProtobuf", "NotImplemented", "RuntimeException")
    return tuple(getattr(state, name) for name in names)
