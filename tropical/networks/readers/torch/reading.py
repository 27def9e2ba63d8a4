"""PyTorch modules, read through ``torch.fx``.

A module is read in inference form, at batch size 1 (the first axis is the batch); what it may contain is listed in
:mod:`tropical.networks.readers.torch.modules` and :mod:`tropical.networks.readers.torch.functions`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from polytopes.errors import InputError, UnsupportedError
from tropical.networks.network import Network
from tropical.networks.readers.comparison import check_values
from tropical.networks.readers.options import DEFAULTS, Options
from tropical.networks.readers.symbolic.graph import SourceGraph
from tropical.networks.readers.symbolic.values import Value, constant
from tropical.networks.readers.torch.functions import FUNCTIONS, METHODS, OPERATORS
from tropical.networks.readers.torch.memory import Memory, writes
from tropical.networks.readers.torch.modules import MODULES
from tropical.networks.readers.torch.preparation import check_hooks, kind_of, runs, unwrapped
from tropical.networks.readers.torch.refusals import reason
from tropical.networks.readers.torch.tensors import Extreme, exact, is_of_numbers, refuse_unread
from tropical.networks.readers.torch.tracing import GUARDS, input_shape, traced_module
from tropical.networks.tensor import Shape


def read_object(module: Any, options: Options = DEFAULTS) -> Network:
    """Return the network of a ``torch.nn.Module``, traced with ``torch.fx``, or of an exported program."""
    import torch

    if type(module).__name__ == "ExportedProgram":
        return _read_traced(module.module(), options)
    if isinstance(module, torch.jit.ScriptModule):
        raise UnsupportedError(
            "a module of TorchScript cannot be traced; give the module from which it was made, or export it to ONNX"
        )
    if not isinstance(module, torch.nn.Module):
        raise UnsupportedError(f"a torch object of type {type(module).__name__}; give a module or a state dictionary")
    module = unwrapped(module)
    check_hooks(module)
    return _read_traced(module, options)


def _read_traced(module: Any, options: Options) -> Network:
    traced = traced_module(module)
    shape = input_shape(traced) if options.input_shape is None else options.input_shape
    network = _Reader(traced, shape).read()
    if options.check:
        check_values(network, runs(module, network.input_shape))
    return network


def _functions(target: Any) -> Mapping[str, Any]:
    """Return the functions by name among which that of torch, or an operator of Python, is."""
    if isinstance(target, str):
        return METHODS
    home = getattr(target, "__module__", None) or "builtins"
    if home.startswith("torch._ops"):
        return OPERATORS
    return FUNCTIONS if home.partition(".")[0] in ("torch", "_operator", "builtins") else {}


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
                if isinstance(value, (tuple, list)) and len(value) == 1:
                    value = value[0]
                if not isinstance(value, Value) or value.constant is not None:
                    raise UnsupportedError("the forward should return one tensor that depends on the input")
                return self.graph.finish(value)
            if node.op != "placeholder" and node.target != GUARDS:
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
            if is_of_numbers(node.target, arguments):
                return node.target(*arguments)
            kind = kind.partition(".")[0]
            known = _functions(node.target).get(kind.strip("_"))
        if known is None:
            raise UnsupportedError(f"{where} {reason(kind.strip('_'))}")
        self.memory.check(node, kind)
        try:
            refuse_unread((arguments, options))
            value = known(self.graph, *arguments, **options)
            self._remember(node, kind, value, writes(kind, known, (self.graph, *arguments), options))
            return value
        except (InputError, UnsupportedError) as error:
            raise type(error)(f"{where}: {error}") from None
        except (TypeError, AttributeError, IndexError) as error:
            raise UnsupportedError(f"{where} is used in a way that is not read here ({error})") from None

    def _remember(self, node: Any, kind: str, value: Any, in_place: bool) -> None:
        """Note the memory of a tensor; one that is written over stands for the result from now on."""
        if in_place and isinstance(value, Value):
            old = self._argument(node.args[0]) if node.args else None
            self.found |= dict.fromkeys(self.memory.write(node, old, value), value)
        elif isinstance(value, (Value, list, Extreme)):
            self.memory.add(node, kind)

    def _attribute(self, target: str) -> Any:
        value = self.traced
        for part in target.split("."):
            value = getattr(value, part)
        return value
