"""The door to all formats, npz and JSON: what is read, what is written, what is refused and how."""

from __future__ import annotations

import io
import json
import os
import pickle
import sys
import zipfile
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tropical
from polytopes.errors import FileFormatError, InputError, NumberError, ShapeError, UnsupportedError
from tropical import DataSet, Network
from tropical.networks import layers
from tropical.networks.readers import json as json_format
from tropical.networks.tensor import Tensor

RNG = np.random.default_rng(5)
WEIGHTS = [
    (RNG.normal(size=(4, 3)).astype(np.float32), RNG.normal(size=4)),
    (RNG.normal(size=(2, 4)), RNG.normal(size=2)),
]


def every_layer():
    """A network with every kind of layer, options not at their defaults."""
    graph = tropical.networks.network.GraphBuilder((2, 6), "x")
    node = graph.add(layers.Conv(RNG.integers(-2, 3, (4, 1, 3)), [1, 0, "1/3", 0], 1, [(2, 1)], 1, 2), [0], "conv")
    node = graph.add(layers.LeakyReLU([["1/2"], [1], [0], [-1]]), [node])
    node = graph.add(layers.MaxPool(2, 1, 0, 2, True), [node])
    node = graph.add(layers.batch_norm([1, 2, 1, 1], [0] * 4, [1] * 4, [3] * 4, 1e-5, 1), [node], "norm")
    other = graph.add(layers.AvgPool(2, 2, 1, count_include_pad=False), [0])
    other = graph.add(layers.Transpose((1, 0)), [other])
    other = graph.add(layers.GlobalAvgPool(), [graph.add(layers.Reshape((2, -1)), [other])])
    other = graph.add(layers.Affine([["1/7"]]), [other])
    parts = [graph.add(layers.Reshape((-1,)), [i]) for i in (node, other)]
    node = graph.add(layers.Abs(), [graph.add(layers.Concat(0), parts)])
    node = graph.add(layers.ReLU(), [graph.add(layers.Select((0, 1, 5, 3)), [node])])
    constant = graph.add(layers.Constant(["1/3", 0, 1, 2]), [])
    both = [graph.add(layer, [node, constant]) for layer in (layers.Max(), layers.Min(), layers.Sum([1, "-1/9"]))]
    return graph.finish(graph.add(layers.Maxout(2), [graph.add(layers.Concat(0), both)]))


def test_every_layer_is_written_and_read(tmp_path):
    network = every_layer()
    kinds = {type(node.layer) for node in network.nodes}
    assert kinds == {layers.Input, *json_format.KINDS.values()}
    tropical.save(network, tmp_path / "net.json")
    again = tropical.load(tmp_path / "net.json")
    assert again == network
    assert json.loads(json_format.write_json(network))["input_name"] == "x"
    point = [Fraction(i, 3) for i in range(12)]
    assert again(point) == network(point) == network.program(point)


@given(st.lists(st.lists(st.fractions(), min_size=2, max_size=2), min_size=1, max_size=4))
def test_json_round_trip(rows):
    network = Network.from_weights([(rows, [0] * len(rows)), ([[1] * len(rows)], ["1/3"])])
    assert json_format.read_bytes(json_format.write_json(network).encode()) == network


def test_json_by_hand():
    text = """{"format": "tropical-network", "version": 1, "input_shape": [2], "nodes": [
        {"name": "hidden", "kind": "Affine", "weight": [["1", "-1/2"], [0, 3]], "bias": ["0", 0.1]},
        {"name": "relu", "kind": "ReLU"},
        {"name": "add", "kind": "Sum", "coefficients": [1, "0.1"], "inputs": ["relu", "input"]}]}"""
    network = json_format.read_bytes(text.encode())
    assert network([2, 2]) == (1 + Fraction(1, 5), 6 + Fraction(0.1) + Fraction(1, 5))


HEAD = {"format": "tropical-network", "version": 1, "input_shape": [2]}
LAYER = {"name": "a", "kind": "Affine", "weight": [[1, 1]]}


