"""Torch modules traced by ``torch.fx``, and the shape of their input as far as they tell it."""

from __future__ import annotations

from typing import Any

from polytopes.errors import ShapeError, UnsupportedError
from tropical.networks.readers.torch.memory import trace
from tropical.networks.readers.torch.preparation import kind_of
from tropical.networks.tensor import Shape

GUARDS = "_guards_fn"
"""The module of an exported program that checks its input and computes nothing."""
_KEEPING = {
    *("AlphaDropout", "Dropout", "Flatten", "Hardshrink", "Hardsigmoid", "Hardtanh", "Identity", "LeakyReLU", "PReLU"),
    *("RReLU", "ReLU", "ReLU6", "Softshrink", "Threshold", "abs", "add", "clamp", "clip", "clone", "contiguous"),
    *("detach", "div", "double", "dropout", "flatten", "float", "getattr", "getitem", "hardtanh", "leaky_relu", "mul"),
    *("neg", "relu", "relu6", "reshape", "size", "sub", "sym_size", "to", "truediv", "view", "type"),
}
"""Modules and functions that keep the number of entries of a point, if the input has one axis."""
_WIDTHS = {"BatchNorm1d": "num_features", "Linear": "in_features"}
_FACTORS = {"linear": 1, "matmul": 0, "mm": 0, "addmm": 0}
"""Functions of a matrix, and which axis of it is as long as the input."""


def traced_module(module: Any) -> Any:
    """Return the traced module.

    A module of torch itself is put into a Sequential, so that it is read by its name and not traced.
    """
    import torch

    if isinstance(module, torch.fx.GraphModule):
        return module
    leaf = type(module).__module__.startswith("torch.nn") and not list(module.children())
    try:
        return trace(torch.nn.Sequential(module) if leaf else module)
    except Exception as error:  # tracing runs the user's forward, which may raise anything
        raise UnsupportedError(
            f"{type(module).__name__} cannot be traced by torch.fx ({type(error).__name__}: {error}); "
            "rewrite its forward without control flow on values, or give torch.export.export(module, (example,))"
        ) from None


def input_shape(traced: Any) -> Shape:
    """Return the shape of one point.

    An exported program has it. Otherwise it is the width of the first linear map, if only what keeps the number of
    entries stands before it.

    Raises:
        ShapeError: if the module does not tell it.
    """
    for node in traced.graph.nodes:
        if node.op == "placeholder" and "val" in node.meta:
            batch, *shape = node.meta["val"].shape
            if isinstance(batch, int) and batch != 1:
                raise ShapeError(f"the program was exported for {batch} points; export it for one, or for any number")
            return tuple(int(n) for n in shape)
        if node.op not in ("call_module", "call_function", "call_method"):
            continue
        module: Any = traced.get_submodule(node.target) if node.op == "call_module" else None
        kind = kind_of(module) if module is not None else getattr(node.target, "__name__", str(node.target))
        if kind in _WIDTHS:
            return (int(getattr(module, _WIDTHS[kind])),)
        if kind in _FACTORS and (width := _width(traced, node, _FACTORS[kind])) is not None:
            return (width,)
        if kind is None or kind.strip("_") not in _KEEPING:
            break
    raise ShapeError("the module does not tell the shape of its input; give input_shape=(...), without the batch axis")


def _width(traced: Any, node: Any, axis: int) -> int | None:
    """Return the length of an axis of the parameter that a function multiplies with."""
    found = [part for part in node.args[1:] if getattr(part, "op", None) == "get_attr"]
    if not found or node.args[0] is found[0]:
        return None
    value = traced
    for part in found[0].target.split("."):
        value = getattr(value, part)
    return int(value.shape[axis]) if value.dim() == 2 else None
