"""Bundles of arrays that kernels hand on by reference.

numba hands a named tuple of arrays on as hundreds of numbers, each time anew; that makes calls slow and compilation
very slow. Here a bundle is the address of a table with the place and the shape of each array, or with the address of
another table. In compiled code ``bundle.name`` is the array, or the bundle, of this name. The table does not change
while compiled code runs.
"""

from __future__ import annotations

from typing import Any, NamedTuple, get_type_hints

import numpy as np
from llvmlite import ir
from numba.core import cgutils, types
from numba.core.datamodel import models
from numba.core.extending import intrinsic, lower_getattr_generic, register_model
from numba.core.typing.templates import AttributeTemplate, infer_getattr
from numba.np.arrayobj import make_array, populate_array
from numba.np.numpy_support import from_dtype

WORDS = 3
"""Words of the table for each array: its address and at most two lengths."""

Array = np.ndarray[Any, Any]
Table = np.ndarray[Any, np.dtype[np.int64]]


class Bundle(types.Type):
    """The type of a reference to the arrays, all in C order, and bundles that a named tuple is annotated with.

    An array is annotated as ``Annotated[Array, name of its dtype, number of its axes]``.
    """

    def __init__(self, layout: type[NamedTuple]) -> None:
        hints = get_type_hints(layout, include_extras=True)
        self.fields = {name: _kind(hint) for name, hint in hints.items()}
        kinds = self.fields.values()
        self._dtypes = [None if isinstance(kind, Bundle) else np.dtype(str(kind.dtype)) for kind in kinds]
        super().__init__(f"Bundle[{layout.__name__}]({self.fields})")

    def place(self, name: str) -> int:
        """Return the first word of a field."""
        return WORDS * list(self.fields).index(name)

    def tables(self, arrays: NamedTuple) -> list[Table]:
        """Return the table of arrays, followed by those of the bundles in it; keep all while the first is used.

        Raises:
            TypeError: if an array is not as annotated.
        """
        words: list[int] = []
        found: list[Table] = []
        for (name, kind), dtype, value in zip(self.fields.items(), self._dtypes, arrays, strict=True):
            if dtype is None:
                inner = kind.tables(value)
                found += inner
                words += (address(inner[0]), 0, 0)
            elif value.dtype != dtype or value.ndim != kind.ndim or not value.flags.c_contiguous:
                raise TypeError(f"{name} is no array of {dtype} in C order with {kind.ndim} axes")
            else:
                words += (address(value), *value.shape, *(0,) * (WORDS - 1 - value.ndim))
        return [np.array(words, dtype=np.int64), *found]


def _kind(hint: Any) -> Any:
    if not hasattr(hint, "__metadata__"):
        return Bundle(hint)
    dtype, ndim = hint.__metadata__
    return types.Array(from_dtype(np.dtype(dtype)), ndim, "C")


def address(array: Array) -> int:
    """Return where the entries of an array begin."""
    place: int = array.__array_interface__["data"][0]
    return place


@register_model(Bundle)
class _Model(models.PrimitiveModel):
    def __init__(self, manager: Any, kind: Bundle) -> None:
        super().__init__(manager, kind, ir.IntType(64))


@infer_getattr
class _Attributes(AttributeTemplate):
    key = Bundle

    def generic_resolve(self, bundle: Bundle, name: str) -> Any:
        return bundle.fields.get(name)


@lower_getattr_generic(Bundle)
def _field(context: Any, builder: Any, bundle: Bundle, at: Any, name: str) -> Any:
    """Make the array from its words in the table, which may be read early or once: they never change."""
    kind, place = bundle.fields[name], bundle.place(name)
    table = builder.inttoptr(at, ir.IntType(64).as_pointer())

    def word(number: int) -> Any:
        value = builder.load(builder.gep(table, [ir.Constant(ir.IntType(64), place + number)]))
        value.set_metadata("invariant.load", builder.module.add_metadata([]))
        return value

    if isinstance(kind, Bundle):
        return word(0)
    array = make_array(kind)(context, builder)
    item = context.get_abi_sizeof(context.get_data_type(kind.dtype))
    lengths = [word(1 + axis) for axis in range(kind.ndim)]
    itemsize = ir.Constant(ir.IntType(64), item)
    strides = [builder.mul(lengths[1], itemsize), itemsize] if kind.ndim == 2 else [itemsize]
    populate_array(
        array,
        data=builder.inttoptr(word(0), context.get_data_type(kind.dtype).as_pointer()),
        shape=cgutils.pack_array(builder, lengths),
        strides=cgutils.pack_array(builder, strides),
        itemsize=itemsize,
        meminfo=None,
    )
    return array._getvalue()


def reference(bundle: Bundle) -> Any:
    """Return the compiled function that takes the address of a table for the bundle itself."""

    @intrinsic
    def refer(typing: Any, place: Any) -> Any:
        def lower(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            return arguments[0]

        return bundle(types.int64), lower

    return refer
