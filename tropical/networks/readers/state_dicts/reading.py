"""State dictionaries: the weights of modules by name, without what stands between them.

A state dictionary does not hold the modules that have no weights, so the activation has to be said. With it, the
affine layers are read in the order of the numbers in their names (``0``, ``2``, ...; ``layers.0``, ...; ``fc1``, ...),
the activation stands between all of them, and nothing follows the last. What the names leave open is refused:

* numbers that differ at more than one place, or several families of numbered names, are not one chain;
* names without numbers (an ``out`` besides ``fc1``, ``fc2``) are taken in the order in which the dictionary has them,
  if it has an order;
* a batch normalization is read where its number says on which side of the activation it stands: next to an affine
  layer, with a number left free on its other side for the activation. Its epsilon is torch's default, 1e-5;
* a convolution is refused: its stride, padding and dilation are not in the dictionary.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from polytopes.arithmetic.rationals import as_fraction
from polytopes.errors import InputError, NumberError, ShapeError, UnsupportedError
from polytopes.messages import shortened
from tropical.networks.layers import Abs, Affine, Layer, LeakyReLU, ReLU, Scale, batch_norm
from tropical.networks.network import Network
from tropical.networks.readers.options import DEFAULTS, Options
from tropical.networks.readers.state_dicts.order import MODULE, StoredModule, activated_chain, in_order
from tropical.networks.tensor import Tensor

ACTIVATIONS = "relu, leaky:SLOPE (such as leaky:1/100), abs or none"
EPSILON = 1e-5
"""Torch's default of what batch normalization adds to the variance; a state dictionary does not have it."""
COUNTER = "num_batches_tracked"
"""The end of the names of counters that do not matter in inference."""
_PARTS = {"weight", "bias", "running_mean", "running_var"}
_COMPUTED = {"weight_g", "weight_v", "weight_u", "original0", "original1", "original"}
"""Parts of parametrized weights, such as those that are divided by a norm."""
_WITH_MODULE = (
    'with the module at hand, after module.load_state_dict(...): tropical.save(tropical.load(module), "net.json"), or '
    'torch.onnx.export(module, (example,), "net.onnx")'
)


def activation_of(text: str) -> Layer | None:
    """Return the layer that an activation names, None for ``none``.

    >>> activation_of("leaky:0.01") == LeakyReLU("1/100"), activation_of("none")
    (True, None)
    """
    if not isinstance(text, str):
        raise InputError(f"activation {shortened(text)}: give {ACTIVATIONS}")
    name, colon, slope = text.partition(":")
    if name == "leaky" and colon:
        try:
            return LeakyReLU(as_fraction(slope))
        except NumberError as error:
            raise NumberError(f"activation {shortened(text)}: {error}") from None
    named: dict[str, Layer | None] = {"relu": ReLU(), "abs": Abs(), "none": None}
    if text not in named:
        raise InputError(f"activation {shortened(text)}: give {ACTIVATIONS}")
    return named[text]


def assumption(network: Network, activation: str) -> str:
    """Return in words what was assumed of a network that was read from a state dictionary.

    >>> affine = Affine([[1]])
    >>> assumption(Network.chain(1, [("fc1", affine), ReLU(), ("fc2", affine)]), "relu")
    'the layers are fc1, relu, fc2; nothing follows the last'
    """
    names = []
    for node in network.nodes:
        match node.layer:
            case Affine():
                names.append(node.name)
            case Scale():
                names.append(f"{node.name} (batch normalization, eps 1e-5)")
            case ReLU() | LeakyReLU() | Abs():
                names.append(activation)
    return f"the layers are {', '.join(names)}; nothing follows the last"


