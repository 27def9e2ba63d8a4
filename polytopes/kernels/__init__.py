"""The compiled walk: cells in certified floating point, by numba.

Compiled code is kept on disk beside these modules (or where NUMBA_CACHE_DIR says), as long as they do not change.
"""

from __future__ import annotations

from pathlib import Path

from polytopes.stale_code import discard_stale_code

HERE = Path(__file__).parent

discard_stale_code(HERE, HERE.glob("*.py"))
