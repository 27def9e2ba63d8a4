"""Sessions of onnxruntime in a process of their own, which may crash or be stopped by the clock without harm.

The process gets models and points, and gives values or the reason why there are none
(:mod:`tropical.networks.readers.services`).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from math import prod
from typing import Any

import numpy as np

from tropical.networks.readers.comparison import CannotRun
from tropical.networks.readers.services import ServiceEnded, running, serve
from tropical.networks.tensor import Array

SECONDS = 60
"""Time for one request, in seconds; the process ends itself after that."""
_MODEL, _POINTS, _VALUES, _REFUSAL = b"M", b"P", b"V", b"R"
_DTYPES = {"tensor(float)": np.float32, "tensor(double)": np.float64, "tensor(float16)": np.float16}


class Session:
    """A model that onnxruntime has taken.

    Raises:
        CannotRun: if it does not, or its process ends.
    """

    def __init__(self, model: bytes) -> None:
        try:
            _asked(_MODEL + model)
        except OSError as error:
            raise CannotRun(f"cannot be started ({error.strerror})", others=False) from None

    def run(self, arrays: Sequence[Array]) -> Array:
        """Return the first output at these inputs, which are cast to the types of the model."""
        return _unpacked(_asked(_POINTS + _packed(arrays)))[0]


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


def _asked(request: bytes) -> bytes:
    """Send a request to the process of this thread, and return what is answered."""
    try:
        answer = running(__name__, SECONDS).asked(request)
    except ServiceEnded as error:
        raise CannotRun(str(error), others=False) from None
    if answer[:1] == _REFUSAL:
        raise CannotRun(answer[1:].decode())
    return answer[1:]


def serve_at(number: int) -> None:
    """Answer the other end of the connection with a file number, in silence, until it is closed."""
    session: Any = None

    def answer(request: bytes) -> bytes:
        nonlocal session
        try:
            if request[:1] == _MODEL:
                session = _session(request[1:])
                return _VALUES
            return _VALUES + _values(session, request[1:])
        except _refusals() as error:
            return _REFUSAL + f"does not take it: {' '.join(str(error).split())[:200]}".encode()

    serve(number, answer)


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