@pytest.mark.parametrize(
    ("document", "error", "words"),
    [
        ([], FileFormatError, "format"),
        ({"format": "keras"}, FileFormatError, "format"),
        (HEAD | {"version": 2}, FileFormatError, "version 2"),
        (HEAD, FileFormatError, "nodes"),
        (HEAD | {"nodes": [3]}, FileFormatError, "nodes"),
        (HEAD | {"input_shape": 2, "nodes": []}, FileFormatError, "input_shape"),
        (HEAD | {"input_shape": [0], "nodes": []}, ShapeError, "positive"),
        (HEAD | {"nodes": [{"kind": "ReLU"}]}, FileFormatError, "name"),
        (HEAD | {"nodes": [{"name": "s", "kind": "Sigmoid"}]}, UnsupportedError, "'s' of kind 'Sigmoid'"),
        (HEAD | {"nodes": [{"name": "i", "kind": "Input", "shape": [1]}]}, UnsupportedError, "Input"),
        (HEAD | {"nodes": [LAYER | {"inputs": ["b"]}]}, FileFormatError, "'b'"),
        (HEAD | {"nodes": [LAYER | {"inputs": "input"}]}, FileFormatError, "inputs"),
        (HEAD | {"nodes": [LAYER | {"wieght": 1}]}, FileFormatError, "'a'.*weight, bias"),
        (HEAD | {"nodes": [LAYER | {"weight": [[1, "x"]]}]}, NumberError, "'a'.*'x'"),
        (HEAD | {"nodes": [LAYER | {"weight": [[1, float("nan")]]}]}, NumberError, "'a'.*nan"),
        (HEAD | {"nodes": [LAYER | {"weight": [[1, None]]}]}, NumberError, "'a'"),
        (HEAD | {"nodes": [LAYER | {"weight": [[1, 1], [1]]}]}, ShapeError, "'a'"),
        (HEAD | {"nodes": [LAYER | {"weight": [[1]]}]}, ShapeError, "'a'"),
        (HEAD | {"nodes": [LAYER, LAYER]}, InputError, "two layers"),
        (HEAD | {"nodes": [{"name": "m", "kind": "Maxout", "rank": "two"}]}, FileFormatError, "'m'"),
    ],
)
def test_json_that_is_wrong(document, error, words):
    with pytest.raises(error, match=words):
        json_format.read_bytes(json.dumps(document).encode())


def document(kind="ReLU", head=None, **arguments):
    node = {"name": "layer", "kind": kind} | arguments
    return {"format": "tropical-network", "version": 1, "input_shape": [1, 4], "nodes": [node]} | (head or {})


WRONG_TYPES = [
    document("MaxPool", kernel_size=2, ceil_mode="false"),
    document("MaxPool", kernel_size=2, ceil_mode=1),
    document("MaxPool", kernel_size="2"),
    document("MaxPool", kernel_size=True),
    document("MaxPool", kernel_size=2.0),
    document("MaxPool", kernel_size=None),
    document("MaxPool", kernel_size=2, padding=10**30),
    document("MaxPool", kernel_size=2, padding=[[[1]]]),
    document("MaxPool", kernel_size={"0": 2}),
    document("AvgPool", kernel_size=2, count_include_pad="no"),
    document("Reshape", shape=[2.7]),
    document("Reshape", shape=4),
    document("Reshape", shape="4"),
    document("Select", chosen=[10**30]),
    document("Concat", axis=[0]),
    document("Maxout", rank="2"),
    document("LeakyReLU", slope={"1": 2}),
    document("LeakyReLU", slope=True),
    document("LeakyReLU", slope=None),
    document("Sum", coefficients="12"),
    document("Sum", coefficients=[[1]]),
    document("Sum", coefficients=1),
    document("Affine", weight=[[1, False, 1, 1]]),
    document("Affine", weight=[[1, 1, 1, {}]]),
    document("Affine", weight=[[1, 1, 1, [1]]]),
    document("Conv", weight=[[[1, 1]]], groups="1"),
    document(inputs="input"),
    document(inputs=[["input"]]),
    document(inputs=[0]),
    document(inputs={"input": 0}),
    document(inputs=None, kind=["ReLU"]),
    document(name=["layer"]),
    document(head={"version": True}),
    document(head={"version": 1.0}),
    document(head={"version": [1]}),
    document(head={"input_shape": [True]}),
    document(head={"input_shape": [4.0]}),
    document(head={"input_shape": [10**30]}),
    document(head={"input_shape": "4"}),
    document(head={"input_name": 3}),
    document(head={"nodes": {}}),
    document(head={"nodes": [["ReLU"]]}),
    document(head={"nmae": "net"}),
]


@pytest.mark.parametrize("wrong", WRONG_TYPES, ids=lambda wrong: json.dumps(wrong)[-60:])
def test_json_of_wrong_types(wrong):
    with pytest.raises(InputError) as caught:
        json_format.read_bytes(json.dumps(wrong).encode())
    assert "\n" not in str(caught.value) and len(str(caught.value)) < 500


