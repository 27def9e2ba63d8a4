"""The command ``tropical``: its options and exit codes. What it does is in :mod:`tropical.commands`.

Exit codes: 0 done, 1 certificate refused, 2 bad input or usage, 3 stopped at a limit or by the clock, 4 network not
supported, 130 interrupted. Where the library is needed it is imported inside the commands, so that ``--help`` is quick.
"""

from tropical.cli import networks, layers, datasets, functions  # noqa: F401, I001 (the order of the list of commands)
from tropical.cli.program import app

__all__ = ["app"]
