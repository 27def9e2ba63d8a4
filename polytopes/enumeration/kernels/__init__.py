"""The compiled walk: cells in certified floating point, by numba.

Compiled code is kept on disk beside these modules (or where NUMBA_CACHE_DIR says), as long as neither they nor what
they compile in change (:mod:`polytopes.jit.stale_code`).
"""