@pytest.mark.parametrize("wrong", [document("Select", chosen=[77]), document(head={"input_shape": [77]})])
def test_json_lengths_that_python_does_not_spell(wrong):
    with pytest.raises(FileFormatError, match="digits"):
        json_format.read_bytes(json.dumps(wrong).replace("77", "7" * 5000).encode())


def test_json_with_a_key_twice():
    text = json.dumps(document("LeakyReLU", slope=1)).replace('"slope": 1', '"slope": 1, "slope": 2')
    with pytest.raises(FileFormatError, match="twice"):
        json_format.read_bytes(text.encode())


def test_numbers_longer_than_python_spells(tmp_path):
    """Written through flint and read again, as texts and as JSON integers."""
    big = 10**5000 + 7
    network = Network.from_weights([([[Fraction(big, 3), big]], [Fraction(1, big)])])
    tropical.save(network, tmp_path / "net.json")
    assert tropical.load(tmp_path / "net.json") == network
    digits = "1" + "0" * 4999 + "7"
    text = (tmp_path / "net.json").read_text()
    assert f'"{digits}/3", "{digits}"' in text
    assert json_format.read_bytes(text.replace(f'"{digits}"', digits).encode()) == network
    assert Network.from_weights([([[digits + "/3", digits]], ["1/" + digits])]) == network
    assert network([1, 0]) == network.program([1, 0]) == (Fraction(big, 3) + Fraction(1, big),)


def saved(tmp_path, **arrays):
    np.savez(tmp_path / "net.npz", **arrays)
    return tmp_path / "net.npz"


def named(weights):
    return {f"{letter}{i}": part for i, pair in enumerate(weights) for letter, part in zip("Wb", pair, strict=True)}


def test_npz(tmp_path):
    network = tropical.load(str(saved(tmp_path, **named(WEIGHTS))))
    assert [layer.kind for layer in network.layers] == ["Affine", "ReLU", "Affine"]
    point = [Fraction(1, 3), Fraction(-2), Fraction(5, 7)]
    assert network(point) == Network.from_weights(WEIGHTS)(point) == network.program(point)
    assert tropical.load(network) is network


def test_npz_of_texts(tmp_path):
    network = tropical.load(saved(tmp_path, W0=np.array([["1/3", "2"]]), b0=np.array(["-1/7"])))
    assert network([3, 1]) == (3 - Fraction(1, 7),)


@pytest.mark.parametrize(
    ("arrays", "error", "words"),
    [
        ({}, FileFormatError, "none"),
        ({"W0": [[1]]}, FileFormatError, "W0, b0"),
        ({"W0": [[1]], "b0": [1], "extra": [1]}, FileFormatError, "extra"),
        ({"W1": [[1]], "b1": [1]}, FileFormatError, "W1"),
        ({"W0": [[1, np.nan]], "b0": [1]}, NumberError, "'W0'.*nan"),
        ({"W0": [[1]], "b0": [np.inf]}, NumberError, "'b0'.*inf"),
        ({"W0": [[1j]], "b0": [1]}, NumberError, "'W0'"),
        ({"W0": [1], "b0": [1]}, ShapeError, "W0"),
        ({"W0": [[1]], "b0": [1, 2]}, ShapeError, "W0, b0"),
        ({"W0": [[1]], "b0": [1], "W1": [[1, 1]], "b1": [0]}, ShapeError, "affine1"),
    ],
)
def test_npz_that_is_wrong(tmp_path, arrays, error, words):
    with pytest.raises(error, match=words):
        tropical.load(saved(tmp_path, **arrays))


class Trap:
    """A pickle of it writes a file when it is opened."""

    def __init__(self, path):
        self.path = str(path)

    def __reduce__(self):
        return (os.mkdir, (self.path,))


@pytest.mark.parametrize("ending", ["npz", "pt", "pth", "onnx", "json", "pkl", "joblib", "pickle"])
def test_disguised_pickles_are_not_opened(tmp_path, ending):
    if ending in ("pt", "pth"):
        pytest.importorskip("torch")
    path = tmp_path / f"net.{ending}"
    path.write_bytes(pickle.dumps(Trap(tmp_path / "sprung")))
    with pytest.raises(FileFormatError, match="net"):
        tropical.load(path)
    assert not (tmp_path / "sprung").exists()


