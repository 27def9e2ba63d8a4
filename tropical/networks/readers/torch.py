"""PyTorch modules, read through ``torch.fx``.

A module is read in inference form, at batch size 1 (the first axis is the batch); what it may contain is listed in
:mod:`tropical.networks.readers.torch_modules` and :mod:`tropical.networks.readers.torch_functions`.
"""

from __future__ import annotations

from typing import Any

from polytopes.errors import InputError, ShapeError, UnsupportedError
from tropical.networks.network import Network
from tropical.networks.readers.comparison import check_values
from tropical.networks.readers.graph import SourceGraph, Value, constant
from tropical.networks.readers.options import DEFAULTS, Options
from tropical.networks.readers.torch_functions import FUNCTIONS, exact
from tropical.networks.readers.torch_memory import Memory, trace, writes
from tropical.networks.readers.torch_modules import MODULES
from tropical.networks.readers.torch_preparation import check_hooks, kind_of, runs, unwrapped
from tropical.networks.tensor import Shape

_PASSED_OVER = {"Dropout", "Flatten", "Identity", "ReLU", "LeakyReLU", "dropout", "flatten", "relu", "reshape", "view"}


def read_object(module: Any, options: Options = DEFAULTS) -> Network:
    """Return the network of a ``torch.nn.Module``, traced with ``torch.fx``."""
    import torch

    if not isinstance(module, torch.nn.Module):
        raise UnsupportedError(f"a torch object of type {type(module).__name__}; give a module or a state dictionary")
    module = unwrapped(module)
    check_hooks(module)
    traced = _traced(module)
    shape = _inferred_shape(traced) if options.input_shape is None else options.input_shape
    network = _Reader(traced, shape).read()
    if options.check:
        check_values(network, runs(module))
    return network


def _traced(module: Any) -> Any:
    """A module of torch itself is put into a Sequential, so that it is read by its name and not traced."""
    import torch

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
    """Whether a function or method name is torch's own, or an operator of Python."""
    if isinstance(target, str):
        return True
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
        import torch

        return torch.fx.node.map_arg(argument, lambda node: self.found[node])

    def _read_node(self, node: Any) -> Any:
        if node.op == "get_attr":
            self.memory.add(node, "get_attr")
            return constant(exact(self._attribute(node.target), f"parameter {node.target!r}"))
        self.graph.name = str(node.target) if node.op == "call_module" else node.name
        arguments, options = self._argument(node.args), self._argument(node.kwargs)
        if node.op == "call_module":
            module = self.traced.get_submodule(node.target)
            kind, where = kind_of(module) or "", f"module {node.target!r} ({type(module).__name__})"
            known, arguments = MODULES.get(kind), (module, *arguments)
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
