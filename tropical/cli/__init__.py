"""The command ``tropical``: a room for each subject, where the declaration of a command stands beside its work.

Exit codes: 0 done, 1 certificate refused, 2 bad input or usage, 3 stopped at a limit or by the clock, 4 network not
supported, 130 interrupted. Where the library is needed it is imported inside the commands, so that ``--help`` is quick.
"""

from tropical.cli.app import app

# The order is that of the list of commands.
# isort: off
from tropical.cli.networks import commands as _networks  # noqa: F401
from tropical.cli.pooling import commands as _pooling  # noqa: F401
from tropical.cli.datasets import commands as _datasets  # noqa: F401
from tropical.cli.functions import commands as _functions  # noqa: F401

__all__ = ["app"]
