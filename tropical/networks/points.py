"""Points given to a network: flat or in the shape of its input, as nested sequences, arrays or torch tensors."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

from polytopes.errors import NumberError, ShapeError
from tropical.networks.tensor import Array, Shape, Tensor, size


def exact_point(point: Any, shape: Shape) -> Array:
    """Return one point as a batch of one tensor of Fractions.

    Args:
        point: the entries one after the other, or in the shape of the input.
        shape: the shape of the input.

    >>> exact_point([["1/2", 1]], (1, 2))
    array([[[Fraction(1, 2), Fraction(1, 1)]]], dtype=object)
    """
    tensor = Tensor.of(_array_if_foreign(point))
    if tensor.shape not in ((size(shape),), shape):
        raise ShapeError(f"expected {size(shape)} numbers, flat or of shape {shape}, got the shape {tensor.shape}")
    return tensor.fractions.reshape(1, *shape)


def float_batch(points: Any, shape: Shape) -> tuple[Array, bool]:
    """Return points as a batch of float64 tensors, and whether it was one point, given without an axis for points.

    An array of shape (n, size of the input) is n points, even if the input has the shape (1, size) and n is 1.
    """
    array, total = _floats(points), size(shape)
    single = array.shape == (total,) or (array.shape == shape and shape != (1, total))
    if not single and (array.ndim == 0 or array.shape[1:] not in ((total,), shape)):
        raise ShapeError(
            f"points of shape {array.shape} do not fit the input shape {shape}; give ({total},), (n, {total}), "
            f"or (n, *input_shape)"
        )
    return array.reshape(1 if single else len(array), *shape), single


def _floats(points: Any) -> Array:
    """Entries of other types than numbers are converted exactly first, which reads strings and refuses complex ones."""
    points = _array_if_foreign(points)
    try:
        array = points if isinstance(points, np.ndarray) else np.asarray(points)
    except (ValueError, TypeError):
        raise ShapeError("points of different lengths do not make an array") from None
    return array.astype(np.float64) if array.dtype.kind in "iufb" else Tensor.of(points).floats


def _array_if_foreign(values: Any) -> Any:
    """Return a torch tensor as an array; the types that numpy lacks are exact in float64."""
    if not hasattr(values, "detach"):
        return values
    plain = values.detach().cpu()
    return (plain.double() if plain.is_floating_point() else plain).numpy()


def check_exact(values: Array, name: str) -> None:
    """Raise NumberError unless every entry is an integer or a Fraction: a float must not arise in an exact value."""
    if {int, Fraction}.issuperset(map(type, values.ravel().tolist())):
        return
    for entry in values.flat:
        if not isinstance(entry, (int, Fraction)):
            raise NumberError(
                f"layer {name!r} gave the {type(entry).__name__} {entry!r} on exact input; "
                "its forward must keep Fractions exact"
            )