def test_pickled_arrays_are_not_opened(tmp_path):
    weight = np.empty((1, 1), dtype=object)
    weight[0, 0] = Trap(tmp_path / "sprung")
    with pytest.raises(FileFormatError, match="pickled"):
        tropical.load(saved(tmp_path, W0=weight, b0=[0]))
    assert not (tmp_path / "sprung").exists()


@pytest.mark.parametrize("ending", ["npz", "pt", "onnx", "json"])
@pytest.mark.parametrize("content", [b"", b"\x00", b"hello", b"PK\x03\x04 and no more", b"{", b"\xff" * 100])
def test_garbage(tmp_path, ending, content):
    if ending == "pt":
        pytest.importorskip("torch")
    path = tmp_path / f"net.{ending}"
    path.write_bytes(content)
    with pytest.raises(FileFormatError, match="net") as caught:
        tropical.load(path)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("kept", [0.1, 0.5, 0.9, 0.99])
def test_cut_short(tmp_path, kept):
    whole = saved(tmp_path, **named(WEIGHTS)).read_bytes()
    (tmp_path / "cut.npz").write_bytes(whole[: int(kept * len(whole))])
    text = json_format.write_json(Network.from_weights(WEIGHTS))
    (tmp_path / "cut.json").write_text(text[: int(kept * len(text))])
    for name in ("cut.npz", "cut.json"):
        with pytest.raises(FileFormatError, match=name):
            tropical.load(tmp_path / name)


def test_an_archive_with_the_flag_of_encryption(tmp_path):
    path = saved(tmp_path, **named(WEIGHTS))
    content = bytearray(path.read_bytes())
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = content.find(mark)
        while start >= 0:
            content[start + flags] |= 1
            start = content.find(mark, start + 4)
    path.write_bytes(content)
    with pytest.raises(FileFormatError, match=r"net\.npz: encrypted"):
        tropical.load(path)


def test_archive_of_something_else(tmp_path):
    with zipfile.ZipFile(tmp_path / "net.npz", "w") as archive:
        archive.writestr("W0", "text")
    with pytest.raises(FileFormatError):
        tropical.load(tmp_path / "net.npz")


@pytest.mark.parametrize(
    ("name", "way_out"),
    [("net.pb", "tf2onnx"), ("net.tflite", "tf2onnx"), ("p.pt2", r"torch\.export\.load"), ("p.zip", r"policy\.pth")],
)
def test_endings_of_other_programs(tmp_path, name, way_out):
    (tmp_path / name).write_bytes(b"x")
    with pytest.raises(FileFormatError, match=way_out):
        tropical.load(tmp_path / name)


@pytest.mark.parametrize("name", ["net.caffemodel", "net", ".npz"])
def test_unknown_endings(tmp_path, name):
    (tmp_path / name).write_bytes(b"x")
    with pytest.raises(FileFormatError, match="ending"):
        tropical.load(tmp_path / name)


def test_unreadable_paths(tmp_path):
    for path in (tmp_path / "none.npz", tmp_path / "a\0b.npz"):
        with pytest.raises(FileFormatError, match="cannot be read"):
            tropical.load(path)
    (tmp_path / "folder.onnx").mkdir()
    with pytest.raises(FileFormatError, match="cannot be read"):
        tropical.load(tmp_path / "folder.onnx")


@pytest.mark.parametrize("thing", [3, None, [1, 2], np.zeros(3), io.BytesIO()])
def test_objects_that_are_no_network(thing):
    with pytest.raises(UnsupportedError, match=type(thing).__name__):
        tropical.load(thing)


def test_input_shape_is_checked(tmp_path):
    path = saved(tmp_path, **named(WEIGHTS))
    assert tropical.load(path, input_shape=[3]).input_shape == (3,)
    with pytest.raises(ShapeError, match="input_shape"):
        tropical.load(path, input_shape=[4])


@pytest.mark.parametrize(("library", "name"), [("onnx", "net.onnx"), ("torch", "net.pt")])
def test_missing_extra(tmp_path, monkeypatch, library, name):
    (tmp_path / name).write_bytes(b"x")
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(ImportError, match=rf"pip install .*\[{library}\]"):
        tropical.load(tmp_path / name)


def test_tensors_are_written_as_fractions():
    text = json_format.write_json(Network.chain(1, [layers.Affine(Tensor.of([[0.1]]))]))
    assert '"3602879701896397/36028797018963968"' in text


def test_only_networks_are_saved_as_such(tmp_path):
    with pytest.raises(InputError, match="is no network; load it first"):
        tropical.save(DataSet.of([[0]]), tmp_path / "p.json")
