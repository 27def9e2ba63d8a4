"""PyTorch networks: modules through ``torch.fx``, and files with the state dictionary of a ``torch.nn.Sequential``.

A module is read in inference form, at batch size 1 (the first axis is the batch); what it may contain is listed in
:mod:`tropical.networks.readers.torch_modules` and :mod:`tropical.networks.readers.torch_functions`.

A state dictionary holds weights but not the modules without any, so it is read by this rule: linear layers, batch
normalizations (with torch's default eps 1e-5) and PReLUs stand at their indices, and where an index is missing between
two of them there is one ReLU. Files are read with ``weights_only=True``: no code in them is run.
"""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from collections.abc import Mapping
from typing import Any

import numpy as np

from polytopes.arithmetic.long_numbers import integer_of
from polytopes.errors import (
    FileFormatError,
    InputError,
    MissingExtraError,
    ShapeError,
    UnsupportedError,
)
from polytopes.formats.archives import opened
from polytopes.messages import shortened
from tropical.networks.layers import Affine, Layer, LeakyReLU, ReLU, batch_norm
from tropical.networks.network import Network
from tropical.networks.readers.common import checked_input
from tropical.networks.readers.graph import SourceGraph, Value, constant
from tropical.networks.readers.torch_functions import FUNCTIONS, exact
from tropical.networks.readers.torch_memory import Memory, trace, writes
from tropical.networks.readers.torch_modules import MODULES
from tropical.networks.tensor import Shape, Tensor

_KEY = re.compile(r"(?P<prefix>(?:.*\.)?)(?P<index>\d+)\.(?P<part>weight|bias|running_mean|running_var)")
_PASSED_OVER = {"Dropout", "Flatten", "Identity", "ReLU", "LeakyReLU", "dropout", "flatten", "relu", "reshape", "view"}


def read_bytes(content: bytes, shape: Shape | None = None) -> Network:
    """Return the network in the bytes of a file written by ``torch.save(model.state_dict(), path)``."""
    torch = _torch()
    _check_archive(content)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            state = torch.load(io.BytesIO(content), map_location="cpu", weights_only=True)
    except Exception:  # on damaged files the loader raises errors of many types
        raise FileFormatError(
            "damaged, or holds pickled objects, which are not opened; write it with "
            "torch.save(model.state_dict(), path), or build the model and pass the module"
        ) from None
    if not isinstance(state, Mapping):
        raise FileFormatError(f"holds a {type(state).__name__}, not a state dictionary; save model.state_dict()")
    return checked_input(read_state_dict(state), shape)


def _check_archive(content: bytes) -> None:
    """Refuse an archive that unpacks to too much; files of torch before 1.6 are no archives."""
    if zipfile.is_zipfile(io.BytesIO(content)):
        with opened(io.BytesIO(content)):
            pass


def _torch() -> Any:
    try:
        import torch
    except ImportError:
        raise MissingExtraError("torch", "torch", "reading PyTorch networks") from None
    return torch


def read_state_dict(state: Mapping[str, Any]) -> Network:
    """Return the network of the state dictionary of a Sequential (the rule is in the module's docstring).

    A checkpoint, that is a dictionary with the state dictionary under the key "state_dict", is opened first.
    """
    state = state.get("state_dict", state)
    if not isinstance(state, Mapping):
        raise UnsupportedError(f"the state dictionary is a {type(state).__name__}; give model.state_dict()")
    layers: list[tuple[str, Layer]] = []
    modules = _grouped(state)
    previous = None
    for index, parts in sorted(modules.items()):
        if previous is not None and index > previous + 1:
            layers.append((f"relu{previous + 1}", ReLU()))
        layers.append((str(index), _layer_of_state(index, parts)))
        previous = index
    first = layers[0][1]
    if not isinstance(first, Affine):
        raise UnsupportedError("the first module with weights is not linear; build the model and pass the module")
    return Network.chain(first.weight.shape[1], layers)


def _grouped(state: Mapping[str, Any]) -> dict[int, dict[str, Tensor]]:
    modules: dict[int, dict[str, Tensor]] = {}
    prefixes = set()
    for key, value in state.items():
        if str(key).endswith("num_batches_tracked"):
            continue
        match = _KEY.fullmatch(str(key))
        if match is None or not hasattr(value, "detach"):
            raise UnsupportedError(
                f"the entry {shortened(key)} is not of a Sequential of linear layers; "
                "build the model and pass the module"
            )
        prefixes.add(match["prefix"])
        modules.setdefault(integer_of(match["index"]), {})[match["part"]] = exact(value, f"tensor {shortened(key)}")
    if len(prefixes) != 1:
        raise UnsupportedError(f"the weights are of {len(prefixes)} Sequentials; build the model and pass the module")
    return modules


def _layer_of_state(index: int, parts: dict[str, Tensor]) -> Layer:
    weight, bias = parts.get("weight"), parts.get("bias")
    try:
        if "running_mean" in parts:
            mean = parts["running_mean"]
            if "running_var" not in parts:
                raise ShapeError("there is a running_mean but no running_var; save the whole model.state_dict()")
            ones, zeros = np.ones(mean.shape, dtype=int), np.zeros(mean.shape, dtype=int)
            gamma, beta = ones if weight is None else weight, zeros if bias is None else bias
            return batch_norm(gamma, beta, mean, parts["running_var"], 1e-5)
        if weight is not None and len(weight.shape) == 2:
            return Affine(weight) if bias is None else Affine(weight, bias)
        if weight is not None and len(weight.shape) == 1 and bias is None:
            return LeakyReLU(weight)
    except InputError as error:
        raise type(error)(f"module {index}: {error}") from None
    shapes = {part: value.shape for part, value in parts.items()}
    raise UnsupportedError(f"module {index} with {shapes} is not linear; build the model and pass the module")


