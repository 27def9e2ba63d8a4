"""Files of Keras models in both formats, written layer by layer, and forward passes in numpy."""

from __future__ import annotations

import io
import json
import zipfile
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import tropical
from tropical.networks.readers.keras.weights import snake_case

h5py = pytest.importorskip("h5py")
RNG = np.random.default_rng(7)
Array = np.ndarray[Any, Any]
Spec = tuple[str, dict[str, Any], list[Array]]
"""The class of a layer, its configuration and its weights."""


def whole(*shape: int) -> Array:
    """Small integers, with which float32 and float64 are exact."""
    return RNG.integers(-3, 4, shape).astype(np.float32)


def documented(layers: list[Spec], inputs: list[int | None]) -> dict[str, Any]:
    """The JSON document of a Sequential."""
    entries = [
        {"class_name": kind, "config": {"name": f"{kind.lower()}_{i}", **config}}
        for i, (kind, config, _) in enumerate(layers)
    ]
    first = {"class_name": "InputLayer", "config": {"name": "in", "batch_shape": [None, *inputs]}}
    return {"class_name": "Sequential", "config": {"name": "model", "layers": [first, *entries]}}


def h5_bytes(document: dict[str, Any], weights: dict[str, list[Array]]) -> bytes:
    """A file .h5, whose weights are stored by the names of the layers."""
    stream = io.BytesIO()
    with h5py.File(stream, "w") as file:
        file.attrs["model_config"] = json.dumps(document)
        stored = file.create_group("model_weights")
        for name, arrays in weights.items():
            group = stored.create_group(name)
            names = [f"{name}/{i}:0".encode() for i in range(len(arrays))]
            group.attrs["weight_names"] = names
            for path, array in zip(names, arrays, strict=True):
                group.create_dataset(path, data=array, compression="gzip")
    return stream.getvalue()


def keras_bytes(document: dict[str, Any], weights: dict[str, list[Array]]) -> bytes:
    """An archive .keras, whose groups are named by the classes of the layers."""
    stream, counts = io.BytesIO(), dict[str, int]()
    with h5py.File(stream, "w") as file:
        for entry in document["config"]["layers"]:
            base = snake_case(entry["class_name"])
            counts[base] = counts.get(base, -1) + 1
            for i, array in enumerate(weights.get(entry["config"]["name"], ())):
                file[f"layers/{base}_{counts[base]}/vars/{i}" if counts[base] else f"layers/{base}/vars/{i}"] = array
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as members:
        members.writestr("config.json", json.dumps(document))
        members.writestr("model.weights.h5", stream.getvalue())
    return archive.getvalue()


def read_both(tmp_path: Path, document: dict[str, Any], weights: dict[str, list[Array]]) -> tropical.Network:
    """The network in both files, which is the same."""
    found = []
    for name, content in (("net.h5", h5_bytes(document, weights)), ("net.keras", keras_bytes(document, weights))):
        (tmp_path / name).write_bytes(content)
        found.append(tropical.load(tmp_path / name))
    assert found[0] == found[1]
    return found[0]


def sequential(tmp_path: Path, inputs: list[int | None], layers: list[Spec]) -> tropical.Network:
    weights = {f"{kind.lower()}_{i}": arrays for i, (kind, _, arrays) in enumerate(layers)}
    return read_both(tmp_path, documented(layers, inputs), weights)


def check(network: tropical.Network, forward: Any) -> None:
    for _ in range(4):
        x = RNG.integers(-4, 5, network.input_shape).astype(float)
        assert list(network(x.ravel().astype(int).tolist())) == [Fraction(v) for v in np.ravel(forward(x))]


def relu(x: Array) -> Array:
    return np.maximum(x, 0)


def windows(x: Array, size: tuple[int, int], stride: int, fill: float, same: bool) -> Array:
    """Windows of a tensor rows x columns x channels: rows x columns x size x channels, padded as TensorFlow does."""
    pads = [(0, 0)] * 3
    for axis in (0, 1) if same else ():
        total = max(0, (-(-x.shape[axis] // stride) - 1) * stride + size[axis] - x.shape[axis])
        pads[axis] = (total // 2, total - total // 2)
    padded = np.pad(x, pads, constant_values=fill)
    every = np.lib.stride_tricks.sliding_window_view(padded, size, (0, 1))
    return np.moveaxis(every[::stride, ::stride], 2, -1)


def convolved(x: Array, kernel: Array, stride: int, same: bool) -> Array:
    return np.einsum("abijc,ijco->abo", windows(x, kernel.shape[:2], stride, 0, same), kernel)
