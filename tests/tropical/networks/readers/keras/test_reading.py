"""Keras models in both formats, written here layer by layer, with the values of a forward pass in numpy."""

from __future__ import annotations

import io
import sys
import threading
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import tropical
from polytopes.errors import FileFormatError, NumberError, ShapeError, UnsupportedError
from tests.tropical.networks.readers.keras.helpers import (
    Array,
    Spec,
    check,
    convolved,
    documented,
    h5_bytes,
    read_both,
    relu,
    sequential,
    whole,
    windows,
)
from tropical.networks.readers import services
from tropical.networks.readers.keras import trial

h5py = pytest.importorskip("h5py")


def test_dense_layers(tmp_path: Path) -> None:
    w, b, v, mean = whole(4, 5), whole(5), whole(5, 2), whole(5)
    gamma, beta = whole(5), whole(5)
    layers: list[Spec] = [
        ("Dense", {"activation": "relu"}, [w, b]),
        ("Dropout", {"rate": 0.5}, []),
        ("BatchNormalization", {"epsilon": 0.25, "axis": [1]}, [gamma, beta, mean, np.full(5, 3.75)]),
        ("LeakyReLU", {"alpha": 0.5}, []),
        ("Dense", {"use_bias": False, "activation": "linear"}, [v]),
        ("ReLU", {"max_value": 6.0, "negative_slope": 0.25, "threshold": 0}, []),
    ]

    def forward(x: Array) -> Array:
        h = (relu(x @ w + b) - mean) * gamma / 2 + beta
        y = np.where(h > 0, h, h / 2) @ v
        return np.minimum(np.where(y > 0, y, y / 4), 6)

    check(sequential(tmp_path, [4], layers), forward)


def test_convolutions_and_pooling(tmp_path: Path) -> None:
    k, b, d, slope, w = whole(3, 2, 2, 3), whole(3), whole(2, 2, 3, 2), whole(1, 1, 6), whole(12, 2)
    layers: list[Spec] = [
        ("Conv2D", {"padding": "same", "strides": [2, 2], "activation": "relu"}, [k, b]),
        ("MaxPooling2D", {"padding": "same", "pool_size": [2, 2], "strides": [1, 1]}, []),
        ("DepthwiseConv2D", {"use_bias": False}, [d]),
        ("PReLU", {"shared_axes": [1, 2]}, [slope]),
        ("Flatten", {}, []),
        ("Dense", {"use_bias": False}, [w]),
    ]

    def forward(x: Array) -> Array:
        h = windows(relu(convolved(x, k, 2, True) + b), (2, 2), 1, -np.inf, True).max((2, 3))
        h = np.einsum("abijc,ijcm->abcm", windows(h, (2, 2), 1, 0, False), d)
        h = h.reshape(*h.shape[:2], 6)
        return np.where(h > 0, h, slope * h).ravel() @ w

    check(sequential(tmp_path, [5, 4, 2], layers), forward)


@pytest.mark.parametrize("first", [False, True])
def test_both_orders_of_channels(tmp_path: Path, first: bool) -> None:
    k = whole(2, 2, 2, 4)
    order = {"data_format": "channels_first" if first else "channels_last"}
    layers: list[Spec] = [
        ("ZeroPadding2D", {"padding": [[1, 0], [0, 2]], **order}, []),
        ("Conv2D", {"use_bias": False, **order}, [k]),
        ("AveragePooling2D", {"padding": "same", **order}, []),
        ("Flatten", order, []),
    ]

    def forward(x: Array) -> Array:
        x = np.moveaxis(x, 0, -1) if first else x
        h = convolved(np.pad(x, [(1, 0), (0, 2), (0, 0)]), k, 1, False)
        return np.nanmean(windows(h, (2, 2), 2, np.nan, True), (2, 3))

    check(sequential(tmp_path, [2, 3, 3] if first else [3, 3, 2], layers), forward)


