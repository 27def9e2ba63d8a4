"""The files of Keras: HDF5 (``.h5``) and the archives of Keras 3 (``.keras``), opened without Keras or TensorFlow.

Both hold a JSON document of the layers and their weights. Nothing in them is run: no function is deserialized. Links
to other files and data outside the file are refused, and an array is unpacked only when the size that it announces fits
the bound of a file.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from attrs import frozen

from polytopes.errors import FileFormatError, InputError, MissingExtraError, UnsupportedError
from polytopes.formats.archives import opened
from polytopes.formats.files import unrepeated
from polytopes.formats.limits import PER_CHARACTER, refuse_larger
from polytopes.messages import shortened
from tropical.networks.readers.keras.weights import Named, Numbered, Stored, member
from tropical.networks.tensor import Tensor

SEQUENTIAL, FUNCTIONAL = ("Sequential",), ("Functional", "Model")
_HEAP = b"GCOL\x01"
"""How a heap of texts in HDF5 begins."""
_DAMAGE = (OSError, RuntimeError, KeyError, ValueError, TypeError, AttributeError, IndexError)
"""What h5py raises on damaged files."""


@frozen
class SavedLayer:
    """A layer in a file: its class, its configuration and its weights, in the order in which Keras has them.

    ``calls`` says for every use of the layer which values it takes, as the document spells them; ``inner`` is the
    model that it is, if it is one, and ``version`` that of Keras by which the file was written, if it says so.
    """

    name: str
    kind: str
    config: Mapping[str, Any]
    weights: tuple[Tensor, ...]
    calls: tuple[Any, ...] = ()
    inner: SavedModel | None = None
    version: str = ""


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
            stored = member(file, "model_weights")
            version = file.attrs.get("keras_version", stored.attrs.get("keras_version", ""))
            version = version.decode() if isinstance(version, bytes) else str(version)
            return _model(_document(text), Named(stored), version)
    with opened(io.BytesIO(content)) as archive:
        members = set(archive.namelist())
        if not {"config.json", "model.weights.h5"} <= members:
            raise FileFormatError("an archive without config.json and model.weights.h5, so it is none of Keras")
        document = _document(archive.read("config.json"))
        about = _document(archive.read("metadata.json")) if "metadata.json" in members else {}
        with _hdf5(archive.read("model.weights.h5")) as file:
            return _model(document, Numbered(file), str(about.get("keras_version", "")))


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


def _model(document: dict[str, Any], stored: Stored, version: str) -> SavedModel:
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
        group = stored.group(class_name, name)
        inner = _model(entry, group.inside(), version) if class_name in SEQUENTIAL + FUNCTIONAL else None
        weights = group.weights() if inner is None else ()
        layers.append(SavedLayer(name, class_name, own, tuple(weights), tuple(calls), inner, version))
    if kind in SEQUENTIAL:
        return SavedModel(tuple(layers), build_shape=config.get("build_input_shape"))
    return SavedModel(tuple(layers), config.get("input_layers"), config.get("output_layers"))
