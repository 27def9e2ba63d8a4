"""Which reader reads a source: that of the ending of a file, of the library of an object, or of expressions."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from importlib import import_module
from os import PathLike
from pathlib import Path
from typing import Any

from attrs import evolve

from polytopes.errors import FileFormatError, InputError, UnsupportedError
from polytopes.formats.files import read_bytes
from polytopes.formats.limits import PER_ENTRY, charge, reading
from polytopes.messages import LONGEST, one_line
from tropical.networks.function_networks import as_map, maxout_network
from tropical.networks.network import Network
from tropical.networks.readers.common import checked_input
from tropical.networks.readers.options import DEFAULTS, Options
from tropical.networks.tensor import size

_FILE_READERS = {
    ".h5": "tropical.networks.readers.keras.reading",
    ".hdf5": "tropical.networks.readers.keras.reading",
    ".json": "tropical.networks.readers.json",
    ".keras": "tropical.networks.readers.keras.reading",
    ".nnet": "tropical.networks.readers.nnet",
    ".npz": "tropical.networks.readers.npz",
    ".bin": "tropical.networks.readers.torch.files",
    ".ckpt": "tropical.networks.readers.torch.files",
    ".onnx": "tropical.networks.readers.onnx.reading",
    ".pt": "tropical.networks.readers.torch.files",
    ".pth": "tropical.networks.readers.torch.files",
    ".safetensors": "tropical.networks.readers.safetensors",
    ".tar": "tropical.networks.readers.torch.files",
    ".txt": "tropical.networks.readers.expressions",
}
ENDINGS = tuple(_FILE_READERS)
"""Endings of the files that hold networks."""
_ENDING = (".h5", ".hdf5", ".keras")
"""Endings of files, besides ONNX, of models that may end with a softmax or a sigmoid."""
BARE = (".bin", ".ckpt", ".pt", ".pth", ".safetensors", ".tar")
"""Endings of files with weights only, which do not say their activations."""
_OBJECT_READERS = {
    "onnx": "tropical.networks.readers.onnx.reading",
    "sklearn": "tropical.networks.readers.sklearn.reading",
    "torch": "tropical.networks.readers.torch.reading",
}
_UNPICKLED = "pickles are not opened, they may run any code; load it yourself and pass the object"
_TENSORFLOW = "graphs of TensorFlow are not read; convert it to ONNX (tf2onnx)"
_OTHERS = {
    ".joblib": _UNPICKLED,
    ".mat": "files of MATLAB are not read; write the weights as an npz archive W0, b0, W1, b1, ...",
    ".pb": _TENSORFLOW,
    ".pickle": _UNPICKLED,
    ".pkl": _UNPICKLED,
    ".pt2": "programs are not opened, their loader may run code of the file; give torch.export.load(path) in Python",
    ".tflite": _TENSORFLOW,
    ".zip": "archives of other programs are not opened; give the file with the network in it, such as policy.pth",
}
"""Endings of networks that are not read, and the way out."""
NAMED = (*ENDINGS, *_OTHERS)
"""Endings of the files of networks, read or refused with the way out."""
_WRITTEN = re.compile(r"[(*^+\s]|^-|^\d*[a-z]\d*$")
"""What is in an expression and not in the name of a file: a bracket, an operation, a blank, or a variable alone."""


def load(source: Any, options: Options = DEFAULTS) -> Network:
    """Return the exact network in a file or an object of another library; see :func:`tropical.load`."""
    if isinstance(source, str) and is_expression(source):
        return _load_expression(source, options)
    if isinstance(source, (str, PathLike)):
        return _load_file(Path(source), options)
    if isinstance(source, Mapping):
        from tropical.networks.readers.torch.files import read_object

        refuse_cuts("a state dictionary", options)
        return read_object(source, options)
    refuse_activation(f"this {type(source).__name__}", options)
    if type(source).__module__.partition(".")[0] != "onnx":
        refuse_cuts(f"this {type(source).__name__}", options)
    return source if isinstance(source, Network) else _load_object(source, options)


def is_expression(text: str) -> bool:
    """Return whether a text is an expression, such as ``max(x, y, 0)``, rather than the name of a file.

    >>> [is_expression(text) for text in ("max(x, 1/2 y, 0.5)", "x + y", "2x", "net(1).json", "my net.onnx", "net")]
    [True, True, True, False, False, False]
    """
    is_named = Path(text).suffix.lower() in NAMED
    # of a text that is too long for a name Path.exists() would raise an error
    return not is_named and _WRITTEN.search(text) is not None and not os.path.exists(text)


def _load_expression(text: str, options: Options) -> Network:
    from tropical.networks.readers.expressions import expression_network

    refuse_activation("an expression", options)
    refuse_cuts("an expression", options)
    try:
        return checked_input(expression_network(text), options.input_shape)
    except InputError as error:
        raise type(error)(f"{one_line(text, LONGEST)}: {error}") from None


def refuse_activation(source: str, options: Options) -> None:
    """Refuse to be told the activation where the source itself says what stands between its layers."""
    if options.activation is not None:
        raise InputError(f"{source} says itself what its activations are; leave the option activation out")


def refuse_cuts(source: str, options: Options) -> None:
    """Refuse the options that say where a graph ends for what is no ONNX graph."""
    if options.output_name is not None or options.logits:
        name = "logits" if options.output_name is None else "output_name"
        others = " and Keras models" if name == "logits" else ""
        raise InputError(f"{source} is no ONNX graph, the option {name} is for those{others}; leave it out")


def _load_file(path: Path, options: Options) -> Network:
    ending = path.suffix.lower()
    if ending in _OTHERS:
        raise FileFormatError(f"{path}: {_OTHERS[ending]}")
    if ending not in _FILE_READERS:
        known = ", ".join(sorted(_FILE_READERS))
        given = f"the ending {ending!r} names no network format" if ending else "no ending names a network format"
        raise FileFormatError(f"{path}: {given}; give one of {known}, or an expression such as 'max(x, y, 0)'")
    if ending not in BARE:
        refuse_activation(str(path), options)
    if ending != ".onnx":
        refuse_cuts(str(path), evolve(options, logits=False) if ending in _ENDING else options)
    content = read_bytes(path)
    if not content:
        raise FileFormatError(f"{path}: the file is empty; write the network again")
    read: Callable[[bytes, Options], Network] = import_module(_FILE_READERS[ending]).read_bytes
    try:
        with reading():
            network = read(content, evolve(options, folder=path.parent))
            charge(PER_ENTRY * sum(map(size, network.shapes)), "the values of its layers")
            return network
    except (InputError, UnsupportedError) as error:
        raise type(error)(f"{path}: {error}") from error


def _load_object(source: Any, options: Options) -> Network:
    """Its library is that of its class, or of a class from which this one derives."""
    function = as_map(source)
    if function is not None:
        return checked_input(maxout_network(function), options.input_shape)
    for base in type(source).__mro__:
        library = base.__module__.partition(".")[0]
        if library in _OBJECT_READERS:
            read: Callable[[Any, Options], Network] = import_module(_OBJECT_READERS[library]).read_object
            return read(source, options)
    raise UnsupportedError(
        f"no network is read from an object of type {type(source).__name__}; give a path, a torch module, "
        "a scikit-learn network, an ONNX model, or an expression such as 'max(x, y, 0)'"
    )