def test_global_pooling_and_shapes(tmp_path: Path) -> None:
    k = whole(2, 3, 4)
    layers: list[Spec] = [
        ("Permute", {"dims": [2, 1]}, []),
        ("Reshape", {"target_shape": [-1, 3]}, []),
        ("Conv1D", {"use_bias": False, "padding": "causal", "dilation_rate": [2]}, [k]),
        ("GlobalMaxPooling1D", {}, []),
    ]

    def forward(x: Array) -> Array:
        h = np.pad(x.T.reshape(-1, 3), [(2, 0), (0, 0)])
        return (h[:-2] @ k[0] + h[2:] @ k[1]).max(0)

    check(sequential(tmp_path, [3, 4], layers), forward)


def triple(name: str, use: int = 0) -> list[Any]:
    return [name, use, 0]


def tensor(name: str, use: int = 0) -> dict[str, Any]:
    return {"class_name": "__keras_tensor__", "config": {"keras_history": triple(name, use)}}


@pytest.mark.parametrize("version", [2, 3])
def test_functional_models(tmp_path: Path, version: int) -> None:
    """A layer that is used twice, and layers that are listed before what they take."""
    w = whole(3, 3)

    def call(*sources: tuple[str, int], together: bool = False) -> Any:
        if version == 2:
            return [[*triple(*source), {}] for source in sources]
        tensors = [tensor(*source) for source in sources]
        return {"args": [tensors] if together else tensors, "kwargs": {"mask": None}}

    def layer(kind: str, name: str, calls: list[Any], **config: Any) -> dict[str, Any]:
        return {"class_name": kind, "name": name, "config": {"name": name, **config}, "inbound_nodes": calls}

    entries = [
        layer("Concatenate", "out", [call(("sum", 0), ("least", 0), together=True)], axis=-1),
        layer("InputLayer", "x", [], batch_input_shape=[None, 3]),
        layer("Dense", "d", [call(("x", 0)), call(("d", 0))], use_bias=False, activation="relu"),
        layer("Add", "sum", [call(("d", 0), ("d", 1), ("x", 0), together=True)]),
        layer("Minimum", "least", [call(("d", 1), ("x", 0), together=True)]),
    ]
    ends = {"input_layers": [triple("x")], "output_layers": triple("out") if version == 3 else [triple("out")]}
    document = {"class_name": "Functional", "config": {"name": "m", "layers": entries, **ends}}

    def forward(x: Array) -> Array:
        h = relu(x @ w)
        return np.concatenate([h + relu(h @ w) + x, np.minimum(relu(h @ w), x)])

    check(read_both(tmp_path, document, {"d": [w]}), forward)
    ends["output_layers"] = [triple("out"), triple("sum")]
    document["config"] |= ends
    with pytest.raises(UnsupportedError, match="2 outputs"):
        read_both(tmp_path, document, {"d": [w]})


LAMBDA = {"function": ["4wEAAAAAAAAAAA==", None, None]}


