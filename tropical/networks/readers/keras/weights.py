"""Where the weights of layers are in the HDF5 files of Keras: by the names of the layers, or by numbers.

In a file ``.h5`` every layer has a group with a list of its weights; that of a model inside has those of all its
layers, whose names stand before the last part of the names of the weights. In an archive ``.keras`` groups are named
after the classes of the layers and numbered, and those of a model inside lie in its own group.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from typing import Any

import numpy as np

from polytopes.errors import FileFormatError, UnsupportedError
from polytopes.messages import shortened
from tropical.networks.readers.common import charge_entries, tensor
from tropical.networks.tensor import Tensor


class Group(ABC):
    """What is stored of one layer."""

    @abstractmethod
    def weights(self) -> list[Tensor]:
        """Return the weights of the layer, in the order in which Keras has them."""

    @abstractmethod
    def inside(self) -> Stored:
        """Return what is stored of the layers in this one, which is a model."""


class Stored(ABC):
    """What is stored of the layers of a model."""

    @abstractmethod
    def group(self, kind: str, name: str) -> Group:
        """Return what is stored of the next layer, of this class and name."""


class Listed(Group, Stored):
    """Weights of one layer, or of all layers of a model inside, by their paths in a group."""

    def __init__(self, group: Any, paths: list[str]) -> None:
        self._group, self._paths = group, paths

    def weights(self) -> list[Tensor]:
        return [_array(member(self._group, path), f"weight {shortened(path)}") for path in self._paths]

    def inside(self) -> Stored:
        return self

    def group(self, kind: str, name: str) -> Group:
        return Listed(self._group, [path for path in self._paths if name in path.split("/")[-2:-1]])


class Named(Stored):
    """Groups of a file ``.h5``, by the names of the layers."""

    def __init__(self, groups: Any) -> None:
        self._groups = groups

    def group(self, kind: str, name: str) -> Group:
        if not _is_there(self._groups, name):
            return Listed(None, [])
        group = member(self._groups, name)
        names = group.attrs.get("weight_names", ())
        return Listed(group, [n.decode() if isinstance(n, bytes) else str(n) for n in names])


class Numbered(Stored):
    """Groups of an archive ``.keras``, by the classes of the layers and their numbers."""

    def __init__(self, file: Any, prefix: str = "") -> None:
        self._file, self._prefix = file, prefix
        self._used: dict[str, int] = {}

    def group(self, kind: str, name: str) -> Group:
        base = snake_case(kind)
        number = self._used[base] = self._used.get(base, -1) + 1
        return _Folder(
            self._file, f"{self._prefix}layers/{base}_{number}" if number else f"{self._prefix}layers/{base}"
        )


class _Folder(Group):
    def __init__(self, file: Any, path: str) -> None:
        self._file, self._path = file, path

    def weights(self) -> list[Tensor]:
        if not _is_there(self._file, f"{self._path}/vars"):
            return []
        stored = member(self._file, f"{self._path}/vars")
        where = self._path.rpartition("/")[2]
        return [_array(member(stored, str(i)), f"weight {i} of {where}") for i in range(len(stored))]

    def inside(self) -> Stored:
        return Numbered(self._file, f"{self._path}/")


def snake_case(name: str) -> str:
    """Return the name of a class as Keras names groups after it.

    >>> snake_case("BatchNormalization"), snake_case("Conv2D"), snake_case("PReLU")
    ('batch_normalization', 'conv2d', 'p_re_lu')
    """
    name = re.sub("(.)([A-Z][a-z]+)", r"\1_\2", re.sub(r"\W+", "", name))
    return re.sub("([a-z])([A-Z])", r"\1_\2", name).lower()


def member(group: Any, path: str) -> Any:
    """Return what is stored under a path; links are not followed.

    Raises:
        FileFormatError: if it is missing, or a link.
    """
    import h5py

    for part in path.split("/"):
        if not isinstance(group.get(part, getlink=True), h5py.HardLink):
            raise FileFormatError(f"{shortened(path)} is missing, or a link, and links are not followed")
        group = group[part]
    return group


def _is_there(group: Any, path: str) -> bool:
    """Whether something is stored under a path, as far as no link has to be followed."""
    import h5py

    for part in path.split("/"):
        link = group.get(part, getlink=True)
        if not isinstance(link, h5py.HardLink):
            return link is not None
        group = group[part]
    return True


def _array(data: Any, where: str) -> Tensor:
    """Return a stored array; its shape is counted before it is unpacked."""
    if data.external or data.is_virtual:
        raise FileFormatError(f"{where} is kept in another file; save the model with its weights inside")
    if data.dtype.kind not in "fiu":
        raise UnsupportedError(f"{where} has entries of type {data.dtype}; numbers are read")
    charge_entries(data.shape, where)
    chunk = data.chunks or ()
    charge_entries(chunk, f"a part of {where}")
    return tensor(np.asarray(data[()]), where)
