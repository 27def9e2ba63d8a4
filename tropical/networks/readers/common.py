"""What the readers share: exact tensors with errors that name them, and the check of the input shape."""

from __future__ import annotations

from typing import Any

from polytopes.errors import NumberError, ShapeError
from tropical.networks.network import Network
from tropical.networks.tensor import Shape, Tensor


def tensor(values: Any, where: str) -> Tensor:
    """Return an exact tensor; errors begin with ``where``, the name of the values."""
    try:
        return Tensor.of(values)
    except (NumberError, ShapeError) as error:
        raise type(error)(f"{where}: {error}") from None


def checked_input(network: Network, shape: Shape | None) -> Network:
    """Return the network, after checking that its input has the given shape, if one is given."""
    if shape is not None and network.input_shape != shape:
        raise ShapeError(f"the network takes inputs of shape {network.input_shape}, input_shape says {shape}")
    return network