def read_state(state: Mapping[str, Tensor], options: Options = DEFAULTS, *, ordered: bool = True) -> Network:
    """Return the network with the tensors of a state dictionary; the rule is in the module's docstring.

    Args:
        state: the tensors by their names.
        options: with the activation.
        ordered: whether the order of the dictionary is that of the model.

    Raises:
        InputError: without an activation.
        UnsupportedError: if the names do not tell the order, or for anything but linear layers and batch norms.
        ShapeError: if a layer does not fit the one before it in that order.
    """
    between = None if options.activation is None else activation_of(options.activation)
    modules = in_order(_modules(state), ordered)
    if options.activation is None:
        raise InputError(
            "a state dictionary does not say which activations stand between its layers; "
            f"{_WITH_MODULE}; otherwise say them: --activation relu, in Python activation='relu' ({ACTIVATIONS})"
        )
    first = modules[0].layer
    width = first.weight.shape[1] if isinstance(first, Affine) else first.factor.shape[0]
    try:
        return Network.chain(width, activated_chain(modules, between))
    except ShapeError as error:
        order = shortened([module.name for module in modules])
        raise ShapeError(f"{error}; the order is taken to be {order}; for another, {_WITH_MODULE}") from error


def _modules(state: Mapping[str, Tensor]) -> list[StoredModule]:
    parts: dict[str, dict[str, Tensor]] = {}
    for key, value in state.items():
        name, _, part = key.rpartition(".")
        if part in _COMPUTED:
            raise UnsupportedError(
                f"the entry {shortened(key)} is a part of a weight that is computed from it; give the module itself, "
                "or remove the parametrization first"
            )
        parts.setdefault(name, {})[part] = value
    if not parts:
        raise UnsupportedError("the state dictionary is empty; give model.state_dict()")
    return [StoredModule(name, _layer(name, _unpruned(own))) for name, own in parts.items()]


def _unpruned(parts: dict[str, Tensor]) -> dict[str, Tensor]:
    """A pruned weight is stored as a weight and a mask, of which it is the product."""
    found = {}
    for part, value in parts.items():
        start, _, end = part.rpartition("_")
        mask = parts.get(f"{start}_mask")
        if end == "orig" and mask is not None and mask.shape == value.shape:
            found[start] = Tensor.of(value.fractions * mask.fractions)
        elif not (end == "mask" and f"{start}_orig" in parts):
            found[part] = value
    return found


def _layer(name: str, parts: Mapping[str, Tensor]) -> Affine | Scale:
    """Return the layer of a module: affine, or a batch normalization."""
    where = f"module {shortened(name)}"
    for part in sorted(parts.keys() - _PARTS):
        key = f"{name}.{part}" if name else part
        raise UnsupportedError(f"the entry {shortened(key)} is of no linear layer or batch normalization; {MODULE}")
    weight, bias = parts.get("weight"), parts.get("bias")
    try:
        if "running_mean" in parts or "running_var" in parts:
            return _batch_norm(parts)
        if weight is not None and len(weight.shape) == 2:
            return Affine(weight) if bias is None else Affine(weight, bias)
    except InputError as error:
        raise type(error)(f"{where}: {error}") from None
    shapes = ", ".join(f"{part} of shape {value.shape}" for part, value in parts.items())
    if weight is not None and len(weight.shape) > 2:
        raise UnsupportedError(
            f"{where} ({shapes}) is a convolution; its stride, padding and dilation are not in a state dictionary: "
            f"{MODULE}"
        )
    raise UnsupportedError(
        f"{where} ({shapes}) is no linear layer; a state dictionary does not say whether it is a PReLU, a "
        f"LayerNorm or something else: {MODULE}"
    )


def _batch_norm(parts: Mapping[str, Tensor]) -> Scale:
    if "running_mean" not in parts or "running_var" not in parts:
        there, missing = ("mean", "var") if "running_mean" in parts else ("var", "mean")
        raise ShapeError(f"there is a running_{there} but no running_{missing}; save the whole model.state_dict()")
    mean = parts["running_mean"]
    ones, zeros = Tensor.of(np.ones(mean.shape, dtype=int)), Tensor.of(np.zeros(mean.shape, dtype=int))
    return batch_norm(parts.get("weight", ones), parts.get("bias", zeros), mean, parts["running_var"], EPSILON)
