"""Compiled code on disk is reused only while all sources it was made from are the same.

By itself numba looks at the age of the one module that a kernel stands in when it reuses compiled code, not at those
of the functions and constants that are compiled into it: an error bound that changed would leave an old filter
deciding signs. Here the name of the compiled code says what is in all these sources, wherever numba keeps it.
"""

from __future__ import annotations

import hashlib
import re
import sys
from functools import cache
from pathlib import Path
from typing import Any

from numba.core.caching import IndexDataCacheFile

IMPORT = re.compile(r"^from ((?:polytopes|tropical)[.\w]*) import", re.MULTILINE)
"""Kernels import what they compile in by such lines, at the top of the module."""
LETTERS = 16


def name_after_sources(kernel: Any) -> None:
    """Let the compiled code of a kernel on disk be found only while all its sources stay the same."""
    stored = getattr(kernel, "_cache", None)
    if stored is None:  # without numba's compiler nothing is stored
        return
    digest = fingerprint(kernel.py_func.__module__)
    place = stored._impl
    stored._cache_file = IndexDataCacheFile(
        cache_path=stored.cache_path,
        filename_base=f"{place.filename_base}-{digest}",
        source_stamp=place.locator.get_source_stamp(),
    )


@cache
def fingerprint(module: str) -> str:
    """Return a hash of the sources of a module and of all modules of this library that it imports, at any depth.

    >>> fingerprint("polytopes.errors") == fingerprint("polytopes.jit.compilation")
    False
    """
    texts = {name: path.read_bytes() for name, path in sources(module).items()}
    total = hashlib.sha256()
    for name, text in sorted(texts.items()):
        total.update(f"{name} {len(text)}\n".encode() + text)
    return total.hexdigest()[:LETTERS]


def sources(module: str) -> dict[str, Path]:
    """Return the files of a module and of all modules of this library that it imports, at any depth, by their names.

    >>> list(sources("polytopes.errors"))
    ['polytopes.errors']
    """
    found: dict[str, Path] = {}
    waiting = [module]
    while waiting:
        name = waiting.pop()
        file = getattr(sys.modules.get(name), "__file__", None)
        if file is None or name in found:
            continue
        found[name] = Path(file)
        waiting += IMPORT.findall(found[name].read_text(encoding="utf-8"))
    return found
