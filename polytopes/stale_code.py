"""Compiled code on disk that is older than its sources.

Numba looks at the age of the one module that a kernel stands in when it reuses compiled code, not at those of the
functions that are linked into it.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Iterable
from pathlib import Path


def discard_stale_code(folder: Path, sources: Iterable[Path]) -> None:
    """Remove the compiled code of the modules of a folder if it was not made from these sources.

    They are remembered by a stamp beside the code. Nothing happens where files cannot be written.
    """
    cache = folder / "__pycache__"
    with contextlib.suppress(OSError):
        digest = hashlib.sha256(b"".join(path.read_bytes() for path in sorted(sources))).hexdigest()
        stamp = cache / "sources.sha256"
        if stamp.exists() and stamp.read_text() == digest:
            return
        for path in [*cache.glob("*.nbi"), *cache.glob("*.nbc")]:
            path.unlink(missing_ok=True)
        cache.mkdir(exist_ok=True)
        partial = cache / f"sources.{os.getpid()}"
        partial.write_text(digest)
        partial.replace(stamp)
