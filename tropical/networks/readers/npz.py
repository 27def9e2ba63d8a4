"""Numpy archives: matrices W0, W1, ... (out x in) and vectors b0, b1, ...; ReLU after all layers but the last.

Arrays are numbers, or strings such as "3/2". Archives with pickled objects are refused.
"""

from __future__ import annotations

import io

from polytopes.errors import FileFormatError, ShapeError
from polytopes.formats.archives import array_names, opened, read_array
from polytopes.messages import shortened
from tropical.networks.layers import Affine, Layer, ReLU
from tropical.networks.network import Network
from tropical.networks.readers.common import checked_input, tensor
from tropical.networks.readers.options import DEFAULTS, Options
from tropical.networks.tensor import Array

_EXPECTED = "an npz network holds W0, b0, W1, b1, ... (W is out x in, ReLU between layers)"


def read_bytes(content: bytes, options: Options = DEFAULTS) -> Network:
    """Return the network in the bytes of an npz archive."""
    arrays = _arrays(content)
    layers: list[tuple[str, Layer]] = []
    for i in range(len(arrays) // 2):
        if layers:
            layers.append((f"relu{i - 1}", ReLU()))
        layers.append((f"affine{i}", _affine(i, arrays)))
    first = layers[0][1]
    assert isinstance(first, Affine)
    return checked_input(Network.chain(first.weight.shape[1], layers), options.input_shape)


def _affine(i: int, arrays: dict[str, Array]) -> Affine:
    try:
        return Affine(tensor(arrays[f"W{i}"], f"array 'W{i}'"), tensor(arrays[f"b{i}"], f"array 'b{i}'"))
    except ShapeError as error:
        raise ShapeError(f"W{i}, b{i}: {error}") from None


def _arrays(content: bytes) -> dict[str, Array]:
    """Return W0, b0, W1, b1, ..., after checking that there are no others."""
    try:
        with opened(io.BytesIO(content)) as archive:
            names = array_names(archive)
            expected = {f"{letter}{i}" for i in range(len(names) // 2) for letter in "Wb"}
            if not names or set(names) != expected:
                raise FileFormatError(f"the arrays are {shortened_names(names)}")
            return {name: read_array(archive, name) for name in names}
    except FileFormatError as error:
        raise FileFormatError(f"{error}; {_EXPECTED}") from None


def shortened_names(names: list[str]) -> str:
    """Return sorted names as a message lists them."""
    return shortened(", ".join(sorted(names)))[1:-1] if names else "none"
