"""Which reader reads a source: that of the ending of a file, or of the library that the class of an object is from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module
from os import PathLike
from pathlib import Path
from typing import Any

from polytopes.errors import FileFormatError, InputError, UnsupportedError
from polytopes.formats.files import read_bytes
from polytopes.formats.limits import PER_ENTRY, charge, reading
from tropical.networks.network import Network
from tropical.networks.readers.json import NO_OTHERS, Documents
from tropical.networks.tensor import size

_FILE_READERS = {
    ".json": "tropical.networks.readers.json",
    ".npz": "tropical.networks.readers.npz",
    ".onnx": "tropical.networks.readers.onnx",
    ".pt": "tropical.networks.readers.torch",
    ".pth": "tropical.networks.readers.torch",
}
_OBJECT_READERS = {
    "onnx": "tropical.networks.readers.onnx",
    "sklearn": "tropical.networks.readers.sklearn",
    "torch": "tropical.networks.readers.torch",
}
_PICKLES = {".pkl", ".pickle", ".joblib"}


def load(source: Any, *, input_shape: Sequence[int] | None = None, documents: Documents = NO_OTHERS) -> Network:
    """Return the exact network in a file or an object of another library.

    Every weight is taken as the rational number it is; a float is the dyadic rational it stands for.

    Args:
        source: a path (its ending says the format), or a torch module or state dictionary, a
            scikit-learn MLPClassifier, MLPRegressor or Pipeline, an ONNX model, or a Network.
        input_shape: the shape of one input, without the batch axis, if the source does not say it (torch
            modules that begin with a convolution, ONNX graphs with symbolic axes).
        documents: for other JSON documents than networks, by the value of their "format": a function from the bytes
            of such a document to a network.

    Raises:
        FileFormatError: if the file cannot be read or is not what its ending says.
        UnsupportedError: for an operation that is not piecewise linear or not read here; it is named.
        NumberError: for nan or inf among the weights.
        ShapeError: if shapes do not fit together.
        MissingExtraError: if the format needs a package that is not installed.
    """
    shape = None if input_shape is None else tuple(int(n) for n in input_shape)
    if isinstance(source, Network):
        return source
    if isinstance(source, (str, PathLike)):
        return _load_file(Path(source), shape, documents)
    return _load_object(source, shape)


def _load_file(path: Path, shape: tuple[int, ...] | None, documents: Documents) -> Network:
    ending = path.suffix.lower()
    if ending in _PICKLES:
        raise FileFormatError(
            f"{path}: pickles are not opened, they may run any code; load it yourself and pass the object"
        )
    if ending not in _FILE_READERS:
        known = ", ".join(sorted(_FILE_READERS))
        raise FileFormatError(f"{path}: the ending {ending!r} names no network format; give one of {known}")
    content = read_bytes(path)
    if not content:
        raise FileFormatError(f"{path}: the file is empty; write the network again")
    read: Callable[..., Network] = import_module(_FILE_READERS[ending]).read_bytes
    try:
        with reading():
            network = read(content, shape, documents) if ending == ".json" else read(content, shape)
            charge(PER_ENTRY * sum(map(size, network.shapes)), "the values of its layers")
            return network
    except (InputError, UnsupportedError) as error:
        raise type(error)(f"{path}: {error}") from error


def _load_object(source: Any, shape: tuple[int, ...] | None) -> Network:
    """Its library is that of its class, or of a class from which this one derives."""
    for base in type(source).__mro__:
        library = base.__module__.partition(".")[0]
        if library in _OBJECT_READERS:
            read: Callable[..., Network] = import_module(_OBJECT_READERS[library]).read_object
            return read(source, shape)
    if isinstance(source, dict):
        from tropical.networks.readers.common import checked_input
        from tropical.networks.readers.torch import read_state_dict

        return checked_input(read_state_dict(source), shape)
    raise UnsupportedError(
        f"no network is read from an object of type {type(source).__name__}; give a path, a torch module, "
        "a scikit-learn network or an ONNX model"
    )
