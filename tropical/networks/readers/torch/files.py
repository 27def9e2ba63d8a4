"""Files of torch with a state dictionary, or a checkpoint that holds one.

They are opened with ``weights_only=True``: no code in them is run. How the state dictionary is read is said in
:mod:`tropical.networks.readers.state_dicts.reading`.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from polytopes.errors import FileFormatError, MissingExtraError, UnsupportedError
from polytopes.formats.archives import opened
from polytopes.messages import shortened
from tropical.networks.network import Network
from tropical.networks.readers.common import checked_input
from tropical.networks.readers.options import DEFAULTS, Options
from tropical.networks.readers.state_dicts.reading import COUNTER, read_state
from tropical.networks.readers.torch.pickles import check_archive, check_old_file
from tropical.networks.readers.torch.tensors import exact
from tropical.networks.tensor import Tensor


def read_bytes(content: bytes, options: Options = DEFAULTS) -> Network:
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
            "torch.save(model.state_dict(), path), or tropical.save(tropical.load(model), 'net.json') with the module"
        ) from None
    return read_object(state, options)


def read_object(state: Any, options: Options = DEFAULTS) -> Network:
    """Return the network of a state dictionary, or of the one in a checkpoint.

    A checkpoint is a dictionary, or a list of one, in which exactly one entry is a dictionary of tensors, beside
    numbers and other things.
    """
    return checked_input(read_state(_tensors(_state_in(state)), options), options.input_shape)


def _torch() -> Any:
    try:
        import torch
    except ImportError:
        raise MissingExtraError("torch", "torch", "reading PyTorch networks") from None
    return torch


def _check_archive(content: bytes) -> None:
    """Programs of TorchScript and of torch.export are archives with code beside the weights.

    An archive that unpacks to too much is refused; files of torch before 1.6 are no archives.
    """
    if content[:2] != b"PK":
        check_old_file(content)
        return
    with opened(io.BytesIO(content)) as archive:
        check_archive(archive)
        names = {part for name in archive.namelist() for part in name.split("/")}
    if names & {"constants.pkl", "code", "models", "serialized_exported_program.json"}:
        raise UnsupportedError(
            "a program of TorchScript or torch.export, which is not run here; build the model and pass the module, or "
            "export it to ONNX"
        )


def _state_in(found: Any) -> Mapping[Any, Any]:
    """Return the only state dictionary in a checkpoint."""
    if isinstance(found, Sequence) and not isinstance(found, str) and len(found) == 1:
        found = found[0]
    if not isinstance(found, Mapping):
        raise FileFormatError(f"holds a {type(found).__name__}, not a state dictionary; save model.state_dict()")
    inner = {
        key: value
        for key, value in found.items()
        if isinstance(value, Mapping) and any(map(_is_tensor, value.values()))
    }
    if any(_is_tensor(value) and value.dim() for value in found.values()) or not inner:
        return found
    if len(inner) > 1:
        raise UnsupportedError(
            f"a checkpoint with several state dictionaries, {shortened(', '.join(map(str, inner)))}; save the one that "
            "is meant"
        )
    [state] = inner.values()
    return state


def _is_tensor(value: Any) -> bool:
    return hasattr(value, "detach") and hasattr(value, "is_meta")


def _tensors(state: Mapping[Any, Any]) -> dict[str, Tensor]:
    return dict(_exact_entries(state))


def _exact_entries(state: Mapping[Any, Any]) -> Iterator[tuple[str, Tensor]]:
    for key, value in state.items():
        if str(key).endswith(COUNTER):
            continue
        if not isinstance(key, str) or not _is_tensor(value):
            raise UnsupportedError(
                f"the entry {shortened(key)} is no tensor but of type {type(value).__name__}; give model.state_dict()"
            )
        yield key, exact(value, f"tensor {shortened(key)}")
