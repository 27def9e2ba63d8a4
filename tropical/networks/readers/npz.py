"""Numpy archives: matrices W0, W1, ... (out x in) and vectors b0, b1, ...; ReLU after all layers but the last.

Arrays are numbers, or strings such as "3/2". Archives with pickled objects are refused.
"""

from __future__ import annotations

import io
import zipfile
import zlib

import numpy as np

from polytopes.errors import FileFormatError, ShapeError
from tropical.networks.layers import Affine, Layer, ReLU
from tropical.networks.network import Network
from tropical.networks.readers.common import checked_input, tensor
from tropical.networks.tensor import Array, Shape

_EXPECTED = "an npz network holds W0, b0, W1, b1, ... (W is out x in, ReLU between layers)"


def read_bytes(content: bytes, shape: Shape | None = None) -> Network:
    """Return the network in the bytes of an npz archive."""
    arrays = _arrays(content)
    depth = sum(name.startswith("W") for name in arrays)
    expected = {f"{letter}{i}" for i in range(depth) for letter in "Wb"}
    if not depth or set(arrays) != expected:
        raise FileFormatError(f"the arrays are {', '.join(sorted(arrays)) or 'none'}; {_EXPECTED}")
    layers: list[tuple[str, Layer]] = []
    for i in range(depth):
        if layers:
            layers.append((f"relu{i - 1}", ReLU()))
        layers.append((f"affine{i}", _affine(i, arrays)))
    first = layers[0][1]
    assert isinstance(first, Affine)
    return checked_input(Network.chain(first.weight.shape[1], layers), shape)


def _affine(i: int, arrays: dict[str, Array]) -> Affine:
    try:
        return Affine(tensor(arrays[f"W{i}"], f"array 'W{i}'"), tensor(arrays[f"b{i}"], f"array 'b{i}'"))
    except ShapeError as error:
        raise ShapeError(f"W{i}, b{i}: {error}") from None


def _arrays(content: bytes) -> dict[str, Array]:
    if not zipfile.is_zipfile(io.BytesIO(content)):
        raise FileFormatError(f"not an npz archive, or cut short; {_EXPECTED}")
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as archive:
            return {name: np.asarray(archive[name]) for name in archive.files}
    except RuntimeError as error:  # encrypted archives, and in a subclass unknown compression
        raise FileFormatError(f"encrypted, or compressed in a way that is not read ({error}); {_EXPECTED}") from None
    except (ValueError, OSError, EOFError, KeyError, zipfile.BadZipFile, zlib.error):
        text = f"damaged, or holds pickled objects, which are not opened; {_EXPECTED}"
        raise FileFormatError(text) from None
