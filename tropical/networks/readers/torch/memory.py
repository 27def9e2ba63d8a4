"""Tensors of a traced forward that share memory, and what is written over in place.

The graph of ``torch.fx`` names results, but torch's tensors are places in memory: after ``torch.relu_(h)`` the name
``h``, and every view of it, has the new entries. From then on a tensor that was written to in place stands for the
result; a graph that reads anything else that may share its memory is refused.
"""

from __future__ import annotations

import builtins
import inspect
import operator
from collections.abc import Callable
from typing import Any

from attrs import Factory, define

from polytopes.errors import UnsupportedError
from tropical.networks.readers.symbolic.values import Value

IN_PLACE = ("iadd", "isub", "imul", "itruediv", "ifloordiv", "imod", "ipow")
"""Python's assignments with an operator, which torch carries out in place."""

_SHARE = {
    *("AlphaDropout", "Dropout", "Dropout1d", "Dropout2d", "Dropout3d", "FeatureAlphaDropout", "alpha_dropout"),
    *("dropout", "dropout1d", "dropout2d", "dropout3d", "feature_alpha_dropout"),
    *("Flatten", "Identity", "Unflatten", "flatten", "ravel", "reshape", "reshape_as", "unflatten", "view", "view_as"),
    *("H", "T", "expand", "expand_as", "movedim", "moveaxis", "permute", "squeeze", "swapaxes", "swapdims", "t"),
    *("transpose", "unsqueeze", "adjoint", "positive", "pos"),
    *("chunk", "getattr", "getitem", "narrow", "select", "split", "split_with_sizes", "tensor_split", "unbind"),
    *("unfold", "unsafe_chunk", "alias", "contiguous", "detach", "requires_grad"),
    *("bfloat16", "cpu", "cuda", "double", "float", "half", "to", "type", "type_as", "pad", "Hardshrink", "hardshrink"),
    *("pow", "Upsample", "interpolate"),
}
"""What may return its argument or a view of it; all other operations return a new tensor."""
_SHAPE_ONLY = {"size", "getattr"}


def n_chunks(node: Any) -> int | None:
    """Return into how many parts a call of ``chunk`` cuts, as its argument says; None for other nodes."""
    if getattr(node.target, "__name__", node.target) != "chunk":
        return None
    count = node.kwargs.get("chunks", node.args[1] if len(node.args) > 1 else None)
    return count if isinstance(count, int) else None


def trace(module: Any) -> Any:
    """Return the traced module.

    Unlike with ``torch.fx.symbolic_trace``, ``h += 1`` stays an operation in place, and one may go through chunks.
    """
    import torch

    class Proxy(torch.fx.Proxy):  # type: ignore[misc]
        """A traced value that records assignments, with operators or to parts; chunks are counted by their argument."""

        def __len__(self) -> int:
            count = n_chunks(self.node)
            return int(super().__len__()) if count is None else count

    def recorder(name: str) -> Callable[..., Any]:
        function = getattr(operator, name)
        return lambda self, *others: self.tracer.create_proxy("call_function", function, (self, *others), {})

    for name in IN_PLACE:
        setattr(Proxy, f"__{name}__", recorder(name))
    Proxy.__setitem__ = recorder("setitem")

    class Tracer(torch.fx.Tracer):  # type: ignore[misc]
        def proxy(self, node: Any) -> Any:
            return Proxy(node, self)

        def iter(self, obj: Any) -> Any:
            count = n_chunks(obj.node)
            return super().iter(obj) if count is None else builtins.iter([obj[i] for i in range(count)])

    tracer = Tracer()
    graph = tracer.trace(module)
    return torch.fx.GraphModule(tracer.root, graph)


def writes(kind: str, known: Callable[..., Any] | None, arguments: Any, options: Any) -> bool:
    """Return whether a call overwrites its first argument; dropout does not, in inference."""
    if kind in IN_PLACE or kind.strip("_") == "setitem" or (kind.endswith("_") and not kind.endswith("__")):
        return True
    if known is None or kind.lower().startswith("dropout"):
        return False
    module = arguments[1] if len(arguments) > 1 else None
    in_place = getattr(module, "inplace", None)
    if isinstance(in_place, bool):
        return in_place
    try:
        return bool(inspect.signature(known).bind(*arguments, **options).arguments.get("inplace", False))
    except TypeError:  # a wrong call, which is refused when it is carried out
        return False


@define
class Memory:
    """Which nodes read so far may share memory, which are the same tensor, and which were overwritten by which."""

    groups: dict[Any, set[Any]] = Factory(dict)
    same: dict[Any, set[Any]] = Factory(dict)
    stale: dict[Any, str] = Factory(dict)

    def check(self, node: Any, kind: str) -> None:
        """Raise UnsupportedError if the node reads a tensor whose entries were overwritten."""
        for source in node.all_input_nodes:
            if source in self.stale and kind not in _SHAPE_ONLY:
                raise UnsupportedError(
                    f"operation {node.name!r} reads {source.name!r} after {self.stale[source]!r} changed its memory in "
                    "place; set inplace=False there, or write h = h + 1 for h += 1"
                )

    def add(self, node: Any, kind: str) -> None:
        """Note the memory of the result of a node that writes nothing."""
        group = {node}
        if kind in _SHARE:
            for source in node.all_input_nodes:
                group |= self.groups.get(source, set())
        for member in group:
            self.groups[member] = group

    def write(self, node: Any, old: Any, new: Value) -> set[Any]:
        """Note that a node overwrites its first argument, and return the nodes that are this tensor."""
        target = node.args[0] if node.args else None
        group = self.groups.get(target)
        if group is None or any(member.op == "get_attr" for member in group):
            raise UnsupportedError("writes in place over something that the forward did not compute; use a copy")
        if new.shape != old.shape:
            raise UnsupportedError(f"changes the shape {old.shape} to {new.shape} in place; use the result instead")
        same = self.same.get(target, {target}) | {node}
        for member in group - same:
            self.stale.setdefault(member, node.name)
        group.add(node)
        self.groups[node] = group
        for member in same:
            self.same[member] = same
        return same