@pytest.mark.parametrize(
    ("layer", "error", "said"),
    [
        (("Dense", {"activation": "softmax"}, [whole(2, 2), whole(2)]), UnsupportedError, "'softmax'.*--logits"),
        (("Dense", {}, [np.full((2, 2), np.nan), whole(2)]), NumberError, "nan"),
        (("Softmax", {}, []), UnsupportedError, "softmax"),
        (("Activation", {"activation": "gelu"}, []), UnsupportedError, "'gelu' is not piecewise linear"),
        (("Lambda", LAMBDA, []), UnsupportedError, r"\(Lambda\) is not read here"),
        (("ReLU", {"threshold": 1.0}, []), UnsupportedError, "not continuous"),
        (("ELU", {}, []), UnsupportedError, "ELU.*not piecewise linear; retrain"),
        (("ThresholdedReLU", {"theta": 1.0}, []), UnsupportedError, "not continuous"),
        (("Activation", {"activation": "hard_sigmoid"}, []), UnsupportedError, "since Keras 3"),
        (("Cropping1D", {"cropping": [1, 1]}, []), ShapeError, "lengths x channels"),
        (("MaxPooling1D", {"border_mode": "same"}, []), UnsupportedError, "Keras 1"),
        (("Dense", {}, [whole(2, 2)]), ShapeError, "1 arrays of weights"),
        (("Dense", {"use_bias": False}, [whole(3, 2)]), ShapeError, "dense_0"),
        (("BatchNormalization", {}, [whole(2)] * 3), FileFormatError, "do not fit"),
        (("Reshape", {}, []), FileFormatError, "do not fit"),
        (("Conv2D", {}, [whole(1, 1, 2, 2), whole(2)]), ShapeError, "conv2d_0"),
    ],
)
def test_layers_that_are_refused(tmp_path: Path, layer: Spec, error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        sequential(tmp_path, [2], [layer])


def test_open_shapes(tmp_path: Path) -> None:
    document = documented([("GlobalAveragePooling1D", {}, [])], [None, 2])
    (tmp_path / "net.h5").write_bytes(h5_bytes(document, {}))
    with pytest.raises(ShapeError, match="input_shape"):
        tropical.load(tmp_path / "net.h5")
    assert tropical.load(tmp_path / "net.h5", input_shape=(3, 2))([1, 0, 2, 0, 3, 3]) == (2, 1)
    with pytest.raises(ShapeError, match="input_shape says"):
        tropical.load(tmp_path / "net.h5", input_shape=(3, 3))


def test_free_space_of_length_zero(tmp_path: Path) -> None:
    """The HDF5 library would look at it forever."""
    content = bytearray(h5_bytes(documented([("Dense", {}, [])], [2]), {"dense_0": [whole(2, 2), whole(2)]}))
    heap = content.index(b"GCOL")
    content[heap + 16 : heap + 32] = bytes(16)
    (tmp_path / "net.h5").write_bytes(bytes(content))
    with pytest.raises(FileFormatError, match="length 0"):
        tropical.load(tmp_path / "net.h5")


def test_files_that_are_refused(tmp_path: Path) -> None:
    document = documented([("Dense", {}, [])], [2])
    good = h5_bytes(document, {"dense_0": [whole(2, 2), whole(2)]})
    linked = io.BytesIO(good)
    with h5py.File(linked, "r+") as file:
        del file["model_weights/dense_0/dense_0/0:0"]
        file["model_weights/dense_0/dense_0/0:0"] = h5py.ExternalLink("other.h5", "kernel")
    outside = io.BytesIO()
    with h5py.File(outside, "w") as file:
        file["w"] = 1
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as members:
        members.writestr("config.json", "{}")
    huge = io.BytesIO(good)
    with h5py.File(huge, "r+") as file:
        del file["model_weights/dense_0/dense_0/0:0"]
        file.create_dataset("model_weights/dense_0/dense_0/0:0", (10**6, 10**6), "f4", chunks=(10, 10))
    cases = [
        (linked.getvalue(), "links are not followed"),
        (outside.getvalue(), "no layers"),
        (archive.getvalue(), "none of Keras"),
        (huge.getvalue(), "max-size"),
        (good[:300], "damaged"),
        (b"text", "damaged"),
    ]
    for content, said in cases:
        (tmp_path / "net.h5").write_bytes(content)
        with pytest.raises(FileFormatError, match=said):
            tropical.load(tmp_path / "net.h5")


@pytest.mark.parametrize(
    ("ends", "reason"), [("os.abort()", "crashed"), ("time.sleep(60)", "took more than 1 seconds")]
)
def test_the_library_may_crash_or_run_on(
    ends: str, reason: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The process that tries the file finds another h5py, which ends in its own way."""
    path = tmp_path / "model.h5"
    weights = [whole(2, 2), whole(2)]
    path.write_bytes(h5_bytes(documented([("Dense", {}, weights)], [2]), {"dense_0": weights}))
    (tmp_path / "h5py").mkdir()
    (tmp_path / "h5py" / "__init__.py").write_text(f"import os, time\n{ends}\n")
    monkeypatch.setattr("sys.path", [str(tmp_path), *sys.path])
    monkeypatch.setattr(services, "_own", threading.local())
    monkeypatch.setattr(trial, "SECONDS", 1)
    with pytest.raises(FileFormatError, match=f"the HDF5 library {reason}"):
        tropical.load(path)
