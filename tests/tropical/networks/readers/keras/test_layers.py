"""Layers of Keras whose values are computed here from their definitions, models in models, and last activations."""

from __future__ import annotations

import io
import json
import zipfile
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import tropical
from polytopes.errors import ShapeError, UnsupportedError
from tests.tropical.networks.readers.keras.helpers import (
    Array,
    Spec,
    check,
    convolved,
    documented,
    h5_bytes,
    keras_bytes,
    read_both,
    relu,
    sequential,
    whole,
    windows,
)

h5py = pytest.importorskip("h5py")


def transposed(x: Array, kernel: Array, stride: int, same: bool) -> Array:
    """Every entry adds its multiple of the kernel (rows x columns x out x in); the middle of the sum is kept."""
    (n, m, _), (k, l, out, _) = x.shape, kernel.shape
    total = np.zeros((max(k, stride) + (n - 1) * stride, max(l, stride) + (m - 1) * stride, out))
    for i, j in product(range(n), range(m)):
        total[i * stride : i * stride + k, j * stride : j * stride + l] += kernel @ x[i, j]
    front = [max(0, length - stride) // 2 if same else 0 for length in (k, l)]
    lengths = (n * stride, m * stride) if same else total.shape
    return total[front[0] : front[0] + lengths[0], front[1] : front[1] + lengths[1]]


@pytest.mark.parametrize("same", [False, True])
@pytest.mark.parametrize(("size", "stride"), [((3, 2), 2), ((2, 3), 1), ((1, 2), 3)])
def test_transposed_convolutions(tmp_path: Path, size: tuple[int, int], stride: int, same: bool) -> None:
    k, b = whole(*size, 3, 2), whole(3)
    config = {"strides": [stride, stride], "padding": "same" if same else "valid", "activation": "relu"}
    layers: list[Spec] = [("Conv2DTranspose", config, [k, b])]
    check(sequential(tmp_path, [2, 3, 2], layers), lambda x: relu(transposed(x, k, stride, same) + b))


def test_separable_convolutions(tmp_path: Path) -> None:
    d, p, b, e = whole(2, 2, 2, 3), whole(1, 1, 6, 2), whole(2), whole(3, 2, 1)
    layers: list[Spec] = [
        ("SeparableConv2D", {"padding": "same", "strides": [2, 2], "activation": "relu"}, [d, p, b]),
        ("Reshape", {"target_shape": [6, 2]}, []),
        ("DepthwiseConv1D", {"use_bias": False, "kernel_size": [3]}, [e]),
    ]

    def forward(x: Array) -> Array:
        h = np.einsum("abijc,ijcm->abcm", windows(x, (2, 2), 2, 0, True), d)
        h = relu(h.reshape(*h.shape[:2], 6) @ p[0, 0] + b).reshape(6, 2)
        return sum(h[i : i + 4] * e[i, :, 0] for i in range(3))

    check(sequential(tmp_path, [5, 4, 2], layers), forward)


def test_resizing_and_cropping(tmp_path: Path) -> None:
    """Linear interpolation by 2 lies a quarter of the way between neighbors."""
    rows = np.array([[1, 0, 0], [0.75, 0.25, 0], [0.25, 0.75, 0], [0, 0.75, 0.25], [0, 0.25, 0.75], [0, 0, 1]])
    layers: list[Spec] = [
        ("UpSampling2D", {"size": [2, 2], "interpolation": "bilinear"}, []),
        ("Cropping2D", {"cropping": [[1, 0], [0, 2]]}, []),
        ("UpSampling2D", {"size": [1, 3]}, []),
        ("Cropping2D", {"cropping": 1}, []),
    ]

    def forward(x: Array) -> Array:
        h = np.einsum("ai,bj,ijc->abc", rows, rows, x)[1:, :-2]
        return np.repeat(h, 3, 1)[1:-1, 1:-1]

    check(sequential(tmp_path, [3, 3, 2], layers), forward)


def test_normalization_and_repetition(tmp_path: Path) -> None:
    mean, variance = whole(2), np.array([4, 0.25], dtype=np.float32)
    layers: list[Spec] = [
        ("Normalization", {"axis": [-1]}, [mean, variance, np.array([7])]),
        ("RepeatVector", {"n": 3}, []),
        ("Normalization", {"axis": -1, "mean": [1.0, 2.0], "variance": [16.0, 1.0], "invert": True}, []),
    ]

    def forward(x: Array) -> Array:
        return np.array([1, 2]) + np.tile((x - mean) / np.sqrt(variance), (3, 1)) * [4, 1]

    check(sequential(tmp_path, [2], layers), forward)


@pytest.mark.parametrize(("version", "slope"), [("2.15.0", 0.2), ("3.5.1", 1 / 6)])
def test_activations_by_name(tmp_path: Path, version: str, slope: float) -> None:
    """The slope of hard_sigmoid is another one since Keras 3, so that the file has to say its version."""
    layers: list[Spec] = [
        ("Dense", {"activation": name, "use_bias": False}, [np.eye(2)])
        for name in ("hard_tanh", "soft_shrink", "hard_sigmoid")
    ]
    document = documented(layers, [2])
    weights = {f"dense_{i}": list(arrays) for i, (_, _, arrays) in enumerate(layers)}
    content = io.BytesIO(h5_bytes(document, weights))
    with h5py.File(content, "r+") as file:
        file.attrs["keras_version"] = version
    archive = io.BytesIO(keras_bytes(document, weights))
    with zipfile.ZipFile(archive, "a") as members:
        members.writestr("metadata.json", json.dumps({"keras_version": version}))
    for name, bytes_ in (("net.h5", content.getvalue()), ("net.keras", archive.getvalue())):
        (tmp_path / name).write_bytes(bytes_)
        found = np.array(tropical.load(tmp_path / name)([3, "-3/4"]), dtype=float)
        assert np.allclose(found, [0.5 * slope + 0.5, -0.25 * slope + 0.5], rtol=0, atol=1e-15)


def nested(first: dict[str, Any]) -> dict[str, Any]:
    """A Sequential with another one inside that is used, and one layer of the same name as one inside."""
    inner = {
        "class_name": "Sequential",
        "config": {
            "name": "body",
            "layers": [
                first,
                {"class_name": "Dense", "config": {"name": "d", "activation": "relu"}},
                {"class_name": "BatchNormalization", "config": {"name": "n", "epsilon": 0.25}},
                {"class_name": "Dense", "config": {"name": "e"}},
            ],
        },
    }
    last = {"class_name": "Dense", "config": {"name": "d", "activation": "softmax", "use_bias": False}}
    return {"class_name": "Sequential", "config": {"name": "all", "layers": [inner, last]}}


def test_models_in_models(tmp_path: Path) -> None:
    """In a file .h5 the trained weights of all layers inside come before the others."""
    first = {"class_name": "InputLayer", "config": {"name": "in", "batch_shape": [None, 2]}}
    w, b, v, c, u = whole(2, 3), whole(3), whole(3, 3), whole(3), whole(3, 2)
    gamma, beta, mean, variance = whole(3), whole(3), whole(3), np.full(3, 3.75)
    document = nested(first)
    paths = {
        "body": {
            "d/kernel:0": w,
            "d/bias:0": b,
            "all/n/gamma:0": gamma,
            "all/n/beta:0": beta,
            "e/kernel:0": v,
            "e/bias:0": c,
            "all/n/moving_mean:0": mean,
            "all/n/moving_variance:0": variance,
        },
        "d": {"d_1/kernel:0": u},
    }
    with h5py.File(tmp_path / "net.h5", "w") as file:
        file.attrs["model_config"] = json.dumps(document)
        for name, arrays in paths.items():
            group = file.create_group(f"model_weights/{name}")
            group.attrs["weight_names"] = [path.encode() for path in arrays]
            for path, array in arrays.items():
                group[path] = array
    stream = io.BytesIO()
    with h5py.File(stream, "w") as file:
        inside = {"dense": [w, b], "batch_normalization": [gamma, beta, mean, variance], "dense_1": [v, c]}
        for name, arrays in inside.items():
            for i, array in enumerate(arrays):
                file[f"layers/sequential/layers/{name}/vars/{i}"] = array
        file["layers/dense/vars/0"] = u
    with zipfile.ZipFile(tmp_path / "net.keras", "w") as members:
        members.writestr("config.json", json.dumps(document))
        members.writestr("model.weights.h5", stream.getvalue())

    def forward(x: Array) -> Array:
        return (((relu(x @ w + b) - mean) * gamma / 2 + beta) @ v + c) @ u

    for name in ("net.h5", "net.keras"):
        with pytest.raises(UnsupportedError, match=r"softmax.*--logits"):
            tropical.load(tmp_path / name)
        check(tropical.load(tmp_path / name, logits=True), forward)


def test_several_inputs_are_joined(tmp_path: Path) -> None:
    w = whole(5, 2)

    def layer(kind: str, name: str, calls: list[Any], **config: Any) -> dict[str, Any]:
        return {"class_name": kind, "name": name, "config": {"name": name, **config}, "inbound_nodes": calls}

    entries = [
        layer("InputLayer", "x", [], batch_input_shape=[None, 2]),
        layer("InputLayer", "u", [], batch_input_shape=[None, 3]),
        layer("Concatenate", "c", [[["u", 0, 0, {}], ["x", 0, 0, {}]]], axis=-1),
        layer("Dense", "d", [[["c", 0, 0, {}]]], use_bias=False, activation="sigmoid"),
    ]
    ends = {"input_layers": [["x", 0, 0], ["u", 0, 0]], "output_layers": [["d", 0, 0]]}
    document = {"class_name": "Functional", "config": {"name": "m", "layers": entries, **ends}}
    with pytest.raises(UnsupportedError, match=r"sigmoid.*--logits"):
        read_both(tmp_path, document, {"d": [w]})
    entries[-1]["config"]["activation"] = "linear"
    check(read_both(tmp_path, document, {"d": [w]}), lambda x: np.roll(x, 3) @ w)
    with pytest.raises(UnsupportedError, match="2, with shapes in the file"):
        tropical.load(tmp_path / "net.h5", input_shape=(2,))


def test_a_softmax_layer_at_the_end(tmp_path: Path) -> None:
    w = whole(2, 3)
    specs: list[Spec] = [("Dense", {"use_bias": False}, [w]), ("Softmax", {}, []), ("Dropout", {}, [])]
    (tmp_path / "net.h5").write_bytes(h5_bytes(documented(specs, [2]), {"dense_0": [w]}))
    check(tropical.load(tmp_path / "net.h5", logits=True), lambda x: x @ w)
    specs[1] = ("Dense", {"use_bias": False, "activation": "softmax"}, [whole(3, 3)])
    specs[2] = ("Dense", {"use_bias": False}, [whole(3, 3)])
    weights = {f"dense_{i}": arrays for i, (_, _, arrays) in enumerate(specs)}
    (tmp_path / "net.h5").write_bytes(h5_bytes(documented(specs, [2]), weights))
    with pytest.raises(UnsupportedError, match="dense_1"):
        tropical.load(tmp_path / "net.h5", logits=True)


def test_padding_that_does_not_fit(tmp_path: Path) -> None:
    assert convolved(np.ones((2, 2, 1)), np.ones((1, 1, 1, 1)), 1, False).sum() == 4
    with pytest.raises(ShapeError, match="no entry"):
        sequential(tmp_path, [2, 2, 1], [("Cropping2D", {"cropping": [[1, 1], [0, 0]]}, [])])
