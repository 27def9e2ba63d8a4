"""The files of Keras: HDF5 (``.h5``) and the archives of Keras 3 (``.keras``), opened without Keras or TensorFlow.

Both hold a JSON document of the layers and their weights. Nothing in them is run: no function is deserialized. Links
to other files and data outside the file are refused, and an array is unpacked only when the size that it announces fits
the bound of a file.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np
from attrs import frozen

from polytopes.errors import FileFormatError, InputError, MissingExtraError, UnsupportedError
from polytopes.formats.archives import opened
from polytopes.formats.files import unrepeated
from polytopes.formats.limits import PER_CHARACTER, refuse_larger
from polytopes.messages import shortened
from tropical.networks.readers.common import charge_entries, tensor
from tropical.networks.tensor import Tensor

SEQUENTIAL, FUNCTIONAL = ("Sequential",), ("Functional", "Model")
_HEAP = b"GCOL\x01"
"""How a heap of texts in HDF5 begins."""
_DAMAGE = (OSError, RuntimeError, KeyError, ValueError, TypeError, AttributeError, IndexError)
"""What h5py raises on damaged files."""


@frozen
class SavedLayer:
    """A layer in a file: its class, its configuration and its weights, in the order in which Keras has them.

    ``calls`` says for every use of the layer which values it takes, as the document spells them.
    """

    name: str
    kind: str
    config: Mapping[str, Any]
    weights: tuple[Tensor, ...]
    calls: tuple[Any, ...] = ()


@frozen
class SavedModel:
    """A model in a file: its layers, and the names of inputs and outputs, None for a Sequential."""

    layers: tuple[SavedLayer, ...]
    inputs: Any = None
    outputs: Any = None
    build_shape: Any = None


def open_model(content: bytes) -> SavedModel:
    """Return the model in the bytes of a file of either kind."""
    if not zipfile.is_zipfile(io.BytesIO(content)):
        with _hdf5(content) as file:
            text = file.attrs.get("model_config")
            if text is None:
                raise FileFormatError("it has weights but no layers (model_config); write it with model.save(path)")
            stored = _member(file, "model_weights")
            return _model(_document(text), lambda kind, name: _weights_by_name(stored, name))
    with opened(io.BytesIO(content)) as archive:
        members = set(archive.namelist())
        if not {"config.json", "model.weights.h5"} <= members:
            raise FileFormatError("an archive without config.json and model.weights.h5, so it is none of Keras")
        document = _document(archive.read("config.json"))
        with _hdf5(archive.read("model.weights.h5")) as file:
            used: dict[str, int] = {}

            def weights(kind: str, name: str) -> list[Tensor]:
                """Return the weights of the next layer of this class, which the groups are named after."""
                base = snake_case(kind)
                used[base] = used.get(base, -1) + 1
                return _weights_in_order(file, f"{base}_{used[base]}" if used[base] else base)

            return _model(document, weights)


def snake_case(name: str) -> str:
    """Return the name of a class as Keras names groups after it.

    >>> snake_case("BatchNormalization"), snake_case("Conv2D"), snake_case("PReLU")
    ('batch_normalization', 'conv2d', 'p_re_lu')
    """
    name = re.sub("(.)([A-Z][a-z]+)", r"\1_\2", re.sub(r"\W+", "", name))
    return re.sub("([a-z])([A-Z])", r"\1_\2", name).lower()


@contextmanager
def _hdf5(content: bytes) -> Iterator[Any]:
    try:
        import h5py
    except ImportError:
        raise MissingExtraError("h5py", "keras", "reading Keras networks") from None
    _check_heaps(content)
    try:
        with h5py.File(io.BytesIO(content), "r") as file:
            yield file
    except _DAMAGE as error:
        if isinstance(error, InputError | RecursionError):
            raise
        raise FileFormatError(f"not a file of Keras, or damaged ({error})") from None


def _check_heaps(content: bytes) -> None:
    """Refuse a heap of texts with free space of length 0, over which the HDF5 library never gets to the next object."""
    start = content.find(_HEAP)
    while start >= 0:
        end = min(start + int.from_bytes(content[start + 8 : start + 16], "little"), len(content))
        position = start + 16
        while position + 16 <= end:
            index = int.from_bytes(content[position : position + 2], "little")
            length = int.from_bytes(content[position + 8 : position + 16], "little")
            if index == 0 and length == 0:
                raise FileFormatError("not a file of Keras, or damaged (free space of length 0)")
            position += 16 + -(-length // 8) * 8 if index else length
        start = content.find(_HEAP, start + len(_HEAP))


def _document(text: str | bytes) -> dict[str, Any]:
    refuse_larger(PER_CHARACTER * len(text), "its layers")
    try:
        document = json.loads(text, object_pairs_hook=unrepeated)
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise FileFormatError(f"the layers are not JSON ({error})") from None
    if not isinstance(document, dict):
        raise FileFormatError("the document of the layers is not a JSON object")
    return document


def _model(document: dict[str, Any], weights: Callable[[str, str], list[Tensor]]) -> SavedModel:
    kind, config = document.get("class_name"), document.get("config")
    if kind not in SEQUENTIAL + FUNCTIONAL:
        raise UnsupportedError(f"a model of class {shortened(kind)}; Sequential and functional models are read")
    if isinstance(config, list):  # of a Sequential in the first versions of the format
        config = {"layers": config}
    if not isinstance(config, dict) or not isinstance(config.get("layers"), list):
        raise FileFormatError("the model has no list of layers")
    layers = []
    for entry in config["layers"]:
        own = entry.get("config") if isinstance(entry, dict) else None
        if not isinstance(own, dict) or not isinstance(entry.get("class_name"), str):
            raise FileFormatError(f"a layer without class_name and config: {shortened(entry)}")
        name, class_name = str(entry.get("name", own.get("name", ""))), entry["class_name"]
        calls = entry.get("inbound_nodes") or ()
        layers.append(SavedLayer(name, class_name, own, tuple(weights(class_name, name)), tuple(calls)))
    if kind in SEQUENTIAL:
        return SavedModel(tuple(layers), build_shape=config.get("build_input_shape"))
    return SavedModel(tuple(layers), config.get("input_layers"), config.get("output_layers"))


def _weights_by_name(groups: Any, name: str) -> list[Tensor]:
    """Return the weights of a layer in a file ``.h5``, which lists them."""
    if name not in groups:
        return []
    group = _member(groups, name)
    names = [n.decode() if isinstance(n, bytes) else str(n) for n in group.attrs.get("weight_names", ())]
    return [_array(_member(group, weight), f"weight {shortened(weight)}") for weight in names]


def _weights_in_order(file: Any, group: str) -> list[Tensor]:
    """Return the weights of a layer in a file ``.keras``, which numbers them."""
    layers = _member(file, "layers") if "layers" in file else {}
    if group not in layers or "vars" not in layers[group]:
        return []
    stored = _member(layers, f"{group}/vars")
    return [_array(_member(stored, str(i)), f"weight {i} of {group}") for i in range(len(stored))]


def _member(group: Any, path: str) -> Any:
    """Return what is stored under a path; links are not followed."""
    import h5py

    for part in path.split("/"):
        if not isinstance(group.get(part, getlink=True), h5py.HardLink):
            raise FileFormatError(f"{shortened(path)} is missing, or a link, and links are not followed")
        group = group[part]
    return group


def _array(data: Any, where: str) -> Tensor:
    """Return a stored array; its shape is counted before it is unpacked."""
    if data.external or data.is_virtual:
        raise FileFormatError(f"{where} is kept in another file; save the model with its weights inside")
    if data.dtype.kind not in "fiu":
        raise UnsupportedError(f"{where} has entries of type {data.dtype}; numbers are read")
    charge_entries(data.shape, where)
    chunk = data.chunks or ()
    charge_entries(chunk, f"a part of {where}")
    return tensor(np.asarray(data[()]), where)
