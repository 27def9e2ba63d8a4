"""Safetensors: written here byte by byte, and what a damaged header says."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import tropical
from polytopes.errors import FileFormatError, InputError, UnsupportedError
from tropical import Network
from tropical.networks.readers.safetensors import read_bytes

W, B, V = [[1.5, -2.0], [0.25, 1.0], [-1.0, 0.5]], [0.5, -0.25, 0.0], [[1.0, -1.0, 2.0]]
NET = Network.from_weights([(W, B), (V, [0])])


def written(kind: str = "F32", **changes: Any) -> bytes:
    """The bytes of a file with the layers of NET."""
    dtype: Any = {"F16": "<f2", "BF16": "<f4", "F32": "<f4", "F64": "<f8", "I8": "i1"}[kind]
    header: dict[str, Any] = {"__metadata__": {"format": "pt"}}
    data = b""
    for name, values in {"fc2.weight": V, "fc1.weight": W, "fc1.bias": B}.items():
        entries = np.asarray(values, dtype)
        part = (entries.view(np.uint32) >> 16).astype("<u2").tobytes() if kind == "BF16" else entries.tobytes()
        header[name] = {"dtype": kind, "shape": entries.shape, "data_offsets": [len(data), len(data) + len(part)]}
        data += part
    header["fc1.weight"] |= changes
    text = json.dumps(header).encode() + b"  "
    return len(text).to_bytes(8, "little") + text + data


@pytest.mark.parametrize("kind", ["F16", "BF16", "F32", "F64"])
def test_the_network_that_was_written(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "net.safetensors"
    path.write_bytes(written(kind))
    found = tropical.load(path, activation="relu")
    for point in ([0, 0], [3, "1/3"], [-2, 5]):
        assert found(point) == NET(point)
    with pytest.raises(InputError, match="activation"):
        tropical.load(path)


def test_entries_are_dyadic() -> None:
    content = written("F32").replace(np.float32(1.5).tobytes(), np.float32(0.1).tobytes())
    options = tropical.networks.readers.options.Options(activation="relu")
    assert read_bytes(content, options).nodes[1].layer.weight.fractions[0][0] == Fraction(float(np.float32(0.1)))


@pytest.mark.parametrize(
    ("content", "error", "said"),
    [
        (written()[:100], FileFormatError, "header of"),
        (b"\xff" * 8 + b"{}", FileFormatError, "announced"),
        (b"\x02" + b"\0" * 7 + b"[]", FileFormatError, "not a JSON object"),
        (b"\x02" + b"\0" * 7 + b"{{", FileFormatError, "not JSON"),
        (written("I8"), UnsupportedError, "'I8'"),
        (written(shape=[3, 3]), FileFormatError, "takes 36 bytes"),
        (written(shape=[10**12, 10**12]), FileFormatError, "takes 4"),
        (written(shape=[-1, 6]), FileFormatError, "natural"),
        (written(data_offsets=[12, 10**9]), FileFormatError, "data_offsets"),
        (written(data_offsets=[0, 24]), FileFormatError, "overlap"),
        (written(extra=1), FileFormatError, "are needed"),
    ],
)
def test_refusals(tmp_path: Path, content: bytes, error: type[Exception], said: str) -> None:
    path = tmp_path / "net.safetensors"
    path.write_bytes(content)
    with pytest.raises(error, match=said):
        tropical.load(path, activation="relu")
