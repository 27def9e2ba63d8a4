"""Tensors that are stored in ONNX files, or in files beside them."""

from __future__ import annotations

import os
from math import prod
from pathlib import Path
from typing import Any

import numpy as np

from polytopes.errors import FileFormatError, NumberError
from polytopes.formats.files import opened_file
from polytopes.messages import shortened
from tropical.networks.readers.common import charge_entries, tensor
from tropical.networks.readers.symbolic.values import Value, constant
from tropical.networks.tensor import Array, Tensor


def stored_value(proto: Any, where: str, folder: Path | None) -> Value:
    """Return a stored tensor as a constant; float16 and bfloat16 are exact in float64.

    One with nan or inf is no error as long as nobody reads it. If it is kept in another file, its bytes are put into
    ``proto``.

    Args:
        proto: the tensor.
        where: how errors call it.
        folder: the folder of the model, None if it is not known.

    Raises:
        FileFormatError: if it is damaged, or kept in a file that is not in the folder of the model or too short.
        NumberError: for texts and complex numbers.
    """
    array = _array(proto, where, folder)
    if array.dtype.kind == "f" and not np.isfinite(array).all():
        return non_finite(array, where)
    return constant(tensor(array, where))


def non_finite(array: Array, where: str) -> Value:
    """Return the value of an array with nan or inf."""
    try:
        Tensor.of(array)
    except NumberError as error:
        defect = NumberError(f"{where}: {error}")
    same = array.size > 0 and bool((array == array.ravel()[0]).all())
    return Value(array.shape, defect=defect, infinite=int(np.sign(array.ravel()[0])) if same else 0)


def _array(proto: Any, where: str, folder: Path | None) -> Array:
    import onnx

    charge_entries(proto.dims, where)
    if proto.data_location == onnx.TensorProto.EXTERNAL:
        content = _content(proto, where, folder)
        del proto.external_data[:]
        proto.data_location, proto.raw_data = onnx.TensorProto.DEFAULT, content
    try:
        array = np.asarray(onnx.numpy_helper.to_array(proto))
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError) as error:
        raise FileFormatError(f"{where} is damaged ({' '.join(str(error).split())})") from None
    if array.dtype.kind in "OSU":
        raise NumberError(f"{where} has texts; give numbers")
    if array.dtype.kind == "c":
        raise NumberError(f"{where} has complex numbers; give real ones")
    return array if array.dtype.kind in "iub" else array.astype(np.float64)


def _content(proto: Any, where: str, folder: Path | None) -> bytes:
    """Return the bytes of a tensor that is kept in another file of the folder, after checking how many there are."""
    import onnx

    entries = {entry.key: entry.value for entry in proto.external_data}
    name = entries.get("location", "")
    if folder is None:
        raise FileFormatError(
            f"{where} is kept in another file, {shortened(name)}; give the path of the model, or load it with onnx.load"
        )
    path = _inside(folder, name, where)
    try:
        width = onnx.helper.tensor_dtype_to_np_dtype(proto.data_type).itemsize
        offset, length = int(entries.get("offset", 0)), int(entries.get("length", -1))
    except (KeyError, ValueError):
        raise FileFormatError(f"{where}: its type, or its place in {shortened(name)}, cannot be read") from None
    needed = -(-prod(proto.dims) // 2) if proto.data_type in _two_in_a_byte() else width * prod(proto.dims)
    if min(proto.dims, default=0) < 0 or offset < 0 or length not in (-1, needed):
        raise FileFormatError(
            f"{where} needs {needed} bytes of {shortened(name)}, which says {length} from {offset} on"
        )
    with opened_file(path) as stream:
        found = os.fstat(stream.fileno()).st_size
        if offset + needed > found:
            text = f"ends at {found} bytes; {where} lies from {offset} to {offset + needed}"
            raise FileFormatError(f"the file {shortened(name)} {text}")
        stream.seek(offset)
        return stream.read(needed)


def _two_in_a_byte() -> tuple[int, ...]:
    """Return the types of four bits, as far as the onnx package has them."""
    import onnx

    names = ("INT4", "UINT4", "FLOAT4E2M1")
    return tuple(int(getattr(onnx.TensorProto, name)) for name in names if hasattr(onnx.TensorProto, name))


def _inside(folder: Path, name: str, where: str) -> Path:
    """Return the path of a file in a folder; links that lead out of it are not followed."""
    root = Path(os.path.realpath(folder))
    path = root if "\0" in name else Path(os.path.realpath(folder / name))
    if Path(name).is_absolute() or root not in path.parents:
        raise FileFormatError(
            f"{where} is kept in {shortened(name)}, not a file in the folder of the model; put it there, without links"
        )
    return path
