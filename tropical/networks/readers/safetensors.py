"""Files ``.safetensors``: a state dictionary without any code in it.

Eight bytes say the length of a JSON header, which gives for every tensor its type, its shape and the place of its
entries in what follows. They are read as the state dictionary of torch that they nearly always are
(:mod:`tropical.networks.readers.state_dicts`), so the activation has to be said; the order of the header is not that of
the model. Numbers are the dyadic rationals they are.
"""

from __future__ import annotations

import json
from itertools import pairwise
from math import prod
from typing import Any

import numpy as np

from polytopes.arithmetic.long_numbers import integer_of
from polytopes.errors import FileFormatError, UnsupportedError
from polytopes.formats.files import unrepeated
from polytopes.formats.limits import PER_CHARACTER, refuse_larger
from polytopes.messages import shortened
from tropical.networks.network import Network
from tropical.networks.readers.common import charge_entries, checked_input, tensor
from tropical.networks.readers.options import DEFAULTS, Options
from tropical.networks.readers.state_dicts.reading import COUNTER, read_state
from tropical.networks.tensor import MAX_AXES, Array, Tensor

HEAD = 8
"""Bytes that hold the length of the header."""
TYPES = {"F16": "<f2", "BF16": "<u2", "F32": "<f4", "F64": "<f8"}
"""The types of entries that are read; the upper half of a float32 is stored as the integer of its bits."""
_METADATA = "__metadata__"


def read_bytes(content: bytes, options: Options = DEFAULTS) -> Network:
    """Return the network in the bytes of a ``.safetensors`` file."""
    length = int.from_bytes(content[:HEAD], "little")
    if len(content) < HEAD + length:
        raise FileFormatError(f"a header of {length} bytes is announced, and the file has {len(content)} in all")
    header = _header(content[HEAD : HEAD + length])
    data = memoryview(content)[HEAD + length :]
    places = sorted(_place(name, entry, len(data)) for name, entry in header.items())
    for (_, end, name), (start, _, other) in pairwise(places):
        if start < end:
            raise FileFormatError(f"tensors {shortened(name)} and {shortened(other)} overlap")
    found = {name: data[start:end] for start, end, name in places if not name.endswith(COUNTER)}
    state = {name: _tensor(name, header[name], part) for name, part in found.items()}
    return checked_input(read_state(state, options, ordered=False), options.input_shape)


def _header(content: bytes) -> dict[str, dict[str, Any]]:
    refuse_larger(PER_CHARACTER * len(content), "its header")
    try:
        header = json.loads(content.decode("utf-8"), parse_int=integer_of, object_pairs_hook=unrepeated)
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise FileFormatError(f"the header is not JSON ({error})") from None
    if not isinstance(header, dict):
        raise FileFormatError("the header is not a JSON object")
    entries = {name: entry for name, entry in header.items() if name != _METADATA}
    for name, entry in entries.items():
        if not isinstance(entry, dict) or entry.keys() != {"dtype", "shape", "data_offsets"}:
            raise FileFormatError(f"tensor {shortened(name)}: dtype, shape and data_offsets are needed")
    return entries


def _naturals(value: Any, where: str) -> list[int]:
    if not isinstance(value, list) or not all(type(entry) is int and entry >= 0 for entry in value):
        raise FileFormatError(f"{where} {shortened(value)} should be a list of natural numbers")
    return value


def _place(name: str, entry: dict[str, Any], length: int) -> tuple[int, int, str]:
    """Return where the entries of a tensor begin and end, and its name."""
    offsets = _naturals(entry["data_offsets"], f"tensor {shortened(name)}: data_offsets")
    if len(offsets) != 2 or not offsets[0] <= offsets[1] <= length:
        raise FileFormatError(f"tensor {shortened(name)}: data_offsets {shortened(offsets)} in {length} bytes of data")
    return offsets[0], offsets[1], name


def _tensor(name: str, entry: dict[str, Any], data: memoryview) -> Tensor:
    where = f"tensor {shortened(name)}"
    kind = TYPES.get(entry["dtype"]) if isinstance(entry["dtype"], str) else None
    if kind is None:
        raise UnsupportedError(f"{where} has entries of type {shortened(entry['dtype'])}; {', '.join(TYPES)} are read")
    shape = tuple(_naturals(entry["shape"], f"{where}: shape"))
    if len(shape) > MAX_AXES:
        raise FileFormatError(f"{where} has {len(shape)} axes; up to {MAX_AXES} are read")
    size = prod(shape) * np.dtype(kind).itemsize
    if size != len(data):
        taken = f"takes {shortened(size)} bytes, and the header gives it {len(data)}"
        raise FileFormatError(f"{where} of shape {shortened(shape)} {taken}")
    charge_entries(shape, where)
    entries: Array = np.frombuffer(data, kind)
    if entry["dtype"] == "BF16":
        entries = (entries.astype(np.uint32) << 16).view(np.float32)
    return tensor(entries.reshape(shape), where)