def read_object(module: Any, shape: Shape | None = None) -> Network:
    """Return the network of a ``torch.nn.Module``, traced with ``torch.fx``."""
    torch = _torch()
    if isinstance(module, Mapping):
        return checked_input(read_state_dict(module), shape)
    if not isinstance(module, torch.nn.Module):
        raise UnsupportedError(f"a torch object of type {type(module).__name__}; give a module or a state dictionary")
    traced = _traced(module)
    shape = _inferred_shape(traced) if shape is None else shape
    return _Reader(traced, shape).read()


def _traced(module: Any) -> Any:
    """A module of torch itself is put into a Sequential, so that it is read by its name and not traced."""
    torch = _torch()
    leaf = type(module).__module__.startswith("torch.nn") and not list(module.children())
    try:
        return trace(torch.nn.Sequential(module) if leaf else module)
    except Exception as error:  # tracing runs the user's forward, which may raise anything
        raise UnsupportedError(
            f"{type(module).__name__} cannot be traced by torch.fx ({type(error).__name__}: {error}); "
            "rewrite its forward without control flow on values"
        ) from None


def _inferred_shape(traced: Any) -> Shape:
    """The width of the first linear module, if only modules that keep the number of entries stand before it."""
    for node in traced.graph.nodes:
        if node.op == "placeholder":
            continue
        module: Any = traced.get_submodule(node.target) if node.op == "call_module" else None
        if hasattr(module, "in_features"):
            return (int(module.in_features),)
        kind = type(module).__name__ if module is not None else getattr(node.target, "__name__", node.target)
        if kind == "BatchNorm1d":
            return (int(module.num_features),)
        if kind not in _PASSED_OVER:
            break
    raise ShapeError("the module does not tell the shape of its input; give input_shape=(...), without the batch axis")


def _is_torchs(target: Any) -> bool:
    """Whether a module (without hooks), function or method name is torch's own, or an operator of Python."""
    if isinstance(target, str):
        return True
    if getattr(target, "_forward_hooks", None) or getattr(target, "_forward_pre_hooks", None):
        return False
    home = getattr(target, "__module__", None) or "builtins"
    return home.partition(".")[0] in ("torch", "_operator", "builtins")


class _Reader:
    """Walks the nodes of a traced module; ``found`` maps each to a value, or to numbers such as ``x.size(0)``."""

    def __init__(self, traced: Any, shape: Shape) -> None:
        self.traced = traced
        inputs = [node for node in traced.graph.nodes if node.op == "placeholder"]
        if len(inputs) != 1:
            raise UnsupportedError(f"a network has one input; this forward takes {', '.join(n.name for n in inputs)}")
        self.graph = SourceGraph((1, *shape), inputs[0].name)
        self.found: dict[Any, Any] = {inputs[0]: self.graph.input}
        self.memory = Memory()
        self.memory.add(inputs[0], "input")

    def read(self) -> Network:
        for node in self.traced.graph.nodes:
            if node.op == "output":
                self.memory.check(node, "output")
                value = self._argument(node.args[0])
                if not isinstance(value, Value) or value.constant is not None:
                    raise UnsupportedError("the forward should return one tensor that depends on the input")
                return self.graph.finish(value)
            if node.op != "placeholder":
                self.found[node] = self._read_node(node)
        raise UnsupportedError("the traced forward returns nothing")

    def _argument(self, argument: Any) -> Any:
        torch = _torch()
        return torch.fx.node.map_arg(argument, lambda node: self.found[node])

    def _read_node(self, node: Any) -> Any:
        if node.op == "get_attr":
            self.memory.add(node, "get_attr")
            return constant(exact(self._attribute(node.target), f"parameter {node.target!r}"))
        self.graph.name = str(node.target) if node.op == "call_module" else node.name
        arguments, options = self._argument(node.args), self._argument(node.kwargs)
        if node.op == "call_module":
            module = self.traced.get_submodule(node.target)
            kind, where = type(module).__name__, f"module {node.target!r} ({type(module).__name__})"
            known, arguments = MODULES.get(kind) if _is_torchs(module) else None, (module, *arguments)
        else:
            kind = node.target if node.op == "call_method" else getattr(node.target, "__name__", str(node.target))
            where = f"operation {node.name!r} ({kind})"
            known = FUNCTIONS.get(kind.strip("_")) if _is_torchs(node.target) else None
        if known is None:
            raise UnsupportedError(f"{where} is not read here")
        self.memory.check(node, kind)
        try:
            value = known(self.graph, *arguments, **options)
            self._remember(node, kind, value, writes(kind, known, (self.graph, *arguments), options))
            return value
        except (InputError, UnsupportedError) as error:
            raise type(error)(f"{where}: {error}") from None
        except (TypeError, AttributeError) as error:
            raise UnsupportedError(f"{where} is used in a way that is not read here ({error})") from None

    def _remember(self, node: Any, kind: str, value: Any, in_place: bool) -> None:
        """Note the memory of a tensor; one that is written over stands for the result from now on."""
        if in_place and isinstance(value, Value):
            old = self._argument(node.args[0]) if node.args else None
            self.found |= dict.fromkeys(self.memory.write(node, old, value), value)
        elif isinstance(value, Value):
            self.memory.add(node, kind)

    def _attribute(self, target: str) -> Any:
        value = self.traced
        for part in target.split("."):
            value = getattr(value, part)
        return value
