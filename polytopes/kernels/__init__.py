"""The compiled walk: cells in certified floating point, by numba.

Compiled code is kept on disk beside these modules (or where NUMBA_CACHE_DIR says). Numba looks at the age of the module
a function stands in only, not of those it calls, so code compiled from other sources than the present ones is
discarded here.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from pathlib import Path

HERE = Path(__file__).parent


def _discard_stale_code() -> None:
    """Remove compiled code if the sources are not those that the stamp beside it was made from."""
    cache = HERE / "__pycache__"
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in sorted(HERE.glob("*.py")))).hexdigest()
    stamp = cache / "sources.sha256"
    with contextlib.suppress(OSError):
        if stamp.exists() and stamp.read_text() == digest:
            return
        for path in [*cache.glob("*.nbi"), *cache.glob("*.nbc")]:
            path.unlink(missing_ok=True)
        cache.mkdir(exist_ok=True)
        partial = cache / f"sources.{os.getpid()}"
        partial.write_text(digest)
        partial.replace(stamp)


_discard_stale_code()
