"""Torch modules before they are traced: taken out of wrappers, and refused where hooks may change what they compute.

Weights are read as the module computes them in inference. Pruned weights are the products of weights and masks. The
weights of normalizations and other parametrizations are the numbers that torch computes in its own floating point.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import numpy as np

from polytopes.errors import UnsupportedError
from polytopes.messages import shortened
from tropical.networks.readers.comparison import Run
from tropical.networks.readers.torch.tensors import exact
from tropical.networks.tensor import Array, Shape, Tensor

_WRAPPERS = {"OptimizedModule": "_orig_mod", "DataParallel": "module", "DistributedDataParallel": "module"}
"""Modules of torch that compute what a module inside computes, and its name."""
_COMPUTED = {"WeightNorm", "SpectralNorm"}
"""Hooks of torch that compute a weight before each call, by ``compute_weight``."""
TRAINING = "is in training mode, in which it {}; call eval() on the module first"


def unwrapped(module: Any) -> Any:
    """Return what ``torch.compile`` and wrappers for several devices compute."""
    while _is_of_torch(module) and (inside := _WRAPPERS.get(type(module).__name__)) is not None:
        _refuse_hooks("the wrapper", module)
        module = getattr(module, inside)
    return module


def check_hooks(module: Any) -> None:
    """Refuse a module with hooks that may change values, in any of its parts.

    Raises:
        UnsupportedError: which names the part.
    """
    from torch.nn.modules import module as global_hooks

    if global_hooks._global_forward_hooks or global_hooks._global_forward_pre_hooks:
        raise UnsupportedError(
            "a forward hook is registered for all modules, and may change values; remove it with handle.remove()"
        )
    for name, part in module.named_modules():
        kind = type(part).__name__
        _refuse_hooks(f"module {shortened(name)} ({kind})" if name else f"the module ({kind})", part)


def _refuse_hooks(where: str, module: Any) -> None:
    before = [hook for hook in module._forward_pre_hooks.values() if not _makes_weight(hook)]
    if before or module._forward_hooks:
        raise UnsupportedError(
            f"{where} has a forward {'pre-hook' if before else 'hook'}, which may change values; remove it with "
            "handle.remove()"
        )
    if "forward" in vars(module) and type(module).__name__ not in _WRAPPERS:
        raise UnsupportedError(f"{where} has had its forward replaced, and that is not what is traced; use a class")


def _makes_weight(hook: Any) -> bool:
    return _is_pruning(hook) or (_is_of_torch(hook) and type(hook).__name__ in _COMPUTED)


def _is_pruning(hook: Any) -> bool:
    from torch.nn.utils.prune import BasePruningMethod

    return isinstance(hook, BasePruningMethod) and type(hook).__call__ is BasePruningMethod.__call__


def _is_of_torch(thing: Any) -> bool:
    return type(thing).__module__.partition(".")[0] == "torch"


def kind_of(module: Any) -> str | None:
    """Return the name of a module's class if it is torch's own; a parametrized one counts as what it was.

    >>> kind_of(object()) is None
    True
    """
    own = type(module)
    if own.__module__ == "torch.nn.utils.parametrize":
        own = own.__mro__[1]
    return own.__name__ if own.__module__.partition(".")[0] == "torch" else None


def refuse_training(module: Any, does: str) -> None:
    """Refuse a module in training mode, which ``does`` something else there than in inference."""
    if module.training:
        raise UnsupportedError(TRAINING.format(does))


def parameter(module: Any, name: str) -> Tensor:
    """Return a parameter of a module as the module computes it."""
    import torch

    for hook in module._forward_pre_hooks.values():
        if getattr(hook, "_tensor_name", getattr(hook, "name", None)) != name:
            continue
        if _is_pruning(hook):
            original, mask = (exact(getattr(module, f"{name}_{part}"), f"{name}_{part}") for part in ("orig", "mask"))
            return Tensor.of(original.fractions * mask.fractions)
        refuse_training(module, "changes its weights at every call")
        with torch.no_grad():
            given = () if type(hook).__name__ == "WeightNorm" else (False,)
            return exact(hook.compute_weight(module, *given), name)
    parametrizations = dict(getattr(module, "parametrizations", {}))
    for part in parametrizations.get(name, ()):
        if not _is_of_torch(part) or type(part).__name__ == "_SpectralNorm":
            refuse_training(module, "may change its weights at every call")
    with torch.no_grad():
        return exact(getattr(module, name), name)


def optional_parameter(module: Any, name: str) -> Tensor | None:
    """Return a parameter of a module, None if it has none of this name."""
    return None if getattr(module, name) is None else parameter(module, name)


def runs(module: Any, shape: Shape) -> Iterator[tuple[str, Run]]:
    """Yield ways to run a module on one point: as it is, and if it can be copied in double precision."""
    yield "torch", lambda point: _value(module, point)
    try:
        double = deepcopy(module).double()
        _value(double, np.zeros(shape))
    except (RuntimeError, UnsupportedError):  # modules that keep computed tensors, or constants in single precision
        return
    yield "torch in double precision", lambda point: _value(double, point)


def _value(module: Any, point: Array) -> Array:
    import torch

    tensors = [t for t in (*module.parameters(), *module.buffers()) if t.is_floating_point()]
    options = {"dtype": torch.get_default_dtype()}
    if tensors:
        options = {"dtype": tensors[0].dtype, "device": tensors[0].device}
    try:
        with torch.no_grad():
            found = module(torch.tensor(point[None], **options))
    except Exception as error:  # the user's forward may raise anything
        raise UnsupportedError(
            f"the module itself does not take a tensor of shape {(1, *point.shape)} ({type(error).__name__}: {error}); "
            "give input_shape, or check=False"
        ) from None
    found = found[0] if isinstance(found, (tuple, list)) else found
    value: Array = found.double().cpu().numpy()
    return value
