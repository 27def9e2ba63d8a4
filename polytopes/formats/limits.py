"""Bounds on what a file may ask for.

A small file can ask for more than any memory holds: compressed zeros, a shape without the entries, ``1e100000`` in
every cell. So every file has a bound, the same for all formats, and what it announces is compared with it before
anything is unpacked, allocated or computed:

* the bytes of the file itself (a text takes ``PER_CHARACTER`` bytes a character), and what an archive unpacks to;
* the entries of tensors, ``PER_ENTRY`` bytes each, and the other sizes that readers :func:`charge`, all together;
* the digits that large exponents ask for, and those of very long numbers: one for every 256 bytes.

The bound is ``DEFAULT`` bytes (256 MiB). ``tropical --max-size 4G COMMAND ...``, the environment variable
``TROPICAL_MAX_SIZE=4G`` and :func:`size_limit` in Python set another one.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from attrs import define

from polytopes.arithmetic.long_numbers import PER_DIGIT, digits_up_to
from polytopes.errors import FileFormatError, InputError, UnsupportedError
from polytopes.messages import one_line, shortened

DEFAULT = 2**28
"""Bytes that a file may ask for, unless another bound is set."""
VARIABLE = "TROPICAL_MAX_SIZE"
"""The environment variable that sets another bound."""
PER_CHARACTER, PER_ENTRY = 4, 8
"""Bytes for which a character of text and an entry of a tensor count."""
_UNITS = {"": 1, "K": 2**10, "M": 2**20, "G": 2**30, "T": 2**40}
_SIZE = re.compile(r"\s*([0-9]{1,15})\s*([KMGT]?)(?:i?B)?\s*", re.IGNORECASE | re.ASCII)


@define
class Budget:
    """What is left to one file of its bound."""

    bound: int
    spent: int = 0


_bound: ContextVar[int | None] = ContextVar("_bound", default=None)
_budget: ContextVar[Budget | None] = ContextVar("_budget", default=None)


def parse_size(size: int | str) -> int:
    """Return a number of bytes, which may be spelled with a unit of 1024.

    Raises:
        InputError: for anything else.

    >>> parse_size("4G"), parse_size("512 MiB"), parse_size(1000)
    (4294967296, 536870912, 1000)
    """
    match = _SIZE.fullmatch(str(size))
    if match is None or not int(match[1]):
        raise InputError(f"{shortened(size)} is not a size; write 500M or 4G")
    return int(match[1]) * _UNITS[match[2].upper()]


def max_size() -> int:
    """Return the bound of a file, in bytes.

    Raises:
        InputError: if the environment variable is not a size.
    """
    own = _bound.get()
    if own is not None:
        return own
    text = os.environ.get(VARIABLE)
    try:
        return DEFAULT if not text else parse_size(text)
    except InputError as error:
        raise InputError(f"the environment variable {VARIABLE}: {error}") from None


@contextmanager
def size_limit(size: int | str) -> Iterator[None]:
    """Let files that are read in the block ask for so many bytes.

    >>> with size_limit("1G"):
    ...     max_size()
    1073741824
    """
    token = _bound.set(parse_size(size))
    try:
        yield
    finally:
        _bound.reset(token)


@contextmanager
def reading() -> Iterator[Budget]:
    """Read one file in the block: what it asks for is added up, and whatever is wrong with it is one line.

    A block within another one is part of it.

    Raises:
        FileFormatError: where the interpreter gives up, for nesting, memory or the range of a machine number.
    """
    outer = _budget.get()
    if outer is not None:
        yield outer
        return
    budget = Budget(max_size())
    token = _budget.set(budget)
    try:
        with digits_up_to(budget.bound // PER_DIGIT, _way_out(budget.bound, 2 * budget.bound)):
            yield budget
    except (InputError, UnsupportedError) as error:
        message = one_line(str(error))
        if message == str(error):
            raise
        raise type(error)(message) from error
    except RecursionError:
        raise FileFormatError("its parts are nested too deeply") from None
    except MemoryError:
        raise FileFormatError("it asks for more memory than there is") from None
    except OverflowError as error:
        raise FileFormatError(f"a number in it is out of range ({one_line(str(error))})") from None
    finally:
        _budget.reset(token)


def charge(size: int, what: str) -> None:
    """Take bytes from the budget of the file that is read; without one nothing happens.

    Args:
        size: how many bytes are asked for.
        what: what asks for them, in the plural, as the start of a sentence.

    Raises:
        FileFormatError: if more are asked for than are left.

    >>> with size_limit("1M"), reading():
    ...     charge(2**19, "the weights")
    ...     charge(2**20, "the shapes")
    Traceback (most recent call last):
        ...
    polytopes.errors.FileFormatError: the shapes ask for 1,048,576 bytes and 1,572,864 with what came before; the bound
    for one file is 1 MiB, raise it with --max-size 2M, TROPICAL_MAX_SIZE=2M or polytopes.formats.size_limit
    """
    budget = _budget.get()
    if budget is None:
        return
    total = budget.spent + size
    if total > budget.bound:
        whole = f" and {_counted(total)} with what came before" if budget.spent else ""
        raise FileFormatError(f"{what} ask for {_counted(size)} bytes{whole}; {_way_out(budget.bound, total)}")
    budget.spent += size


def charge_dimension(dim: int) -> None:
    """Take a square matrix of this size from the budget: a space is described by its unit vectors.

    Raises:
        FileFormatError: if it asks for more than is left.
    """
    charge(2 * PER_ENTRY * (dim + 1) ** 2, f"spaces of dimension {_counted(dim)}")


def refuse_larger(size: int, what: str) -> None:
    """Refuse what asks for more bytes than any file may; nothing is taken from a budget.

    Raises:
        FileFormatError: if it does.
    """
    bound = max_size()
    if size > bound:
        raise FileFormatError(f"{what} ask for {_counted(size)} bytes; {_way_out(bound, size)}")


def _way_out(bound: int, needed: int) -> str:
    unit = next((unit for unit in "MG" if needed <= 999 * _UNITS[unit]), "T")
    enough = f"{min(-(-needed // _UNITS[unit]), 9999)}{unit}"
    options = f"--max-size {enough}, {VARIABLE}={enough} or polytopes.formats.size_limit"
    return f"the bound for one file is {_shown(bound)}, raise it with {options}"


def _shown(size: int) -> str:
    unit = next((unit for unit in "TGMK" if size % _UNITS[unit] == 0), "")
    return f"{size // _UNITS[unit]:,} {unit}iB" if unit else f"{size:,} bytes"


def _counted(size: int) -> str:
    """Return a number with commas, or its length if it is a long one."""
    return f"{size:,}" if size < 10**30 else f"over 10^{size.bit_length() * 3 // 10}"
