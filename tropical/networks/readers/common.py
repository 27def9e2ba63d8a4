"""What the readers share: tensors that name their place in errors, and checks of the input shape."""

from __future__ import annotations

from typing import Any

from polytopes.errors import NumberError, ShapeError
from tropical.networks.network import Network
from tropical.networks.tensor import Shape, Tensor


def tensor(values: Any, where: str) -> Tensor:
    """Return an exact tensor; an error names ``where`` the values stand."""
    try:
        return Tensor.of(values)
    except (NumberError, ShapeError) as error:
        raise type(error)(f"{where}: {error}") from None


def checked_input(network: Network, shape: Shape | None) -> Network:
    """Return the network, if its input has the shape that was asked for (or none was)."""
    if shape is not None and network.input_shape != shape:
        raise ShapeError(f"the network takes inputs of shape {network.input_shape}, input_shape says {shape}")
    return network
